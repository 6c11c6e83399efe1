#pragma once
/*
 * Which district a request is for. One server serves all districts of its store:
 *
 *   pinned      the setting `district` names one: the server is that district's alone
 *   by host     `host.NAME = CODE`: who comes by that name is in that district
 *   by choice   the sign-in form's member `district`, the parameter of welcome, the command line's
 *               X-District
 *
 * The first two are the request's home, decided from its header without asking anybody. A session is of
 * the district it was opened in; one of another district than the home is no session there. Where there
 * is no home, and the store holds one district only, that one is meant.
 */
#include "ledger/org/districts.h"
#include "server/exchange.h"

struct homes; // immutable while the server runs

// Reads the districts that the options name; ERR_NOT_FOUND district.not_found.
MUST_CHECK bool homes_new(struct ctx *c, struct server *s, struct homes **out);
void homes_free(struct homes *h);
// Finds the request's home; NULL: none. Event thread, waits for nothing.
const struct district_ref *home_of(const struct exchange *x);

// The district that a request means by a code, or by "" where one is all there is. Not for an event
// thread. ERR_NOT_FOUND district.not_found, also for a code that is not the home's; ERR_INVALID
// district.choose.
MUST_CHECK bool district_meant(struct exchange *x, str code, struct district_ref *out);
// The request is in the district from here on: whose rows, and whose midnight.
void district_enter(struct exchange *x, int64_t id, int zone_min);
