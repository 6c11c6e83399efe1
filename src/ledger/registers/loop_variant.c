#include "ledger/registers/loop_variant.h"

#include "ledger/org/rules.h"

// Early states that a step may skip: nothing was promised in them yet.
static const struct skip {
    const char *command;
    unsigned states;
} SKIPS[] = {{"item.issue", IN_DRAFTED}, {"item.accept", IN_DRAFTED | IN_APPROVED}};

// Without these a loop would not be closed: the law gives verification (督查工作条例 art. 18–20) and
// review (art. 16), the house its one accountable party.
static const char *const NEEDED[] = {"item.accept", "item.finish", "item.pass", "item.return", "item.object",
                                     "item.cancel"};

// What the accountable party of an open state does next.
static const struct party {
    unsigned state;
    const char *command;
} PARTIES[] = {{IN_APPROVED, "item.issue"},
               {IN_ISSUED, "item.accept"},
               {IN_ACCEPTED, "item.finish"},
               {IN_REPORTED, "item.pass"},
               {IN_SUSPENDED, "item.resume"}};

static size_t place_of(const char *command)
{
    const struct transition *t = loop_find(command);
    INVARIANT(t != NULL);
    return (size_t)(t - LOOP);
}

unsigned loop_widest(const struct transition *t)
{
    unsigned states = t->from;
    for (size_t i = 0; i < COUNT_OF(SKIPS); i++)
        if (strcmp(SKIPS[i].command, t->command) == 0) states |= SKIPS[i].states;
    return states;
}

/* --- reading --- */

static bool wrong(struct ctx *c, const char *id, str x, str y)
{
    return fail_field(c, ERR_INVALID, id, STR("steps"), x, y);
}

static bool parse_states(struct ctx *c, const struct transition *t, str states, unsigned *from)
{
    if (states.n == 0) {
        *from = t->from;
        return true;
    }
    while (states.n) {
        str state = str_trim(str_cut(&states, STR("+")));
        unsigned bit = state_bit(state);
        if (!bit) return wrong(c, "loop.unknown_state", str_of(t->command), state);
        if (!(loop_widest(t) & bit)) return wrong(c, "loop.may_not_begin", str_of(t->command), state);
        *from |= bit;
    }
    return true;
}

bool loop_variant_parse(struct ctx *c, str steps, struct loop_shape *out)
{
    INVARIANT(N_LOOP <= LOOP_STEPS_MAX);
    memset(out->from, 0, sizeof out->from);
    while (steps.n) {
        str states = str_trim(str_cut(&steps, STR("|")));
        str command = str_trim(str_cut(&states, STR("=")));
        if (command.n == 0) continue;
        const struct transition *t = loop_find(str_z(c->a, command));
        if (!t) return wrong(c, "loop.unknown_step", command, STR_EMPTY);
        unsigned *from = &out->from[t - LOOP];
        if (*from) return wrong(c, "loop.step_twice", command, STR_EMPTY);
        if (!parse_states(c, t, states, from)) return false;
    }
    return loop_variant_check(c, out);
}

/* --- exploring --- */

// A place in the loop: a state, and whether the main clock runs in it.
struct explorer {
    struct ctx *c;
    const struct loop_shape *s;
    bool seen[16][2];
};

static str state_name(const struct ctx *c, unsigned state)
{
    const struct enum_value *v = &ITEM_STATES.at[state];
    return str_of(c->lang == LANG_EN ? v->en : v->zh);
}

static bool check_place(const struct explorer *x, unsigned state, bool clock)
{
    bool open = (IN_OPEN >> state & 1) != 0;
    if (open != clock) return wrong(x->c, "loop.clock", state_name(x->c, state), STR_EMPTY);
    for (size_t i = 0; i < COUNT_OF(PARTIES); i++)
        if (PARTIES[i].state >> state & 1 && !(x->s->from[place_of(PARTIES[i].command)] >> state & 1))
            return wrong(x->c, "loop.no_party", state_name(x->c, state), str_of(PARTIES[i].command));
    return true;
}

// Closed by a verdict alone, and out of the open states by a verifier's or a leader's act alone.
static bool check_step(const struct explorer *x, const struct transition *t, unsigned from, unsigned to)
{
    bool leaves = (IN_OPEN >> from & 1) && !(IN_OPEN >> to & 1);
    bool closes = leaves && ((unsigned)IN_CLOSED >> to & 1);
    if ((closes && strcmp(t->command, "item.pass") != 0) || (leaves && (t->by & ROLE_UNIT)))
        return wrong(x->c, "loop.unverified", str_of(t->command), STR_EMPTY);
    return true;
}

static unsigned index_of_state(const char *code)
{
    unsigned bit = state_bit(str_of(code)), i = 0;
    INVARIANT(bit != 0);
    while (!(bit >> i & 1)) i++;
    return i;
}

static bool explore(struct explorer *x, unsigned state, bool clock)
{
    if (x->seen[state][clock]) return true;
    x->seen[state][clock] = true;
    if (!check_place(x, state, clock)) return false;
    for (size_t i = 0; i < N_LOOP; i++) {
        const struct transition *t = &LOOP[i];
        if (!(x->s->from[i] >> state & 1)) continue;
        unsigned to = t->to ? index_of_state(t->to) : state;
        bool then = t->clock ? t->clock[0] != 0 : clock;
        if (!check_step(x, t, state, to) || !explore(x, to, then)) return false;
    }
    return true;
}

// From every place that can be reached the item can still be verified and closed, or it is over.
static bool check_ends(const struct explorer *x)
{
    unsigned ends = IN_CLOSED | IN_CANCELLED | IN_ARCHIVED;
    for (bool grew = true; grew;) {
        grew = false;
        for (size_t i = 0; i < N_LOOP; i++) {
            const struct transition *t = &LOOP[i];
            unsigned from = x->s->from[i];
            bool cancels = t->to && strcmp(t->to, "cancelled") == 0;
            if (!t->to || cancels || !(ends & state_bit(str_of(t->to))) || (from & ~ends) == 0) continue;
            ends |= from;
            grew = true;
        }
    }
    for (unsigned i = 0; i < ITEM_STATES.n; i++)
        if ((x->seen[i][0] || x->seen[i][1]) && !(ends >> i & 1))
            return wrong(x->c, "loop.dead_end", state_name(x->c, i), STR_EMPTY);
    return true;
}

bool loop_variant_check(struct ctx *c, const struct loop_shape *s)
{
    struct explorer x = {.c = c, .s = s};
    for (size_t i = 0; i < COUNT_OF(NEEDED); i++)
        if (!s->from[place_of(NEEDED[i])]) return wrong(c, "loop.step_missing", str_of(NEEDED[i]), STR_EMPTY);
    for (size_t i = 0; i < N_LOOP; i++)
        if (s->from[i] & ~loop_widest(&LOOP[i]))
            return wrong(c, "loop.may_not_begin", str_of(LOOP[i].command), STR_EMPTY);
    return explore(&x, index_of_state("drafted"), false) && check_ends(&x) && ctx_ok(c);
}

/* --- in use --- */

unsigned loop_from(const struct call *k, const struct item *it, const struct transition *t)
{
    const struct register_info *reg = register_of(k, it->register_id);
    return reg && reg->loop ? reg->loop->from[t - LOOP] : t->from;
}

bool loop_standing(const struct call *k, const struct item *it, str *basis)
{
    const struct register_info *reg = register_of(k, it->register_id);
    *basis = STR_EMPTY;
    if (!reg || !reg->loop || reg->def.legal_basis.n == 0 || !str_is(it->state, "drafted")) return false;
    *basis = reg->def.legal_basis;
    return true;
}

const struct stmt LOOP_STATES_OF_REGISTER = {
    "loop.states_of_register", "SELECT i.state, count(*) FROM item AS i WHERE i.district_id = $1 AND i.register_id = $2"
                               " GROUP BY i.state"};

static bool serves(const struct loop_shape *s, unsigned state)
{
    for (size_t i = 0; i < COUNT_OF(PARTIES); i++)
        if ((PARTIES[i].state & state) && !(s->from[place_of(PARTIES[i].command)] & state)) return false;
    return true;
}

bool loop_fits(struct call *k, const struct register_def *reg)
{
    struct loop_variant v;
    struct loop_shape s;
    struct db_rows r;
    bool found;
    str stuck = STR_EMPTY;
    if (reg->loop.n == 0 || str_is(reg->loop, "full")) return true;
    if (!record_by_code(k, &LOOP_VARIANT, reg->loop, &v, &found)) return false;
    if (!found) return fail_field(k->c, ERR_INVALID, "loop.none", STR("loop"), reg->loop);
    if (reg->legal_basis.n == 0) return fail_field(k->c, ERR_REFUSED, "loop.no_basis", STR("loop"), reg->name, v.name);
    if (!loop_variant_parse(k->c, v.steps, &s)) return false;
    if (reg->id == 0) return true;
    if (!DB_QUERY(k->c, k->db, &r, &LOOP_STATES_OF_REGISTER, ARG(k->district), ARG(reg->id))) return false;
    while (db_next(&r))
        if (stuck.n == 0 && !serves(&s, state_bit(db_text(&r, 0)))) stuck = db_text(&r, 0);
    if (!db_done(&r)) return false;
    return stuck.n == 0 || fail_field(k->c, ERR_CONFLICT, "loop.stuck", STR("loop"), reg->name, stuck);
}
