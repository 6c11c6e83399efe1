#include "store/store_internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_LISTS = 256 };

static struct {
    const struct stmt *const *at;
    size_t n;
} lists[MAX_LISTS];
static size_t n_lists;

static const struct message STORE_MESSAGES[] = {
#include "store/messages.def"
};

/* --- what is run, for the lint --- */

enum { SEEN = 16384 }; // texts told apart; more are written twice

static struct {
    pthread_mutex_t mutex; // guards all below
    FILE *file;
    uint64_t hashes[SEEN];
} seen = {.mutex = PTHREAD_MUTEX_INITIALIZER};
static atomic_bool seeing;

static void see(void)
{
    const char *path = secure_getenv("BIHUAN_SQL_LOG");
    if (!path || atomic_load(&seeing)) return;
    pthread_mutex_lock(&seen.mutex);
    // Several processes may write the same file: a line leaves in one piece.
    if (!seen.file && (seen.file = fopen(path, "ae")) != NULL) setvbuf(seen.file, NULL, _IOFBF, 1 << 20);
    atomic_store(&seeing, seen.file != NULL);
    pthread_mutex_unlock(&seen.mutex);
}

static bool is_new(const char *sql)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *sql; sql++) h = (h ^ (unsigned char)*sql) * UINT64_C(1099511628211);
    h += h == 0; // 0 is a free place
    for (size_t i = 0; i < SEEN; i++) {
        uint64_t *at = &seen.hashes[(h + i) % SEEN];
        if (*at == h) return false;
        if (*at) continue;
        *at = h;
        break;
    }
    return true;
}

void statement_seen(const struct stmt *st)
{
    if (!atomic_load_explicit(&seeing, memory_order_relaxed)) return;
    pthread_mutex_lock(&seen.mutex);
    if (is_new(st->sql)) {
        fprintf(seen.file, "%s\t%s\t", st->name, st->lock ? "lock" : "");
        for (const char *p = st->sql; *p; p++) fputc(*p == '\n' ? ' ' : *p, seen.file);
        fputc('\n', seen.file);
        fflush(seen.file);
    }
    pthread_mutex_unlock(&seen.mutex);
}

void store_messages(void)
{
    see();
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
