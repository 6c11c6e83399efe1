#include "ledger/item/item_find.h"

#include "base/base64.h"

#include <stdlib.h>

/* --- orders --- */

enum order_kind {
    ORDER_PLAIN,  // every item has a value
    ORDER_LAST,   // "none" is stored as the last day or instant
    ORDER_NULL,   // "none" is NULL
    ORDER_STATES  // by the loop's order of states
};

static const struct order {
    const char *name; // column of item
    enum order_kind kind;
    bool text;
    int64_t last;
} ORDERS[] = {
    {"due_day", ORDER_LAST, false, 99991231},
    {"code", ORDER_PLAIN, true, 0},
    {"title", ORDER_PLAIN, true, 0},
    {"lead_unit_id", ORDER_NULL, false, 0},
    {"state", ORDER_STATES, true, 0},
    {"progress", ORDER_PLAIN, false, 0},
    {"clock_due_at", ORDER_LAST, false, INT64_C(253402300799999999)},
    {"last_report_at", ORDER_NULL, false, 0},
};

// A row's place in an order: phase first, then the value, then the id.
struct place {
    size_t phase;
    int64_t number, id;
    str text;
};

struct finder {
    struct call *k;
    const struct item_ask *ask;
    const struct order *order;
    bool down;
    size_t limit;
    uint64_t hash;
    bool after; // there is a cursor: rows behind from
    struct place from;
    struct sqltext condition;
    VEC(struct place) found;
};

static size_t phases(const struct order *o)
{
    return o->kind == ORDER_STATES ? ITEM_STATES.n : o->kind == ORDER_PLAIN ? 1 : 2;
}

// Within this phase all rows have the same value and stand by id.
static bool constant_phase(const struct order *o, size_t phase)
{
    return o->kind == ORDER_STATES || phase == 1;
}

static size_t phase_of(const struct finder *f, const struct place *p, bool null)
{
    if (f->order->kind == ORDER_NULL) return null;
    if (f->order->kind == ORDER_LAST) return p->number == f->order->last;
    if (f->order->kind == ORDER_PLAIN) return 0;
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (str_is(p->text, ITEM_STATES.at[i].code)) return f->down ? ITEM_STATES.n - 1 - i : i;
    return 0;
}

static int compare(const struct finder *f, const struct place *x, const struct place *y)
{
    if (x->phase != y->phase) return x->phase < y->phase ? -1 : 1;
    int by = 0;
    if (!constant_phase(f->order, x->phase))
        by = f->order->text ? str_cmp(x->text, y->text) : (x->number > y->number) - (x->number < y->number);
    if (by == 0) by = (x->id > y->id) - (x->id < y->id);
    return f->down ? -by : by;
}

static int compare_for_sort(const void *x, const void *y, void *f)
{
    return compare(f, x, y);
}

static bool order_find(struct finder *f)
{
    str name = f->ask->sort.n ? f->ask->sort : STR("due_day");
    f->down = str_starts(name, STR("-"));
    if (f->down) name = str_from(name, 1);
    for (size_t i = 0; i < COUNT_OF(ORDERS); i++)
        if (str_is(name, ORDERS[i].name)) f->order = &ORDERS[i];
    return f->order || fail_field(f->k->c, ERR_INVALID, "item.no_order", STR("sort"), name);
}

/* --- cursors --- */

static void hash_part(uint64_t *h, str s)
{
    for (size_t i = 0; i < s.n; i++) *h = (*h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    *h = (*h ^ 0x100) * UINT64_C(1099511628211); // the end of a part is not a byte of any text
}

// FNV-1a over the parameters: it tells lists apart, it keeps nobody out.
static uint64_t hash_of(const struct item_ask *a)
{
    uint64_t h = UINT64_C(14695981039346656037);
    const str texts[] = {a->where, a->q, a->view, a->state, a->light, a->sort};
    const int64_t ids[] = {a->line_id, a->register_id, a->unit_id, a->parent_id};
    for (size_t i = 0; i < COUNT_OF(texts); i++) hash_part(&h, texts[i]);
    for (size_t i = 0; i < COUNT_OF(ids); i++) hash_part(&h, (str){(const char *)&ids[i], sizeof ids[i]});
    return h;
}

static str cursor_text(const struct finder *f, const struct place *p)
{
    struct arena *a = f->k->c->a;
    str value = f->order->text ? p->text : str_printf(a, "%" PRId64, p->number);
    str head = str_printf(a, "%016" PRIx64 ".%zu.%" PRId64 ".", f->hash, p->phase, p->id);
    return base64url(a, str_cat(a, head, value));
}

static bool cursor_read(struct finder *f)
{
    struct ctx *c = f->k->c;
    str rest;
    int64_t phase;
    if (f->ask->cursor.n == 0) return true;
    if (!base64url_read(c->a, f->ask->cursor, &rest) || !utf8_valid(rest))
        return fail_field(c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    str hash = str_cut(&rest, STR(".")), first = str_cut(&rest, STR(".")), id = str_cut(&rest, STR("."));
    if (!str_int(first, &phase) || !str_int(id, &f->from.id))
        return fail_field(c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    if (!str_eq(hash, str_printf(c->a, "%016" PRIx64, f->hash)))
        return fail_field(c, ERR_INVALID, "cursor.other_list", STR("cursor"));
    f->from.text = rest;
    f->from.phase = (size_t)phase;
    bool number = f->order->text || str_int(rest, &f->from.number);
    if (!number || phase < 0 || f->from.phase >= phases(f->order))
        return fail_field(c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    f->after = true;
    return true;
}

/* --- SQL --- */

static void column(struct finder *f, struct sqltext *q)
{
    sqltext_field(q, "i", shape_field(ITEM.shape, str_of(f->order->name)));
}

static void begin(struct finder *f, struct sqltext *q)
{
    sqltext_init(q, f->k);
    sqltext_add(q, "SELECT i.id, ");
    column(f, q);
    sqltext_add(q, " FROM item AS i WHERE ");
    sqltext_append(q, &f->condition);
}

static bool read_places(struct finder *f, struct sqltext *q, const char *name)
{
    struct db_rows rows;
    if (!sqltext_query(f->k, q, name, &rows)) return false;
    while (db_next(&rows)) {
        struct place p = {.id = db_int(&rows, 0)};
        if (f->order->text) p.text = db_text(&rows, 1);
        else p.number = db_int(&rows, 1);
        p.phase = phase_of(f, &p, db_is_null(&rows, 1));
        VEC_ADD(f->k->c->a, &f->found, p);
    }
    return db_done(&rows);
}

static void phase_condition(struct finder *f, size_t phase, struct sqltext *q)
{
    if (f->order->kind == ORDER_PLAIN) return;
    sqltext_add(q, " AND ");
    column(f, q);
    if (f->order->kind == ORDER_NULL) {
        sqltext_add(q, phase ? " IS NULL" : " IS NOT NULL");
    } else if (f->order->kind == ORDER_LAST) {
        sqltext_add(q, phase ? " = " : " < ");
        sqltext_arg(q, db_arg_int(f->order->last));
    } else {
        size_t state = f->down ? ITEM_STATES.n - 1 - phase : phase;
        sqltext_add(q, " = ");
        sqltext_arg(q, db_arg_text(str_of(ITEM_STATES.at[state].code)));
    }
}

static void behind_cursor(struct finder *f, bool constant, struct sqltext *q)
{
    const char *beyond = f->down ? " < " : " > ";
    sqltext_add(q, constant ? " AND i.id" : " AND (");
    if (!constant) {
        column(f, q);
        sqltext_add(q, ", i.id)");
    }
    sqltext_add(q, beyond);
    if (!constant) {
        sqltext_add(q, "(");
        sqltext_arg(q, f->order->text ? db_arg_text(f->from.text) : db_arg_int(f->from.number));
        sqltext_add(q, ", ");
    }
    sqltext_arg(q, db_arg_int(f->from.id));
    if (!constant) sqltext_add(q, ")");
}

static bool walk_phase(struct finder *f, size_t phase)
{
    struct sqltext q;
    bool constant = constant_phase(f->order, phase);
    begin(f, &q);
    phase_condition(f, phase, &q);
    if (f->after && f->from.phase == phase) behind_cursor(f, constant, &q);
    sqltext_add(&q, " ORDER BY ");
    if (!constant) {
        column(f, &q);
        sqltext_add(&q, f->down ? " DESC, " : ", ");
    }
    sqltext_add(&q, f->down ? "i.id DESC LIMIT " : "i.id LIMIT ");
    sqltext_arg(&q, db_arg_int((int64_t)(f->limit + 1 - f->found.n)));
    return read_places(f, &q, "items.walk");
}

/* --- pages --- */

// The found places from the cursor on, in order, as ids; one more than the limit tells that there are more.
static void take(struct finder *f, struct item_page *page)
{
    size_t first = 0;
    while (f->after && first < f->found.n && compare(f, &f->found.at[first], &f->from) <= 0) first++;
    size_t left = f->found.n - first;
    page->n = left < f->limit ? left : f->limit;
    page->ids = arena_alloc(f->k->c->a, (page->n + 1) * sizeof *page->ids);
    for (size_t i = 0; i < page->n; i++) page->ids[i] = f->found.at[first + i].id;
    if (left > f->limit) page->next = cursor_text(f, &f->found.at[first + page->n - 1]);
}

bool item_page_find(struct call *k, const struct item_ask *ask, struct item_page *page)
{
    struct finder f = {.k = k, .ask = ask, .limit = ask->limit ? (size_t)ask->limit : ITEM_PAGE, .hash = hash_of(ask)};
    struct sqltext q;
    *page = (struct item_page){.next = STR_EMPTY};
    if (ask->limit < 0 || ask->limit > ITEM_PAGE_MAX)
        return fail_field(k->c, ERR_INVALID, "item.bad_limit", STR("limit"), str_printf(k->c->a, "%d", ITEM_PAGE_MAX));
    if (!order_find(&f) || !cursor_read(&f)) return false;
    sqltext_init(&f.condition, k);
    if (!item_condition(k, ask, &f.condition)) return false;
    begin(&f, &q);
    sqltext_add(&q, " LIMIT ");
    sqltext_arg(&q, db_arg_int(ITEM_FEW + 1));
    if (!read_places(&f, &q, "items.few")) return false;
    page->more = f.found.n > ITEM_FEW;
    page->total = (int64_t)f.found.n - page->more;
    if (!page->more) {
        if (f.found.n) qsort_r(f.found.at, f.found.n, sizeof *f.found.at, compare_for_sort, &f);
    } else {
        f.found.n = 0;
        for (size_t phase = f.after ? f.from.phase : 0; phase < phases(f.order) && f.found.n <= f.limit; phase++)
            if (!walk_phase(&f, phase)) return false;
        f.after = false; // the walk began behind the cursor
    }
    take(&f, page);
    return ctx_ok(k->c);
}
