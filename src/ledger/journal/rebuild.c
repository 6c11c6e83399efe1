/*
 * State from the journal. Every record is kept as the struct of its entity, filled from the JSON of
 * the changes; a secret is held as "sm3:" and its hash, as the journal has it. Then the tables are
 * read and each column compared as it is stored, so that NULL, 0 and "" are three things.
 *
 * Pages of the journal and of the tables live in an arena of their own that each page reuses; only
 * the rebuilt records stay.
 */
#include <jansson.h>
#include <stdlib.h>

#include "base/map.h"
#include "ledger/journal/verify.h"
#include "ledger/sm3.h"
#include "ledger/state.h"

enum { PAGE = 500, TABLE_PAGE = 1000 };

struct told {
    void *record; // NULL once removed
    bool seen;    // its row was found
};

// A row of journal_object: derived, so it is made again.
struct link {
    int64_t object, seq;
};

struct rebuilt {
    struct arena *a;
    struct map *by_entity; // one map an entity: id → struct told
    void *scratch;         // room for one record of any entity
    VEC(struct link) links;
    bool concern;      // the record at hand changed what state.h keeps
    int64_t rules_seq; // the last record that changed what state.h keeps
};

static const struct stmt LINKS_FROM = {
    "journal.links_from",
    "SELECT object_id, seq FROM journal_object WHERE district_id = $1 AND"
    " (object_id > $2 OR (object_id = $2 AND seq > $3)) ORDER BY object_id, seq LIMIT 1000"};
const struct stmt *const REBUILD_STATEMENTS[] = {&LINKS_FROM};
const size_t N_REBUILD_STATEMENTS = COUNT_OF(REBUILD_STATEMENTS);

/* --- a call whose memory a page reuses --- */

struct paging {
    struct ctx c;
    struct call k;
};

static bool paging_begin(struct paging *p, const struct call *k)
{
    p->c = (struct ctx){.a = arena_new(SIZE_MAX), .lang = k->c->lang};
    error_clear(&p->c);
    p->k = *k;
    p->k.c = &p->c;
    return p->c.a || fail(k->c, ERR_NO_MEMORY, "base.no_memory");
}

// Gives the memory back and tells the caller's context what went wrong, if anything did.
static bool paging_end(struct paging *p, const struct call *k, bool ok)
{
    const struct error *e = &p->c.err;
    if (!ok && e->code != ERR_NONE)
        fail_with(k->c, e->code, e->id, e->field, e->position, e->args, e->n_args);
    arena_free(p->c.a);
    return ok && ctx_ok(k->c);
}

/* --- applying changes --- */

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
    int64_t n = json_integer_value(v);
    if (f->type == F_DEC) field_dec(f, record)->millionths = n;
    else if (is_int)
        *field_int(f, record) = n == field_last(f) ? 0 : n; // the struct says "none" by 0
    else *field_str(f, record) = str_dup(a, (str){json_string_value(v), json_string_length(v)});
    return true;
}

static bool same_bound(struct db_arg p, struct db_arg q)
{
    if (p.type != q.type) return false;
    return p.type == ARG_TEXT ? str_eq(p.s, q.s) : p.type == ARG_NULL || p.i == q.i;
}

static bool apply_fields(struct rebuilt *r, struct arena *page, const struct entity *e,
                         const json_t *fields, void *record, const char **bad_field)
{
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)(uintptr_t)fields, name, pair)
    {
        const struct field *f = shape_field(e->shape, str_of(name));
        *bad_field = name;
        if (!f || json_array_size(pair) != 2) return false;
        // What the record said it was before must be what the records before it made.
        if (!put_value(page, f, json_array_get(pair, 0), r->scratch)) return false;
        if (!same_bound(field_bind(f, r->scratch), field_bind(f, record))) return false;
        if (!put_value(r->a, f, json_array_get(pair, 1), record)) return false;
    }
    *bad_field = NULL;
    return true;
}

static const struct entity *change_target(const json_t *change, int64_t *id, str *op)
{
    const json_t *e = json_object_get(change, "e"), *i = json_object_get(change, "id"),
                 *o = json_object_get(change, "op");
    if (!json_is_string(e) || !json_is_integer(i) || !json_is_string(o)) return NULL;
    *id = json_integer_value(i);
    *op = str_of(json_string_value(o));
    return entity_find(str_of(json_string_value(e)));
}

static struct told *told_of(struct rebuilt *r, const struct entity *e, int64_t id)
{
    struct map *m = &r->by_entity[entity_index(e)];
    struct told *t = map_get_int(m, id);
    if (t) return t;
    t = ARENA_NEW(r->a, struct told);
    map_put_int(r->a, m, id, t);
    return t;
}

static void *new_record(struct call *k, struct rebuilt *r, const struct entity *e, int64_t id)
{
    void *record = arena_alloc(r->a, e->shape->size);
    shape_init(e->shape, record);
    *field_int(&e->shape->fields[0], record) = k->district;
    *field_int(&e->shape->fields[1], record) = id;
    return record;
}

// *object: whose history the change belongs to.
static bool apply_change(struct call *k, struct rebuilt *r, const json_t *change, int64_t *object,
                         const char **bad)
{
    int64_t id = 0;
    str op = STR_EMPTY;
    const struct entity *e = change_target(change, &id, &op);
    *bad = "e";
    if (!e) return false;
    r->concern |= states_behind(e);
    struct told *t = told_of(r, e, id);
    bool insert = str_is(op, "insert");
    *bad = "id";
    if (insert == (t->record != NULL)) return false;
    if (insert) t->record = new_record(k, r, e, id);
    if (str_is(op, "remove")) {
        *object = journal_object_of(e, t->record);
        t->record = NULL;
        *bad = NULL;
        return true;
    }
    bool ok = apply_fields(r, k->c->a, e, json_object_get(change, "f"), t->record, bad);
    *object = journal_object_of(e, t->record);
    return ok;
}

static void add_link(struct rebuilt *r, int64_t object, int64_t seq)
{
    if (object) VEC_ADD(r->a, &r->links, ((struct link){object, seq}));
}

static bool apply_row(struct call *k, struct rebuilt *r, const struct journal_row *row,
                      struct findings *f)
{
    str seq = str_printf(f->a, "%" PRId64, row->seq);
    json_error_t e;
    json_t *changes = json_loadb(row->changes.p, row->changes.n, JSON_REJECT_DUPLICATES, &e);
    if (!changes && json_error_code(&e) == json_error_out_of_memory)
        return fail(k->c, ERR_NO_MEMORY, "base.no_memory");
    if (!json_is_array(changes)) finding(f, "verify.unreadable", seq, STR_EMPTY, STR_EMPTY);
    r->concern = false;
    add_link(r, row->object_id, row->seq);
    for (size_t i = 0; i < json_array_size(changes); i++) {
        const char *bad = NULL;
        int64_t object = 0;
        bool ok = apply_change(k, r, json_array_get(changes, i), &object, &bad);
        add_link(r, object, row->seq);
        if (!ok) finding(f, "verify.change", seq, str_printf(f->a, "%zu", i), str_of(bad));
    }
    if (r->concern) r->rules_seq = row->seq;
    json_decref(changes);
    return ctx_ok(k->c);
}

static bool apply_rows(struct call *k, struct rebuilt *r, struct findings *f)
{
    int64_t next = INT64_MIN;
    size_t n = PAGE;
    while (n == PAGE) {
        struct arena_mark mark = arena_mark(k->c->a);
        struct journal_row *rows = arena_alloc(k->c->a, PAGE * sizeof *rows);
        if (!journal_page(k, next, rows, &n)) return false;
        for (size_t i = 0; i < n; i++)
            if (!apply_row(k, r, &rows[i], f)) return false;
        if (n) next = rows[n - 1].seq + (rows[n - 1].seq < INT64_MAX);
        arena_reset_to(k->c->a, mark);
        if (!arena_ok(r->a)) return fail(k->c, ERR_NO_MEMORY, "base.no_memory");
    }
    return true;
}

bool journal_rebuild(struct call *k, struct findings *f, struct rebuilt **out)
{
    struct rebuilt *r = ARENA_NEW(k->c->a, struct rebuilt);
    size_t largest = 1;
    r->a = k->c->a;
    r->by_entity = arena_alloc(r->a, N_ENTITIES * sizeof *r->by_entity);
    for (size_t i = 0; i < N_ENTITIES; i++)
        if (ENTITIES[i]->shape->size > largest) largest = ENTITIES[i]->shape->size;
    r->scratch = arena_alloc(r->a, largest);
    *out = r;
    struct paging p;
    if (!paging_begin(&p, k)) return false;
    return paging_end(&p, k, apply_rows(&p.k, r, f));
}

/* --- comparing --- */

static str record_name(struct findings *f, const struct entity *e, int64_t id)
{
    return str_printf(f->a, "%s(%s) %" PRId64, f->lang == LANG_EN ? e->en : e->zh, e->name, id);
}

// The column as it is stored against the field as the journal tells it.
static bool same_stored(struct db_rows *rows, int col, const struct field *f, const void *record)
{
    struct db_arg want = field_bind(f, record);
    if (want.type == ARG_NULL || db_is_null(rows, col))
        return want.type == ARG_NULL && db_is_null(rows, col);
    if (want.type == ARG_INT) return db_int(rows, col) == want.i;
    str stored = db_text(rows, col);
    if (f->type == F_SECRET) stored = str_cat(rows->c->a, STR("sm3:"), sm3_of(rows->c->a, stored));
    return str_eq(stored, want.s);
}

static void compare_row(struct call *k, struct rebuilt *r, const struct entity *e,
                        struct db_rows *rows, int64_t id, struct findings *f, int64_t *records)
{
    struct told *t = map_get_int(&r->by_entity[entity_index(e)], id);
    if (!t || !t->record) {
        finding(f, "verify.unknown_record", record_name(f, e, id), STR_EMPTY, STR_EMPTY);
        return;
    }
    t->seen = true;
    (*records)++;
    for (size_t i = 2; i < e->shape->n; i++) {
        const struct field *field = &e->shape->fields[i];
        bool same = same_stored(rows, (int)i, field, t->record);
        if (!same && arena_ok(k->c->a))
            finding(f, "verify.differs", record_name(f, e, id),
                    str_of(f->lang == LANG_EN ? field->en : field->zh), str_of(field->name));
    }
}

static bool compare_entity(struct call *k, struct rebuilt *r, const struct entity *e,
                           struct findings *f, int64_t *records)
{
    int64_t after = INT64_MIN;
    for (size_t n = TABLE_PAGE; n == TABLE_PAGE;) {
        struct arena_mark mark = arena_mark(k->c->a);
        struct db_rows rows;
        if (!DB_QUERY(k->c, k->db, &rows, &e->whole, ARG(k->district), ARG(after))) return false;
        for (n = 0; db_next(&rows); n++) {
            after = db_int(&rows, 1);
            compare_row(k, r, e, &rows, after, f, records);
        }
        if (!db_done(&rows)) return false;
        arena_reset_to(k->c->a, mark);
    }
    for (const struct map_entry *m = r->by_entity[entity_index(e)].first; m; m = m->next) {
        const struct told *t = m->value;
        if (t->record && !t->seen)
            finding(f, "verify.missing_record", record_name(f, e, m->number), STR_EMPTY, STR_EMPTY);
    }
    return true;
}

static int by_object(const void *x, const void *y)
{
    const struct link *a = x, *b = y;
    if (a->object != b->object) return a->object < b->object ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static void link_finding(struct findings *f, const char *id, struct link l)
{
    finding(f, id, str_printf(f->a, "%" PRId64, l.object), str_printf(f->a, "%" PRId64, l.seq),
            STR_EMPTY);
}

// Both sides in one order: what only one of them has is a finding.
static bool compare_links(struct call *k, struct rebuilt *r, struct findings *f)
{
    struct link *at = r->links.at, last = {INT64_MIN, INT64_MIN};
    size_t i = 0, total = r->links.n;
    if (total) qsort(at, total, sizeof *at, by_object);
    for (size_t n = TABLE_PAGE; n == TABLE_PAGE;) {
        struct db_rows rows;
        if (!DB_QUERY(k->c, k->db, &rows, &LINKS_FROM, ARG(k->district), ARG(last.object),
                      ARG(last.seq)))
            return false;
        for (n = 0; db_next(&rows); n++) {
            last = (struct link){db_int(&rows, 0), db_int(&rows, 1)};
            while (i < total && by_object(&at[i], &last) < 0) {
                link_finding(f, "verify.no_object", at[i]);
                struct link told = at[i];
                while (i < total && by_object(&at[i], &told) == 0) i++;
            }
            if (i == total || by_object(&at[i], &last) != 0)
                link_finding(f, "verify.odd_object", last);
            while (i < total && by_object(&at[i], &last) == 0)
                i++; // a record may touch an object twice
        }
        if (!db_done(&rows)) return false;
    }
    for (; i < total; i++)
        if (i == 0 || by_object(&at[i - 1], &at[i]) != 0)
            link_finding(f, "verify.no_object", at[i]);
    return true;
}

// 0 in a store from before the number was counted, until the next such change.
static bool compare_rules(struct call *k, const struct rebuilt *r, struct findings *f)
{
    struct journal_head head;
    if (!journal_head_load(k, false, &head)) return false;
    if (head.rules_seq && head.rules_seq != r->rules_seq)
        finding(f, "verify.head_rules", str_printf(f->a, "%" PRId64, head.rules_seq),
                str_printf(f->a, "%" PRId64, r->rules_seq), STR_EMPTY);
    return true;
}

bool state_compare(struct call *k, struct rebuilt *r, struct findings *f, int64_t *records)
{
    struct paging p;
    bool ok = true;
    *records = 0;
    if (!paging_begin(&p, k)) return false;
    for (size_t i = 0; i < N_ENTITIES && ok; i++)
        if (!(ENTITIES[i]->flags & ENTITY_EPHEMERAL))
            ok = compare_entity(&p.k, r, ENTITIES[i], f, records);
    ok = ok && compare_links(&p.k, r, f) && compare_rules(&p.k, r, f);
    return paging_end(&p, k, ok);
}
