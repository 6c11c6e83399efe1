#pragma once
/*
 * The guarded way into the zip archives of office files (XLSX, DOCX). Refused, before memory is spent:
 * archives that are encrypted, have too many, doubled or overlapping entries, names that leave the
 * archive, entries that unpack too large or too far (a zip bomb). Sizes that the archive claims are
 * only a first check; everything is counted while unpacking.
 */
#include <zip.h>

#include "base/error.h"

enum {
    OFFICE_MAX_ENTRIES = 2000,
    OFFICE_MAX_TOTAL = 200 * 1024 * 1024,
    OFFICE_MAX_ENTRY = 50 * 1024 * 1024,
    OFFICE_MAX_RATIO = 100, // after the first MiB of an entry
    OFFICE_MAX_DEPTH = 96,  // of XML elements
};

struct archive {
    zip_t *zip;
    struct ctx *c;
    uint64_t unpacked; // over all entries read so far
};

// Opens and checks the directory. The archive is closed with the arena.
MUST_CHECK bool archive_open(struct ctx *c, str bytes, struct archive *out);
bool archive_has(const struct archive *ar, const char *name);
// Hands the entry's bytes to sink in pieces; sink returns false to stop (with the error recorded).
// Fails with office.missing when there is no such entry.
MUST_CHECK bool archive_read(struct archive *ar, const char *name, bool (*sink)(void *, str),
                             void *arg);
