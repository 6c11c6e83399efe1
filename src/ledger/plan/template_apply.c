/*
 * A template becomes nodes below an item. The preview says which dates come out and what stands in the way;
 * applying uses the same computation, so nothing is made that was not shown.
 */
#include "ledger/item/draft.h"
#include "ledger/item/loop.h"
#include "ledger/plan/dates.h"
#include "ledger/plan/plan_internal.h"

#define APPLY_ARGS(X)                                                                   \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                        \
    X(template, int64_t, F_REF, 0, "模板", "template", REQUIRED, "node_template")       \
    X(start, int64_t, F_DAY, 0, "开始时间", "start", 0, NULL)                           \
    X(due, int64_t, F_DAY, 0, "完成时限", "due", 0, NULL)                               \
    X(negotiate, int64_t, F_BOOL, 0, "协商工期可缩短", "negotiated durations may shrink", 0, NULL)
struct apply_args { APPLY_ARGS(AS_MEMBER) };
#define OWNER struct apply_args
SHARED_SHAPE_OF(item_apply_template, APPLY_ARGS);
SHARED_SHAPE_OF(template_preview, APPLY_ARGS);
#undef OWNER

struct records APPLIED_TO_ITEM =
    RECORDS("item_node.of_item", &ITEM_NODE, "WHERE district_id = $1 AND item_id = $2 ORDER BY id");

struct applying {
    struct call *k;
    struct item item;
    struct node_template template;
    struct list nodes, applied;
    struct plan_node dates[PLAN_NODES_MAX];
    struct plan_span span;
    day start, due;
};

static const struct template_node *node_at(const struct applying *p, size_t i)
{
    return (const struct template_node *)p->nodes.at + i;
}

static enum duration_class class_of(str code)
{
    for (size_t i = 0; i < DURATION_CLASSES.n; i++)
        if (str_is(code, DURATION_CLASSES.at[i].code)) return (enum duration_class)i;
    return CLASS_EXCLUDED;
}

static void set_dates(struct applying *p, size_t i)
{
    const struct template_node *n = node_at(p, i);
    str rest = n->after;
    p->dates[i] = (struct plan_node){.duration = (int)n->duration,
                                     .offset = (int)n->offset_days,
                                     .natural_days = str_is(n->duration_unit, "day"),
                                     .from_start = str_is(n->anchor, "start"),
                                     .class = class_of(n->duration_class)};
    while (rest.n) {
        str code = str_trim(str_cut(&rest, STR("|")));
        for (size_t e = 0; e < i; e++)
            if (str_eq(node_at(p, e)->code, code)) plan_after(&p->dates[i], e);
    }
}

static day chosen(int64_t given, int64_t own)
{
    return given || own ? day_from_ymd((int32_t)(given ? given : own)) : DAY_NONE;
}

static bool compute(struct call *k, const struct apply_args *a, struct applying *p)
{
    p->k = k;
    if (!record_load(k, &ITEM, a->item, &p->item)) return false;
    if (!record_load(k, &NODE_TEMPLATE, a->template, &p->template)) return false;
    if (p->template.ended_at)
        return fail_field(k->c, ERR_CONFLICT, "template.ended", STR("template"), p->template.name);
    if (!record_list(k, &NODES_OF_TEMPLATE, &p->nodes, ARG(k->district), ARG(a->template))) return false;
    if (!record_list(k, &APPLIED_TO_ITEM, &p->applied, ARG(k->district), ARG(a->item))) return false;
    if (p->nodes.n == 0) return fail_field(k->c, ERR_INVALID, "template.empty", STR("template"), p->template.name);
    if (p->nodes.n > PLAN_NODES_MAX) return fail(k->c, ERR_INVALID, "template.too_many");
    p->start = chosen(a->start, p->item.start_day);
    p->due = chosen(a->due, p->item.due_day);
    if (p->start == DAY_NONE) p->start = k->today;
    if (p->due == DAY_NONE)
        return fail_field(k->c, ERR_INVALID, "template.no_due", STR("due"), item_label(k, &p->item));
    if (p->start > p->due)
        return fail_field(k->c, ERR_INVALID, "item.start_after_due", STR("start"), item_label(k, &p->item));
    if (!k->calendar) return fail(k->c, ERR_CONFLICT, "template.no_calendar");
    for (size_t i = 0; i < p->nodes.n; i++) set_dates(p, i);
    p->span = plan_dates(k->calendar, p->start, p->due, a->negotiate, p->dates, p->nodes.n);
    return ctx_ok(k->c);
}

static const struct item_node *applied_as(const struct applying *p, const struct template_node *n)
{
    const struct item_node *at = p->applied.at;
    for (size_t i = 0; i < p->applied.n; i++)
        if (at[i].template_node_id == n->id) return &at[i];
    return NULL;
}

static bool is_tight(const struct applying *p, size_t i)
{
    return p->span.tight[i / 64] >> (i % 64) & 1;
}

/* --- preview --- */

static void put_day(struct applying *p, struct json *j, const char *member, day d)
{
    jw_put_text(j, member, day_text(p->k->c->a, d));
}

static void put_node(struct applying *p, size_t i, struct json *j)
{
    const struct template_node *n = node_at(p, i);
    const struct plan_node *d = &p->dates[i];
    const struct item_node *made = applied_as(p, n);
    jw_object(j);
    jw_put_id(j, "node", n->id);
    jw_put_text(j, "code", n->code);
    jw_put_text(j, "name", n->name);
    put_day(p, j, "start", d->start);
    put_day(p, j, "due", d->finish);
    jw_put_int(j, "duration", d->duration - d->cut);
    jw_put_text(j, "duration_unit", n->duration_unit);
    jw_put_text(j, "duration_class", n->duration_class);
    jw_put_int(j, "cut", d->cut);
    jw_put_text(j, "after", n->after);
    jw_put_text(j, "standard", n->standard);
    jw_put_text(j, "evidence", n->evidence);
    jw_put_text(j, "source", n->source);
    jw_put_int(j, "weight", n->weight);
    jw_put_bool(j, "tight", is_tight(p, i));
    jw_put_bool(j, "past", d->finish < p->k->today);
    jw_put_bool(j, "day_known", calendar_known_year(p->k->calendar, day_civil(d->finish).year));
    jw_put_id(j, "made_as", made ? made->node_item_id : 0);
    jw_end(j);
}

bool template_preview_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct applying *p = ARENA_NEW(k->c->a, struct applying);
    (void)given;
    if (!compute(k, args, p)) return false;
    jw_object(out);
    jw_put_id(out, "item", p->item.id);
    jw_put_text(out, "template_name", p->template.name);
    put_day(p, out, "start", p->start);
    put_day(p, out, "due", p->due);
    jw_put_bool(out, "feasible", p->span.feasible);
    jw_put_int(out, "shortfall", p->span.shortfall);
    jw_key(out, "nodes");
    jw_array(out);
    for (size_t i = 0; i < p->nodes.n; i++) put_node(p, i, out);
    jw_end(out);
    jw_end(out);
    return true;
}

/* --- applying --- */

// The chain that has no time, with the class of each duration, as the refusal names it.
static str chain_text(struct applying *p)
{
    struct buf b;
    bool en = p->k->c->lang == LANG_EN;
    buf_init(&b, p->k->c->a, 4000);
    for (size_t i = 0; i < p->nodes.n; i++) {
        if (!is_tight(p, i) || p->dates[i].duration == 0) continue;
        const struct template_node *n = node_at(p, i);
        const struct enum_value *c = enum_find(&DURATION_CLASSES, n->duration_class);
        const struct enum_value *u = enum_find(&DURATION_UNITS, n->duration_unit);
        if (b.n) buf_addz(&b, " → ");
        buf_printf(&b, en ? "%.*s (%s %d %s)" : "%.*s（%s%d%s）", STR_FMT(n->name), en ? c->en : c->zh,
                   p->dates[i].duration - p->dates[i].cut, en ? u->en : u->zh);
    }
    return buf_str(&b);
}

static str node_code(struct applying *p, const struct template_node *n)
{
    return str_printf(p->k->c->a, "%.*s.%.*s", STR_FMT(p->item.code), STR_FMT(n->code));
}

static bool make_node(struct applying *p, size_t i, int64_t *made)
{
    struct call *k = p->k;
    const struct template_node *n = node_at(p, i);
    struct item_draft d;
    struct item it;
    struct item_node link;
    item_draft_init(&d);
    d.register_ = p->item.register_id;
    d.line = p->item.line_id;
    d.parent = p->item.id;
    d.level = STR("node");
    d.code = node_code(p, n);
    d.title = n->name;
    d.standard = n->standard;
    d.content = n->evidence.n ? str_printf(k->c->a, "佐证：%.*s\n依据：%.*s", STR_FMT(n->evidence), STR_FMT(n->source))
                              : str_printf(k->c->a, "依据：%.*s", STR_FMT(n->source));
    d.lead = p->item.lead_unit_id;
    d.person = p->item.person_id;
    d.deputy = p->item.deputy_id;
    d.leader = p->item.leader_id;
    d.start = day_to_ymd(p->dates[i].start);
    d.due = day_to_ymd(p->dates[i].finish);
    d.due_kind = STR("finish");
    d.weight = n->weight;
    d.secrecy = p->item.secrecy;
    d.basis = p->item.basis;
    d.source_doc = p->item.source_doc_id;
    d.source_clause = p->item.source_clause;
    if (!item_make(k, &d, &it)) return false;
    shape_init(ITEM_NODE.shape, &link);
    link.item_id = p->item.id;
    link.template_id = p->template.id;
    link.template_node_id = n->id;
    link.node_item_id = *made = it.id;
    link.template_version = p->template.version;
    return record_insert(k, &ITEM_NODE, &link);
}

static bool may_apply(struct call *k, const struct item *it)
{
    if (!(state_bit(it->state) & (IN_DRAFTED | IN_OPEN)))
        return fail(k->c, ERR_CONFLICT, "plan.place_over", item_label(k, it));
    // Who answers for the item plans it; the office plans any.
    return actor_has(k, ROLE_SUPERVISOR | ROLE_LEADER) || item_by_lead(k, it);
}

bool item_apply_template_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct applying *p = ARENA_NEW(k->c->a, struct applying);
    int64_t made = 0, kept = 0;
    (void)given;
    if (!compute(k, args, p) || !may_apply(k, &p->item)) return false;
    if (!p->span.feasible)
        return fail_field(k->c, ERR_REFUSED, "template.no_time", STR("due"), item_label(k, &p->item),
                          str_printf(k->c->a, "%d", p->span.shortfall), chain_text(p));
    jw_key(out, "nodes");
    jw_array(out);
    for (size_t i = 0; i < p->nodes.n; i++) {
        const struct item_node *there = applied_as(p, node_at(p, i));
        int64_t id = there ? there->node_item_id : 0;
        if (!there && !make_node(p, i, &id)) return false;
        *(there ? &kept : &made) += 1;
        jw_id(out, id);
    }
    jw_end(out);
    k->object_kind = "item";
    k->object_id = p->item.id;
    jw_put_id(out, "item", p->item.id);
    jw_put_int(out, "made", made);
    jw_put_int(out, "kept", kept);
    return true;
}
