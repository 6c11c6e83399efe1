#include "store/distribute.h"

#include "store/schema.h"

static const char HEAD[] =
    "-- Spreads the tables over the nodes of a Citus cluster. Printed by `bihuan distribute` from the schema.\n"
    "-- Run it on the coordinator, in the store's database, after the tables were made and after every upgrade\n"
    "-- that brings a new one: what is spread already is left alone. docs/operator-guide/citus.md tells more.\n"
    "\\set ON_ERROR_STOP on\n";

// Only where it was not done: the function is not called when the condition is false.
static void put(struct buf *out, const char *call, str table, const char *more, str with)
{
    buf_addz(out, "SELECT ");
    buf_addz(out, call);
    buf_addz(out, "('");
    buf_add(out, table);
    buf_addz(out, more);
    buf_add(out, with);
    buf_addz(out, "')\n  WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '");
    buf_add(out, table);
    buf_addz(out, "'::regclass);\n");
}

bool store_distribution(struct ctx *c, struct buf *out)
{
    struct schema s;
    str first = STR_EMPTY;
    if (!schema_shipped(c, &s)) return false;
    buf_addz(out, HEAD);
    // First those that tenant tables may refer to. Both in the order of their making, so that a foreign key
    // always finds its table spread before it.
    buf_addz(out, "\n-- the same on every node\n");
    for (size_t i = 0; i < s.tables.n; i++)
        if (!s.tables.at[i].tenant) put(out, "create_reference_table", s.tables.at[i].name, "", STR_EMPTY);
    buf_addz(out, "\n-- by district: the rows of one district of all tables lie on one node\n");
    for (size_t i = 0; i < s.tables.n; i++) {
        const struct schema_table *t = &s.tables.at[i];
        if (!t->tenant) continue;
        INVARIANT(t->key.n > 0); // without a key a shard cannot be moved while it is written
        put(out, "create_distributed_table", t->name, "', 'district_id', colocate_with => '",
            first.n ? first : STR("none"));
        if (!first.n) first = t->name;
    }
    return ctx_ok(c);
}
