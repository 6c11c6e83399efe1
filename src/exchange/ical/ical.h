#pragma once
/*
 * Writing iCalendar (RFC 5545): one VCALENDAR with events, in UTC or as whole days, without alarms. Lines
 * end in CRLF and are folded after 75 octets, never inside a character (3.1); text values are escaped
 * (3.3.11). What is written depends on the arguments alone: DTSTAMP is the instant of the last change.
 *
 *     ical_begin(&b, STR("闭环"), STR("区住建委"));
 *     ical_event(&b, &event);
 *     ical_end(&b);
 */
#include "base/date.h"

struct ical_event {
    str uid;
    int64_t sequence;    // of the revision
    instant changed_at;  // LAST-MODIFIED and DTSTAMP
    day on;              // a whole day; DAY_NONE: at is meant
    instant at;
    str summary, description, category, url; // "" leaves them out
    const char *status;  // CONFIRMED, TENTATIVE, CANCELLED
};

void ical_begin(struct buf *b, str product, str name);
void ical_event(struct buf *b, const struct ical_event *e);
void ical_end(struct buf *b);

// One content line: name (with parameters), ":", the value as it is; folded.
void ical_line(struct buf *b, const char *name, str value);
// The same with the value escaped as TEXT.
void ical_text(struct buf *b, const char *name, str value);
