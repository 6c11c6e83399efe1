#pragma once
/*
 * What a store holds, as few figures as prove it: for each table its rows and the SM3 of them in the
 * order of the keys, for each district where its journal stands. Two stores with the same content
 * give the same sums, whatever engines they have.
 *
 * A row is hashed as one byte for each column (n null, i integer, r real, t text, b bytes) and its
 * value: integers and reals as 8 bytes little-endian, texts and bytes behind their length. The table's
 * name and columns come first. The two zeros of floating point are one value.
 */
#include "ledger/journal/verify.h"
#include "store/rows.h"

struct table_sum {
    str name;
    int64_t rows;
    str hash; // 64 hex digits
};

struct position {
    int64_t district;
    str code;    // "" when no table of districts knows it
    int64_t seq; // of the last record of its journal, and that record's hash
    str hash;
};

struct sums {
    int schema;
    VEC(struct table_sum) tables;
    VEC(struct position) districts;
};

// Both fill what lives in the arena given; the context's own is scratch.
MUST_CHECK bool sums_take(struct ctx *c, struct db *db, const struct schema *s, struct arena *a, struct sums *out);
// Only the districts.
MUST_CHECK bool positions_take(struct ctx *c, struct db *db, const struct schema *s, struct arena *a,
                               struct sums *out);
// One text for what a store's journals tell: its schema and the positions, hashed.
str sums_identity(struct arena *a, const struct sums *s);
// Findings name the tables and districts in which they differ: care.table_differs, care.district_differs.
void sums_compare(const struct sums *want, const struct sums *got, struct findings *f);
bool positions_same(const struct sums *x, const struct sums *y);
int64_t sums_rows(const struct sums *s);
// Recomputes the journal's chain of every district; findings as journal_verify.
MUST_CHECK bool chains_verify(struct ctx *c, struct db *db, const struct sums *s, struct findings *f, int64_t *records);
