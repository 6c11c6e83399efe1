#pragma once
/*
 * Who asks. By default nobody is let in: a route is open only when its row says so.
 *
 * A browser sends the cookie (__Host-sid over TLS, sid over plain HTTP on loopback); the command line
 * sends the bearer token of server.json, from loopback only, with X-Act-As: login for an account or
 * as the system, and X-District: code where there are several. The cache remembers who a token is for
 * one second, so that a signed-out or disabled account is out within that time, in every process on the
 * store, and a busy one costs one look-up a second.
 */
#include "server/exchange.h"

struct sessions; // the cache; one mutex

MUST_CHECK struct sessions *sessions_new(void);
void sessions_free(struct sessions *s);

// Looks without waiting. True: decided (x->signed_in and x->session are set, or x->c.err). False: ask
// auth_wait from a thread that may wait.
bool auth_quick(struct exchange *x);
MUST_CHECK bool auth_wait(struct exchange *x);
// The rules against forged requests, for everything but GET and HEAD. ERR_FORBIDDEN http.csrf.
MUST_CHECK bool auth_same_site(struct exchange *x, bool with_token);

// The delegation under which the request is to be done: the header X-Acting-For, or the cookie "acting"
// where a browser follows a plain link; 0 none, -1 one that is no number and so is refused.
int64_t auth_acting_for(const struct exchange *x);
void auth_set_cookie(struct exchange *x, str token); // "" deletes it
void auth_forget(struct server *s, str token);

// Writes data/server.json and sets s->local_token.
MUST_CHECK bool local_open(struct ctx *c, struct server *s);
void local_close(struct server *s);
