#pragma once
/*
 * Who sees which rows: one table, a row an entity, and the one way to load a thing somebody asked for.
 *
 * A thing the reader may not see answers exactly like one that is missing, in status, id, text and the
 * number of statements asked, so that nobody learns by trying ids or codes what there is:
 *   - what a call is about (its first argument, when it must be given and is not seen by everybody) and
 *     what is loaded below: ERR_NOT_FOUND record.not_found, with the text that the caller gave;
 *   - any other reference of the arguments: ERR_INVALID field.no_such_reference, with the same.
 * args.c asks this table for every reference of every command and query, so a command gets ids of
 * visible rows only. What it then reaches from there (the item of a change request, a parent) it loads
 * with record_load_seen when it tells of it, with record_load when a rule needs it whoever asks.
 *
 * An entity that is not in the table is seen by nobody but the system, and a test fails.
 */
#include "ledger/item/item.h"

enum sight_kind {
    SIGHT_ALL,     // everybody who is signed in in the district
    SIGHT_ROLES,   // the roles named
    SIGHT_ITEM,    // who sees the item that stands in field
    SIGHT_OWN,     // the account or the person in field, and the roles named
    SIGHT_UNIT,    // officers of the unit in field or of one above it, and the roles named
    SIGHT_OF,      // who sees the row of another entity that stands in field
    SIGHT_FUNCTION // what may tells
};

struct sight {
    const struct entity *entity;
    enum sight_kind kind;
    const char *field;
    unsigned roles;
    bool (*may)(struct call *k, const void *record, bool *may);
};
extern const struct sight SIGHTS[];
extern const size_t N_SIGHTS;
const struct sight *sight_of(const struct entity *e); // NULL: not in the table

// May the actor see this row?
MUST_CHECK bool sight_may(struct call *k, const struct entity *e, const void *record, bool *may);
// As record_load and record_by_code, for what somebody asked for: unseen is missing.
MUST_CHECK bool record_load_seen(struct call *k, const struct entity *e, int64_t id, void *record);
MUST_CHECK bool record_by_code_seen(struct call *k, const struct entity *e, str code, void *record, bool *found);
MUST_CHECK bool item_load_seen(struct call *k, int64_t id, struct item *it);
// What a reference in the arguments means: an id (ten digits at least) or a code; *found false when there
// is none that the actor may see.
MUST_CHECK bool sight_find(struct call *k, const struct entity *e, str given, int64_t *id, bool *found);
// The refusal of what is missing or not seen: ERR_NOT_FOUND record.not_found. Returns false.
MUST_CHECK bool record_missing(struct call *k, const struct entity *e, str given);
