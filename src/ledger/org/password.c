#include "ledger/org/password.h"

#include <argon2.h>
#include <pthread.h>
#include <sys/random.h>
#include <time.h>

enum { SALT_BYTES = 16, TAG_BYTES = 32, PHC_BYTES = 160, PASSWORD_BYTES = 512, AT_ONCE = 2, WAIT_S = 2 };

static uint32_t memory_kib = 65536, passes = 3;

// Two turns, handed out by a mutex and a condition.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t returned = PTHREAD_COND_INITIALIZER;
static int running;

void password_cost(uint32_t kib, uint32_t n)
{
    memory_kib = kib;
    passes = n;
}

static bool turn_take(struct ctx *c)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until); // only how long to wait; nothing is computed from it
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&mutex);
    int rc = 0;
    while (running >= AT_ONCE && rc == 0) rc = pthread_cond_timedwait(&returned, &mutex, &until);
    bool mine = running < AT_ONCE;
    if (mine) running++;
    pthread_mutex_unlock(&mutex);
    return mine || fail(c, ERR_BUSY, "password.busy");
}

static void turn_give(void)
{
    pthread_mutex_lock(&mutex);
    running--;
    pthread_cond_signal(&returned);
    pthread_mutex_unlock(&mutex);
}

static bool random_bytes(void *p, size_t n)
{
    return getrandom(p, n, 0) == (ssize_t)n;
}

static bool hash_with(struct ctx *c, str password, const unsigned char *salt, char *phc)
{
    if (password.n > PASSWORD_BYTES) return fail(c, ERR_INVALID, "password.too_long");
    if (!turn_take(c)) return false;
    int rc = argon2id_hash_encoded(passes, memory_kib, 1, password.p, password.n, salt, SALT_BYTES,
                                   TAG_BYTES, phc, PHC_BYTES);
    turn_give();
    if (rc == ARGON2_MEMORY_ALLOCATION_ERROR) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    return rc == ARGON2_OK || fail(c, ERR_INTERNAL, "password.failed");
}

bool password_hash(struct ctx *c, str password, str *phc)
{
    unsigned char salt[SALT_BYTES];
    char out[PHC_BYTES];
    if (!random_bytes(salt, sizeof salt)) return fail(c, ERR_INTERNAL, "password.failed");
    if (!hash_with(c, password, salt, out)) return false;
    *phc = str_dup(c->a, str_of(out));
    return ctx_ok(c);
}

bool password_check(struct ctx *c, str password, str phc, bool *right)
{
    *right = false;
    const char *z = str_z(c->a, phc);
    if (!str_starts(phc, STR("$argon2id$"))) {
        static const unsigned char dummy[SALT_BYTES] = "no such account";
        char out[PHC_BYTES];
        return hash_with(c, password, dummy, out);
    }
    if (password.n > PASSWORD_BYTES) return fail(c, ERR_INVALID, "password.too_long");
    if (!turn_take(c)) return false;
    int rc = argon2id_verify(z, password.p, password.n);
    turn_give();
    if (rc == ARGON2_MEMORY_ALLOCATION_ERROR) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    *right = rc == ARGON2_OK;
    return ctx_ok(c);
}
