#pragma once
/*
 * Which districts a store holds: one, the sixteen of a city, or thousands. Looking them up is the only
 * thing beside the named reports that is not of one district; the table is small and never changes
 * but for new rows. A code is one district's in a store, and stays its own.
 */
#include "ledger/ledger.h"

struct district_ref {
    int64_t id;
    int zone_min;
    str code, name, name_en;
};

enum { DISTRICTS_SHOWN = 200 };

struct district_list {
    VEC(struct district_ref) rows; // by code, at most DISTRICTS_SHOWN
    bool more;                     // there are others that fit
};

// The district of a code, or, for "", the only one. ERR_NOT_FOUND district.not_found, ERR_INVALID
// district.choose when there are several.
MUST_CHECK bool district_find(struct ctx *c, struct db *db, str code, struct district_ref *out);
// Those whose code begins with the text or whose name holds it; "" fits all.
MUST_CHECK bool district_search(struct ctx *c, struct db *db, str text, struct district_list *out);
// Both on a reader of their own.
MUST_CHECK bool ledger_district_find(struct ctx *c, struct ledger *l, str code, struct district_ref *out);
MUST_CHECK bool ledger_district_search(struct ctx *c, struct ledger *l, str text, struct district_list *out);

extern const struct stmt *const DISTRICT_STATEMENTS[];
extern const size_t N_DISTRICT_STATEMENTS;
