#pragma once
/*
 * Putting findings into the result: the only functions that give blocks their role, so that the
 * account (emit_account) can be computed from the marks and from nothing else.
 */
#include "exchange/division/fields.h"

struct emitter {
    struct ctx *c;
    struct division_result *r;
    struct roster roster;
    int year;
    struct map asked; // unit names already put to the user
    bool has_roster;
};

struct block_list {
    size_t *at;
    size_t n, cap;
};

// What a task is made from; everything borrowed.
struct task_draft {
    str number, text, title;
    struct fields own;
    const struct fields *inherited; // NULL: nothing holds from above
    enum division_from own_from, inherited_from;
    bool no_text_due; // deadlines in the text do not count
    str due_column_text;
};

// Adds a task; blocks and measures are added to the returned slot by the caller (emit_block).
struct division_task *emit_task(struct emitter *e, const struct task_draft *d);
// Ends the task: passage from its blocks, targets, questions.
void emit_task_done(struct emitter *e, size_t task);
void emit_task_block(struct emitter *e, size_t task, size_t block);
void emit_heading(struct emitter *e, str number, str text, int level,
                  const struct block_list *blocks);
// A notice, or a reporting entry when it asks for reports by a date.
void emit_notice(struct emitter *e, str text, const struct block_list *blocks);
void emit_doubt(struct emitter *e, str what, const char *why, const struct block_list *blocks);
// The same, with the units it may speak of as candidates.
void emit_doubt_units(struct emitter *e, str what, const char *why, const struct name_list *units,
                      const struct block_list *blocks);
void emit_question(struct emitter *e, size_t task, str what, const char *why);
// Fills unaccounted from the blocks' marks. Last.
void emit_account(struct emitter *e);
str emit_title(struct arena *a, str text); // first clause, at most 60 characters
