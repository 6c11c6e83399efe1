/*
 * For random expressions over random items, the rows that SQL finds are the rows for which the
 * expression engine says true. Items have every kind of value, nothing included, and texts that
 * differ only by width, case and blanks.
 */
#include "house.h"

#include <string.h>

#include "base/random.h"
#include "ledger/filter.h"
#include "ledger/registers/cell.h"
#include "ledger/item/item.h"
#include "ledger/org/unit_tree.h"

enum { ITEMS = 300, EXPRESSIONS = 1500, ON_SERVER = 400, EXPRESSION_BYTES = 3000 };

static struct random rnd;

static const char *const WORDS[] = {"项目", "Ａ区", "a区", "（北）", "(北)", "重点 任务", "重点任务", "100%", "a_b", "其他"};
static const char *const UNIT_CODES[] = {"SWJ", "ZJW", "QZF", "FGW", "J10", "CYZB"};
static const char *const PEOPLE[] = {"SWJ-1", "ZJW-1", "QZ", "FQZ1"};
static const char *const DAYS[] = {"2023-03-31", "2023-06-29", "2023-06-30", "2023-07-01", "2023-12-31", "today",
                                   "today-1",    "today+7",    "month_end",  "year_start", "today+5w"};

#define PICK(list) ((list)[random_below(&rnd, COUNT_OF(list))])

/* --- items --- */

static str code_of(const struct enum_table *t)
{
    return str_of(t->at[random_below(&rnd, t->n)].code);
}

static bool one_in(uint64_t n)
{
    return random_below(&rnd, n) == 0;
}

static int64_t unit_of(const struct call *k)
{
    return unit_tree_by_code(k->units, str_of(PICK(UNIT_CODES)))->unit.id;
}

static bool person_of(struct call *k, int64_t *id)
{
    struct person p;
    bool found;
    if (!record_by_code(k, &PERSON, str_of(PICK(PEOPLE)), &p, &found)) return false;
    *id = found ? p.id : 0;
    return true;
}

static int64_t some_instant(void)
{
    return instant_at(day_of(2023, 6, (int)random_between(&rnd, 25, 30)), (int)random_below(&rnd, 1440), 480);
}

// A value, or none, in each field that the register of the items declares.
static bool random_value(struct call *k, const struct declared *d, struct item_value *v)
{
    switch (d->kind) {
    case KIND_INTEGER: v->number_value = (dec){random_between(&rnd, 0, 100) * DEC_ONE}; return true;
    case KIND_BOOL: v->number_value = (dec){one_in(2) ? DEC_ONE : 0}; return true;
    case KIND_DECIMAL:
    case KIND_MONEY: v->number_value = (dec){random_between(&rnd, 0, 6) * DEC_ONE / 2}; return true;
    case KIND_DAY: v->day_value = day_to_ymd(day_of(2023, 6, 20) + (day)random_below(&rnd, 30)); return true;
    case KIND_UNIT: v->ref_id = unit_of(k); return true;
    case KIND_PERSON: return person_of(k, &v->ref_id);
    case KIND_CHOICE: v->text_value = d->choices[random_below(&rnd, d->n_choices)].code; break;
    default: v->text_value = str_of(PICK(WORDS));
    }
    v->text_folded = str_fold(k->c->a, v->text_value);
    return true;
}

static bool random_values(struct call *k, const struct item *it)
{
    const struct register_info *reg = register_of(k, it->register_id);
    for (size_t i = 0; i < reg->n; i++) {
        struct item_value v;
        shape_init(ITEM_VALUE.shape, &v);
        v.item_id = it->id;
        v.field_id = reg->fields[i]->f.id;
        if (one_in(3)) continue; // no row at all
        if (!one_in(6) && !random_value(k, reg->fields[i], &v)) return false; // or one that holds nothing
        if (!record_insert(k, &ITEM_VALUE, &v)) return false;
    }
    return true;
}

static bool random_item(struct call *k, int n, const struct item *like)
{
    struct item it;
    shape_init(ITEM.shape, &it);
    it.code = str_printf(k->c->a, "PF-%04d%s", n, one_in(4) ? "Ｘ" : "");
    it.register_id = like->register_id;
    it.line_id = one_in(3) ? 0 : like->line_id;
    it.title = str_printf(k->c->a, "%s%s%s", PICK(WORDS), one_in(2) ? " " : "", PICK(WORDS));
    it.title_folded = str_fold(k->c->a, it.title);
    it.state = code_of(&ITEM_STATES);
    it.lead_unit_id = one_in(4) ? 0 : unit_of(k);
    if (!one_in(3) && !person_of(k, &it.person_id)) return false;
    if (!one_in(3) && !person_of(k, &it.leader_id)) return false;
    it.due_day = one_in(4) ? 0 : day_to_ymd(day_of(2023, 6, 20) + (day)random_below(&rnd, 30));
    it.report_cycle = one_in(3) ? STR_EMPTY : code_of(&CYCLES);
    it.place = one_in(3) ? STR_EMPTY : str_of(PICK(WORDS));
    it.code_folded = str_fold(k->c->a, it.code);
    it.place_folded = str_fold(k->c->a, it.place);
    it.basis = one_in(3) ? STR_EMPTY : code_of(&BASES);
    it.progress = random_between(&rnd, 0, 4) * 25;
    it.last_report_at = one_in(3) ? 0 : some_instant();
    it.clock_kind = one_in(3) ? STR_EMPTY : code_of(&CLOCK_KINDS);
    it.clock_due_at = one_in(3) ? 0 : some_instant();
    it.clock_from_at = one_in(3) ? 0 : some_instant();
    it.returned = random_between(&rnd, 0, 2);
    it.closed_at = one_in(2) ? 0 : some_instant();
    return record_insert(k, &ITEM, &it) && random_values(k, &it);
}

static bool fill(struct call *k, void *arg)
{
    struct item like;
    bool found;
    (void)arg;
    if (!record_by_code(k, &ITEM, STR("2023-11-04"), &like, &found) || !found) return false;
    for (int i = 0; i < ITEMS; i++)
        if (!random_item(k, i, &like)) return false;
    return true;
}

/* --- expressions --- */

static void add_quoted(struct buf *b, const char *text)
{
    buf_addc(b, '\'');
    buf_addz(b, text);
    buf_addc(b, '\'');
}

static const char *const OPS[] = {"=", "!=", "<", "<=", ">", ">="};

static void add_value(struct buf *b, const struct expr_symbol *s)
{
    switch (s->type) {
    case EXPR_TEXT: add_quoted(b, PICK(WORDS)); return;
    case EXPR_ENUM: add_quoted(b, str_z(b->a, s->choices[random_below(&rnd, s->n_choices)].code)); return;
    case EXPR_INT: buf_printf(b, "%d", (int)random_between(&rnd, -1, 101)); return;
    case EXPR_DEC: buf_printf(b, "%d.5", (int)random_between(&rnd, 0, 3)); return;
    case EXPR_INSTANT:
        if (one_in(3)) buf_printf(b, "'2023-06-2%dT12:00'", (int)random_between(&rnd, 5, 9));
        else buf_addz(b, PICK(DAYS));
        return;
    case EXPR_DATE: buf_addz(b, PICK(DAYS)); return;
    case EXPR_BOOL: buf_addz(b, one_in(2) ? "true" : "false"); return;
    case EXPR_UNIT: add_quoted(b, PICK(UNIT_CODES)); return;
    case EXPR_PERSON: add_quoted(b, PICK(PEOPLE)); return;
    }
}

static bool ordered(enum expr_type t)
{
    return t != EXPR_ENUM && t != EXPR_BOOL && t != EXPR_UNIT && t != EXPR_PERSON;
}

static void add_leaf(struct buf *b, const struct expr_symbols *symbols)
{
    const struct expr_symbol *s = &symbols->at[random_below(&rnd, symbols->n)];
    buf_add(b, s->name);
    switch (random_below(&rnd, 6)) {
    case 0: buf_addz(b, one_in(2) ? " is null" : " is not null"); return;
    case 1:
        if (s->type == EXPR_UNIT) {
            buf_addz(b, one_in(2) ? " in subtree(" : " not in subtree(");
            add_value(b, s);
            buf_addc(b, ')');
            return;
        }
        if (s->type == EXPR_TEXT) {
            static const char *const LIKES[] = {" contains ", " not contains ", " like ", " not like "};
            buf_addz(b, PICK(LIKES));
            add_quoted(b, one_in(2) ? PICK(WORDS) : "%区%");
            return;
        }
        break;
    case 2:
        buf_addz(b, one_in(2) ? " in (" : " not in (");
        for (uint64_t i = 0, n = 1 + random_below(&rnd, 5); i < n; i++) {
            if (i) buf_addz(b, ", ");
            add_value(b, s);
        }
        buf_addc(b, ')');
        return;
    case 3:
        if (!ordered(s->type)) break;
        buf_addz(b, one_in(2) ? " between " : " not between ");
        add_value(b, s);
        buf_addz(b, " and ");
        add_value(b, s);
        return;
    default: break;
    }
    buf_addc(b, ' ');
    buf_addz(b, ordered(s->type) ? PICK(OPS) : OPS[random_below(&rnd, 2)]);
    buf_addc(b, ' ');
    add_value(b, s);
}

static void add_expression(struct buf *b, const struct expr_symbols *symbols, int depth)
{
    uint64_t what = depth > 0 ? random_below(&rnd, 4) : 0;
    if (what == 0) {
        add_leaf(b, symbols);
        return;
    }
    if (what == 1) buf_addz(b, "not ");
    buf_addc(b, '(');
    for (uint64_t i = 0, n = what == 1 ? 1 : 2 + random_below(&rnd, 2); i < n; i++) {
        if (i) buf_addz(b, what == 2 ? " and " : " or ");
        add_expression(b, symbols, depth - 1);
    }
    buf_addc(b, ')');
}

/* --- the law --- */

static struct records ALL_ITEMS = RECORDS("prop_filter.items", &ITEM, "WHERE district_id = $1 ORDER BY id");

static struct records VALUES =
    RECORDS("prop_filter.values", &ITEM_VALUE, "WHERE district_id = $1 AND item_id = $2 ORDER BY id");

struct law {
    struct call *k;
    struct filter f;
    struct list items;
    int expressions; // fewer on a server: what it adds is its own reading of the same texts
    size_t found, tried;
};

static bool by_sql(struct law *l, const struct expr *e, bool *hits)
{
    struct sqltext q;
    struct db_rows r;
    size_t at = 0;
    sqltext_init(&q, l->k);
    sqltext_add(&q, "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND ");
    filter_sql(l->k, &l->f, "i", e, &q);
    sqltext_add(&q, " ORDER BY i.id");
    if (!sqltext_query(l->k, &q, "prop_filter.run", &r)) return false;
    const struct item *items = l->items.at;
    while (db_next(&r)) {
        int64_t id = db_int(&r, 0);
        while (at < l->items.n && items[at].id != id) at++;
        assert_true(at < l->items.n);
        hits[at] = true;
    }
    return db_done(&r);
}

static bool compare(struct law *l, str text)
{
    const struct expr *e;
    struct call *k = l->k;
    bool *hits = arena_alloc(k->c->a, l->items.n);
    struct expr_env env = filter_env(k);
    if (!filter_parse(k, &l->f, text, &e)) {
        str why = error_text(k->c->a, LANG_EN, &k->c->err);
        print_error("%.*s: %.*s\n", STR_FMT(text), STR_FMT(why));
        return false;
    }
    if (!by_sql(l, e, hits)) return false;
    struct item *items = l->items.at;
    for (size_t i = 0; i < l->items.n; i++) {
        struct filter_row row = {&l->f, &items[i], {0}};
        if (!record_list(k, &VALUES, &row.values, ARG(k->district), ARG(items[i].id))) return false;
        struct expr_row r = filter_row(&row);
        bool want = expr_eval(k->c->a, e, &env, &r);
        if (want != hits[i])
            print_error("%.*s\nitem %.*s: SQL %d, engine %d\n", STR_FMT(text), STR_FMT(items[i].code), hits[i], want);
        assert_true(want == hits[i]);
        l->found += want;
    }
    l->tried += l->items.n;
    return true;
}

static bool check_law(struct call *k, void *arg)
{
    struct law *l = arg;
    l->k = k;
    const struct register_info *reg = register_by_code(k, STR("ZDRW"));
    if (!filter_load(k, &ITEM, &l->f) || !filter_declared(k, reg->def.id, &l->f)) return false;
    if (!record_list(k, &ALL_ITEMS, &l->items, ARG(k->district))) return false;
    for (int i = 0, n = l->expressions; i < n; i++) {
        struct arena_mark mark = arena_mark(k->c->a);
        struct buf b;
        buf_init(&b, k->c->a, EXPRESSION_BYTES);
        add_expression(&b, &l->f.symbols, 3);
        if (buf_ok(&b) && !compare(l, buf_str(&b))) return false;
        arena_reset_to(k->c->a, mark);
    }
    return true;
}

// A field of every kind.
static void declare(struct house *h)
{
    for (size_t i = 0; i < FIELD_KINDS.n; i++) {
        char body[400];
        const char *kind = FIELD_KINDS.at[i].code;
        (void)snprintf(body, sizeof body,
                       "{\"register\":\"ZDRW\",\"code\":\"p%zu\",\"name\":\"试%zu\",\"kind\":\"%s\","
                       "\"required_at\":\"never\","
                       "\"basis\":\"x\",\"frequency\":\"once\",\"minutes\":\"1\"%s}",
                       i, i, kind, strcmp(kind, "choice") == 0 ? ",\"choices\":\"a=甲|b=乙|c=丙\"" : "");
        (void)house_must(h, house_do(h, "xitong", "register.field", body));
    }
}

static void test_sql_and_engine_agree(void **state)
{
    struct house *h = *state;
    struct law l = {.expressions = h->ground.database[0] ? ON_SERVER : EXPRESSIONS};
    declare(h);
    house_write(h, fill, NULL);
    house_read(h, "ducha", check_law, &l);
    assert_true(l.items.n > ITEMS);
    // Neither everything nor nothing: the law was tried on both answers.
    assert_true(l.found > l.tried / 10 && l.found < l.tried * 9 / 10);
}

int main(void)
{
    struct records *const lists[] = {&ALL_ITEMS, &VALUES};
    const char *seed = getenv("BIHUAN_SEED");
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sql_and_engine_agree)};
    random_init(&rnd, seed ? strtoull(seed, NULL, 10) : 20230630);
    ledger_setup();
    records_register(lists, COUNT_OF(lists));
    return cmocka_run_group_tests(tests, house_build, house_drop);
}
