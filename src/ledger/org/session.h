#pragma once
/*
 * Who is signed in. A session is a random token of 256 bits; the store keeps its SM3 hash only. The
 * token begins with the district's id, because every row is found by district first.
 *
 * Limits (and where they come from) are the table in session.c: idle time, longest life, failures
 * until an account or an address is locked. Failures are counted in login_guard rows on the writer,
 * one after the other, so that parallel guesses count each; unknown accounts are counted and locked
 * exactly as known ones, so that the answer does not tell which exist.
 *
 * "at" is the real time. It is apart from the ledger's now, which an --as-of day may hold fixed:
 * a lock or a session must end after real minutes.
 *
 * Sign-ins, refusals and sign-outs are commands (session.open, session.refuse, session.close) of the
 * system role and stand in the journal. While a lock lasts, further tries are answered without a
 * record: they change nothing, and a guesser must not fill the disk.
 */
#include "ledger/ledger.h"
#include "ledger/org/org.h"

struct sign_in {
    int64_t district;
    str login, password, address, agent;
    instant now; // of the ledger
    instant at;  // real
};

struct session_grant {
    str token;
    int64_t session_id;
    struct actor actor;
};

struct session_state {
    struct actor actor;
    int64_t district;
    int zone_min; // the district's
    instant opened_at, seen_at;
};

// Blocks for the password hash and the commit: not for an event thread. ERR_UNAUTHENTICATED
// session.wrong, ERR_TOO_MANY session.locked, ERR_BUSY password.busy.
MUST_CHECK bool session_open(struct ctx *c, struct ledger *l, const struct sign_in *in,
                             struct session_grant *out);
// ERR_UNAUTHENTICATED session.none when the token is unknown, over its time, or the account disabled.
// Reads only.
MUST_CHECK bool session_find(struct ctx *c, struct ledger *l, str token, instant at,
                             struct session_state *out);
// Notes that the session is alive, when the last note is older than a minute. Waits for nothing;
// losing the note is harmless.
void session_touch(struct ledger *l, const struct session_state *s, instant at);
MUST_CHECK bool session_close(struct ctx *c, struct ledger *l, const struct session_state *s, instant now);

// A session that was last seen or was opened before these instants is over.
void session_limits(instant at, instant *seen_at, instant *opened_at);

// Inside a command: ends all sessions of an account (disabled, new password).
MUST_CHECK bool session_end_all(struct call *k, int64_t account_id);
// The actor an account is: unit, roles, the name shown. ERR_NOT_FOUND session.no_account when it is
// missing or disabled.
MUST_CHECK bool session_actor(struct call *k, str login, struct actor *out);

// The timer session.sweep: removes sessions and counts of failures that are long over at a real instant.
MUST_CHECK bool session_sweep_wanted(struct call *k, instant due, bool *would);
MUST_CHECK bool session_sweep(struct call *k, instant due, struct json *out);

// Guessing at other doors is counted like guessing passwords, under a subject of the door's own. ERR_TOO_MANY
// session.locked while it is locked; as many tries as one address has.
MUST_CHECK bool session_guard_open(struct call *k, str subject, instant at);
MUST_CHECK bool session_guard_count(struct call *k, str subject, instant at);

// The token that changes must carry beside the cookie: derived from the session's, so it needs no row.
str session_csrf(struct arena *a, str token);
// 256 random bits as base64url; empty when the system gives none.
str session_random(struct arena *a);
bool session_same(str a, str b); // in constant time

extern const struct subject SESSION_SUBJECT;
