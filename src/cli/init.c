/*
 * bihuan init DIR [--pack NAME] [--store URL]: a new store with one district. With a pack it loads
 * that; without one it asks five questions and begins with the blank pack. What is given as an
 * option is not asked, so that a script can answer all of them. Passwords made here are shown once
 * and stored nowhere in clear. DIR holds the files, and the store where none is named. A pack with
 * demonstration accounts also gets DIR/serve.ini, with which `bihuan serve --config` shows their
 * password and stands on the example's day; a named store is told there too.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "ledger/org/rules.h"
#include "ledger/pack/pack.h"

struct init_options {
    const char *dir;
    str packs, pack;
    str store; // "" a file in dir
    struct pack_options load;
    str year; // as answered
};

struct question {
    const char *zh, *en;
    str *answer;
    bool (*valid)(struct ctx *c, str answer);
};

static bool any_text(struct ctx *c, str s)
{
    (void)c;
    return s.n > 0 && utf8_valid(s) && utf8_count(s) <= 120;
}

static bool code_like(struct ctx *c, str s)
{
    (void)c;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool ok = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                  (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '_' || ch == '.';
        if (!ok) return false;
    }
    return s.n > 0 && s.n <= 30; // the longest login derived from it still fits
}

static bool year_like(struct ctx *c, str s)
{
    int64_t n;
    (void)c;
    return str_int(s, &n) && n >= 1949 && n <= 2999;
}

static bool hours_like(struct ctx *c, str s)
{
    struct day_pattern p;
    (void)c;
    return week_parse(s, &p) && p.n > 0;
}

static bool read_line(struct ctx *c, str *line)
{
    char text[1024];
    if (!fgets(text, sizeof text, stdin)) return false;
    *line = str_dup(c->a, str_trim(str_of(text)));
    return true;
}

// Asks until the answer is usable; false when the input ends first or an option is not usable.
static bool ask(struct ctx *c, const struct question *q)
{
    const char *text = c->lang == LANG_EN ? q->en : q->zh;
    bool given = q->answer->n > 0, asked = false;
    for (;;) {
        if (q->answer->n > 0 && q->valid(c, *q->answer)) return true;
        if (given) return fail(c, ERR_INVALID, "cli.init_bad_answer", str_of(text), *q->answer);
        if (asked)
            fputs(c->lang == LANG_EN ? "That cannot be used. " : "不可用，请重新输入。", stderr);
        asked = true;
        fprintf(stderr, "%s ", text);
        fflush(stderr);
        if (!read_line(c, q->answer))
            return fail(c, ERR_INVALID, "cli.init_no_answer", str_of(text));
    }
}

static bool ask_all(struct ctx *c, struct init_options *o)
{
    const struct question questions[] = {
        {"地区名称（如 某市某区）：", "Name of the district:", &o->load.name, any_text},
        {"地区代码（字母数字，如 mouqu）：",
         "Code of the district (letters and digits):", &o->load.code, code_like},
        {"年度（如 2024）：", "Year:", &o->year, year_like},
        {"工作时段（如 09:00-12:00,13:00-18:00）：",
         "Office hours (such as 09:00-12:00,13:00-18:00):", &o->load.hours, hours_like},
        {"首个管理员账号：", "Login of the first administrator:", &o->load.login, code_like},
    };
    for (size_t i = 0; i < COUNT_OF(questions); i++) {
        if (!ask(c, &questions[i])) return false;
    }
    int64_t year;
    if (str_int(o->year, &year)) o->load.year = (int)year;
    return true;
}

static bool read_options(struct init_options *o, int argc, char **argv)
{
    enum { PACK = 256, PACKS, NAME, CODE, YEAR, HOURS, LOGIN, STORE };
    static const struct option options[] = {
        {"pack", required_argument, NULL, PACK},   {"packs", required_argument, NULL, PACKS},
        {"name", required_argument, NULL, NAME},   {"code", required_argument, NULL, CODE},
        {"year", required_argument, NULL, YEAR},   {"hours", required_argument, NULL, HOURS},
        {"login", required_argument, NULL, LOGIN}, {"store", required_argument, NULL, STORE},
        {NULL, 0, NULL, 0},
    };
    int option;
    for (optind = 1; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        str *slots[] = {&o->pack, &o->packs,      &o->load.name, &o->load.code,
                        &o->year, &o->load.hours, &o->load.login, &o->store};
        if (option < PACK || option > STORE) return false;
        *slots[option - PACK] = str_of(optarg);
    }
    if (optind + 1 != argc) return false;
    o->dir = argv[optind];
    return true;
}

static void tell(struct ctx *c, const struct init_options *o, const struct pack_report *r)
{
    bool en = c->lang == LANG_EN;
    printf(en ? "%s: district %" PRId64 " from pack %.*s %.*s, %" PRId64 " commands\n"
              : "%s：已建立地区 %" PRId64 "，配置包 %.*s %.*s，执行 %" PRId64 " 条命令\n",
           o->dir, r->district, STR_FMT(r->name), STR_FMT(r->version), r->commands);
    if (r->demo_password.n) {
        printf(en ? "Demonstration accounts have the password %.*s: never use this store for real "
                    "work\n"
                  : "演示账号的口令均为 %.*s，此库不得用于实际工作\n",
               STR_FMT(r->demo_password));
    }
    if (r->secrets.n == 0) return;
    puts(en ? "Passwords for the first sign-in, shown this once; each must be changed then:"
            : "首次登录口令，只显示这一次，登录后须修改：");
    for (size_t i = 0; i < r->secrets.n; i++) {
        printf("  %.*s  %.*s\n", STR_FMT(r->secrets.at[i].login),
               STR_FMT(r->secrets.at[i].password));
    }
}

// What `bihuan serve --config` needs to know. An address may hold a password: for its owner alone.
static bool write_settings(struct ctx *c, const struct init_options *o, const struct pack_report *r)
{
    const char *path = str_z(c->a, str_printf(c->a, "%s/serve.ini", o->dir));
    if (r->demo_password.n == 0 && o->store.n == 0) return true;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return true; // the user's own stays
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f) {
        fail(c, ERR_STORE, "cli.cannot_write", str_of(path), str_of(strerror(errno)));
        if (fd >= 0) close(fd);
        return false;
    }
    fputs("; Made by bihuan init.\n", f);
    if (o->store.n) fprintf(f, "store = %.*s\n", STR_FMT(o->store));
    if (r->demo_password.n) fprintf(f, "demo_password = %.*s\n", STR_FMT(r->demo_password));
    if (r->demo_password.n && r->example_day.n) fprintf(f, "as_of = %.*s\n", STR_FMT(r->example_day));
    return fclose(f) == 0 ||
           fail(c, ERR_STORE, "cli.cannot_write", str_of(path), str_of(strerror(errno)));
}

static bool load(struct ctx *c, struct init_options *o, struct pack_report *r)
{
    struct ledger *l;
    str file = str_printf(c->a, "sqlite:%s/bihuan.db", o->dir);
    struct ledger_options lo = {.store_url = o->store.n ? o->store : file,
                                .files_dir = str_printf(c->a, "%s/files", o->dir),
                                .create = true};
    if (!pack_find(c, o->packs, o->pack, &o->load.dir)) return false;
    if (mkdir(o->dir, 0700) != 0 && errno != EEXIST) {
        return fail(c, ERR_STORE, "cli.cannot_write", str_of(o->dir), str_of(strerror(errno)));
    }
    if (!ledger_open(c, &lo, &l)) return false;
    bool ok = pack_load(c, l, &o->load, r) && write_settings(c, o, r);
    ledger_close(l);
    return ok;
}

int cli_init(int argc, char **argv)
{
    struct ctx c = cli_ctx();
    struct init_options o = {.dir = NULL};
    struct pack_report r = {.name = STR_EMPTY};
    int code = EXIT_USAGE;
    if (!read_options(&o, argc, argv)) {
        fputs("usage: bihuan init DIR [--pack NAME] [--packs DIR] [--store URL] [--name N] [--code C] "
              "[--year Y] [--hours H] [--login L]\n",
              stderr);
        cli_end(&c);
        return code;
    }
    o.load.now = (instant)time(NULL) * US_PER_SECOND;
    bool ok = o.pack.n > 0 || ask_all(&c, &o);
    if (o.pack.n == 0) o.pack = STR("blank");
    ok = ok && load(&c, &o, &r);
    for (size_t i = 0; i < r.problems.n; i++) {
        str text = pack_problem_text(&c, &r.problems.at[i]);
        fprintf(stderr, "%.*s\n", STR_FMT(text));
    }
    if (ok) tell(&c, &o, &r);
    code = ok ? 0 : cli_fail(&c);
    cli_end(&c);
    return code;
}
