#include "ledger/record.h"

#include <stdlib.h>

enum { DAY_LAST = 99991231 };
#define INSTANT_LAST INT64_C(253402300799999999) // 9999-12-31: "none" where none sorts last

int64_t field_last(const struct field *f)
{
    if (!(f->flags & LAST)) return 0;
    return f->type == F_DAY ? (int64_t)DAY_LAST : INSTANT_LAST;
}

struct db_arg field_bind(const struct field *f, const void *record)
{
    void *r = (void *)(uintptr_t)record; // the accessors serve readers and writers
    bool required = (f->flags & REQUIRED) != 0;
    switch (f->type) {
    case F_ID:
    case F_REF: return required ? db_arg_int(*field_int(f, r)) : db_arg_id(*field_int(f, r));
    case F_INT:
    case F_BOOL: return db_arg_int(*field_int(f, r));
    case F_DAY:
    case F_INSTANT: {
        int64_t v = *field_int(f, r);
        if (v == 0 && (f->flags & LAST)) return db_arg_int(field_last(f));
        return required ? db_arg_int(v) : db_arg_id(v);
    }
    case F_DEC: {
        dec d = *field_dec(f, r);
        return dec_is_none(d) ? db_arg_null() : db_arg_int(d.millionths);
    }
    default: {
        str s = *field_str(f, r);
        return s.n || required ? db_arg_text(s) : db_arg_null();
    }
    }
}

static void read_field(const struct field *f, struct db_rows *rows, int col, void *record)
{
    if (f->type == F_DEC) {
        *field_dec(f, record) = db_is_null(rows, col) ? DEC_NONE : (dec){db_int(rows, col)};
    } else if (field_is_int(f)) {
        int64_t v = db_int(rows, col);
        if (v == field_last(f)) v = 0;
        *field_int(f, record) = v;
    } else {
        *field_str(f, record) = db_text(rows, col);
    }
}

void record_read(const struct entity *e, struct db_rows *rows, int first, void *record)
{
    memset(record, 0, e->shape->size);
    for (size_t i = 0; i < e->shape->n; i++) read_field(&e->shape->fields[i], rows, first + (int)i, record);
}

static bool load(struct call *k, const struct entity *e, const struct stmt *st, struct db_arg key,
                 void *record, bool *found)
{
    struct db_rows rows;
    struct db_arg args[] = {db_arg_int(k->district), key};
    if (!db_query_args(k->c, k->db, &rows, st, args, 2)) return false;
    *found = db_next(&rows);
    if (*found) record_read(e, &rows, 0, record);
    return db_done(&rows);
}

bool record_load(struct call *k, const struct entity *e, int64_t id, void *record)
{
    bool found;
    if (!load(k, e, &e->by_id, db_arg_int(id), record, &found)) return false;
    if (found) return true;
    return fail(k->c, ERR_NOT_FOUND, "record.not_found", str_of(k->c->lang == LANG_EN ? e->en : e->zh),
                str_printf(k->c->a, "%" PRId64, id));
}

bool record_by_code(struct call *k, const struct entity *e, str code, void *record, bool *found)
{
    INVARIANT(e->code);
    return load(k, e, &e->by_code, db_arg_text(code), record, found);
}

void *record_copy(struct call *k, const struct entity *e, const void *record)
{
    void *copy = arena_alloc(k->c->a, e->shape->size);
    memcpy(copy, record, e->shape->size);
    return copy;
}

static void note_change(struct call *k, const struct entity *e, int64_t id, const void *before, const void *after)
{
    if (e->flags & ENTITY_EPHEMERAL) return;
    VEC_ADD(k->c->a, &k->changes, ((struct change){e, id, before, after}));
}

static int64_t *version_of(const struct entity *e, void *record)
{
    return field_int(shape_field(e->shape, STR("version")), record);
}

static const struct field *id_field(const struct entity *e)
{
    return &e->shape->fields[1];
}

static struct db_arg *bind_all(struct call *k, const struct entity *e, const void *record)
{
    struct db_arg *args = arena_alloc(k->c->a, e->shape->n * sizeof *args);
    for (size_t i = 0; i < e->shape->n; i++) args[i] = field_bind(&e->shape->fields[i], record);
    return args;
}

bool record_insert(struct call *k, const struct entity *e, void *record)
{
    INVARIANT(k->writable);
    int64_t *id = field_int(id_field(e), record);
    *field_int(&e->shape->fields[0], record) = k->district;
    if (*id == 0) *id = id_new(k);
    if (e->flags & ENTITY_VERSIONED) *version_of(e, record) = 1;
    if (!db_run_args(k->c, k->db, &e->insert, NULL, bind_all(k, e, record), e->shape->n)) return false;
    note_change(k, e, *id, NULL, record_copy(k, e, record));
    return true;
}

bool field_same(const struct field *f, const void *x, const void *y)
{
    void *a = (void *)(uintptr_t)x, *b = (void *)(uintptr_t)y;
    if (f->type == F_DEC) return field_dec(f, a)->millionths == field_dec(f, b)->millionths;
    if (field_is_int(f)) return *field_int(f, a) == *field_int(f, b);
    return str_eq(*field_str(f, a), *field_str(f, b));
}

static bool same(const struct entity *e, const void *before, const void *after)
{
    for (size_t i = 0; i < e->shape->n; i++)
        if (!field_same(&e->shape->fields[i], before, after)) return false;
    return true;
}

/*
 * Only the columns that moved are set, so that only their indexes are written: an item has a dozen.
 * The text is made of our own names alone and repeats itself, so it stays prepared. $1 district, $2 id,
 * then the columns in order, last the version that was read.
 */
static struct stmt update_of(struct call *k, const struct entity *e, const void *before, const void *after,
                             struct db_arg *args, size_t *n)
{
    struct buf b;
    buf_init(&b, k->c->a, 16384);
    buf_printf(&b, "UPDATE %s SET ", e->name);
    args[0] = field_bind(&e->shape->fields[0], after);
    args[1] = field_bind(&e->shape->fields[1], after);
    *n = 2;
    for (size_t i = 2; i < e->shape->n; i++) {
        const struct field *f = &e->shape->fields[i];
        if (field_same(f, before, after)) continue;
        buf_printf(&b, "%s%s = $%zu", *n > 2 ? ", " : "", f->name, *n + 1);
        args[(*n)++] = field_bind(f, after);
    }
    buf_addz(&b, " WHERE district_id = $1 AND id = $2");
    return (struct stmt){e->name, b.p};
}

bool record_update(struct call *k, const struct entity *e, const void *before, void *after)
{
    INVARIANT(k->writable);
    if (same(e, before, after)) return true;
    bool versioned = (e->flags & ENTITY_VERSIONED) != 0;
    int64_t version = versioned ? *version_of(e, (void *)(uintptr_t)before) : 0;
    if (versioned) *version_of(e, after) = version + 1;
    struct db_arg *args = arena_alloc(k->c->a, (e->shape->n + 1) * sizeof *args);
    size_t n;
    struct stmt st = update_of(k, e, before, after, args, &n);
    if (versioned) {
        st.sql = str_z(k->c->a, str_printf(k->c->a, "%s AND version = $%zu", st.sql, n + 1));
        args[n++] = db_arg_int(version);
    }
    if (!ctx_ok(k->c)) return false;
    int64_t affected = 0;
    if (!db_run_args(k->c, k->db, &st, &affected, args, n)) return false;
    if (affected != 1) return fail(k->c, ERR_STALE, "record.stale");
    int64_t id = *field_int(id_field(e), after);
    note_change(k, e, id, record_copy(k, e, before), record_copy(k, e, after));
    return true;
}

bool record_remove(struct call *k, const struct entity *e, const void *before)
{
    INVARIANT(k->writable);
    int64_t id = *field_int(id_field(e), (void *)(uintptr_t)before), affected = 0;
    if (!DB_RUN(k->c, k->db, &e->remove, &affected, ARG(k->district), ARG(id))) return false;
    if (affected != 1) return fail(k->c, ERR_STALE, "record.stale");
    note_change(k, e, id, record_copy(k, e, before), NULL);
    return true;
}

void records_register(struct records *const *list, size_t n)
{
    static struct arena *forever;
    if (!forever) forever = arena_new(SIZE_MAX);
    if (!forever) BUG("no memory at start");
    const struct stmt **all = arena_alloc(forever, (n ? n : 1) * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        struct records *q = list[i];
        str sql = str_printf(forever, "SELECT %.*s FROM %s %s", STR_FMT(q->entity->columns), q->entity->name, q->tail);
        q->st = (struct stmt){q->name, str_z(forever, sql)};
        all[i] = &q->st;
    }
    statements_register(all, n);
}

bool record_list_args(struct call *k, const struct records *q, struct list *out, const struct db_arg *args, size_t n)
{
    size_t size = q->entity->shape->size, cap = 0;
    *out = (struct list){0};
    struct db_rows rows;
    if (!db_query_args(k->c, k->db, &rows, &q->st, args, n)) return false;
    while (db_next(&rows))
        record_read(q->entity, &rows, 0, vec_slot(k->c->a, &out->at, &out->n, &cap, size));
    return db_done(&rows);
}

static void json_field(struct json *j, struct arena *a, const struct field *f, void *record, int zone_min)
{
    jw_key(j, f->name);
    switch (f->type) {
    case F_ID:
    case F_REF: jw_id(j, *field_int(f, record)); break;
    case F_INT: jw_int(j, *field_int(f, record)); break;
    case F_BOOL: jw_bool(j, *field_int(f, record) != 0); break;
    case F_DAY: {
        int64_t v = *field_int(f, record);
        if (v) jw_text(j, day_text(a, day_from_ymd((int32_t)v)));
        else jw_null(j);
        break;
    }
    case F_INSTANT: {
        int64_t v = *field_int(f, record);
        if (v) jw_text(j, instant_text(a, v, zone_min));
        else jw_null(j);
        break;
    }
    case F_DEC:
        if (dec_is_none(*field_dec(f, record))) jw_null(j);
        else jw_text(j, dec_text(a, *field_dec(f, record)));
        break;
    case F_JSON:
        if (field_str(f, record)->n) jw_raw(j, *field_str(f, record));
        else jw_null(j);
        break;
    default:
        if (field_str(f, record)->n || (f->flags & REQUIRED)) jw_text(j, *field_str(f, record));
        else jw_null(j);
    }
}

void record_json_open(struct json *j, struct arena *a, const struct shape *s, const void *record, int zone_min)
{
    jw_object(j);
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (f->type == F_SECRET || (f->flags & HIDDEN) || f->type >= F_IDS) continue;
        json_field(j, a, f, (void *)(uintptr_t)record, zone_min);
    }
}

void record_json(struct json *j, struct arena *a, const struct shape *s, const void *record, int zone_min)
{
    record_json_open(j, a, s, record, zone_min);
    jw_end(j);
}
