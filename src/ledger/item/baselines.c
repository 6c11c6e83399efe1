/* The query item_baselines: first promise, every baseline, now and what is asked for, side by side. */
#include "ledger/item/contract.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/names.h"
#include "ledger/sight.h"

#define BASELINES_ASK(X)                                                            \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                    \
    X(from, str, F_TEXT, 16, "比较（基线号）", "from: number", 0, NULL)             \
    X(to, str, F_TEXT, 16, "与（基线号、now 或 asked）", "to: number, now or asked", 0, NULL)
struct baselines_ask {
    BASELINES_ASK(AS_MEMBER)
};
#define OWNER struct baselines_ask
static const struct field ask_fields[] = {BASELINES_ASK(AS_FIELD)};
#undef OWNER
const struct shape ITEM_BASELINES_ASK = {"item_baselines", ask_fields, COUNT_OF(ask_fields),
                                         sizeof(struct baselines_ask)};

// What the two sides agreed on; the rest of an item is where it stands.
static const char *const TERMS[] = {"title",        "content",      "lead_unit_id", "person_id",
                                    "deputy_id",    "leader_id",  "start_day",    "due_day",      "due_kind",
                                    "report_cycle", "cycle_day",  "quantity",     "challenge",    "quantity_unit",
                                    "weight",       "place",      "secrecy",      "commitment"};

// A state of the contract that can be compared: "1", "2", … "now", "asked".
struct stand {
    str key;
    const struct baseline *b; // NULL: now, asked
    struct contract c;
};

struct compare {
    struct call *k;
    struct names names;
    struct json *j;
    struct item it;
    struct list baselines;
    struct change_request asked; // id 0: none is pending
    VEC(struct stand) stands;
};

static struct stand *stand_of(struct compare *m, str key)
{
    for (size_t i = 0; i < m->stands.n; i++)
        if (str_eq(m->stands.at[i].key, key)) return &m->stands.at[i];
    return NULL;
}

/* --- what there is to compare --- */

static bool add_asked(struct compare *m)
{
    struct call *k = m->k;
    struct list rows, units;
    size_t cap = 0;
    if (!record_list(k, &CHANGES_OF_ITEM, &rows, ARG(k->district), ARG(m->it.id))) return false;
    for (size_t i = 0; i < rows.n && !m->asked.id; i++)
        if (str_is(((struct change_request *)rows.at)[i].state, "pending"))
            m->asked = ((struct change_request *)rows.at)[i];
    if (!m->asked.id) return true;
    struct stand *s = VEC_PUSH(k->c->a, &m->stands);
    s->key = STR("asked");
    s->b = NULL;
    if (!contract_now(k, &m->it, &s->c)) return false;
    change_wish_take(&s->c.item, &m->asked);
    if (m->asked.new_standard.n) {
        // As it will be when approved: standards are replaced, the other parts stay.
        struct list kept = {0};
        const struct item_part *at = s->c.parts.at;
        for (size_t i = 0; i < s->c.parts.n; i++)
            if (!str_is(at[i].kind, "standard"))
                *(struct item_part *)vec_slot(k->c->a, &kept.at, &kept.n, &cap, sizeof *at) = at[i];
        str rest = str_replace(k->c->a, m->asked.new_standard, STR("；"), STR("\n"));
        while (rest.n) {
            str body = str_trim(str_cut(&rest, STR("\n")));
            if (!body.n) continue;
            struct item_part *p = vec_slot(k->c->a, &kept.at, &kept.n, &cap, sizeof *p);
            shape_init(ITEM_PART.shape, p);
            p->kind = STR("standard");
            p->body = body;
        }
        s->c.parts = kept;
    }
    if (!m->asked.new_assists) return true;
    if (!record_list(k, &UNITS_OF_CHANGE, &units, ARG(k->district), ARG(m->asked.id))) return false;
    const struct change_unit *u = units.at;
    s->c.assists = (struct list){arena_alloc(k->c->a, (units.n + 1) * sizeof(struct item_unit)), units.n};
    for (size_t i = 0; i < units.n; i++) {
        struct item_unit *to = (struct item_unit *)s->c.assists.at + i;
        shape_init(ITEM_UNIT.shape, to);
        to->unit_id = u[i].unit_id;
        to->share_pct = u[i].share_pct;
        to->duty = u[i].duty;
    }
    return ctx_ok(k->c);
}

static bool add_stands(struct compare *m)
{
    struct call *k = m->k;
    if (!record_list(k, &BASELINES_OF_ITEM, &m->baselines, ARG(k->district), ARG(m->it.id))) return false;
    for (size_t i = 0; i < m->baselines.n; i++) {
        const struct baseline *b = &((struct baseline *)m->baselines.at)[i];
        struct stand *s = VEC_PUSH(k->c->a, &m->stands);
        s->key = str_printf(k->c->a, "%" PRId64, b->ordinal);
        s->b = b;
        if (!contract_read(k, b->contract, &s->c)) return false;
    }
    struct stand *now = VEC_PUSH(k->c->a, &m->stands);
    now->key = STR("now");
    now->b = NULL;
    return contract_now(k, &m->it, &now->c) && add_asked(m);
}

/* --- values --- */

static str in_lang(const struct call *k, const char *zh, const char *en)
{
    return str_of(k->c->lang == LANG_EN ? en : zh);
}

static void put_text_or_null(struct json *j, const char *name, str s)
{
    jw_key(j, name);
    if (s.n) jw_text(j, s);
    else jw_null(j);
}

static str part_text(struct compare *m, const struct item_part *p)
{
    const struct enum_value *v = enum_find(&COMPARATORS, p->comparator);
    if (dec_is_none(p->quantity)) return p->body;
    return str_printf(m->k->c->a, "%.*s（%.*s %.*s %.*s）", STR_FMT(p->body),
                      STR_FMT(v ? in_lang(m->k, v->zh, v->en) : STR_EMPTY),
                      STR_FMT(dec_text(m->k->c->a, p->quantity)), STR_FMT(p->quantity_unit));
}

static str assist_text(struct compare *m, const struct item_unit *u)
{
    if (!u->share_pct && !u->duty.n) return STR("✓");
    str share = u->share_pct ? str_printf(m->k->c->a, "%" PRId64 " %%", u->share_pct) : STR_EMPTY;
    return str_printf(m->k->c->a, "%.*s%s%.*s", STR_FMT(share), share.n && u->duty.n ? " · " : "", STR_FMT(u->duty));
}

/* --- the answer --- */

static bool put_stands(struct compare *m)
{
    struct json *j = m->j;
    jw_key(j, "stands");
    jw_array(j);
    for (size_t i = 0; i < m->stands.n; i++) {
        const struct stand *s = &m->stands.at[i];
        str by = STR_EMPTY, for_name = STR_EMPTY;
        instant at = s->b ? s->b->set_at : str_is(s->key, "asked") ? m->asked.asked_at : 0;
        int64_t account = s->b ? s->b->account_id : str_is(s->key, "asked") ? m->asked.account_id : 0;
        if (!names_of(&m->names, "account", account, &by) ||
            !names_of(&m->names, "person", s->b ? s->b->acting_for_id : 0, &for_name))
            return false;
        jw_object(j);
        jw_put_text(j, "key", s->key);
        put_text_or_null(j, "at", at ? instant_text(m->k->c->a, at, m->k->zone_min) : STR_EMPTY);
        put_text_or_null(j, "by", by);
        put_text_or_null(j, "acting_for", for_name);
        put_text_or_null(j, "reason", s->b ? s->b->reason : str_is(s->key, "asked") ? m->asked.wish : STR_EMPTY);
        jw_put_id(j, "change", s->b ? s->b->change_id : str_is(s->key, "asked") ? m->asked.id : 0);
        jw_key(j, "terms");
        jw_object(j);
        for (size_t t = 0; t < COUNT_OF(TERMS); t++) {
            str v;
            if (!contract_shown(&m->names, shape_field(ITEM.shape, str_of(TERMS[t])), &s->c.item, &v)) return false;
            put_text_or_null(j, TERMS[t], v);
        }
        jw_end(j);
        jw_end(j);
    }
    jw_end(j);
    return true;
}

static bool put_terms(struct compare *m, const struct contract *x, const struct contract *y)
{
    struct json *j = m->j;
    jw_key(j, "fields");
    jw_array(j);
    for (size_t i = 0; i < COUNT_OF(TERMS); i++) {
        const struct field *f = shape_field(ITEM.shape, str_of(TERMS[i]));
        str a, b;
        if (!contract_shown(&m->names, f, &x->item, &a) || !contract_shown(&m->names, f, &y->item, &b)) return false;
        if (!a.n && !b.n) continue;
        jw_object(j);
        jw_put_text(j, "field", str_of(f->name));
        jw_put_text(j, "name", in_lang(m->k, f->zh, f->en));
        put_text_or_null(j, "from", a);
        put_text_or_null(j, "to", b);
        jw_put_bool(j, "differs", !field_same(f, &x->item, &y->item));
        jw_end(j);
    }
    jw_end(j);
    return true;
}

static const char *how(bool from, bool to, bool same)
{
    if (!from) return "added";
    if (!to) return "removed";
    return same ? "same" : "changed";
}

static bool put_parts(struct compare *m, const struct contract *x, const struct contract *y)
{
    struct list pairs;
    struct json *j = m->j;
    contract_align(m->k->c->a, &x->parts, &y->parts, &pairs);
    jw_key(j, "parts");
    jw_array(j);
    for (size_t i = 0; i < pairs.n; i++) {
        const struct part_pair *p = &((struct part_pair *)pairs.at)[i];
        str a = p->from ? part_text(m, p->from) : STR_EMPTY, b = p->to ? part_text(m, p->to) : STR_EMPTY;
        jw_object(j);
        jw_put_text(j, "kind", p->from ? p->from->kind : p->to->kind);
        put_text_or_null(j, "from", a);
        put_text_or_null(j, "to", b);
        jw_put_text(j, "how", str_of(how(p->from != NULL, p->to != NULL, str_eq(a, b))));
        jw_end(j);
    }
    jw_end(j);
    return ctx_ok(m->k->c);
}

static const struct item_unit *assist_of(const struct list *rows, int64_t unit)
{
    const struct item_unit *at = rows->at;
    for (size_t i = 0; i < rows->n; i++)
        if (at[i].unit_id == unit) return &at[i];
    return NULL;
}

static bool put_assist(struct compare *m, int64_t unit, const struct item_unit *from, const struct item_unit *to)
{
    str name, a = from ? assist_text(m, from) : STR_EMPTY, b = to ? assist_text(m, to) : STR_EMPTY;
    if (!names_of(&m->names, "unit", unit, &name)) return false;
    jw_object(m->j);
    jw_put_text(m->j, "unit_name", name);
    put_text_or_null(m->j, "from", a);
    put_text_or_null(m->j, "to", b);
    jw_put_text(m->j, "how", str_of(how(from != NULL, to != NULL, str_eq(a, b))));
    jw_end(m->j);
    return true;
}

static bool put_assists(struct compare *m, const struct contract *x, const struct contract *y)
{
    const struct item_unit *a = x->assists.at, *b = y->assists.at;
    jw_key(m->j, "assists");
    jw_array(m->j);
    for (size_t i = 0; i < x->assists.n; i++)
        if (!put_assist(m, a[i].unit_id, &a[i], assist_of(&y->assists, a[i].unit_id))) return false;
    for (size_t i = 0; i < y->assists.n; i++)
        if (!assist_of(&x->assists, b[i].unit_id) && !put_assist(m, b[i].unit_id, NULL, &b[i])) return false;
    jw_end(m->j);
    return true;
}

// Without a wish: the first promise against what is asked for, or against now.
static bool put_difference(struct compare *m, const struct baselines_ask *a)
{
    struct call *k = m->k;
    str from = a->from.n ? a->from : m->baselines.n ? STR("1") : STR("now");
    str to = a->to.n ? a->to : m->asked.id ? STR("asked") : STR("now");
    const struct stand *x = stand_of(m, from), *y = stand_of(m, to);
    if (!x || !y)
        return fail_field(k->c, ERR_INVALID, "baseline.none", x ? STR("to") : STR("from"), x ? to : from,
                          item_label(k, &m->it));
    jw_put_text(m->j, "from", x->key);
    jw_put_text(m->j, "to", y->key);
    return put_terms(m, &x->c, &y->c) && put_parts(m, &x->c, &y->c) && put_assists(m, &x->c, &y->c);
}

bool query_item_baselines(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct baselines_ask *a = args;
    struct compare m = {.k = k, .j = out};
    (void)given;
    names_init(&m.names, k);
    if (!item_load_seen(k, a->item, &m.it) || !add_stands(&m)) return false;
    jw_object(out);
    jw_put_id(out, "item", m.it.id);
    jw_put_int(out, "extensions", m.it.extensions);
    if (!put_stands(&m) || !put_difference(&m, a)) return false;
    jw_end(out);
    return ctx_ok(k->c);
}
