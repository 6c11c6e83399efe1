#pragma once
/*
 * Extensions: how often a due date may be put off, by how much, and who decides. The district's rules
 * (extension_rule) say it, with their source; a district without rules knows no limit and lets any leader
 * decide. Counted is what was granted, on the item; asked for is the time after that.
 */
#include "ledger/item/item.h"

// For a request that puts the due date off: which extension it is and who must decide it, by the rules;
// refused when there are no more. Other requests are left as they are.
MUST_CHECK bool extension_rule_apply(struct call *k, const struct item *it, struct change_request *r);
// The actor is who must decide the request. A decider who has left binds nobody.
MUST_CHECK bool extension_decider(struct call *k, const struct item *it, const struct change_request *r);
extern struct records EXTENSION_RULES;
