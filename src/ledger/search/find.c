#include "ledger/search/find.h"

#include <stdlib.h>

#include "base/map.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_rows.h"
#include "ledger/org/unit_tree.h"
#include "ledger/search/search.h"

const struct stmt SEARCH_COUNT = {
    "search.count", "SELECT count(*) FROM (SELECT 1 AS one FROM search_term AS s WHERE s.district_id = $1"
                    " AND s.term BETWEEN $2 AND $3 AND s.kind = $4 LIMIT 1001) AS few"};

void search_words_of(struct call *k, str text, struct search_words *out)
{
    *out = (struct search_words){0};
    text = str_replace(k->c->a, text, STR("　"), STR(" "));
    while (text.n && out->n < SEARCH_WORDS) {
        struct search_word *w = &out->at[out->n];
        word_of(k->c->a, str_cut(&text, STR(" ")), &w->word);
        if (w->word.ways.n) out->n++;
    }
}

/* --- how many rows a word has --- */

static bool count_rows(struct call *k, enum search_kind kind, int64_t first, int64_t last, int64_t *n)
{
    struct db_rows r;
    *n = 0;
    if (!DB_QUERY(k->c, k->db, &r, &SEARCH_COUNT, ARG(k->district), ARG(first), ARG(last), ARG((int64_t)kind)))
        return false;
    if (db_next(&r)) *n = db_int(&r, 0);
    return db_done(&r);
}

// The rarest pair leads its way.
static bool weigh_way(struct call *k, enum search_kind kind, struct way *w, int64_t *rows)
{
    if (!count_rows(k, kind, w->first, w->last, rows)) return false;
    for (size_t i = 0; i < w->more.n; i++) {
        int64_t n;
        if (!count_rows(k, kind, w->more.at[i], w->more.at[i], &n)) return false;
        if (n >= *rows) continue;
        int64_t rare = w->more.at[i];
        w->more.at[i] = w->first;
        w->first = w->last = rare;
        *rows = n;
    }
    return true;
}

static bool weigh(struct call *k, enum search_kind kind, struct search_words *w, size_t *lead)
{
    *lead = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct search_word *x = &w->at[i];
        x->rows = kind == SEARCH_ITEM && x->n_units ? SEARCH_FEW : 0;
        for (size_t j = 0; j < x->word.ways.n; j++) {
            int64_t rows;
            if (!weigh_way(k, kind, &x->word.ways.at[j], &rows)) return false;
            x->rows += rows;
        }
        if (x->rows < w->at[*lead].rows) *lead = i;
    }
    return true;
}

/* --- conditions --- */

static void arg(struct sqltext *q, const char *before, int64_t value)
{
    sqltext_add(q, before);
    sqltext_arg(q, db_arg_int(value));
}

// Where a word may stand: in anything, or in names, codes and their pinyin only. The places are named so that
// a record is found in the key, behind term and kind.
static const char ANYWHERE[] = " AND s.place IN (1, 2, 3, 4, 5, 6, 7, 8, 9)";
static const char IN_NAMES[] = " AND s.place IN (5, 6, 7, 8, 9)";

static void holds(struct sqltext *q, enum search_kind kind, int64_t term, const char *places, const char *object)
{
    arg(q, "EXISTS (SELECT 1 FROM search_term AS s WHERE s.district_id = $1 AND s.term = ", term);
    arg(q, " AND s.kind = ", kind);
    sqltext_add(q, places);
    sqltext_add(q, " AND s.object_id = ");
    sqltext_add(q, object);
    sqltext_add(q, ")");
}

static void add_way(struct sqltext *q, enum search_kind kind, const struct way *w, const char *places,
                    const char *object)
{
    if (w->first == w->last) {
        sqltext_add(q, "(");
        holds(q, kind, w->first, places, object);
        for (size_t i = 0; i < w->more.n; i++) {
            sqltext_add(q, " AND ");
            holds(q, kind, w->more.at[i], places, object);
        }
        sqltext_add(q, ")");
        return;
    }
    sqltext_add(q, object);
    arg(q, " IN (SELECT s.object_id FROM search_term AS s WHERE s.district_id = $1 AND s.term BETWEEN ", w->first);
    arg(q, " AND ", w->last);
    arg(q, " AND s.kind = ", kind);
    sqltext_add(q, places);
    sqltext_add(q, ")");
}

static void add_word(struct sqltext *q, enum search_kind kind, const struct search_word *w, const char *places,
                     const char *object)
{
    sqltext_add(q, " AND (");
    for (size_t i = 0; i < w->word.ways.n; i++) {
        if (i) sqltext_add(q, " OR ");
        add_way(q, kind, &w->word.ways.at[i], places, object);
    }
    if (kind == SEARCH_ITEM && w->n_units) {
        sqltext_add(q, " OR ");
        sqltext_ids(q, "i.lead_unit_id", w->units, w->n_units);
    }
    sqltext_add(q, ")");
}

static void add_others(struct sqltext *q, enum search_kind kind, const struct search_words *w, size_t lead,
                       const char *object)
{
    for (size_t i = 0; i < w->n; i++)
        if (i != lead) add_word(q, kind, &w->at[i], ANYWHERE, object);
}

/* --- what there is to find, and for whom --- */

static const struct kind_sql {
    const char *columns, *table;
} KINDS[SEARCH_KINDS] = {
    [SEARCH_ITEM] = {"i.state, 0", "item AS i"},
    [SEARCH_UNIT] = {"i.kind, i.official_order", "unit AS i"},
    [SEARCH_PERSON] = {"i.basis, i.official_order", "person AS i"},
    [SEARCH_DOCUMENT] = {"i.media_type, 0", "source_doc AS i"},
};

bool search_allowed(struct call *k, enum search_kind kind)
{
    for (size_t i = 0; i < N_SEARCH_SOURCES; i++)
        if (SEARCH_SOURCES[i].kind == kind && actor_has(k, SEARCH_SOURCES[i].roles | ROLE_SYSTEM)) return true;
    return false;
}

static bool add_sight(struct call *k, enum search_kind kind, struct sqltext *q)
{
    if (kind == SEARCH_ITEM) return item_visibility(k, q);
    if (kind != SEARCH_DOCUMENT || actor_has(k, ROLES_ALL_DATA | ROLE_SYSTEM)) return true;
    sqltext_add(q, " AND i.id IN (SELECT v.source_doc_id FROM item AS v WHERE v.district_id = $1");
    if (!item_visibility_of(k, q, "v.id")) return false;
    sqltext_add(q, ")");
    return true;
}

/* --- candidates --- */

struct collector {
    struct call *k;
    enum search_kind kind;
    const struct search_words *words;
    size_t lead;
    struct map seen;
    struct candidates *out;
};

static bool collect(struct collector *w, struct sqltext *q)
{
    struct db_rows r;
    size_t n = 0;
    arg(q, " LIMIT ", SEARCH_FEW + 1);
    if (!sqltext_query(w->k, q, "search.candidates", &r)) return false;
    for (; db_next(&r); n++) {
        int64_t id = db_int(&r, 0);
        int place = (int)db_int(&r, 1);
        struct candidate *old = map_get_int(&w->seen, id);
        if (old) {
            if (place > old->place) old->place = place;
            continue;
        }
        struct candidate *c = ARENA_NEW(w->k->c->a, struct candidate);
        *c = (struct candidate){id, db_int(&r, 3), place, w->kind != SEARCH_ITEM || item_is_open(db_text(&r, 2))};
        map_put_int(w->k->c->a, &w->seen, id, c);
    }
    w->out->more |= n > SEARCH_FEW;
    return db_done(&r);
}

static bool collect_way(struct collector *w, const struct way *way)
{
    struct sqltext q;
    sqltext_init(&q, w->k);
    sqltext_add(&q, "SELECT t.object_id, t.place, ");
    sqltext_add(&q, KINDS[w->kind].columns);
    sqltext_add(&q, " FROM search_term AS t JOIN ");
    sqltext_add(&q, KINDS[w->kind].table);
    sqltext_add(&q, " ON i.district_id = $1 AND i.id = t.object_id WHERE t.district_id = $1 AND t.term");
    if (way->first == way->last) arg(&q, " = ", way->first);
    else {
        arg(&q, " BETWEEN ", way->first);
        arg(&q, " AND ", way->last);
    }
    arg(&q, " AND t.kind = ", w->kind);
    for (size_t i = 0; i < way->more.n; i++) {
        sqltext_add(&q, " AND ");
        holds(&q, w->kind, way->more.at[i], ANYWHERE, "t.object_id");
    }
    add_others(&q, w->kind, w->words, w->lead, "t.object_id");
    if (!add_sight(w->k, w->kind, &q)) return false;
    sqltext_add(&q, " ORDER BY t.place DESC, t.object_id DESC");
    return collect(w, &q);
}

static bool collect_units(struct collector *w, const struct search_word *lead)
{
    struct sqltext q;
    sqltext_init(&q, w->k);
    arg(&q, "SELECT i.id, ", PLACE_ALIAS);
    sqltext_add(&q, ", i.state, 0 FROM item AS i WHERE i.district_id = $1 AND ");
    sqltext_ids(&q, "i.lead_unit_id", lead->units, lead->n_units);
    add_others(&q, w->kind, w->words, w->lead, "i.id");
    if (!add_sight(w->k, w->kind, &q)) return false;
    sqltext_add(&q, " ORDER BY i.id DESC");
    return collect(w, &q);
}

int candidate_compare(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->place != b->place) return b->place - a->place;
    if (a->open != b->open) return a->open ? -1 : 1;
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    return (a->id < b->id) - (a->id > b->id);
}

bool search_candidates(struct call *k, enum search_kind kind, struct search_words *w, struct candidates *out)
{
    struct collector c = {.k = k, .kind = kind, .words = w, .out = out};
    *out = (struct candidates){0};
    if (w->n == 0 || !search_allowed(k, kind)) return true;
    if (!weigh(k, kind, w, &c.lead)) return false;
    const struct search_word *lead = &w->at[c.lead];
    if (lead->rows == 0) return true; // a word that stands nowhere
    for (size_t i = 0; i < lead->word.ways.n; i++)
        if (!collect_way(&c, &lead->word.ways.at[i])) return false;
    if (kind == SEARCH_ITEM && lead->n_units && !collect_units(&c, lead)) return false;
    for (const struct map_entry *e = c.seen.first; e; e = e->next)
        VEC_ADD(k->c->a, &out->list, *(struct candidate *)e->value);
    if (out->list.n) qsort(out->list.at, out->list.n, sizeof *out->list.at, candidate_compare);
    return ctx_ok(k->c);
}

/* --- units that a word names --- */

// By a name, a short name or an alias, with pinyin: a part of it, unless that is a part of many.
static void units_named(struct call *k, struct search_word *w)
{
    const struct unit_tree *t = k->units;
    w->n_units = 0;
    for (size_t i = 0; t && w->word.folded.n > 1 && i < t->n; i++) {
        const struct unit_node *u = t->at[i];
        struct arena_mark mark = arena_mark(k->c->a);
        bool hit = match_word(k->c->a, &w->word, u->unit.name, TEXT_NAME, PLACE_TITLE).place ||
                   match_word(k->c->a, &w->word, u->unit.short_name, TEXT_NAME, PLACE_TITLE).place;
        for (size_t j = 0; j < u->aliases.n && !hit; j++)
            hit = match_word(k->c->a, &w->word, u->aliases.at[j], TEXT_NAME, PLACE_ALIAS).place != 0;
        arena_reset_to(k->c->a, mark);
        if (!hit) continue;
        if (w->n_units == SEARCH_UNITS) {
            w->n_units = 0;
            return;
        }
        w->units[w->n_units++] = u->unit.id;
    }
}

bool search_words_units(struct call *k, struct search_words *w)
{
    for (size_t i = 0; i < w->n; i++) units_named(k, &w->at[i]);
    return ctx_ok(k->c);
}

// "id IN (…)": the word's items as a set, where a condition on each item would look at all of them.
static void add_set(struct sqltext *q, const struct search_word *w)
{
    const char *sep = " AND i.id IN (";
    for (size_t i = 0; i < w->word.ways.n; i++) {
        const struct way *way = &w->word.ways.at[i];
        sqltext_add(q, sep);
        sep = " UNION ";
        arg(q, "SELECT t.object_id FROM search_term AS t WHERE t.district_id = $1 AND t.term BETWEEN ", way->first);
        arg(q, " AND ", way->last);
        arg(q, " AND t.kind = ", SEARCH_ITEM);
        sqltext_add(q, " AND t.place IN (5, 6, 7, 8, 9)");
        for (size_t j = 0; j < way->more.n; j++) {
            sqltext_add(q, " AND ");
            holds(q, SEARCH_ITEM, way->more.at[j], IN_NAMES, "t.object_id");
        }
    }
    if (w->n_units) {
        sqltext_add(q, " UNION SELECT u.id FROM item AS u WHERE u.district_id = $1 AND ");
        sqltext_ids(q, "u.lead_unit_id", w->units, w->n_units);
    }
    sqltext_add(q, ")");
}

bool search_items_condition(struct call *k, str text, bool walking, struct sqltext *q)
{
    struct search_words w;
    size_t lead = 0;
    search_words_of(k, text, &w);
    if (w.n == 0) sqltext_add(q, " AND 1 = 0"); // nothing but marks
    if (!search_words_units(k, &w) || !weigh(k, SEARCH_ITEM, &w, &lead)) return false;
    for (size_t i = 0; i < w.n; i++) {
        if (i == lead && !walking) add_set(q, &w.at[i]);
        else add_word(q, SEARCH_ITEM, &w.at[i], IN_NAMES, "i.id");
    }
    return ctx_ok(k->c);
}
