#include "exchange/office/xml.h"

enum { MAX_ATTRIBUTE = 64 * 1024 };

struct run {
    XML_Parser parser;
    const struct xml_handler *h;
    struct ctx *c;
    int depth;
};

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void stop(struct run *r)
{
    XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL on_start(void *arg, const char *name, const char **attributes)
{
    struct run *r = arg;
    if (++r->depth > OFFICE_MAX_DEPTH) {
        (void)fail(r->c, ERR_REFUSED, "office.depth");
        stop(r);
        return;
    }
    for (size_t i = 0; attributes[i]; i++)
        if (strlen(attributes[i]) > MAX_ATTRIBUTE) {
            (void)fail(r->c, ERR_REFUSED, "office.depth");
            stop(r);
            return;
        }
    if (r->h->start) r->h->start(r->h->self, local(name), attributes);
    if (r->c->err.code != ERR_NONE || !arena_ok(r->c->a)) stop(r);
}

static void XMLCALL on_end(void *arg, const char *name)
{
    struct run *r = arg;
    r->depth--;
    if (r->h->end) r->h->end(r->h->self, local(name));
    if (r->c->err.code != ERR_NONE || !arena_ok(r->c->a)) stop(r);
}

static void XMLCALL on_text(void *arg, const char *s, int n)
{
    struct run *r = arg;
    if (r->h->text) r->h->text(r->h->self, (str){s, (size_t)n});
}

static void XMLCALL on_doctype(void *arg, const char *name, const char *sys, const char *pub,
                               int subset)
{
    (void)name, (void)sys, (void)pub, (void)subset;
    struct run *r = arg;
    (void)fail(r->c, ERR_REFUSED, "office.doctype");
    stop(r);
}

static bool feed(void *arg, str piece)
{
    struct run *r = arg;
    if (XML_Parse(r->parser, piece.p, (int)piece.n, 0) == XML_STATUS_OK) return true;
    if (!arena_ok(r->c->a)) return fail(r->c, ERR_NO_MEMORY, "base.no_memory");
    return fail(r->c, ERR_MALFORMED, "office.xml");
}

bool xml_read(struct archive *ar, const char *entry, const struct xml_handler *h)
{
    struct run r = {.h = h, .c = ar->c};
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser) return fail(ar->c, ERR_NO_MEMORY, "base.no_memory");
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    XML_SetParamEntityParsing(r.parser, XML_PARAM_ENTITY_PARSING_NEVER);
    bool ok = archive_read(ar, entry, feed, &r);
    if (ok && XML_Parse(r.parser, "", 0, 1) != XML_STATUS_OK)
        ok = fail(ar->c, ERR_MALFORMED, "office.xml");
    XML_ParserFree(r.parser);
    return ok && ctx_ok(ar->c);
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(local(attributes[i]), name) == 0) return attributes[i + 1];
    return NULL;
}
