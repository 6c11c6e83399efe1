/*
 * Faults for a running server, switched from outside: preloaded, it looks at a shared byte array before
 * each call and fails those that are switched on.
 *
 *     FAULTS=/path/of/16/bytes LD_PRELOAD=server_shim.so bihuan serve …
 *     byte 0: fsync and fdatasync fail with EIO
 *     byte 1: pwrite and write to regular files fail with ENOSPC
 *     byte 2: one in 16 n allocations fails; 0 none
 */
// With it pwrite() is another name of pwrite64(), and both are defined here.
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile unsigned char *faults;
static atomic_ulong allocations;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULTS");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *p = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (p != MAP_FAILED) faults = p;
}

static int out_of_memory(void)
{
    unsigned n = faults ? faults[2] * 16u : 0;
    // A fixed sequence that does not run in step with the requests.
    unsigned long r = atomic_fetch_add(&allocations, 1) * 6364136223846793005UL;
    return n && (r >> 33) % n == 0;
}

void *malloc(size_t size)
{
    if (!out_of_memory()) return __libc_malloc(size);
    errno = ENOMEM;
    return NULL;
}

void *calloc(size_t n, size_t size)
{
    if (!out_of_memory()) return __libc_calloc(n, size);
    errno = ENOMEM;
    return NULL;
}

void *realloc(void *p, size_t size)
{
    if (!out_of_memory()) return __libc_realloc(p, size);
    errno = ENOMEM;
    return NULL;
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

int fsync(int fd)
{
    if (faults && faults[0]) return errno = EIO, -1;
    return ((int (*)(int))next("fsync"))(fd);
}

int fdatasync(int fd)
{
    if (faults && faults[0]) return errno = EIO, -1;
    return ((int (*)(int))next("fdatasync"))(fd);
}

static int full(int fd)
{
    struct stat st;
    return faults && faults[1] && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    if (full(fd)) return errno = ENOSPC, -1;
    return ((ssize_t(*)(int, const void *, size_t, off_t))next("pwrite"))(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
    if (full(fd)) return errno = ENOSPC, -1;
    return ((ssize_t(*)(int, const void *, size_t, off64_t))next("pwrite64"))(fd, p, n, at);
}

ssize_t write(int fd, const void *p, size_t n)
{
    if (fd > 2 && full(fd)) return errno = ENOSPC, -1;
    return ((ssize_t(*)(int, const void *, size_t))next("write"))(fd, p, n);
}
