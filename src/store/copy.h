#pragma once
/*
 * Copying a whole store into another one, whatever engines they have.
 *
 * The source is one snapshot: a connection inside store_read(). The target gets it table by table in
 * the order of the keys, in pages; each page is one transaction of the target together with its line
 * in copy_progress, so that a copy that was ended at any moment, even by kill -9, goes on behind the
 * last page that was stored. A store in which a copy stands unfinished opens for nobody else
 * (store.unfinished), so that half a store is never served. The caller compares both sides and then
 * calls copy_finish.
 *
 *     if (!copy_target_open(c, url, &options, &target)) return false;
 *     … in store_read(source): copy_run(c, db, &schema, target, &copy, &result) …
 *     … compare …
 *     if (!copy_finish(c, target, source)) return false;
 *
 * Nothing is overwritten: the target is empty, or holds the unfinished copy of the same source.
 * Errors: ERR_CONFLICT copy.not_empty, copy.other_source, copy.schema, copy.elsewhere (another
 * process copies into the same target).
 */
#include "store/rows.h"

struct copy_told {
    int64_t district; // 0: reference tables
    str table;
    int64_t rows, pages; // so far, earlier runs included
};

struct copy_options {
    str source;       // what is copied, by content: an unfinished copy goes on only when it is the same
    size_t page_rows; // 0 takes ROWS_PAGE
    void (*told)(void *arg, const struct copy_told *t); // after each page has been stored; may be NULL
    void (*inside)(void *arg); // tests: on the writer, before a page's transaction ends; may be NULL
    void *arg;
};

struct copy_result {
    int64_t rows;   // in the target now
    int64_t before; // of them, stored by earlier runs
    int64_t pages;
};

// Opens what is to be copied so that it rests where the engine can make it rest: a SQLite file is locked
// against other writers. Fails with copy.schema when this program would first have to upgrade it.
MUST_CHECK bool copy_source_open(struct ctx *c, str url, const struct store_options *o, struct store **out);
// Opens the target for writing, made when it does not exist and its engine can make it. What holds
// anything but an unfinished copy is refused before anything is done to it.
MUST_CHECK bool copy_target_open(struct ctx *c, str url, const struct store_options *o, struct store **out);
MUST_CHECK bool copy_run(struct ctx *c, struct db *from, const struct schema *schema, struct store *to,
                         const struct copy_options *o, struct copy_result *r);
// The copy is whole: from now on the target is a store like any other.
MUST_CHECK bool copy_finish(struct ctx *c, struct store *to, str source);
// Is a copy into this store unfinished?
MUST_CHECK bool copy_unfinished(struct ctx *c, struct db *db, bool *unfinished);

// Copies into a new SQLite file; in the same snapshot runs also (may be NULL). For engines that
// cannot copy themselves, see store_backup.
MUST_CHECK bool copy_to_file(struct ctx *c, struct store *s, const char *target, db_fn *also, void *arg);

// Registers the statements of copying, which want the shipped tables; once, before threads.
void copy_register(void);
