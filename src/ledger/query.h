#pragma once
/*
 * The query table: every way to read. A query gets its parameters as an arguments struct (parsed
 * from the URL's parameters or the command line by the same field table) and writes one JSON value.
 * Queries never write; visibility is applied in their SQL.
 */
#include "ledger/record.h"

struct query {
    const char *name;    // "items": GET /api/v1/items, bihuan list …
    const char *zh, *en;
    const char *doc_zh, *doc_en;
    unsigned roles;      // who may
    const struct shape *args; // parameters; NULL none
    bool (*run)(struct call *k, const void *args, uint64_t given, struct json *out);
};
const struct query *query_find(str name);
// Parameters as name=value texts; a repeated or unknown name is ERR_INVALID.
struct param {
    str name, value;
};
MUST_CHECK bool query_run(struct call *k, str name, const struct param *params, size_t n, struct buf *out);
