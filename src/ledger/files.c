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

str file_path_in(struct arena *a, str dir, str hash)
{
    if (!is_hash(hash)) return STR_EMPTY;
    return str_printf(a, "%.*s/%.2s/%.*s", STR_FMT(dir), hash.p, STR_FMT(hash));
}

str file_path(struct arena *a, const struct ledger *l, str hash)
{
    return file_path_in(a, ledger_files_dir(l), hash);
}

bool file_failed(struct ctx *c)
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

bool folder_flush(struct ctx *c, str folder)
{
    int fd = open(str_z(c->a, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = (fd >= 0 && fsync(fd) == 0) || file_failed(c);
    if (fd >= 0) close(fd);
    return good;
}

// A folder's own name is made durable before a file in it is.
bool folder_make(struct ctx *c, str folder)
{
    str parent = folder;
    if (mkdir(str_z(c->a, folder), 0700) != 0) return errno == EEXIST || file_failed(c);
    while (parent.n && parent.p[parent.n - 1] != '/') parent.n--;
    return folder_flush(c, parent.n ? parent : STR("."));
}

bool file_keep(struct ctx *c, const struct ledger *l, int fd, const char *part, str hash)
{
    INVARIANT(is_hash(hash));
    str folder = folder_of(c->a, l, hash);
    if (!folder_make(c, folder)) return false;
    if (fsync(fd) != 0 || rename(part, str_z(c->a, file_path(c->a, l, hash))) != 0) return file_failed(c);
    return folder_flush(c, folder) && ctx_ok(c);
}

bool file_write(struct ctx *c, int fd, str data)
{
    while (data.n) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return file_failed(c);
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
    if (!folder_make(c, ledger_files_dir(l))) return false;
    str name = str_printf(c->a, "%.*s/%.*s.%d.%u.part", STR_FMT(ledger_files_dir(l)), STR_FMT(*hash), (int)getpid(),
                          atomic_fetch_add(&serial, 1));
    const char *part = str_z(c->a, name);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return file_failed(c);
    bool ok = file_write(c, fd, bytes) && file_keep(c, l, fd, part, *hash);
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
        if (got < 0) return file_failed(c);
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
    if (fd < 0) return errno == ENOENT ? fail(c, ERR_NOT_FOUND, "file.none") : file_failed(c);
    bool ok = fstat(fd, &st) == 0 || file_failed(c);
    if (ok && (uintmax_t)st.st_size > max) ok = fail(c, ERR_TOO_LARGE, "file.too_large");
    ok = ok && read_all(c, fd, (size_t)st.st_size, bytes);
    close(fd);
    if (!ok) return ctx_failed(c);
    if (!str_eq(sm3_of(c->a, *bytes), hash)) return fail(c, ERR_STORE, "file.damaged", hash);
    return ctx_ok(c);
}

bool file_hash(const char *path, char hex[SM3_HEX + 1], int64_t *bytes)
{
    static _Thread_local unsigned char block[64 * 1024];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct sm3 *h = fd >= 0 ? sm3_begin() : NULL;
    ssize_t n = -1;
    *bytes = 0;
    while (h && (n = read(fd, block, sizeof block)) > 0) {
        sm3_bytes(h, block, (size_t)n);
        *bytes += n;
    }
    if (fd >= 0) close(fd);
    if (h && n < 0) sm3_drop(h);
    return h && n == 0 && sm3_end(h, hex);
}

// What is hashed is what was read; the target is read again by those who verify it.
static bool copy_bytes(struct ctx *c, int from, int to, char hex[SM3_HEX + 1], int64_t *bytes)
{
    static _Thread_local char block[64 * 1024];
    struct sm3 *h = sm3_begin();
    ssize_t n = 0;
    bool ok = h || fail(c, ERR_NO_MEMORY, "base.no_memory");
    *bytes = 0;
    while (ok && (n = read(from, block, sizeof block)) > 0) {
        sm3_bytes(h, block, (size_t)n);
        *bytes += n;
        ok = file_write(c, to, (str){block, (size_t)n});
    }
    if (ok && n < 0) ok = file_failed(c);
    if (ok) return sm3_end(h, hex) || fail(c, ERR_NO_MEMORY, "base.no_memory");
    if (h) sm3_drop(h);
    return false;
}

bool file_copy(struct ctx *c, const char *from, const char *to, char hex[SM3_HEX + 1], int64_t *bytes)
{
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0) return errno == ENOENT ? fail(c, ERR_NOT_FOUND, "file.none") : file_failed(c);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = (out >= 0 || file_failed(c)) && copy_bytes(c, in, out, hex, bytes);
    ok = ok && (fsync(out) == 0 || file_failed(c));
    close(in);
    if (out >= 0) close(out);
    if (!ok && out >= 0) unlink(to);
    return ok;
}
