/*
 * One item into several, several into one. Splitting is the division of a task (任务分解): the item stays
 * as the whole above its parts, its lead answers for the sum, and it cannot close before them; each part
 * has its own lead, standard, weight and due day, not after the whole's, and waits to be issued under the
 * authority of the whole. What was reported and shown stays with the whole; who leads a part assists the
 * whole and sees it there. Merging ends an item in favour of its heir, which takes over its children and
 * its watchers; both leads see both.
 */
#include "ledger/item/clock.h"
#include "ledger/item/draft.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/sight.h"

#define SPLIT_PART_FIELDS(X)                                                         \
    X(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED, NULL)                  \
    X(content, str, F_TEXT, 4000, "任务内容", "content", MULTILINE, NULL)            \
    X(standard, str, F_TEXT, 2000, "任务标准", "standard", REQUIRED | MULTILINE, NULL) \
    X(lead, int64_t, F_REF, 0, "牵头单位", "lead unit", REQUIRED, "unit")            \
    X(person, int64_t, F_REF, 0, "责任人", "person", 0, "person")                    \
    X(deputy, int64_t, F_REF, 0, "副责任人", "deputy", 0, "person")                  \
    X(due, int64_t, F_DAY, 0, "完成时限", "due", REQUIRED, NULL)                     \
    X(weight, int64_t, F_INT, 0, "权重", "weight", 0, NULL)
struct split_part {
    SPLIT_PART_FIELDS(AS_MEMBER)
};
#define OWNER struct split_part
SHAPE_OF(split_part, SPLIT_PART_FIELDS);
#undef OWNER

#define SPLIT_FIELDS(X)                                                                     \
    ITEM_AND_VERSION(X)                                                                     \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | MULTILINE, NULL)              \
    X(parts, struct list, F_OBJECTS, 50, "拆分为", "parts", REQUIRED, &split_part_shape)
struct split {
    SPLIT_FIELDS(AS_MEMBER)
};
#define OWNER struct split
SHARED_SHAPE_OF(split, SPLIT_FIELDS);
#undef OWNER

#define MERGE_FIELDS(X)                                                \
    ITEM_AND_VERSION(X)                                                \
    X(heir, int64_t, F_REF, 0, "并入的事项", "heir", REQUIRED, "item") \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | MULTILINE, NULL)
struct merge {
    MERGE_FIELDS(AS_MEMBER)
};
#define OWNER struct merge
SHARED_SHAPE_OF(merge, MERGE_FIELDS);
#undef OWNER

/* --- splitting --- */

static bool check_split(struct call *k, const struct item *it, const struct split *a)
{
    const struct split_part *at = a->parts.at;
    if (a->parts.n < 2) return fail_field(k->c, ERR_INVALID, "split.one", STR("parts"), item_label(k, it));
    for (size_t i = 0; i < a->parts.n; i++) {
        if (it->due_day && at[i].due > it->due_day)
            return fail_field(k->c, ERR_INVALID, "split.due_after", str_printf(k->c->a, "parts[%zu].due", i),
                              at[i].title, day_text(k->c->a, day_from_ymd((int32_t)at[i].due)),
                              day_text(k->c->a, day_from_ymd((int32_t)it->due_day)));
        if (day_from_ymd((int32_t)at[i].due) < k->today)
            return fail_field(k->c, ERR_INVALID, "split.due_past", str_printf(k->c->a, "parts[%zu].due", i),
                              at[i].title);
        for (size_t j = 0; j < i; j++)
            if (str_eq(at[j].title, at[i].title))
                return fail_field(k->c, ERR_INVALID, "split.twice", str_printf(k->c->a, "parts[%zu].title", i),
                                  at[i].title);
    }
    return guard_secrecy(k, &split_shape, a);
}

// The part begins where the whole stands: approved by the same authority, to be issued.
static bool make_part(struct call *k, const struct item *whole, const struct split_part *p, struct item *out)
{
    struct item_draft d;
    struct item before;
    item_draft_init(&d);
    d.register_ = whole->register_id;
    d.line = whole->line_id;
    d.parent = whole->id;
    d.title = p->title;
    d.content = p->content.n ? p->content : whole->content;
    d.standard = p->standard;
    d.lead = p->lead;
    d.person = p->person;
    d.deputy = p->deputy;
    d.leader = whole->leader_id;
    d.due = p->due;
    d.cycle = whole->report_cycle;
    d.cycle_day = whole->cycle_day;
    d.weight = p->weight;
    d.place = whole->place;
    d.secrecy = whole->secrecy;
    d.basis = whole->basis;
    d.source_doc = whole->source_doc_id;
    d.source_clause = whole->source_clause;
    d.source_place = whole->source_place;
    if (!item_make(k, &d, out)) return false;
    before = *out;
    out->state = str_of(loop_find("item.split")->born);
    out->split_from_id = whole->id;
    out->authority_kind = whole->authority_kind;
    out->authority_ref = whole->authority_ref;
    out->authority_by = whole->authority_by;
    out->authority_day = whole->authority_day;
    return clock_start(k, out, "issue", &NO_CHOICE) && record_update(k, &ITEM, &before, out) &&
           assist_add(k, whole, p->lead, out->code);
}

static void tell_part(struct json *out, const struct item *part)
{
    jw_object(out);
    jw_put_id(out, "item", part->id);
    jw_put_text(out, "code", part->code);
    jw_put_text(out, "title", part->title);
    jw_end(out);
}

bool run_split(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct split *a = args;
    const struct transition *t;
    struct item before, it, part;
    const struct split_part *at = a->parts.at;
    (void)given;
    if (!loop_begin(k, "item.split", a->item, a->version, &t, &before, &it) || !check_split(k, &it, a)) return false;
    jw_key(out, "parts");
    jw_array(out);
    for (size_t i = 0; i < a->parts.n; i++) {
        if (!make_part(k, &it, &at[i], &part)) return false;
        tell_part(out, &part);
    }
    jw_end(out);
    // Who assists belongs to the contract: what was agreed before stays in the baseline before.
    if (it.baseline && !baseline_set(k, &it, 0, a->reason, 0)) return false;
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

/* --- merging --- */

static bool below(struct call *k, const struct item *it, int64_t above, bool *is)
{
    struct item up = *it;
    *is = false;
    for (int depth = 0; up.parent_id && !*is && depth < 64; depth++) {
        *is = up.parent_id == above;
        if (!*is && !record_load(k, &ITEM, up.parent_id, &up)) return false;
    }
    return true;
}

static bool take_children(struct call *k, int64_t from, int64_t heir)
{
    struct list rows;
    do {
        if (!record_list(k, &CHILDREN_OF_ITEM, &rows, ARG(k->district), ARG(from))) return false;
        const struct item *at = rows.at;
        for (size_t i = 0; i < rows.n; i++) {
            struct item after = at[i];
            after.parent_id = heir;
            if (!record_update(k, &ITEM, &at[i], &after)) return false;
        }
    } while (rows.n == 1000);
    return true;
}

static bool take_watchers(struct call *k, int64_t from, int64_t heir)
{
    struct list rows, there;
    if (!record_list(k, &WATCHERS_OF_ITEM, &rows, ARG(k->district), ARG(from)) ||
        !record_list(k, &WATCHERS_OF_ITEM, &there, ARG(k->district), ARG(heir)))
        return false;
    const struct item_watch *at = rows.at, *has = there.at;
    for (size_t i = 0; i < rows.n; i++) {
        bool watches = false;
        for (size_t j = 0; j < there.n; j++) watches = watches || has[j].account_id == at[i].account_id;
        if (watches) continue;
        struct item_watch w;
        shape_init(ITEM_WATCH.shape, &w);
        w.item_id = heir;
        w.account_id = at[i].account_id;
        w.from_at = k->now;
        if (!record_insert(k, &ITEM_WATCH, &w)) return false;
    }
    return true;
}

// Both leads go on seeing both items: each assists the other's. The heir's contract moved by that.
static bool join_units(struct call *k, const struct item *it, const struct item *heir, str reason)
{
    struct item after = *heir;
    if (it->lead_unit_id && heir->lead_unit_id && it->lead_unit_id != heir->lead_unit_id) {
        if (!assist_add(k, heir, it->lead_unit_id, it->code) || !assist_add(k, it, heir->lead_unit_id, heir->code))
            return false;
        if (after.baseline && !baseline_set(k, &after, 0, reason, 0)) return false;
    }
    return record_update(k, &ITEM, heir, &after);
}

bool run_merge(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct merge *a = args;
    const struct transition *t;
    struct item before, it, heir;
    bool lower;
    (void)given;
    if (!loop_begin(k, "item.merge", a->item, a->version, &t, &before, &it)) return false;
    if (!item_load_seen(k, a->heir, &heir)) return false;
    if (heir.id == it.id || !(state_bit(heir.state) & (IN_DRAFTED | IN_OPEN)))
        return fail_field(k->c, ERR_INVALID, "item.bad_heir", STR("heir"), item_label(k, &heir));
    if (!below(k, &heir, it.id, &lower)) return false;
    if (lower)
        return fail_field(k->c, ERR_INVALID, "merge.heir_below", STR("heir"), item_label(k, &heir), item_label(k, &it));
    it.heir_id = heir.id;
    if (!guard_secrecy(k, &merge_shape, a) || !changes_withdraw(k, it.id, a->reason)) return false;
    if (!take_children(k, it.id, heir.id) || !take_watchers(k, it.id, heir.id)) return false;
    return join_units(k, &it, &heir, a->reason) && loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}
