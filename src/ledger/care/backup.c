#include "ledger/care/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "ledger/care/care_internal.h"

/* --- stored files that rows refer to --- */

struct walking {
    struct schema schema;
    file_fn *fn;
    void *arg;
};

static size_t hash_column(const struct schema_table *t)
{
    return schema_column(t, STR("file_hash"));
}

static bool visit_row(struct ctx *c, const struct schema_table *t, const struct db_arg *row, void *arg)
{
    struct walking *w = arg;
    str hash = row[hash_column(t)].s;
    return hash.n == 0 || w->fn(c, hash, w->arg);
}

static bool visit_table(struct ctx *c, struct db *db, const struct schema_table *t, int64_t district, void *arg)
{
    return hash_column(t) == SIZE_MAX || rows_each(c, db, t, district, visit_row, arg);
}

static bool walk_files(struct ctx *c, struct db *db, void *arg)
{
    struct walking *w = arg;
    return tables_walk(c, db, &w->schema, EVERY_DISTRICT, visit_table, w);
}

bool files_walk(struct ctx *c, struct store *s, file_fn *fn, void *arg)
{
    struct walking w = {.fn = fn, .arg = arg};
    return schema_read(c, s, &w.schema) && store_read(c, s, walk_files, &w);
}

/* --- the folder in the making --- */

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag;
    return at->level == 0 ? 0 : remove(path);
}

// What a run that was ended left behind goes; the lock tells it from one that is under way.
static bool begin_folder(struct ctx *c, str dir, str part, int *lock)
{
    struct stat st;
    *lock = -1;
    if (lstat(str_z(c->a, dir), &st) == 0) return fail(c, ERR_CONFLICT, "backup.exists", dir);
    if (!folder_make(c, part)) return false;
    *lock = open(str_z(c->a, part), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*lock < 0) return file_failed(c);
    if (flock(*lock, LOCK_EX | LOCK_NB) != 0) return fail(c, ERR_CONFLICT, "backup.running", part);
    return nftw(str_z(c->a, part), remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || file_failed(c);
}

static str without_slashes(str dir)
{
    while (dir.n > 1 && dir.p[dir.n - 1] == '/') dir.n--;
    return dir;
}

/* --- making --- */

struct making {
    struct ledger *l;
    str part, files;
    struct findings *f;
    struct manifest *m;
    struct map done; // hashes copied or found missing
    struct map folders;
    struct sums source; // of a server's store, taken in the snapshot that was copied
    struct schema schema;
};

static bool take_source(struct ctx *c, struct db *db, void *arg)
{
    struct making *k = arg;
    return sums_take(c, db, &k->schema, k->f->a, &k->source);
}

bool backup_open(struct ctx *c, str dir, struct store **out)
{
    struct store_options o = {.read_only = true, .still = true, .readers = 1};
    return store_open(c, str_cat(c->a, STR("sqlite:"), in_folder(c->a, dir, "bihuan.db")), &o, out);
}

// A file's engine copies its pages; a server's store is copied row by row, so its rows are compared.
static bool copy_database(struct ctx *c, struct making *k, const char *target)
{
    struct store *s = ledger_store(k->l);
    if (!store_is_server(s)) return store_backup(c, s, target);
    return schema_read(c, s, &k->schema) && copy_to_file(c, s, target, take_source, k);
}

static bool describe_database(struct ctx *c, struct making *k, const char *path)
{
    char hex[SM3_HEX + 1];
    struct store *copy = NULL;
    bool ok = backup_open(c, k->part, &copy) && store_sums(c, copy, k->f->a, &k->m->sums);
    store_close(copy);
    if (!ok) return false;
    if (k->source.schema) {
        size_t before = k->f->lines.n;
        sums_compare(&k->source, &k->m->sums, k->f);
        if (k->f->lines.n > before) return fail(c, ERR_STORE, "backup.differs");
    }
    if (!file_hash(path, hex, &k->m->database_bytes)) return file_failed(c);
    k->m->database_hash = str_dup(k->f->a, str_of(hex));
    return true;
}

static bool make_folder_of(struct ctx *c, struct making *k, str hash)
{
    str name = str_sub(hash, 0, 2);
    if (map_get(&k->folders, name)) return true;
    str path = str_printf(k->f->a, "%.*s/%.*s", STR_FMT(k->files), STR_FMT(name));
    map_put(k->f->a, &k->folders, str_from(path, path.n - 2), str_z(k->f->a, path));
    return folder_make(c, path);
}

static bool copy_file(struct ctx *c, str hash, void *arg)
{
    struct making *k = arg;
    char hex[SM3_HEX + 1];
    int64_t bytes = 0;
    if (map_get(&k->done, hash)) return true;
    str kept = str_dup(k->f->a, hash);
    map_put(k->f->a, &k->done, kept, k);
    str from = file_path(c->a, k->l, hash), to = file_path_in(c->a, k->files, hash);
    if (from.n == 0) {
        finding(k->f, "check.file_missing", STR_EMPTY, kept, STR_EMPTY);
        return true;
    }
    if (!make_folder_of(c, k, hash)) return false;
    if (!file_copy(c, str_z(c->a, from), str_z(c->a, to), hex, &bytes)) {
        if (c->err.code != ERR_NOT_FOUND) return false;
        error_clear(c);
        finding(k->f, "check.file_missing", STR_EMPTY, kept, STR_EMPTY);
        return true;
    }
    if (!str_is(hash, hex)) { // it would only be found again where it is restored
        finding(k->f, "check.file_altered", STR_EMPTY, kept, STR_EMPTY);
        return unlink(str_z(c->a, to)) == 0 || file_failed(c);
    }
    k->m->files++;
    k->m->file_bytes += bytes;
    return true;
}

static bool copy_files(struct ctx *c, struct making *k)
{
    struct store *copy = NULL;
    if (!folder_make(c, k->files)) return false;
    bool ok = backup_open(c, k->part, &copy) && files_walk(c, copy, copy_file, k);
    store_close(copy);
    for (const struct map_entry *e = k->folders.first; ok && e; e = e->next)
        ok = folder_flush(c, str_of(e->value));
    return ok && folder_flush(c, k->files);
}

static str parent_of(str path)
{
    while (path.n && path.p[path.n - 1] != '/') path.n--;
    return path.n ? path : STR(".");
}

static bool fill_folder(struct ctx *c, struct making *k, str dir, instant now)
{
    const char *database = str_z(c->a, in_folder(c->a, k->part, "bihuan.db"));
    k->m->made_at = instant_text(k->f->a, now, 0);
    k->m->program = STR(BIHUAN_VERSION);
    k->m->engine = str_dup(k->f->a, store_engine(ledger_store(k->l)));
    if (!copy_database(c, k, database) || !describe_database(c, k, database) || !copy_files(c, k)) return false;
    if (!manifest_write(c, k->part, k->m, k->f->a, &k->m->seal) || !folder_flush(c, k->part)) return false;
    if (rename(str_z(c->a, k->part), str_z(c->a, dir)) != 0) return file_failed(c);
    return folder_flush(c, parent_of(dir));
}

bool backup_make(struct ctx *c, struct ledger *l, str dir, instant now, struct findings *f, struct manifest *m)
{
    int lock;
    dir = without_slashes(dir);
    struct making k = {.l = l, .part = str_cat(c->a, dir, STR(".part")), .f = f, .m = m};
    k.files = in_folder(c->a, k.part, "files");
    *m = (struct manifest){.seal = STR_EMPTY};
    bool ok = begin_folder(c, dir, k.part, &lock);
    if (ok && !fill_folder(c, &k, dir, now)) {
        ok = false;
        // A backup that failed for want of room must not keep it.
        nftw(str_z(c->a, k.part), remove_one, 16, FTW_DEPTH | FTW_PHYS);
        rmdir(str_z(c->a, k.part));
    }
    if (lock >= 0) close(lock);
    return ok;
}
