#pragma once
/*
 * Stored files: evidence and imported originals, by the SM3 hash of their content, outside the
 * database. The path is DIR/ab/abcdef… (64 hex digits; the first two make the folder). A file is
 * written beside its place under another name, made durable, and renamed; so a name always shows
 * whole content, the same content is stored once, and two writers of one content do not disturb
 * each other. Files are never changed or removed here.
 *
 *     str hash;
 *     if (!file_store(c, l, bytes, &hash)) return false;    // command line, tests
 *
 * The server streams uploads itself: it writes and hashes a temporary file in the folder DIR, then
 * calls file_keep.
 *
 * Errors: ERR_NOT_FOUND file.none, ERR_TOO_LARGE file.too_large, ERR_STORE file.damaged (content
 * that no longer has its hash), store.full, store.read_only, store.io.
 */
#include "ledger/ledger.h"
#include "ledger/sm3.h"

// "" when hash is not 64 lower-case hex digits.
str file_path(struct arena *a, const struct ledger *l, str hash);
// Stores bytes; the same bytes again are kept as they are.
MUST_CHECK bool file_store(struct ctx *c, const struct ledger *l, str bytes, str *hash);
// Reads a file of at most max bytes and checks that it still has its hash.
MUST_CHECK bool file_read(struct ctx *c, const struct ledger *l, str hash, size_t max, str *bytes);
// Makes an open temporary file durable and moves it to its place. The caller closes fd.
MUST_CHECK bool file_keep(struct ctx *c, const struct ledger *l, int fd, const char *part, str hash);

/* --- for whoever keeps files elsewhere: backups --- */

// As file_path, in another folder.
str file_path_in(struct arena *a, str dir, str hash);
// The hash and length of what stands in a file; false when it cannot be read.
MUST_CHECK bool file_hash(const char *path, char hex[SM3_HEX + 1], int64_t *bytes);
// Copies a file and makes it durable (its folder is the caller's); hex and bytes tell what was copied.
// ERR_NOT_FOUND file.none when there is no such file.
MUST_CHECK bool file_copy(struct ctx *c, const char *from, const char *to, char hex[SM3_HEX + 1], int64_t *bytes);
MUST_CHECK bool file_write(struct ctx *c, int fd, str data);
// Makes a folder with a durable name; one that exists is fine.
MUST_CHECK bool folder_make(struct ctx *c, str folder);
MUST_CHECK bool folder_flush(struct ctx *c, str folder);
// Tells the reason in errno as the store tells it; returns false.
bool file_failed(struct ctx *c);
