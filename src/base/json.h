#pragma once
/*
 * Writing JSON (RFC 8259): an appending writer over a buf. It puts the commas, escapes text and
 * writes 64-bit numbers as numbers or, for ids, as strings (JavaScript is exact to 2^53 only).
 * Nesting is the caller's business; the writer only remembers whether a comma is due.
 *
 *     struct json j; json_init(&j, &buffer);
 *     json_object(&j); json_key(&j, "id"); json_id(&j, id); json_end(&j);
 */
#include "base/text.h"

struct json {
    struct buf *b;
    uint64_t object_bits; // one bit a level: 1 object, 0 array
    int depth;            // at most 60
    bool comma;
};

void json_init(struct json *j, struct buf *b);
void json_object(struct json *j);
void json_array(struct json *j);
void json_end(struct json *j); // closes the innermost object or array
void json_key(struct json *j, const char *name);
void json_key_str(struct json *j, str name);
void json_text(struct json *j, str s);
void json_int(struct json *j, int64_t n);
void json_id(struct json *j, int64_t id); // as a string; 0 becomes null
void json_bool(struct json *j, bool b);
void json_null(struct json *j);
void json_double(struct json *j, double x); // shortest exact form; NaN and ±∞: null
void json_raw(struct json *j, str valid_json);
// key and value in one
void json_put_text(struct json *j, const char *name, str s);
void json_put_int(struct json *j, const char *name, int64_t n);
void json_put_id(struct json *j, const char *name, int64_t id);
void json_put_bool(struct json *j, const char *name, bool b);
