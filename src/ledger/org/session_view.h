#pragma once
/* What a browser is told about who is signed in, and what it is told before anybody is. */
#include "ledger/ledger.h"
#include "ledger/record.h"

struct district_list;

struct session_view {
    int64_t district; // session_welcome: 0 not chosen yet
    instant now;
    day as_of;         // DAY_NONE: the running day
    int64_t acting_for; // session_describe only: a delegation; one that is over is told as none
    str csrf;          // session_describe only
    str demo_password; // session_welcome only; "" none
    const struct district_list *choice; // session_welcome only: the districts to choose from; NULL: one is all
};

MUST_CHECK bool session_describe(struct ctx *c, struct ledger *l, const struct session_view *v,
                                 const struct actor *actor, struct buf *out);
// Names the demo accounts when the pack declared some; of others it says nothing.
MUST_CHECK bool session_welcome(struct ctx *c, struct ledger *l, const struct session_view *v, struct buf *out);
extern struct records DEMO_ACCOUNTS; // registered with SESSION_SUBJECT
