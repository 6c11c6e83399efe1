/*
 * What SQLite's planner has to know about our tables. Every index begins with district_id, which
 * hardly narrows anything; without figures SQLite takes the first column of a key for a selective
 * one, prefers the primary key to a fitting index, and reads a district's whole table to find the
 * notes of one item. ANALYZE would find figures, but those of the day it runs: a new store is empty,
 * and plans would change under way. So the figures are fixed here, from the names of columns, and
 * written into sqlite_stat1 when the schema has changed; the same store has the same plans for ever.
 *
 * sqlite_stat1.stat is "rows n1 n2 …": how many rows there are, then how many share one value of the
 * first column, of the first two, and so on (https://www.sqlite.org/fileformat2.html#stat1tab).
 */
#include "store/sqlite_internal.h"

#include "base/vec.h"

enum { ROWS = 100000, ROWS_OF_STATE = 12000, ROWS_OF_REFERENCE = 20, ROWS_OF_VALUE = 200, NARROWS = 20 };

struct fact {
    str table, index, figures;
    str name; // in sqlite_stat1: the key of a table without rowid goes by the table's name
    bool unique;
};

static const struct stmt INDEXES = {
    "store.indexes", "SELECT m.name, l.name, l.\"unique\", l.origin FROM sqlite_schema AS m"
                     " JOIN pragma_index_list(m.name) AS l WHERE m.type = 'table' ORDER BY 1, 2"};
static const struct stmt COLUMNS = {"store.index_columns",
                                    "SELECT i.name FROM pragma_index_info($1) AS i ORDER BY i.seqno"};
static const struct stmt KNOWN = {"store.known_facts", "SELECT count(*) FROM sqlite_stat1"};
static const struct stmt FORGET = {"store.forget_facts", "DELETE FROM sqlite_stat1"};
static const struct stmt LEARN = {"store.learn_fact",
                                  "INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES($1, $2, $3)"};

// How many rows share the values of the columns so far, when so many shared those before.
static int narrowed(str column, int before, bool first, bool last_of_unique)
{
    int n = before / NARROWS;
    if (first && str_is(column, "state")) n = ROWS_OF_STATE;
    else if (first) n = str_ends(column, STR("_id")) ? ROWS_OF_REFERENCE : ROWS_OF_VALUE;
    if (last_of_unique || str_is(column, "id") || n < 1) n = 1;
    return n;
}

// Sets the figures; *tenant false: the index does not begin with the district and needs no help.
static bool figures_of(struct ctx *c, struct db *db, struct fact *f, bool *tenant)
{
    struct db_rows r;
    VEC(str) columns = {0};
    struct buf b;
    int rows = ROWS;
    if (!DB_QUERY(c, db, &r, &COLUMNS, ARG(f->index))) return false;
    while (db_next(&r)) VEC_ADD(c->a, &columns, db_text(&r, 0));
    if (!db_done(&r)) return false;
    *tenant = columns.n > 0 && str_is(columns.at[0], "district_id");
    buf_init(&b, c->a, 400);
    buf_printf(&b, "%d", ROWS);
    for (size_t i = 0; i < columns.n; i++) {
        if (i) rows = narrowed(columns.at[i], rows, i == 1, f->unique && i + 1 == columns.n);
        buf_printf(&b, " %d", rows);
    }
    f->figures = buf_str(&b);
    return true;
}

static bool facts_of(struct ctx *c, struct db *db, struct fact **at, size_t *n)
{
    struct db_rows r;
    VEC(struct fact) all = {0};
    if (!DB_QUERY(c, db, &r, &INDEXES)) return false;
    while (db_next(&r)) {
        struct fact *f = VEC_PUSH(c->a, &all);
        *f = (struct fact){.table = db_text(&r, 0), .index = db_text(&r, 1), .unique = db_int(&r, 2) != 0};
        f->name = str_is(db_text(&r, 3), "pk") ? f->table : f->index;
    }
    if (!db_done(&r)) return false;
    *n = 0;
    for (size_t i = 0; i < all.n; i++) {
        bool tenant;
        if (!figures_of(c, db, &all.at[i], &tenant)) return false;
        if (tenant) all.at[(*n)++] = all.at[i];
    }
    *at = all.at;
    return ctx_ok(c);
}

static bool known(struct ctx *c, struct db *db, size_t n, bool *same)
{
    struct db_rows r;
    bool has;
    *same = false;
    if (!db->engine->has_table(c, db, "sqlite_stat1", &has)) return false;
    if (!has) return true;
    if (!DB_QUERY(c, db, &r, &KNOWN)) return false;
    *same = db_next(&r) && db_int(&r, 0) == (int64_t)n;
    return db_done(&r);
}

static bool learn(struct ctx *c, struct db *db, const struct fact *facts, size_t n)
{
    // ANALYZE of one small table is how sqlite_stat1 comes into being.
    if (!db->engine->script(c, db, "ANALYZE schema_version") || !DB_RUN(c, db, &FORGET, NULL)) return false;
    for (size_t i = 0; i < n; i++)
        if (!DB_RUN(c, db, &LEARN, NULL, ARG(facts[i].table), ARG(facts[i].name),
                    ARG(facts[i].figures)))
            return false;
    return true;
}

bool sqlite_plan(struct ctx *c, struct db *db)
{
    struct fact *facts;
    size_t n;
    bool same, has;
    if (!db->engine->has_table(c, db, "schema_version", &has)) return false;
    if (!has) return true; // a test's store without migrations
    if (!facts_of(c, db, &facts, &n) || !known(c, db, n, &same)) return false;
    if (same) return true;
    if (!db->engine->begin(c, db, true)) return false;
    if (!learn(c, db, facts, n) || db->engine->commit(c, db) != COMMIT_DONE) {
        db->engine->rollback(db);
        return false;
    }
    return db->engine->script(c, db, "ANALYZE sqlite_schema"); // this connection reads them again
}
