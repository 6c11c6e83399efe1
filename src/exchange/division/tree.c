#include "exchange/division/tree.h"

#include "exchange/division/drawn.h"
#include "exchange/division/targets.h"

enum { RANK_TEXT = 90, NO_NODE = -1 }; // unnumbered passages hang below everything numbered

struct part {
    str text;
    struct block_list blocks;
};

struct node {
    int rank;
    int parent, first_child, last_child, next;
    size_t n_children;
    str number;
    VEC(struct part) parts;
    VEC(str) measures; // of 主要措施： lines
    struct block_list field_blocks;
    struct fields own;
    bool standalone; // fields came on lines of their own
    bool has_own;    // this node or one below it has units
    bool title, furniture;
    bool measures_follow; // 整改措施： stands above its children
};

struct tree {
    struct emitter *e;
    struct paras *ps;
    VEC(struct node) nodes;
    int last;          // node that field lines and continuations belong to
    size_t letter_end; // paragraphs before it belong to the letter of transmittal
    size_t first_work; // first paragraph with units, or of a table
    int last_own;      // greatest node index with units
    bool any_units;
};

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

static struct block_list *blocks_of(struct para *p)
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
    for (size_t k = 0; k < p->segs.n; k++) {
        struct segment *s = &p->segs.at[k];
        if (k > 0) {
            // Words after the last tail belong to what stands before them.
            if (s->tail) node = node_new(t, rank, parent);
        }
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

static bool ends_sentence(const struct runes *r)
{
    size_t n = r->n;
    while (n && rune_blank(r->at[n - 1])) n--;
    return n && (rune_sentence_end(r->at[n - 1]) || r->at[n - 1] == '.' || r->at[n - 1] == ',');
}

static bool short_line(const struct runes *r)
{
    return r->n <= 45 && !ends_sentence(r);
}

// Titles, signatures and what belongs to the paper stand apart from the tree.
static bool take_apart(struct tree *t, size_t i, bool has, bool open)
{
    struct para *p = &t->ps->at[i];
    bool title = !has && text_is_title(&p->r) && (!open || t->nodes.at[t->last].rank == RANK_TEXT);
    bool signature =
        !has && i + 1 < t->ps->n && t->ps->at[i + 1].kind == PARA_DATE && short_line(&p->r);
    if (!title && !signature && !text_is_colophon(&p->r)) return false;
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
        last->parts.n != 1 || last->n_children || !ends_sentence(&t->ps->at[i].r) ||
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
        emit_doubt(t->e, p->text, "division.stray_fields", blocks_of(p));
        return;
    }
    fields_merge(t->e->c->a, &n->own, &p->f);
    n->standalone |= fields_units(&p->f);
    for (size_t i = 0; i < p->blocks.n; i++) VEC_ADD(t->e->c->a, &n->field_blocks, p->blocks.at[i]);
}

// ---- the letter of transmittal ------------------------------------------------------------------

static size_t find_first_work(const struct paras *ps)
{
    for (size_t i = 0; i < ps->n; i++) {
        const struct para *p = &ps->at[i];
        if (p->kind == PARA_TABLE) return i;
        if (p->kind == PARA_FIELDS && (fields_units(&p->f) || p->f.leader.n)) return i ? i - 1 : 0;
        for (size_t k = 0; k < p->segs.n; k++)
            if (fields_units(&p->segs.at[k].f)) return i;
    }
    return ps->n;
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

static bool has_targets(struct tree *t, str text);

// Nothing names a unit, and neither a date nor a title ends the letter, as when a page was cut. A
// list whose items state quantities is what the letter sends; without any all of it is the letter.
static size_t unsigned_letter(struct tree *t, size_t opening, bool opened)
{
    const struct paras *ps = t->ps;
    size_t from = opened ? opening + 1 : 0;
    for (size_t i = from; i < ps->n; i++)
        if (ps->at[i].kind == PARA_TEXT && ps->at[i].numbered && has_targets(t, ps->at[i].text))
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

// The letter ends with its date, or with the title of what it sends when numbering starts again
// there; without both it is what precedes the first numbering.
static size_t find_letter_end(struct tree *t)
{
    const struct paras *ps = t->ps;
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

static void emit_letter(struct tree *t, struct para *p)
{
    bool heading =
        p->kind == PARA_TEXT && !p->numbered && !text_is_colophon(&p->r) && text_is_title(&p->r);
    if (heading) {
        if (t->e->r->title.n == 0) t->e->r->title = p->text;
        emit_heading(t->e, STR_EMPTY, p->text, 0, blocks_of(p));
    } else {
        emit_notice(t->e, p->text, blocks_of(p));
    }
}

// 附件：1.… and the numbered lines behind it.
static bool attachment_list(const struct para *p, bool in_list)
{
    if (p->kind != PARA_TEXT || p->segs.n > 1 || (p->segs.n && p->segs.at[0].tail)) return false;
    if (runes_is(&p->r, 0, "附件") && runes_has(&p->r, ":")) return true;
    return in_list && p->numbered && p->num.rank == RANK_ARABIC && short_line(&p->r);
}

// A paper that explains a document (…政策解读) sets no tasks, whatever its numbering.
static bool explains(const struct paras *ps)
{
    enum { HEAD = 12, TITLE = 90 };
    for (size_t i = 0; i < ps->n && i < HEAD; i++) {
        const struct runes *r = &ps->at[i].r;
        if (r->n <= TITLE && !ends_sentence(r) && !ps->at[i].numbered && runes_has(r, "解读"))
            return true;
    }
    return false;
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
        if (p->kind == PARA_FURNITURE || p->kind == PARA_DATE || (attachments && i > t->letter_end))
            emit_notice(t->e, p->text, blocks_of(p));
        else if (i - 1 < t->letter_end) emit_letter(t, p);
        else if (p->kind == PARA_FIELDS) take_fields(t, p);
        else if (p->numbered) take_numbered(t, p);
        else take_unnumbered(t, i - 1);
    }
}

// ---- deciding -----------------------------------------------------------------------------------

static void mark_own(struct tree *t)
{
    for (size_t i = t->nodes.n; i-- > 1;) {
        struct node *n = &t->nodes.at[i];
        if (fields_units(&n->own)) {
            n->has_own = true;
            t->any_units = true;
            if ((int)i > t->last_own) t->last_own = (int)i;
        }
        if (n->has_own && n->parent > 0) t->nodes.at[n->parent].has_own = true;
    }
}

// When only the last of several children bears units and the parent has none, they are the group's.
static void lift_groups(struct tree *t)
{
    for (size_t i = t->nodes.n; i-- > 1;) {
        struct node *n = &t->nodes.at[i];
        if (n->n_children == 0 || fields_units(&n->own)) continue;
        // A single step under a numbered item: the line behind it speaks of the item.
        const struct node *only = &t->nodes.at[n->first_child];
        bool single = n->n_children == 1 && only->rank >= RANK_ARABIC_BRACKET &&
                      only->rank < RANK_TEXT && only->standalone && n->rank >= RANK_CHINESE_BRACKET;
        if (n->n_children == 1 && !single) continue;
        bool only_last = true;
        for (int k = n->first_child; k != NO_NODE && only_last; k = t->nodes.at[k].next) {
            struct node *child = &t->nodes.at[k];
            bool last = k == n->last_child;
            only_last = child->n_children == 0 && fields_units(&child->own) == last &&
                        child->rank < RANK_TEXT;
        }
        if (!only_last) continue;
        struct node *child = &t->nodes.at[n->last_child];
        fields_merge(t->e->c->a, &n->own, &child->own);
        child->own = (struct fields){0};
        child->has_own = false;
        n->standalone = true;
        for (size_t k = 0; k < child->field_blocks.n; k++)
            VEC_ADD(t->e->c->a, &n->field_blocks, child->field_blocks.at[k]);
        child->field_blocks.n = 0;
    }
}

static bool children_are_measures(const struct tree *t, const struct node *n);

// A deadline on a line of its own behind the measures is the task's.
static void lift_deadlines(struct tree *t)
{
    for (size_t i = t->nodes.n; i-- > 1;) {
        struct node *n = &t->nodes.at[i];
        if (n->n_children == 0 || n->own.has_due || !fields_units(&n->own)) continue;
        bool only_last = children_are_measures(t, n);
        for (int k = n->first_child; k != NO_NODE && only_last; k = t->nodes.at[k].next) {
            const struct node *child = &t->nodes.at[k];
            only_last = !fields_units(&child->own) && child->own.has_due == (k == n->last_child) &&
                        (k != n->last_child || child->field_blocks.n > 0);
        }
        if (!only_last) continue;
        n->own.due = t->nodes.at[n->last_child].own.due;
        n->own.has_due = true;
    }
}

struct above {
    struct fields f;
    const struct above *up;
    const struct node *heading;
    bool requirement;
};

static str node_text(struct tree *t, const struct node *n)
{
    if (n->parts.n == 1) return n->parts.at[0].text;
    struct buf b;
    buf_init(&b, t->e->c->a, 1024 * 1024);
    for (size_t i = 0; i < n->parts.n; i++) {
        if (n->parts.at[i].text.n == 0) continue;
        if (b.n) buf_addc(&b, '\n');
        buf_add(&b, n->parts.at[i].text);
    }
    return buf_str(&b);
}

// deep: with everything below it, which are measures then.
static void node_blocks(struct tree *t, size_t task, int id, bool measure, bool deep)
{
    const struct node *n = &t->nodes.at[id];
    for (size_t i = 0; i < n->parts.n; i++)
        for (size_t k = 0; k < n->parts.at[i].blocks.n; k++)
            emit_task_block(t->e, task, n->parts.at[i].blocks.at[k]);
    if (measure) VEC_ADD(t->e->c->a, &t->e->r->tasks.at[task].measures, node_text(t, n));
    for (size_t i = 0; i < n->measures.n; i++)
        VEC_ADD(t->e->c->a, &t->e->r->tasks.at[task].measures, n->measures.at[i]);
    for (int k = n->first_child; k != NO_NODE && deep; k = t->nodes.at[k].next)
        node_blocks(t, task, k, true, true);
    for (size_t k = 0; k < n->field_blocks.n; k++)
        emit_task_block(t->e, task, n->field_blocks.at[k]);
}

static void make_task(struct tree *t, int id, const struct above *up, bool deep)
{
    struct node *n = &t->nodes.at[id];
    struct task_draft d = {.number = n->number,
                           .text = node_text(t, n),
                           .own = n->own,
                           .own_from = FROM_OWN,
                           .inherited = up ? &up->f : NULL,
                           .inherited_from = FROM_SECTION};
    size_t task = t->e->r->tasks.n;
    struct division_task *made = emit_task(t->e, &d);
    size_t depth = 0;
    const struct above *chain[16];
    for (const struct above *u = up; u && depth < COUNT_OF(chain); u = u->up)
        if (u->heading) chain[depth++] = u;
    while (depth) VEC_ADD(t->e->c->a, &made->section, chain[--depth]->heading->parts.at[0].text);
    node_blocks(t, task, id, false, deep);
    // Deadlines of the measures count when neither the task nor its fields state one.
    emit_task_done(t->e, task);
}

static void make_heading(struct tree *t, struct node *n)
{
    struct block_list first = {0};
    if (n->parts.n) first = n->parts.at[0].blocks;
    size_t n_first = first.n;
    struct block_list all = {0};
    for (size_t i = 0; i < n_first; i++) VEC_ADD(t->e->c->a, &all, first.at[i]);
    for (size_t i = 0; i < n->field_blocks.n; i++) VEC_ADD(t->e->c->a, &all, n->field_blocks.at[i]);
    emit_heading(t->e, n->number, n->parts.n ? n->parts.at[0].text : STR_EMPTY, n->rank, &all);
    for (size_t i = 1; i < n->parts.n; i++)
        emit_notice(t->e, n->parts.at[i].text, &n->parts.at[i].blocks);
}

static void make_notice(struct tree *t, struct node *n)
{
    for (size_t i = 0; i < n->parts.n; i++) {
        str text = n->parts.at[i].text;
        struct runes r = runes_of(t->e->c->a, text);
        if (i == 0 && n->parts.n > 1 && n->number.n && short_line(&r)) {
            emit_heading(t->e, n->number, text, n->rank, &n->parts.at[0].blocks);
            continue;
        }
        if (i == 0 && n->number.n) text = str_cat(t->e->c->a, n->number, text);
        emit_notice(t->e, text, &n->parts.at[i].blocks);
    }
    if (n->field_blocks.n) emit_notice(t->e, n->own.units_text, &n->field_blocks);
}

static bool has_targets(struct tree *t, str text)
{
    struct division_task probe = {0};
    targets_find(t->e->c->a, text, &probe);
    return probe.targets.n > 0;
}

static bool instructs_units(str text)
{
    static const char *const words[] = {
        "各部门要", "各单位要", "各责任单位要", "各牵头单位要", "各级各部门",
        "高度重视", "加强领导", "加强组织领导", "各相关单位要", "各有关部门要",
        "各街道要", "压实责任", "提高站位",     "强化督查",     "各责任部门要"};
    return str_has_any(text, words, COUNT_OF(words));
}

// A passage without number and units: each of its paragraphs is judged alone.
static void leaf_unnumbered(struct tree *t, int id, const struct above *up, bool inherits)
{
    struct node *n = &t->nodes.at[id];
    bool closing = n->furniture || (t->any_units && id > t->last_own) || (up && up->requirement);
    for (size_t i = 0; i < n->parts.n; i++) {
        struct part *p = &n->parts.at[i];
        struct runes r = runes_of(t->e->c->a, p->text);
        bool heading = closing ? short_line(&r) && text_is_title(&r) && !n->furniture
                               : n->title || short_line(&r);
        if (heading) emit_heading(t->e, STR_EMPTY, p->text, n->rank, &p->blocks);
        else if (!closing && (inherits || has_targets(t, p->text)))
            emit_doubt(t->e, p->text, "division.unnumbered", &p->blocks);
        else emit_notice(t->e, p->text, &p->blocks);
    }
    if (n->title && t->e->r->title.n == 0 && n->parts.n) t->e->r->title = n->parts.at[0].text;
    if (n->field_blocks.n)
        emit_doubt(t->e, n->own.due.text, "division.stray_fields", &n->field_blocks);
}

// Do tasks stand beside it, or only headings over tasks?
static bool sibling_is_task(const struct tree *t, const struct node *n)
{
    for (int k = n->parent < 0 ? NO_NODE : t->nodes.at[n->parent].first_child; k != NO_NODE;
         k = t->nodes.at[k].next)
        if (fields_units(&t->nodes.at[k].own) && t->nodes.at[k].rank == n->rank) return true;
    return false;
}

// 二、主要目标 over a paragraph without units: a heading, and a passage to be judged by its
// content.
static void heading_with_passage(struct tree *t, struct node *n)
{
    emit_heading(t->e, n->number, n->parts.at[0].text, n->rank, &n->parts.at[0].blocks);
    for (size_t i = 1; i < n->parts.n; i++) {
        struct part *p = &n->parts.at[i];
        if (has_targets(t, p->text)) emit_doubt(t->e, p->text, "division.unnumbered", &p->blocks);
        else emit_notice(t->e, p->text, &p->blocks);
    }
    if (n->field_blocks.n)
        emit_doubt(t->e, n->own.due.text, "division.stray_fields", &n->field_blocks);
}

static bool short_first(struct tree *t, const struct node *n)
{
    struct runes r = runes_of(t->e->c->a, n->parts.n ? n->parts.at[0].text : STR_EMPTY);
    return short_line(&r);
}

// A closing section in which nobody is named and nothing counted.
static bool closing_section(struct tree *t, int id, const struct node *n, str text)
{
    return id > t->last_own && t->any_units && n->parent > 0 && !t->nodes.at[n->parent].has_own &&
           !has_targets(t, text);
}

static bool heads_passage(struct tree *t, const struct node *n)
{
    return t->any_units && n->rank <= RANK_CHINESE_BRACKET && n->parts.n > 1 &&
           short_first(t, n) && !sibling_is_task(t, n);
}

// A numbered line that nothing but its looks decides: heading, closing words, or a task.
static void leaf_by_looks(struct tree *t, int id, const struct above *up, str text)
{
    struct node *n = &t->nodes.at[id];
    struct runes r = runes_of(t->e->c->a, text);
    bool alone = !sibling_is_task(t, n);
    bool bare_heading = t->any_units && alone && short_line(&r) && !has_targets(t, text);
    bool outer = n->rank <= RANK_SECTION || (n->rank <= RANK_CHINESE && short_line(&r));
    if (bare_heading || (outer && alone)) make_heading(t, n);
    else if (id > t->last_own && t->any_units && n->rank <= RANK_CHINESE) make_notice(t, n);
    else make_task(t, id, up, true);
}

static void leaf(struct tree *t, int id, const struct above *up)
{
    struct node *n = &t->nodes.at[id];
    bool inherits = up && fields_units(&up->f);
    if (fields_units(&n->own)) {
        make_task(t, id, up, true);
        return;
    }
    if (n->rank == RANK_TEXT) {
        leaf_unnumbered(t, id, up, inherits);
        return;
    }
    str text = node_text(t, n);
    if (inherits) {
        make_task(t, id, up, true);
    } else if ((up && up->requirement) || text_is_requirement(utf8_head(text, 20)) ||
               instructs_units(text)) {
        make_notice(t, n);
    } else if (closing_section(t, id, n, text)) {
        make_notice(t, n);
    } else if (heads_passage(t, n)) {
        heading_with_passage(t, n);
    } else {
        leaf_by_looks(t, id, up, text);
    }
}

static void notice_subtree(struct tree *t, int id)
{
    struct node *n = &t->nodes.at[id];
    if (n->n_children && n->rank < RANK_TEXT && short_first(t, n)) make_heading(t, n);
    else make_notice(t, n);
    for (int k = n->first_child; k != NO_NODE; k = t->nodes.at[k].next) notice_subtree(t, k);
}

static void decide(struct tree *t, int id, const struct above *up);

// （一）全面落实…。（甲局牵头）above 1. 2. with units of their own: a task beside them.
static bool own_sentence(const struct node *n)
{
    return n->has_own && fields_units(&n->own) && !n->standalone && n->parts.n == 1 &&
           str_ends(n->parts.at[0].text, STR("。"));
}

static void decide_children(struct tree *t, int id, const struct above *up)
{
    struct node *n = &t->nodes.at[id];
    str text = n->parts.n ? n->parts.at[0].text : STR_EMPTY;
    struct above here = {.f = n->own,
                         .up = up,
                         .heading = n->parts.n && !n->title ? n : NULL,
                         .requirement =
                             (up && up->requirement) || text_is_requirement(utf8_head(text, 40))};
    if (!fields_units(&here.f) && !n->has_own) {
        str unit = text_unit_heading(t->e->c->a, text);
        if (unit.n) VEC_ADD(t->e->c->a, &here.f.units, ((struct name_item){unit, NAME_PLAIN}));
        if (unit.n) here.f.units_text = unit;
    }
    if (here.f.leader.n == 0) here.f.leader = text_leader_heading(t->e->c->a, text);
    if (up) {
        if (!fields_units(&here.f)) {
            here.f.units = up->f.units;
            here.f.units_text = up->f.units_text;
        }
        if (here.f.leader.n == 0) here.f.leader = up->f.leader;
        if (!here.f.has_due) here.f.due = up->f.due, here.f.has_due = up->f.has_due;
    }
    if (own_sentence(n)) {
        // What it must be done by is its own affair; its units hold below when a child names none.
        here.f.due = up ? up->f.due : (struct division_due){.day = DAY_NONE};
        here.f.has_due = up && up->f.has_due;
        make_task(t, id, up, false);
    } else {
        make_heading(t, n);
    }
    for (int k = n->first_child; k != NO_NODE; k = t->nodes.at[k].next) decide(t, k, &here);
}

// Children that are only steps of their parent: finer than 1. and below a node that is a task
// itself.
static bool children_are_measures(const struct tree *t, const struct node *n)
{
    for (int k = n->first_child; k != NO_NODE; k = t->nodes.at[k].next) {
        int rank = t->nodes.at[k].rank;
        bool fine = (rank >= RANK_ARABIC_BRACKET && rank <= RANK_BULLET) || (rank == RANK_TEXT) ||
                    (n->rank >= RANK_ARABIC && rank > n->rank);
        if (!fine) return false;
    }
    return true;
}

static bool child_has_own(const struct tree *t, const struct node *n)
{
    for (int k = n->first_child; k != NO_NODE; k = t->nodes.at[k].next)
        if (t->nodes.at[k].has_own) return true;
    return false;
}

static void decide(struct tree *t, int id, const struct above *up)
{
    struct node *n = &t->nodes.at[id];
    if (n->n_children == 0) {
        leaf(t, id, up);
        return;
    }
    bool units = fields_units(&n->own) || (up && fields_units(&up->f));
    if (child_has_own(t, n) || n->title) {
        decide_children(t, id, up);
        return;
    }
    str text = node_text(t, n);
    if (units) {
        bool own = fields_units(&n->own) || n->measures_follow;
        bool sentence = own && utf8_count(text) >= 60;
        if ((children_are_measures(t, n) && (own || n->rank >= RANK_ARABIC)) || sentence ||
            n->measures_follow)
            make_task(t, id, up, true);
        else decide_children(t, id, up);
        return;
    }
    bool aims = t->any_units && str_is(text, "总体目标");
    bool requirement = (up && up->requirement) || text_is_requirement(utf8_head(text, 40)) ||
                       instructs_units(text) || aims;
    if (requirement) notice_subtree(t, id);
    else if (n->rank >= RANK_ARABIC && children_are_measures(t, n)) make_task(t, id, up, true);
    else decide_children(t, id, up);
}

void tree_build(struct emitter *e, struct paras *ps)
{
    struct tree t = {.e = e, .ps = ps, .last_own = 0};
    node_new(&t, 0, NO_NODE);
    t.first_work = find_first_work(ps);
    t.letter_end = find_letter_end(&t);
    if (t.first_work == ps->n && explains(ps)) t.letter_end = ps->n;
    grow(&t);
    mark_own(&t);
    lift_groups(&t);
    lift_deadlines(&t);
    for (int k = t.nodes.at[0].first_child; k != NO_NODE && arena_ok(e->c->a);
         k = t.nodes.at[k].next)
        decide(&t, k, NULL);
}
