#pragma once
/*
 * Journal rows as people read them: the fields that matter (AUDITED), by their titles, with values as
 * the interface shows them and the names of what they refer to. The exact record stands in the
 * journal itself; this is a reading of it.
 */
#include "ledger/journal/journal.h"
#include "ledger/names.h"

enum { JOURNAL_PAGE = 50, JOURNAL_PAGE_MAX = 200, JOURNAL_CHANGES_MAX = 60 };

// The command that a record stands for: a step for many items is the step it took for each.
str journal_act(struct arena *a, const struct journal_row *row);
// about: 0, or the object whose changes alone are shown.
MUST_CHECK bool journal_row_json(struct names *n, const struct journal_row *row, int64_t about, struct json *j);
