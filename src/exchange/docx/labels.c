#include "exchange/docx/labels.h"

#include "exchange/docx/numerals.h"
#include "exchange/office/xml.h"

enum { STYLES_DEEP = 20 };

struct reading {
    struct labels *l;
    struct label_list *list;
    struct label_num *num;
    struct label_level *level;
    struct label_style *style;
    int at; // level of an override
    int changes; // inside a record of what was before
};

static str value(struct arena *a, const char **at)
{
    return str_dup(a, str_of(xml_attribute(at, "val")));
}

static int64_t number(const char **at, const char *name, int64_t otherwise)
{
    int64_t n;
    const char *s = xml_attribute(at, name);
    return s && str_int(str_of(s), &n) ? n : otherwise;
}

static int small(const char **at, const char *name, int otherwise)
{
    int64_t n = number(at, name, otherwise);
    return n < -1 || n > 1000000 ? otherwise : (int)n;
}

static bool is_on(const char **at)
{
    const char *v = xml_attribute(at, "val");
    return !v || !(strcmp(v, "0") == 0 || strcmp(v, "false") == 0 || strcmp(v, "off") == 0);
}

/* --- numbering.xml --- */

static void open_list(struct reading *r, const char **at)
{
    r->num = NULL;
    r->list = ARENA_NEW(r->l->a, struct label_list);
    for (int i = 0; i < LABEL_LEVELS; i++)
        r->list->level[i] = (struct label_level){.format = STR("decimal"), .start = 1, .restart = -1};
    (void)map_put_int(r->l->a, &r->l->lists, number(at, "abstractNumId", -1), r->list);
}

static void open_num(struct reading *r, const char **at)
{
    r->list = NULL;
    r->num = ARENA_NEW(r->l->a, struct label_num);
    for (int i = 0; i < LABEL_LEVELS; i++) r->num->begin[i] = -1;
    (void)map_put_int(r->l->a, &r->l->nums, number(at, "numId", -1), r->num);
}

static bool level_of(struct reading *r, const char **at)
{
    r->at = small(at, "ilvl", -1);
    return r->at >= 0 && r->at < LABEL_LEVELS;
}

// An override brings a whole level: from then on the list is the paragraph's own.
static void open_level(struct reading *r, const char **at)
{
    r->level = NULL;
    if (!level_of(r, at)) return;
    if (r->num && r->num->list) {
        struct label_list *own = ARENA_NEW(r->l->a, struct label_list);
        *own = *r->num->list;
        r->num->list = own;
        r->level = &own->level[r->at];
    } else if (r->list) r->level = &r->list->level[r->at];
}

static void level_member(struct reading *r, const char *name, const char **at)
{
    struct label_level *v = r->level;
    if (!v) return;
    if (strcmp(name, "start") == 0) v->start = small(at, "val", 1);
    else if (strcmp(name, "numFmt") == 0) v->format = value(r->l->a, at);
    else if (strcmp(name, "lvlText") == 0) v->text = value(r->l->a, at);
    else if (strcmp(name, "lvlRestart") == 0) v->restart = small(at, "val", -1);
    else if (strcmp(name, "pStyle") == 0) v->style = value(r->l->a, at);
    else if (strcmp(name, "isLgl") == 0) v->digits = is_on(at);
}

static void numbering_start(void *self, const char *name, const char **at)
{
    struct reading *r = self;
    if (strcmp(name, "abstractNum") == 0) open_list(r, at);
    else if (strcmp(name, "num") == 0) open_num(r, at);
    else if (strcmp(name, "abstractNumId") == 0 && r->num)
        r->num->list = map_get_int(&r->l->lists, number(at, "val", -1));
    else if (strcmp(name, "lvlOverride") == 0) {
        if (!level_of(r, at)) r->at = -1;
    } else if (strcmp(name, "startOverride") == 0 && r->num && r->at >= 0)
        r->num->begin[r->at] = small(at, "val", 1);
    else if (strcmp(name, "lvl") == 0) open_level(r, at);
    else level_member(r, name, at);
}

static void numbering_end(void *self, const char *name)
{
    struct reading *r = self;
    if (strcmp(name, "lvl") == 0) r->level = NULL;
}

/* --- styles.xml --- */

static void styles_start(void *self, const char *name, const char **at)
{
    struct reading *r = self;
    if (strcmp(name, "pPrChange") == 0) r->changes++;
    if (r->changes) return;
    if (strcmp(name, "style") == 0) {
        r->style = ARENA_NEW(r->l->a, struct label_style);
        r->style->level = -1;
        (void)map_put(r->l->a, &r->l->styles, str_dup(r->l->a, str_of(xml_attribute(at, "styleId"))), r->style);
    } else if (!r->style) return;
    else if (strcmp(name, "basedOn") == 0) r->style->based_on = value(r->l->a, at);
    else if (strcmp(name, "numId") == 0) r->style->num = number(at, "val", 0);
    else if (strcmp(name, "ilvl") == 0) r->style->level = small(at, "val", -1);
}

static void styles_end(void *self, const char *name)
{
    struct reading *r = self;
    if (strcmp(name, "pPrChange") == 0) r->changes--;
    else if (strcmp(name, "style") == 0) r->style = NULL;
}

bool labels_read(struct archive *ar, str folder, struct labels *out)
{
    struct reading r = {.l = out, .at = -1};
    struct xml_handler numbering = {numbering_start, numbering_end, NULL, &r};
    struct xml_handler styles = {styles_start, styles_end, NULL, &r};
    *out = (struct labels){.a = ar->c->a};
    const char *lists = str_z(out->a, str_cat(out->a, folder, STR("numbering.xml")));
    const char *looks = str_z(out->a, str_cat(out->a, folder, STR("styles.xml")));
    if (archive_has(ar, lists) && !xml_read(ar, lists, &numbering)) return false;
    return !archive_has(ar, looks) || xml_read(ar, looks, &styles);
}

/* --- labels --- */

// A style that names no level stands at the one that names the style.
static int level_for(struct labels *l, int64_t num, str style)
{
    const struct label_num *n = map_get_int(&l->nums, num);
    for (int i = 0; n && n->list && i < LABEL_LEVELS; i++)
        if (str_eq(n->list->level[i].style, style)) return i;
    return -1;
}

static void from_style(struct labels *l, str style, int64_t *num, int *level)
{
    for (int deep = 0; style.n && deep < STYLES_DEEP; deep++) {
        const struct label_style *s = map_get(&l->styles, style);
        if (!s) return;
        if (*level < 0 && s->level >= 0) *level = s->level;
        if (s->num) {
            *num = s->num;
            if (*level < 0) *level = level_for(l, s->num, style);
            return;
        }
        style = s->based_on;
    }
}

// Counts level up, begins the deeper ones anew.
static void step(struct label_num *n, int level)
{
    struct label_list *list = n->list;
    if (n->begin[level] >= 0 && !n->begun[level]) {
        n->begun[level] = true;
        list->used[level] = false;
        list->counter[level] = n->begin[level];
    } else if (!list->used[level]) list->counter[level] = list->level[level].start;
    else list->counter[level]++;
    list->used[level] = true;
    for (int i = level + 1; i < LABEL_LEVELS; i++) {
        int restart = list->level[i].restart;
        if (restart < 0 || (restart > 0 && level < restart)) list->used[i] = false;
    }
}

static int counted(const struct label_list *list, int level)
{
    return list->used[level] ? list->counter[level] : list->level[level].start;
}

// Symbols of the private area are pictures of a symbol font; all are shown as one plain mark.
static str bullet(str text)
{
    size_t at = 0;
    if (!text.n) return STR_EMPTY;
    uint32_t cp = utf8_next(text, &at);
    return cp >= 0xE000 && cp <= 0xF8FF ? STR("•") : text;
}

static str label_of(struct labels *l, const struct label_list *list, int level)
{
    const struct label_level *v = &list->level[level];
    str out = STR_EMPTY;
    if (str_is(v->format, "bullet")) return bullet(v->text);
    for (size_t i = 0; i < v->text.n; i++) {
        bool place = v->text.p[i] == '%' && i + 1 < v->text.n && v->text.p[i + 1] >= '1' && v->text.p[i + 1] <= '9';
        if (!place) {
            out = str_cat(l->a, out, (str){v->text.p + i, 1});
            continue;
        }
        int at = v->text.p[++i] - '1';
        str format = v->digits ? STR("decimal") : list->level[at].format;
        out = str_cat(l->a, out, numeral(l->a, format, counted(list, at)));
    }
    return out;
}

str labels_next(struct labels *l, int64_t num, int level, str style)
{
    if (num < 0) from_style(l, style, &num, &level);
    struct label_num *n = num > 0 ? map_get_int(&l->nums, num) : NULL;
    if (!n || !n->list) return STR_EMPTY;
    if (level < 0) level = 0;
    if (level >= LABEL_LEVELS) return STR_EMPTY;
    step(n, level);
    return label_of(l, n->list, level);
}
