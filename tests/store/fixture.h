#pragma once
/*
 * What every store test needs: a folder of its own, a context, a small schema of two tables as the
 * ledger's will be (a reference table, tenant tables with composite keys, a deferred key), and a few
 * steps that end the test when they fail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail // cmocka's; ours is in base/error.h

#include "ground.h"
#include "store/store_internal.h"

struct fixture {
    struct ctx c;
    char folder[64];
    char path[96]; // of the file, where the store is one
    struct ground ground; // ground.url opens it
    struct store *s;
};

extern const struct migration_set FIXTURE_MIGRATIONS; // two of them

int fixture_make(void **state);   // folder and context, no store
int fixture_open(void **state);   // the same with an open store
int fixture_drop(void **state);

extern const struct store_testing FIXTURE_TESTING;
struct store_options fixture_options(void);
// Opens another store and closes it at once; false leaves the error in f->c.
bool fixture_opens(struct fixture *f, const char *url, const struct store_options *o);
void fixture_reopen(struct fixture *f, const struct store_options *o);
// Runs one statement in a job of its own; false leaves the error in f->c.
bool fixture_run(struct fixture *f, const struct stmt *st, const struct db_arg *args, size_t n);
int64_t fixture_count(struct fixture *f, const char *table);
const char *fixture_file(struct fixture *f, const char *name); // "folder/name", in the arena
// The error's id, compared and cleared.
void check_error(struct fixture *f, enum error_code code, const char *id);

extern const struct stmt ITEM_ADD;   // $1 district, $2 id, $3 code, $4 title
extern const struct stmt EVENT_ADD;  // $1 district, $2 id, $3 item
#define RUN(f, st, ...)                                                         \
    fixture_run((f), (st), (struct db_arg[]){__VA_ARGS__},                      \
                sizeof((struct db_arg[]){__VA_ARGS__}) / sizeof(struct db_arg))
#define ID(n) db_arg_int(n)
#define TEXT(z) db_arg_text(str_of(z))
