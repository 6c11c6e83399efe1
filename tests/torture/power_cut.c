/*
 * Power cut. The real store runs a load over the recording shim; then for every prefix of the
 * record, that is for every moment between two calls, the disk is rebuilt as it may look when power
 * goes there, and the real store opens it.
 *
 * What a disk may hold: everything that was flushed. Of what was not: nothing, all, or any part,
 * and a write may be torn at 512 bytes. Creations and deletions keep their order; any later flush
 * makes them durable (ext4, XFS). Eight variants a moment: none, all, six seeded random ones.
 *
 * With synchronous=FULL no acknowledged job may be missing, nothing may be half or corrupt. With
 * NORMAL and OFF the same check must find losses: that shows that it can.
 */
#include "load.h"
#include "place.h"
#include "shim.h"

#include "base/log.h"

enum { SECTOR = 512, MAX_FILES = 16 };

struct settings {
    const char *synchronous;
    bool worst_device;
    int jobs, variants;
    size_t stride; // takes every stride-th moment
};

struct totals {
    int images, unreadable, corrupt, half, losing, lost, invented;
    int log_starts;
    char example[200]; // what the first bad image had to say
};

static uint64_t random_state;

static uint64_t random_next(void) // xorshift64, seeded by moment and variant
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state >> 11;
}

/* --- recording --- */

static void mark_done(struct load_job *j)
{
    if (j->outcome == WRITE_DONE) shim_mark(j->id);
}

static const struct store_testing TESTING = {
    .migrations = &LOAD_MIGRATIONS, .checkpoint_bytes = 8 * 4096, .truncate_bytes = 24 * 4096};

static struct load *record(struct ctx *c, const struct settings *set)
{
    char path[96];
    place_path(path, sizeof path, "p.db");
    place_remove_store("p.db");
    struct store *s;
    struct store_options o = {.create = true,
                              .readers = 1,
                              .vfs = SHIM_VFS,
                              .synchronous = set->synchronous,
                              .testing = &TESTING};
    struct load *l = load_new();
    l->on_done = mark_done;
    shim_reset();
    shim_worst_device(set->worst_device);
    shim_pretend_to_flush(true); // the record is what counts, not this disk
    shim_record(true);
    assert_true(store_open(c, str_of(path), &o, &s));
    for (int burst = 1; l->n < set->jobs; burst = burst % 9 + 1) load_burst(l, s, burst);
    store_close(s);
    shim_record(false);
    return l;
}

// How often the log began anew: each time a checkpoint had emptied it before.
static int log_starts(void)
{
    int n = 0;
    for (size_t i = 0; i < shim_events(); i++) {
        const struct shim_event *e = shim_event(i);
        bool of_log = strcmp(shim_file_name(e->file), "p.db-wal") == 0;
        n += of_log && e->op == SHIM_WRITE && e->offset == 0;
    }
    return n;
}

/* --- rebuilding --- */

struct image {
    unsigned char *at;
    size_t n, cap;
    bool exists;
};

static struct image images[MAX_FILES];

static void image_write(struct image *m, size_t offset, const unsigned char *data, size_t n)
{
    if (offset + n > m->cap) {
        m->cap = (offset + n) * 2;
        m->at = realloc(m->at, m->cap);
        INVARIANT(m->at);
    }
    if (offset > m->n) memset(m->at + m->n, 0, offset - m->n);
    memcpy(m->at + offset, data, n);
    if (offset + n > m->n) m->n = offset + n;
}

static void image_truncate(struct image *m, size_t n)
{
    if (n < m->n) m->n = n;
}

// The flushes of a prefix: the last one of each file, and the last of all, which also made every
// creation and deletion before it durable.
struct flushes {
    size_t of_file[MAX_FILES]; // index + 1; 0 is none
    size_t any;
};

static struct flushes find_flushes(size_t moment)
{
    struct flushes f = {0};
    for (size_t i = 0; i < moment; i++) {
        const struct shim_event *e = shim_event(i);
        if (e->op == SHIM_SYNC) f.of_file[e->file] = f.any = i + 1;
        if (e->op == SHIM_DELETE && e->offset) f.any = i + 1; // flushes the folder
    }
    return f;
}

// Writes what survives of one write that was never flushed.
static void write_torn(struct image *m, const struct shim_event *e)
{
    size_t offset = (size_t)e->offset, from = 0, to = e->n;
    if (random_next() % 4 == 0) {
        size_t cut = (offset + random_next() % (e->n + 1)) / SECTOR * SECTOR;
        cut = cut < offset ? 0 : cut - offset;
        if (random_next() % 2) to = cut;
        else from = cut;
    }
    if (to > from) image_write(m, offset + from, e->data + from, to - from);
}

enum variant { VARIANT_NONE, VARIANT_ALL, VARIANT_RANDOM };

static void apply(const struct shim_event *e, bool durable, enum variant v)
{
    struct image *m = &images[e->file];
    bool keep = durable || v == VARIANT_ALL || (v != VARIANT_NONE && random_next() % 2);
    if (!keep || !m->exists) return;
    if (e->op == SHIM_TRUNCATE) image_truncate(m, (size_t)e->offset);
    else if (durable || v == VARIANT_ALL) image_write(m, (size_t)e->offset, e->data, e->n);
    else write_torn(m, e);
}

// Rebuilds the disk of this moment into images[]; returns the number of acknowledged jobs.
static int rebuild(size_t moment, int variant, const char *main_file)
{
    enum variant v = variant < VARIANT_RANDOM ? (enum variant)variant : VARIANT_RANDOM;
    struct flushes f = find_flushes(moment);
    random_state = 88172645463325252u + moment * 7919u + (uint64_t)variant * 104729u;
    for (int i = 0; i < 5; i++) random_next();
    // Names beyond the last flush come in order, up to some point.
    size_t names = v == VARIANT_NONE  ? f.any
                   : v == VARIANT_ALL ? moment
                                      : f.any + random_next() % (moment - f.any + 1);
    int acknowledged = 0;
    for (int i = 0; i < shim_files(); i++) {
        images[i].n = 0;
        images[i].exists = strcmp(shim_file_name(i), main_file) == 0; // made before SQLite opens it
    }
    for (size_t i = 0; i < moment; i++) {
        const struct shim_event *e = shim_event(i);
        struct image *m = &images[e->file];
        switch (e->op) {
        case SHIM_MARK: acknowledged++; break;
        case SHIM_OPEN:
            if (i < names) *m = (struct image){.at = m->at, .cap = m->cap, .exists = true};
            break;
        case SHIM_DELETE:
            if (i < names) m->exists = false;
            break;
        case SHIM_WRITE:
        case SHIM_TRUNCATE: apply(e, i < f.of_file[e->file], v); break;
        default: break;
        }
    }
    return acknowledged;
}

static void save(void)
{
    char path[160];
    place_remove_store("image-p.db");
    for (int i = 0; i < shim_files(); i++) {
        snprintf(path, sizeof path, "%s/image-%s", place_folder(), shim_file_name(i));
        if (!images[i].exists) continue;
        FILE *w = fopen(path, "wb");
        assert_non_null(w);
        assert_int_equal(fwrite(images[i].at, 1, images[i].n, w), images[i].n);
        fclose(w);
    }
}

/* --- judging --- */

static void judge(struct ctx *c, const struct load *l, int acknowledged, struct totals *t)
{
    char path[96];
    place_path(path, sizeof path, "image-p.db");
    struct store_options o = {.readers = 1, .vfs = SHIM_VFS, .testing = &TESTING};
    struct store *s;
    static struct load_view v;
    t->images++;
    if (!store_open(c, str_of(path), &o, &s) || !load_look(c, s, &v)) {
        if (t->unreadable++ == 0) snprintf(t->example, sizeof t->example, "%s", c->err.id);
        error_clear(c);
        store_close(s);
        return;
    }
    if (v.problems && t->corrupt == 0) snprintf(t->example, sizeof t->example, "%s", v.example);
    t->corrupt += v.problems > 0 || v.chain_broken || v.twice;
    t->half += v.half;
    // Jobs were told in order, so the acknowledged ones are the first that were not refused.
    int seen = 0, lost = 0;
    for (int i = 0; i < l->n; i++) {
        bool there = v.stored[l->jobs[i].id];
        if (l->jobs[i].refuse) t->invented += there;
        else if (seen++ < acknowledged) lost += !there;
    }
    t->lost += lost;
    t->losing += lost > 0;
    // What came back whole must also work.
    bool whole = v.problems == 0 && !v.chain_broken && !v.half;
    struct load *more = load_new();
    if (whole && t->images % 16 == 0) assert_int_equal(load_burst(more, s, 1), 1);
    load_free(more);
    store_close(s);
}

static struct totals run(const struct settings *set)
{
    struct ctx c = {.a = arena_new(64 * 1024 * 1024)};
    struct totals t = {0};
    error_clear(&c);
    struct load *l = record(&c, set);
    t.log_starts = log_starts();
    for (size_t moment = 0; moment <= shim_events(); moment += set->stride)
        for (int variant = 0; variant < set->variants; variant++) {
            arena_reset(c.a);
            int acknowledged = rebuild(moment, variant, "p.db");
            save();
            judge(&c, l, acknowledged, &t);
        }
    print_message(
        "# power cut: synchronous=%s device=%s jobs=%d calls=%zu log_starts=%d images=%d "
        "unreadable=%d "
        "corrupt=%d half=%d refused_but_stored=%d losing_images=%d acknowledged_lost=%d\n",
        set->synchronous, set->worst_device ? "worst" : "as_is", l->n, shim_events(), t.log_starts,
        t.images, t.unreadable, t.corrupt, t.half, t.invented, t.losing, t.lost);
    if (t.corrupt + t.unreadable > 0)
        print_message("# the first bad image says: %.60s\n", t.example);
    load_free(l);
    arena_free(c.a);
    return t;
}

static void check_nothing_lost(bool worst_device)
{
    struct totals t = run(&(struct settings){"FULL", worst_device, 64, 8, 1});
    assert_true(t.images >= 2000);
    assert_true(t.log_starts >= 3); // checkpoints were cut as well
    assert_int_equal(t.unreadable, 0);
    assert_int_equal(t.corrupt, 0);
    assert_int_equal(t.half, 0);
    assert_int_equal(t.invented, 0);
    assert_int_equal(t.lost, 0);
}

static void test_full_loses_nothing(void **state)
{
    (void)state;
    check_nothing_lost(false);
}

static void test_full_loses_nothing_on_the_worst_device(void **state)
{
    (void)state;
    check_nothing_lost(true);
}

static void test_normal_is_caught(void **state)
{
    (void)state;
    struct totals t = run(&(struct settings){"NORMAL", false, 60, 4, 2});
    assert_true(t.lost > 0);
    assert_int_equal(t.corrupt + t.unreadable + t.half, 0); // it loses, but does not corrupt
}

static void test_off_is_caught(void **state)
{
    (void)state;
    struct totals t = run(&(struct settings){"OFF", false, 60, 4, 2});
    assert_true(t.lost > 0);
    assert_true(t.corrupt + t.unreadable > 0);
}

int main(void)
{
    log_open("/dev/null", LOG_ERROR);
    place_make();
    shim_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_loses_nothing),
        cmocka_unit_test(test_full_loses_nothing_on_the_worst_device),
        cmocka_unit_test(test_normal_is_caught),
        cmocka_unit_test(test_off_is_caught),
    };
    int failed = cmocka_run_group_tests_name("power_cut", tests, NULL, NULL);
    place_drop();
    return failed;
}
