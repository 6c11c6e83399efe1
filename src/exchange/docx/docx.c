#include "exchange/docx/docx.h"

#include "exchange/docx/body.h"
#include "exchange/office/xml.h"

struct relation {
    struct arena *a;
    const char *kind; // end of the type's address
    str target;
};

static void relation_start(void *self, const char *name, const char **at)
{
    struct relation *r = self;
    const char *type = xml_attribute(at, "Type"), *target = xml_attribute(at, "Target");
    if (strcmp(name, "Relationship") != 0 || !type || !target || r->target.n) return;
    if (str_ends(str_of(type), str_of(r->kind))) r->target = str_dup(r->a, str_of(target));
}

// The main document, as the package names it.
static bool main_part(struct archive *ar, str *part)
{
    struct relation r = {.a = ar->c->a, .kind = "/officeDocument"};
    struct xml_handler h = {relation_start, NULL, NULL, &r};
    *part = STR("word/document.xml");
    if (!archive_has(ar, "_rels/.rels")) return true;
    if (!xml_read(ar, "_rels/.rels", &h)) return false;
    if (r.target.n) *part = str_starts(r.target, STR("/")) ? str_from(r.target, 1) : r.target;
    return true;
}

bool docx_is(struct ctx *c, str bytes)
{
    struct ctx own = {.a = c->a, .lang = c->lang, .err = {.position = -1}};
    struct archive ar;
    return archive_open(&own, bytes, &ar) && archive_has(&ar, "word/document.xml");
}

static bool read_notes(struct archive *ar, str folder, const char *name, struct labels *labels, struct docx *out)
{
    const char *part = str_z(ar->c->a, str_cat(ar->c->a, folder, str_of(name)));
    return !archive_has(ar, part) || body_read(ar, part, labels, true, out);
}

bool docx_read(struct ctx *c, str bytes, struct docx *out)
{
    struct archive ar;
    struct labels labels;
    str part, folder = STR_EMPTY;
    *out = (struct docx){0};
    if (str_starts(bytes, STR("\xd0\xcf\x11\xe0"))) return fail(c, ERR_REFUSED, "office.ole");
    if (!archive_open(c, bytes, &ar) || !main_part(&ar, &part)) return false;
    for (size_t i = part.n; i-- > 0;)
        if (part.p[i] == '/') {
            folder = (str){part.p, i + 1};
            break;
        }
    if (!labels_read(&ar, folder, &labels) || !body_read(&ar, str_z(c->a, part), &labels, false, out)) return false;
    if (!read_notes(&ar, folder, "footnotes.xml", &labels, out)) return false;
    if (!read_notes(&ar, folder, "endnotes.xml", &labels, out)) return false;
    int paragraphs = 0, tables = 0;
    for (size_t i = 0; i < out->blocks.n; i++)
        out->blocks.at[i].no = out->blocks.at[i].table ? ++tables : ++paragraphs;
    return ctx_ok(c);
}
