#pragma once
/*
 * Filters: from an expression over an entity's FILTERED fields (docs/expressions.md) to an SQL
 * condition with bound parameters.
 *
 *     struct filter f;
 *     if (!filter_load(k, &ITEM, &f)) return false;             // fields, registers, lines as choices
 *     const struct expr *e;
 *     if (!filter_parse(k, &f, where, &e)) return false;        // typed, resolved for now and this person
 *     filter_sql(k, &f, "i", e, &q);                              // appends "(…)" over alias i
 *
 * What a leaf means is expr.h's: false when its field is empty, except IS_NULL, so NOT is two-valued.
 * In SQL each leaf over a column that may hold nothing is therefore "(c IS NOT NULL AND leaf)". A
 * field flagged LAST keeps "nothing" as the last day or instant, not as NULL: there the guard is
 * "c < last". Text is searched folded (str_fold), in the column NAME_folded.
 *
 * References to units and persons are typed as such; references to other entities that have a code
 * and a name (registers, lines) are enumerations of what the district has.
 *
 * Errors: those of expr.h with positions, and filter.ambiguous_unit, filter.ambiguous_person, which
 * name the candidates, filter.near_unit, which names similar ones.
 */
#include "engine/expr/expr.h"
#include "ledger/sqltext.h"

enum { FILTER_MAX_DEPTH = 24 }; // and, or, not inside each other; deeper: filter.too_deep

/*
 * Which units a subtree means. As organised now: those below the root and those they took over from.
 * then without a tree: the unit that had it, closed units where they stood last. then with the tree of a
 * day: who has it on that day, below the root as it stood.
 */
struct organised {
    bool then;
    day on;
    const struct unit_tree *tree; // unit_tree_on of that day, or NULL
    // Writes an item's lead of that day in place of its column lead_unit_id; NULL: the column.
    void (*lead)(struct sqltext *q, const struct organised *o);
};

struct filter {
    struct organised organised; // zero: now
    const struct entity *entity;
    struct expr_symbols symbols;  // id: index into the entity's fields
    const int64_t **choice_ids;   // by that index: the ids of a reference's choices, or NULL
    const struct declared **declared; // fields of registers: symbols from the entity's n-th on; or NULL
    size_t n_declared;
};

MUST_CHECK bool filter_load(struct call *k, const struct entity *e, struct filter *out);
/*
 * Adds the declared fields of a register that may be filtered and that the actor may read; with register
 * 0 those of all registers whose code and names mean one field only. The filter is over ITEM.
 */
MUST_CHECK bool filter_declared(struct call *k, int64_t register_id, struct filter *f);
MUST_CHECK bool filter_parse(struct call *k, const struct filter *f, str text, const struct expr **out);
void filter_sql(struct call *k, const struct filter *f, const char *alias, const struct expr *e, struct sqltext *q);

// The moment and the person of a call; names are looked up in its store.
struct expr_env filter_env(struct call *k);
// A record in the arena as a row for expr_eval.
struct filter_row {
    const struct filter *f;
    void *record;
    struct list values; // of an item: its struct item_value
};
struct expr_row filter_row(struct filter_row *r);

// Appends " IN (units of the subtree)": root itself, all below it and all they took over from.
void filter_subtree(struct call *k, struct sqltext *q, int64_t root);
// The same as organised then or now.
void filter_below(struct call *k, struct sqltext *q, const struct organised *o, int64_t root);

extern const struct stmt FILTER_PERSON_BY_CODE, FILTER_PERSON_BY_NAME;
