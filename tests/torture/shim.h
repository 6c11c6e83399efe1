#pragma once
/*
 * A SQLite VFS that stands between the store and the real files. It can
 *   - record every write, truncate, flush, creation and deletion with its data (the power-cut test
 *     rebuilds from that record what a disk may hold after power is cut at any moment);
 *   - make the n-th call of one kind fail, once or from then on (the fault test);
 *   - pretend to flush, where only the logic counts and not the disk.
 *
 * One shim per process; shim_reset() between runs, never while a store is open.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum shim_op {
    SHIM_OPEN,  // a file that did not exist is created (record); any open (fault)
    SHIM_WRITE,
    SHIM_TRUNCATE,
    SHIM_SYNC,
    SHIM_DELETE,
    SHIM_READ, // fault only
    SHIM_MAP,  // shared memory of the log's index, fault only
    SHIM_MARK, // set by the test: shim_mark()
    SHIM_OPS
};

struct shim_event {
    enum shim_op op;
    int file;       // index into shim_file_name()
    int64_t offset; // of a write; length of a truncate; 1 for a durable deletion; the mark's number
    size_t n;
    unsigned char *data;
};

extern const char SHIM_VFS[]; // name for store_options.vfs

void shim_install(void); // once
void shim_reset(void);   // forgets the record, the counters and the fault
void shim_record(bool on);
void shim_pretend_to_flush(bool on);
// A device that promises nothing: sectors of 512 bytes, a write may harm what stands beside it.
void shim_worst_device(bool on);

// The at-th call of this kind (from 1) answers rc; all later ones too when lasting.
void shim_fail(enum shim_op op, int64_t at, int rc, bool lasting);
bool shim_hit(void); // the fault has happened
void shim_disarm(void);

void shim_mark(int64_t number);
size_t shim_events(void);
const struct shim_event *shim_event(size_t i);
int shim_files(void);
const char *shim_file_name(int file); // without its folder
