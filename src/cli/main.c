#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/serve.h"

static const struct message MESSAGES[] = {
#include "cli/messages.def"
};

static const struct subcommand SUBCOMMANDS[] = {
    {"init", "init DIR [--pack NAME] [--store URL]",
     "makes a new store and loads a pack; without a pack it asks five questions", cli_init},
    {"serve", "serve [--config F] [--data DIR] [--listen A:P] [--as-of DATE]",
     "serves a store over HTTP", cli_serve},
    {"do", "do COMMAND [JSON|-] [--as LOGIN]", "runs one command", cli_do},
    {"list", "list REGISTER|QUERY [--where EXPR] [--sort F] [--limit N]",
     "lists items of a register, or any query's rows", cli_list},
    {"report", "report districts [--format table|csv|json] [-o FILE]",
     "counts of every district's items, from its last roll-up", cli_report},
    {"import", "import FILE [--report F.json] [--apply]", "reads a division document", cli_import},
    {"check", "check", "checks everything that must hold of the data", cli_check},
    {"journal", "journal verify", "recomputes the journal's chain", cli_journal},
    {"rebuild", "rebuild --compare", "rebuilds the state from the journal and compares",
     cli_rebuild},
    {"backup", "backup -o DIR", "copies store and files at one moment, beside a running server",
     cli_backup},
    {"restore", "restore DIR --data NEW [--store URL]", "fills an empty place from a backup",
     cli_restore},
    {"verify", "verify [DIR]", "checks a backup, or everything in a store", cli_verify},
    {"move", "move --from URL --to URL", "copies a resting store into an empty one",
     cli_move},
    {"export", "export ledger | register:CODE [--where EXPR] -o FILE",
     "every row as a line of JSON; one register as XLSX or CSV", cli_export},
    {"pack", "pack check DIR | upgrade DIR [--preview|--apply]",
     "checks a pack; shows or applies what its declarations change", cli_pack},
    {"openapi", "openapi [-o FILE]", "prints the OpenAPI description", cli_tables},
    {"distribute", "distribute [-o FILE]", "prints the script that spreads the tables over a Citus cluster",
     cli_tables},
    {"loop", "loop", "prints the table of the loop", cli_tables},
    {"commands", "commands", "prints the table of commands", cli_tables},
    {"permissions", "permissions", "prints who may do what", cli_tables},
    {"errors", "errors", "prints every message with its id", cli_tables},
};

static void help(FILE *f)
{
    fputs("bihuan " BIHUAN_VERSION " — keeps a government's promises\n\n", f);
    for (size_t i = 0; i < COUNT_OF(SUBCOMMANDS); i++)
        fprintf(f, "  bihuan %-62s %s\n", SUBCOMMANDS[i].usage, SUBCOMMANDS[i].help);
    fputs("\nOptions of most: --data DIR (data), --store URL, --district CODE, --as LOGIN, --as-of "
          "DATE,\n"
          "--format table|csv|json, -o FILE. Exit: 0 ok, 1 findings, 2 usage or input, 3 refused, "
          "4 store.\n",
          f);
}

int cli_serve(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    int code = serve_main(&c, argc, argv) ? 0 : cli_fail(&c);
    cli_end(&c);
    return code;
}

int main(int argc, char **argv)
{
    messages_register(MESSAGES, COUNT_OF(MESSAGES));
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--version") == 0) return puts("bihuan " BIHUAN_VERSION) < 0;
    if (!*name || strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        help(*name ? stdout : stderr);
        return *name ? 0 : EXIT_USAGE;
    }
    for (size_t i = 0; i < COUNT_OF(SUBCOMMANDS); i++) {
        if (strcmp(name, SUBCOMMANDS[i].name) != 0) continue;
        if (argc == 3 && strcmp(argv[2], "--help") == 0)
            return printf("usage: bihuan %s\n%s\n", SUBCOMMANDS[i].usage, SUBCOMMANDS[i].help) < 0;
        return SUBCOMMANDS[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "bihuan: no such subcommand: %s\n", name);
    help(stderr);
    return EXIT_USAGE;
}
