/*
 * The query "search": candidates of each kind are compared with their texts, at most SEARCH_VERIFIED of them,
 * ordered by where they match, and told with the stretches that match.
 */
#include <stdlib.h>

#include "ledger/args.h"
#include "ledger/item/item.h"
#include "ledger/item/item_rows.h"
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/search/find.h"
#include "ledger/search/search.h"

enum { SEARCH_VERIFIED = 256, BATCH = 64, LIMIT = 8, LIMIT_MOST = 50, BEFORE = 20, AROUND = 90, TITLE_FIELD = 1 };

#define SEARCH_ARGS(X)                                                                   \
    X(q, str, F_TEXT, 200, "检索词", "words", REQUIRED, NULL)                            \
    X(kinds, str, F_TEXT, 80, "类别", "kinds", 0, NULL) /* item,unit,person,document */  \
    X(limit, int64_t, F_INT, 0, "每类条数", "hits of a kind", 0, NULL)
struct search_args { SEARCH_ARGS(AS_MEMBER) };
#define OWNER struct search_args
static const struct field search_fields[] = {SEARCH_ARGS(AS_FIELD)};
const struct shape SEARCH_ASK = {"search_ask", search_fields, COUNT_OF(search_fields), sizeof(OWNER)};
#undef OWNER

// Where a word was found best; text NULL: in the name of the item's lead unit.
struct found {
    int place;
    const struct field *field;
    str text;
    enum text_kind kind;
};
struct hit {
    struct candidate c;
    struct found words[SEARCH_WORDS];
    str title, code;
    int64_t unit_id;
    bool seen; // its own record was read
};
struct searching {
    struct call *k;
    enum search_kind kind;
    struct search_words *words;
    struct hit *at;
    size_t n;
    bool more;
};

/* --- comparing with the texts --- */

static void look(struct searching *s, struct hit *h, const struct search_source *src, struct db_rows *r)
{
    struct arena *a = s->k->c->a;
    for (int i = 0; src->fields[i].name; i++) {
        const struct search_field *f = &src->fields[i];
        str text = db_text(r, i + 1);
        if (!src->of_owner && f->place == PLACE_TITLE && h->title.n == 0) h->title = text;
        if (!src->of_owner && f->place == PLACE_CODE) h->code = text;
        for (size_t w = 0; w < s->words->n; w++) {
            struct match m = match_word(a, &s->words->at[w].word, text, f->text, f->place);
            if (m.place <= h->words[w].place) continue;
            h->words[w] = (struct found){m.place, shape_field(src->entity->shape, str_of(f->name)), text, f->text};
        }
    }
}

// All words were found?
static bool whole(const struct searching *s, const struct hit *h)
{
    for (size_t w = 0; w < s->words->n; w++)
        if (h->words[w].place == 0) return false;
    return true;
}

static void look_unit(struct searching *s, struct hit *h)
{
    for (size_t w = 0; w < s->words->n; w++) {
        const struct search_word *x = &s->words->at[w];
        for (size_t i = 0; i < x->n_units; i++)
            if (x->units[i] == h->unit_id && h->words[w].place < PLACE_ALIAS)
                h->words[w] = (struct found){PLACE_ALIAS, shape_field(ITEM.shape, STR("lead_unit_id")), STR_EMPTY,
                                             TEXT_NAME};
    }
}

// The records of a source that lead to these hits.
static bool compare_source(struct searching *s, const struct search_source *src, struct hit *hits, size_t n)
{
    int64_t ids[BATCH];
    size_t m = 0;
    struct map by_id = {0};
    struct sqltext q;
    struct db_rows r;
    bool item = src->entity == &ITEM;
    for (size_t i = 0; i < n; i++) {
        if (src->of_owner && (!hits[i].seen || whole(s, &hits[i]))) continue;
        ids[m++] = hits[i].c.id;
        map_put_int(s->k->c->a, &by_id, hits[i].c.id, &hits[i]);
    }
    if (m == 0) return true;
    sqltext_init(&q, s->k);
    sqltext_add(&q, "SELECT ");
    sqltext_field(&q, "i", shape_field(src->entity->shape, str_of(src->owner)));
    for (const struct search_field *f = src->fields; f->name; f++) {
        sqltext_add(&q, ", ");
        sqltext_field(&q, "i", shape_field(src->entity->shape, str_of(f->name)));
    }
    if (item) sqltext_add(&q, ", i.lead_unit_id");
    sqltext_add(&q, " FROM ");
    sqltext_add(&q, src->entity->name);
    sqltext_add(&q, " AS i WHERE i.district_id = $1 AND ");
    // The owner's column has few names, all of them ours.
    const char *of_item = strcmp(src->owner, "item_id") == 0 ? "i.item_id" : "i.unit_id";
    sqltext_ids(&q, strcmp(src->owner, "id") == 0 ? "i.id" : of_item, ids, m);
    if (!sqltext_query(s->k, &q, "search.texts", &r)) return false;
    while (db_next(&r)) {
        struct hit *h = map_get_int(&by_id, db_int(&r, 0));
        if (!h) continue;
        if (!src->of_owner) h->seen = true;
        look(s, h, src, &r);
        if (item) {
            h->unit_id = db_int(&r, db_columns(&r) - 1);
            look_unit(s, h);
        }
    }
    return db_done(&r);
}

static bool compare_batch(struct searching *s, struct hit *hits, size_t n)
{
    for (int led = 0; led < 2; led++) // the records themselves, then what leads to them
        for (size_t i = 0; i < N_SEARCH_SOURCES; i++) {
            const struct search_source *src = &SEARCH_SOURCES[i];
            if (src->kind != s->kind || (src->of_owner != NULL) != (led != 0)) continue;
            if (!actor_has(s->k, src->roles | ROLE_SYSTEM)) continue;
            if (!compare_source(s, src, hits, n)) return false;
        }
    return true;
}

static int compare_hits(const void *x, const void *y)
{
    return candidate_compare(&((const struct hit *)x)->c, &((const struct hit *)y)->c);
}

static bool search_one(struct searching *s)
{
    struct candidates found;
    if (!search_candidates(s->k, s->kind, s->words, &found)) return false;
    size_t n = found.list.n < SEARCH_VERIFIED ? found.list.n : SEARCH_VERIFIED;
    s->more = found.more || found.list.n > n;
    s->at = arena_alloc(s->k->c->a, (n + 1) * sizeof *s->at);
    for (size_t i = 0; i < n; i++) s->at[i].c = found.list.at[i];
    for (size_t i = 0; i < n; i += BATCH)
        if (!compare_batch(s, s->at + i, n - i < BATCH ? n - i : BATCH)) return false;
    s->n = 0;
    for (size_t i = 0; i < n; i++) {
        struct hit *h = &s->at[i];
        if (!h->seen || !whole(s, h)) continue;
        h->c.place = PLACES;
        for (size_t w = 0; w < s->words->n; w++)
            if (h->words[w].place < h->c.place) h->c.place = h->words[w].place;
        s->at[s->n++] = *h;
    }
    if (s->n) qsort(s->at, s->n, sizeof *s->at, compare_hits);
    return ctx_ok(s->k->c);
}

/* --- telling --- */

static const char *const PLACE_NAMES[PLACES] = {
    [PLACE_NOTE] = "note",   [PLACE_REPORT] = "report", [PLACE_PART] = "part",   [PLACE_CONTENT] = "content",
    [PLACE_PINYIN] = "pinyin", [PLACE_ALIAS] = "alias", [PLACE_TITLE] = "title", [PLACE_START] = "start",
    [PLACE_CODE] = "code"};

static void put_ranges(struct searching *s, const char *name, str text, enum text_kind kind, struct json *out)
{
    jw_key(out, name);
    jw_array(out);
    for (size_t w = 0; w < s->words->n; w++) {
        struct match m = match_word(s->k->c->a, &s->words->at[w].word, text, kind, PLACE_TITLE);
        if (!m.place) continue;
        jw_array(out);
        jw_int(out, m.from);
        jw_int(out, m.to);
        jw_end(out);
    }
    jw_end(out);
}

// The part of a text around UTF-16 unit at.
static str around(struct arena *a, str text, uint32_t at)
{
    uint32_t unit = 0, from = at > BEFORE ? at - BEFORE : 0;
    size_t pos = 0, first = SIZE_MAX, last = text.n;
    while (pos < text.n) {
        if (first == SIZE_MAX && unit >= from) first = pos;
        if (unit >= from + AROUND) {
            last = pos;
            break;
        }
        unit += utf8_next(text, &pos) > 0xffff ? 2 : 1;
    }
    if (first == SIZE_MAX) first = 0;
    str part = str_sub(text, first, last - first);
    if (first) part = str_cat(a, STR("…"), part);
    return last < text.n ? str_cat(a, part, STR("…")) : part;
}

// Where it was found, when the title does not show it.
static void put_found(struct searching *s, const struct hit *h, struct json *out)
{
    const struct found *worst = &h->words[0];
    size_t at = 0;
    for (size_t w = 1; w < s->words->n; w++)
        if (h->words[w].place < worst->place) worst = &h->words[at = w];
    jw_put_text(out, "place", str_of(PLACE_NAMES[h->c.place]));
    jw_put_text(out, "field", str_of(s->k->c->lang == LANG_EN ? worst->field->en : worst->field->zh));
    if (worst->text.n == 0 || str_eq(worst->text, h->title) || str_eq(worst->text, h->code)) return;
    struct match m = match_word(s->k->c->a, &s->words->at[at].word, worst->text, worst->kind, PLACE_TITLE);
    str part = around(s->k->c->a, worst->text, m.from);
    jw_put_text(out, "text", part);
    put_ranges(s, "text_ranges", part, worst->kind, out);
}

static str note_of(struct searching *s, struct names *names, const struct hit *h)
{
    str note = STR_EMPTY;
    if (s->kind == SEARCH_UNIT && s->k->units) {
        const struct unit_node *u = unit_tree_by_id(s->k->units, h->c.id);
        return u && u->parent ? u->parent->unit.name : STR_EMPTY;
    }
    if (s->kind == SEARCH_PERSON) {
        struct person p;
        if (!record_load(s->k, &PERSON, h->c.id, &p) || !names_of(names, "unit", p.unit_id, &note)) return STR_EMPTY;
        return p.title.n ? str_printf(s->k->c->a, "%.*s %.*s", STR_FMT(note), STR_FMT(p.title)) : note;
    }
    return s->kind == SEARCH_DOCUMENT ? h->code : STR_EMPTY;
}

static bool put_hits(struct searching *s, size_t limit, struct json *out)
{
    struct item_row **rows = arena_alloc(s->k->c->a, (limit + 1) * sizeof *rows);
    int64_t ids[LIMIT_MOST];
    struct names names;
    size_t n = s->n < limit ? s->n : limit;
    names_init(&names, s->k);
    for (size_t i = 0; i < n; i++) ids[i] = s->at[i].c.id;
    if (s->kind == SEARCH_ITEM && n && !item_rows_load(s->k, ids, n, rows)) return false;
    for (size_t i = 0; i < n; i++) {
        const struct hit *h = &s->at[i];
        if (s->kind == SEARCH_ITEM && !rows[i]) continue;
        jw_object(out);
        jw_put_text(out, "kind", str_of(SEARCH_KIND_TABLE.at[s->kind - 1].code));
        jw_put_id(out, "id", h->c.id);
        jw_put_text(out, "code", h->code);
        jw_put_text(out, "title", h->title);
        put_ranges(s, "title_ranges", h->title, TEXT_NAME, out);
        put_found(s, h, out);
        if (s->kind == SEARCH_ITEM) {
            jw_key(out, "item");
            item_row_json(s->k, rows[i], out);
        } else {
            jw_put_text(out, "note", note_of(s, &names, h));
        }
        jw_end(out);
    }
    return ctx_ok(s->k->c);
}

/* --- the query --- */

static bool wanted_kinds(struct call *k, str kinds, bool wanted[SEARCH_KINDS])
{
    bool all = str_trim(kinds).n == 0;
    for (int i = 1; i < SEARCH_KINDS; i++) wanted[i] = all;
    while (!all && kinds.n) {
        str code = str_trim(str_cut(&kinds, STR(",")));
        const struct enum_value *v = enum_find(&SEARCH_KIND_TABLE, code);
        if (!v)
            return fail_field(k->c, ERR_INVALID, "field.not_in_list", STR("kinds"), STR("kinds"),
                              STR("item, unit, person, document"));
        wanted[v - SEARCH_KIND_TABLE.at + 1] = true;
    }
    return true;
}

static bool search_all(struct call *k, struct search_words *w, const bool wanted[SEARCH_KINDS],
                       struct searching at[SEARCH_KINDS], size_t *hits)
{
    *hits = 0;
    for (int i = 1; i < SEARCH_KINDS; i++) {
        at[i] = (struct searching){.k = k, .kind = (enum search_kind)i, .words = w};
        if (wanted[i] && !search_one(&at[i])) return false;
        *hits += at[i].n;
    }
    return true;
}

static bool tell(struct call *k, struct searching at[SEARCH_KINDS], size_t limit, struct json *out)
{
    jw_key(out, "counts");
    jw_array(out);
    for (int i = 1; i < SEARCH_KINDS; i++) {
        if (!search_allowed(k, (enum search_kind)i)) continue;
        jw_object(out);
        jw_put_text(out, "kind", str_of(SEARCH_KIND_TABLE.at[i - 1].code));
        jw_put_int(out, "n", (int64_t)at[i].n);
        jw_put_bool(out, "more", at[i].more);
        jw_end(out);
    }
    jw_end(out);
    jw_key(out, "hits");
    jw_array(out);
    for (int i = 1; i < SEARCH_KINDS; i++)
        if (!put_hits(&at[i], limit, out)) return false;
    jw_end(out);
    return true;
}

bool query_search(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct search_args *a = args;
    struct search_words w;
    struct searching at[SEARCH_KINDS];
    bool ready, wanted[SEARCH_KINDS];
    size_t hits, limit = a->limit ? (size_t)a->limit : LIMIT;
    (void)given;
    if (a->limit < 0 || a->limit > LIMIT_MOST)
        return fail_field(k->c, ERR_INVALID, "item.bad_limit", STR("limit"), str_printf(k->c->a, "%d", LIMIT_MOST));
    if (!wanted_kinds(k, a->kinds, wanted) || !search_ready(k, &ready)) return false;
    search_words_of(k, a->q, &w);
    size_t typed = w.n;
    if (!search_words_units(k, &w) || !search_all(k, &w, wanted, at, &hits)) return false;
    // What was typed last is what is most likely wrong: without it, rather than nothing, and said so.
    while (hits == 0 && w.n > 1) {
        w.n--;
        if (!search_all(k, &w, wanted, at, &hits)) return false;
    }
    if (hits == 0) w.n = typed;
    jw_object(out);
    jw_put_bool(out, "ready", ready);
    jw_key(out, "left_out");
    jw_array(out);
    for (size_t i = w.n; i < typed; i++) jw_text(out, w.at[i].word.typed);
    jw_end(out);
    if (!tell(k, at, limit, out)) return false;
    jw_end(out);
    return true;
}
