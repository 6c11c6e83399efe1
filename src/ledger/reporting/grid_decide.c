/* What others do with a submission: take it, or send it back with reasons; and correcting what was taken. */
#include "ledger/item/guard.h"
#include "ledger/org/unit_tree.h"
#include "ledger/reporting/grid_change.h"

#define GRID_MARK_FIELDS(X)                                                     \
    X(row, str, F_TEXT, 40, "行", "row", REQUIRED, NULL)                        \
    X(element, str, F_TEXT, 40, "数据元", "element", REQUIRED, NULL)            \
    X(reason, str, F_TEXT, 400, "退回理由", "reason", REQUIRED | MULTILINE, NULL)
struct grid_mark { GRID_MARK_FIELDS(AS_MEMBER) };
#define OWNER struct grid_mark
SHAPE_OF(grid_mark, GRID_MARK_FIELDS);
#undef OWNER

#define GRID_RETURN_FIELDS(X)                                                          \
    GRID_KEY_FIELDS(X)                                                                 \
    X(reason, str, F_TEXT, 1000, "退回理由", "reason", MULTILINE, NULL)                \
    X(marks, struct list, F_OBJECTS, 500, "退回的单元格", "cells", 0, &grid_mark_shape) \
    X(new_due, int64_t, F_DAY, 0, "重报期限", "new due day", REQUIRED, NULL)
struct grid_return { GRID_RETURN_FIELDS(AS_MEMBER) };
#define OWNER struct grid_return
SHARED_SHAPE_OF(grid_return, GRID_RETURN_FIELDS);
#undef OWNER

#define GRID_ACCEPT_FIELDS(X) \
    GRID_KEY_FIELDS(X)        \
    X(opinion, str, F_TEXT, 1000, "审核意见", "opinion", MULTILINE, NULL)
struct grid_accept { GRID_ACCEPT_FIELDS(AS_MEMBER) };
#define OWNER struct grid_accept
SHARED_SHAPE_OF(grid_accept, GRID_ACCEPT_FIELDS);
#undef OWNER

#define GRID_CORRECT_FIELDS(X) \
    GRID_KEY_FIELDS(X)         \
    X(reason, str, F_TEXT, 1000, "更正理由", "why", REQUIRED | MULTILINE, NULL)
struct grid_correct { GRID_CORRECT_FIELDS(AS_MEMBER) };
#define OWNER struct grid_correct
SHARED_SHAPE_OF(grid_correct, GRID_CORRECT_FIELDS);
#undef OWNER

// Nobody takes the figures of its own unit, or of one above it.
static bool not_own(struct grid *g)
{
    const struct call *k = g->k;
    const struct unit_node *u = unit_tree_by_id(k->units, k->actor.unit_id);
    for (; u; u = u->parent)
        if (u->unit.id == g->unit) return fail(k->c, ERR_FORBIDDEN, "report_grid.own", unit_title(k, g->unit));
    return true;
}

static bool decidable(struct grid *g, const struct grid_key *key, int64_t version, struct call *k)
{
    if (!grid_load(k, key, g) || !grid_same_version(g, version) || !not_own(g)) return false;
    return str_is(g->sub.state, "submitted") ||
           fail(k->c, ERR_CONFLICT, "report_grid.not_submitted", g->c->of.name, unit_title(k, g->unit), g->period_code);
}

static bool decide(struct grid *g, int64_t ordinal, const char *outcome, str opinion)
{
    struct submission_revision before, after;
    if (!revision_load(g, ordinal, &before)) return false;
    after = before;
    after.outcome = str_of(outcome);
    after.decided_by = g->k->actor.account_id;
    after.decided_at = g->k->now;
    if (opinion.n) after.opinion = opinion;
    return record_update(g->k, &SUBMISSION_REVISION, &before, &after);
}

static bool put_marks(struct grid *g, const struct list *marks)
{
    struct call *k = g->k;
    const struct grid_mark *at = marks->at;
    for (size_t i = 0; i < marks->n; i++) {
        struct submission_mark m;
        str place = str_printf(k->c->a, "marks[%zu]", i);
        if (!grid_row_find(g, at[i].row)) return fail_field(k->c, ERR_INVALID, "report_grid.no_row", place, at[i].row);
        if (!collected_column(g->c, at[i].element))
            return fail_field(k->c, ERR_INVALID, "report_grid.no_column", place, at[i].element, g->c->of.name);
        if (!guard_secrecy(k, &grid_mark_shape, &at[i])) return false;
        shape_init(SUBMISSION_MARK.shape, &m);
        m.submission_id = g->sub.id;
        m.revision = g->sub.revision;
        m.row_key = at[i].row;
        m.element_code = at[i].element;
        m.reason = at[i].reason;
        if (!record_insert(k, &SUBMISSION_MARK, &m)) return false;
    }
    return true;
}

bool run_grid_return(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct grid_return *a = args;
    struct grid_key key = {a->collection, a->unit, a->period, 0};
    struct grid g;
    (void)given;
    if (!decidable(&g, &key, a->version, k) || !guard_secrecy(k, &grid_return_shape, a)) return false;
    if (a->reason.n == 0 && a->marks.n == 0) return fail_field(k->c, ERR_INVALID, "report_grid.no_reason",
                                                               STR("reason"));
    if (day_from_ymd((int32_t)a->new_due) < k->today)
        return fail_field(k->c, ERR_INVALID, "report_grid.due_past", STR("new_due"));
    struct submission before = g.sub;
    g.sub.state = STR("returned");
    g.sub.due_day = a->new_due;
    g.sub.returned++;
    return decide(&g, g.sub.revision, "returned", a->reason) && put_marks(&g, &a->marks) && grid_put(&g, &before) &&
           grid_tell(&g, out);
}

bool run_grid_accept(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct grid_accept *a = args;
    struct grid_key key = {a->collection, a->unit, a->period, 0};
    struct grid g;
    (void)given;
    if (!decidable(&g, &key, a->version, k) || !guard_secrecy(k, &grid_accept_shape, a)) return false;
    struct submission before = g.sub;
    if (before.accepted_revision && !decide(&g, before.accepted_revision, "replaced", STR_EMPTY)) return false;
    g.sub.state = STR("accepted");
    g.sub.accepted_revision = g.sub.revision;
    return decide(&g, g.sub.revision, "accepted", a->opinion) && grid_put(&g, &before) && grid_tell(&g, out);
}

// The rows of the accepted version are the beginning of the next one.
static bool copy_rows(struct grid *g, int64_t from)
{
    struct call *k = g->k;
    struct list rows;
    if (!record_list(k, &ROWS_OF, &rows, ARG(k->district), ARG(g->sub.id), ARG(from))) return false;
    const struct submission_row *at = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct submission_row row = at[i];
        row.id = 0;
        row.revision = g->sub.revision;
        if (!record_insert(k, &SUBMISSION_ROW, &row)) return false;
    }
    return true;
}

bool run_grid_correct(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct grid_correct *a = args;
    struct grid_key key = {a->collection, a->unit, a->period, 0};
    struct grid g;
    (void)given;
    if (!grid_load(k, &key, &g) || !grid_same_version(&g, a->version) || !guard_secrecy(k, &grid_correct_shape, a))
        return false;
    if (!actor_covers(k, g.unit)) return fail(k->c, ERR_FORBIDDEN, "report_grid.other_unit", unit_title(k, g.unit));
    if (!str_is(g.sub.state, "accepted"))
        return fail(k->c, ERR_CONFLICT, "report_grid.not_accepted", g.c->of.name, g.period_code);
    int64_t from = g.sub.revision;
    return grid_next_revision(&g, a->reason) && copy_rows(&g, from) && grid_tell(&g, out);
}
