#pragma once
/*
 * Variants of the one loop. A variant says which steps of LOOP there are and from which states; the
 * rest of a step (who may, to which state, which clock, what is needed) stays the code's. So a pack can
 * leave approval or acceptance out where a standing legal basis stands for them; it can not declare
 * away that somebody else than the lead verifies, that a unit may object, or that every open item has
 * one party and one clock. loop_variant_check explores every state that can be reached and says what
 * does not hold.
 */
#include "ledger/item/loop.h"
#include "ledger/registers/registers.h"

enum { LOOP_STEPS_MAX = 40 };

struct loop_shape {
    str code, name, name_en;
    unsigned from[LOOP_STEPS_MAX]; // state bits by the step's place in LOOP; 0: there is no such step
};

// "item.issue=drafted+approved|item.accept|…". Errors about the field steps; what was parsed is checked.
MUST_CHECK bool loop_variant_parse(struct ctx *c, str steps, struct loop_shape *out);
// The invariants alone, on any shape: tests plant broken ones.
MUST_CHECK bool loop_variant_check(struct ctx *c, const struct loop_shape *s);

// The states from which the item may take the step, by its register's loop.
unsigned loop_from(const struct call *k, const struct item *it, const struct transition *t);
// From which states the step may be in any variant: for the check of what the journal says.
unsigned loop_widest(const struct transition *t);
// The loop that a register is to run exists, a legal basis stands for what it leaves out, and no item of
// the register stands where it could not go on. Errors about the field loop.
MUST_CHECK bool loop_fits(struct call *k, const struct register_def *reg);
extern const struct stmt LOOP_STATES_OF_REGISTER;
// The register leaves single approval out, and its legal basis stands for it (L1).
bool loop_standing(const struct call *k, const struct item *it, str *basis);
