#pragma once
/*
 * The ledger as lines of JSON: every row of every tenant table, district by district, table by table,
 * in the order of the keys, one object a line:
 *
 *     {"table":"unit","row":{"district_id":1,"id":2,"code":"QZF",…}}
 *
 * Columns stand in the order of the schema, numbers as they are stored, no value as null, bytes as
 * base64url. Secrets (password hashes, session tokens) are shown as "sm3:" and their hash. Equal
 * content gives equal bytes whatever the store is.
 */
#include "ledger/ledger.h"
#include "store/rows.h"

typedef bool put_fn(struct ctx *c, str line, void *arg); // with its end of line
// district: one, or EVERY_DISTRICT. *rows: how many lines were given.
MUST_CHECK bool ledger_export(struct ctx *c, struct ledger *l, int64_t district, put_fn *put, void *arg, int64_t *rows);
