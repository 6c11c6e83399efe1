#pragma once
/*
 * Errors, told once. The function that finds the fault records it in the context and returns false;
 * everybody above passes the false on; the edge (HTTP, command line, import report) turns the
 * record into a status, an exit code and a sentence in the user's language.
 *
 * An error is a code (what kind), a stable message id such as "item.no_lead" (what exactly), the
 * field it concerns if any, and up to four arguments that fill {0}…{3} of the message. Sentences
 * stand in message tables, one per folder, in Chinese and English; a test compares ids and tables.
 */
#include "base/text.h"

enum lang { LANG_ZH, LANG_EN };

enum error_code {
    ERR_NONE,
    ERR_MALFORMED,       // 400 cannot be read at all: broken JSON, wrong encoding, bad parameter
    ERR_UNAUTHENTICATED, // 401 nobody is signed in
    ERR_FORBIDDEN,       // 403 this account may not
    ERR_NOT_FOUND,       // 404
    ERR_CONFLICT,        // 409 the state of the thing does not allow it
    ERR_STALE,           // 409 somebody changed it since it was read
    ERR_TOO_LARGE,       // 413 over a limit of size
    ERR_INVALID,         // 422 a field is missing or wrong
    ERR_REFUSED,         // 422 a rule or a law forbids it
    ERR_TOO_MANY,        // 429 over a limit of rate
    ERR_INTERNAL,        // 500
    ERR_STORE,           // 503 the store cannot write or read now; nothing was stored
    ERR_NO_MEMORY,       // 503 nothing was stored
    ERR_BUSY,            // 503 queues are full; nothing was stored
    ERR_UNKNOWN,         // 504 it is not known whether it was stored: repeat with the same key
    ERR_CODES
};

enum { ERROR_ARGS = 4 };

struct error {
    enum error_code code;
    const char *id;   // stable, static storage
    str field;        // name of the field, "" when none
    str args[ERROR_ARGS];
    size_t n_args;
    int64_t position; // 0-based offset in the text that was parsed, -1 when none
};

/* What every function that can fail gets: where to allocate, where to tell, in which language. */
struct ctx {
    struct arena *a;
    struct error err;
    enum lang lang;
};

struct message {
    const char *id;
    const char *zh, *en; // {0}…{3} stand for the arguments
};

// Records the error (the first one wins) and returns false. Arguments are str values, copied. Once memory
// has run out every error but the store's own is told as base.no_memory.
#define fail(c, code, id, ...) \
    fail_with((c), (code), (id), STR_EMPTY, -1, (str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}, \
              sizeof((str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}) / sizeof(str) - 1)
// The same about a field; about a place in a text.
#define fail_field(c, code, id, field, ...) \
    fail_with((c), (code), (id), (field), -1, (str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}, \
              sizeof((str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}) / sizeof(str) - 1)
#define fail_at(c, code, id, position, ...) \
    fail_with((c), (code), (id), STR_EMPTY, (int64_t)(position), \
              (str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}, \
              sizeof((str[]){__VA_ARGS__ __VA_OPT__(, ) STR_EMPTY}) / sizeof(str) - 1)
bool fail_with(struct ctx *c, enum error_code code, const char *id, str field, int64_t position,
               const str *args, size_t n_args);
void error_clear(struct ctx *c);
// True when nothing failed and memory lasted; records ERR_NO_MEMORY otherwise. Ask before a commit.
MUST_CHECK bool ctx_ok(struct ctx *c);
// After a callee returned false: makes sure that a reason is recorded (memory, if nothing else) and
// returns false.
bool ctx_failed(struct ctx *c);

const char *error_code_name(enum error_code code); // "invalid", "stale", … as in the API
int error_http_status(enum error_code code);
int error_exit_code(enum error_code code); // 2 usage or input, 3 refused, 4 store (see --help)

// Tables are registered once at start, before threads; the static table must outlive the process.
void messages_register(const struct message *table, size_t n);
const struct message *message_find(const char *id); // NULL when no table has it
size_t messages_count(void);
const struct message *messages_at(size_t i);
// The sentence of an error or of any message id; an unknown id shows the id itself.
str error_text(struct arena *a, enum lang lang, const struct error *e);
str message_text(struct arena *a, enum lang lang, const char *id, const str *args, size_t n_args);
