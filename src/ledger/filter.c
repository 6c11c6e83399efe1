#include "ledger/filter.h"
#include "ledger/org/unit_tree.h"
#include "ledger/org/rules.h"
#include "ledger/registers/cell.h"

#define LAST_DAY INT64_C(99991231)
#define LAST_INSTANT INT64_C(253402300799999999)

enum { MAX_CHOICES = 1000 };

/* --- what may stand in a filter --- */

static enum expr_type type_of(const struct field *f)
{
    switch (f->type) {
    case F_INT: return EXPR_INT;
    case F_DEC: return EXPR_DEC;
    case F_BOOL: return EXPR_BOOL;
    case F_DAY: return EXPR_DATE;
    case F_INSTANT: return EXPR_INSTANT;
    case F_ENUM: return EXPR_ENUM;
    case F_REF:
        if (strcmp(f->extra, "unit") == 0) return EXPR_UNIT;
        return strcmp(f->extra, "person") == 0 ? EXPR_PERSON : EXPR_ENUM;
    default: return EXPR_TEXT;
    }
}

static bool may_be_empty(const struct field *f)
{
    if (f->flags & REQUIRED) return false;
    return f->type != F_INT && f->type != F_BOOL && f->type != F_ID;
}

static void enum_choices(struct arena *a, const struct enum_table *t, struct expr_symbol *s)
{
    struct expr_choice *at = arena_alloc(a, (t->n ? t->n : 1) * sizeof *at);
    for (size_t i = 0; i < t->n; i++)
        at[i] = (struct expr_choice){str_of(t->at[i].code), str_of(t->at[i].zh), str_of(t->at[i].en)};
    s->choices = at;
    s->n_choices = t->n;
}

// What the district has of a small entity with code and name: registers, lines.
static bool store_choices(struct call *k, const struct entity *e, struct expr_symbol *s, const int64_t **ids)
{
    INVARIANT(e && e->code && shape_field(e->shape, STR("name")));
    struct sqltext q;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT e.id, e.name, ");
    sqltext_field(&q, "e", shape_field(e->shape, str_of(e->code)));
    sqltext_add(&q, " FROM ");
    sqltext_add(&q, e->name);
    sqltext_add(&q, " AS e WHERE e.district_id = $1 ORDER BY e.id LIMIT ");
    sqltext_arg(&q, db_arg_int(MAX_CHOICES));
    VEC(struct expr_choice) found = {0};
    VEC(int64_t) numbers = {0};
    struct db_rows rows;
    if (!sqltext_query(k, &q, "filter.choices", &rows)) return false;
    while (db_next(&rows)) {
        VEC_ADD(k->c->a, &numbers, db_int(&rows, 0));
        VEC_ADD(k->c->a, &found, ((struct expr_choice){db_text(&rows, 2), db_text(&rows, 1), STR_EMPTY}));
    }
    s->choices = found.at;
    s->n_choices = found.n;
    *ids = numbers.at;
    return db_done(&rows);
}

static bool add_symbol(struct call *k, const struct field *f, int id, struct expr_symbol *s, const int64_t **ids)
{
    *s = (struct expr_symbol){.id = id, .type = type_of(f), .nullable = may_be_empty(f)};
    s->name = str_of(f->name);
    s->zh = str_of(f->zh);
    s->en = str_of(f->en);
    if (f->type == F_ENUM) enum_choices(k->c->a, f->extra, s);
    if (f->type == F_REF && s->type == EXPR_ENUM)
        return store_choices(k, entity_find(str_of(f->extra)), s, ids);
    return true;
}

bool filter_load(struct call *k, const struct entity *e, struct filter *out)
{
    size_t n = e->shape->n, used = 0;
    struct expr_symbol *at = arena_alloc(k->c->a, n * sizeof *at);
    *out = (struct filter){.entity = e, .choice_ids = arena_alloc(k->c->a, n * sizeof(int64_t *))};
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &e->shape->fields[i];
        if (!(f->flags & FILTERED)) continue;
        if (!add_symbol(k, f, (int)i, &at[used++], &out->choice_ids[i])) return false;
    }
    out->symbols = (struct expr_symbols){at, used, k->zone_min};
    return ctx_ok(k->c);
}

/* --- declared fields --- */

static enum expr_type type_of_kind(enum field_kind kind)
{
    switch (kind) {
    case KIND_INTEGER: return EXPR_INT;
    case KIND_DECIMAL:
    case KIND_MONEY: return EXPR_DEC;
    case KIND_DAY: return EXPR_DATE;
    case KIND_BOOL: return EXPR_BOOL;
    case KIND_CHOICE: return EXPR_ENUM;
    case KIND_UNIT: return EXPR_UNIT;
    case KIND_PERSON: return EXPR_PERSON;
    default: return EXPR_TEXT;
    }
}

static void declared_symbol(struct arena *a, const struct declared *d, int id, struct expr_symbol *s)
{
    struct expr_choice *at = arena_alloc(a, (d->n_choices + 1) * sizeof *at);
    for (size_t i = 0; i < d->n_choices; i++)
        at[i] = (struct expr_choice){d->choices[i].code, d->choices[i].zh, d->choices[i].en};
    *s = (struct expr_symbol){.id = id, .type = type_of_kind(d->kind), .nullable = true, .name = d->f.code,
                              .zh = d->f.name, .en = d->f.name_en, .choices = at, .n_choices = d->n_choices};
}

bool filter_declared(struct call *k, int64_t register_id, struct filter *f)
{
    const struct register_set *s = k->rules ? k->rules->registers : NULL;
    size_t n = 0, used = f->symbols.n;
    for (size_t i = 0; s && i < s->n; i++) n += s->at[i].n;
    if (n == 0) return true;
    struct expr_symbol *at = arena_alloc(k->c->a, (used + n) * sizeof *at);
    if (used) memcpy(at, f->symbols.at, used * sizeof *at);
    f->declared = arena_alloc(k->c->a, n * sizeof *f->declared);
    for (size_t i = 0; i < s->n && arena_ok(k->c->a); i++) {
        const struct register_info *reg = &s->at[i];
        for (size_t j = 0; j < reg->n && (!register_id || reg->def.id == register_id); j++) {
            const struct declared *d = reg->fields[j];
            if (!d->f.filtered || !declared_visible(k, d) || (!register_id && !d->alone)) continue;
            declared_symbol(k->c->a, d, (int)(f->entity->shape->n + f->n_declared), &at[used++]);
            f->declared[f->n_declared++] = d;
        }
    }
    f->symbols.at = at;
    f->symbols.n = used;
    return ctx_ok(k->c);
}

/* --- names of units and persons --- */

enum { SHOWN_CANDIDATES = 6 };

const struct stmt FILTER_PERSON_BY_CODE = {
    "filter.person_by_code", "SELECT p.id, p.name FROM person AS p WHERE p.district_id = $1 AND p.code = $2"};
const struct stmt FILTER_PERSON_BY_NAME = {
    "filter.person_by_name", "SELECT p.id, p.code FROM person AS p WHERE p.district_id = $1 AND"
                             " (p.name = $2 OR p.title = $2) ORDER BY p.id LIMIT 7"};

// Looks names up; what was found when there were several or none goes into the error.
struct naming {
    struct call *k;
    struct buf candidates;
};

static void candidate(struct naming *n, str name)
{
    if (n->candidates.n) buf_addz(&n->candidates, n->k->c->lang == LANG_EN ? ", " : "、");
    buf_add(&n->candidates, name);
}

static void unit_candidates(struct naming *n, const struct list *ids)
{
    const int64_t *at = ids->at;
    for (size_t i = 0; i < ids->n && i < SHOWN_CANDIDATES; i++) {
        const struct unit *u = &unit_tree_by_id(n->k->units, at[i])->unit;
        candidate(n, str_printf(n->k->c->a, "%.*s (%.*s)", STR_FMT(u->name), STR_FMT(u->code)));
    }
}

static int find_unit(void *p, str name, int64_t *id)
{
    struct naming *n = p;
    struct list ids = {0};
    const struct unit_node *node = unit_tree_by_code(n->k->units, name);
    if (node) {
        *id = node->unit.id;
        return 1;
    }
    buf_cut(&n->candidates, 0);
    unit_tree_find(n->k->c->a, n->k->units, name, &ids);
    if (ids.n > 0) *id = *(int64_t *)ids.at;
    int found = ids.n < INT32_MAX ? (int)ids.n : INT32_MAX;
    if (found == 0) unit_tree_suggest(n->k->c->a, n->k->units, name, SHOWN_CANDIDATES, &ids);
    if (found != 1) unit_candidates(n, &ids);
    return found;
}

static int find_person_by(struct naming *n, const struct stmt *st, str name, int64_t *id)
{
    struct db_rows rows;
    int found = 0;
    buf_cut(&n->candidates, 0);
    if (!DB_QUERY(n->k->c, n->k->db, &rows, st, ARG(n->k->district), ARG(name))) return 0;
    while (db_next(&rows)) {
        *id = db_int(&rows, 0);
        if (found++ < SHOWN_CANDIDATES) candidate(n, db_text(&rows, 1));
    }
    return db_done(&rows) ? found : 0;
}

static int find_person(void *p, str name, int64_t *id)
{
    int found = find_person_by(p, &FILTER_PERSON_BY_CODE, name, id);
    return found ? found : find_person_by(p, &FILTER_PERSON_BY_NAME, name, id);
}

static bool in_subtree(void *p, int64_t root, int64_t unit)
{
    struct naming *n = p;
    return unit_tree_covers(n->k->units, root, unit);
}

struct expr_env filter_env(struct call *k)
{
    struct naming *n = ARENA_NEW(k->c->a, struct naming);
    n->k = k;
    buf_init(&n->candidates, k->c->a, 4096);
    return (struct expr_env){.today = k->today, .zone_min = k->zone_min, .cal = k->calendar,
                             .me = actor_person(k), .my_unit = k->actor.unit_id, .p = n,
                             .find_unit = find_unit, .find_person = find_person, .in_subtree = in_subtree};
}

// The expression engine knows that a name is ambiguous or unknown; only the store knows what is near.
static bool tell_candidates(struct call *k, const struct expr_env *env)
{
    static const char *const IDS[][2] = {{"expr.ambiguous_unit", "filter.ambiguous_unit"},
                                         {"expr.ambiguous_person", "filter.ambiguous_person"},
                                         {"expr.unknown_unit", "filter.near_unit"}};
    struct error *e = &k->c->err;
    const struct naming *n = env->p;
    const char *id = NULL;
    for (size_t i = 0; i < COUNT_OF(IDS); i++)
        if (e->id && strcmp(e->id, IDS[i][0]) == 0) id = IDS[i][1];
    if (!id || n->candidates.n == 0) return false;
    int64_t position = e->position;
    str name = e->args[0];
    error_clear(k->c);
    return fail_at(k->c, ERR_INVALID, id, position, name, buf_str(&n->candidates));
}

// Engines parse SQL with a stack of limited height (SQLite: 100); a level takes three of it.
static bool shallow(struct call *k, const struct expr *e, int left)
{
    if (e->kind != EXPR_AND && e->kind != EXPR_OR && e->kind != EXPR_NOT) return true;
    if (left == 0)
        return fail_at(k->c, ERR_INVALID, "filter.too_deep", e->pos, str_printf(k->c->a, "%d", FILTER_MAX_DEPTH));
    for (size_t i = 0; i < e->parts.n; i++)
        if (!shallow(k, e->parts.at[i], left - 1)) return false;
    return true;
}

bool filter_parse(struct call *k, const struct filter *f, str text, const struct expr **out)
{
    const struct expr *e;
    if (!expr_parse(k->c, text, &f->symbols, &e)) return false;
    struct expr_env env = filter_env(k);
    if (!expr_resolve(k->c, e, &env, out)) return tell_candidates(k, &env);
    return shallow(k, *out, FILTER_MAX_DEPTH);
}

/* --- SQL --- */

struct writer {
    struct call *k;
    const struct filter *f;
    const char *alias;
    struct sqltext *q;
};

// The declared field that a leaf is about, or NULL.
static const struct declared *declared_of(const struct filter *f, const struct expr_symbol *s)
{
    size_t n = f->entity->shape->n, id = (size_t)s->id;
    return id < n ? NULL : f->declared[id - n];
}

static const struct field *field_of(const struct writer *w, const struct expr *e)
{
    const struct declared *d = declared_of(w->f, e->field);
    if (d) return declared_column(d->kind);
    return &w->f->entity->shape->fields[e->field->id];
}

static void column(const struct writer *w, const struct field *f)
{
    sqltext_field(w->q, w->alias, f);
}

static struct db_arg last_of(const struct field *f)
{
    return db_arg_int(f->type == F_DAY ? LAST_DAY : LAST_INSTANT);
}

// Numbers of declared fields are kept as decimals: what no decimal can be lies beyond all of them.
static struct db_arg bind_declared(const struct declared *d, const struct expr_value *v)
{
    if (v->kind == EXPR_V_DAY) return db_arg_int(day_to_ymd((day)v->number));
    if (v->kind == EXPR_V_TEXT || v->kind == EXPR_V_CHOICE) return db_arg_text(v->text);
    if (d->kind != KIND_INTEGER && d->kind != KIND_BOOL) return db_arg_int(v->number);
    if (v->number > INT64_MAX / DEC_ONE) return db_arg_int(INT64_MAX);
    return db_arg_int(v->number < INT64_MIN / DEC_ONE ? INT64_MIN : v->number * DEC_ONE);
}

static struct db_arg bind_value(const struct writer *w, const struct expr *e, const struct expr_value *v)
{
    const struct declared *d = declared_of(w->f, e->field);
    if (d) return bind_declared(d, v);
    const int64_t *ids = w->f->choice_ids[e->field->id];
    if (v->kind == EXPR_V_DAY) return db_arg_int(day_to_ymd((day)v->number));
    if (v->kind != EXPR_V_TEXT && v->kind != EXPR_V_CHOICE) return db_arg_int(v->number);
    if (!ids) return db_arg_text(v->text);
    for (size_t i = 0; i < e->field->n_choices; i++)
        if (str_eq(e->field->choices[i].code, v->text)) return db_arg_int(ids[i]);
    BUG("a choice that the symbol does not have");
}

static const char *operator_of(enum expr_op op)
{
    static const char *const TEXT[] = {[EXPR_EQ] = " = ", [EXPR_NE] = " <> ", [EXPR_LT] = " < ",
                                       [EXPR_LE] = " <= ", [EXPR_GT] = " > ", [EXPR_GE] = " >= "};
    return TEXT[op];
}

// Text is searched in its folded companion; a FILTERED text without one cannot be searched the same
// way on every engine, so the field table must have it (test_filter.c looks).
static const struct field *folded(const struct writer *w, const struct field *f)
{
    if (strcmp(f->name, "text_value") == 0) return shape_field(ITEM_VALUE.shape, STR("text_folded"));
    str name = str_cat(w->q->a, str_of(f->name), STR("_folded"));
    const struct field *stored = shape_field(w->f->entity->shape, name);
    INVARIANT(stored != NULL);
    return stored;
}

static void write_null(const struct writer *w, const struct expr *e)
{
    const struct field *f = field_of(w, e);
    if (!e->field->nullable) {
        sqltext_add(w->q, e->negated ? "1 = 1" : "1 = 0");
        return;
    }
    column(w, f);
    if (f->flags & LAST) {
        sqltext_add(w->q, e->negated ? " < " : " = ");
        sqltext_arg(w->q, last_of(f));
        return;
    }
    sqltext_add(w->q, e->negated ? " IS NOT NULL" : " IS NULL");
}

static void write_list(const struct writer *w, const struct expr *e)
{
    struct db_arg *args = arena_alloc(w->q->a, (e->list.n ? e->list.n : 1) * sizeof *args);
    for (size_t i = 0; i < e->list.n; i++) args[i] = bind_value(w, e, &e->list.at[i]);
    if (e->negated) sqltext_add(w->q, "NOT ");
    sqltext_in(w->q, w->alias, field_of(w, e), args, e->list.n);
}

static void write_leaf(const struct writer *w, const struct expr *e)
{
    const struct field *f = field_of(w, e);
    switch (e->kind) {
    case EXPR_COMPARE:
        column(w, f);
        sqltext_add(w->q, operator_of(e->compare.op));
        sqltext_arg(w->q, bind_value(w, e, &e->compare.value));
        return;
    case EXPR_IN: write_list(w, e); return;
    case EXPR_LIKE:
        column(w, folded(w, f));
        sqltext_add(w->q, e->negated ? " NOT LIKE " : " LIKE ");
        sqltext_arg(w->q, db_arg_text(e->like.pattern));
        sqltext_add(w->q, " ESCAPE '\\'");
        return;
    case EXPR_SUBTREE:
        INVARIANT(e->root.kind == EXPR_V_ID);
        if (w->f->organised.lead && strcmp(f->name, "lead_unit_id") == 0) w->f->organised.lead(w->q, &w->f->organised);
        else column(w, f);
        if (e->negated) sqltext_add(w->q, " NOT");
        filter_below(w->k, w->q, &w->f->organised, e->root.number);
        return;
    case EXPR_BETWEEN:
        column(w, f);
        sqltext_add(w->q, e->negated ? " NOT BETWEEN " : " BETWEEN ");
        sqltext_arg(w->q, bind_value(w, e, &e->between.low));
        sqltext_add(w->q, " AND ");
        sqltext_arg(w->q, bind_value(w, e, &e->between.high));
        return;
    default: BUG("a leaf that is none");
    }
}

// Comparisons that the last day or instant cannot satisfy need no guard and keep to the index.
static bool excludes_last(const struct expr *e)
{
    if (e->kind == EXPR_COMPARE)
        return e->compare.op == EXPR_EQ || e->compare.op == EXPR_LT || e->compare.op == EXPR_LE;
    return (e->kind == EXPR_IN || e->kind == EXPR_BETWEEN) && !e->negated;
}

static void write_guarded(const struct writer *w, const struct expr *e)
{
    const struct field *f = field_of(w, e);
    bool last = (f->flags & LAST) != 0;
    bool guard = e->field->nullable && !(last && excludes_last(e));
    sqltext_add(w->q, "(");
    if (guard) {
        column(w, f);
        sqltext_add(w->q, last ? " < " : " IS NOT NULL");
        if (last) sqltext_arg(w->q, last_of(f));
        sqltext_add(w->q, " AND ");
    }
    write_leaf(w, e);
    sqltext_add(w->q, ")");
}

// A leaf over a declared field: the items that have a value for which it holds.
static void write_declared(const struct writer *w, const struct declared *d, const struct expr *e)
{
    struct writer inner = *w;
    inner.alias = "dv";
    sqltext_add(w->q, "(");
    sqltext_add(w->q, w->alias);
    sqltext_add(w->q, e->kind == EXPR_IS_NULL && !e->negated ? ".id NOT IN (" : ".id IN (");
    sqltext_add(w->q, "SELECT dv.item_id FROM item_value AS dv WHERE dv.district_id = $1 AND dv.field_id = ");
    sqltext_arg(w->q, db_arg_int(d->f.id));
    sqltext_add(w->q, " AND ");
    column(&inner, declared_column(d->kind));
    sqltext_add(w->q, " IS NOT NULL");
    if (e->kind != EXPR_IS_NULL) {
        sqltext_add(w->q, " AND ");
        write_leaf(&inner, e);
    }
    sqltext_add(w->q, "))");
}

static void write_node(const struct writer *w, const struct expr *e)
{
    const struct declared *d = e->field && e->kind != EXPR_CONST ? declared_of(w->f, e->field) : NULL;
    bool leaf = e->kind != EXPR_CONST && e->kind != EXPR_NOT && e->kind != EXPR_AND && e->kind != EXPR_OR;
    if (leaf && d) {
        write_declared(w, d, e);
        return;
    }
    switch (e->kind) {
    case EXPR_CONST: sqltext_add(w->q, e->truth ? "(1 = 1)" : "(1 = 0)"); return;
    case EXPR_NOT:
        sqltext_add(w->q, "(NOT ");
        write_node(w, e->parts.at[0]);
        sqltext_add(w->q, ")");
        return;
    case EXPR_AND:
    case EXPR_OR:
        sqltext_add(w->q, "(");
        for (size_t i = 0; i < e->parts.n; i++) {
            if (i) sqltext_add(w->q, e->kind == EXPR_AND ? " AND " : " OR ");
            write_node(w, e->parts.at[i]);
        }
        sqltext_add(w->q, ")");
        return;
    case EXPR_IS_NULL:
        sqltext_add(w->q, "(");
        write_null(w, e);
        sqltext_add(w->q, ")");
        return;
    default: write_guarded(w, e);
    }
}

void filter_sql(struct call *k, const struct filter *f, const char *alias, const struct expr *e, struct sqltext *q)
{
    struct writer w = {k, f, alias, q};
    write_node(&w, e);
}

// " IN (the ids)": past what one list holds, the units of the district that are in one of several.
static void filter_units(struct call *k, struct sqltext *q, const struct list *ids)
{
    const int64_t *at = ids->at;
    if (ids->n > 0 && ids->n <= SQLTEXT_LIST) {
        sqltext_ids(q, "", at, ids->n);
        return;
    }
    sqltext_add(q, " IN (SELECT u.id FROM unit AS u WHERE u.district_id = $1 AND (1 = 0");
    for (size_t i = 0; i < ids->n && ctx_ok(k->c); i += SQLTEXT_LIST) {
        sqltext_add(q, " OR ");
        sqltext_ids(q, "u.id", at + i, ids->n - i < SQLTEXT_LIST ? ids->n - i : SQLTEXT_LIST);
    }
    sqltext_add(q, "))");
}

void filter_subtree(struct call *k, struct sqltext *q, int64_t root)
{
    struct list ids = {0};
    if (k->units) unit_tree_subtree(k->c->a, k->units, root, &ids);
    filter_units(k, q, &ids);
}

void filter_below(struct call *k, struct sqltext *q, const struct organised *o, int64_t root)
{
    struct list ids = {0};
    if (!o->then) unit_tree_subtree(k->c->a, k->units, root, &ids);
    else if (!o->tree) unit_tree_below(k->c->a, k->units, root, &ids);
    else unit_tree_led_on(k->c->a, k->units, o->tree, root, o->on, &ids);
    filter_units(k, q, &ids);
}

/* --- a record as a row --- */

static struct expr_datum get_declared(const struct filter_row *r, const struct declared *d)
{
    const struct item_value *at = r->values.at, *v = NULL;
    for (size_t i = 0; i < r->values.n; i++)
        if (at[i].field_id == d->f.id && !value_empty(&at[i])) v = &at[i];
    struct expr_datum none = {.null = true, .text = STR_EMPTY};
    if (!v) return none;
    switch (d->kind) {
    case KIND_INTEGER:
    case KIND_BOOL: return (struct expr_datum){.text = STR_EMPTY, .number = v->number_value.millionths / DEC_ONE};
    case KIND_DECIMAL:
    case KIND_MONEY: return (struct expr_datum){.text = STR_EMPTY, .number = v->number_value.millionths};
    case KIND_DAY: return (struct expr_datum){.text = STR_EMPTY, .number = day_from_ymd((int32_t)v->day_value)};
    case KIND_UNIT:
    case KIND_PERSON: return (struct expr_datum){.text = STR_EMPTY, .number = v->ref_id};
    default: return (struct expr_datum){.text = v->text_value};
    }
}

static struct expr_datum get(void *p, const struct expr_symbol *s)
{
    struct filter_row *r = p;
    const struct declared *declared = declared_of(r->f, s);
    if (declared) return get_declared(r, declared);
    const struct field *f = &r->f->entity->shape->fields[s->id];
    const int64_t *ids = r->f->choice_ids[s->id];
    if (f->type == F_DEC) {
        dec d = *field_dec(f, r->record);
        return (struct expr_datum){.null = s->nullable && dec_is_none(d), .text = STR_EMPTY, .number = d.millionths};
    }
    if (!field_is_int(f)) {
        str t = *field_str(f, r->record);
        return (struct expr_datum){.null = s->nullable && t.n == 0, .text = t};
    }
    int64_t v = *field_int(f, r->record);
    struct expr_datum d = {.null = s->nullable && v == 0, .text = STR_EMPTY, .number = v};
    if (f->type == F_DAY && v) d.number = day_from_ymd((int32_t)v);
    for (size_t i = 0; ids && i < s->n_choices; i++)
        if (ids[i] == v) d.text = s->choices[i].code;
    return d;
}

struct expr_row filter_row(struct filter_row *r)
{
    return (struct expr_row){r, get};
}
