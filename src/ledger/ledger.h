#pragma once
/*
 * The face of the ledger for server and command line: open a store, do commands, ask queries.
 * Knows nothing of HTTP. Thread-safe: any number of threads may ask and do.
 */
#include "ledger/call.h"
#include "ledger/query.h"

struct ledger_options {
    str store_url;    // "sqlite:data/bihuan.db"
    str files_dir;    // evidence and imported originals, by content hash
    bool read_only, create;
    bool still;       // with read_only: a backup, to which nobody writes
    int readers;
};

MUST_CHECK bool ledger_open(struct ctx *c, const struct ledger_options *o, struct ledger **out);
void ledger_close(struct ledger *l);
struct store *ledger_store(struct ledger *l);
str ledger_files_dir(const struct ledger *l);
// Once at start: registers messages, entities, statements, subjects. Idempotent.
void ledger_setup(void);

struct request {
    int64_t district;
    struct actor actor;
    instant now;
    int64_t acting_for; // delegation under which the actor acts (delegation/delegation.h); 0: for himself
    str name;       // command or query
    str body;       // commands: JSON object
    str idem_key;   // commands: "" or the client's key
    const struct param *params; // queries
    size_t n_params;
};

// Command, waiting for the durable commit. The result is a JSON object in c's arena.
MUST_CHECK bool ledger_do(struct ctx *c, struct ledger *l, const struct request *r, str *result);
// Command without waiting: done is called on the writer thread when the outcome is known.
struct ledger_job; // lives in c's arena; c and the request must live until done has run
typedef void ledger_done(void *arg, bool ok, str result); // ok false: c->err
MUST_CHECK bool ledger_submit(struct ctx *c, struct ledger *l, const struct request *r,
                              ledger_done *done, void *arg);
/*
 * Many commands as one: fn runs on the writer thread and does them with ledger_batch_do; they are
 * stored in one durable commit, or none of them when fn returns false.
 */
struct ledger_batch;
typedef bool ledger_batch_fn(struct ledger_batch *b, void *arg);
MUST_CHECK bool ledger_batch(struct ctx *c, struct ledger *l, ledger_batch_fn *fn, void *arg);
// One command of the batch. A refused one changes nothing, and the batch may go on. The result and
// the error are in c, which may be another context than the batch's.
MUST_CHECK bool ledger_batch_do(struct ledger_batch *b, struct ctx *c, const struct request *r, str *result);
// A call for reading what the batch has written so far.
MUST_CHECK bool ledger_batch_call(struct ledger_batch *b, struct ctx *c, const struct request *r, struct call *k);
// The connection, for what is asked before there is a district.
struct db *ledger_batch_db(struct ledger_batch *b);

// Query: one JSON value appended to out.
MUST_CHECK bool ledger_ask(struct ctx *c, struct ledger *l, const struct request *r, struct buf *out);

// Builds the call of a request on a reader: for functions that work beside queries (sessions, check,
// export).
MUST_CHECK bool ledger_call(struct ctx *c, struct ledger *l, struct db *db, const struct request *r, struct call *k);
// The same in a write job beside the commands: the first statement locks the district. Without calendar,
// rules and units.
MUST_CHECK bool ledger_lock(struct ctx *c, struct ledger *l, struct db *db, const struct request *r, struct call *k);
// The only or the named district of the store ("" the only one); ERR_NOT_FOUND otherwise.
MUST_CHECK bool ledger_district(struct ctx *c, struct ledger *l, str code, int64_t *id);
// OpenAPI 3.1 of all commands and queries.
MUST_CHECK bool ledger_openapi(struct ctx *c, struct buf *out);
