#pragma once
/*
 * Reporting periods: their names, their bounds, and the day by which the report on a period is due.
 *
 *     week 2023W07 · ten days 2023-02A, -02B, -02C (上旬 1–10, 中旬 11–20, 下旬 21–end) · month
 * 2023-02 quarter 2023Q1 · half year 2023H1
 *
 * Weeks are ISO 8601 weeks: 2023W01 begins on Monday 2023-01-02. Pure; nothing here knows a
 * calendar of holidays: rolling a due day is the clock's business (rules.h).
 */
#include "base/date.h"
#include "base/error.h"

// Codes of the table CYCLES, in its order.
enum cycle { CYCLE_NONE, CYCLE_WEEK, CYCLE_TENDAY, CYCLE_MONTH, CYCLE_QUARTER, CYCLE_HALF };

struct period {
    enum cycle cycle;
    day first, last; // both included
};

bool cycle_of(str code, enum cycle *out); // "" is none; false when unknown
// The period in which d lies; for CYCLE_NONE the month.
struct period period_of(enum cycle c, day d);
struct period period_next(struct period p);
struct period period_previous(struct period p);
str period_name(struct arena *a, struct period p);
str period_title(struct arena *a, enum lang lang, struct period p); // "2023年2月上旬"
bool period_parse(str name, struct period *out);

/*
 * The last day for the report on p. n is the reporting day: n-th day of a period, 0 the last one. A
 * day in the first half of a period asks for the report on the period before (每月5日前: 2023-02 is
 * due on 2023-03-05), a later one for the report on the period itself (每月25日前: 2023-02 is due
 * on 2023-02-25). A day the period does not have is its last day.
 */
day period_due(struct period p, int64_t n);
// The first period not over before d whose report is due after d: what a unit owes that begins on
// d.
struct period period_owed(enum cycle c, int64_t n, day d);
