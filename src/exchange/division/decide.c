/*
 * What the passages of the tree are: tasks, headings, measures, notices or questions.
 */
#include "exchange/division/targets.h"
#include "exchange/division/tree_internal.h"

// （1）县局负责… below a task whose units a label states is a step of that task.
static bool step_of_task(const struct tree *t, const struct node *n)
{
    if (n->own.said == SAID_NOT || n->parent <= 0 || n->rank < RANK_ARABIC_BRACKET) return false;
    const struct node *up = &t->nodes.at[n->parent];
    return up->rank < n->rank && fields_units(&up->own) && up->own.said == SAID_NOT;
}

static void mark_own(struct tree *t)
{
    for (size_t i = t->nodes.n; i-- > 1;) {
        struct node *n = &t->nodes.at[i];
        if (step_of_task(t, n)) n->own = (struct fields){.due = {.day = DAY_NONE}};
        if (fields_units(&n->own)) {
            n->has_own = true;
            bool loose = n->own.said == SAID_LOOSELY; // closing words name units as well
            t->any_units |= !loose;
            if (!loose && (int)i > t->last_own) t->last_own = (int)i;
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
        bool only_last = t->nodes.at[n->last_child].own.said == SAID_NOT;
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
        if (i == 0 && n->parts.n > 1 && n->number.n && tree_short_line(&r)) {
            emit_heading(t->e, n->number, text, n->rank, &n->parts.at[0].blocks);
            continue;
        }
        if (i == 0 && n->number.n) text = str_cat(t->e->c->a, n->number, text);
        emit_notice(t->e, text, &n->parts.at[i].blocks);
    }
    if (n->field_blocks.n) emit_notice(t->e, n->own.units_text, &n->field_blocks);
}

bool tree_has_targets(struct tree *t, str text)
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
        bool heading = closing ? tree_short_line(&r) && text_is_title(&r) && !n->furniture
                               : n->title || tree_short_line(&r);
        if (heading) emit_heading(t->e, STR_EMPTY, p->text, n->rank, &p->blocks);
        else if (!closing && (inherits || tree_has_targets(t, p->text)))
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
        if (tree_has_targets(t, p->text))
            emit_doubt(t->e, p->text, "division.unnumbered", &p->blocks);
        else emit_notice(t->e, p->text, &p->blocks);
    }
    if (n->field_blocks.n)
        emit_doubt(t->e, n->own.due.text, "division.stray_fields", &n->field_blocks);
}

static bool short_first(struct tree *t, const struct node *n)
{
    struct runes r = runes_of(t->e->c->a, n->parts.n ? n->parts.at[0].text : STR_EMPTY);
    return tree_short_line(&r);
}

// A closing section in which nobody is named and nothing counted.
static bool closing_section(struct tree *t, int id, const struct node *n, str text)
{
    return id > t->last_own && t->any_units && n->parent > 0 && !t->nodes.at[n->parent].has_own &&
           !tree_has_targets(t, text);
}

static bool heads_passage(struct tree *t, const struct node *n)
{
    return t->any_units && n->rank <= RANK_CHINESE_BRACKET && n->parts.n > 1 && short_first(t, n) &&
           !sibling_is_task(t, n);
}

// A numbered line that nothing but its looks decides: heading, closing words, or a task.
static void leaf_by_looks(struct tree *t, int id, const struct above *up, str text)
{
    struct node *n = &t->nodes.at[id];
    struct runes r = runes_of(t->e->c->a, text);
    bool alone = !sibling_is_task(t, n);
    bool bare_heading = t->any_units && alone && tree_short_line(&r) && !tree_has_targets(t, text);
    bool outer = n->rank <= RANK_SECTION || (n->rank <= RANK_CHINESE && tree_short_line(&r));
    if (bare_heading || (outer && alone)) make_heading(t, n);
    else if (id > t->last_own && t->any_units && n->rank <= RANK_CHINESE) make_notice(t, n);
    else make_task(t, id, up, true);
}

// Who is in charge of what is no deliverable: 领导小组办公室设在县卫健局，由县卫健局负责日常工作。
static bool organises(str text)
{
    static const char *const words[] = {"领导小组",   "工作专班", "任组长",  "指挥长",
                                        "办公室设在", "日常工作", "联席会议"};
    return str_has_any(text, words, COUNT_OF(words));
}

// 加强督导，健全机制。县发改局负责…: the short title says that what follows is a demand.
static bool demand_title(str text)
{
    enum { LONGEST = 16 };
    size_t stop = str_find(text, STR("。"), 0);
    return stop != SIZE_MAX && utf8_count(str_sub(text, 0, stop)) <= LONGEST &&
           text_is_requirement(str_sub(text, 0, stop));
}

// The sentence names a unit, but where it stands or what it says makes a general demand of it.
static bool only_demands(struct tree *t, const struct node *n, const struct above *up)
{
    if (n->own.said == SAID_NOT) return false;
    str text = node_text(t, n);
    bool section = (up && up->requirement) || demand_title(text);
    if (section || organises(text)) return true;
    return n->own.said == SAID_LOOSELY && (n->rank == RANK_TEXT || instructs_units(text));
}

static void doubt_demand(struct tree *t, const struct node *n)
{
    struct block_list all = {0};
    for (size_t i = 0; i < n->parts.n; i++)
        for (size_t k = 0; k < n->parts.at[i].blocks.n; k++)
            VEC_ADD(t->e->c->a, &all, n->parts.at[i].blocks.at[k]);
    for (size_t k = 0; k < n->field_blocks.n; k++) VEC_ADD(t->e->c->a, &all, n->field_blocks.at[k]);
    emit_doubt_units(t->e, node_text(t, n), "division.said_unit", &n->own.units, &all);
}

// （二）县气象局 over 负责天气监测预警。: the heading names who does what stands below it.
static bool unit_over_passage(struct tree *t, struct node *n)
{
    if (n->parts.n < 2 || fields_any(&n->own) || n->rank >= RANK_TEXT) return false;
    str unit = text_unit_heading(t->e->c->a, n->parts.at[0].text);
    if (unit.n == 0) return false;
    emit_heading(t->e, n->number, n->parts.at[0].text, n->rank, &n->parts.at[0].blocks);
    for (size_t i = 1; i < n->parts.n; i++) n->parts.at[i - 1] = n->parts.at[i];
    n->parts.n--;
    n->number = STR_EMPTY;
    VEC_ADD(t->e->c->a, &n->own.units, ((struct name_item){unit, NAME_PLAIN}));
    n->own.units_text = unit;
    return true;
}

static void leaf(struct tree *t, int id, const struct above *up)
{
    struct node *n = &t->nodes.at[id];
    bool inherits = up && fields_units(&up->f);
    if (fields_units(&n->own) || unit_over_passage(t, n)) {
        if (only_demands(t, n, up)) doubt_demand(t, n);
        else make_task(t, id, up, true);
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
               text_is_account(n->parts.n ? n->parts.at[0].text : text) || instructs_units(text)) {
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
                         .requirement = (up && up->requirement) || text_is_account(text) ||
                                        text_is_requirement(utf8_head(text, 40))};
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
                       text_is_account(n->parts.n ? n->parts.at[0].text : text) ||
                       instructs_units(text) || aims;
    if (requirement) notice_subtree(t, id);
    else if (n->rank >= RANK_ARABIC && children_are_measures(t, n)) make_task(t, id, up, true);
    else decide_children(t, id, up);
}

void tree_decide(struct tree *t)
{
    mark_own(t);
    lift_groups(t);
    lift_deadlines(t);
    for (int k = t->nodes.at[0].first_child; k != NO_NODE && arena_ok(t->e->c->a);
         k = t->nodes.at[k].next)
        decide(t, k, NULL);
}
