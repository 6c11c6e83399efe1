#include <dirent.h>
#include <errno.h>

#include "base/map.h"
#include "ledger/care/care_internal.h"
#include "ledger/check.h"

/* --- the database of a backup --- */

// What the store says of itself is a finding here: damage is what is looked for.
static bool told(struct ctx *c, bool ok, str name, struct findings *f)
{
    if (ok || c->err.code == ERR_NO_MEMORY) return ok;
    finding(f, "backup.database", name, error_text(f->a, f->lang, &c->err), STR_EMPTY);
    error_clear(c);
    return true;
}

bool database_verify(struct ctx *c, str dir, const struct manifest *m, struct findings *f)
{
    char hex[SM3_HEX + 1];
    int64_t bytes = 0;
    struct store *s = NULL;
    struct sums sums = {0};
    str path = in_folder(f->a, dir, "bihuan.db");
    if (!file_hash(str_z(c->a, path), hex, &bytes)) {
        finding(f, "backup.database", path, str_of(strerror(errno)), STR_EMPTY);
        return true;
    }
    if (bytes != m->database_bytes || !str_is(m->database_hash, hex))
        finding(f, "backup.database_altered", path, m->database_hash, str_of(hex));
    bool ok = backup_open(c, dir, &s) && store_sums(c, s, f->a, &sums);
    store_close(s);
    if (ok) sums_compare(&m->sums, &sums, f);
    return told(c, ok, path, f);
}

/* --- its files --- */

struct referring {
    struct map named;
    struct findings *f;
    str files; // the folder
    int64_t found, bytes;
};

static bool note(struct ctx *c, str hash, void *arg)
{
    struct referring *r = arg;
    (void)c;
    if (!map_get(&r->named, hash)) {
        str kept = str_dup(r->f->a, hash);
        map_put(r->f->a, &r->named, kept, r);
    }
    return true;
}

static void check_file(struct ctx *c, struct referring *r, const char *folder, const char *name)
{
    char hex[SM3_HEX + 1];
    int64_t bytes = 0;
    str path = str_printf(r->f->a, "%.*s/%s/%s", STR_FMT(r->files), folder, name);
    if (!map_get(&r->named, str_of(name))) {
        finding(r->f, "backup.odd_file", path, STR_EMPTY, STR_EMPTY);
        return;
    }
    bool same = file_hash(str_z(c->a, path), hex, &bytes) && strcmp(hex, name) == 0 && strncmp(folder, name, 2) == 0;
    if (!same) finding(r->f, "check.file_altered", path, str_of(name), STR_EMPTY);
    r->found++;
    r->bytes += bytes;
}

typedef void entry_fn(struct ctx *c, struct referring *r, const char *folder, const char *name);

static bool each_entry(struct ctx *c, struct referring *r, const char *path, const char *folder, entry_fn *fn)
{
    DIR *d = opendir(path);
    if (!d) return errno == ENOENT || file_failed(c);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        struct arena_mark mark = arena_mark(c->a);
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) fn(c, r, folder, e->d_name);
        if (c->err.code == ERR_NONE) arena_reset_to(c->a, mark);
    }
    closedir(d);
    return ctx_ok(c);
}

static void check_folder(struct ctx *c, struct referring *r, const char *folder, const char *name)
{
    const char *path = str_z(c->a, in_folder(c->a, r->files, name));
    (void)folder;
    if (!each_entry(c, r, path, name, check_file) || strlen(name) != 2) {
        finding(r->f, "backup.odd_file", str_of(path), STR_EMPTY, STR_EMPTY);
        if (c->err.code != ERR_NO_MEMORY) error_clear(c);
    }
}

static void check_top(struct ctx *c, struct referring *r, const char *folder, const char *name)
{
    static const char *const OURS[] = {"bihuan.db", "files", "manifest.json"};
    (void)c;
    for (size_t i = 0; i < COUNT_OF(OURS); i++)
        if (strcmp(name, OURS[i]) == 0) return;
    finding(r->f, "backup.odd_file", str_printf(r->f->a, "%s/%s", folder, name), STR_EMPTY, STR_EMPTY);
}

static bool files_verify(struct ctx *c, str dir, const struct manifest *m, struct findings *f)
{
    struct referring r = {.f = f, .files = in_folder(f->a, dir, "files")};
    struct store *s = NULL;
    bool ok = backup_open(c, dir, &s) && files_walk(c, s, note, &r);
    store_close(s);
    if (!ok) return told(c, false, dir, f);
    const char *top = str_z(c->a, dir);
    if (!each_entry(c, &r, top, top, check_top)) return false;
    if (!each_entry(c, &r, str_z(c->a, r.files), "", check_folder)) return false;
    if (r.found != m->files || r.bytes != m->file_bytes)
        finding(f, "backup.files_differ", str_printf(f->a, "%" PRId64, m->files),
                str_printf(f->a, "%" PRId64, r.found), STR_EMPTY);
    return true;
}

/* --- a ledger, wherever it is --- */

static bool verify_district(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                            struct verify_report *r)
{
    struct check_result result;
    // Everything that was rebuilt for a district goes with it.
    struct ctx own = {.a = arena_new(SIZE_MAX), .lang = c->lang};
    if (!own.a) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    error_clear(&own);
    bool ok = ledger_check_district(&own, l, district, f, &result);
    if (!ok) fail_with(c, own.err.code, own.err.id, own.err.field, own.err.position, own.err.args, own.err.n_args);
    arena_free(own.a);
    r->districts++;
    r->journal_rows += result.journal_rows;
    r->records += result.records;
    r->items += result.items;
    r->files += result.files;
    return ok;
}

struct listing {
    struct schema schema;
    struct arena *a;
    struct sums positions;
};

static bool list_districts(struct ctx *c, struct db *db, void *arg)
{
    struct listing *x = arg;
    return positions_take(c, db, &x->schema, x->a, &x->positions);
}

bool ledger_verify_all(struct ctx *c, struct ledger *l, struct findings *f, struct verify_report *r)
{
    struct listing x = {.a = f->a};
    *r = (struct verify_report){.schema = store_schema_version(ledger_store(l))};
    if (!schema_read(c, ledger_store(l), &x.schema)) return false;
    if (!store_read(c, ledger_store(l), list_districts, &x)) return false;
    if (!ledger_check_engine(c, l, f)) return false;
    for (size_t i = 0; i < x.positions.districts.n; i++)
        if (!verify_district(c, l, x.positions.districts.at[i].district, f, r)) return false;
    return true;
}

bool backup_verify(struct ctx *c, str dir, struct findings *f, struct verify_report *r)
{
    struct manifest m;
    struct ledger *l = NULL;
    bool good;
    *r = (struct verify_report){0};
    if (!manifest_read(c, dir, f, &m, &good)) return false;
    if (!good) return true; // without it nothing can be said of the rest
    if (!database_verify(c, dir, &m, f) || !files_verify(c, dir, &m, f)) return false;
    r->rows = sums_rows(&m.sums);
    r->schema = m.sums.schema;
    r->files = m.files;
    if (m.sums.schema != store_schema_latest()) return true;
    struct ledger_options o = {.store_url = str_cat(c->a, STR("sqlite:"), in_folder(c->a, dir, "bihuan.db")),
                               .files_dir = in_folder(c->a, dir, "files"),
                               .read_only = true,
                               .still = true,
                               .readers = 1};
    struct verify_report ledger = {0};
    bool ok = ledger_open(c, &o, &l) && ledger_verify_all(c, l, f, &ledger);
    ledger_close(l);
    ledger.rows = r->rows;
    ledger.files = m.files;
    ledger.schema = r->schema;
    *r = ledger;
    return told(c, ok, dir, f);
}
