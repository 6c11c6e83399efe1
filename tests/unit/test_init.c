// `bihuan init` as a user runs it: the built program, its questions on a pipe, its exit codes.
#include "check.h"

#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct run {
    int code;
    str out;
};

struct home {
    struct fixture f;
    char dir[64];
};

static int home_setup(void **state)
{
    struct home *h = calloc(1, sizeof *h);
    if (!h) return -1;
    h->f.a = h->f.c.a = arena_new((size_t)64 << 20);
    strcpy(h->dir, "/tmp/bihuan-init-XXXXXX");
    *state = h;
    return h->f.a && mkdtemp(h->dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st, (void)flag, (void)ftw;
    return remove(path);
}

static int home_teardown(void **state)
{
    struct home *h = *state;
    arena_free(h->f.a);
    nftw(h->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(h);
    return 0;
}
#define HOME(fn) cmocka_unit_test_setup_teardown(fn, home_setup, home_teardown)

static str whole(struct home *h, const char *path)
{
    struct buf b;
    char piece[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f) check_fail(__FILE__, __LINE__, path);
    buf_init(&b, h->f.a, 1 << 20);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) buf_add(&b, (str){piece, n});
    fclose(f);
    return buf_str(&b);
}

// Runs "bihuan init DIR/store …" with the answers on standard input; out is both outputs together.
static struct run init(struct home *h, const char *answers, const char *options)
{
    const char *program = getenv("BIHUAN"), *packs = getenv("BIHUAN_PACKS");
    check(program && packs);
    const char *in = str_z(h->f.a, str_printf(h->f.a, "%s/in", h->dir));
    const char *out = str_z(h->f.a, str_printf(h->f.a, "%s/out", h->dir));
    FILE *f = fopen(in, "wb");
    if (!f) check_fail(__FILE__, __LINE__, in);
    fputs(answers, f);
    fclose(f);
    str command = str_printf(h->f.a, "LANG=en '%s' init '%s/store' --packs '%s' %s <'%s' >'%s' 2>&1",
                             program, h->dir, packs, options, in, out);
    int status = system(str_z(h->f.a, command)); // the shell's redirections; every word is ours
    check(WIFEXITED(status));
    return (struct run){WEXITSTATUS(status), whole(h, out)};
}

static void asks_five_questions(void **state)
{
    struct home *h = *state;
    struct run r =
        init(h, "某区\nnot a code\nmouqu\nsoon\n2024\n8-12\n08:30-12:00,14:00-17:30\nadmin\n", "");
    check_row("%.*s", STR_FMT(r.out));
    check_int(r.code, 0);
    // three answers were asked for again
    size_t n = 0;
    for (size_t at = 0; (at = str_find(r.out, STR("cannot be used"), at)) != SIZE_MAX; at++) n++;
    check_int(n, 3);
    check(str_has(r.out, STR("district 1 from pack blank")));
    check(str_has(r.out, STR("  admin  ")) && str_has(r.out, STR("  admin.aq  ")) &&
          str_has(r.out, STR("  admin.sj  ")));
    // once only: the same district again is refused
    r = init(h, "",
             "--name 某区 --code mouqu --year 2024 --hours 09:00-12:00 --login admin");
    check_int(r.code, 3);
    check(str_has(r.out, STR("pack.district_exists")));
}

static void answers_as_options(void **state)
{
    struct home *h = *state;
    struct run r = init(h, "", "--name A --code a --year 2024 --hours 09:00-12:00 --login a");
    check_row("%.*s", STR_FMT(r.out));
    check_int(r.code, 0);
    check(!str_has(r.out, STR("Year:")));
}

static void refuses_what_it_cannot_use(void **state)
{
    struct home *h = *state;
    static const struct {
        const char *answers, *options;
        int code;
        const char *says;
    } rows[] = {
        {"某区\n", "", 2, "cli.init_no_answer"},
        {"", "--name A --code a --year x --hours 09:00-12:00 --login a", 2, "cli.init_bad_answer"},
        {"", "--pack nowhere", 2, "pack.not_found"},
        {"", "--colour red", 2, "usage:"},
        {"", "another", 2, "usage:"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run r = init(h, rows[i].answers, rows[i].options);
        check_row("%s: %d %.*s", rows[i].options, r.code, STR_FMT(r.out));
        check_int(r.code, rows[i].code);
        check(str_has(r.out, str_of(rows[i].says)));
    }
}

static void example_with_its_settings(void **state)
{
    struct home *h = *state;
    struct run r = init(h, "", "--pack dongcheng-2023");
    check_row("%.*s", STR_FMT(r.out));
    check_int(r.code, 0);
    str ini = whole(h, str_z(h->f.a, str_printf(h->f.a, "%s/store/serve.ini", h->dir)));
    check(str_has(ini, STR("demo_password = ")) && str_has(ini, STR("as_of = 2023-06-30")));
}

int main(void)
{
    return CHECK_RUN(HOME(asks_five_questions), HOME(answers_as_options),
                     HOME(refuses_what_it_cannot_use), HOME(example_with_its_settings));
}
