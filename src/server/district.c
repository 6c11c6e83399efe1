#include "server/district.h"

#include <stdlib.h>

#include "base/map.h"

struct homes {
    struct arena *a;
    const struct district_ref *pinned;
    struct map by_host; // lower-case name → district
};

void homes_free(struct homes *h)
{
    if (!h) return;
    arena_free(h->a);
    free(h);
}

static const struct district_ref *named(struct ctx *c, struct ledger *l, struct arena *a, str code)
{
    struct district_ref d;
    if (!ledger_district_find(c, l, code, &d)) return NULL;
    struct district_ref *kept = ARENA_NEW(a, struct district_ref);
    *kept = (struct district_ref){.id = d.id, .zone_min = d.zone_min, .code = str_dup(a, d.code),
                                  .name = str_dup(a, d.name), .name_en = str_dup(a, d.name_en)};
    return kept;
}

// Without the port, in lower case.
static str host_name(struct arena *a, str host)
{
    size_t end = host.n;
    if (host.n && host.p[0] != '[') {
        size_t colon = str_find(host, STR(":"), 0);
        if (colon != SIZE_MAX) end = colon;
    } else {
        size_t bracket = str_find(host, STR("]"), 0);
        if (bracket != SIZE_MAX) end = bracket + 1;
    }
    return str_fold(a, str_sub(host, 0, end));
}

bool homes_new(struct ctx *c, struct server *s, struct homes **out)
{
    struct homes *h = calloc(1, sizeof *h);
    if (!h || !(h->a = arena_new(SIZE_MAX))) {
        free(h);
        return fail(c, ERR_NO_MEMORY, "base.no_memory");
    }
    *out = h;
    if (s->o.district.n && !(h->pinned = named(c, s->ledger, h->a, s->o.district))) return false;
    for (size_t i = 0; i < s->o.hosts.n; i++) {
        const struct server_host *rule = &s->o.hosts.at[i];
        const struct district_ref *d = named(c, s->ledger, h->a, rule->code);
        if (!d) return false;
        map_put(h->a, &h->by_host, host_name(h->a, rule->name), (void *)(uintptr_t)d);
    }
    return arena_ok(h->a) || fail(c, ERR_NO_MEMORY, "base.no_memory");
}

const struct district_ref *home_of(const struct exchange *x)
{
    const struct homes *h = x->server->homes;
    if (h->pinned || h->by_host.n == 0) return h->pinned;
    return map_get(&h->by_host, host_name(x->a, exchange_header(x, "host")));
}

bool district_meant(struct exchange *x, str code, struct district_ref *out)
{
    if (!utf8_valid(code)) return fail(&x->c, ERR_MALFORMED, "http.bad_encoding");
    if (!x->home) return ledger_district_find(&x->c, x->server->ledger, code, out);
    *out = *x->home;
    return !code.n || str_eq(code, x->home->code) || fail(&x->c, ERR_NOT_FOUND, "district.not_found", code);
}

void district_enter(struct exchange *x, int64_t id, int zone_min)
{
    x->session.district = id;
    x->zone_min = zone_min;
}
