#include "ledger/args.h"
#include "ledger/delegation/delegation.h"
#include "ledger/journal/journal.h"
#include "ledger/search/search.h"
#include "ledger/sm3.h"
#include "ledger/subjects.h"

// A holiday notice may move the clocks of all items of a city; each takes some 200 bytes of the answer.
enum { RESULT_MAX = 16 * 1024 * 1024, KEY_MAX = 80 };

const struct command *command_find(str name)
{
    for (size_t s = 0; s < N_SUBJECTS; s++)
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++)
            if (str_is(name, SUBJECTS[s]->commands[i].name)) return &SUBJECTS[s]->commands[i];
    return NULL;
}

static bool key_valid(str key)
{
    if (key.n > KEY_MAX) return false;
    for (size_t i = 0; i < key.n; i++)
        if (key.p[i] < '!' || key.p[i] > '~') return false;
    return true;
}

// The first answer again, when the key was seen with the same command and body.
static bool repeat(struct call *k, const struct command *cmd, str key, str body_hash, str *result, bool *repeated)
{
    struct journal_row row;
    *repeated = false;
    if (key.n == 0) return true;
    if (!journal_by_key(k, key, &row, repeated)) return false;
    if (!*repeated) return true;
    if (!str_is(row.command, cmd->name) || !str_eq(row.body_hash, body_hash) ||
        row.account_id != k->actor.account_id)
        return fail(k->c, ERR_CONFLICT, "idem.other_body");
    *result = row.result;
    return true;
}

static bool perform(struct call *k, const struct command *cmd, str body, int64_t seq, str *result)
{
    void *args = arena_alloc(k->c->a, cmd->args ? cmd->args->size : 1);
    uint64_t given;
    struct buf b;
    struct json j;
    if (!args_parse(k, cmd->args, body, args, &given)) return false;
    buf_init(&b, k->c->a, RESULT_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_id(&j, "seq", seq);
    if (!cmd->run(k, args, given, &j) || !delegation_note(k)) return ctx_failed(k->c);
    jw_end(&j);
    if (!ctx_ok(k->c)) return false;
    *result = buf_str(&b);
    return buf_ok(&b) || fail(k->c, ERR_TOO_LARGE, "journal.too_large");
}

bool command_run(struct call *k, str name, str body, str idem_key, str *result, bool *repeated)
{
    const struct command *cmd = command_find(name);
    *repeated = false;
    if (!cmd) return fail(k->c, ERR_NOT_FOUND, "command.unknown", name);
    if (!actor_has(k, cmd->roles | ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "command.forbidden", str_of(k->c->lang == LANG_EN ? cmd->en : cmd->zh),
                    roles_text(k, cmd->roles));
    if (k->actor.must_change && !actor_has(k, ROLE_SYSTEM) &&
        strcmp(cmd->name, "account.password") != 0)
        return fail(k->c, ERR_FORBIDDEN, "account.must_change");
    if (!key_valid(idem_key)) return fail(k->c, ERR_MALFORMED, "idem.bad_key");
    // A body with a secret is compared by what remains when the secret is masked: a bare hash of it could
    // be guessed from a copy of the journal.
    str args = args_masked(k->c->a, cmd->args, body);
    str body_hash = idem_key.n ? sm3_of(k->c->a, shape_has_secret(cmd->args) ? args : body) : STR_EMPTY;
    if (!ctx_ok(k->c)) return false;
    if (!repeat(k, cmd, idem_key, body_hash, result, repeated)) return false;
    if (*repeated) return true;
    k->last_id = k->head.last_id;
    k->writable = true;
    if (!perform(k, cmd, body, k->head.seq + 1, result)) return false;
    if (k->dry) return true; // the caller undoes the transaction
    if (!search_follow(k)) return false;
    struct journal_row row = {.at = k->now,
                              .account_id = k->actor.account_id,
                              .session_id = k->actor.session_id,
                              .login = k->actor.login,
                              .command = str_of(cmd->name),
                              .args = args,
                              .object_kind = str_of(k->object_kind),
                              .object_id = k->object_id,
                              .result = *result,
                              .idem_key = idem_key,
                              .body_hash = body_hash};
    if (!journal_append(k, &row)) return false;
    if (k->once.n) *result = str_printf(k->c->a, "%.*s,%.*s}", (int)result->n - 1, result->p, STR_FMT(k->once));
    return ctx_ok(k->c);
}
