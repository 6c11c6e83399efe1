#pragma once
/*
 * Going through a store row by row, in the order of the keys: reference tables first, then district
 * by district, and there table by table in the order of the schema. Two stores with the same content
 * give the same rows in the same order, whatever engines they have.
 */
#include "store/schema.h"

enum { ROWS_PAGE = 500 }; // rows read by one statement when the caller does not say

// What a row holds, as arguments of another statement: one for each column.
typedef bool row_fn(struct ctx *c, const struct schema_table *t, const struct db_arg *row, void *arg);

/*
 * Every row of a table (of the district, when it is a tenant table). Memory that fn takes from the
 * context is given back after each page: what is to stay it keeps in an arena of its own.
 */
MUST_CHECK bool rows_each(struct ctx *c, struct db *db, const struct schema_table *t,
                          int64_t district, row_fn *fn, void *arg);

struct row_page {
    struct db_arg *cells; // rows × columns
    size_t rows;
    bool more; // there may be rows after these
};
// At most limit rows after a key (NULL: from the beginning); fewer when they are large.
MUST_CHECK bool rows_page(struct ctx *c, struct db *db, const struct schema_table *t,
                          int64_t district, const struct db_arg *after, size_t limit,
                          struct row_page *page);
// The key of a row, as "after" wants it, in the arena.
struct db_arg *row_key(struct arena *a, const struct schema_table *t, const struct db_arg *row);
// The key of the table's last row in the district; *found false: it has none.
MUST_CHECK bool rows_last_key(struct ctx *c, struct db *db, const struct schema_table *t,
                              int64_t district, struct db_arg **key, bool *found);

/*
 * Visits every table that is not the store's own, tenant tables once for each district in which they
 * have rows. Districts are found in the tables themselves, so that rows of a district nobody knows
 * are not passed by. district 0: a reference table. only: one district's tenant tables alone, or
 * EVERY_DISTRICT.
 */
#define EVERY_DISTRICT INT64_MIN
typedef bool table_fn(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district,
                      void *arg);
MUST_CHECK bool tables_walk(struct ctx *c, struct db *db, const struct schema *s, int64_t only,
                            table_fn *fn, void *arg);
// Has any table that is not the store's own a row?
MUST_CHECK bool tables_empty(struct ctx *c, struct db *db, const struct schema *s, bool *empty);
