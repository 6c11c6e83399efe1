#include "ledger/tables.h"

#include "ledger/item/loop.h"
#include "ledger/ledger.h"
#include "ledger/subjects.h"

static void states_of(struct buf *out, unsigned bits)
{
    bool first = true;
    for (size_t i = 0; i < ITEM_STATES.n; i++) {
        if (!(bits >> i & 1)) continue;
        buf_printf(out, "%s%s", first ? "" : ", ", ITEM_STATES.at[i].code);
        first = false;
    }
}

static void roles_of(struct buf *out, unsigned bits)
{
    bool first = true;
    for (size_t i = 0; i < ROLE_TABLE.n; i++) {
        if (!(bits >> i & 1)) continue;
        buf_printf(out, "%s%s", first ? "" : ", ", ROLE_TABLE.at[i].code);
        first = false;
    }
}

static const char *or_dash(const char *s)
{
    return s && *s ? s : "—";
}

static void print_loop(struct buf *out)
{
    buf_addz(out,
             "# The loop\n\nPrinted from the table in src/ledger/item/loop.c by `bihuan loop`.\n\n"
             "| command | | from | to | by | needs | 需要 | clock "
             "|\n|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < N_LOOP; i++) {
        const struct transition *t = &LOOP[i];
        const struct command *cmd = command_find(str_of(t->command));
        buf_printf(out, "| `%s` | %s | ", t->command, cmd ? cmd->zh : "");
        states_of(out, t->from);
        buf_printf(out, " | %s | ", t->to ? t->to : "stays");
        roles_of(out, t->by);
        const char *clock = !t->clock ? "goes on" : t->clock[0] ? t->clock : "stops";
        buf_printf(out, " | %s | %s | %s |\n", or_dash(t->needs_en), or_dash(t->needs_zh), clock);
    }
}

static void print_commands(struct buf *out)
{
    buf_addz(out, "# Commands\n\nPrinted from the command tables by `bihuan commands`. Members "
                  "marked * are required.\n");
    for (size_t s = 0; s < N_SUBJECTS; s++) {
        if (!SUBJECTS[s]->n_commands) continue;
        buf_printf(
            out,
            "\n## %s\n\n| command | | what it does | 作用 | arguments |\n|---|---|---|---|---|\n",
            SUBJECTS[s]->name);
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++) {
            const struct command *c = &SUBJECTS[s]->commands[i];
            buf_printf(out, "| `%s` | %s | %s | %s | ", c->name, c->zh, c->doc_en, c->doc_zh);
            for (size_t f = 0; c->args && f < c->args->n; f++)
                buf_printf(out, "%s%s%s", f ? ", " : "", c->args->fields[f].name,
                           c->args->fields[f].flags & REQUIRED ? "*" : "");
            buf_addz(out, " |\n");
        }
    }
}

static void matrix_row(struct buf *out, const char *name, unsigned roles)
{
    buf_printf(out, "| `%s` |", name);
    for (size_t i = 0; i + 1 < ROLE_TABLE.n; i++) buf_addz(out, roles >> i & 1 ? " ● |" : "  |");
    buf_addc(out, '\n');
}

static void print_permissions(struct buf *out)
{
    buf_addz(out, "# Permissions\n\nPrinted from the command and query tables by `bihuan "
                  "permissions`. A role opens the door;\n"
                  "the relation to the item (own unit, another unit than the lead, took no part) "
                  "is asked inside.\n\n| |");
    for (size_t i = 0; i + 1 < ROLE_TABLE.n; i++)
        buf_printf(out, " %s %s |", ROLE_TABLE.at[i].en, ROLE_TABLE.at[i].zh);
    buf_addz(out, "\n|---|");
    for (size_t i = 0; i + 1 < ROLE_TABLE.n; i++) buf_addz(out, "---|");
    buf_addc(out, '\n');
    for (size_t s = 0; s < N_SUBJECTS; s++) {
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++)
            matrix_row(out, SUBJECTS[s]->commands[i].name, SUBJECTS[s]->commands[i].roles);
        for (size_t i = 0; i < SUBJECTS[s]->n_queries; i++)
            matrix_row(out, SUBJECTS[s]->queries[i].name, SUBJECTS[s]->queries[i].roles);
    }
}

static void print_errors(struct buf *out)
{
    buf_addz(out, "# Messages\n\nEvery message with its stable id, printed by `bihuan "
                  "errors`.\n\n| id | 中文 | English |\n|---|---|---|\n");
    for (size_t i = 0; i < messages_count(); i++) {
        const struct message *m = messages_at(i);
        buf_printf(out, "| `%s` | %s | %s |\n", m->id, m->zh, m->en);
    }
}

bool tables_markdown(struct ctx *c, str name, struct buf *out)
{
    static const struct {
        const char *name;
        void (*print)(struct buf *out);
    } pages[] = {{"loop", print_loop},
                 {"commands", print_commands},
                 {"permissions", print_permissions},
                 {"errors", print_errors}};
    ledger_setup();
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        if (!str_is(name, pages[i].name)) continue;
        pages[i].print(out);
        return ctx_ok(c);
    }
    return fail(c, ERR_NOT_FOUND, "query.unknown", name);
}
