#include "server/feed.h"

#include "ledger/feed/feed.h"
#include "ledger/sm3.h"
#include "server/clock.h"

enum { FEED_BYTES = 4 * 1024 * 1024 };

static bool fresh(str list, str etag)
{
    while (list.n) {
        str tag = str_trim(str_cut(&list, STR(",")));
        if (str_starts(tag, STR("W/"))) tag = str_from(tag, 2);
        if (str_is(tag, "*") || str_eq(tag, etag)) return true;
    }
    return false;
}

static bool write_feed(struct exchange *x, const struct feed_found *f, struct buf *out)
{
    const struct server *s = x->server;
    str base = s->o.public_url.n ? s->o.public_url : str_of(s->address);
    if (str_ends(base, STR("/"))) base = str_sub(base, 0, base.n - 1);
    return feed_write(&x->c, s->ledger, f, clock_now(s->o.as_of, f->zone_min), base, out);
}

// The answer to every token that opens nothing is one and the same, also where there is no feed at all.
static void refuse(struct exchange *x, str token, instant at)
{
    if (x->c.err.code == ERR_NOT_FOUND) {
        struct ctx c = {.a = x->a, .lang = x->c.lang};
        error_clear(&c);
        if (!feed_refused(&c, x->server->ledger, token, x->address, at)) x->c.err = c.err;
    }
    x->path = STR("/feed/"); // the log names no token
    answer_error(x);
}

void feed_get(struct exchange *x)
{
    static const str ending = {".ics", 4};
    struct feed_found f;
    struct buf out;
    instant at = clock_real();
    bool named = str_ends(x->tail, ending);
    str token = named ? str_sub(x->tail, 0, x->tail.n - ending.n) : STR_EMPTY;
    buf_init(&out, x->a, FEED_BYTES);
    bool found = named ? feed_find(&x->c, x->server->ledger, token, x->address, at, &f)
                       : fail(&x->c, ERR_NOT_FOUND, "feed.none");
    if (!found || !write_feed(x, &f, &out) || !feed_used(&x->c, x->server->ledger, &f, at)) {
        refuse(x, token, at);
        return;
    }
    str tag = str_printf(x->a, "\"%.*s\"", STR_FMT(sm3_of(x->a, buf_str(&out))));
    bool same = fresh(exchange_header(x, "if-none-match"), tag);
    answer_text(x, same ? 304 : 200, "text/calendar; charset=utf-8", same ? STR_EMPTY : buf_str(&out));
    x->answer.cached = true;
    answer_header(x, "ETag", tag);
    answer_header(x, "Cache-Control", STR("private, no-cache"));
}
