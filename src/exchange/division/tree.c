#include "exchange/division/tree.h"

#include "exchange/division/drawn.h"
#include "exchange/division/tree_internal.h"

static int node_new(struct tree *t, int rank, int parent)
{
    int id = (int)t->nodes.n;
    struct node *n = VEC_PUSH(t->e->c->a, &t->nodes);
    *n = (struct node){.rank = rank,
                       .parent = parent,
                       .first_child = NO_NODE,
                       .last_child = NO_NODE,
                       .next = NO_NODE};
    if (parent == NO_NODE) return id;
    struct node *p = &t->nodes.at[parent];
    if (p->last_child == NO_NODE) p->first_child = id;
    else t->nodes.at[p->last_child].next = id;
    p->last_child = id;
    p->n_children++;
    return id;
}

static void add_part(struct tree *t, int node, str text, const struct para *p)
{
    struct part *part = VEC_PUSH(t->e->c->a, &t->nodes.at[node].parts);
    part->text = text;
    for (size_t i = 0; i < p->blocks.n; i++) VEC_ADD(t->e->c->a, &part->blocks, p->blocks.at[i]);
}

// The nearest open node that may hold one of this rank.
static int parent_for(const struct tree *t, int rank)
{
    int at = t->last;
    while (at > 0 && t->nodes.at[at].rank >= rank) at = t->nodes.at[at].parent;
    return at < 0 ? 0 : at;
}

// An unnumbered passage after a task whose units are stated does not belong to that task.
static int parent_for_text(const struct tree *t)
{
    int at = parent_for(t, RANK_TEXT);
    const struct node *n = &t->nodes.at[at];
    return at > 0 && fields_units(&n->own) && (n->rank >= RANK_ARABIC || n->standalone) ? n->parent
                                                                                        : at;
}

struct block_list *tree_blocks_of(struct para *p)
{
    return (struct block_list *)(void *)&p->blocks; // the same anonymous vector type
}

// 工作任务： in front of a text is a label, not part of the task.
static size_t skip_task_label(const struct runes *r, size_t from)
{
    enum label label;
    size_t end;
    if (label_at(r, from, &label, &end) && label == LABEL_TASK) return runes_skip(r, end);
    return from;
}

// 主要措施：… below a task.
static bool take_measure(struct tree *t, int node, struct para *p)
{
    enum label label;
    size_t end, from = p->numbered ? p->num.end : runes_skip(&p->r, 0);
    if (!label_at(&p->r, from, &label, &end) || p->segs.n > 1) return false;
    bool watched = label == LABEL_REMARK && runes_is(&p->r, from + 2, "单位"); // 督导单位：…
    if (label != LABEL_MEASURE && !watched) return false;
    if (t->nodes.at[node].parts.n == 0 || (p->segs.n && p->segs.at[0].tail)) return false;
    str measure = runes_slice(&p->r, end, p->r.n);
    if (measure.n == 0) t->nodes.at[node].measures_follow = true;
    else if (!watched) VEC_ADD(t->e->c->a, &t->nodes.at[node].measures, measure);
    for (size_t i = 0; i < p->blocks.n; i++)
        VEC_ADD(t->e->c->a, &t->nodes.at[node].field_blocks, p->blocks.at[i]);
    return true;
}

static void take_segments(struct tree *t, struct para *p, int node, int rank, int parent)
{
    const int first = node;
    for (size_t k = 0; k < p->segs.n; k++) {
        struct segment *s = &p->segs.at[k];
        // Words after the last tail belong to what stands before them.
        bool below = s->clause && rank < RANK_CIRCLED;
        if (k > 0 && s->tail)
            node = node_new(t, below ? RANK_CIRCLED : rank, below ? first : parent);
        size_t from = k == 0 ? skip_task_label(&p->r, s->text.from) : s->text.from;
        struct numbering inner;
        if (k > 0 && s->tail && numbering_at(&p->r, from, &inner) && inner.rank < RANK_BULLET) {
            t->nodes.at[node].number = runes_slice(&p->r, from, inner.end);
            from = inner.end;
        }
        size_t to = s->text.to; // 机制，责任单位：…: the comma leads to the label
        while (s->tail && to > from &&
               (p->r.at[to - 1] == ',' || p->r.at[to - 1] == 0x2014 || rune_blank(p->r.at[to - 1])))
            to--;
        add_part(t, node, runes_slice(&p->r, from, to), p);
        fields_merge(t->e->c->a, &t->nodes.at[node].own, &s->f);
        t->last = node;
    }
}

static void take_numbered(struct tree *t, struct para *p)
{
    int parent = parent_for(t, p->num.rank);
    int node = node_new(t, p->num.rank, parent);
    t->nodes.at[node].number = runes_slice(&p->r, 0, p->num.end);
    t->last = node;
    if (p->segs.n == 0) add_part(t, node, STR_EMPTY, p);
    take_segments(t, p, node, p->num.rank, parent);
}

static bool para_has_units(const struct paras *ps, size_t i)
{
    const struct para *p = &ps->at[i];
    for (size_t k = 0; k < p->segs.n; k++)
        if (fields_units(&p->segs.at[k].f)) return true;
    size_t next = i + 1;
    while (next < ps->n && ps->at[next].kind == PARA_FURNITURE) next++;
    return next < ps->n && ps->at[next].kind == PARA_FIELDS;
}

// Unnumbered passages from i on that bear units, before the next numbered one.
static size_t own_run(const struct paras *ps, size_t i)
{
    size_t n = 0;
    for (; i < ps->n && n < 2; i++) {
        const struct para *p = &ps->at[i];
        if (p->kind == PARA_TABLE || p->kind == PARA_DATE || (p->kind == PARA_TEXT && p->numbered))
            break;
        if (p->kind == PARA_TEXT && para_has_units(ps, i)) n++;
    }
    return n;
}

bool tree_ends_sentence(const struct runes *r)
{
    size_t n = r->n;
    while (n && rune_blank(r->at[n - 1])) n--;
    return n && (rune_sentence_end(r->at[n - 1]) || r->at[n - 1] == '.' || r->at[n - 1] == ',');
}

bool tree_short_line(const struct runes *r)
{
    return r->n <= 45 && !tree_ends_sentence(r);
}

// 请于5月25日前将办理情况报县政府督查室。 below the tasks: no part of the last one.
static bool asks_for_report(const struct runes *r)
{
    static const char *const starts[] = {"请于", "请各", "请你", "请将", "办理结果", "办理情况"},
                             *const words[] = {"报", "反馈", "函复", "回复"};
    bool asked = false;
    size_t i = runes_skip(r, 0);
    for (size_t k = 0; k < COUNT_OF(starts); k++) asked |= runes_is(r, i, starts[k]);
    return asked && str_has_any(r->src, words, COUNT_OF(words));
}

// Titles, signatures and what belongs to the paper stand apart from the tree.
static bool take_apart(struct tree *t, size_t i, bool has, bool open)
{
    struct para *p = &t->ps->at[i];
    bool title = !has && text_is_title(&p->r) && (!open || t->nodes.at[t->last].rank == RANK_TEXT);
    bool signature =
        !has && i + 1 < t->ps->n && t->ps->at[i + 1].kind == PARA_DATE && tree_short_line(&p->r);
    if (!title && !signature && !text_is_colophon(&p->r) && !asks_for_report(&p->r)) return false;
    int node = node_new(t, RANK_TEXT, 0);
    t->nodes.at[node].title = title;
    t->nodes.at[node].furniture = !title;
    add_part(t, node, p->text, p);
    if (title) t->last = node; // numbering starts afresh below a new title
    return true;
}

// Is the open node a heading over passages with units of their own, rather than a task whose text
// goes on?
static bool heads_passages(const struct tree *t, size_t i, bool has)
{
    const struct node *last = &t->nodes.at[t->last];
    if (last->rank >= RANK_TEXT) return false;
    const struct runes *r = &t->ps->at[i].r;
    if (skip_task_label(r, runes_skip(r, 0)) > runes_skip(r, 0) && last->parts.n == 1) return false;
    bool short_heading = last->rank == RANK_CHINESE && last->parts.n == 1 &&
                         utf8_count(last->parts.at[0].text) <= 25;
    return own_run(t->ps, i) >= 2 || (has && short_heading);
}

// 二、健康工程 / 牵头单位：… / the one passage that says what is to be done.
static bool sole_passage(const struct tree *t, size_t i)
{
    const struct node *last = &t->nodes.at[t->last];
    const struct para *p = &t->ps->at[i];
    for (size_t k = 0; k < p->segs.n; k++)
        if (p->segs.at[k].tail) return false;
    if (t->last == 0 || last->rank >= RANK_TEXT || !last->standalone || last->title ||
        last->parts.n != 1 || last->n_children || !tree_ends_sentence(&t->ps->at[i].r) ||
        utf8_count(last->parts.at[0].text) > 30 || str_ends(last->parts.at[0].text, STR("。")))
        return false;
    size_t k = i + 1;
    for (; k < t->ps->n && t->ps->at[k].kind != PARA_TEXT && t->ps->at[k].kind != PARA_TABLE; k++)
        if (fields_units(&t->ps->at[k].f)) return false;
    return k == t->ps->n || (t->ps->at[k].kind == PARA_TEXT && t->ps->at[k].numbered &&
                             t->ps->at[k].num.rank <= last->rank);
}

static void take_unnumbered(struct tree *t, size_t i)
{
    struct para *p = &t->ps->at[i];
    const struct node *last = &t->nodes.at[t->last];
    bool has = para_has_units(t->ps, i);
    bool open = t->last > 0 && !fields_any(&last->own) && !last->title;
    if (take_apart(t, i, has, open)) return;
    int node = t->last, parent = last->parent;
    if (t->last > 0 && !last->title && take_measure(t, node, p)) return;
    bool sole = sole_passage(t, i);
    if (!sole && (!open || heads_passages(t, i, has))) {
        parent = parent_for_text(t);
        node = t->last = node_new(t, RANK_TEXT, parent);
    }
    if (p->segs.n == 0) add_part(t, node, p->text, p);
    take_segments(t, p, node, RANK_TEXT, parent);
}

static void take_fields(struct tree *t, struct para *p)
{
    struct node *n = &t->nodes.at[t->last];
    if (t->last == 0 || n->title || n->furniture) {
        emit_doubt(t->e, p->text, "division.stray_fields", tree_blocks_of(p));
        return;
    }
    fields_merge(t->e->c->a, &n->own, &p->f);
    n->standalone |= fields_units(&p->f);
    for (size_t i = 0; i < p->blocks.n; i++) VEC_ADD(t->e->c->a, &n->field_blocks, p->blocks.at[i]);
}

// 附件：1.… and the numbered lines behind it.
static bool attachment_list(const struct para *p, bool in_list)
{
    if (p->kind != PARA_TEXT || p->segs.n > 1 || (p->segs.n && p->segs.at[0].tail)) return false;
    if (runes_is(&p->r, 0, "附件") && runes_has(&p->r, ":")) return true;
    return in_list && p->numbered && p->num.rank == RANK_ARABIC && tree_short_line(&p->r);
}

static void grow(struct tree *t)
{
    bool attachments = false;
    for (size_t i = 0; i < t->ps->n && arena_ok(t->e->c->a);) {
        struct para *p = &t->ps->at[i];
        if (p->kind == PARA_TABLE) {
            i = drawn_line(&p->r) ? drawn_table(t->e, t->ps, i) : flat_table(t->e, t->ps, i);
            t->last = 0;
            continue;
        }
        i++;
        attachments = attachment_list(p, attachments);
        if (p->kind == PARA_RUN_ON)
            emit_doubt(t->e, p->text, "division.run_on_table", tree_blocks_of(p));
        else if (p->kind == PARA_FURNITURE || p->kind == PARA_DATE ||
                 (attachments && i > t->letter_end))
            emit_notice(t->e, p->text, tree_blocks_of(p));
        else if (i - 1 < t->letter_end) letter_emit(t, p);
        else if (p->kind == PARA_FIELDS) take_fields(t, p);
        else if (p->numbered) take_numbered(t, p);
        else take_unnumbered(t, i - 1);
    }
}

void tree_build(struct emitter *e, struct paras *ps)
{
    struct tree t = {.e = e, .ps = ps, .last_own = 0};
    node_new(&t, 0, NO_NODE);
    t.letter_end = letter_find_end(&t);
    grow(&t);
    tree_decide(&t);
}
