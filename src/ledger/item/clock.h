#pragma once
/*
 * The main clock of an item: which one runs, when it ends. How long is the pack's rule (org/rules.h);
 * every clock that ever ran stays as a row, with the versions of rule and calendar that gave its end.
 */
#include "ledger/item/loop.h"

extern struct records *const CLOCK_RECORDS[];
extern const size_t N_CLOCK_RECORDS;

// Stops the running clock, if any, noting whether it was met.
MUST_CHECK bool clock_stop(struct call *k, struct item *it);
// Starts a clock of the kind; stops the running one first.
MUST_CHECK bool clock_start(struct call *k, struct item *it, const char *kind, const struct clock_choice *choice);
// When a clock of the kind would end that starts now: for requests, which have clocks of their own.
MUST_CHECK bool clock_end_of(struct call *k, const struct item *it, const char *kind, instant from, instant *due_at);
// Computes the running clocks of all open items, and those of pending requests, again after a change of
// calendar or rules; each one that moved is written and added to *moved ([{item, code, kind, before, after}]).
MUST_CHECK bool clocks_recompute(struct call *k, struct json *moved);
