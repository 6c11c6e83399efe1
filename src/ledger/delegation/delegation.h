#pragma once
/*
 * Delegation during absence (代行): for some days one person acts for another, in all his duties, in one
 * role, or in the items listed. It begins and ends by the day (k->today); no clock is needed for it.
 *
 * Whoever acts says so with each request (the header X-Acting-For, request.acting_for). The call then
 * has the absent person's unit and business roles, as far as the scope goes, in place of the caller's
 * own; account and session stay the caller's, so that the journal says who did it, and a delegation_act
 * among the record's changes says for whom. Duties of administration and audit are never handed on,
 * what was delegated is not handed on again, and where duties are separated (who verifies, decides,
 * recuses himself) both persons count: actor_is and actor_belongs in call.h.
 */
#include "ledger/org/org.h"

extern const struct enum_table DELEGATION_SCOPES; // all items role

#define DELEGATION_FIELDS(X)                                                                             \
    ENTITY_KEY(X)                                                                                        \
    X(from_person_id, int64_t, F_REF, 0, "缺勤人", "absent person", REQUIRED | AUDITED, "person")        \
    X(from_account_id, int64_t, F_REF, 0, "缺勤人账号", "account of the absent", REQUIRED, "account")    \
    X(to_person_id, int64_t, F_REF, 0, "代行人", "delegate", REQUIRED | AUDITED, "person")               \
    X(first_day, int64_t, F_DAY, 0, "起", "first day", REQUIRED | AUDITED, NULL)                         \
    X(last_day, int64_t, F_DAY, 0, "止", "last day", REQUIRED | AUDITED, NULL)                           \
    X(scope, str, F_ENUM, 0, "范围", "scope", REQUIRED | AUDITED, &DELEGATION_SCOPES)                    \
    X(role, str, F_ENUM, 0, "角色", "role", AUDITED, &ROLE_TABLE)                                        \
    X(reason, str, F_TEXT, 400, "缘由", "reason", REQUIRED | AUDITED, NULL)                              \
    X(granted_by, int64_t, F_REF, 0, "授权人", "granted by", REQUIRED, "account")                        \
    X(granted_at, int64_t, F_INSTANT, 0, "授权时间", "granted", REQUIRED, NULL)                          \
    X(ended_by, int64_t, F_REF, 0, "提前终止人", "ended by", AUDITED, "account")                         \
    X(ended_at, int64_t, F_INSTANT, 0, "提前终止时间", "ended", AUDITED, NULL)                           \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct delegation { DELEGATION_FIELDS(AS_MEMBER) };

#define DELEGATION_ITEM_FIELDS(X)                                                                        \
    ENTITY_KEY(X)                                                                                        \
    X(delegation_id, int64_t, F_REF, 0, "代行授权", "delegation", REQUIRED, "delegation")                \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED | AUDITED, "item")
struct delegation_item { DELEGATION_ITEM_FIELDS(AS_MEMBER) };

#define DELEGATION_ACT_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                        \
    X(delegation_id, int64_t, F_REF, 0, "代行授权", "delegation", REQUIRED, "delegation")                \
    X(for_person_id, int64_t, F_REF, 0, "代何人", "acting for", REQUIRED | AUDITED, "person")            \
    X(seq, int64_t, F_INT, 0, "日志序号", "journal record", REQUIRED, NULL)                              \
    X(acted_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct delegation_act { DELEGATION_ACT_FIELDS(AS_MEMBER) };

extern struct entity DELEGATION, DELEGATION_ITEM, DELEGATION_ACT;
extern const struct subject DELEGATION_SUBJECT;

enum { DELEGATED_ROLES = ROLE_LEADER | ROLE_SUPERVISOR | ROLE_UNIT | ROLE_ANALYST };

// Today lies in its days and nobody ended it.
bool delegation_runs(const struct call *k, const struct delegation *d);
// Makes the caller act for the absent. ERR_FORBIDDEN delegation.none when there is no such delegation to
// him that runs today.
MUST_CHECK bool delegation_assume(struct call *k, int64_t id);
MUST_CHECK bool delegation_assume_as(struct call *k, const struct delegation *d);
// In a command that is done for somebody: the row that says so. Nothing otherwise.
MUST_CHECK bool delegation_note(struct call *k);
// Delegations to the actor that run today, and those by or to a person that are not over.
MUST_CHECK bool delegations_to(struct call *k, int64_t person, struct list *out);

// May an actor who is bound to the listed items see this one? True when he is not bound.
MUST_CHECK bool delegation_covers(struct call *k, int64_t item, bool *covers);

bool delegation_give_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool delegation_end_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool delegations_query_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool delegation_may_see(struct call *k, const void *record, bool *may); // for sight.h
extern const struct shape delegation_give_shape, delegation_end_shape;
extern struct records DELEGATIONS_TO, DELEGATIONS_ALL, DELEGATIONS_OF, ITEMS_OF_DELEGATION, DELEGATES_ACCOUNTS;
