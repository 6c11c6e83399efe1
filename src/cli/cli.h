#pragma once
/*
 * The command line: one function a subcommand, one table (main.c). Exit codes: 0 ok, 1 findings,
 * 2 usage or unreadable input, 3 refused, 4 store.
 */
#include "ledger/ledger.h"

enum { EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3, EXIT_STORE = 4 };

struct subcommand {
    const char *name;
    const char *usage, *help;
    int (*run)(int argc, char **argv); // argv[0] is the subcommand's name
};

// Options that many subcommands share; unknown ones are usage errors.
struct cli_options {
    str data_dir;  // --data, default "data"
    str store_url; // --store, default sqlite:DATA/bihuan.db
    str district;  // --district CODE, default the only one
    str login;     // --as LOGIN: acts as that account; "" the system itself
    str format;    // --format table|csv|json
    str output;    // -o FILE; "" standard output
    str where, sort, key;
    str from, to;  // --from URL, --to URL: the two stores of a move
    int64_t limit;
    instant now;   // --as-of DATE or instant; default the system's clock
    char **words;  // what is not an option
    int n_words;
};

// The context of a command-line run: an arena without a limit of its own, the language of LANG.
struct ctx cli_ctx(void);
void cli_end(struct ctx *c); // frees it
// Prints the error to standard error and gives the exit code.
int cli_fail(const struct ctx *c);
// Reads options; false with a usage line on standard error.
bool cli_read(struct ctx *c, struct cli_options *o, int argc, char **argv);
// Opens the ledger of the options. writing: fails with store.locked while a server holds the store.
MUST_CHECK bool cli_open(struct ctx *c, const struct cli_options *o, bool writing, struct ledger **l);
// District, actor and time of a request.
MUST_CHECK bool cli_request(struct ctx *c, struct ledger *l, const struct cli_options *o, struct request *r);
// Writes text to the output file or standard output.
MUST_CHECK bool cli_write(struct ctx *c, const struct cli_options *o, str text);

// Findings and how a copy comes along, as the command line shows them (care.c).
struct findings;
void cli_findings(const struct findings *f);
struct copy_told;
void cli_copy_told(void *started, const struct copy_told *t); // started: the seconds it began, a double
double cli_seconds(void); // of a clock that only measures

// Sends a command to the server that holds the store (data/server.json), as its local user.
// *found false: no server is running there.
MUST_CHECK bool remote_do(struct ctx *c, const struct cli_options *o, str command, str body, bool *found, str *result);

int cli_do(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_journal(int argc, char **argv);
int cli_rebuild(int argc, char **argv);
int cli_backup(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_verify(int argc, char **argv);
int cli_move(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_tables(int argc, char **argv); // openapi, commands, loop: printed from the tables
int cli_serve(int argc, char **argv);
int cli_init(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_pack(int argc, char **argv);
