/* What the journal answers beside its rows: whether the chain holds. */
#include "ledger/journal/verify.h"
#include "ledger/subjects.h"

#define VERIFY_ARGS(X)                                                                \
    X(from, int64_t, F_INT, 0, "自第几条", "from sequence", 0, NULL)                  \
    X(count, int64_t, F_INT, 0, "条数", "how many", 0, NULL)
struct verify_args { VERIFY_ARGS(AS_MEMBER) };
#define OWNER struct verify_args
SHAPE_OF(verify_args, VERIFY_ARGS);
#undef OWNER

enum { ROWS_AT_ONCE = 5000 }; // keeps a reader busy for some tens of milliseconds

static bool query_verify(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct verify_args *a = args;
    struct journal_range range = {.from = a->from, .count = a->count};
    struct findings f;
    (void)given;
    if (range.count <= 0 || range.count > ROWS_AT_ONCE) range.count = ROWS_AT_ONCE;
    findings_init(&f, k->c->a, k->c->lang);
    if (!journal_verify(k, &range, &f)) return false;
    jw_object(out);
    jw_put_int(out, "checked", range.checked);
    jw_put_id(out, "next", range.next);
    jw_key(out, "findings");
    jw_array(out);
    for (size_t i = 0; i < f.lines.n; i++) jw_text(out, f.lines.at[i]);
    jw_end(out);
    jw_end(out);
    return true;
}

static const struct query queries[] = {
    {"journal_verify", "核对日志链", "Verify the journal", "从某一条起核对日志链，每次至多五千条",
     "Recomputes the chain from a record on, at most 5000 at once", ROLE_AUDITOR | ROLE_SUPERVISOR | ROLE_LEADER,
     &verify_args_shape, query_verify},
};

const struct subject JOURNAL_SUBJECT = {
    .name = "journal", .queries = queries, .n_queries = COUNT_OF(queries), .register_lists = verify_register};
