#include "ledger/item/item_find.h"

#include "base/base64.h"
#include "base/map.h"
#include "ledger/registers/cell.h"

#include <stdlib.h>

/* --- orders --- */

enum none_kind {
    NONE_NEVER, // every item has a value
    NONE_LAST,  // "none" is stored as the last day or instant
    NONE_NULL   // "none" is NULL
};

static const struct order {
    const char *name, *column;
    enum none_kind none;
    bool text, states; // states: the loop's order of states comes first
    int64_t last;
} ORDERS[] = {
    {"due_day", "due_day", NONE_LAST, false, false, 99991231},
    {"code", "code", NONE_NEVER, true, false, 0},
    {"title", "title", NONE_NEVER, true, false, 0},
    {"lead_unit_id", "lead_unit_id", NONE_NULL, false, false, 0},
    {"state", "due_day", NONE_LAST, false, true, 99991231},
    {"progress", "progress", NONE_NEVER, false, false, 0},
    {"clock_due_at", "clock_due_at", NONE_LAST, false, false, INT64_C(253402300799999999)},
    {"last_report_at", "last_report_at", NONE_NULL, false, false, 0},
};

// A row's place: its state where that counts, whether it has no value, the value, the id.
struct place {
    size_t state;
    bool none;
    int64_t number, id;
    str text;
};

struct finder {
    struct call *k;
    const struct item_ask *ask;
    const struct order *order;
    const struct declared *declared; // the order is that of a declared field: column is of item_value, alias v
    const struct field *column;
    bool down;
    size_t limit;
    uint64_t hash;
    bool after; // there is a cursor: rows behind from
    struct place from;
    struct sqltext condition;
    unsigned states;
    VEC(struct place) found;
};

static int compare(const struct finder *f, const struct place *x, const struct place *y)
{
    int by = 0;
    if (f->order->states && x->state != y->state) return (x->state < y->state) == f->down ? 1 : -1;
    if (x->none != y->none) return x->none ? 1 : -1;
    if (!x->none) by = f->order->text ? str_cmp(x->text, y->text) : (x->number > y->number) - (x->number < y->number);
    if (by == 0) by = (x->id > y->id) - (x->id < y->id);
    return f->down ? -by : by;
}

static int compare_for_sort(const void *x, const void *y, void *f)
{
    return compare(f, x, y);
}

// By a field that the register of the list declares.
static bool order_declared(struct finder *f, str name)
{
    static const struct order BY_TEXT = {"", "", NONE_NULL, true, false, 0};
    static const struct order BY_NUMBER = {"", "", NONE_NULL, false, false, 0};
    const struct register_info *reg = f->ask->register_id ? register_of(f->k, f->ask->register_id) : NULL;
    const struct declared *d = declared_find(f->k, reg, name);
    if (!d) return false;
    f->declared = d;
    f->column = declared_column(d->kind);
    f->order = strcmp(f->column->name, "text_value") == 0 ? &BY_TEXT : &BY_NUMBER;
    return true;
}

static void sort_column(const struct finder *f, struct sqltext *q)
{
    sqltext_field(q, f->declared ? "v" : "i", f->column);
}

// The value beside its item: none, or one by the unique key.
static void from_items(const struct finder *f, bool outer, struct sqltext *q)
{
    sqltext_add(q, " FROM item AS i");
    if (f->declared) {
        sqltext_add(q, outer ? " LEFT JOIN" : " JOIN");
        sqltext_add(q, " item_value AS v ON v.district_id = $1 AND v.item_id = i.id AND v.field_id = ");
        sqltext_arg(q, db_arg_int(f->declared->f.id));
    }
    sqltext_add(q, " WHERE ");
}

static bool order_find(struct finder *f)
{
    str name = f->ask->sort.n ? f->ask->sort : STR("due_day");
    f->down = str_starts(name, STR("-"));
    if (f->down) name = str_from(name, 1);
    for (size_t i = 0; i < COUNT_OF(ORDERS); i++)
        if (str_is(name, ORDERS[i].name)) f->order = &ORDERS[i];
    if (!f->order && order_declared(f, name)) return true;
    if (!f->order) return fail_field(f->k->c, ERR_INVALID, "item.no_order", STR("sort"), name);
    f->column = shape_field(ITEM.shape, str_of(f->order->column));
    return true;
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
    const str texts[] = {a->where, a->q, a->view, a->state, a->light, a->sort, a->organised};
    const int64_t ids[] = {a->line_id, a->register_id, a->unit_id, a->parent_id, a->on};
    for (size_t i = 0; i < COUNT_OF(texts); i++) hash_part(&h, texts[i]);
    for (size_t i = 0; i < COUNT_OF(ids); i++) hash_part(&h, (str){(const char *)&ids[i], sizeof ids[i]});
    return h;
}

static str cursor_text(const struct finder *f, const struct place *p)
{
    struct arena *a = f->k->c->a;
    str value = f->order->text ? p->text : str_printf(a, "%" PRId64, p->number);
    str head = str_printf(a, "%016" PRIx64 ".%zu.%d.%" PRId64 ".", f->hash, p->state, p->none, p->id);
    return base64url(a, str_cat(a, head, value));
}

static bool cursor_read(struct finder *f)
{
    struct ctx *c = f->k->c;
    str rest;
    int64_t numbers[3]; // state, none, id
    if (f->ask->cursor.n == 0) return true;
    if (!base64url_read(c->a, f->ask->cursor, &rest) || !utf8_valid(rest))
        return fail_field(c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    str hash = str_cut(&rest, STR("."));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (!str_int(str_cut(&rest, STR(".")), &numbers[i]))
            return fail_field(c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    if (!str_eq(hash, str_printf(c->a, "%016" PRIx64, f->hash)))
        return fail_field(c, ERR_INVALID, "cursor.other_list", STR("cursor"));
    f->from = (struct place){.state = (size_t)numbers[0], .none = numbers[1] != 0, .id = numbers[2], .text = rest};
    bool number = f->order->text || str_int(rest, &f->from.number);
    if (!number || numbers[0] < 0 || f->from.state >= ITEM_STATES.n)
        return fail_field(c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    f->after = true;
    return true;
}

/* --- few: all of them, sorted here --- */

static size_t state_index(str code)
{
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (str_is(code, ITEM_STATES.at[i].code)) return i;
    return 0;
}

static void take_value(const struct finder *f, struct db_rows *r, int col, struct place *p)
{
    if (f->order->text) p->text = db_text(r, col);
    else p->number = db_int(r, col);
    p->none = f->order->none == NONE_NULL ? db_is_null(r, col)
                                          : f->order->none == NONE_LAST && p->number == f->order->last;
}

// Texts are not in the covering index: they are read afterwards, for the few that were found.
static bool read_texts(struct finder *f)
{
    struct map by_id = {0};
    int64_t ids[SQLTEXT_LIST];
    for (size_t i = 0; i < f->found.n; i++) (void)map_put_int(f->k->c->a, &by_id, f->found.at[i].id, &f->found.at[i]);
    for (size_t from = 0; from < f->found.n; from += SQLTEXT_LIST) {
        struct sqltext q;
        struct db_rows r;
        size_t n = f->found.n - from < SQLTEXT_LIST ? f->found.n - from : SQLTEXT_LIST;
        for (size_t i = 0; i < n; i++) ids[i] = f->found.at[from + i].id;
        sqltext_init(&q, f->k);
        sqltext_add(&q, "SELECT i.id, ");
        sqltext_field(&q, "i", f->column);
        sqltext_add(&q, " FROM item AS i WHERE i.district_id = $1 AND ");
        sqltext_ids(&q, "i.id", ids, n);
        if (!sqltext_query(f->k, &q, "items.texts", &r)) return false;
        while (db_next(&r)) {
            struct place *p = map_get_int(&by_id, db_int(&r, 0));
            if (p) take_value(f, &r, 1, p);
        }
        if (!db_done(&r)) return false;
    }
    return true;
}

// No index carries the order of a declared field: a walk would look at all of its values for each state,
// so more is sorted here before one begins.
static size_t few(const struct finder *f)
{
    enum { FEW_DECLARED = 20000 };
    return f->declared ? FEW_DECLARED : ITEM_FEW;
}

static bool find_few(struct finder *f, bool *more)
{
    struct sqltext q;
    struct db_rows r;
    bool text = f->order->text && !f->declared;
    sqltext_init(&q, f->k);
    sqltext_add(&q, "SELECT i.id, i.state");
    if (!text) {
        sqltext_add(&q, ", ");
        sort_column(f, &q);
    }
    from_items(f, true, &q);
    sqltext_append(&q, &f->condition);
    sqltext_add(&q, " LIMIT ");
    sqltext_arg(&q, db_arg_int((int64_t)few(f) + 1));
    if (!sqltext_query(f->k, &q, "items.few", &r)) return false;
    while (db_next(&r)) {
        struct place *p = VEC_PUSH(f->k->c->a, &f->found);
        p->id = db_int(&r, 0);
        p->state = state_index(db_text(&r, 1));
        if (!text) take_value(f, &r, 2, p);
    }
    if (!db_done(&r)) return false;
    *more = f->found.n > few(f);
    return *more || !text || read_texts(f);
}

/* --- many: a walk along the order --- */

static void behind_cursor(struct finder *f, bool none, struct sqltext *q)
{
    sqltext_add(q, none ? " AND i.id" : " AND (");
    if (!none) {
        sort_column(f, q);
        sqltext_add(q, ", i.id)");
    }
    sqltext_add(q, f->down ? " < " : " > ");
    if (!none) {
        sqltext_add(q, "(");
        sqltext_arg(q, f->order->text ? db_arg_text(f->from.text) : db_arg_int(f->from.number));
        sqltext_add(q, ", ");
    }
    sqltext_arg(q, db_arg_int(f->from.id));
    if (!none) sqltext_add(q, ")");
}

static void only_with_value(struct finder *f, bool none, struct sqltext *q)
{
    if (f->order->none == NONE_NEVER) return;
    sqltext_add(q, " AND ");
    sort_column(f, q);
    if (f->order->none == NONE_NULL) {
        sqltext_add(q, none ? " IS NULL" : " IS NOT NULL");
        return;
    }
    sqltext_add(q, none ? " = " : " < ");
    sqltext_arg(q, db_arg_int(f->order->last));
}

// At most limit + 1 items of a state that have a value, or have none, in order, behind the cursor.
static bool walk(struct finder *f, size_t state, bool none, bool behind, size_t *n)
{
    struct sqltext q;
    struct db_rows r;
    sqltext_init(&q, f->k);
    sqltext_add(&q, "SELECT i.id, ");
    sort_column(f, &q);
    from_items(f, none, &q);
    sqltext_append(&q, &f->condition);
    sqltext_add(&q, " AND i.state = ");
    sqltext_arg(&q, db_arg_text(str_of(ITEM_STATES.at[state].code)));
    only_with_value(f, none, &q);
    if (behind) behind_cursor(f, none, &q);
    sqltext_add(&q, " ORDER BY ");
    if (!none) {
        sort_column(f, &q);
        sqltext_add(&q, f->down ? " DESC, " : ", ");
    }
    sqltext_add(&q, f->down ? "i.id DESC LIMIT " : "i.id LIMIT ");
    sqltext_arg(&q, db_arg_int((int64_t)(f->limit + 1 - *n)));
    if (!sqltext_query(f->k, &q, "items.walk", &r)) return false;
    for (; db_next(&r); ++*n) {
        struct place *p = VEC_PUSH(f->k->c->a, &f->found);
        p->id = db_int(&r, 0);
        p->state = state;
        take_value(f, &r, 1, p);
    }
    return db_done(&r);
}

static bool walk_state(struct finder *f, size_t state)
{
    size_t n = 0;
    bool behind = f->after;
    if (f->after && f->order->states && f->from.state != state) {
        if ((state < f->from.state) != f->down) return true; // before the cursor's state
        behind = false;
    }
    if (!(behind && f->from.none) && !walk(f, state, false, behind, &n)) return false;
    if (n > f->limit || f->order->none == NONE_NEVER) return true;
    return walk(f, state, true, behind && f->from.none, &n);
}

static bool walk_all(struct finder *f)
{
    f->found.n = 0;
    for (size_t i = 0; i < ITEM_STATES.n; i++) {
        size_t state = f->order->states && f->down ? ITEM_STATES.n - 1 - i : i;
        if (!(f->states >> state & 1)) continue;
        if (!walk_state(f, state)) return false;
        if (f->order->states && f->found.n > f->limit) return true;
    }
    return true;
}

/* --- pages --- */

// The found places from the cursor on, in order, as ids; one more than the limit tells that there are more.
static void take(struct finder *f, struct item_page *page)
{
    size_t first = 0;
    if (f->found.n) qsort_r(f->found.at, f->found.n, sizeof *f->found.at, compare_for_sort, f);
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
    *page = (struct item_page){.next = STR_EMPTY};
    if (ask->limit < 0 || ask->limit > ITEM_PAGE_MAX)
        return fail_field(k->c, ERR_INVALID, "item.bad_limit", STR("limit"), str_printf(k->c->a, "%d", ITEM_PAGE_MAX));
    if (!order_find(&f) || !cursor_read(&f)) return false;
    sqltext_init(&f.condition, k);
    if (!item_condition(k, ask, false, &f.condition, &f.states) || !find_few(&f, &page->more)) return false;
    page->total = (int64_t)f.found.n - page->more;
    if (page->more) {
        sqltext_init(&f.condition, k);
        if (!item_condition(k, ask, true, &f.condition, &f.states) || !walk_all(&f)) return false;
    }
    take(&f, page);
    return ctx_ok(k->c);
}
