#pragma once
/*
 * The cockpit: what a leader looks at for one minute. Figures by line of work, what changed since a
 * day, what is due, who is late, and how much of the quarter is left. Each figure carries the
 * expression it counts, so that it opens its list (figures.h).
 */
#include "ledger/command.h"

extern const struct subject COCKPIT_SUBJECT;
