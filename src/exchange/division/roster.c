#include "exchange/division/names.h"

static const struct division_unit AMBIGUOUS;

static void put(struct arena *a, struct roster *ro, str name, const struct division_unit *u)
{
    str key = str_fold(a, name);
    if (key.n == 0) return;
    void *value = (void *)(uintptr_t)u; // the map holds mutable pointers; nobody writes through it
    void *before = map_put(a, &ro->by_name, key, value);
    if (before && before != value) map_put(a, &ro->by_name, key, (void *)(uintptr_t)&AMBIGUOUS);
}

void roster_build(struct arena *a, struct roster *ro, const struct division_unit *units, size_t n)
{
    *ro = (struct roster){.units = units, .n = n};
    for (size_t i = 0; i < n && arena_ok(a); i++) {
        put(a, ro, units[i].name, &units[i]);
        for (str rest = units[i].aliases; rest.n;)
            put(a, ro, str_trim(str_cut(&rest, STR("|"))), &units[i]);
    }
}

const struct division_unit *roster_find(struct arena *a, const struct roster *ro, str name)
{
    const struct division_unit *u = map_get(&ro->by_name, str_fold(a, name));
    return u == &AMBIGUOUS ? NULL : u;
}

// How well a known name fits a written one: 0 not at all.
static size_t likeness(str known, str written)
{
    if (known.n == 0 || written.n == 0) return 0;
    if (str_eq(known, written)) return 1000; // ambiguous: both bear it
    if (str_has(known, written) || str_has(written, known))
        return 500 + (known.n < written.n ? known.n : written.n);
    size_t n = 0;
    while (n < known.n && n < written.n && known.p[n] == written.p[n]) n++;
    size_t common = n / 3; // Chinese characters
    return common >= 2 ? common : 0;
}

void roster_candidates(struct arena *a, const struct roster *ro, str name, str out[5], size_t *n)
{
    size_t score[5] = {0};
    str written = str_fold(a, name);
    *n = 0;
    for (size_t i = 0; i < ro->n; i++) {
        size_t best = likeness(str_fold(a, ro->units[i].name), written);
        for (str rest = ro->units[i].aliases; rest.n;) {
            size_t s = likeness(str_fold(a, str_trim(str_cut(&rest, STR("|")))), written);
            if (s > best) best = s;
        }
        if (best == 0) continue;
        size_t at = *n < 5 ? (*n)++ : 5;
        if (at == 5 && best <= score[4]) continue;
        if (at == 5) at = 4;
        for (; at > 0 && score[at - 1] < best; at--)
            score[at] = score[at - 1], out[at] = out[at - 1];
        score[at] = best;
        out[at] = ro->units[i].name;
    }
}
