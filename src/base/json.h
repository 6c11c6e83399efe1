#pragma once
/*
 * Writing JSON (RFC 8259): an appending writer over a buf. The names begin with jw_ because json_ is
 * the reading library's. The writer puts the commas, escapes text and
 * writes 64-bit numbers as numbers or, for ids, as strings (JavaScript is exact to 2^53 only).
 * Nesting is the caller's business; the writer only remembers whether a comma is due.
 *
 *     struct json j; jw_init(&j, &buffer);
 *     jw_object(&j); jw_key(&j, "id"); jw_id(&j, id); jw_end(&j);
 */
#include "base/text.h"

struct json {
    struct buf *b;
    uint64_t object_bits; // one bit a level: 1 object, 0 array
    int depth;            // at most 60
    bool comma;
};

void jw_init(struct json *j, struct buf *b);
void jw_object(struct json *j);
void jw_array(struct json *j);
void jw_end(struct json *j); // closes the innermost object or array
void jw_key(struct json *j, const char *name);
void jw_key_str(struct json *j, str name);
void jw_text(struct json *j, str s);
void jw_int(struct json *j, int64_t n);
void jw_id(struct json *j, int64_t id); // as a string; 0 becomes null
void jw_bool(struct json *j, bool b);
void jw_null(struct json *j);
void jw_double(struct json *j, double x); // shortest exact form; NaN and ±∞: null
void jw_raw(struct json *j, str valid_json);
// key and value in one
void jw_put_text(struct json *j, const char *name, str s);
void jw_put_int(struct json *j, const char *name, int64_t n);
void jw_put_id(struct json *j, const char *name, int64_t id);
void jw_put_bool(struct json *j, const char *name, bool b);
