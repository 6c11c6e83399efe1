#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "ledger/care/care_internal.h"

struct restoring {
    const struct restore_options *o;
    struct findings *f;
    struct manifest *m;
    str files, marker;
    struct map done, folders;
};

/* --- the place --- */

// The marker bears the seal of the manifest whose restoring it belongs to.
static bool marked(struct ctx *c, const struct restoring *k)
{
    char seal[SM3_HEX];
    int fd = open(str_z(c->a, k->marker), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool same = fd >= 0 && read(fd, seal, sizeof seal) == SM3_HEX && str_eq((str){seal, SM3_HEX}, k->m->seal);
    if (fd >= 0) close(fd);
    return same;
}

static bool empty_folder(struct ctx *c, str path, bool *empty)
{
    DIR *d = opendir(str_z(c->a, path));
    *empty = true;
    if (!d) return file_failed(c);
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) *empty = false;
    closedir(d);
    return true;
}

static bool mark(struct ctx *c, const struct restoring *k)
{
    int fd = open(str_z(c->a, k->marker), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return file_failed(c);
    bool ok = file_write(c, fd, k->m->seal) && (fsync(fd) == 0 || file_failed(c));
    close(fd);
    return ok && folder_flush(c, k->o->data);
}

// Nothing is touched before this says yes.
static bool take_place(struct ctx *c, const struct restoring *k)
{
    bool empty;
    str file = store_url_file(k->o->store);
    if (!folder_make(c, k->o->data)) return false;
    if (marked(c, k)) return true;
    if (!empty_folder(c, k->o->data, &empty)) return false;
    if (!empty) return fail(c, ERR_CONFLICT, "restore.not_empty", k->o->data);
    if (file.n && access(str_z(c->a, file), F_OK) == 0) return fail(c, ERR_CONFLICT, "store.target_exists", file);
    return mark(c, k);
}

/* --- the files --- */

static bool make_folder_of(struct ctx *c, struct restoring *k, str hash)
{
    str path = str_printf(k->f->a, "%.*s/%.2s", STR_FMT(k->files), hash.p);
    str name = str_from(path, path.n - 2);
    if (map_get(&k->folders, name)) return true;
    map_put(k->f->a, &k->folders, name, str_z(k->f->a, path));
    return folder_make(c, path);
}

static bool restore_file(struct ctx *c, str hash, void *arg)
{
    struct restoring *k = arg;
    char hex[SM3_HEX + 1];
    int64_t bytes;
    if (map_get(&k->done, hash)) return true;
    str kept = str_dup(k->f->a, hash);
    map_put(k->f->a, &k->done, kept, k);
    str from = file_path_in(c->a, in_folder(c->a, k->o->dir, "files"), hash), to = file_path_in(c->a, k->files, hash);
    if (from.n && !make_folder_of(c, k, hash)) return false;
    if (from.n && file_hash(str_z(c->a, to), hex, &bytes) && str_is(hash, hex)) return true; // by an earlier run
    if (from.n == 0 || !file_copy(c, str_z(c->a, from), str_z(c->a, to), hex, &bytes)) {
        if (from.n && c->err.code != ERR_NOT_FOUND) return false;
        error_clear(c);
        finding(k->f, "check.file_missing", STR_EMPTY, kept, STR_EMPTY);
    } else if (!str_is(hash, hex)) {
        finding(k->f, "check.file_altered", STR_EMPTY, kept, STR_EMPTY);
    }
    return true;
}

static bool restore_files(struct ctx *c, struct restoring *k)
{
    struct store *s = NULL;
    if (!folder_make(c, k->files)) return false;
    bool ok = backup_open(c, k->o->dir, &s) && files_walk(c, s, restore_file, k);
    store_close(s);
    for (const struct map_entry *e = k->folders.first; ok && e; e = e->next)
        ok = folder_flush(c, str_of(e->value));
    return ok && folder_flush(c, k->files);
}

/* --- the database --- */

// A file stays a file: copied under another name, compared, and named last.
static bool restore_to_file(struct ctx *c, struct restoring *k, str target)
{
    char hex[SM3_HEX + 1];
    int64_t bytes;
    struct sums sums;
    struct store *s = NULL;
    struct store_options o = {.read_only = true, .still = true, .readers = 1};
    const char *to = str_z(c->a, target), *part = str_z(c->a, str_cat(c->a, target, STR(".part")));
    str parent = target;
    while (parent.n && parent.p[parent.n - 1] != '/') parent.n--;
    if (file_hash(to, hex, &bytes) && str_is(k->m->database_hash, hex)) return true; // all but the marker was done
    if (!file_copy(c, str_z(c->a, in_folder(c->a, k->o->dir, "bihuan.db")), part, hex, &bytes)) return false;
    if (!str_is(k->m->database_hash, hex))
        finding(k->f, "backup.database_altered", target, k->m->database_hash, str_of(hex));
    bool ok = store_open(c, str_cat(c->a, STR("sqlite:"), str_of(part)), &o, &s) && store_sums(c, s, k->f->a, &sums);
    store_close(s);
    if (!ok) return false;
    sums_compare(&k->m->sums, &sums, k->f);
    if (k->f->lines.n) return true;
    // A name that has come into being meanwhile is somebody else's.
    if (link(part, to) != 0 || unlink(part) != 0) return file_failed(c);
    return folder_flush(c, parent.n ? parent : STR("."));
}

static bool restore_to_server(struct ctx *c, struct restoring *k, struct store *to)
{
    struct move_report report = {.from_engine = STR_EMPTY};
    struct move_copy m = {.to = to,
                          .want = &k->m->sums,
                          .source = k->m->seal,
                          .copy = {.told = k->o->told, .arg = k->o->arg},
                          .findings = k->f,
                          .report = &report};
    bool ok = backup_open(c, k->o->dir, &m.from) && move_copy(c, &m);
    store_close(m.from);
    return ok;
}

static bool fill(struct ctx *c, struct restoring *k, struct store *server)
{
    if (!take_place(c, k) || !restore_files(c, k)) return false;
    if (k->f->lines.n) return true;
    bool ok = server ? restore_to_server(c, k, server) : restore_to_file(c, k, store_url_file(k->o->store));
    if (!ok || k->f->lines.n) return ok;
    if (unlink(str_z(c->a, k->marker)) != 0) return file_failed(c);
    return folder_flush(c, k->o->data);
}

bool backup_restore(struct ctx *c, const struct restore_options *o, struct findings *f, struct manifest *m)
{
    struct restoring k = {.o = o, .f = f, .m = m};
    struct store_options so = {.readers = 1, .statement_ms = 60000};
    struct store *server = NULL;
    bool good;
    k.files = in_folder(f->a, o->data, "files");
    k.marker = in_folder(f->a, o->data, "restoring");
    if (!manifest_read(c, o->dir, f, m, &good)) return false;
    if (!good) return true;
    if (!database_verify(c, o->dir, m, f)) return false;
    if (f->lines.n) return true;
    // A server's store says no before the folder is touched.
    if (store_url_file(o->store).n == 0 && !copy_target_open(c, o->store, &so, &server)) return false;
    bool ok = fill(c, &k, server);
    store_close(server);
    return ok;
}
