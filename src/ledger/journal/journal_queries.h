#pragma once
/* The queries journal, journal_head, loop and commands: what happened, and what may happen. */
#include "ledger/query.h"

extern const struct shape JOURNAL_ASK;
bool query_journal(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_journal_head(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_loop(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_commands(struct call *k, const void *args, uint64_t given, struct json *out);

// Rows of the journal before a sequence number (0: from the newest), about one object when it is not 0,
// newest first, as the members rows and next of an open object.
struct journal_ask {
    int64_t before, limit, object_id;
    str command, actor;
};
MUST_CHECK bool journal_page_json(struct call *k, const struct journal_ask *ask, struct json *j);

extern const struct stmt JOURNAL_ACTOR_UNIT;
