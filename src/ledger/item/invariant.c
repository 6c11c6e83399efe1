/* The loop's invariants on live data. Records are read whole: this runs on demand, not in a request. */
#include <jansson.h>

#include "base/map.h"
#include "ledger/check.h"
#include "ledger/item/loop.h"
#include "ledger/journal/journal_json.h"
#include "ledger/org/unit_tree.h"
#include "ledger/registers/loop_variant.h"

// What hangs on one item.
struct about {
    struct item it;
    int running, pending_changes, pending_objections, baselines;
    struct clock_run clock;
    bool passed, waived;
    str assist_closed;     // an assisting unit that is no more
    int64_t last_verifier; // unit of the newest verdict
};

struct survey {
    struct call *k;
    struct findings *f;
    struct map items;  // id → about
    struct map people; // id → int64_t *, in post
};

typedef void row_fn(struct survey *s, const void *record);

static bool each(struct survey *s, const struct entity *e, row_fn *fn)
{
    struct call *k = s->k;
    int64_t after = INT64_MIN;
    for (size_t n = 1000; n == 1000;) {
        struct db_rows r;
        if (!DB_QUERY(k->c, k->db, &r, &e->whole, ARG(k->district), ARG(after))) return false;
        for (n = 0; db_next(&r); n++) {
            void *record = arena_alloc(k->c->a, e->shape->size);
            record_read(e, &r, 0, record);
            after = *field_int(&e->shape->fields[1], record);
            fn(s, record);
        }
        if (!db_done(&r)) return false;
    }
    return ctx_ok(k->c);
}

static struct about *of(struct survey *s, int64_t item)
{
    return map_get_int(&s->items, item);
}

static void add_item(struct survey *s, const void *record)
{
    struct about *a = ARENA_NEW(s->k->c->a, struct about);
    a->it = *(const struct item *)record;
    map_put_int(s->k->c->a, &s->items, a->it.id, a);
}

static void add_clock(struct survey *s, const void *record)
{
    const struct clock_run *c = record;
    struct about *a = of(s, c->item_id);
    if (!a || c->stopped_at) return;
    a->running++;
    a->clock = *c;
}

static void add_change(struct survey *s, const void *record)
{
    const struct change_request *c = record;
    struct about *a = of(s, c->item_id);
    if (a) a->pending_changes += str_is(c->state, "pending");
}

static void add_objection(struct survey *s, const void *record)
{
    const struct objection *o = record;
    struct about *a = of(s, o->item_id);
    if (a) a->pending_objections += str_is(o->state, "pending");
}

static void add_baseline(struct survey *s, const void *record)
{
    struct about *a = of(s, ((const struct baseline *)record)->item_id);
    if (a) a->baselines++;
}

static void add_verdict(struct survey *s, const void *record)
{
    const struct verdict *v = record;
    struct about *a = of(s, v->item_id);
    if (!a) return;
    a->passed = a->passed || str_is(v->outcome, "pass");
    a->last_verifier = v->unit_id; // rows come in the order of their ids
}

static void add_person(struct survey *s, const void *record)
{
    const struct person *p = record;
    int64_t *active = ARENA_NEW(s->k->c->a, int64_t);
    *active = p->active;
    (void)map_put_int(s->k->c->a, &s->people, p->id, active);
}

static void add_assist(struct survey *s, const void *record)
{
    const struct item_unit *row = record;
    struct about *a = of(s, row->item_id);
    const struct unit_node *u = unit_tree_by_id(s->k->units, row->unit_id);
    if (a && u && u->unit.closes_day) a->assist_closed = u->unit.name;
}

static void add_waiver(struct survey *s, const void *record)
{
    const struct waiver *w = record;
    struct about *child = of(s, w->child_id);
    if (child && child->it.parent_id == w->item_id) child->waived = true;
}

static void check_clock(struct survey *s, const struct about *a, bool open)
{
    if (open && a->running != 1)
        finding(s->f, "check.clocks", a->it.code, str_printf(s->f->a, "%d", a->running), STR_EMPTY);
    if (!open && a->running) finding(s->f, "check.clock_after_end", a->it.code, STR_EMPTY, STR_EMPTY);
    bool same = a->running == 1 && str_eq(a->clock.kind, a->it.clock_kind) && a->clock.due_at == a->it.clock_due_at;
    if (open && a->running == 1 && !same) finding(s->f, "check.clock_differs", a->it.code, STR_EMPTY, STR_EMPTY);
}

// Closed by a verdict, or archived after that.
static bool closed(const struct about *a)
{
    unsigned state = state_bit(a->it.state);
    return (state & IN_CLOSED) || ((state & IN_ARCHIVED) && a->it.closed_at);
}

static void check_parent(struct survey *s, const struct about *a, bool open)
{
    const struct about *parent = of(s, a->it.parent_id);
    // One that was cancelled did not close, and what hung on it goes on by itself.
    if (!open || a->waived || !parent || !closed(parent)) return;
    finding(s->f, "check.open_child", parent->it.code, a->it.code, STR_EMPTY);
}

// Nothing open belongs to a unit that is no more or to somebody who left.
static void check_answerers(struct survey *s, const struct about *a, bool open, bool issued)
{
    const struct unit_node *lead = unit_tree_by_id(s->k->units, a->it.lead_unit_id);
    const int64_t *active = map_get_int(&s->people, a->it.person_id),
                  *deputy = map_get_int(&s->people, a->it.deputy_id);
    if (!open) return;
    if (lead && lead->unit.closes_day) finding(s->f, "check.lead_closed", a->it.code, lead->unit.name, STR_EMPTY);
    if (a->assist_closed.n) finding(s->f, "check.assist_closed", a->it.code, a->assist_closed, STR_EMPTY);
    if ((issued && !(active && *active)) || (a->it.person_id && !(active && *active)))
        finding(s->f, "check.person_left", a->it.code, STR_EMPTY, STR_EMPTY);
    if (a->it.deputy_id && !(deputy && *deputy)) finding(s->f, "check.deputy_left", a->it.code, STR_EMPTY, STR_EMPTY);
}

static void check_item(struct survey *s, const struct about *a)
{
    unsigned state = state_bit(a->it.state);
    bool open = (state & IN_OPEN) != 0;
    bool issued = (state & (IN_ISSUED | IN_ACCEPTED | IN_REPORTED | IN_SUSPENDED | IN_CLOSED)) != 0;
    if (!state) finding(s->f, "check.unknown_state", a->it.code, a->it.state, STR_EMPTY);
    check_clock(s, a, open);
    check_parent(s, a, open);
    if (issued && (!a->it.lead_unit_id || !a->it.authority_ref.n))
        finding(s->f, "check.unaccountable", a->it.code, STR_EMPTY, STR_EMPTY);
    check_answerers(s, a, open, issued);
    if (closed(a) && !a->passed) finding(s->f, "check.unverified", a->it.code, STR_EMPTY, STR_EMPTY);
    // An open item may have been transferred since its last verdict; the lead of a closed one stands.
    if (closed(a) && a->last_verifier && unit_tree_covers(s->k->units, a->it.lead_unit_id, a->last_verifier))
        finding(s->f, "check.own_verdict", a->it.code, STR_EMPTY, STR_EMPTY);
    if (a->baselines != a->it.baseline) finding(s->f, "check.baselines", a->it.code, STR_EMPTY, STR_EMPTY);
    if (a->pending_changes > ((state & IN_ACCEPTED) != 0))
        finding(s->f, "check.pending_change", a->it.code, STR_EMPTY, STR_EMPTY);
    if (a->pending_objections > ((state & IN_CLOSED) != 0))
        finding(s->f, "check.pending_objection", a->it.code, STR_EMPTY, STR_EMPTY);
}

/* --- every move of a state in the journal is one of the loop's --- */

static bool allowed_move(const char *command, str from, str to)
{
    if (from.n == 0) return str_is(to, "drafted");
    const struct transition *t = loop_find(command);
    if (t && t->born && str_is(from, "drafted") && str_is(to, t->born)) return true;
    return t && (loop_widest(t) & state_bit(from)) && t->to && str_is(to, t->to);
}

static void check_moves(struct survey *s, const struct journal_row *row)
{
    str command = journal_act(s->k->c->a, row);
    json_t *changes = json_loadb(row->changes.p, row->changes.n, 0, NULL);
    for (size_t i = 0; i < json_array_size(changes); i++) {
        json_t *change = json_array_get(changes, i);
        const char *e = json_string_value(json_object_get(change, "e"));
        json_t *move = json_object_get(json_object_get(change, "f"), "state");
        if (!e || strcmp(e, "item") != 0 || !move) continue;
        str from = str_of(json_string_value(json_array_get(move, 0)));
        str to = str_of(json_string_value(json_array_get(move, 1)));
        if (!allowed_move(str_z(s->k->c->a, command), from, to))
            finding(s->f, "check.move", str_printf(s->f->a, "%" PRId64, row->seq), row->command,
                    str_printf(s->f->a, "%.*s → %.*s", STR_FMT(from), STR_FMT(to)));
    }
    json_decref(changes);
}

static bool check_journal_moves(struct survey *s)
{
    struct journal_row *rows = arena_alloc(s->k->c->a, 500 * sizeof *rows);
    int64_t next = 1;
    for (size_t n = 500; n == 500;) {
        if (!journal_page(s->k, next, rows, &n)) return false;
        for (size_t i = 0; i < n; i++) check_moves(s, &rows[i]);
        if (n) next = rows[n - 1].seq + 1;
    }
    return ctx_ok(s->k->c);
}

bool items_check(struct call *k, struct findings *f, int64_t *items)
{
    static const struct {
        struct entity *e;
        row_fn *fn;
    } sources[] = {{&ITEM, add_item},           {&CLOCK, add_clock},       {&CHANGE_REQUEST, add_change},
                   {&OBJECTION, add_objection}, {&BASELINE, add_baseline}, {&VERDICT, add_verdict},
                   {&WAIVER, add_waiver},       {&PERSON, add_person},     {&ITEM_UNIT, add_assist}};
    struct survey s = {.k = k, .f = f};
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        if (!each(&s, sources[i].e, sources[i].fn)) return false;
    *items = (int64_t)s.items.n;
    for (const struct map_entry *m = s.items.first; m; m = m->next) check_item(&s, m->value);
    const char *fault = succession_fault(k->c->a, &k->units->succession);
    if (fault) finding(f, "check.succession", str_of(fault), STR_EMPTY, STR_EMPTY);
    return check_journal_moves(&s);
}
