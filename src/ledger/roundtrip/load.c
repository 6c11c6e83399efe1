/* Rows of a register as people read them: items, their declared values, and the names both refer to. */
#include "ledger/grid/grid.h"
#include "ledger/item/loop.h"
#include "ledger/roundtrip/roundtrip.h"
#include "ledger/sm3.h"

str column_heading(const struct call *k, const struct register_column *col)
{
    return k->c->lang == LANG_EN && col->name_en.n ? col->name_en : col->name;
}

const char *column_locked(struct call *k, const struct register_column *col, str state)
{
    unsigned in = state_bit(state);
    if (!col->editable) return col->why_not;
    if (col->declared)
        return in & (IN_DRAFTED | IN_APPROVED | IN_ISSUED | IN_ACCEPTED) ? NULL : "roundtrip.locked_over";
    const struct grid_member *m = grid_member_find(str_of(col->argument));
    if (m) return grid_locked(k, state, m);
    return in & IN_DRAFTED ? NULL : in & IN_APPROVED ? "grid.locked_approved" : "grid.locked_issued";
}

static bool show_fixed(struct names *names, const struct field *f, const struct item *it, str *out)
{
    struct call *k = names->k;
    void *record = (void *)(uintptr_t)it;
    if (f->type == F_REF) return names_of(names, f->extra, *field_int(f, record), out);
    if (f->type != F_INSTANT) return cell_show(k, f, it, out);
    int64_t at = *field_int(f, record);
    *out = at ? day_text(k->c->a, instant_day(at, k->zone_min)) : STR_EMPTY;
    return true;
}

static bool show_items(struct names *names, const struct list *columns, struct shown_rows *out)
{
    const struct register_column *at = columns->at;
    struct arena *a = names->k->c->a;
    for (size_t r = 0; r < out->rows.n; r++) {
        struct shown_row *row = &out->rows.at[r];
        row->cells = arena_alloc(a, (columns->n + 1) * sizeof *row->cells);
        row->plain = arena_alloc(a, (columns->n + 1) * sizeof *row->plain);
        for (size_t i = 0; i < columns->n; i++) {
            row->cells[i] = row->plain[i] = STR_EMPTY;
            if (at[i].fixed && !show_fixed(names, at[i].fixed, &row->it, &row->cells[i])) return false;
        }
        (void)map_put_int(a, &out->by_id, row->it.id, row);
        if (!ctx_ok(names->k->c)) return false;
    }
    return true;
}

// Declared values of at most SQLTEXT_LIST items in one statement.
static bool show_values(struct names *names, const struct list *columns, const int64_t *ids, size_t n,
                        struct shown_rows *out)
{
    struct sqltext q;
    struct db_rows r;
    struct call *k = names->k;
    const struct register_column *at = columns->at;
    VEC(struct item_value) values = {0};
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT ");
    for (size_t i = 0; i < ITEM_VALUE.shape->n; i++) {
        if (i) sqltext_add(&q, ", ");
        sqltext_field(&q, "v", &ITEM_VALUE.shape->fields[i]);
    }
    sqltext_add(&q, " FROM item_value AS v WHERE v.district_id = $1 AND ");
    sqltext_ids(&q, "v.item_id", ids, n);
    if (!sqltext_query(k, &q, "roundtrip.values", &r)) return false;
    while (db_next(&r)) record_read(&ITEM_VALUE, &r, 0, VEC_PUSH(k->c->a, &values));
    if (!db_done(&r)) return false;
    for (size_t v = 0; v < values.n; v++) {
        const struct shown_row *row = map_get_int(&out->by_id, values.at[v].item_id);
        const struct declared *d = declared_by_id(k, values.at[v].field_id);
        for (size_t i = 0; row && d && i < columns->n && !value_empty(&values.at[v]); i++) {
            if (at[i].declared != d) continue;
            row->plain[i] = declared_plain(k, d, &values.at[v]);
            if (!declared_shown(names, d, &values.at[v], &row->cells[i])) return false;
        }
    }
    return ctx_ok(k->c);
}

// An item's version does not count its declared values: the key has a digest of those that the reader sees.
static str digest(struct call *k, const struct list *columns, const struct shown_row *row)
{
    const struct register_column *at = columns->at;
    struct buf b;
    buf_init(&b, k->c->a, 1024 * 1024);
    for (size_t i = 0; i < columns->n; i++) {
        if (!row->plain[i].n) continue;
        buf_add(&b, at[i].code);
        buf_addc(&b, '\0');
        buf_add(&b, row->plain[i]);
        buf_addc(&b, '\0');
    }
    return str_sub(sm3_of(k->c->a, buf_str(&b)), 0, 12);
}

static bool show(struct call *k, const struct list *columns, struct shown_rows *out)
{
    struct names names;
    int64_t ids[SQLTEXT_LIST];
    names_init(&names, k);
    if (!show_items(&names, columns, out)) return false;
    for (size_t from = 0; from < out->rows.n; from += SQLTEXT_LIST) {
        size_t n = 0;
        for (; n < SQLTEXT_LIST && from + n < out->rows.n; n++) ids[n] = out->rows.at[from + n].it.id;
        if (!show_values(&names, columns, ids, n, out)) return false;
    }
    for (size_t i = 0; i < out->rows.n; i++) out->rows.at[i].digest = digest(k, columns, &out->rows.at[i]);
    return ctx_ok(k->c);
}

static void select_items(struct sqltext *q, struct call *k)
{
    sqltext_init(q, k);
    sqltext_add(q, "SELECT ");
    for (size_t i = 0; i < ITEM.shape->n; i++) {
        if (i) sqltext_add(q, ", ");
        sqltext_field(q, "i", &ITEM.shape->fields[i]);
    }
    sqltext_add(q, " FROM item AS i WHERE ");
}

static bool take_items(struct call *k, struct sqltext *q, const struct register_info *reg, struct shown_rows *out)
{
    struct db_rows r;
    sqltext_add(q, " ORDER BY i.code, i.id LIMIT ");
    sqltext_arg(q, db_arg_int(ROUNDTRIP_ROWS + 1));
    if (!sqltext_query(k, q, "roundtrip.items", &r)) return false;
    while (db_next(&r)) {
        struct item it;
        record_read(&ITEM, &r, 0, &it);
        if (it.register_id != reg->def.id) continue;
        out->more = out->rows.n >= ROUNDTRIP_ROWS;
        if (!out->more) VEC_PUSH(k->c->a, &out->rows)->it = it;
    }
    return db_done(&r);
}

bool shown_by_ask(struct call *k, const struct item_ask *ask, const struct register_info *reg,
                  const struct list *columns, struct shown_rows *out)
{
    struct sqltext q;
    *out = (struct shown_rows){0};
    select_items(&q, k);
    return item_condition(k, ask, false, &q, NULL) && take_items(k, &q, reg, out) && show(k, columns, out);
}

bool shown_by_ids(struct call *k, const int64_t *ids, size_t n, const struct register_info *reg,
                  const struct list *columns, struct shown_rows *out)
{
    *out = (struct shown_rows){0};
    for (size_t from = 0; from < n; from += SQLTEXT_LIST) {
        struct sqltext q;
        select_items(&q, k);
        sqltext_add(&q, "i.district_id = $1 AND ");
        sqltext_ids(&q, "i.id", ids + from, n - from < SQLTEXT_LIST ? n - from : SQLTEXT_LIST);
        if (!item_visibility(k, &q) || !take_items(k, &q, reg, out)) return false;
    }
    return show(k, columns, out);
}
