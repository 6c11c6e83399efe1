/*
 * manifest.json: one JSON object whose last member, "sm3", is the hash of all bytes before that
 * member's comma. A changed byte before it breaks the hash, one in it or behind it the form.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include "ledger/care/care_internal.h"

enum { MANIFEST_BYTES = 256 * 1024 * 1024 };

static const char FORMAT[] = "bihuan.backup.1";
static const char SEAL[] = ",\"sm3\":\"";

str in_folder(struct arena *a, str dir, const char *name)
{
    return str_printf(a, "%.*s/%s", STR_FMT(dir), name);
}

/* --- writing --- */

static void put_sums(struct json *j, const struct sums *s)
{
    jw_put_int(j, "schema", s->schema);
    jw_key(j, "districts");
    jw_array(j);
    for (size_t i = 0; i < s->districts.n; i++) {
        const struct position *p = &s->districts.at[i];
        jw_object(j);
        jw_put_text(j, "district", str_printf(j->b->a, "%" PRId64, p->district));
        jw_put_text(j, "code", p->code);
        jw_put_int(j, "seq", p->seq);
        jw_put_text(j, "hash", p->hash);
        jw_end(j);
    }
    jw_end(j);
    jw_key(j, "tables");
    jw_array(j);
    for (size_t i = 0; i < s->tables.n; i++) {
        jw_object(j);
        jw_put_text(j, "name", s->tables.at[i].name);
        jw_put_int(j, "rows", s->tables.at[i].rows);
        jw_put_text(j, "sm3", s->tables.at[i].hash);
        jw_end(j);
    }
    jw_end(j);
}

static void put_counted(struct json *j, const char *name, const char *what, int64_t n, int64_t bytes, str hash)
{
    jw_key(j, name);
    jw_object(j);
    if (what) jw_put_int(j, what, n);
    jw_put_int(j, "bytes", bytes);
    if (hash.n) jw_put_text(j, "sm3", hash);
    jw_end(j);
}

bool manifest_write(struct ctx *c, str dir, const struct manifest *m, struct arena *a, str *seal)
{
    struct buf b;
    struct json j;
    buf_init(&b, c->a, MANIFEST_BYTES);
    jw_init(&j, &b);
    jw_object(&j);
    jw_put_text(&j, "format", STR_ARRAY(FORMAT));
    jw_put_text(&j, "made_at", m->made_at);
    jw_put_text(&j, "program", m->program);
    jw_put_text(&j, "engine", m->engine);
    put_sums(&j, &m->sums);
    put_counted(&j, "database", NULL, 0, m->database_bytes, m->database_hash);
    put_counted(&j, "files", "count", m->files, m->file_bytes, STR_EMPTY);
    *seal = sm3_of(a, buf_str(&b));
    buf_addz(&b, SEAL);
    buf_add(&b, *seal);
    buf_addz(&b, "\"}\n");
    if (!buf_ok(&b) || !ctx_ok(c)) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    const char *path = str_z(c->a, in_folder(c->a, dir, "manifest.json"));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return file_failed(c);
    bool ok = file_write(c, fd, buf_str(&b)) && (fsync(fd) == 0 || file_failed(c));
    close(fd);
    return ok;
}

/* --- reading --- */

struct reading {
    struct arena *a;
    bool good; // false once a member is missing or of another type
};

static str text_of(struct reading *r, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    r->good = r->good && json_is_string(v);
    return r->good ? str_dup(r->a, (str){json_string_value(v), json_string_length(v)}) : STR_EMPTY;
}

static int64_t int_of(struct reading *r, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    r->good = r->good && json_is_integer(v);
    return json_integer_value(v);
}

static const json_t *list_of(struct reading *r, const json_t *o, const char *name)
{
    const json_t *v = json_object_get(o, name);
    r->good = r->good && json_is_array(v);
    return v;
}

static void read_sums(struct reading *r, const json_t *root, struct sums *s)
{
    const json_t *districts = list_of(r, root, "districts"), *tables = list_of(r, root, "tables");
    s->schema = (int)int_of(r, root, "schema");
    for (size_t i = 0; i < json_array_size(districts); i++) {
        const json_t *o = json_array_get(districts, i);
        struct position p = {.code = text_of(r, o, "code"), .seq = int_of(r, o, "seq"), .hash = text_of(r, o, "hash")};
        r->good = str_int(text_of(r, o, "district"), &p.district) && r->good;
        VEC_ADD(r->a, &s->districts, p);
    }
    for (size_t i = 0; i < json_array_size(tables); i++) {
        const json_t *o = json_array_get(tables, i);
        VEC_ADD(r->a, &s->tables,
                ((struct table_sum){text_of(r, o, "name"), int_of(r, o, "rows"), text_of(r, o, "sm3")}));
    }
}

static bool read_members(struct arena *a, const json_t *root, struct manifest *m)
{
    struct reading r = {a, json_is_object(root)};
    const json_t *database = json_object_get(root, "database"), *files = json_object_get(root, "files");
    r.good = r.good && str_is(text_of(&r, root, "format"), FORMAT);
    m->made_at = text_of(&r, root, "made_at");
    m->program = text_of(&r, root, "program");
    m->engine = text_of(&r, root, "engine");
    read_sums(&r, root, &m->sums);
    m->database_bytes = int_of(&r, database, "bytes");
    m->database_hash = text_of(&r, database, "sm3");
    m->files = int_of(&r, files, "count");
    m->file_bytes = int_of(&r, files, "bytes");
    m->seal = text_of(&r, root, "sm3");
    return r.good;
}

// Does the text end in the seal of what stands before it?
static bool sealed(struct arena *a, str text)
{
    size_t tail = strlen(SEAL) + SM3_HEX + strlen("\"}\n");
    if (text.n < tail) return false;
    str body = str_sub(text, 0, text.n - tail), seal = str_from(text, body.n);
    return str_eq(seal, str_printf(a, "%s%.*s\"}\n", SEAL, STR_FMT(sm3_of(a, body))));
}

static bool read_text(struct ctx *c, const char *path, struct buf *b)
{
    char block[65536];
    ssize_t n = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT) return fail(c, ERR_NOT_FOUND, "backup.none", str_of(path));
    if (fd < 0) return file_failed(c);
    while ((n = read(fd, block, sizeof block)) > 0) buf_add(b, (str){block, (size_t)n});
    close(fd);
    return n == 0 || file_failed(c);
}

bool manifest_read(struct ctx *c, str dir, struct findings *f, struct manifest *m, bool *good)
{
    struct buf b;
    json_error_t e;
    str path = in_folder(c->a, dir, "manifest.json");
    *m = (struct manifest){.seal = STR_EMPTY};
    *good = false;
    buf_init(&b, c->a, MANIFEST_BYTES);
    if (!read_text(c, str_z(c->a, path), &b)) return false;
    str text = buf_str(&b);
    if (buf_ok(&b) && sealed(c->a, text)) {
        json_t *root = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &e);
        *good = root && read_members(f->a, root, m);
        json_decref(root);
    }
    if (!*good) finding(f, "backup.manifest", path, STR_EMPTY, STR_EMPTY);
    return ctx_ok(c);
}
