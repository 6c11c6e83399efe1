#pragma once
/*
 * Field tables: one table an entity, a command's arguments or a nested object. From a table come the
 * struct, the column list, binds and row reads, JSON in and out, validation messages, the OpenAPI
 * schema, the audit difference and the labels of forms.
 *
 *     #define UNIT_FIELDS(X)                                                        \
 *         X(code, str,     F_TEXT, 32, "编码", "code", REQUIRED)                     \
 *         X(name, str,     F_TEXT, 120, "名称", "name", REQUIRED | AUDITED)
 *     struct unit { UNIT_FIELDS(AS_MEMBER) };
 *     #define OWNER struct unit
 *     static const struct field unit_fields[] = { UNIT_FIELDS(AS_FIELD) };
 *
 * C types: every whole number, id, truth value, day (yyyymmdd) and instant is int64_t; text, enum
 * values (their code) and opaque JSON are str; decimals are dec; lists are struct list.
 */
#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/json.h"
#include "store/db.h"

enum field_type {
    F_ID,      // 64-bit id; JSON string
    F_REF,     // id of another entity (extra = its name); JSON in: id as a string, or its code
    F_INT,
    F_DEC,     // extra = NULL; JSON string or number in, string out
    F_BOOL,
    F_DAY,     // int64_t yyyymmdd, 0 none; JSON "YYYY-MM-DD" or null
    F_INSTANT, // int64_t microseconds, 0 none; JSON RFC 3339 or null
    F_TEXT,
    F_ENUM,    // str, one of extra's codes
    F_JSON,    // str, opaque JSON text made by us
    F_SECRET,  // str, never leaves the server; journaled as its SM3 digest
    F_IDS,     // struct list of int64_t, arguments only; items as F_REF (extra = entity)
    F_TEXTS,   // struct list of str, arguments only
    F_OBJECTS  // struct list of a nested shape, arguments only (shape given by AS_LIST)
};

enum field_flag {
    REQUIRED = 1,   // arguments: must be given and not empty; entities: NOT NULL
    AUDITED = 2,    // its change is worth showing in the history
    LAST = 4,       // "none" sorts last: stored as 99991231 or the largest instant, never NULL
    FILTERED = 8,   // may stand in a filter expression
    LISTED = 16,    // part of list rows
    HIDDEN = 32,    // not in JSON out
    MULTILINE = 64, // a form shows several lines
    COMPUTED = 128, // set by commands only, never from arguments
    ADDRESSED = 1 << 20 // made by args.c: what the call is about; missing it is 404, not a wrong argument
};

struct list {
    void *at;
    size_t n;
};

struct shape;
struct enum_value {
    const char *code, *zh, *en;
};
struct enum_table {
    const char *name;
    const struct enum_value *at;
    size_t n;
};

struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    int max; // characters of text, items of a list; 0: the type's default
    const char *zh, *en;
    unsigned flags;
    const void *extra; // entity name, struct enum_table *, or struct shape *
};

struct shape {
    const char *name;
    const struct field *fields;
    size_t n, size;
};

// X(name, C type, F_ type, max, Chinese, English, flags, extra)
#define AS_MEMBER(name, ctype, ftype, max, zh, en, flags, extra) ctype name;
// Needs "#define OWNER struct unit" before the table of fields.
#define AS_FIELD(name, ctype, ftype, max, zh, en, flags, extra) \
    {#name, ftype, offsetof(OWNER, name), max, zh, en, flags, extra},
// The fields and the shape of what OWNER is: SHAPE_OF(unit, UNIT_FIELDS) makes unit_shape.
#define SHAPE_OF(tag, FIELDS)                                      \
    static const struct field tag##_fields[] = {FIELDS(AS_FIELD)}; \
    static const struct shape tag##_shape = {#tag, tag##_fields, COUNT_OF(tag##_fields), sizeof(OWNER)}
// The same for a shape that other files name.
#define SHARED_SHAPE_OF(tag, FIELDS)                               \
    static const struct field tag##_fields[] = {FIELDS(AS_FIELD)}; \
    const struct shape tag##_shape = {#tag, tag##_fields, COUNT_OF(tag##_fields), sizeof(OWNER)}
#define ENUM_TABLE(tag, values) const struct enum_table tag = {#tag, values, COUNT_OF(values)}

int64_t *field_int(const struct field *f, void *record);
str *field_str(const struct field *f, void *record);
dec *field_dec(const struct field *f, void *record);
struct list *field_list(const struct field *f, void *record);
const struct field *shape_field(const struct shape *s, str name); // NULL when there is none
bool field_is_int(const struct field *f);                         // stored as a 64-bit integer
// Zeroes a record and sets its decimals to DEC_NONE and its texts to "". Begin every record so.
void shape_init(const struct shape *s, void *record);
const struct enum_value *enum_find(const struct enum_table *t, str code);
