/*
 * The letter of transmittal: salutation, what it says about the paper it sends, signature and date.
 * Nothing in it is a task of the division.
 */
#include "exchange/division/tree_internal.h"

// First paragraph that says who does something by label, bracket or table; ps->n when none does.
static size_t first_stated(const struct paras *ps)
{
    for (size_t i = 0; i < ps->n; i++) {
        const struct para *p = &ps->at[i];
        if (p->kind == PARA_TABLE || p->kind == PARA_RUN_ON) return i;
        if (p->kind == PARA_FIELDS && (fields_units(&p->f) || p->f.leader.n)) return i ? i - 1 : 0;
        for (size_t k = 0; k < p->segs.n; k++)
            if (fields_units(&p->segs.at[k].f) && p->segs.at[k].f.said == SAID_NOT) return i;
    }
    return ps->n;
}

static const struct fields *said_in(const struct para *p)
{
    for (size_t k = 0; k < p->segs.n && p->kind == PARA_TEXT; k++)
        if (p->segs.at[k].f.said != SAID_NOT) return &p->segs.at[k].f;
    return NULL;
}

static size_t next_said(const struct paras *ps, size_t i)
{
    for (; i < ps->n; i++) {
        const struct fields *said = said_in(&ps->at[i]);
        if (said && (said->said == SAID_FIRMLY || ps->at[i].numbered)) return i;
    }
    return ps->n;
}

// First paragraph whose sentence names who does it. Where such sentences stand behind the letter's
// date as well, those of the letter speak of the paper it sends.
static size_t first_said(const struct paras *ps)
{
    size_t first = next_said(ps, 0), i = first;
    while (i < ps->n && ps->at[i].kind != PARA_DATE) i++;
    size_t behind = next_said(ps, i);
    return behind < ps->n ? behind : first;
}

static bool letter_words(const struct runes *r)
{
    static const char *const words[] = {"印发给你们", "印发你们", "通知如下",  "贯彻执行",
                                        "贯彻落实",   "印发",     "意见如下",  "认真组织实施",
                                        "要求如下",   "分解如下", "下达给你们"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_has(r, words[i])) return true;
    return false;
}

// 各街道办事处，区政府各部门：
static bool salutation(const struct runes *r)
{
    if (r->n < 4 || r->n > 120 || r->at[r->n - 1] != ':') return false;
    static const char *const words[] = {"各部门", "人民政府", "办事处", "单位", "各委",
                                        "街道",   "管委会",   "各区",   "各县"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_has(r, words[i])) return true;
    return false;
}

static bool opens_letter(const struct para *p)
{
    if (p->kind != PARA_TEXT) return false;
    return salutation(&p->r) || (letter_words(&p->r) && p->r.n > 24 && !text_is_title(&p->r));
}

// Nothing names a unit, and neither a date nor a title ends the letter, as when a page was cut. A
// list whose items state quantities is what the letter sends; without any all of it is the letter.
static size_t unsigned_letter(struct tree *t, size_t opening, bool opened)
{
    const struct paras *ps = t->ps;
    size_t from = opened ? opening + 1 : 0;
    for (size_t i = from; i < ps->n; i++)
        if (ps->at[i].kind == PARA_TEXT && ps->at[i].numbered &&
            tree_has_targets(t, ps->at[i].text))
            return from;
    return opened ? ps->n : 0;
}

// Titles above the addressee are the letter's own, so the addressee opens it where there is one.
static size_t find_opening(const struct tree *t)
{
    const struct paras *ps = t->ps;
    size_t opening = 0;
    while (opening < t->first_work && !opens_letter(&ps->at[opening])) opening++;
    for (size_t i = opening; i < t->first_work; i++)
        if (ps->at[i].kind == PARA_TEXT && !ps->at[i].numbered && salutation(&ps->at[i].r))
            return i;
    return opening;
}

// A paper that explains a document (…政策解读) sets no tasks, whatever its numbering.
static bool explains(const struct paras *ps)
{
    enum { HEAD = 12, TITLE = 90 };
    for (size_t i = 0; i < ps->n && i < HEAD; i++) {
        const struct runes *r = &ps->at[i].r;
        if (r->n <= TITLE && !tree_ends_sentence(r) && !ps->at[i].numbered && runes_has(r, "解读"))
            return true;
    }
    return false;
}

// The letter ends with its date, or with the title of what it sends when numbering starts again
// there; without both it is what precedes the first numbering.
size_t letter_find_end(struct tree *t)
{
    const struct paras *ps = t->ps;
    t->first_work = first_stated(ps);
    if (t->first_work == ps->n && explains(ps)) return ps->n;
    if (t->first_work == ps->n) t->first_work = first_said(ps);
    size_t date = 0, title = 0, opening = find_opening(t), first_number = 0;
    bool opened = opening < t->first_work, numbered = false;
    for (size_t i = opening; i < t->first_work; i++) {
        const struct para *p = &ps->at[i];
        if (p->kind == PARA_DATE || (p->kind == PARA_TEXT && runes_is(&p->r, 0, "(此件")))
            date = i + 1;
        if (p->kind != PARA_TEXT) continue;
        numbered |= p->numbered && p->num.rank < RANK_BULLET;
        if (!p->numbered && text_is_title(&p->r) && i > opening && (numbered || !title)) title = i;
    }
    if (date || title) return date ? date : title;
    if (t->first_work == ps->n) return unsigned_letter(t, opening, opened);
    while (first_number < t->first_work && !ps->at[first_number].numbered) first_number++;
    return first_number < t->first_work ? first_number : opened ? opening + 1 : 0;
}

void letter_emit(struct tree *t, struct para *p)
{
    bool heading =
        p->kind == PARA_TEXT && !p->numbered && !text_is_colophon(&p->r) && text_is_title(&p->r);
    if (heading) {
        if (t->e->r->title.n == 0) t->e->r->title = p->text;
        emit_heading(t->e, STR_EMPTY, p->text, 0, tree_blocks_of(p));
    } else if (said_in(p)) {
        emit_doubt_units(t->e, p->text, "division.said_unit", &said_in(p)->units,
                         tree_blocks_of(p));
    } else {
        emit_notice(t->e, p->text, tree_blocks_of(p));
    }
}
