/*
 * What other subjects keep for a unit or a person and what has to go on after it ends: one row a field.
 * A subject that makes somebody answer for something in future adds its field here; what is only a
 * record of its time (who reported, who verified) has no place in the table.
 */
#include "ledger/delegation/delegation.h"
#include "ledger/grid/grid.h"
#include "ledger/plan/plan.h"
#include "ledger/registers/registers.h"
#include "ledger/reorg/reorg_internal.h"
#include "ledger/reporting/reporting.h"

#define OF_UNIT(name, entity, field)                                                                                 \
    RECORDS("follow." name, &entity, "WHERE district_id = $1 AND " field " = $2 ORDER BY id")
static struct records ELEMENTS = OF_UNIT("data_element", DATA_ELEMENT, "owner_unit_id");
static struct records COLLECTIONS = OF_UNIT("collection", COLLECTION, "owner_unit_id");
static struct records REPORTERS = OF_UNIT("collection_unit", COLLECTION_UNIT, "unit_id");
static struct records GOALS = OF_UNIT("goal", GOAL, "unit_id");
static struct records FIELDS = OF_UNIT("register_field", REGISTER_FIELD, "owner_unit_id");
static struct records VIEWS = OF_UNIT("saved_view", SAVED_VIEW, "unit_id");
// What is due of a unit and not sent yet.
static struct records SUBMISSIONS = RECORDS(
    "follow.submission", &SUBMISSION, "WHERE district_id = $1 AND unit_id = $2 AND state <> 'accepted' ORDER BY id");

static const struct follow {
    struct records *rows;
    const char *field;
    const char *same[2]; // with these the field is unique: what the successor has already is not had twice
    bool past;           // a row that the successor has already stays with the unit of its time
} FOLLOWS[] = {
    {&ELEMENTS, "owner_unit_id", {NULL, NULL}, false},
    {&COLLECTIONS, "owner_unit_id", {NULL, NULL}, false},
    {&REPORTERS, "unit_id", {"collection_id", NULL}, false},
    {&GOALS, "unit_id", {NULL, NULL}, false},
    {&FIELDS, "owner_unit_id", {NULL, NULL}, false},
    {&VIEWS, "unit_id", {NULL, NULL}, false},
    {&SUBMISSIONS, "unit_id", {"collection_id", "period_code"}, true},
};

struct records *const FOLLOW_RECORDS[] = {&ELEMENTS, &COLLECTIONS, &REPORTERS, &GOALS, &FIELDS, &VIEWS, &SUBMISSIONS};
const size_t N_FOLLOW_RECORDS = COUNT_OF(FOLLOW_RECORDS);

static bool same_in(const struct follow *f, const struct shape *s, const void *x, const void *y)
{
    for (size_t i = 0; i < COUNT_OF(f->same) && f->same[i]; i++)
        if (!field_same(shape_field(s, str_of(f->same[i])), x, y)) return false;
    return f->same[0] != NULL;
}

static bool has_already(const struct follow *f, const struct list *there, const void *row)
{
    const struct shape *s = f->rows->entity->shape;
    for (size_t i = 0; i < there->n; i++)
        if (same_in(f, s, (const char *)there->at + i * s->size, row)) return true;
    return false;
}

static bool follow(struct call *k, const struct follow *f, int64_t from, int64_t to, int64_t *n)
{
    const struct entity *e = f->rows->entity;
    const struct field *field = shape_field(e->shape, str_of(f->field));
    struct list rows, there;
    if (!record_list(k, f->rows, &rows, ARG(k->district), ARG(from)) ||
        !record_list(k, f->rows, &there, ARG(k->district), ARG(to)))
        return false;
    for (size_t i = 0; i < rows.n && ctx_ok(k->c); i++) {
        const void *before = (const char *)rows.at + i * e->shape->size;
        void *after = record_copy(k, e, before);
        bool double_ = has_already(f, &there, before);
        if (double_ && f->past) continue;
        if (double_ && !record_remove(k, e, before)) return false;
        if (double_) continue;
        *field_int(field, after) = to;
        if (!record_update(k, e, before, after)) return false;
        ++*n;
    }
    return true;
}

bool reorg_follow_unit(struct call *k, int64_t from, int64_t to, int64_t *n)
{
    for (size_t i = 0; i < COUNT_OF(FOLLOWS); i++)
        if (!follow(k, &FOLLOWS[i], from, to, n)) return false;
    return true;
}

bool reorg_standing_duties(struct call *k, int64_t unit, int64_t *n)
{
    *n = 0;
    for (size_t i = 0; i < COUNT_OF(FOLLOWS); i++) {
        struct list rows;
        if (!record_list(k, FOLLOWS[i].rows, &rows, ARG(k->district), ARG(unit))) return false;
        *n += (int64_t)rows.n;
    }
    return true;
}

/* --- persons --- */

struct records WAITING_REQUESTS =
    RECORDS("follow.change_request", &CHANGE_REQUEST,
            "WHERE district_id = $1 AND decider_id = $2 AND state = 'pending' ORDER BY id");
struct records DECIDING_RULES =
    RECORDS("follow.extension_rule", &EXTENSION_RULE, "WHERE district_id = $1 AND person_id = $2 ORDER BY id");

struct records DELEGATIONS_ALIVE = RECORDS(
    "follow.delegation", &DELEGATION,
    "WHERE district_id = $1 AND (from_person_id = $2 OR to_person_id = $2) AND ended_at IS NULL AND last_day >= $3"
    " ORDER BY id");

bool reorg_end_delegations(struct call *k, int64_t person)
{
    struct list rows;
    if (!record_list(k, &DELEGATIONS_ALIVE, &rows, ARG(k->district), ARG(person), ARG((int64_t)day_to_ymd(k->today))))
        return false;
    const struct delegation *d = rows.at;
    for (size_t i = 0; i < rows.n; i++) {
        struct delegation after = d[i];
        after.ended_by = k->actor.account_id;
        after.ended_at = k->now;
        if (!record_update(k, &DELEGATION, &d[i], &after)) return false;
    }
    return true;
}

bool reorg_waiting_for(struct call *k, int64_t person, int64_t *n)
{
    struct list requests, rules;
    if (!record_list(k, &WAITING_REQUESTS, &requests, ARG(k->district), ARG(person)) ||
        !record_list(k, &DECIDING_RULES, &rules, ARG(k->district), ARG(person)))
        return false;
    *n = (int64_t)(requests.n + rules.n);
    return true;
}

bool reorg_follow_person(struct call *k, int64_t from, int64_t to, int64_t *n)
{
    struct list requests, rules;
    if (!record_list(k, &WAITING_REQUESTS, &requests, ARG(k->district), ARG(from)) ||
        !record_list(k, &DECIDING_RULES, &rules, ARG(k->district), ARG(from)))
        return false;
    if (!to && requests.n + rules.n) {
        str count = str_printf(k->c->a, "%zu", requests.n + rules.n);
        return fail_field(k->c, ERR_REFUSED, "person.requests_wait", STR("leader"), count);
    }
    const struct change_request *r = requests.at;
    for (size_t i = 0; i < requests.n; i++) {
        struct change_request after = r[i];
        after.decider_id = to;
        if (!record_update(k, &CHANGE_REQUEST, &r[i], &after)) return false;
    }
    const struct extension_rule *x = rules.at;
    for (size_t i = 0; i < rules.n; i++) {
        struct extension_rule after = x[i];
        after.person_id = to;
        if (!record_update(k, &EXTENSION_RULE, &x[i], &after)) return false;
    }
    *n = (int64_t)(requests.n + rules.n);
    return true;
}
