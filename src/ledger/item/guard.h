#pragma once
/*
 * What the loop's transitions need beyond state and role. Each tells why not and returns false. The
 * legal limits are those of the field: L1 authority, L2 duplicates, L3 recusal, L5 revenue quotas,
 * L10 state secrets.
 */
#include "ledger/item/item.h"

extern const struct stmt *const GUARD_STATEMENTS[];
extern const size_t N_GUARD_STATEMENTS;

MUST_CHECK bool guard_approve(struct call *k, const struct item *it);
MUST_CHECK bool guard_issue(struct call *k, const struct item *it);
MUST_CHECK bool guard_accept(struct call *k, const struct item *it);
MUST_CHECK bool guard_decide_change(struct call *k, const struct item *it); // change.c
MUST_CHECK bool guard_withdraw_change(struct call *k, const struct item *it);
MUST_CHECK bool guard_decide_objection(struct call *k, const struct item *it); // objection.c
MUST_CHECK bool guard_ask_change(struct call *k, const struct item *it);
MUST_CHECK bool guard_verify(struct call *k, const struct item *it); // the lead never verifies itself
MUST_CHECK bool guard_pass(struct call *k, const struct item *it);
MUST_CHECK bool guard_object(struct call *k, const struct item *it);
MUST_CHECK bool guard_archive(struct call *k, const struct item *it);
MUST_CHECK bool guard_reopen(struct call *k, const struct item *it);
MUST_CHECK bool guard_parent_open(struct call *k, const struct item *it); // the item it belongs to is not over

// L5: no revenue quota on a collecting organ (预算法 art. 55). Texts: title, content, standard, parts.
MUST_CHECK bool guard_revenue_quota(struct call *k, const struct item *it);
// L10: no text of the arguments bears a mark of state secrecy (保守国家秘密法 art. 31).
MUST_CHECK bool guard_secrecy(struct call *k, const struct shape *s, const void *args);
// L10: the declared secrecy is one this system may hold; "" becomes internal.
MUST_CHECK bool guard_declared(struct call *k, str *declared);
MUST_CHECK bool item_objection_pending(struct call *k, int64_t item_id, bool *pending);
// Person and deputy are two people of the lead unit.
MUST_CHECK bool guard_people(struct call *k, const struct item *it);
