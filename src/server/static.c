#include "server/static.h"

#include <stdlib.h>

static int compare(const void *key, const void *file)
{
    return str_cmp(*(const str *)key, str_of(((const struct web_file *)file)->path));
}

static const struct web_file *web_file(str path)
{
    return bsearch(&path, WEB_FILES, N_WEB_FILES, sizeof WEB_FILES[0], compare);
}

static bool accepts(str list, const char *coding)
{
    while (list.n) {
        str rest = str_cut(&list, STR(",")), name = str_trim(str_cut(&rest, STR(";")));
        str q = str_trim(rest);
        if (str_is(name, coding)) return !str_is(q, "q=0") && !str_is(q, "q=0.0");
    }
    return false;
}

static bool etag_matches(str list, const char *etag)
{
    while (list.n) {
        str tag = str_trim(str_cut(&list, STR(",")));
        if (str_is(tag, "*") || str_is(tag, etag)) return true;
    }
    return false;
}

static void send_file(struct exchange *x, const struct web_file *f)
{
    str accept = exchange_header(x, "accept-encoding"), body = {(const char *)f->plain, f->plain_bytes};
    const char *coding = NULL;
    if (f->brotli && accepts(accept, "br")) {
        body = (str){(const char *)f->brotli, f->brotli_bytes};
        coding = "br";
    } else if (f->gzip && accepts(accept, "gzip")) {
        body = (str){(const char *)f->gzip, f->gzip_bytes};
        coding = "gzip";
    }
    // A strong tag names the bytes sent, so each coding has its own.
    const char *tag = str_z(x->a, str_printf(x->a, "\"%s%s%s\"", f->etag, coding ? "-" : "", coding ? coding : ""));
    bool same = etag_matches(exchange_header(x, "if-none-match"), tag);
    answer_text(x, same ? 304 : 200, f->type, same ? STR_EMPTY : body);
    x->answer.cached = true;
    answer_header(x, "ETag", str_of(tag));
    answer_header(x, "Vary", STR("Accept-Encoding"));
    answer_header(x, "Cache-Control", f->immutable ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (coding && !same) answer_header(x, "Content-Encoding", str_of(coding));
}

// The nonce goes where the build left the placeholder, or into each script element.
static str with_nonce(struct arena *a, str html, str nonce)
{
    static const str placeholder = {"__CSP_NONCE__", 13};
    if (str_has(html, placeholder)) return str_replace(a, html, placeholder, nonce);
    str attribute = str_printf(a, "<script nonce=\"%.*s\"", STR_FMT(nonce));
    return str_replace(a, html, STR("<script"), attribute);
}

static void send_index(struct exchange *x, const struct web_file *f)
{
    str nonce = session_random(x->a), html = {(const char *)f->plain, f->plain_bytes};
    if (!nonce.n) {
        (void)fail(&x->c, ERR_INTERNAL, "server.no_random");
        answer_error(x);
        return;
    }
    answer_text(x, 200, f->type, with_nonce(x->a, html, nonce));
    x->answer.csp = str_z(x->a, str_printf(x->a,
        "default-src 'none'; script-src 'nonce-%.*s'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'", STR_FMT(nonce)));
}

void static_get(struct exchange *x)
{
    const struct web_file *f = web_file(x->path), *index = web_file(STR("/index.html"));
    // A missing file with an ending is a missing file; anything else is a place inside the interface.
    bool place = !str_starts(x->path, STR("/assets/")) && !str_starts(x->path, STR("/api/")) && index;
    if (f && f != index) {
        send_file(x, f);
    } else if (place) {
        send_index(x, index);
    } else {
        (void)fail(&x->c, ERR_NOT_FOUND, "http.not_found");
        answer_error(x);
    }
}
