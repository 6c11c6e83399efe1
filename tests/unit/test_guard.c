#include "check.h"
#include "server/guard.h"

struct row {
    const char *target, *version;
    const char *headers; // "Name: value\n…"
    int status;          // 0: let in
};

static int verdict(const struct row *row, const char *method)
{
    struct header h[GUARD_FIELDS + 2];
    struct guard_request r = {str_of(method), str_of(row->target), str_of(row->version), h, 0};
    str rest = str_of(row->headers);
    while (rest.n && r.n < COUNT_OF(h)) {
        str value = str_cut(&rest, STR("\n")), name = str_cut(&value, STR(": "));
        h[r.n++] = (struct header){name, value};
    }
    const struct guard_refusal *no = guard_check(&r);
    return no ? no->status : 0;
}

static void judges_headers(void **state)
{
    static const struct row ROWS[] = {
        {"/", "HTTP/1.1", "Host: x\n", 0},
        {"/", "HTTP/1.1", "host: bihuan.example:8443\n", 0},
        {"/", "HTTP/1.1", "Host: [::1]:8023\n", 0},
        {"/", "HTTP/1.1", "Host: [::1\n", 400},
        {"/", "HTTP/1.1", "Host: x:\n", 400},
        {"/", "HTTP/1.1", "Host: x:123456\n", 400},
        {"/", "HTTP/1.1", "Host: a b\n", 400},
        {"/", "HTTP/1.1", "Host: \n", 400},
        {"/", "HTTP/1.1", "", 400},
        {"/", "HTTP/1.1", "Host: x\nHOST: x\n", 400},
        {"/", "HTTP/1.1", "Host: x\nContent-Length: 0\n", 0},
        {"/", "HTTP/1.1", "Host: x\nContent-Length: 1\nContent-Length: 1\n", 400},
        {"/", "HTTP/1.1", "Host: x\nContent-Length: 1, 1\n", 400},
        {"/", "HTTP/1.1", "Host: x\nContent-Length: \n", 400},
        {"/", "HTTP/1.1", "Host: x\nContent-Length: 9999999999999999999\n", 400},
        {"/", "HTTP/1.1", "Host: x\nTransfer-Encoding: chunked\n", 0},
        {"/", "HTTP/1.1", "Host: x\nTransfer-Encoding: Chunked\n", 0},
        {"/", "HTTP/1.1", "Host: x\nTransfer-Encoding: gzip, chunked\n", 400},
        {"/", "HTTP/1.1", "Host: x\nTransfer-Encoding: chunked\nContent-Length: 1\n", 400},
        {"/", "HTTP/1.0", "Host: x\nTransfer-Encoding: chunked\n", 400},
        {"/", "HTTP/1.1", "Host: x\nX A: b\n", 400},
        {"/", "HTTP/1.1", "Host: x\nX-A : b\n", 400},
        {"/", "HTTP/1.1", "Host: x\nX-A: b\rc\n", 400},
        {"/", "HTTP/1.1", "Host: x\nX-A: b\tc\n", 0},
        {"/", "HTTP/1.1", "Host: x\nX-A: 区\n", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        check_row("%s", ROWS[i].headers);
        check_int(verdict(&ROWS[i], "POST"), ROWS[i].status);
    }
}

static void judges_targets(void **state)
{
    static const struct row ROWS[] = {
        {"/a/b?c=d%26e", "", "", 0},   {"/%e5%8c%ba", "", "", 0}, {"/a..b/...", "", "", 0},
        {"/?a=../b", "", "", 0},       {"/?a=%2f", "", "", 0},    {"", "", "", 400},
        {"*", "", "", 400},            {"http://x/", "", "", 400}, {"/a b", "", "", 400},
        {"/a#b", "", "", 400},         {"/a\\b", "", "", 400},    {"/..", "", "", 400},
        {"/a/./b", "", "", 400},       {"/%2E%2e/a", "", "", 400}, {"/.%2e/a", "", "", 400}, {"/%2ea", "", "", 0},
        {"/%00", "", "", 400},         {"/?%00", "", "", 400},    {"/%2fa", "", "", 400},
        {"/%5Ca", "", "", 400},        {"/%0a", "", "", 400},     {"/?a=%0a", "", "", 0},
        {"/%g0", "", "", 400},         {"/%4", "", "", 400},      {"/%", "", "", 400},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        struct row row = {ROWS[i].target, "HTTP/1.1", "Host: x\n", ROWS[i].status};
        check_row("%s", row.target);
        check_int(verdict(&row, "GET"), row.status);
    }
}

static void judges_sizes_and_methods(void **state)
{
    struct fixture *f = *state;
    struct row good = {"/", "HTTP/1.1", "Host: x\n", 0};
    struct buf b;
    check_int(verdict(&good, "GET"), 0);
    check_int(verdict(&good, "DELETE"), 0);
    check_int(verdict(&good, "TRACE"), 405);
    check_int(verdict(&good, "get"), 405);
    buf_init(&b, f->a, 100000);
    buf_addc(&b, '/');
    for (int i = 0; i < GUARD_TARGET_BYTES; i++) buf_addc(&b, 'a');
    struct row long_target = {str_z(f->a, buf_str(&b)), "HTTP/1.1", "Host: x\n", 414};
    check_int(verdict(&long_target, "GET"), 414);
    buf_cut(&b, 0);
    buf_addz(&b, "Host: x\n");
    for (int i = 0; i < GUARD_FIELDS; i++) buf_printf(&b, "X-%d: a\n", i);
    struct row many = {"/", "HTTP/1.1", str_z(f->a, buf_str(&b)), 431};
    check_int(verdict(&many, "GET"), 431);
    buf_cut(&b, 0);
    buf_addz(&b, "Host: x\nX-A: ");
    for (int i = 0; i < GUARD_HEADER_BYTES; i++) buf_addc(&b, 'a');
    struct row large = {"/", "HTTP/1.1", str_z(f->a, buf_str(&b)), 431};
    check_int(verdict(&large, "GET"), 431);
}

static void decodes(void **state)
{
    struct fixture *f = *state;
    str out;
    check(guard_decode(f->a, STR("a%20b+c"), false, &out));
    check_str(out, "a b+c");
    check(guard_decode(f->a, STR("a%20b+c"), true, &out));
    check_str(out, "a b c");
    check(guard_decode(f->a, STR("%252e"), false, &out));
    check_str(out, "%2e"); // once, and only once
    check(!guard_decode(f->a, STR("%c0%af"), false, &out));
    check(!guard_decode(f->a, STR("%00"), false, &out));
    check(!guard_decode(f->a, STR("%ed%a0%80"), false, &out));
}

int main(void)
{
    return CHECK_RUN(UNIT(judges_headers), UNIT(judges_targets), UNIT(judges_sizes_and_methods), UNIT(decodes));
}
