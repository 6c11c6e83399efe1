#include "server/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/files.h"
#include "ledger/sm3.h"
#include "server/auth.h"

struct upload {
    int fd;
    struct sm3 *hash;
    const char *part; // path of the temporary file
    int64_t bytes;
    bool kept;
};

enum { NAME_BYTES = 255 };

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

static bool upload_begin(struct exchange *x)
{
    struct upload *u = ARENA_NEW(x->a, struct upload);
    str dir = ledger_files_dir(x->server->ledger);
    u->part = str_z(x->a, str_printf(x->a, "%.*s/%s.part", STR_FMT(dir), x->id));
    u->fd = open(u->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (u->fd < 0) return fail_errno(&x->c);
    x->upload = u;
    u->hash = sm3_begin();
    return u->hash || fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
}

void upload_take(struct exchange *x, str data)
{
    if (x->c.err.code != ERR_NONE || (!x->upload && !upload_begin(x))) return; // told when the body ends
    struct upload *u = x->upload;
    sm3_bytes(u->hash, data.p, data.n);
    u->bytes += (int64_t)data.n;
    while (data.n) {
        ssize_t n = write(u->fd, data.p, data.n);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            (void)fail_errno(&x->c);
            return;
        }
        data = str_from(data, (size_t)n);
    }
}

void upload_drop(struct exchange *x)
{
    struct upload *u = x->upload;
    if (!u) return;
    if (u->hash) sm3_drop(u->hash);
    if (u->fd >= 0) close(u->fd);
    if (!u->kept) unlink(u->part);
    x->upload = NULL;
}

static bool name_good(str name)
{
    if (name.n > NAME_BYTES || !name.n) return false;
    size_t at = 0;
    while (at < name.n) {
        uint32_t u = utf8_next(name, &at);
        bool bidi = (u >= 0x202a && u <= 0x202e) || (u >= 0x2066 && u <= 0x2069) || u == 0x200e || u == 0x200f;
        if (u < 0x20 || u == 0x7f || u == '/' || u == '\\' || u == ':' || bidi) return false;
    }
    return true;
}

static bool type_good(str type)
{
    for (size_t i = 0; i < type.n; i++)
        if (type.p[i] < 0x20 || type.p[i] > '~') return false;
    return type.n > 0 && type.n <= 120;
}

static bool store_upload(struct exchange *x, str name, str type, char hash[SM3_HEX + 1])
{
    struct upload *u = x->upload;
    if (x->c.err.code != ERR_NONE) return false;
    if (!u) return fail_field(&x->c, ERR_INVALID, "files.empty", STR("body"));
    if (!name_good(name)) return fail_field(&x->c, ERR_INVALID, "files.bad_name", STR("X-File-Name"));
    if (!type_good(type)) return fail_field(&x->c, ERR_INVALID, "files.bad_type", STR("Content-Type"));
    struct sm3 *h = u->hash;
    u->hash = NULL;
    if (!sm3_end(h, hash)) return fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
    u->kept = file_keep(&x->c, x->server->ledger, u->fd, u->part, str_of(hash));
    return u->kept && ctx_ok(&x->c);
}

void files_post(struct exchange *x)
{
    char hash[SM3_HEX + 1];
    str name = STR_EMPTY, type = exchange_header(x, "content-type");
    struct buf b;
    struct json j;
    if (!guard_decode(x->a, exchange_header(x, "x-file-name"), false, &name)) name = STR_EMPTY;
    if (!store_upload(x, name, type, hash)) {
        upload_drop(x);
        answer_error(x);
        return;
    }
    buf_init(&b, x->a, 4096);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "hash", str_of(hash));
    jw_put_int(&j, "bytes", x->upload->bytes);
    jw_put_text(&j, "name", name);
    jw_put_text(&j, "media_type", type);
    jw_end(&j);
    answer_json(x, 201, buf_str(&b));
}

/* --- giving back --- */

// By the end of the name; never a type that a browser would run.
static const struct {
    const char *end, *type;
} TYPES[] = {
    {".pdf", "application/pdf"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".csv", "text/csv; charset=utf-8"},
    {".txt", "text/plain; charset=utf-8"},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".zip", "application/zip"},
};

static const char *type_of(struct arena *a, str name)
{
    str folded = str_fold(a, name);
    for (size_t i = 0; i < COUNT_OF(TYPES); i++)
        if (str_ends(folded, str_of(TYPES[i].end))) return TYPES[i].type;
    return "application/octet-stream";
}

static str percent_encoded(struct arena *a, str name)
{
    struct buf b;
    buf_init(&b, a, 3 * name.n + 1);
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-._", c);
        if (plain) buf_addc(&b, (char)c);
        else buf_printf(&b, "%%%02X", c);
    }
    return buf_str(&b);
}

static bool open_file(struct exchange *x, int *fd, int64_t *bytes)
{
    struct stat st;
    str path = file_path(x->a, x->server->ledger, x->tail);
    if (!path.n) return fail(&x->c, ERR_NOT_FOUND, "file.none");
    *fd = open(str_z(x->a, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (*fd < 0) return errno == ENOENT ? fail(&x->c, ERR_NOT_FOUND, "file.none") : fail_errno(&x->c);
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *bytes = st.st_size;
        return true;
    }
    close(*fd);
    return fail(&x->c, ERR_STORE, "store.io");
}

// A file is reached through the item it belongs to; the ledger knows who may see that.
static bool may_have(struct exchange *x)
{
    struct buf out;
    struct param hash = {STR("hash"), x->tail};
    struct request r = {.district = x->session.district, .actor = x->session.actor, .now = exchange_now(x),
                        .name = STR("file"), .params = &hash, .n_params = 1, .acting_for = auth_acting_for(x)};
    buf_init(&out, x->a, 64 * 1024);
    return ledger_ask(&x->c, x->server->ledger, &r, &out);
}

void files_get(struct exchange *x)
{
    int fd = -1;
    int64_t bytes = 0;
    str name = exchange_param(x, "name");
    if (!may_have(x) || !open_file(x, &fd, &bytes)) {
        answer_error(x);
        return;
    }
    if (!name_good(name)) name = str_sub(x->tail, 0, 16);
    struct MHD_Response *r = MHD_create_response_from_fd64((uint64_t)bytes, fd); // closes it
    if (!r) {
        close(fd);
        (void)fail(&x->c, ERR_NO_MEMORY, "base.no_memory");
        answer_error(x);
        return;
    }
    answer_text(x, 200, type_of(x->a, name), STR_EMPTY);
    x->answer.response = r;
    x->answer.csp = "sandbox; default-src 'none'; frame-ancestors 'none'";
    answer_header(x, "Content-Disposition",
                  str_printf(x->a, "attachment; filename*=UTF-8''%.*s", STR_FMT(percent_encoded(x->a, name))));
}

void uploads_sweep(struct arena *a, str dir)
{
    DIR *d = opendir(str_z(a, dir));
    const struct dirent *e;
    while (d && (e = readdir(d)))
        if (str_ends(str_of(e->d_name), STR(".part"))) unlinkat(dirfd(d), e->d_name, 0);
    if (d) closedir(d);
}
