#pragma once
/*
 * The tree of a running text while it grows: shared by tree.c (growing), letter.c (what stands
 * before the tasks) and decide.c (what is a task). Nobody else includes this.
 */
#include "exchange/division/tree.h"

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

// Paragraphs before the result belong to the letter of transmittal; 0 when there is none. Sets
// first_work.
size_t letter_find_end(struct tree *t);
// Puts a paragraph of the letter into the result.
void letter_emit(struct tree *t, struct para *p);
// Does the text state a quantity to be reached?
bool tree_has_targets(struct tree *t, str text);
bool tree_ends_sentence(const struct runes *r);
bool tree_short_line(const struct runes *r); // may be a heading: short, no sentence end
struct block_list *tree_blocks_of(struct para *p);
// Decides what every passage of the grown tree is.
void tree_decide(struct tree *t);
