/*
 * Real limits of the machine: a disk that is full (a small tmpfs, when the test may mount one), a
 * file that may not grow (RLIMIT_FSIZE, for everybody), a read-only disk, no descriptor left. Each
 * time: an error answer, the process alive, reads going on, nothing acknowledged lost, nothing
 * refused stored, and writing again when the limit is lifted.
 */
#include "load.h"
#include "place.h"

#include "base/log.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct store_testing TESTING = {
    .migrations = &LOAD_MIGRATIONS, .checkpoint_bytes = 40 * 4096, .reader_wait_ms = 100};

static struct store *open_at(struct ctx *c, const char *path, bool read_only)
{
    struct store_options o = {
        .create = !read_only, .read_only = read_only, .readers = 1, .testing = &TESTING};
    struct store *s;
    return store_open(c, str_of(path), &o, &s) ? s : NULL;
}

static void check_view(struct ctx *c, struct store *s, const struct load *l)
{
    static struct load_view v;
    assert_true(load_look(c, s, &v));
    assert_int_equal(v.problems, 0);
    assert_false(v.chain_broken || v.half || v.twice);
    struct load_verdict d = load_judge(l, &v);
    assert_int_equal(d.lost, 0);
    assert_int_equal(d.doubled, 0);
}

// Loads until the disk gives in, three times; then the limit is lifted and it must work again.
static void fill_and_recover(const char *path, bool (*lift)(void), const char *name)
{
    struct ctx c = {.a = arena_new(64 * 1024 * 1024)};
    struct load *l = load_new();
    error_clear(&c);
    l->body_max = 20000;
    struct store *s = open_at(&c, path, false);
    assert_non_null(s);
    int failures = 0;
    const char *why = "";
    while (failures < 3 && l->n < LOAD_MAX - 60) {
        int first = l->n, done = load_burst(l, s, 8);
        for (int i = first; i < l->n && done < 6; i++)
            if (l->jobs[i].outcome == WRITE_FAILED && l->jobs[i].job.why) why = l->jobs[i].job.why;
        failures += done == 0;
        check_view(&c, s, l); // reads go on
        arena_reset(c.a);
    }
    assert_int_equal(failures, 3);
    assert_true(store_healthy(s));
    assert_true(lift());
    assert_true(load_burst(l, s, 8) >= 6);
    check_view(&c, s, l);
    store_close(s);
    s = open_at(&c, path, false);
    assert_non_null(s);
    check_view(&c, s, l);
    static struct load_view v;
    assert_true(load_look(&c, s, &v));
    struct load_verdict d = load_judge(l, &v);
    print_message("# %s: done=%d refused=%d failed=%d unknown=%d lost=0 doubled=0 why=%s\n", name,
                  d.done, d.refused, d.failed, d.unknown, why);
    store_close(s);
    load_free(l);
    arena_free(c.a);
}

/* --- a full disk --- */

static char mounted[96], filler[128];

// False when this process may not mount.
static bool mount_small(const char *options)
{
    place_path(mounted, sizeof mounted, "mnt");
    mkdir(mounted, 0700);
    return mount("tmpfs", mounted, "tmpfs", 0, options) == 0;
}

static void unmount_small(void)
{
    assert_int_equal(umount2(mounted, 0), 0);
}

static bool remove_filler(void)
{
    return unlink(filler) == 0;
}

static void test_full_disk(void **state)
{
    (void)state;
    if (!mount_small("size=4m")) {
        print_message("# full disk: SKIPPED, mounting a tmpfs needs root\n");
        return;
    }
    snprintf(filler, sizeof filler, "%s/filler", mounted);
    int fd = open(filler, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(posix_fallocate(fd, 0, 3 * 1024 * 1024), 0);
    close(fd);
    char path[160];
    snprintf(path, sizeof path, "%s/s.db", mounted);
    fill_and_recover(path, remove_filler, "full disk");
    unmount_small();
}

/* --- a file that may not grow --- */

static struct rlimit old_limit;

static bool lift_limit(void)
{
    return setrlimit(RLIMIT_FSIZE, &old_limit) == 0;
}

static void test_file_limit(void **state)
{
    (void)state;
    char path[160];
    place_path(path, sizeof path, "limit.db");
    signal(SIGXFSZ, SIG_IGN); // the write is answered with an error instead
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old_limit), 0);
    struct rlimit small = {600 * 1000, old_limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    fill_and_recover(path, lift_limit, "file limit");
}

/* --- a read-only disk --- */

static void make_store(struct ctx *c, struct load *l, const char *path)
{
    struct store *s = open_at(c, path, false);
    assert_non_null(s);
    assert_true(load_burst(l, s, 10) > 0);
    store_close(s);
}

static void test_read_only_disk(void **state)
{
    (void)state;
    struct ctx c = {.a = arena_new(16 * 1024 * 1024)};
    struct load *l = load_new();
    error_clear(&c);
    if (!mount_small("size=8m")) {
        print_message("# read-only disk: SKIPPED, mounting a tmpfs needs root\n");
        load_free(l);
        arena_free(c.a);
        return;
    }
    char path[160];
    snprintf(path, sizeof path, "%s/odd name?#%%.db", mounted);
    make_store(&c, l, path);
    assert_int_equal(mount(NULL, mounted, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    assert_null(open_at(&c, path, false));
    assert_string_equal(c.err.id, "store.read_only");
    error_clear(&c);
    struct store *s = open_at(&c, path, true); // what is there can still be read and checked
    assert_non_null(s);
    check_view(&c, s, l);
    assert_int_equal(load_burst(l, s, 1), 0);
    store_close(s);
    unmount_small();
    load_free(l);
    arena_free(c.a);
}

// The same for somebody who is not root: a folder without the right to write.
static void test_read_only_folder(void **state)
{
    (void)state;
    char sub[120], path[160];
    place_path(sub, sizeof sub, "sub");
    snprintf(path, sizeof path, "%s/s.db", sub);
    mkdir(sub, 0700);
    struct ctx c = {.a = arena_new(16 * 1024 * 1024)};
    struct load *l = load_new();
    error_clear(&c);
    make_store(&c, l, path);
    assert_int_equal(chmod(sub, 0555), 0);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(place_folder(), 0711), 0);        // lets another user pass
    if (geteuid() == 0) assert_int_equal(seteuid(65534), 0); // root may write everywhere
    struct store *writer = open_at(&c, path, false);
    bool refused = writer == NULL && c.err.code == ERR_STORE;
    error_clear(&c);
    struct store *reader = open_at(&c, path, true);
    if (getuid() == 0) assert_int_equal(seteuid(0), 0);
    assert_true(refused);
    assert_non_null(reader);
    check_view(&c, reader, l);
    store_close(reader);
    chmod(sub, 0700);
    load_free(l);
    arena_free(c.a);
}

/* --- no descriptor left --- */

static void test_no_descriptors(void **state)
{
    (void)state;
    struct ctx c = {.a = arena_new(16 * 1024 * 1024)};
    struct load *l = load_new();
    error_clear(&c);
    char path[160], other[160];
    place_path(path, sizeof path, "fds.db");
    place_path(other, sizeof other, "other.db");
    struct store *s = open_at(&c, path, false);
    assert_non_null(s);
    struct rlimit old, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = old;
    int opened = 0;
    for (rlim_t n = 0; n < 24; n++) { // from none at all up to enough
        none.rlim_cur = n;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        struct store *second = open_at(&c, other, false);
        if (second) opened++;
        else assert_int_equal(c.err.code, ERR_STORE);
        error_clear(&c);
        assert_true(load_burst(l, s, 2) > 0); // the open store needs none
        setrlimit(RLIMIT_NOFILE, &old);
        store_close(second);
    }
    assert_true(opened > 0 && opened < 24);
    none.rlim_cur = 3;
    setrlimit(RLIMIT_NOFILE, &none);
    bool copied = store_backup(&c, s, other);
    setrlimit(RLIMIT_NOFILE, &old);
    assert_false(copied);
    error_clear(&c);
    check_view(&c, s, l);
    store_close(s);
    load_free(l);
    arena_free(c.a);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
    place_make();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_disk),      cmocka_unit_test(test_file_limit),
        cmocka_unit_test(test_read_only_disk), cmocka_unit_test(test_read_only_folder),
        cmocka_unit_test(test_no_descriptors),
    };
    int failed = cmocka_run_group_tests_name("disk", tests, NULL, NULL);
    place_drop();
    return failed;
}
