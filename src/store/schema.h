#pragma once
/*
 * What tables there are, read from the migrations that made them, so that whatever goes through a
 * store table by table (copying, comparing, exporting) forgets none and needs no list of its own.
 *
 * The text of a migration is what tools/sql_lint.py lets pass: CREATE TABLE, CREATE INDEX, ALTER
 * TABLE with ADD, RENAME and DROP, DROP TABLE, and changes of rows; types are @I64 @F64 @TXT @BIN.
 * A tenant table has district_id as its first column and the first of its key; any other table is a
 * reference table, the same for all districts.
 *
 * A schema lives in the arena of the context it was read with.
 */
#include "base/vec.h"
#include "store/db.h"

enum column_type { COLUMN_INT, COLUMN_REAL, COLUMN_TEXT, COLUMN_BYTES };

struct schema_column {
    str name;
    enum column_type type;
    bool null; // may be NULL
};

struct schema_table {
    str name;
    bool tenant;
    bool own; // the store's own notes (schema_version, copy_progress): never copied or compared
    VEC(struct schema_column) columns;
    VEC(size_t) key; // which columns make the primary key, in its order
    /*
     * Rows of a tenant table are those of one district, $1. In the order of the key, at most as many
     * as the last parameter says: first_rows from the beginning, next_rows after a key given column by
     * column (the district's is $1). last_key: the key of the last row.
     */
    struct stmt first_rows, next_rows, last_key;
    struct stmt insert;        // every column, in order
    struct stmt any;           // one row if there is one, of any district
    struct stmt next_district; // tenant tables: the next district after $1 that has rows
};

struct schema {
    int version; // of how many migrations
    VEC(struct schema_table) tables; // as they were created: what a key refers to comes first
};

// The tables as the store's applied migrations made them.
MUST_CHECK bool schema_read(struct ctx *c, const struct store *s, struct schema *out);
// As this program's migrations would make them, without a store.
MUST_CHECK bool schema_shipped(struct ctx *c, struct schema *out);
const struct schema_table *schema_table(const struct schema *s, str name);   // NULL when there is none
size_t schema_column(const struct schema_table *t, str name); // SIZE_MAX when there is none
