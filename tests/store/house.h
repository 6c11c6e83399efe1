#pragma once
/*
 * A house to test in: the worked example loaded into a store of its own, once a program, and the
 * two ways in: commands and queries by a role account. Answers are read as JSON.
 *
 *     json_t *r = house_ask(h, "ducha", "items", "state=issued&limit=5");
 *     assert_int_equal(house_int(r, "total"), 3);
 *
 * Tests of one program share the store and run in order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail // cmocka's; ours is in base/error.h

#include <jansson.h>

#include "ground.h"
#include "ledger/call.h"
#include "ledger/ledger.h"

#define END_TEST(text) (print_error("%s\n", (text)), _fail(__FILE__, __LINE__))

struct house {
    struct ctx c;
    struct ledger *l;
    int64_t district;
    char folder[64];
    struct ground ground;
    instant now; // 2023-06-30 10:00 in the district
};

int house_build(
    void **state); // group set-up: the worked example, BIHUAN_PACKS says where packs are
int house_drop(void **state);

// Runs a command as an account; NULL when refused: h->c.err says why. The value is freed by
// house_drop.
json_t *house_do(struct house *h, const char *login, const char *command, const char *body);
json_t *house_ask(struct house *h, const char *login, const char *query, const char *params);
// The same, and the test ends when it is refused.
json_t *house_must(struct house *h, json_t *answer);
// The last call was refused with this message id; the error is cleared.
void house_refused(struct house *h, json_t *answer, enum error_code code, const char *id);

const char *house_text(const json_t *object,
                       const char *path); // "item.title"; "" when absent or null
int64_t house_int(const json_t *object, const char *path);
const json_t *house_at(const json_t *object, const char *path);

// Runs fn with a call of the system inside a write job, or on a reader.
typedef bool house_fn(struct call *k, void *arg);
void house_write(struct house *h, house_fn *fn, void *arg);
void house_read(struct house *h, const char *login, house_fn *fn, void *arg);
// A file of tests/fixtures, stored; its hash.
const char *house_file(struct house *h, const char *path, size_t *bytes);
