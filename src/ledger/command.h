#pragma once
/*
 * The command table: every way to change anything. HTTP, the command line, imports, packs and timers
 * all end in command_run. One transaction holds the command's rows and its journal record.
 */
#include "ledger/record.h"

struct command {
    const char *name;          // "item.accept"
    const char *zh, *en;       // button text
    const char *doc_zh, *doc_en; // one sentence for help, OpenAPI and the permission page
    unsigned roles;            // who may; relation to the item (own unit, not the lead, …) is checked inside
    const struct shape *args;
    // Does the work. Writes its result members into the open JSON object *out (may write nothing).
    bool (*run)(struct call *k, const void *args, uint64_t given, struct json *out);
};

// A folder's commands; the table of tables is in subjects.c.
struct subject {
    const char *name;
    const struct command *commands;
    size_t n_commands;
    const struct query *queries;
    size_t n_queries;
    struct records *const *records;
    size_t n_records;
    const struct stmt *const *statements;
    size_t n_statements;
    void (*register_lists)(void); // a folder with several lists registers them here; or NULL
};
extern const struct subject *const SUBJECTS[];
extern const size_t N_SUBJECTS;

const struct command *command_find(str name);

/*
 * Runs one command inside the caller's transaction, which holds the lock of k->head: permission,
 * arguments, the work, journal record.
 * idem_key: "" or up to 80 characters; the same key and body again returns the first result and
 * changes nothing (*repeated true); the same key with another body is ERR_CONFLICT idem.other_body.
 * The result is a JSON object: {"seq": N, …the command's members}.
 * A command may turn out to be a preview (k->dry): then nothing is journaled, the caller undoes the
 * transaction to where it stood, and the result is an answer about nothing that was done.
 */
MUST_CHECK bool command_run(struct call *k, str name, str body, str idem_key, str *result, bool *repeated);
