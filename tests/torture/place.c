#include "place.h"

#include <ftw.h>
#include <unistd.h>

static char folder[64];

void place_make(void)
{
    strcpy(folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/bihuan-XXXXXX" : "/tmp/bihuan-XXXXXX");
    if (!mkdtemp(folder)) BUG("no folder for the test");
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

void place_drop(void)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *place_folder(void)
{
    return folder;
}

void place_path(char *out, size_t n, const char *name)
{
    snprintf(out, n, "%s/%s", folder, name);
}

void place_remove_store(const char *name)
{
    static const char *const ENDS[] = {"", "-wal", "-shm", "-journal", ".lock"};
    char path[160];
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, name, ENDS[i]);
        unlink(path);
    }
}

static void copy_file(const char *from, const char *to)
{
    static char data[64 * 1024];
    FILE *r = fopen(from, "rb");
    if (!r) return; // no log is a state too
    FILE *w = fopen(to, "wb");
    INVARIANT(w);
    for (size_t n; (n = fread(data, 1, sizeof data, r)) > 0;) INVARIANT(fwrite(data, 1, n, w) == n);
    fclose(r);
    fclose(w);
}

void place_copy_store(const char *name, const char *copy)
{
    static const char *const ENDS[] = {"", "-wal", "-journal"};
    char from[160], to[160];
    place_remove_store(copy);
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        snprintf(from, sizeof from, "%s/%s%s", folder, name, ENDS[i]);
        snprintf(to, sizeof to, "%s/%s%s", folder, copy, ENDS[i]);
        copy_file(from, to);
    }
}
