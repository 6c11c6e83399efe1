#pragma once
/*
 * Packs: a district declared in files. A pack is a folder with pack.ini (who it is) and tables in
 * CSV (docs/decisions/0002-packs-as-csv-tables.md); each row becomes one command, run through the
 * one door, so that a pack can do nothing that a person could not. All of it is stored in one
 * commit or nothing is.
 *
 *     struct pack_report r;
 *     if (!pack_find(c, packs_dir, STR("blank"), &dir)) …
 *     if (!pack_load(c, ledger, &(struct pack_options){.dir = dir, .now = now}, &r)) …
 *
 * Faults do not stop the reading: every one is reported with its file, line and column, and the
 * load is then refused as a whole with ERR_INVALID pack.faults. A district whose code is in the
 * store already: ERR_CONFLICT pack.district_exists, and nothing is read further.
 */
#include "base/vec.h"
#include "ledger/ledger.h"

struct pack_options {
    str dir;
    instant now; // for rows that do not say their instant
    // What `bihuan init` asked; "" and 0 leave what the pack says.
    str name, code, hours, login;
    int year;
};

struct pack_problem {
    str file;   // "units.csv"
    int line;   // 1-based; 0: the file as a whole
    str column; // heading of the column, "" when the whole row is meant
    struct error error;
};

struct pack_secret { // shown once, stored nowhere
    str login, password;
};

struct pack_report {
    VEC(struct pack_problem) problems;
    VEC(struct pack_secret) secrets; // passwords made for "@once"
    int64_t district;
    int64_t commands;  // that were run
    str name, version; // of the pack
    str demo_password; // of its demonstration accounts, "" when it has none
    str example_day;   // "2023-06-30", "" when it is no example
};

enum { PACK_PROBLEMS_MAX = 200 };

MUST_CHECK bool pack_load(struct ctx *c, struct ledger *l, const struct pack_options *o,
                          struct pack_report *report);
// Who a pack is, from its pack.ini alone.
struct pack_identity {
    str name, version;
};
MUST_CHECK bool pack_identify(struct ctx *c, str dir, struct pack_identity *out);
// "units.csv:7: lead: …" in the context's language.
str pack_problem_text(struct ctx *c, const struct pack_problem *p);

// The folder of a pack by its name: below `packs` when that is given, else below the first of
// <prefix>/share/bihuan/packs of the running program and packs/ of its source tree that has it.
// ERR_INVALID pack.not_found. A name with a slash is a folder itself.
MUST_CHECK bool pack_find(struct ctx *c, str packs, str name, str *dir);
