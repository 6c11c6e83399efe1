#include "ledger/sight.h"

#include "ledger/feed/feed.h"
#include "ledger/grid/grid.h"
#include "ledger/hooks/hooks.h"
#include "ledger/delegation/delegation.h"
#include "ledger/item/item_find.h"
#include "ledger/item/loop.h"
#include "ledger/plan/plan.h"
#include "ledger/reporting/reporting.h"
#include "ledger/reorg/reorg.h"
#include "ledger/registers/registers.h"
#include "ledger/rollup/rollup.h"
#include "ledger/subjects.h"

#define ADMINS (ROLE_SYSADMIN | ROLE_SECADMIN | ROLE_AUDITOR)
#define OFFICE (ROLE_LEADER | ROLE_SUPERVISOR)

static bool item_may(struct call *k, const void *record, bool *may)
{
    return item_may_see(k, record, may);
}

// A source document is seen by whoever sees an item that came from it.
static bool document_may(struct call *k, const void *record, bool *may)
{
    struct sqltext q;
    struct db_rows r;
    *may = actor_has(k, ROLES_ALL_DATA);
    if (*may || !actor_has(k, ROLE_UNIT)) return true;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.source_doc_id = ");
    sqltext_arg(&q, db_arg_int(((const struct source_doc *)record)->id));
    if (!item_visibility(k, &q)) return false;
    sqltext_add(&q, " LIMIT 1");
    if (!sqltext_query(k, &q, "sight.document", &r)) return false;
    *may = db_next(&r);
    return db_done(&r);
}

#define ALL(entity) {&entity, SIGHT_ALL, NULL, 0, NULL}
#define BY_ITEM(entity) {&entity, SIGHT_ITEM, "item_id", 0, NULL}

const struct sight SIGHTS[] = {
    ALL(DISTRICT),      ALL(UNIT),          ALL(UNIT_ALIAS),   ALL(PERSON),        ALL(REGISTER),      ALL(WORK_LINE),
    ALL(CALENDAR_DAY),  ALL(CALENDAR_STOP), ALL(WEEK_PATTERN), ALL(CLOCK_RULE),    ALL(LIGHT_RULE),    ALL(WORD_RULE),
    BY_ITEM(ITEM_UNIT), BY_ITEM(ITEM_PART), BY_ITEM(BASELINE), BY_ITEM(REPORT),    BY_ITEM(EVIDENCE),
    BY_ITEM(CHANGE_REQUEST),
    BY_ITEM(VERDICT),   BY_ITEM(OBJECTION), BY_ITEM(CLOCK),    BY_ITEM(WAIVER),    BY_ITEM(NOTE),
    {&ITEM, SIGHT_FUNCTION, NULL, 0, item_may},
    {&SAVED_VIEW, SIGHT_FUNCTION, NULL, 0, saved_view_may_see},
    {&SOURCE_DOC, SIGHT_FUNCTION, NULL, 0, document_may},
    {&ACCOUNT, SIGHT_OWN, "id", ADMINS, NULL},
    {&ROLE_GRANT, SIGHT_OWN, "account_id", ADMINS, NULL},
    {&SESSION, SIGHT_OWN, "account_id", ROLE_SECADMIN | ROLE_AUDITOR, NULL},
    {&LOGIN_GUARD, SIGHT_ROLES, NULL, ROLE_SECADMIN | ROLE_AUDITOR, NULL},
    {&IMPORT_BATCH, SIGHT_ROLES, NULL, ROLES_ALL_DATA, NULL},
    {&IMPORT_ROW, SIGHT_ROLES, NULL, ROLES_ALL_DATA, NULL},
    {&ROLLUP_HEAD, SIGHT_ROLES, NULL, ROLES_ALL_DATA, NULL},
    {&ROLLUP_COUNT, SIGHT_ROLES, NULL, ROLES_ALL_DATA, NULL},
    ALL(DATA_ELEMENT), ALL(COLLECTION), ALL(COLLECTION_COLUMN), ALL(COLLECTION_LINE), ALL(COLLECTION_UNIT),
    ALL(BURDEN_CAP), ALL(COMMUNITY_FORM),
    ALL(UNIT_PERIOD),
    ALL(UNIT_SUCCESSION),
    BY_ITEM(ITEM_MOVE),
    {&PERSON_HANDOVER, SIGHT_ROLES, NULL, ROLES_ALL_DATA | ADMINS, NULL},
    {&SUBMISSION, SIGHT_UNIT, "unit_id", ROLES_ALL_DATA, NULL},
    {&SUBMISSION_REVISION, SIGHT_OF, "submission_id", 0, NULL},
    {&SUBMISSION_ROW, SIGHT_OF, "submission_id", 0, NULL},
    {&SUBMISSION_MARK, SIGHT_OF, "submission_id", 0, NULL},
    // Goals and templates are the district's; a clause is seen with its document, the rest with its item.
    {&GOAL, SIGHT_ROLES, NULL, ROLES_BUSINESS, NULL},
    {&NODE_TEMPLATE, SIGHT_ROLES, NULL, ROLES_BUSINESS, NULL},
    {&TEMPLATE_NODE, SIGHT_ROLES, NULL, ROLES_BUSINESS, NULL},
    {&CLAUSE, SIGHT_OF, "source_doc_id", 0, NULL},
    {&OCCURRENCE, SIGHT_OF, "recurrence_id", 0, NULL},
    BY_ITEM(CLAUSE_ITEM), BY_ITEM(GOAL_ITEM), BY_ITEM(ITEM_NODE), BY_ITEM(RECURRENCE),
    {&CHANGE_UNIT, SIGHT_OF, "change_id", 0, NULL},
    BY_ITEM(MENTION),
    {&ITEM_WATCH, SIGHT_OWN, "account_id", 0, NULL},
    {&NEWS_SEEN, SIGHT_OWN, "account_id", 0, NULL},
    ALL(EXTENSION_RULE),
    ALL(REGISTER_FIELD), ALL(LOOP_VARIANT), ALL(REGISTER_CLOCK),
    {&ITEM_VALUE, SIGHT_FUNCTION, NULL, 0, value_may_see},
    {&DELEGATION, SIGHT_FUNCTION, NULL, 0, delegation_may_see},
    BY_ITEM(DELEGATION_ITEM),
    {&DELEGATION_ACT, SIGHT_OF, "delegation_id", 0, NULL},
    {&FEED_TOKEN, SIGHT_OWN, "account_id", ROLE_SECADMIN, NULL},
    {&FEED_USE, SIGHT_FUNCTION, NULL, 0, feed_use_may_see},
    {&WEBHOOK, SIGHT_ROLES, NULL, ROLE_SYSADMIN | ROLE_SUPERVISOR | ROLE_AUDITOR, NULL},
    {&HOOK_CURSOR, SIGHT_ROLES, NULL, ROLE_SYSADMIN | ROLE_SUPERVISOR | ROLE_AUDITOR, NULL},
    {&HOOK_DELIVERY, SIGHT_ROLES, NULL, ROLE_SYSADMIN | ROLE_SUPERVISOR | ROLE_AUDITOR, NULL},
};
const size_t N_SIGHTS = COUNT_OF(SIGHTS);

const struct sight *sight_of(const struct entity *e)
{
    for (size_t i = 0; i < N_SIGHTS; i++)
        if (strcmp(SIGHTS[i].entity->name, e->name) == 0) return &SIGHTS[i];
    return NULL;
}

static int64_t value_of(const struct entity *e, const char *field, const void *record)
{
    const struct field *f = shape_field(e->shape, str_of(field));
    INVARIANT(f != NULL);
    return *field_int(f, (void *)(uintptr_t)record); // field_int serves reading and writing
}

// The row that another one belongs to, and whether that is seen.
static bool owner_may(struct call *k, const struct entity *owner, int64_t id, bool *may)
{
    void *record = arena_alloc(k->c->a, owner->shape->size);
    struct db_rows r;
    *may = false;
    if (!id) return true;
    if (!DB_QUERY(k->c, k->db, &r, &owner->by_id, ARG(k->district), ARG(id))) return false;
    bool found = db_next(&r);
    if (found) record_read(owner, &r, 0, record);
    if (!db_done(&r)) return false;
    return !found || sight_may(k, owner, record, may);
}

static bool is_own(const struct call *k, const struct field *f, int64_t id)
{
    if (!id) return false;
    bool person = f->type == F_REF && strcmp(f->extra, "person") == 0;
    return id == (person ? k->actor.person_id : k->actor.account_id);
}

bool sight_may(struct call *k, const struct entity *e, const void *record, bool *may)
{
    const struct sight *s = sight_of(e);
    *may = actor_has(k, ROLE_SYSTEM) || (s && (s->kind == SIGHT_ALL || actor_has(k, s->roles)));
    if (*may || !s) return true;
    const struct field *f = s->field ? shape_field(e->shape, str_of(s->field)) : NULL;
    switch (s->kind) {
    case SIGHT_ITEM: return owner_may(k, &ITEM, value_of(e, s->field, record), may);
    case SIGHT_OWN: *may = is_own(k, f, value_of(e, s->field, record)); return true;
    case SIGHT_UNIT: *may = actor_has(k, ROLE_UNIT) && actor_covers(k, value_of(e, s->field, record)); return true;
    case SIGHT_OF: return owner_may(k, entity_find(str_of(f->extra)), value_of(e, s->field, record), may);
    case SIGHT_FUNCTION: return s->may(k, record, may);
    case SIGHT_ALL:
    case SIGHT_ROLES: return true;
    }
    BUG("a kind of sight that sight_may does not know");
}

bool record_missing(struct call *k, const struct entity *e, str given)
{
    return fail(k->c, ERR_NOT_FOUND, "record.not_found", str_of(k->c->lang == LANG_EN ? e->en : e->zh), given);
}

/*
 * What is missing is asked after as what is not seen is: with the questions about a row whose references
 * lead nowhere, so that the time taken does not tell the one from the other.
 */
static bool ask_all_the_same(struct call *k, const struct entity *e)
{
    void *nothing = arena_alloc(k->c->a, e->shape->size);
    bool may;
    shape_init(e->shape, nothing);
    const struct sight *s = sight_of(e);
    if (s && s->field && s->kind != SIGHT_OWN)
        *field_int(shape_field(e->shape, str_of(s->field)), nothing) = -1;
    return sight_may(k, e, nothing, &may);
}

static bool find(struct call *k, const struct entity *e, const struct stmt *st, struct db_arg key, void *record,
                 bool *found)
{
    struct db_rows r;
    struct db_arg args[] = {db_arg_int(k->district), key};
    if (!db_query_args(k->c, k->db, &r, st, args, 2)) return false;
    *found = db_next(&r);
    if (*found) record_read(e, &r, 0, record);
    if (!db_done(&r)) return false;
    return *found ? sight_may(k, e, record, found) : ask_all_the_same(k, e);
}

bool record_load_seen(struct call *k, const struct entity *e, int64_t id, void *record)
{
    bool found;
    if (!find(k, e, &e->by_id, db_arg_int(id), record, &found)) return false;
    return found || record_missing(k, e, str_printf(k->c->a, "%" PRId64, id));
}

bool record_by_code_seen(struct call *k, const struct entity *e, str code, void *record, bool *found)
{
    INVARIANT(e->code);
    return find(k, e, &e->by_code, db_arg_text(code), record, found);
}

bool item_load_seen(struct call *k, int64_t id, struct item *it)
{
    return record_load_seen(k, &ITEM, id, it);
}

bool sight_find(struct call *k, const struct entity *e, str given, int64_t *id, bool *found)
{
    void *record = arena_alloc(k->c->a, e->shape->size);
    *found = false;
    if (given.n >= 10 && str_int(given, id) && !find(k, e, &e->by_id, db_arg_int(*id), record, found)) return false;
    if (*found || !e->code) return true;
    if (!record_by_code_seen(k, e, given, record, found)) return false;
    if (*found) *id = value_of(e, "id", record);
    return true;
}
