/* What stands in a cell: which members there are, reading what people write, showing what is kept. */
#include "ledger/args.h"
#include "ledger/filter.h"
#include "ledger/grid/grid.h"
#include "ledger/item/loop.h"
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/sight.h"

const struct grid_member GRID_MEMBERS[] = {
    {"title", "title", false},         {"code", "code", false},
    {"line", "line_id", false},        {"lead", "lead_unit_id", true},
    {"person", "person_id", true},     {"deputy", "deputy_id", true},
    {"leader", "leader_id", true},     {"start", "start_day", true},
    {"due", "due_day", true},          {"due_kind", "due_kind", true},
    {"cycle", "report_cycle", true},   {"cycle_day", "cycle_day", true},
    {"quantity", "quantity", false},   {"challenge", "challenge", false},
    {"weight", "weight", true},        {"quantity_unit", "quantity_unit", false},
    {"place", "place", false},         {"source_clause", "source_clause", false},
};
const size_t N_GRID_MEMBERS = COUNT_OF(GRID_MEMBERS);

const struct grid_member *grid_member_find(str edit)
{
    for (size_t i = 0; i < N_GRID_MEMBERS; i++)
        if (str_is(edit, GRID_MEMBERS[i].edit)) return &GRID_MEMBERS[i];
    return NULL;
}

const char *grid_locked(const struct call *k, str state, const struct grid_member *m)
{
    const struct command *edit = command_find(STR("item.edit"));
    unsigned in = state_bit(state);
    INVARIANT(edit != NULL);
    if (!actor_has(k, edit->roles | ROLE_SYSTEM)) return "grid.locked_role";
    if (in & IN_DRAFTED) return NULL;
    if (!(in & IN_APPROVED)) return "grid.locked_issued";
    return m->assignment ? NULL : "grid.locked_approved";
}

void cell_copy(const struct field *from, const void *x, const struct field *to, void *y)
{
    void *in = (void *)(uintptr_t)x;
    if (from->type == F_DEC) *field_dec(to, y) = *field_dec(from, in);
    else if (field_is_int(from)) *field_int(to, y) = *field_int(from, in);
    else *field_str(to, y) = *field_str(from, in);
}

/* --- reading --- */

static bool digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return s.n > 0;
}

// 2023/5/1, 2023.5.1 and 2023年5月1日 as 2023-05-01; anything else is left for the reader of days to refuse.
str cell_day(struct call *k, str text)
{
    static const char *const marks[] = {"/", ".", "年", "月"};
    int64_t part[3];
    str s = text;
    for (size_t i = 0; i < COUNT_OF(marks); i++) s = str_replace(k->c->a, s, str_of(marks[i]), STR("-"));
    if (str_ends(s, STR("日"))) s = str_sub(s, 0, s.n - strlen("日"));
    str rest = s;
    for (size_t i = 0; i < COUNT_OF(part); i++) {
        str one = str_cut(&rest, STR("-"));
        if (!digits(one) || one.n > 4 || !str_int(one, &part[i])) return text;
    }
    if (rest.n) return text;
    return str_printf(k->c->a, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, part[0], part[1], part[2]);
}

static str label(const struct call *k, const struct field *f)
{
    return str_of(k->c->lang == LANG_EN ? f->en : f->zh);
}

static bool ambiguous(struct call *k, const struct field *f, str text, str candidates)
{
    return fail_field(k->c, ERR_INVALID, "grid.ambiguous", str_of(f->name), label(k, f), text, candidates);
}

static bool no_such(struct call *k, const struct field *f, str text)
{
    return fail_field(k->c, ERR_INVALID, "field.no_such_reference", str_of(f->name), label(k, f), text);
}

static bool unit_named(struct call *k, const struct field *f, str text, int64_t *id)
{
    struct list ids;
    struct buf b;
    unit_tree_find(k->c->a, k->units, text, &ids);
    if (ids.n == 0) return no_such(k, f, text);
    if (ids.n == 1) {
        *id = *(int64_t *)ids.at;
        return true;
    }
    buf_init(&b, k->c->a, 1000);
    for (size_t i = 0; i < ids.n; i++) {
        buf_addz(&b, i ? "、" : "");
        buf_add(&b, unit_tree_by_id(k->units, ((int64_t *)ids.at)[i])->unit.name);
    }
    return ambiguous(k, f, text, buf_str(&b));
}

static const struct stmt LINE_NAMED = {
    "grid.line_named", "SELECT l.id, l.code FROM work_line AS l WHERE l.district_id = $1 AND l.name = $2"
                       " ORDER BY l.id LIMIT 7"};
const struct stmt *const GRID_STATEMENTS[] = {&LINE_NAMED};
const size_t N_GRID_STATEMENTS = COUNT_OF(GRID_STATEMENTS);

// People and lines by name; several of one name are told apart by their codes.
static bool row_named(struct call *k, const struct field *f, const struct stmt *st, str text, int64_t *id)
{
    struct db_rows r;
    struct buf b;
    size_t n = 0;
    buf_init(&b, k->c->a, 1000);
    if (!DB_QUERY(k->c, k->db, &r, st, ARG(k->district), ARG(text))) return false;
    for (; db_next(&r); n++) {
        *id = db_int(&r, 0);
        buf_addz(&b, n ? "、" : "");
        buf_add(&b, db_text(&r, 1));
    }
    if (!db_done(&r)) return false;
    if (n == 0) return no_such(k, f, text);
    return n == 1 || ambiguous(k, f, text, buf_str(&b));
}

static bool reference(struct call *k, const struct field *f, str text, int64_t *id)
{
    bool found;
    struct entity *e = entity_find(str_of(f->extra));
    INVARIANT(e != NULL);
    if (!sight_find(k, e, text, id, &found)) return false;
    if (found) return true;
    if (strcmp(f->extra, "unit") == 0) return unit_named(k, f, text, id);
    if (strcmp(f->extra, "person") == 0) return row_named(k, f, &FILTER_PERSON_BY_NAME, text, id);
    if (strcmp(f->extra, "work_line") == 0) return row_named(k, f, &LINE_NAMED, text, id);
    return no_such(k, f, text);
}

// The code of an enumeration, or its word in either language.
static str enum_code(const struct enum_table *t, str text)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_is(text, t->at[i].zh) || str_is(text, t->at[i].en)) return str_of(t->at[i].code);
    return text;
}

bool cell_read(struct call *k, const struct field *f, str text, struct item_edit *e)
{
    struct item_edit one;
    uint64_t given;
    struct field own = *f;
    const struct shape shape = {item_edit_shape.name, &own, 1, item_edit_shape.size};
    own.flags = 0;
    shape_init(&item_edit_shape, &one);
    text = str_trim(text);
    if (text.n == 0) {
        cell_copy(f, &one, f, e);
        return true;
    }
    if (f->type == F_REF) return reference(k, f, text, field_int(f, e));
    if (f->type == F_DAY) text = cell_day(k, text);
    if (f->type == F_ENUM) text = enum_code(f->extra, text);
    const struct param p = {str_of(f->name), text};
    if (!args_from_params(k, &shape, &p, 1, &one, &given)) return false;
    cell_copy(f, &one, f, e);
    return true;
}

/* --- showing --- */

bool cell_show(struct call *k, const struct field *f, const void *record, str *text)
{
    void *r = (void *)(uintptr_t)record;
    struct names names;
    const struct enum_value *v;
    *text = STR_EMPTY;
    switch (f->type) {
    case F_REF:
        names_init(&names, k);
        return names_of(&names, f->extra, *field_int(f, r), text);
    case F_DAY:
        if (*field_int(f, r)) *text = day_text(k->c->a, day_from_ymd((int32_t)*field_int(f, r)));
        return true;
    case F_DEC: *text = dec_text(k->c->a, *field_dec(f, r)); return true;
    case F_INT: *text = str_printf(k->c->a, "%" PRId64, *field_int(f, r)); return true;
    case F_ENUM:
        v = enum_find(f->extra, *field_str(f, r));
        if (v) *text = str_of(k->c->lang == LANG_EN ? v->en : v->zh);
        return true;
    default: *text = *field_str(f, r); return true;
    }
}
