#pragma once
/*
 * A small district in a store of its own, made by commands through the one door: a government with
 * an office, a supervision office below it, three departments (one with a section, one that
 * collects taxes), two subdistricts; people, an account for every role, clocks, lights, words,
 * office hours, the holidays of 2023, two registers, two lines.
 *
 *     fx_at(fx, "2023-02-01T09:00:00+08:00");
 *     int64_t item = fx_item(fx, "编制产业组团方案");
 *     fx_do(fx, "leader", "item.approve", "{'item':'%" PRId64 "', …}", item);
 *     fx_refused(fx, "item.no_lead", "sup", "item.issue", "{'item':'%" PRId64 "'}", item);
 *
 * In the JSON of these helpers ' stands for ". Each call has a fresh context; its result and its
 * error live until the next one.
 */
#include "../unit/check.h"
#include "ground.h"
#include "ledger/command.h"
#include "ledger/item/item.h"
#include "ledger/journal/verify.h"
#include "ledger/ledger.h"

struct fx {
    struct arena *a; // for what a test keeps
    struct ctx c;    // of the last call
    struct ledger *l;
    char folder[64];
    struct ground ground;
    int64_t district;
    instant now;
    str result;
};

int fx_setup(void **state);
int fx_teardown(void **state);
#define FX(fn) cmocka_unit_test_setup_teardown(fn, fx_setup, fx_teardown)
void fx_reopen(struct fx *fx); // closes and opens the ledger again
// A second ledger on the same store, as another process would have it; it only reads where one process
// is alone (*writes false). The caller closes it.
struct ledger *fx_second(struct fx *fx, bool *writes);
void fx_close(struct fx *fx);  // for raw access to fx->ground

void fx_at(struct fx *fx, const char *rfc3339);
struct actor fx_actor(struct fx *fx, const char *login); // "system": the system itself
struct request fx_request(struct fx *fx, const char *login, const char *name, str body);
str fx_json(struct fx *fx, const char *format, ...) PRINTF_LIKE(2, 3); // in fx->a

bool fx_try(struct fx *fx, const char *login, const char *command, str body, const char *key);
void fx_do_at(const char *file, int line, struct fx *fx, const char *login, const char *command,
              const char *format, ...) PRINTF_LIKE(6, 7);
void fx_refused_at(const char *file, int line, struct fx *fx, const char *id, const char *login,
                   const char *command, const char *format, ...) PRINTF_LIKE(7, 8);
#define fx_do(...) fx_do_at(__FILE__, __LINE__, __VA_ARGS__)
#define fx_refused(...) fx_refused_at(__FILE__, __LINE__, __VA_ARGS__) // and nothing has changed
int64_t fx_id(struct fx *fx, const char *member);                      // of the last result
str fx_ask(struct fx *fx, const char *login, const char *query, const char *name,
           const char *value); // must succeed

// A draft that lacks nothing, led by FGW, due 2023-12-31, monthly.
int64_t fx_item(struct fx *fx, const char *title);
// Takes a drafted item of FGW to a state by the shortest way.
void fx_walk(struct fx *fx, int64_t item, const char *state);
struct item fx_load(struct fx *fx, int64_t item);
// All rows of an entity, in the order of their ids, in fx->a.
struct list fx_rows(struct fx *fx, struct entity *e);
// SM3 over every row of every entity, the journal's head and its length.
str fx_digest(struct fx *fx);
// Everything that `bihuan check` looks at; the findings are printed and counted.
size_t fx_findings(struct fx *fx);
