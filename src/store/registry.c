#include "store/store_internal.h"

enum { MAX_LISTS = 64 };

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
