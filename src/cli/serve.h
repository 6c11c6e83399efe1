#pragma once
/* bihuan serve: options from a file and from the command line, which wins; then the server. */
#include "base/error.h"
#include "server/server.h"

// Returns when told to stop. False: c->err says why it did not start, or could not go on.
MUST_CHECK bool serve_main(struct ctx *c, int argc, char **argv);
extern const char SERVE_HELP[];
// server_options.started: prints address, example date and demonstration accounts.
void serve_announce(struct ctx *c, struct ledger *l, const struct server_options *o, const char *address);
