#pragma once
// The story of an item for its page: each act on it, who did it, why, and what moved from what to what.
#include "ledger/names.h"

enum { STORY_MOST = 300 };
// Into an open object: story (an array, newest first) and story_more.
MUST_CHECK bool item_story(struct names *n, int64_t item, struct json *j);
extern const struct stmt *const STORY_STATEMENTS[];
extern const size_t N_STORY_STATEMENTS;
