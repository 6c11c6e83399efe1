/*
 * Any bytes as a request line and headers, cut as libmicrohttpd would cut them. What the guard lets
 * in keeps its promises: one Host, lengths that are not ambiguous, a target that decodes to UTF-8
 * without NUL, without dot segments, and to no more slashes than were sent.
 */
#include "server/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_headers(str rest, struct header *out, size_t most)
{
    size_t n = 0;
    while (rest.n && n < most) {
        str value = str_cut(&rest, STR("\n")), name = str_cut(&value, STR(":"));
        out[n++] = (struct header){name, str_trim(value)};
    }
    return n;
}

static size_t count_of(const struct guard_request *r, const char *name)
{
    size_t found = 0;
    for (size_t i = 0; i < r->n; i++) found += header_is(r->headers[i].name, name);
    return found;
}

static size_t slashes(str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += s.p[i] == '/';
    return n;
}

static void check_target(struct arena *a, str target)
{
    str rest = target, raw = str_cut(&rest, STR("?")), path, query;
    INVARIANT(target.p[0] == '/' && target.n <= GUARD_TARGET_BYTES);
    if (!guard_decode(a, raw, false, &path)) return; // not UTF-8: refused one step later
    INVARIANT(utf8_valid(path) && slashes(path) == slashes(raw));
    INVARIANT(memchr(path.p, 0, path.n) == NULL);
    for (str left = path; left.n;) {
        str part = str_cut(&left, STR("/"));
        INVARIANT(!str_is(part, ".."));
    }
    if (guard_decode(a, rest, true, &query)) INVARIANT(memchr(query.p, 0, query.n) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    struct header headers[GUARD_FIELDS + 8];
    if (!arena) arena = arena_new((size_t)16 << 20);
    INVARIANT(arena);
    arena_reset(arena);
    str rest = {(const char *)data, size}, line = str_cut(&rest, STR("\n"));
    struct guard_request r = {.headers = headers};
    r.method = str_cut(&line, STR(" "));
    r.target = str_cut(&line, STR(" "));
    r.version = line;
    r.n = read_headers(rest, headers, COUNT_OF(headers));
    const struct guard_refusal *no = guard_check(&r);
    if (no) {
        INVARIANT(no->status >= 400 && no->status < 500 && no->id);
        return 0;
    }
    INVARIANT(count_of(&r, "host") == 1 && count_of(&r, "content-length") <= 1 &&
              count_of(&r, "transfer-encoding") <= 1);
    INVARIANT(count_of(&r, "content-length") + count_of(&r, "transfer-encoding") <= 1);
    check_target(arena, r.target);
    return 0;
}
