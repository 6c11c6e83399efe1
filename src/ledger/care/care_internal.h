#pragma once
// What the files of this folder share.
#include "ledger/care/backup.h"
#include "ledger/files.h"

// Everything in f's arena. What cannot be read or does not bear its seal: a finding, and *good is false.
MUST_CHECK bool manifest_read(struct ctx *c, str dir, struct findings *f, struct manifest *m, bool *good);
MUST_CHECK bool manifest_write(struct ctx *c, str dir, const struct manifest *m, struct arena *a, str *seal);

// Visits every stored file that the rows of a store refer to; the same hash may come again.
typedef bool file_fn(struct ctx *c, str hash, void *arg);
MUST_CHECK bool files_walk(struct ctx *c, struct store *s, file_fn *fn, void *arg);

// Compares DIR/bihuan.db with the manifest, byte by byte and row by row.
MUST_CHECK bool database_verify(struct ctx *c, str dir, const struct manifest *m, struct findings *f);
// Opens DIR/bihuan.db as something that does not change.
MUST_CHECK bool backup_open(struct ctx *c, str dir, struct store **out);
str in_folder(struct arena *a, str dir, const char *name); // "DIR/NAME"
