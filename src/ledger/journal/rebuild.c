/*
 * State from the journal. Every record is kept as the struct of its entity, filled from the JSON of
 * the changes; a secret is held as "sm3:" and its hash, as the journal has it.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/map.h"
#include "ledger/journal/verify.h"
#include "ledger/sm3.h"

enum { PAGE = 500 };

struct rebuilt {
    struct arena *a;
    struct map *by_entity; // one map an entity: id → record
};


static size_t entity_index(const struct entity *e)
{
    size_t i = 0;
    while (i < N_ENTITIES && ENTITIES[i] != e) i++;
    return i;
}

// Puts a value as stored into a field; false when it is of another type.
static bool put_value(struct arena *a, const struct field *f, const json_t *v, void *record)
{
    bool is_int = field_is_int(f) || f->type == F_DEC;
    if (json_is_null(v)) {
        if (f->type == F_DEC) *field_dec(f, record) = DEC_NONE;
        else if (is_int) *field_int(f, record) = 0;
        else *field_str(f, record) = STR_EMPTY;
        return true;
    }
    if (is_int != json_is_integer(v) || (!is_int && !json_is_string(v))) return false;
    if (f->type == F_DEC) field_dec(f, record)->millionths = json_integer_value(v);
    else if (is_int) *field_int(f, record) = json_integer_value(v);
    else *field_str(f, record) = str_dup(a, (str){json_string_value(v), json_string_length(v)});
    return true;
}

// One field of two records, as stored; a secret is compared by its hash.
static bool same_stored(struct arena *a, const struct field *f, const void *x, const void *y)
{
    struct db_arg p = field_bind(f, x), q = field_bind(f, y);
    if (f->type == F_SECRET) {
        if (p.type == ARG_TEXT && !str_starts(p.s, STR("sm3:"))) p.s = str_cat(a, STR("sm3:"), sm3_of(a, p.s));
        if (q.type == ARG_TEXT && !str_starts(q.s, STR("sm3:"))) q.s = str_cat(a, STR("sm3:"), sm3_of(a, q.s));
    }
    if (p.type != q.type) return false;
    return p.type == ARG_TEXT ? str_eq(p.s, q.s) : p.type == ARG_NULL || p.i == q.i;
}

// LAST fields stand in the journal with the value that sorts last; the struct says 0.
static void settle_last(const struct entity *e, void *record)
{
    for (size_t i = 2; i < e->shape->n; i++) {
        const struct field *f = &e->shape->fields[i];
        if (!(f->flags & LAST)) continue;
        void *none = calloc(1, e->shape->size);
        if (!none) return;
        struct db_arg last = field_bind(f, none);
        if (*field_int(f, record) == last.i) *field_int(f, record) = 0;
        free(none);
    }
}

static bool apply_fields(struct rebuilt *r, const struct entity *e, const json_t *fields, void *record,
                         const char **bad_field)
{
    const char *name;
    json_t *pair;
    json_object_foreach ((json_t *)(uintptr_t)fields, name, pair) {
        const struct field *f = shape_field(e->shape, str_of(name));
        *bad_field = name;
        if (!f || json_array_size(pair) != 2) return false;
        void *before = arena_alloc(r->a, e->shape->size);
        memcpy(before, record, e->shape->size);
        if (!put_value(r->a, f, json_array_get(pair, 0), before)) return false;
        settle_last(e, before);
        // What the record said it was before must be what the records before it made.
        if (!same_stored(r->a, f, before, record)) return false;
        if (!put_value(r->a, f, json_array_get(pair, 1), record)) return false;
    }
    *bad_field = NULL;
    settle_last(e, record);
    return true;
}

static const struct entity *change_target(const json_t *change, int64_t *id, str *op)
{
    const json_t *e = json_object_get(change, "e"), *i = json_object_get(change, "id"), *o = json_object_get(change, "op");
    if (!json_is_string(e) || !json_is_integer(i) || !json_is_string(o)) return NULL;
    *id = json_integer_value(i);
    *op = str_of(json_string_value(o));
    return entity_find(str_of(json_string_value(e)));
}

static bool apply_change(struct call *k, struct rebuilt *r, const json_t *change, const char **bad)
{
    int64_t id = 0;
    str op = STR_EMPTY;
    const struct entity *e = change_target(change, &id, &op);
    *bad = "e";
    if (!e) return false;
    struct map *m = &r->by_entity[entity_index(e)];
    void *record = map_get_int(m, id);
    bool insert = str_is(op, "insert");
    *bad = "id";
    if (insert == (record != NULL)) return false;
    if (insert) {
        record = arena_alloc(r->a, e->shape->size);
        shape_init(e->shape, record);
        *field_int(&e->shape->fields[0], record) = k->district;
        *field_int(&e->shape->fields[1], record) = id;
        map_put_int(r->a, m, id, record);
    }
    if (str_is(op, "remove")) {
        map_put_int(r->a, m, id, NULL);
        *bad = NULL;
        return true;
    }
    return apply_fields(r, e, json_object_get(change, "f"), record, bad);
}

static void apply_row(struct call *k, struct rebuilt *r, const struct journal_row *row, struct findings *f)
{
    str seq = str_printf(f->a, "%" PRId64, row->seq);
    json_t *changes = json_loadb(row->changes.p, row->changes.n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_array(changes)) finding(f, "verify.unreadable", seq, STR_EMPTY, STR_EMPTY);
    for (size_t i = 0; i < json_array_size(changes); i++) {
        const char *bad = NULL;
        if (apply_change(k, r, json_array_get(changes, i), &bad)) continue;
        finding(f, "verify.change", seq, str_printf(f->a, "%zu", i), str_of(bad));
    }
    json_decref(changes);
}

bool journal_rebuild(struct call *k, struct findings *f, struct rebuilt **out)
{
    struct rebuilt *r = ARENA_NEW(k->c->a, struct rebuilt);
    r->a = k->c->a;
    r->by_entity = arena_alloc(r->a, N_ENTITIES * sizeof *r->by_entity);
    struct journal_row *rows = arena_alloc(r->a, PAGE * sizeof *rows);
    int64_t next = 1;
    size_t n;
    do {
        if (!journal_page(k, next, rows, &n)) return false;
        for (size_t i = 0; i < n; i++) apply_row(k, r, &rows[i], f);
        if (n) next = rows[n - 1].seq + 1;
        if (!ctx_ok(k->c)) return false;
    } while (n == PAGE);
    *out = r;
    return true;
}

/* --- comparing --- */

static str record_name(struct findings *f, const struct entity *e, int64_t id)
{
    return str_printf(f->a, "%s(%s) %" PRId64, f->lang == LANG_EN ? e->en : e->zh, e->name, id);
}

static void compare_record(struct findings *f, const struct entity *e, int64_t id, const void *stored, const void *told)
{
    for (size_t i = 2; i < e->shape->n; i++) {
        const struct field *field = &e->shape->fields[i];
        if (!same_stored(f->a, field, stored, told))
            finding(f, "verify.differs", record_name(f, e, id), str_of(f->lang == LANG_EN ? field->en : field->zh),
                    str_of(field->name));
    }
}

static bool compare_entity(struct call *k, const struct entity *e, const struct map *told, struct findings *f,
                           int64_t *records)
{
    size_t present = 0, found = 0;
    int64_t after = INT64_MIN;
    void *stored = arena_alloc(k->c->a, e->shape->size);
    for (const struct map_entry *m = told->first; m; m = m->next) present += m->value != NULL;
    struct map seen = {0};
    for (size_t n = 1000; n == 1000;) {
        struct db_rows r;
        if (!DB_QUERY(k->c, k->db, &r, &e->whole, ARG(k->district), ARG(after))) return false;
        for (n = 0; db_next(&r); n++) {
            record_read(e, &r, 0, stored);
            after = *field_int(&e->shape->fields[1], stored);
            const void *record = map_get_int(told, after);
            if (!record) finding(f, "verify.unknown_record", record_name(f, e, after), STR_EMPTY, STR_EMPTY);
            else compare_record(f, e, after, stored, record);
            found += record != NULL;
            map_put_int(k->c->a, &seen, after, (void *)(uintptr_t)e);
        }
        if (!db_done(&r)) return false;
    }
    *records += (int64_t)found;
    for (const struct map_entry *m = told->first; m && found < present; m = m->next)
        if (m->value && !map_get_int(&seen, m->number))
            finding(f, "verify.missing_record", record_name(f, e, m->number), STR_EMPTY, STR_EMPTY);
    return ctx_ok(k->c);
}

bool state_compare(struct call *k, const struct rebuilt *r, struct findings *f, int64_t *records)
{
    *records = 0;
    for (size_t i = 0; i < N_ENTITIES; i++) {
        if (ENTITIES[i]->flags & ENTITY_EPHEMERAL) continue;
        if (!compare_entity(k, ENTITIES[i], &r->by_entity[i], f, records)) return false;
    }
    return true;
}

void rebuilt_records(struct arena *a, const struct rebuilt *r, const struct entity *e, struct list *pointers)
{
    size_t cap = 0;
    *pointers = (struct list){0};
    for (const struct map_entry *m = r->by_entity[entity_index(e)].first; m; m = m->next)
        if (m->value) *(void **)vec_slot(a, &pointers->at, &pointers->n, &cap, sizeof(void *)) = m->value;
}
