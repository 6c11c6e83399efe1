#include "ledger/sqltext.h"

void sqltext_init(struct sqltext *q, const struct call *k)
{
    *q = (struct sqltext){.a = k->c->a};
    buf_init(&q->text, q->a, SQLTEXT_MAX_BYTES);
    VEC_ADD(q->a, &q->args, db_arg_int(k->district));
}

void sqltext_add(struct sqltext *q, const char *constant)
{
    buf_addz(&q->text, constant);
}

void sqltext_field(struct sqltext *q, const char *alias, const struct field *f)
{
    buf_addz(&q->text, alias);
    buf_addc(&q->text, '.');
    buf_addz(&q->text, f->name);
}

void sqltext_arg(struct sqltext *q, struct db_arg arg)
{
    VEC_ADD(q->a, &q->args, arg);
    buf_addc(&q->text, '$');
    buf_int(&q->text, (int64_t)q->args.n);
}

static size_t padded(size_t n)
{
    size_t size = 1;
    while (size < n) size *= 4;
    return size;
}

// At most SQLTEXT_LIST values, at least one.
static void add_list(struct sqltext *q, const struct db_arg *at, size_t n)
{
    sqltext_add(q, " IN (");
    for (size_t i = 0, size = padded(n); i < size; i++) {
        if (i) sqltext_add(q, ", ");
        sqltext_arg(q, at[i < n ? i : n - 1]);
    }
    sqltext_add(q, ")");
}

void sqltext_in(struct sqltext *q, const char *alias, const struct field *f, const struct db_arg *at, size_t n)
{
    if (n == 0) {
        sqltext_add(q, "1 = 0");
        return;
    }
    sqltext_add(q, "(");
    for (size_t from = 0; from < n; from += SQLTEXT_LIST) {
        if (from) sqltext_add(q, " OR ");
        sqltext_field(q, alias, f);
        add_list(q, at + from, n - from < SQLTEXT_LIST ? n - from : SQLTEXT_LIST);
    }
    sqltext_add(q, ")");
}

void sqltext_ids(struct sqltext *q, const char *alias_column, const int64_t *ids, size_t n)
{
    struct db_arg args[SQLTEXT_LIST];
    INVARIANT(n >= 1 && n <= SQLTEXT_LIST);
    for (size_t i = 0; i < n; i++) args[i] = db_arg_int(ids[i]);
    sqltext_add(q, alias_column);
    add_list(q, args, n);
}

void sqltext_append(struct sqltext *q, const struct sqltext *part)
{
    str text = buf_str(&part->text);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '$') {
            buf_addc(&q->text, text.p[i]);
            continue;
        }
        size_t number = 0;
        while (i + 1 < text.n && text.p[i + 1] >= '0' && text.p[i + 1] <= '9')
            number = number * 10 + (size_t)(text.p[++i] - '0');
        INVARIANT(number >= 1 && number <= part->args.n);
        if (number == 1) sqltext_add(q, "$1");
        else sqltext_arg(q, part->args.at[number - 1]);
    }
}

bool sqltext_query(struct call *k, struct sqltext *q, const char *name, struct db_rows *rows)
{
    if (!ctx_ok(k->c)) return false;
    if (!buf_ok(&q->text)) return fail(k->c, ERR_TOO_LARGE, "filter.too_large");
    struct stmt st = {name, str_z(q->a, buf_str(&q->text))};
    return db_query_args(k->c, k->db, rows, &st, q->args.at, q->args.n);
}
