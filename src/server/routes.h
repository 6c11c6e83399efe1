#pragma once
/*
 * Which path does what, who may, and where it runs. Commands and queries are not listed here: they
 * come from their tables by name.
 */
#include "server/exchange.h"

enum access { ACCESS_OPEN, ACCESS_SIGNED_IN };
enum body_kind { BODY_NONE, BODY_JSON, BODY_FILE };
enum place {
    ON_EVENT,   // at once, on the event thread: must not wait
    ON_READERS, // in the reader pool
    ON_SLOW,    // in the slow pool
    ON_WRITER   // gives itself to the store's writer and is finished from there
};

struct route {
    const char *method;
    const char *path; // ending in / : everything below it, the rest is the tail
    enum access access;
    enum body_kind body;
    enum place place;
    enum metric_class metric;
    void (*run)(struct exchange *x); // fills the answer; ON_WRITER: sees to it that it is finished
};

// Sets x->route and tail; false: 404 or 405 is recorded, with *allow for the latter.
MUST_CHECK bool route_find(struct exchange *x, str *allow);
// The whole request is there: authenticate, check, run. Ends in exchange_finish or, when nothing had
// to wait, in stage READY.
void route_dispatch(struct exchange *x);
