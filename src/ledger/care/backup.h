#pragma once
/*
 * Backups: a folder that anybody can read in thirty years.
 *
 *   DIR/bihuan.db      the whole store at one moment, a SQLite file whatever the engine was
 *   DIR/files/ab/…     every stored file that it refers to, by content hash
 *   DIR/manifest.json  what must be in there: position of each district's journal, rows and SM3 of
 *                      each table, SM3 of the database, number and bytes of the files
 *
 * It is made beside a running server, without asking it: the store is read in one snapshot, and a file
 * is stored before the command that refers to it. DIR bears its name only when all of it is durable;
 * until then it is DIR.part, and one that a kill left behind is begun again. The position that the
 * manifest states is exact: every command up to it is in the copy, and none after it.
 *
 * Restoring goes into an empty place only and compares with the manifest before and after. The marker
 * DATA/restoring stands until it is done; the same command goes on after a kill.
 */
#include "ledger/care/move.h"
#include "ledger/ledger.h"

struct manifest {
    str made_at, program, engine;
    int64_t database_bytes;
    str database_hash;
    struct sums sums;
    int64_t files, file_bytes;
    str seal; // SM3 of all that stands before it
};

// Errors: ERR_CONFLICT backup.exists, backup.running; store.full and its like. f: stored files that are
// missing or altered; the rest is backed up all the same.
MUST_CHECK bool backup_make(struct ctx *c, struct ledger *l, str dir, instant now, struct findings *f,
                            struct manifest *m);

struct verify_report {
    int64_t districts, rows, journal_rows, records, items, files;
    int schema; // of the store
};
// A backup: manifest, database, files; then everything that must hold of a ledger. The store has no upgrade
// here, so of one that an older program made only what the manifest states is compared.
MUST_CHECK bool backup_verify(struct ctx *c, str dir, struct findings *f, struct verify_report *r);
// A store: the engine's own check, and of each district chain, state against journal, invariants, files.
MUST_CHECK bool ledger_verify_all(struct ctx *c, struct ledger *l, struct findings *f, struct verify_report *r);

struct restore_options {
    str dir;   // the backup
    str data;  // the data folder to fill, made when it does not exist
    str store; // URL
    void (*told)(void *arg, const struct copy_told *t);
    void *arg;
};
// Errors: ERR_CONFLICT restore.not_empty, copy.not_empty, store.target_exists. With findings nothing, or
// only an unfinished store, is in the new place.
MUST_CHECK bool backup_restore(struct ctx *c, const struct restore_options *o, struct findings *f, struct manifest *m);
