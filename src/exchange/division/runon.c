#include "exchange/division/runon.h"

#include "exchange/division/duties.h"

enum { MOST_CUTS = 200 };

struct cut {
    size_t at;
    int rank, value;
};
struct cuts {
    struct cut at[MOST_CUTS];
    size_t n;
};

static bool boundary(const struct runes *r, size_t i)
{
    size_t k = i;
    while (i > 0 && rune_blank(r->at[i - 1])) i--;
    if (i == 0 || i < k) return true;
    uint32_t cp = r->at[i - 1];
    return cp == 0x3002 || cp == ';' || cp == ':' || rune_close(cp) || cp == 0x201D || cp == '!';
}

// 二 after 一, (二十) after (十九), or the first of its kind.
static bool follows(const struct cuts *cuts, const struct numbering *num)
{
    for (size_t i = cuts->n; i-- > 0;)
        if (cuts->at[i].rank == num->rank) return num->value == cuts->at[i].value + 1;
    return num->value == 1;
}

// [接上页] in front of the first number is a mark of the page.
static bool page_mark(const struct runes *r, size_t i)
{
    return i > 0 && i <= 8 && r->at[0] == '[' && runes_close(r, 0, i) != SIZE_MAX;
}

// A heading of the outer levels may stand alone behind a bracket: （省编办牵头）。 三、加强领导
static bool outer_heading(const struct runes *r, size_t i, const struct numbering *num)
{
    size_t k = i;
    while (k > 0 && (rune_blank(r->at[k - 1]) || r->at[k - 1] == 0x3002)) k--;
    return num->rank >= RANK_CHINESE && num->rank <= RANK_CHINESE_BRACKET && k > 0 && k < i &&
           rune_close(r->at[k - 1]);
}

static void find_cuts(const struct runes *r, struct cuts *cuts)
{
    for (size_t i = 0; i < r->n && cuts->n < MOST_CUTS; i++) {
        struct numbering num;
        if (rune_blank(r->at[i]) || !boundary(r, i) || !numbering_at(r, i, &num)) continue;
        if (num.rank >= RANK_BULLET || num.end >= r->n) continue;
        bool first = cuts->n == 0 && (i == runes_skip(r, 0) || page_mark(r, i));
        if (!first && !follows(cuts, &num) && !outer_heading(r, i, &num)) continue;
        cuts->at[cuts->n++] = (struct cut){i, num.rank, num.value};
        i = num.end - 1;
    }
}

// Does the piece [from, to) name units of its own?
static bool names_units(struct arena *a, const struct roster *ro, str text, int year)
{
    struct runes r = runes_of(a, text);
    struct numbering num;
    size_t from = numbering_at(&r, 0, &num) ? num.end : 0;
    struct segments segs = {0};
    fields_split(a, &r, from, year, &segs);
    duties_apply(a, ro, &r, true, &segs);
    for (size_t i = 0; i < segs.n; i++)
        if (fields_units(&segs.at[i].f) && segs.at[i].f.said != SAID_LOOSELY) return true;
    return false;
}

static void add_piece(struct arena *a, struct paras *out, const struct para *whole, str text)
{
    if (text.n == 0) return;
    struct para *item = VEC_PUSH(a, out);
    *item = (struct para){.text = text, .r = runes_of(a, text)};
    for (size_t k = 0; k < whole->blocks.n; k++) VEC_ADD(a, &item->blocks, whole->blocks.at[k]);
}

// Do the pieces name units, so that they are items of their own?
static bool worth_cutting(struct arena *a, const struct roster *ro, const struct runes *r,
                          const struct cuts *cuts, int year)
{
    bool marked = cuts->n > 0 && page_mark(r, cuts->at[0].at), outer = false;
    size_t named = 0;
    if (cuts->n < 2 && !marked) return false;
    for (size_t k = 0; k < cuts->n && arena_ok(a); k++) {
        size_t to = k + 1 < cuts->n ? cuts->at[k + 1].at : r->n;
        struct arena_mark m = arena_mark(a);
        named += names_units(a, ro, runes_slice(r, cuts->at[k].at, to), year);
        arena_reset_to(a, m);
        outer |= k > 0 && cuts->at[k].rank <= RANK_CHINESE_BRACKET;
    }
    return named >= 2 || (named == 1 && (outer || marked));
}

// …开展工作：一是加快…。 with 二是… on the next line: where the first item begins, 0 when not so.
static size_t first_item(const struct para *p, const struct para *next)
{
    struct numbering num;
    if (!next || next->kind != PARA_TEXT) return 0;
    if (!runes_is(&next->r, runes_skip(&next->r, 0), "二是")) return 0;
    size_t at = runes_find(&p->r, 1, p->r.n, "一是");
    if (at == SIZE_MAX || (p->r.at[at - 1] != ':' && p->r.at[at - 1] != 0x3002) ||
        numbering_at(&p->r, 0, &num) || runes_has(&p->r, "二是"))
        return 0;
    return at;
}

static void take_paragraph(struct arena *a, const struct roster *ro, const struct para *p,
                           const struct para *next, int year, struct paras *out)
{
    struct cuts cuts = {0};
    size_t item = first_item(p, next), start = 0;
    if (item) cuts.at[cuts.n++] = (struct cut){.at = item};
    else find_cuts(&p->r, &cuts);
    if (!item && !worth_cutting(a, ro, &p->r, &cuts, year)) {
        VEC_ADD(a, out, *p);
        return;
    }
    for (size_t k = 0; k < cuts.n; k++) {
        add_piece(a, out, p, runes_slice(&p->r, start, cuts.at[k].at));
        start = cuts.at[k].at;
    }
    add_piece(a, out, p, runes_slice(&p->r, start, p->r.n));
}

void runon_cut(struct arena *a, const struct roster *ro, struct paras *ps, int year)
{
    struct paras out = {0};
    for (size_t i = 0; i < ps->n && arena_ok(a); i++) {
        const struct para *next = i + 1 < ps->n ? &ps->at[i + 1] : NULL;
        if (ps->at[i].kind == PARA_TEXT) take_paragraph(a, ro, &ps->at[i], next, year, &out);
        else VEC_ADD(a, &out, ps->at[i]);
    }
    *ps = out;
}

bool runon_table(struct arena *a, const struct runes *r)
{
    enum { WORD = 8, LEAST = 4 };
    size_t i = runes_find(r, 0, r->n, "序号"), columns = 1;
    if (i == SIZE_MAX) return false;
    bool units = false;
    for (i += 2; i < r->n;) {
        enum label label = LABEL_NONE;
        size_t n = r->n - i < WORD ? r->n - i : WORD;
        for (; n >= 2; n--) {
            struct arena_mark m = arena_mark(a);
            struct runes word = runes_of(a, runes_slice(r, i, i + n));
            label = label_header(&word);
            arena_reset_to(a, m);
            if (label != LABEL_NONE) break;
        }
        if (label == LABEL_NONE) break;
        units |= label_is_unit(label);
        columns++;
        i += n;
    }
    return columns >= LEAST && units && i < r->n && !rune_blank(r->at[i]);
}
