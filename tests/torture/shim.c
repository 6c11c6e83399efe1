#include "shim.h"

#include "base/base.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_FILES = 16, NAME_MAX_BYTES = 64 };

const char SHIM_VFS[] = "shim";

struct shim_file {
    sqlite3_file base;
    int id;
    sqlite3_file *real;
};

static sqlite3_vfs vfs, *real_vfs;
static sqlite3_io_methods methods;

static struct {
    pthread_mutex_t mutex; // guards the record
    struct shim_event *events;
    size_t n, cap;
    char names[MAX_FILES][NAME_MAX_BYTES];
    int n_names;
    atomic_bool record, pretend, worst;
} tape = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static struct {
    atomic_int op; // SHIM_OPS: none
    atomic_llong count, at;
    atomic_int rc;
    atomic_bool lasting, hit;
} fault = {.op = SHIM_OPS};

/* --- the record --- */

static int name_id(const char *path)
{
    const char *name = path ? strrchr(path, '/') : NULL;
    name = name ? name + 1 : path ? path : "";
    pthread_mutex_lock(&tape.mutex);
    int id = 0;
    while (id < tape.n_names && strcmp(tape.names[id], name) != 0) id++;
    if (id == tape.n_names) {
        INVARIANT(id < MAX_FILES && strlen(name) < NAME_MAX_BYTES);
        strcpy(tape.names[tape.n_names++], name);
    }
    pthread_mutex_unlock(&tape.mutex);
    return id;
}

static void add(enum shim_op op, int file, int64_t offset, const void *data, size_t n)
{
    if (!atomic_load(&tape.record)) return;
    pthread_mutex_lock(&tape.mutex);
    if (tape.n == tape.cap) {
        tape.cap = tape.cap ? tape.cap * 2 : 1024;
        tape.events = realloc(tape.events, tape.cap * sizeof tape.events[0]);
        INVARIANT(tape.events);
    }
    struct shim_event *e = &tape.events[tape.n++];
    *e = (struct shim_event){.op = op, .file = file, .offset = offset, .n = n};
    if (n > 0) {
        e->data = malloc(n);
        INVARIANT(e->data);
        memcpy(e->data, data, n);
    }
    pthread_mutex_unlock(&tape.mutex);
}

void shim_mark(int64_t number)
{
    add(SHIM_MARK, 0, number, NULL, 0);
}

size_t shim_events(void)
{
    return tape.n;
}

const struct shim_event *shim_event(size_t i)
{
    return &tape.events[i];
}

int shim_files(void)
{
    return tape.n_names;
}

const char *shim_file_name(int file)
{
    return tape.names[file];
}

void shim_record(bool on)
{
    atomic_store(&tape.record, on);
}

void shim_pretend_to_flush(bool on)
{
    atomic_store(&tape.pretend, on);
}

void shim_worst_device(bool on)
{
    atomic_store(&tape.worst, on);
}

/* --- the fault --- */

void shim_fail(enum shim_op op, int64_t at, int rc, bool lasting)
{
    atomic_store(&fault.count, 0);
    atomic_store(&fault.at, at);
    atomic_store(&fault.rc, rc);
    atomic_store(&fault.lasting, lasting);
    atomic_store(&fault.hit, false);
    atomic_store(&fault.op, op);
}

bool shim_hit(void)
{
    return atomic_load(&fault.hit);
}

void shim_disarm(void)
{
    atomic_store(&fault.op, SHIM_OPS);
}

// SQLITE_OK, or what this call is to answer instead of being made.
static int trip(enum shim_op op)
{
    if (atomic_load(&fault.op) != (int)op) return SQLITE_OK;
    long long k = atomic_fetch_add(&fault.count, 1) + 1, at = atomic_load(&fault.at);
    if (k != at && !(k > at && atomic_load(&fault.lasting))) return SQLITE_OK;
    atomic_store(&fault.hit, true);
    return atomic_load(&fault.rc);
}

void shim_reset(void)
{
    shim_disarm();
    shim_record(false);
    shim_pretend_to_flush(false);
    shim_worst_device(false);
    for (size_t i = 0; i < tape.n; i++) free(tape.events[i].data);
    free(tape.events);
    tape.events = NULL;
    tape.n = tape.cap = 0;
    tape.n_names = 0;
}

/* --- a file --- */

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct shim_file *)f)->real;
}

static int id_of(sqlite3_file *f)
{
    return ((struct shim_file *)f)->id;
}

static int shim_close(sqlite3_file *f)
{
    return real_of(f)->pMethods ? real_of(f)->pMethods->xClose(real_of(f)) : SQLITE_OK;
}

static int shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 offset)
{
    int rc = trip(SHIM_READ);
    return rc != SQLITE_OK ? rc : real_of(f)->pMethods->xRead(real_of(f), p, n, offset);
}

static int shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 offset)
{
    int rc = trip(SHIM_WRITE);
    if (rc != SQLITE_OK) return rc;
    add(SHIM_WRITE, id_of(f), offset, p, (size_t)n);
    return real_of(f)->pMethods->xWrite(real_of(f), p, n, offset);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    int rc = trip(SHIM_TRUNCATE);
    if (rc != SQLITE_OK) return rc;
    add(SHIM_TRUNCATE, id_of(f), size, NULL, 0);
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int shim_sync(sqlite3_file *f, int flags)
{
    int rc = trip(SHIM_SYNC);
    if (rc != SQLITE_OK) return rc;
    add(SHIM_SYNC, id_of(f), 0, NULL, 0);
    if (atomic_load(&tape.pretend)) return SQLITE_OK;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int shim_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int shim_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int shim_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int shim_sector(sqlite3_file *f)
{
    return atomic_load(&tape.worst) ? 512 : real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int shim_device(sqlite3_file *f)
{
    return atomic_load(&tape.worst) ? 0 : real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int shim_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    int rc = trip(SHIM_MAP);
    return rc != SQLITE_OK ? rc
                           : real_of(f)->pMethods->xShmMap(real_of(f), region, size, extend, out);
}

static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void shim_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shim_unmap(sqlite3_file *f, int delete)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), delete);
}

/* --- the file system --- */

static int shim_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *out)
{
    (void)v;
    struct shim_file *s = (struct shim_file *)f;
    s->base.pMethods = NULL;
    s->real = (sqlite3_file *)&s[1];
    s->id = name_id(path);
    int rc = trip(SHIM_OPEN);
    if (rc != SQLITE_OK) return rc;
    bool existed = path && access(path, F_OK) == 0;
    rc = real_vfs->xOpen(real_vfs, path, s->real, flags, out);
    if (s->real->pMethods) s->base.pMethods = &methods;
    if (rc == SQLITE_OK && !existed) add(SHIM_OPEN, s->id, 0, NULL, 0);
    return rc;
}

static int shim_delete(sqlite3_vfs *v, const char *path, int flush_folder)
{
    (void)v;
    int rc = trip(SHIM_DELETE);
    if (rc != SQLITE_OK) return rc;
    add(SHIM_DELETE, name_id(path), flush_folder, NULL, 0);
    return real_vfs->xDelete(real_vfs, path, atomic_load(&tape.pretend) ? 0 : flush_folder);
}

void shim_install(void)
{
    real_vfs = sqlite3_vfs_find(NULL);
    INVARIANT(real_vfs);
    vfs = *real_vfs;
    vfs.zName = SHIM_VFS;
    vfs.szOsFile = (int)sizeof(struct shim_file) + real_vfs->szOsFile;
    vfs.xOpen = shim_open;
    vfs.xDelete = shim_delete;
    methods = (sqlite3_io_methods){
        2,           shim_close, shim_read,     shim_write,    shim_truncate, shim_sync,
        shim_size,   shim_lock,  shim_unlock,   shim_reserved, shim_control,  shim_sector,
        shim_device, shim_map,   shim_shm_lock, shim_barrier,  shim_unmap,    NULL,
        NULL};
    sqlite3_vfs_register(&vfs, 0);
}
