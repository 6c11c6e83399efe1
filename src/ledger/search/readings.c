#include "ledger/search/readings.h"

#include <pthread.h>

#include "base/vec.h"
#include "readings.inc"

enum { FIRST = 0x4e00 };

static const struct polyphone {
    const char *character, *readings;
} POLYPHONES[] = {
#define X(character, readings) {character, readings},
#include "ledger/search/polyphones.def"
#undef X
};

enum { BUCKETS = 1024 }; // far more than there are polyphones, by the low bits of the character

static struct {
    uint32_t at[BUCKETS];
    const char *readings[BUCKETS];
    int64_t version;
} made;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint64_t mix(uint64_t h, const void *p, size_t n)
{
    for (size_t i = 0; i < n; i++) h = (h ^ ((const unsigned char *)p)[i]) * UINT64_C(1099511628211);
    return h;
}

static void make(void)
{
    uint64_t h = mix(UINT64_C(14695981039346656037), SIMPLIFIED, sizeof SIMPLIFIED);
    h = mix(h, PINYIN, sizeof PINYIN);
    for (size_t i = 0; i < COUNT_OF(POLYPHONES); i++) {
        size_t pos = 0;
        uint32_t u = utf8_next(str_of(POLYPHONES[i].character), &pos);
        size_t b = u % BUCKETS;
        while (made.at[b] && made.at[b] != u) b = (b + 1) % BUCKETS;
        made.at[b] = u;
        made.readings[b] = POLYPHONES[i].readings;
        h = mix(h, POLYPHONES[i].readings, strlen(POLYPHONES[i].readings));
    }
    made.version = (int64_t)(h >> 2);
}

uint32_t simplified_of(uint32_t u)
{
    return u >= FIRST && u - FIRST < COUNT_OF(SIMPLIFIED) ? SIMPLIFIED[u - FIRST] : u;
}

size_t readings_of(uint32_t u, str out[READINGS_MOST])
{
    size_t n = 0;
    pthread_once(&once, make);
    u = simplified_of(u);
    if (u < FIRST || u - FIRST >= COUNT_OF(PINYIN)) return 0;
    size_t b = u % BUCKETS;
    while (made.at[b] && made.at[b] != u) b = (b + 1) % BUCKETS;
    if (made.at[b]) {
        str all = str_of(made.readings[b]);
        while (all.n && n < READINGS_MOST) out[n++] = str_cut(&all, STR(" "));
        return n;
    }
    out[0] = str_of(PINYIN[u - FIRST]);
    return out[0].n ? 1 : 0;
}

int64_t readings_version(void)
{
    pthread_once(&once, make);
    return made.version;
}
