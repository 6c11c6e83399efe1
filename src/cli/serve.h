#pragma once
/* bihuan serve: options from a file and from the command line, which wins; then the server. */
#include "base/error.h"

// Returns when told to stop. False: c->err says why it did not start, or could not go on.
MUST_CHECK bool serve_main(struct ctx *c, int argc, char **argv);
extern const char SERVE_HELP[];
