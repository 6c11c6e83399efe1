#pragma once
/*
 * Reading and writing records of any entity through its field table. A write also notes the change
 * in the call, from which the journal record is made; there is no other way to change a row.
 *
 * Records live in the call's arena. "record" below points to the entity's struct.
 */
#include "ledger/call.h"

// ERR_NOT_FOUND "record.not_found" when there is none.
MUST_CHECK bool record_load(struct call *k, const struct entity *e, int64_t id, void *record);
// By code ("FGW", "2023-01-01"); *found tells, absence is no error.
MUST_CHECK bool record_by_code(struct call *k, const struct entity *e, str code, void *record, bool *found);
// Gives an id when it is 0, version 1 when versioned.
MUST_CHECK bool record_insert(struct call *k, const struct entity *e, void *record);
// before: as loaded. Nothing is written when nothing differs. A version that moved: ERR_STALE.
MUST_CHECK bool record_update(struct call *k, const struct entity *e, const void *before, void *after);
MUST_CHECK bool record_remove(struct call *k, const struct entity *e, const void *before);
// Copies a record into the arena: the "before" of an update.
void *record_copy(struct call *k, const struct entity *e, const void *record);

/*
 * Rows of an entity. tail is a constant such as " WHERE district_id = $1 AND item_id = $2 ORDER BY id"
 * and becomes part of a registered statement: declare it once with RECORDS.
 *
 *     static struct records REPORTS_OF_ITEM = RECORDS("report.of_item", &REPORT,
 *         "WHERE district_id = $1 AND item_id = $2 ORDER BY at, id");
 *     struct list reports;
 *     if (!record_list(k, &REPORTS_OF_ITEM, &reports, ARG(k->district), ARG(item))) return false;
 */
struct records {
    const char *name;
    struct entity *entity;
    const char *tail;
    struct stmt st; // made by records_register
};
#define RECORDS(name, entity, tail) {name, entity, tail, {0}}
void records_register(struct records *const *list, size_t n); // once, before threads
MUST_CHECK bool record_list_args(struct call *k, const struct records *q, struct list *out,
                                 const struct db_arg *args, size_t n);
#define record_list(k, q, out, ...)                                              \
    record_list_args((k), (q), (out), (struct db_arg[]){__VA_ARGS__},            \
                     sizeof((struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg))
// Reads one row of "SELECT <columns> FROM …" starting at column first.
void record_read(const struct entity *e, struct db_rows *r, int first, void *record);

// What a LAST field without value is stored as; 0 for other fields.
int64_t field_last(const struct field *f);
// One field as it is stored; two records compared in one field.
struct db_arg field_bind(const struct field *f, const void *record);
bool field_same(const struct field *f, const void *x, const void *y);

// JSON of a record, without HIDDEN and SECRET fields; the object is left open for additions.
void record_json_open(struct json *j, struct arena *a, const struct shape *s, const void *record, int zone_min);
void record_json(struct json *j, struct arena *a, const struct shape *s, const void *record, int zone_min);

/*
 * Arguments from JSON: fills args (a struct of the shape) from a JSON object. Unknown members,
 * duplicates, wrong types, missing required members, texts over their maximum, dates that do not
 * exist: ERR_INVALID with the member's path as field. References are resolved against the store:
 * an unknown one, and one that the actor may not see, is ERR_INVALID "field.no_such_reference", or
 * ERR_NOT_FOUND "record.not_found" when it is what the call is about (sight.h).
 * given (may be NULL) is a bit set: bit i is set when field i of the shape stood in the object.
 */
MUST_CHECK bool args_parse(struct call *k, const struct shape *s, str json, void *args, uint64_t *given);
