#include "zip_of.h"

str zip_of(struct fixture *f, const struct part *parts, size_t n, int method)
{
    zip_error_t err;
    zip_error_init(&err);
    zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &err);
    zip_source_keep(out);
    zip_t *z = zip_open_from_source(out, ZIP_TRUNCATE, &err);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *s = zip_source_buffer(z, parts[i].body.p, parts[i].body.n, 0);
        zip_int64_t k = zip_file_add(z, parts[i].name, s, ZIP_FL_ENC_UTF_8);
        check(k >= 0);
        zip_set_file_compression(z, (zip_uint64_t)k, method, 9);
    }
    check(zip_close(z) == 0);
    zip_source_open(out);
    zip_source_seek(out, 0, SEEK_END);
    size_t size = (size_t)zip_source_tell(out);
    char *p = arena_alloc(f->a, size + 1);
    zip_source_seek(out, 0, SEEK_SET);
    check((size_t)zip_source_read(out, p, size) == size);
    zip_source_close(out);
    zip_source_free(out);
    return (str){p, size};
}
