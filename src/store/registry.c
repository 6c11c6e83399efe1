#include "store/store_internal.h"

enum { MAX_LISTS = 256 };

static struct {
    const struct stmt *const *at;
    size_t n;
} lists[MAX_LISTS];
static size_t n_lists;

static const struct message STORE_MESSAGES[] = {
#include "store/messages.def"
};

void store_messages(void)
{
    messages_register(STORE_MESSAGES, COUNT_OF(STORE_MESSAGES));
    statements_register(STORE_STATEMENTS, STORE_STATEMENTS_N);
}

void statements_register(const struct stmt *const *list, size_t n)
{
    for (size_t i = 0; i < n_lists; i++)
        if (lists[i].at == list) return;
    INVARIANT(n_lists < MAX_LISTS);
    lists[n_lists].at = list;
    lists[n_lists++].n = n;
}

size_t statements_count(void)
{
    size_t n = 0;
    for (size_t i = 0; i < n_lists; i++) n += lists[i].n;
    return n;
}

const struct stmt *statements_at(size_t i)
{
    for (size_t k = 0; k < n_lists; k++) {
        if (i < lists[k].n) return lists[k].at[i];
        i -= lists[k].n;
    }
    return NULL;
}

static bool prepare_all(struct ctx *c, struct db *db, void *arg)
{
    struct buf *problems = arg;
    for (size_t i = 0; i < statements_count(); i++) {
        const struct stmt *st = statements_at(i);
        if (db_prepare_only(c, db, st)) continue;
        if (c->err.code != ERR_INTERNAL) return false; // the store, not the statement
        str why = c->err.n_args > 1 ? c->err.args[1] : STR_EMPTY;
        buf_printf(problems, "%s: %.*s\n", st->name, STR_FMT(why));
        error_clear(c);
    }
    return true;
}

bool statements_prepare_all(struct ctx *c, struct store *s, struct buf *problems)
{
    return store_read(c, s, prepare_all, problems);
}
