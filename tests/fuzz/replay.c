/*
 * Runs a fuzz target once over every file of the folders given, without libFuzzer: what was found
 * stays found, in every build and under every sanitizer. Prints TAP, one test a folder.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool replay_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in) return false;
    bool good = fseek(in, 0, SEEK_END) == 0;
    long size = good ? ftell(in) : -1;
    uint8_t *data = size >= 0 ? malloc(size ? (size_t)size : 1) : NULL;
    rewind(in);
    good = data && fread(data, 1, (size_t)size, in) == (size_t)size;
    fclose(in);
    fprintf(stderr, "%s\n", path); // the last name before a crash is the culprit
    if (good) (void)LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    return good;
}

static int replay_folder(const char *folder)
{
    int n = 0;
    DIR *dir = opendir(folder);
    if (!dir) return -1;
    for (struct dirent *d; (d = readdir(dir)) != NULL;) {
        char path[4096];
        if (d->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, d->d_name);
        if (!replay_file(path)) {
            n = -1;
            break;
        }
        n++;
    }
    closedir(dir);
    return n;
}

int main(int argc, char **argv)
{
    bool all = argc > 1;
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        int n = replay_folder(argv[i]);
        printf("%s %d - %s: %d files\n", n > 0 ? "ok" : "not ok", i, argv[i], n);
        all = all && n > 0;
    }
    return all ? 0 : 1;
}
