#pragma once
/*
 * What live events look up after a commit: where a district's journal stands, how far something other
 * than a sign-in moved it, and which sessions are still alive. A look reads; it is no activity of
 * anybody, so a screen that is left open ends as it would without it.
 */
#include "ledger/ledger.h"

struct session_news {
    int64_t district;
    instant at;            // real time, as sessions count it
    int64_t since;         // the sequence known so far
    int64_t first_session; // ids below are not asked for
    // out
    int64_t head;          // the newest sequence
    int64_t moved;         // the newest that is neither a sign-in nor a sign-out; since when there is none
    const int64_t *alive;  // sessions, ascending; in the context's arena
    size_t n_alive;
};

MUST_CHECK bool session_news(struct ctx *c, struct ledger *l, struct session_news *n);
bool session_is_alive(const struct session_news *n, int64_t session);
extern const struct stmt *const SESSION_NEWS_STATEMENTS[];
extern const size_t N_SESSION_NEWS_STATEMENTS;
