/*
 * Migrations: numbered SQL files, built into the program, applied in order, each in one transaction
 * with its row in schema_version. The row keeps the SHA-256 of the file's text; at every start the
 * applied ones are compared, because a migration that was edited after its release means that two
 * installations with one version number differ.
 *
 * schema_version is a reference table. It holds no instant: the store has no clock.
 */
#include "store/store_internal.h"

const char CREATE_VERSION[] = "CREATE TABLE schema_version("
                              "version @I64 NOT NULL PRIMARY KEY, " // 1, 2, 3 …
                              "name @TXT NOT NULL, "                // "0001_ledger"
                              "hash @TXT NOT NULL) @END;";          // SHA-256, hexadecimal

static const struct stmt VERSION_LIST = {
    "store.version_list", "SELECT version, name, hash FROM schema_version ORDER BY version"};
static const struct stmt VERSION_ADD = {
    "store.version_add", "INSERT INTO schema_version(version, name, hash) VALUES($1, $2, $3)"};

const struct stmt *const STORE_STATEMENTS[] = {&VERSION_LIST, &VERSION_ADD};
const size_t STORE_STATEMENTS_N = COUNT_OF(STORE_STATEMENTS);

// Replaces @I64 @F64 @TXT @BIN @END by the engine's words.
static char *expand(struct ctx *c, const struct engine *e, const char *sql)
{
    struct buf b;
    buf_init(&b, c->a, 4 * 1024 * 1024);
    for (const char *p = sql; *p;) {
        const char *word = *p == '@' && p[1] && p[2] && p[3] ? e->token(p + 1) : NULL;
        if (word) {
            buf_addz(&b, word);
            p += 4;
        } else {
            buf_addc(&b, *p++);
        }
    }
    char *z = str_z(c->a, buf_str(&b));
    return arena_ok(c->a) && buf_ok(&b) ? z : NULL;
}

static bool run_script(struct ctx *c, struct db *db, const char *sql)
{
    char *text = expand(c, db->engine, sql);
    if (!text) return fail(c, ERR_NO_MEMORY, "store.no_memory");
    return db->engine->script(c, db, text);
}

static bool changed(struct ctx *c, str name)
{
    return fail(c, ERR_STORE, "store.migration_changed", name);
}

// Is the n-th applied row what the set holds? A row beyond the set is judged by its number alone.
static bool same(const struct migration_set *set, int64_t version, int n, str name, str hash)
{
    if (version != n) return false; // a gap
    if ((size_t)n > set->n) return true;
    const struct migration *m = &set->at[n - 1];
    return str_is(name, m->name) && str_is(hash, m->hash);
}

// Compares the applied migrations with the set; *version is the highest applied.
static bool compare(struct ctx *c, struct db *db, const struct migration_set *set, int *version)
{
    *version = 0;
    bool has = false;
    if (!db->engine->has_table(c, db, "schema_version", &has)) return false;
    if (!has) return true;
    struct db_rows r;
    if (!DB_QUERY(c, db, &r, &VERSION_LIST)) return false;
    str wrong = STR_EMPTY;
    int64_t last = 0;
    while (db_next(&r)) {
        last = db_int(&r, 0);
        str name = db_text(&r, 1);
        if (!same(set, last, ++*version, name, db_text(&r, 2)) && !wrong.n) wrong = name;
    }
    if (!db_done(&r)) return false;
    if (last > (int64_t)set->n)
        return fail(c, ERR_STORE, "store.newer", str_printf(c->a, "%" PRId64, last),
                    str_printf(c->a, "%zu", set->n));
    return wrong.n ? changed(c, wrong) : true;
}

static bool apply_one(struct ctx *c, struct db *db, const struct migration *m)
{
    if (!db->engine->begin(c, db, true)) return false;
    bool ok = (m->version > 1 || run_script(c, db, CREATE_VERSION)) && run_script(c, db, m->sql) &&
              DB_RUN(c, db, &VERSION_ADD, NULL, ARG((int64_t)m->version), ARG(str_of(m->name)),
                     ARG(str_of(m->hash))) &&
              db->engine->settled(c, db);
    if (ok && db->engine->commit(c, db) == COMMIT_DONE) return true;
    db->engine->rollback(db);
    // What the store could not do keeps its own message; what the text did wrong gets the file's
    // name.
    bool of_text =
        c->err.code == ERR_INTERNAL || c->err.code == ERR_INVALID || c->err.code == ERR_CONFLICT;
    if (!of_text) return false;
    str why = c->err.args[c->err.n_args ? c->err.n_args - 1 : 0];
    error_clear(c);
    return fail(c, ERR_STORE, "store.migration_failed", str_of(m->name), why);
}

static bool apply_missing(struct ctx *c, struct db *db, const struct migration_set *set,
                          int *version)
{
    if (!compare(c, db, set, version)) return false; // again: another process may have run them
    for (; (size_t)*version < set->n; ++*version)
        if (!apply_one(c, db, &set->at[*version])) return false;
    return true;
}

bool migrate(struct ctx *c, struct db *db, const struct migration_set *set, bool apply,
             int *version)
{
    for (size_t i = 0; i < set->n; i++) INVARIANT(set->at[i].version == (int)i + 1);
    if (!compare(c, db, set, version)) return false;
    if (!apply || (size_t)*version == set->n) return true;
    bool shared = db->engine->lock_schema != NULL;
    if (shared && !db->engine->lock_schema(c, db, true)) return false;
    bool ok = apply_missing(c, db, set, version);
    return (!shared || db->engine->lock_schema(c, db, false)) && ok;
}

int store_schema_latest(void)
{
    return (int)STORE_MIGRATIONS.n;
}
