#pragma once
/*
 * The journal: one record a command, in the same transaction as what the command changed. Records of
 * a district are numbered without gaps and chained:
 *
 *   hash(n) = SM3( "bihuan.journal.1" ‖ district ‖ seq ‖ at ‖ account ‖ session ‖ login ‖ command ‖
 *                  args ‖ object_kind ‖ object ‖ changes ‖ result ‖ idem_key ‖ body_hash ‖ hash(n-1) ‖ last_id )
 *
 * every part length-prefixed (sm3.h), hash(0) = 64 zeros. "changes" is a JSON array, one object a
 * changed row: {"e":entity,"id":n,"op":"insert|update|remove","f":{field:[before,after]}} with values
 * as stored (numbers, texts, null); an insert lists every column, an update the columns that moved.
 * Secret values stand there as "sm3:" and their hash. From these rows the state can be rebuilt.
 *
 * last_id is the highest id given out when the record was written. It stands in the record too, so that
 * the head's copy, from which the next ids are made, can be checked.
 * The head also has rules_seq, the sequence of the last record that changed the calendar, the rules or
 * the units: processes know by it whether what they keep of these is still true (state.h). Like
 * journal_object it follows from the records, and `bihuan rebuild --compare` makes it again.
 * journal_object maps every object a record touched to its sequence numbers (derived, rebuildable).
 */
#include "ledger/record.h"

struct journal_row {
    int64_t seq, at, account_id, session_id, object_id, last_id;
    str login, command, args, object_kind, changes, result, idem_key, body_hash, prev_hash, hash;
};

#define JOURNAL_COLUMNS                                                                          \
    "seq, happened_at, account_id, session_id, object_id, last_id, login, command, args, "       \
    "object_kind, changes, answer, idem_key, body_hash, prev_hash, hash"

extern const struct stmt *const JOURNAL_STATEMENTS[];
extern const size_t N_JOURNAL_STATEMENTS;

// The head as it stands: zeros for a district that has no record. lock: it stays this transaction's,
// and nothing of the district that was read before is known to be true any more.
MUST_CHECK bool journal_head_load(struct call *k, bool lock, struct journal_head *h);
// Appends the record of a command whose changes stand in k, after k->head; row's seq, hashes and changes
// are set here.
MUST_CHECK bool journal_append(struct call *k, struct journal_row *row);
// The record of an idempotency key, if there is one.
MUST_CHECK bool journal_by_key(struct call *k, str idem_key, struct journal_row *row, bool *found);
// Reads a row of "SELECT " JOURNAL_COLUMNS starting at column first.
void journal_read(struct db_rows *r, int first, struct journal_row *row);
// The object whose history a changed record belongs to: the item of a report, the item itself, …
int64_t journal_object_of(const struct entity *e, const void *record);
// What hash(n) must be for the row.
MUST_CHECK bool journal_hash(struct ctx *c, int64_t district, const struct journal_row *row, char hex[65]);
