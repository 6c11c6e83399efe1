/* The workbook of a register: columns with their notes and lists, rows, facts. */
#include "ledger/org/unit_tree.h"
#include "ledger/roundtrip/roundtrip.h"
#include "ledger/sm3.h"

enum { LIST_PEOPLE = 500, LIST_UNITS = 500 };

const struct stmt ROUNDTRIP_PEOPLE = {"roundtrip.people",
                                      "SELECT p.name FROM person AS p WHERE p.district_id = $1 AND p.active = 1"
                                      " ORDER BY p.name, p.id LIMIT 501"};

str district_code(struct call *k)
{
    struct district d;
    return record_load(k, &DISTRICT, k->district, &d) ? d.code : STR_EMPTY;
}

str file_check(struct call *k, str reg, str seq, const int64_t *ids, size_t n)
{
    struct buf b;
    buf_init(&b, k->c->a, 1024 * 1024);
    buf_add(&b, reg);
    buf_addc(&b, '\n');
    buf_add(&b, district_code(k));
    buf_addc(&b, '\n');
    buf_add(&b, seq);
    for (size_t i = 0; i < n; i++) {
        buf_addc(&b, '\n');
        buf_int(&b, ids[i]);
    }
    return sm3_of(k->c->a, buf_str(&b));
}

/* --- columns --- */

static int width_of(enum field_kind kind, str code)
{
    if (str_is(code, "title") || kind == KIND_LONG_TEXT) return 44;
    if (kind == KIND_DAY || kind == KIND_BOOL || kind == KIND_INTEGER) return 12;
    return kind == KIND_UNIT || kind == KIND_TEXT || kind == KIND_PLACE ? 20 : 14;
}

static enum xlsx_kind kind_of(enum field_kind kind)
{
    if (kind == KIND_DAY) return XLSX_DAY;
    return kind == KIND_INTEGER || kind == KIND_DECIMAL || kind == KIND_MONEY ? XLSX_NUMBER : XLSX_TEXT;
}

struct lists {
    VEC(str) units, people;
};

static bool load_lists(struct call *k, struct lists *l)
{
    struct db_rows r;
    struct map seen = {0};
    for (size_t i = 0; i < k->units->n; i++) {
        const struct unit *u = &k->units->at[i]->unit;
        if (unit_alive(u, k->today)) VEC_ADD(k->c->a, &l->units, u->name);
    }
    if (l->units.n > LIST_UNITS) l->units.n = 0;
    if (!DB_QUERY(k->c, k->db, &r, &ROUNDTRIP_PEOPLE, ARG(k->district))) return false;
    while (db_next(&r)) {
        str name = db_text(&r, 0);
        if (!map_put(k->c->a, &seen, name, &seen)) VEC_ADD(k->c->a, &l->people, name);
    }
    if (l->people.n > LIST_PEOPLE) l->people.n = 0;
    return db_done(&r);
}

static void put_list(struct call *k, const struct register_column *col, const struct lists *l, struct xlsx_column *x)
{
    const struct declared *d = col->declared;
    bool en = k->c->lang == LANG_EN;
    str *at = NULL;
    if (col->kind == KIND_UNIT) {
        x->choices = l->units.at;
        x->n_choices = l->units.n;
    } else if (col->kind == KIND_PERSON) {
        x->choices = l->people.at;
        x->n_choices = l->people.n;
    } else if (col->kind == KIND_BOOL) {
        at = arena_alloc(k->c->a, 2 * sizeof *at);
        at[0] = en ? STR("yes") : STR("是");
        at[1] = en ? STR("no") : STR("否");
        x->n_choices = 2;
    } else if (d && d->n_choices) {
        at = arena_alloc(k->c->a, d->n_choices * sizeof *at);
        for (size_t i = 0; i < d->n_choices; i++)
            at[i] = en && d->choices[i].en.n ? d->choices[i].en : d->choices[i].zh;
        x->n_choices = d->n_choices;
    }
    if (!at) return;
    x->choices = at;
    x->only = true;
}

static str note_of(struct call *k, const struct register_column *col)
{
    str name = column_heading(k, col);
    if (!col->editable) return message_text(k->c->a, k->c->lang, col->why_not, &name, 1);
    if (!col->declared) return STR_EMPTY;
    const struct register_field *f = &col->declared->f;
    str help = k->c->lang == LANG_EN && f->help_en.n ? f->help_en : f->help;
    if (!f->unit_name.n) return help;
    return str_printf(k->c->a, "%.*s%s%.*s", STR_FMT(f->unit_name), help.n ? "\n" : "", STR_FMT(help));
}

bool file_columns(struct call *k, const struct list *columns, struct xlsx_column **out)
{
    struct lists lists = {0};
    const struct register_column *at = columns->at;
    struct xlsx_column *x = arena_alloc(k->c->a, (columns->n + 2) * sizeof *x);
    if (!load_lists(k, &lists)) return false;
    x[0] = (struct xlsx_column){.heading = message_text(k->c->a, k->c->lang, "roundtrip.key", NULL, 0), .width = 12,
                                .hidden = true, .locked = true, .note = STR_EMPTY};
    for (size_t i = 0; i < columns->n; i++) {
        x[i + 1] = (struct xlsx_column){.heading = column_heading(k, &at[i]), .note = note_of(k, &at[i]),
                                        .kind = kind_of(at[i].kind), .width = width_of(at[i].kind, at[i].code),
                                        .locked = !at[i].editable};
        if (at[i].editable) put_list(k, &at[i], &lists, &x[i + 1]);
    }
    *out = x;
    return ctx_ok(k->c);
}

/* --- the whole --- */

static str filter_text(struct call *k, const struct item_ask *ask)
{
    struct buf b;
    const str parts[] = {ask->where, ask->q, ask->view, ask->state, ask->light};
    buf_init(&b, k->c->a, 32 * 1024);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        if (!parts[i].n) continue;
        if (b.n) buf_addz(&b, "; ");
        buf_add(&b, parts[i]);
    }
    return buf_str(&b);
}

static void put_facts(struct call *k, const struct item_ask *ask, str reg, const struct shown_rows *rows,
                      struct xlsx_pages *p)
{
    struct arena *a = k->c->a;
    str seq = str_printf(a, "%" PRId64, k->head.seq);
    int64_t *ids = arena_alloc(a, (rows->rows.n + 1) * sizeof *ids);
    for (size_t i = 0; i < rows->rows.n; i++) ids[i] = rows->rows.at[i].it.id;
    const struct xlsx_fact head[] = {{STR("kind"), STR("bihuan.register.1")},
                                     {STR("register"), reg},
                                     {STR("district"), district_code(k)},
                                     {STR("made"), instant_text(a, k->now, k->zone_min)},
                                     {STR("seq"), seq},
                                     {STR("filter"), filter_text(k, ask)},
                                     {STR("check"), file_check(k, reg, seq, ids, rows->rows.n)}};
    struct xlsx_fact *facts = arena_alloc(a, (COUNT_OF(head) + rows->rows.n) * sizeof *facts);
    memcpy(facts, head, sizeof head);
    for (size_t i = 0; i < rows->rows.n; i++)
        facts[COUNT_OF(head) + i] = (struct xlsx_fact){STR("row"), str_printf(a, "%" PRId64, ids[i])};
    p->facts = facts;
    p->n_facts = COUNT_OF(head) + rows->rows.n;
}

static void put_rows(struct call *k, const struct list *columns, const struct shown_rows *rows, struct xlsx_pages *p)
{
    const struct register_column *col = columns->at;
    struct xlsx_cell *cells = arena_alloc(k->c->a, (rows->rows.n * p->n_columns + 1) * sizeof *cells);
    for (size_t r = 0; r < rows->rows.n; r++) {
        const struct shown_row *row = &rows->rows.at[r];
        struct xlsx_cell *at = &cells[r * p->n_columns];
        at[0].text = str_printf(k->c->a, "%" PRId64 "@%" PRId64 "@%.*s", row->it.id, row->it.version,
                                STR_FMT(row->digest));
        for (size_t i = 0; i < columns->n; i++)
            at[i + 1] = (struct xlsx_cell){.text = row->cells[i], .locked = column_locked(k, &col[i], row->it.state)};
    }
    p->cells = cells;
    p->n_rows = rows->rows.n;
}

bool file_make(struct call *k, const struct item_ask *ask, str *bytes, size_t *n)
{
    struct list columns;
    struct shown_rows rows;
    struct xlsx_column *x;
    const struct register_info *reg = register_of(k, ask->register_id);
    if (!reg) return fail_field(k->c, ERR_INVALID, "field.required", STR("register"), STR("register"));
    if (!register_columns(k, reg, &columns) || !shown_by_ask(k, ask, reg, &columns, &rows)) return false;
    if (rows.more)
        return fail(k->c, ERR_TOO_LARGE, "roundtrip.too_many", str_printf(k->c->a, "%d", ROUNDTRIP_ROWS));
    if (!file_columns(k, &columns, &x)) return false;
    struct xlsx_pages p = {.sheet = message_text(k->c->a, k->c->lang, "roundtrip.sheet", NULL, 0),
                           .facts_sheet = STR("_bihuan"), .lists_sheet = STR("_lists"), .columns = x,
                           .n_columns = columns.n + 1, .made = k->now};
    put_rows(k, &columns, &rows, &p);
    put_facts(k, ask, reg->def.code, &rows, &p);
    *n = rows.rows.n;
    return ctx_ok(k->c) && xlsx_write(k->c, &p, bytes);
}
