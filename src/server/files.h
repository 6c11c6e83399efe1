#pragma once
/*
 * Files by content: POST /api/v1/files takes the bytes as they come into a temporary file, hashes
 * them on the way, and on a slow thread makes them durable: fsync, rename to the hash, fsync of the
 * directory (ledger/files.h). Nothing the client says becomes part of a path. GET gives them back as an attachment
 * whose type comes from our own table, sandboxed, so that no browser runs what somebody uploaded.
 */
#include "server/exchange.h"

void upload_take(struct exchange *x, str data); // event thread, while the body comes
void upload_drop(struct exchange *x);           // what was not kept
void files_post(struct exchange *x);
void files_get(struct exchange *x);
// At the start: what an ended process left half-written. The store's lock says there is no other.
void uploads_sweep(struct arena *a, str dir);
