#pragma once
/*
 * Civil dates and instants. Nothing here reads the clock: "now" is always an argument.
 *
 * A day is a count of days since 1970-01-01 in the proleptic Gregorian calendar. An instant is
 * microseconds since 1970-01-01T00:00:00Z. A zone is a fixed offset in minutes east of UTC (China
 * keeps one zone without summer time, so no zone table is needed). In the store and in JSON a civil
 * date is the number yyyymmdd and the text "YYYY-MM-DD"; "no date" is 0 and "".
 */
#include "base/text.h"

typedef int32_t day;     // days since 1970-01-01
typedef int64_t instant; // microseconds since 1970-01-01T00:00:00Z

#define DAY_NONE INT32_MIN
#define INSTANT_NONE INT64_MIN
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_DAY (86400 * US_PER_SECOND)

struct civil {
    int year, month, day; // 1…12, 1…31
};

bool civil_valid(struct civil c);          // years 1900…2999
day day_of(int year, int month, int dom);  // the parts must be valid
struct civil day_civil(day d);
int day_weekday(day d);                    // 1 Monday … 7 Sunday (ISO 8601)
int month_days(int year, int month);
day day_add_months(day d, int months);     // the day of the month is clamped: 31 Jan + 1 = 28 Feb
day month_end(int year, int month);

int32_t day_to_ymd(day d);                 // 20230201; 0 for DAY_NONE
day day_from_ymd(int32_t ymd);             // DAY_NONE when it is not a date
bool day_parse(str s, day *out);           // "2023-02-01"
str day_text(struct arena *a, day d);      // "2023-02-01", "" for DAY_NONE

day instant_day(instant t, int zone_min);  // the civil day on which t falls
int instant_minute(instant t, int zone_min); // minute of that day, 0…1439
instant instant_at(day d, int minute, int zone_min);
// RFC 3339 "2023-02-01T09:00:00+08:00", with or without fraction, Z or offset; or a bare date,
// taken as 00:00 in the zone.
bool instant_parse(str s, int zone_min, instant *out);
str instant_text(struct arena *a, instant t, int zone_min); // with seconds and offset
