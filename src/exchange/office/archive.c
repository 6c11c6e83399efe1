#include "exchange/office/archive.h"

#include <stdlib.h>

static void close_zip(void *p)
{
    zip_discard(p);
}

static bool name_is_safe(const char *name)
{
    if (!name || !*name || *name == '/' || strchr(name, '\\') || strchr(name, ':')) return false;
    for (const char *p = name; *p; p++)
        if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == 0) && (p == name || p[-1] == '/'))
            return false;
    return true;
}

static uint32_t le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t le16(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

struct extent {
    uint64_t from, to;
};

static int by_start(const void *x, const void *y)
{
    const struct extent *a = x, *b = y;
    return a->from < b->from ? -1 : a->from > b->from;
}

// Local headers and data must lie one behind the other. libzip does not tell where an entry starts,
// so the central directory is read here: an overlapping-entry bomb reuses one piece of data for
// thousands of entries.
static bool check_overlap(struct ctx *c, str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    if (bytes.n < 22) return fail(c, ERR_MALFORMED, "office.not_zip");
    size_t end = bytes.n - 22, low = bytes.n > 22 + 65535 ? bytes.n - 22 - 65535 : 0;
    while (end > low && le32(p + end) != 0x06054b50) end--;
    if (le32(p + end) != 0x06054b50) return fail(c, ERR_MALFORMED, "office.not_zip");
    uint32_t n = le16(p + end + 10), at = le32(p + end + 16), size = le32(p + end + 12);
    if (n == 0xFFFF || at == 0xFFFFFFFF) return fail(c, ERR_REFUSED, "office.zip64");
    if (n > OFFICE_MAX_ENTRIES) return fail(c, ERR_TOO_LARGE, "office.entries");
    if ((uint64_t)at + size > end) return fail(c, ERR_MALFORMED, "office.broken");
    struct extent *x = arena_try(c->a, (n + 1) * sizeof *x);
    if (!x) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    size_t k = at;
    for (uint32_t i = 0; i < n; i++) {
        if (k + 46 > end || le32(p + k) != 0x02014b50) return fail(c, ERR_MALFORMED, "office.broken");
        uint64_t packed = le32(p + k + 20), offset = le32(p + k + 42);
        if (offset + 30 > at || le32(p + offset) != 0x04034b50)
            return fail(c, ERR_MALFORMED, "office.broken");
        x[i].from = offset;
        x[i].to = offset + 30 + le16(p + offset + 26) + le16(p + offset + 28) + packed;
        k += 46 + le16(p + k + 28) + le16(p + k + 30) + le16(p + k + 32);
    }
    qsort(x, n, sizeof *x, by_start);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t limit = i + 1 < n ? x[i + 1].from : at;
        if (x[i].to > limit) return fail(c, ERR_REFUSED, "office.overlap");
    }
    return true;
}

static bool check_entry(struct ctx *c, const zip_stat_t *s, uint64_t *total)
{
    if (!name_is_safe(s->name)) return fail(c, ERR_REFUSED, "office.bad_name");
    if ((s->valid & ZIP_STAT_ENCRYPTION_METHOD) && s->encryption_method != ZIP_EM_NONE)
        return fail(c, ERR_REFUSED, "office.encrypted");
    if ((s->valid & ZIP_STAT_COMP_METHOD) && s->comp_method != ZIP_CM_STORE &&
        s->comp_method != ZIP_CM_DEFLATE)
        return fail(c, ERR_REFUSED, "office.method");
    uint64_t size = s->size, packed = s->comp_size;
    *total += size;
    if (size > OFFICE_MAX_ENTRY || *total > OFFICE_MAX_TOTAL)
        return fail(c, ERR_TOO_LARGE, "office.unpacked");
    if (size > 1024 * 1024 && size / OFFICE_MAX_RATIO > packed)
        return fail(c, ERR_REFUSED, "office.ratio");
    return true;
}

bool archive_open(struct ctx *c, str bytes, struct archive *out)
{
    *out = (struct archive){.c = c};
    if (!check_overlap(c, bytes)) return false;
    zip_error_t err;
    zip_error_init(&err);
    zip_source_t *src = zip_source_buffer_create(bytes.p, bytes.n, 0, &err);
    out->zip = src ? zip_open_from_source(src, ZIP_RDONLY | ZIP_CHECKCONS, &err) : NULL;
    zip_error_fini(&err);
    if (!out->zip) {
        if (src) zip_source_free(src);
        return fail(c, ERR_MALFORMED, "office.broken");
    }
    arena_defer(c->a, close_zip, out->zip);
    zip_int64_t n = zip_get_num_entries(out->zip, 0);
    if (n > OFFICE_MAX_ENTRIES) return fail(c, ERR_TOO_LARGE, "office.entries");
    uint64_t total = 0;
    for (zip_int64_t i = 0; i < n; i++) {
        zip_stat_t s;
        if (zip_stat_index(out->zip, (zip_uint64_t)i, 0, &s) != 0)
            return fail(c, ERR_MALFORMED, "office.broken");
        if (!check_entry(c, &s, &total)) return false;
        if (zip_name_locate(out->zip, s.name, ZIP_FL_NOCASE) != i)
            return fail(c, ERR_REFUSED, "office.doubled");
    }
    return true;
}

bool archive_has(const struct archive *ar, const char *name)
{
    return zip_name_locate(ar->zip, name, 0) >= 0;
}

bool archive_read(struct archive *ar, const char *name, bool (*sink)(void *, str), void *arg)
{
    struct ctx *c = ar->c;
    zip_int64_t i = zip_name_locate(ar->zip, name, 0);
    zip_stat_t s;
    if (i < 0 || zip_stat_index(ar->zip, (zip_uint64_t)i, 0, &s) != 0)
        return fail(c, ERR_MALFORMED, "office.missing", str_of(name));
    zip_file_t *f = zip_fopen_index(ar->zip, (zip_uint64_t)i, 0);
    if (!f) return fail(c, ERR_MALFORMED, "office.broken");
    char piece[32 * 1024];
    uint64_t size = 0;
    bool ok = true;
    for (;;) {
        zip_int64_t n = zip_fread(f, piece, sizeof piece);
        if (n < 0) ok = fail(c, ERR_MALFORMED, "office.broken");
        if (n <= 0 || !ok) break;
        size += (uint64_t)n;
        ar->unpacked += (uint64_t)n;
        if (size > OFFICE_MAX_ENTRY || ar->unpacked > OFFICE_MAX_TOTAL)
            ok = fail(c, ERR_TOO_LARGE, "office.unpacked");
        else if (size > 1024 * 1024 && size / OFFICE_MAX_RATIO > s.comp_size)
            ok = fail(c, ERR_REFUSED, "office.ratio");
        else ok = sink(arg, (str){piece, (size_t)n});
        if (!ok) break;
    }
    zip_fclose(f);
    return ok;
}
