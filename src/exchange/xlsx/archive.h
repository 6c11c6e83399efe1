#pragma once
/* The guarded way into a zip archive: see xlsx.h for what is refused. */
#include <zip.h>

#include "base/error.h"

struct archive {
    zip_t *zip;
    struct ctx *c;
    uint64_t unpacked; // over all entries read so far
};

// Opens and checks the directory. The archive is closed with the arena.
MUST_CHECK bool archive_open(struct ctx *c, str bytes, struct archive *out);
bool archive_has(const struct archive *ar, const char *name);
// Hands the entry's bytes to sink in pieces; sink returns false to stop (with the error recorded).
// Fails with xlsx.missing when there is no such entry.
MUST_CHECK bool archive_read(struct archive *ar, const char *name, bool (*sink)(void *, str),
                             void *arg);
