#include "ledger/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/sm3.h"

static bool is_hash(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f'))) return false;
    return s.n == SM3_HEX;
}

static str folder_of(struct arena *a, const struct ledger *l, str hash)
{
    return str_printf(a, "%.*s/%.2s", STR_FMT(ledger_files_dir(l)), hash.p);
}

str file_path(struct arena *a, const struct ledger *l, str hash)
{
    if (!is_hash(hash)) return STR_EMPTY;
    return str_printf(a, "%.*s/%.*s", STR_FMT(folder_of(a, l, hash)), STR_FMT(hash));
}

static bool fail_errno(struct ctx *c)
{
    switch (errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return fail(c, ERR_STORE, "store.full");
    case EROFS:
    case EACCES:
    case EPERM: return fail(c, ERR_STORE, "store.read_only");
    case EMFILE:
    case ENFILE: return fail(c, ERR_BUSY, "store.busy");
    default: return fail(c, ERR_STORE, "store.io");
    }
}

static bool sync_folder(struct ctx *c, str folder)
{
    int fd = open(str_z(c->a, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = (fd >= 0 && fsync(fd) == 0) || fail_errno(c);
    if (fd >= 0) close(fd);
    return good;
}

// A folder's own name is made durable before a file in it is.
static bool make_folder(struct ctx *c, str folder)
{
    str parent = folder;
    if (mkdir(str_z(c->a, folder), 0700) != 0) return errno == EEXIST || fail_errno(c);
    while (parent.n && parent.p[parent.n - 1] != '/') parent.n--;
    return sync_folder(c, parent.n ? parent : STR("."));
}

bool file_keep(struct ctx *c, const struct ledger *l, int fd, const char *part, str hash)
{
    INVARIANT(is_hash(hash));
    str folder = folder_of(c->a, l, hash);
    if (!make_folder(c, folder)) return false;
    if (fsync(fd) != 0 || rename(part, str_z(c->a, file_path(c->a, l, hash))) != 0) return fail_errno(c);
    return sync_folder(c, folder) && ctx_ok(c);
}

static bool write_all(struct ctx *c, int fd, str data)
{
    while (data.n) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return fail_errno(c);
        data = str_from(data, (size_t)n);
    }
    return true;
}

// A file is taken for what it says only when it still has its length; its content is checked on reading.
static bool stored_already(const char *path, size_t bytes)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == (off_t)bytes;
}

bool file_store(struct ctx *c, const struct ledger *l, str bytes, str *hash)
{
    static atomic_uint serial;
    *hash = sm3_of(c->a, bytes);
    if (hash->n == 0) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    if (stored_already(str_z(c->a, file_path(c->a, l, *hash)), bytes.n)) return ctx_ok(c);
    if (!make_folder(c, ledger_files_dir(l))) return false;
    str name = str_printf(c->a, "%.*s/%.*s.%d.%u.part", STR_FMT(ledger_files_dir(l)), STR_FMT(*hash), (int)getpid(),
                          atomic_fetch_add(&serial, 1));
    const char *part = str_z(c->a, name);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return fail_errno(c);
    bool ok = write_all(c, fd, bytes) && file_keep(c, l, fd, part, *hash);
    close(fd);
    if (!ok) unlink(part);
    return ok;
}

static bool read_all(struct ctx *c, int fd, size_t size, str *bytes)
{
    char *p = arena_try(c->a, size + 1);
    size_t n = 0;
    if (!p) return ctx_ok(c);
    while (n < size) {
        ssize_t got = read(fd, p + n, size - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno(c);
        if (got == 0) break;
        n += (size_t)got;
    }
    *bytes = (str){p, n};
    return true;
}

bool file_read(struct ctx *c, const struct ledger *l, str hash, size_t max, str *bytes)
{
    struct stat st;
    str path = file_path(c->a, l, hash);
    *bytes = STR_EMPTY;
    if (path.n == 0) return fail(c, ERR_NOT_FOUND, "file.none");
    int fd = open(str_z(c->a, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT ? fail(c, ERR_NOT_FOUND, "file.none") : fail_errno(c);
    bool ok = fstat(fd, &st) == 0 || fail_errno(c);
    if (ok && (uintmax_t)st.st_size > max) ok = fail(c, ERR_TOO_LARGE, "file.too_large");
    ok = ok && read_all(c, fd, (size_t)st.st_size, bytes);
    close(fd);
    if (!ok) return ctx_failed(c);
    if (!str_eq(sm3_of(c->a, *bytes), hash)) return fail(c, ERR_STORE, "file.damaged", hash);
    return ctx_ok(c);
}
