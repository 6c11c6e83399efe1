#include "ledger/sm3.h"

#include <openssl/evp.h>
#include <stdlib.h>

struct sm3 {
    EVP_MD_CTX *ctx;
    bool ok;
};

// Fetching an algorithm by name costs more than hashing a row, so it is done once.
static const EVP_MD *algorithm;

__attribute__((constructor)) static void fetch(void)
{
    algorithm = EVP_MD_fetch(NULL, "SM3", NULL);
}

struct sm3 *sm3_begin(void)
{
    struct sm3 *h = malloc(sizeof *h);
    if (!h) return NULL;
    h->ctx = algorithm ? EVP_MD_CTX_new() : NULL;
    h->ok = h->ctx && EVP_DigestInit_ex(h->ctx, algorithm, NULL) == 1;
    if (h->ok) return h;
    sm3_drop(h);
    return NULL;
}

void sm3_bytes(struct sm3 *h, const void *p, size_t n)
{
    if (h->ok && n) h->ok = EVP_DigestUpdate(h->ctx, p, n) == 1;
}

static void put_u64(struct sm3 *h, uint64_t n)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (unsigned char)(n >> (8 * i));
    sm3_bytes(h, bytes, sizeof bytes);
}

void sm3_field(struct sm3 *h, str field)
{
    put_u64(h, field.n);
    sm3_bytes(h, field.p, field.n);
}

void sm3_field_int(struct sm3 *h, int64_t n)
{
    put_u64(h, 8);
    put_u64(h, (uint64_t)n);
}

void sm3_drop(struct sm3 *h)
{
    if (!h) return;
    EVP_MD_CTX_free(h->ctx);
    free(h);
}

bool sm3_end(struct sm3 *h, char hex[SM3_HEX + 1])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    bool ok = h->ok && EVP_DigestFinal_ex(h->ctx, out, &n) == 1 && n == SM3_HEX / 2;
    sm3_drop(h);
    hex[0] = '\0';
    if (!ok) return false;
    for (unsigned i = 0; i < n; i++) {
        hex[2 * i] = digits[out[i] >> 4];
        hex[2 * i + 1] = digits[out[i] & 15];
    }
    hex[SM3_HEX] = '\0';
    return true;
}

str sm3_of(struct arena *a, str s)
{
    char hex[SM3_HEX + 1];
    struct sm3 *h = sm3_begin();
    if (h) sm3_bytes(h, s.p, s.n);
    if (h && sm3_end(h, hex)) return str_dup(a, str_of(hex));
    // Only memory can fail here; the arena's flag keeps a command from being stored without its hash.
    arena_exhaust(a);
    return STR_EMPTY;
}
