#include "ledger/args.h"
#include "ledger/subjects.h"

const struct query *query_find(str name)
{
    for (size_t s = 0; s < N_SUBJECTS; s++)
        for (size_t i = 0; i < SUBJECTS[s]->n_queries; i++)
            if (str_is(name, SUBJECTS[s]->queries[i].name)) return &SUBJECTS[s]->queries[i];
    return NULL;
}

bool query_run(struct call *k, str name, const struct param *params, size_t n, struct buf *out)
{
    const struct query *q = query_find(name);
    struct json j;
    uint64_t given;
    if (!q) return fail(k->c, ERR_NOT_FOUND, "query.unknown", name);
    if (!actor_has(k, q->roles | ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "query.forbidden", str_of(k->c->lang == LANG_EN ? q->en : q->zh),
                    roles_text(k, q->roles));
    if (k->actor.must_change && !actor_has(k, ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "account.must_change");
    void *args = arena_alloc(k->c->a, q->args ? q->args->size : 1);
    if (!args_from_params(k, q->args, params, n, args, &given)) return false;
    jw_init(&j, out);
    if (!q->run(k, args, given, &j)) return ctx_failed(k->c);
    if (!buf_ok(out)) return fail(k->c, ERR_TOO_LARGE, "query.too_large");
    return ctx_ok(k->c);
}
