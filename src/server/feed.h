#pragma once
// GET /feed/TOKEN.ics: a calendar feed (ledger/feed/feed.h), without a session.
#include "server/exchange.h"

void feed_get(struct exchange *x); // the route; where it may wait
