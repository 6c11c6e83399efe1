#pragma once
/*
 * The rules of a district as data: how long each clock of the loop runs, how lights turn, which
 * words may not stand in a text. Loaded once and read by any number of calls; the questions below
 * are pure functions of rules, calendar and arguments, so that a clock can be computed again at any
 * time from what was stored.
 *
 * When a clock ends. Limits counted in working days, in days or by a day of the period end with the
 * office hours of that day; a last day that does not work and is not rolled ends at 24:00 (民法典
 * 第二百零三条). A limit in working minutes ends at that minute.
 */
#include "ledger/call.h"
#include "ledger/org/org.h"

extern const struct enum_table WORD_KINDS; // secrecy quota

struct register_set; // ledger/registers/registers.h

struct rules {
    size_t n_clocks, n_lights, n_words;
    const struct clock_rule *clocks;
    const struct light_rule *lights; // ascending by below_days
    const struct word_rule *words;
    const struct register_set *registers; // what the district declares about its registers
};

// Both live in the arena of k->c: a cache gives a call with an arena of its own. A district that
// has no office hours yet has no calendar: *out is NULL then. The calendar's version names its
// content.
MUST_CHECK bool rules_load(struct call *k, const struct rules **out);
MUST_CHECK bool calendar_load(struct call *k, const struct calendar **out);
// Reads "09:00-12:00,13:00-18:00"; "" and "off" are a day without work. False: not of this form.
bool week_parse(str intervals, struct day_pattern *out);

struct clock_ask {
    const char *kind; // a code of CLOCK_KINDS
    int64_t register_id; // whose own clock counts before the district's; 0 none
    instant from;     // what started it
    day until;        // a day that a person set (rework due, review day); DAY_NONE: the rule counts
    day item_due;     // report: the item's due day or DAY_NONE
    str cycle;        // report: the item's reporting cycle, "" or a code of CYCLES
    int64_t cycle_day; // report: n-th day of the period, 0 the last
    str last_period;   // report: the latest period reported, "" when there is none yet
    bool fresh;          // report: the duty begins (again) with this clock
};

struct clock_answer {
    instant due_at;
    str rule_version; // borrowed from the rules
    str period;       // report: the period that is owed next; "" when only the end is owed
};

/*
 * Report clocks: with a cycle, the report on the period after the last one reported is owed (on the
 * first, the one that is not over before the start), but at the latest on the item's due day while
 * that lies ahead. What ended before a fresh start (accepted, taken up again, reopened) is not owed;
 * otherwise a period that was left out stays owed. Without a cycle the due day itself is the next
 * date, and once it is past, or where there is none, the rule's own amount counts.
 *
 * False: ERR_REFUSED clock.no_rule (the pack declares none for this kind), clock.no_calendar.
 */
MUST_CHECK bool clock_due(struct ctx *c, const struct rules *r, const struct calendar *k,
                          const struct clock_ask *ask, struct clock_answer *out);

// The light of an item: grey once closed, cancelled or archived; none while nobody owes it
// (drafted, approved, suspended) or without a due day; else the first rule whose bound lies above
// the days left.
str light_of(const struct rules *r, str state, day due, day today);
// The states that carry a light by due day, for SQL: issued, accepted, reported.
bool light_counts(str state);

struct light_bound {
    str light;
    int64_t first_ymd, last_ymd; // due days of this light, both included, yyyymmdd
};
// The due days of each light on that day, in rule order; together they cover every day once.
size_t light_bounds(const struct rules *r, day today, struct light_bound *out, size_t max);

// The first word of that kind (a code of WORD_KINDS) that stands in the text, folded; "" none.
str rules_word(struct arena *a, const struct rules *r, const char *kind, str text);
