#pragma once
/*
 * SQL put together at run time: constants of ours, names from field tables, and bound parameters.
 * Text that a user wrote never enters the SQL, it is always an argument; that is why the only way to
 * add text takes a C string constant or a field.
 *
 *     struct sqltext q;
 *     sqltext_init(&q, k);                          // $1 is the district
 *     sqltext_add(&q, "SELECT i.id FROM item AS i WHERE i.district_id = $1 AND i.state = ");
 *     sqltext_arg(&q, db_arg_text(state));          // appends $2
 *     if (!sqltext_query(k, &q, "items.page", &rows)) return false;
 *
 * Lists are padded to 1, 4, 16, 64, 256 by repeating the last value, so that few different statements
 * are prepared (R35).
 */
#include "ledger/call.h"

enum { SQLTEXT_MAX_BYTES = 256 * 1024, SQLTEXT_LIST = 256 };

struct sqltext {
    struct arena *a;
    struct buf text;
    VEC(struct db_arg) args;
};

void sqltext_init(struct sqltext *q, const struct call *k);
void sqltext_add(struct sqltext *q, const char *constant);
// alias.column of a field; alias is a constant of ours.
void sqltext_field(struct sqltext *q, const char *alias, const struct field *f);
void sqltext_arg(struct sqltext *q, struct db_arg arg);
// "(column IN ($2, …) OR column IN (…))"; an empty list is "1 = 0".
void sqltext_in(struct sqltext *q, const char *alias, const struct field *f, const struct db_arg *at, size_t n);
// "alias.column IN ($2, …)" over 1 to SQLTEXT_LIST ids; alias_column is a constant of ours, or "".
void sqltext_ids(struct sqltext *q, const char *alias_column, const int64_t *ids, size_t n);
// Adds all of part (a condition built apart) with its parameters renumbered; $1 stays $1.
void sqltext_append(struct sqltext *q, const struct sqltext *part);
// Runs it; fails with ERR_TOO_LARGE filter.too_large when the text passed its maximum.
MUST_CHECK bool sqltext_query(struct call *k, struct sqltext *q, const char *name, struct db_rows *rows);
