/*
 * Random officials do random things at rising instants. Whatever they try: the program lives, what
 * is refused changes nothing, the loop's invariants hold, the chain verifies and the state is what
 * the journal tells. BIHUAN_SEED tries another seed, BIHUAN_STEPS another length.
 */
#include "ledger_fixture.h"

#include "base/random.h"
#include "ledger/item/loop.h"

enum { STEPS = 400, SEEDS = 3, ITEMS_MAX = 200 };

static const char *const LOGINS[] = {"leader", "leader2", "sup", "sup2",   "fgw",     "fgw2",
                                     "fgwk",   "zjw",     "swj", "supfgw", "supfgwk", "analyst"};
static const char *const UNITS[] = {"FGW", "ZJW", "SWJ", "FGWK", "J01"};

struct play {
    struct fx *fx;
    struct random random;
    int64_t items[ITEMS_MAX], changes[256], objections[256];
    size_t n_items, n_changes, n_objections;
    size_t done, refused;
};

static size_t pick(struct play *p, size_t n)
{
    return (size_t)random_below(&p->random, n);
}

static int64_t one_of(struct play *p, const int64_t *at, size_t n)
{
    return n ? at[pick(p, n)] : INT64_C(1234567890123);
}

static str some_day(struct play *p)
{
    return day_text(p->fx->a, instant_day(p->fx->now, 480) + (day)pick(p, 200) - 40);
}

static str finish_body(struct play *p, int64_t item)
{
    struct list parts = fx_rows(p->fx, &ITEM_PART);
    struct buf b;
    buf_init(&b, p->fx->a, 1 << 16);
    for (size_t i = 0; i < parts.n; i++) {
        const struct item_part *part = &((struct item_part *)parts.at)[i];
        if (part->item_id != item || !str_is(part->kind, "standard")) continue;
        buf_printf(&b, "%s{'part':'%" PRId64 "','answer':'成'}", b.n ? "," : "", part->id);
    }
    return str_printf(p->fx->a, ",'narrative':'完成','answers':[%.*s]", STR_FMT(buf_str(&b)));
}

static str members_of(struct play *p, const char *command, int64_t item)
{
    struct arena *a = p->fx->a;
    const char *unit = UNITS[pick(p, COUNT_OF(UNITS))];
    str when = some_day(p);
    if (strcmp(command, "item.approve") == 0)
        return str_printf(a,
                          ",'authority_kind':'%s','authority_ref':'会议','authority_day':'%.*s','"
                          "duplicates_seen':true",
                          pick(p, 3) ? "meeting" : "head", STR_FMT(when));
    if (strcmp(command, "item.accept") == 0) return STR(",'commitment':'按期'");
    if (strcmp(command, "item.transfer") == 0)
        return str_printf(a, ",'lead':'%s','person':'%s-1','deputy':'%s-2','reason':'调整'", unit,
                          unit, unit);
    if (strcmp(command, "item.report") == 0)
        return str_printf(a, ",'period':'2023-%02zu','progress':%zu,'narrative':'进展'",
                          pick(p, 12) + 1, pick(p, 110));
    if (strcmp(command, "item.ask_change") == 0)
        return str_printf(
            a,
            ",'kind':'%s','wish':'调整','reason':'原因','new_due':'%.*s','new_standard':'新标准'",
            pick(p, 2) ? "due" : "standard", STR_FMT(when));
    if (strcmp(command, "item.finish") == 0) return finish_body(p, item);
    if (strcmp(command, "item.pass") == 0) return STR(",'findings':'属实'");
    if (strcmp(command, "item.return") == 0)
        return str_printf(a, ",'reasons':'不足','rework_due':'%.*s'", STR_FMT(when));
    if (strcmp(command, "item.suspend") == 0)
        return str_printf(a, ",'reason':'客观','review_day':'%.*s'", STR_FMT(when));
    if (strcmp(command, "item.merge") == 0)
        return str_printf(a, ",'reason':'重复','heir':'%" PRId64 "'",
                          one_of(p, p->items, p->n_items));
    if (strcmp(command, "item.split") == 0)
        return str_printf(a,
                          ",'reason':'拆分','parts':[{'title':'甲%zu','standard':'一','lead':'%s','due':'%.*s','weight':5},"
                          "{'title':'乙%zu','standard':'二','lead':'FGW','due':'%.*s'}]",
                          p->done, unit, STR_FMT(when), p->done, STR_FMT(when));
    if (strcmp(command, "item.object") == 0) return STR(",'grounds':'理由'");
    if (strcmp(command, "item.issue") == 0 || strcmp(command, "item.resume") == 0 ||
        strcmp(command, "item.archive") == 0)
        return STR_EMPTY;
    return STR(",'reason':'原因'");
}

static const char *draft(struct play *p, str *body)
{
    const char *unit = UNITS[pick(p, COUNT_OF(UNITS))];
    struct fx *fx = p->fx;
    str parent = p->n_items && pick(p, 3) == 0
                     ? str_printf(fx->a, ",'parent':'%" PRId64 "'", one_of(p, p->items, p->n_items))
                     : STR_EMPTY;
    *body = fx_json(fx,
                    "{'register':'ZDRW','line':'L0%zu','title':'随机事项%zu','lead':'%s','person':'"
                    "%s-1','deputy':'%s-2',"
                    "'standard':'一；二','due':'%.*s','cycle':'%s','cycle_day':5%.*s}",
                    pick(p, 2) + 1, p->done, unit, unit, unit, STR_FMT(some_day(p)),
                    pick(p, 2) ? "month" : "none", STR_FMT(parent));
    return "item.draft";
}

// Commands that name something else than an item, and some that a clerk of the system gives.
static const char *other(struct play *p, const char **login, str *body)
{
    struct fx *fx = p->fx;
    int64_t item = one_of(p, p->items, p->n_items);
    switch (pick(p, 7)) {
    case 6:
        *login = "fgw";
        *body = fx_json(fx, "{'change':'%" PRId64 "','reason':'撤回'}", one_of(p, p->changes, p->n_changes));
        return "item.withdraw_change";
    case 0:
        *body = fx_json(fx, "{'change':'%" PRId64 "','approve':%s,'opinion':'意见'}",
                        one_of(p, p->changes, p->n_changes), pick(p, 2) ? "true" : "false");
        return "item.decide_change";
    case 1:
        *body = fx_json(fx, "{'objection':'%" PRId64 "','uphold':%s,'decision':'决定'}",
                        one_of(p, p->objections, p->n_objections), pick(p, 2) ? "true" : "false");
        return "item.decide_objection";
    case 2:
        *body = fx_json(fx, "{'item':'%" PRId64 "','child':'%" PRId64 "','reason':'豁免'}", item,
                        one_of(p, p->items, p->n_items));
        return "item.waive";
    case 3:
        *login = "sysadmin";
        *body = fx_json(fx, "{'first':'%.*s','last':'2023-12-31','name':'停','source':'示例'}",
                        STR_FMT(some_day(p)));
        if (pick(p, 8))
            *body = fx_json(fx,
                            "{'kind':'verify','amount':%zu,'unit':'working_day','roll':'none','"
                            "rule_version':'t','source':'x'}",
                            pick(p, 9));
        return str_has(*body, STR("first")) ? "calendar.add_stop" : "rule.set_clock";
    case 4:
        *body = fx_json(
            fx, "{'item':'%" PRId64 "','version':%zu,'parent':'%" PRId64 "','standard':'三；四'}",
            item, pick(p, 4) + 1, one_of(p, p->items, p->n_items));
        return "item.edit";
    default:
        *body = fx_json(fx, "{'item':'%" PRId64 "','body':'请抓紧'}", item);
        return "item.urge";
    }
}

static void keep(struct play *p, const char *command)
{
    if (strcmp(command, "item.draft") == 0) p->items[p->n_items++] = fx_id(p->fx, "item");
    if (strcmp(command, "item.ask_change") == 0 && p->n_changes < COUNT_OF(p->changes))
        p->changes[p->n_changes++] = fx_id(p->fx, "change");
    if (strcmp(command, "item.object") == 0 && p->n_objections < COUNT_OF(p->objections))
        p->objections[p->n_objections++] = fx_id(p->fx, "objection");
}

static void step(struct play *p, int i)
{
    struct fx *fx = p->fx;
    const char *login = LOGINS[pick(p, COUNT_OF(LOGINS))], *command;
    str body;
    fx->now += (instant)pick(p, 20) * 60 * US_PER_MINUTE;
    if (p->n_items < 6 || (pick(p, 12) == 0 && p->n_items < ITEMS_MAX)) {
        login = "sup";
        command = draft(p, &body);
    } else if (pick(p, 5) == 0) {
        command = other(p, &login, &body);
    } else {
        // Mostly a step of the table that the item's state allows, by somebody of the right role.
        int64_t item = one_of(p, p->items, p->n_items);
        unsigned state = state_bit(fx_load(fx, item).state);
        const struct transition *t = &LOOP[pick(p, N_LOOP)];
        for (int tries = 0; tries < 30 && !(t->from & state) && pick(p, 8); tries++)
            t = &LOOP[pick(p, N_LOOP)];
        for (int tries = 0; tries < 30 && !(fx_actor(fx, login).roles & t->by) && pick(p, 8);
             tries++)
            login = LOGINS[pick(p, COUNT_OF(LOGINS))];
        command = t->command;
        body =
            fx_json(fx, "{'item':'%" PRId64 "'%.*s}", item, STR_FMT(members_of(p, command, item)));
    }
    check_row("step %d: %s by %s %.*s", i, command, login, STR_FMT(body));
    str before = fx_digest(fx);
    if (fx_try(fx, login, command, body, "")) {
        p->done++;
        keep(p, command);
        return;
    }
    p->refused++;
    check(fx->c.err.code != ERR_INTERNAL && fx->c.err.code != ERR_STORE &&
          message_find(fx->c.err.id));
    check(str_eq(before, fx_digest(fx)));
}

static void play(struct fx *fx, uint64_t seed, int steps)
{
    struct play p = {.fx = fx};
    random_init(&p.random, seed);
    fx_at(fx, "2023-02-01T09:00:00+08:00");
    for (int i = 0; i < steps; i++) step(&p, i);
    print_message("seed %" PRIu64 ": %zu done, %zu refused\n", seed, p.done, p.refused);
    check_row("seed %" PRIu64, seed);
    check(p.done > (size_t)steps / 20 && p.refused > 0);
    check_int(fx_findings(fx), 0);
}

static void officials_play(void **state)
{
    const char *seed = getenv("BIHUAN_SEED"), *steps = getenv("BIHUAN_STEPS");
    uint64_t first = seed ? strtoull(seed, NULL, 10) : 20230201;
    int n = steps ? atoi(steps) : STEPS;
    for (uint64_t i = 0; i < SEEDS; i++) {
        if (i > 0) {
            fx_teardown(state);
            if (fx_setup(state) != 0) check(!"setup");
        }
        play(*state, first + i, n);
    }
}

int main(void)
{
    return CHECK_RUN(FX(officials_play));
}
