#include "server/guard.h"

static const struct guard_refusal BAD_HEADER = {400, "http.bad_header"};
static const struct guard_refusal BAD_LENGTH = {400, "http.bad_length"};
static const struct guard_refusal BAD_HOST = {400, "http.bad_host"};
static const struct guard_refusal BAD_TARGET = {400, "http.bad_target"};
static const struct guard_refusal LONG_TARGET = {414, "http.long_target"};
static const struct guard_refusal MANY_HEADERS = {431, "http.many_headers"};
static const struct guard_refusal BAD_METHOD = {405, "http.method"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool header_is(str name, const char *z)
{
    size_t i = 0;
    while (i < name.n && z[i] && lower(name.p[i]) == z[i]) i++;
    return i == name.n && !z[i];
}

static bool is_token(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c)) return false;
    }
    return s.n > 0;
}

static bool has_control(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) return true;
    }
    return false;
}

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    return s.n > 0 && s.n <= 18;
}

static bool name_chars(str name, bool v6)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = lower(name.p[i]);
        bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= (v6 ? 'f' : 'z');
        if (!digit && !letter && !strchr(v6 ? ":.[]" : "-._", c)) return false;
    }
    return name.n > 0 && name.n <= 255;
}

// name, name:port, [v6], [v6]:port
static bool host_good(str host)
{
    bool v6 = str_starts(host, STR("["));
    size_t end = str_find(host, v6 ? STR("]") : STR(":"), 0);
    if (v6 && end == SIZE_MAX) return false;
    if (v6) end++;
    str name = str_sub(host, 0, end), rest = str_from(host, name.n);
    if (!name_chars(name, v6)) return false;
    return !rest.n || (rest.p[0] == ':' && rest.n <= 6 && all_digits(str_from(rest, 1)));
}

struct seen {
    int hosts, lengths, encodings;
    size_t bytes;
};

static const struct guard_refusal *check_header(const struct header *h, struct seen *seen)
{
    seen->bytes += h->name.n + h->value.n + 4;
    if (!is_token(h->name) || has_control(h->value)) return &BAD_HEADER;
    if (header_is(h->name, "host")) {
        if (++seen->hosts > 1 || !host_good(h->value)) return &BAD_HOST;
    } else if (header_is(h->name, "content-length")) {
        if (++seen->lengths > 1 || !all_digits(h->value)) return &BAD_LENGTH;
    } else if (header_is(h->name, "transfer-encoding")) {
        if (++seen->encodings > 1 || !header_is(h->value, "chunked")) return &BAD_LENGTH;
    }
    return NULL;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

bool guard_decode(struct arena *a, str in, bool plus, str *out)
{
    char *p = arena_try(a, in.n + 1);
    if (!p) return false;
    size_t n = 0;
    for (size_t i = 0; i < in.n; i++) {
        char c = in.p[i];
        if (c == '%') {
            int high = i + 2 < in.n ? hex(in.p[i + 1]) : -1, low = high >= 0 ? hex(in.p[i + 2]) : -1;
            if (low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        p[n++] = c;
    }
    *out = (str){p, n};
    return utf8_valid(*out);
}

static bool bad_byte(unsigned char c)
{
    return c <= 0x20 || c == 0x7f || c == '#' || c == '\\';
}

// An escaped byte of a path that could change its structure, or NUL anywhere.
static bool bad_escape(str target, size_t i, bool in_path)
{
    int high = i + 2 < target.n ? hex(target.p[i + 1]) : -1, low = high >= 0 ? hex(target.p[i + 2]) : -1;
    if (low < 0) return true;
    int c = high * 16 + low;
    return c == 0 || (in_path && (c == '/' || c == '\\' || c < 0x20 || c == 0x7f));
}

// "." or "..", however it is escaped.
static bool is_dots(str part)
{
    int dots = 0;
    for (size_t i = 0; i < part.n; i++, dots++) {
        bool escaped = str_starts(str_from(part, i), STR("%2e")) || str_starts(str_from(part, i), STR("%2E"));
        if (part.p[i] != '.' && !escaped) return false;
        if (escaped) i += 2;
    }
    return dots == 1 || dots == 2;
}

static bool dot_segment(str path)
{
    str rest = path;
    while (rest.n)
        if (is_dots(str_cut(&rest, STR("/")))) return true;
    return false;
}

static const struct guard_refusal *check_target(str target)
{
    if (target.n > GUARD_TARGET_BYTES) return &LONG_TARGET;
    if (!target.n || target.p[0] != '/') return &BAD_TARGET;
    bool in_path = true;
    for (size_t i = 0; i < target.n; i++) {
        if (bad_byte((unsigned char)target.p[i])) return &BAD_TARGET;
        if (target.p[i] == '?') in_path = false;
        if (target.p[i] == '%' && bad_escape(target, i, in_path)) return &BAD_TARGET;
    }
    str rest = target, path = str_cut(&rest, STR("?"));
    return dot_segment(path) ? &BAD_TARGET : NULL;
}

const struct guard_refusal *guard_check(const struct guard_request *r)
{
    struct seen seen = {0};
    if (r->n > GUARD_FIELDS) return &MANY_HEADERS;
    for (size_t i = 0; i < r->n; i++) {
        const struct guard_refusal *no = check_header(&r->headers[i], &seen);
        if (no) return no;
    }
    if (seen.bytes > GUARD_HEADER_BYTES) return &MANY_HEADERS;
    if (seen.hosts != 1) return &BAD_HOST;
    if (seen.encodings && (seen.lengths || !str_is(r->version, "HTTP/1.1"))) return &BAD_LENGTH;
    const struct guard_refusal *no = check_target(r->target);
    if (no) return no;
    static const char *const methods[] = {"GET", "HEAD", "POST", "DELETE"};
    for (size_t i = 0; i < COUNT_OF(methods); i++)
        if (str_is(r->method, methods[i])) return NULL;
    return &BAD_METHOD;
}
