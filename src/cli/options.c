#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "ledger/org/session.h"

struct ctx cli_ctx(void)
{
    const char *lang = getenv("LANG");
    ledger_setup();
    struct ctx c = {.a = arena_new(SIZE_MAX),
                    .lang = lang && strncmp(lang, "en", 2) == 0 ? LANG_EN : LANG_ZH};
    if (!c.a) {
        fputs("bihuan: out of memory\n", stderr);
        exit(EXIT_STORE);
    }
    error_clear(&c);
    return c;
}

void cli_end(struct ctx *c)
{
    arena_free(c->a);
}

int cli_fail(const struct ctx *c)
{
    str text = error_text(c->a, c->lang, &c->err);
    fprintf(stderr, "bihuan: %.*s", STR_FMT(text));
    if (c->err.field.n) fprintf(stderr, " [%.*s]", STR_FMT(c->err.field));
    if (c->err.position >= 0) fprintf(stderr, " @%" PRId64, c->err.position);
    fprintf(stderr, " (%s)\n", c->err.id ? c->err.id : "?");
    return error_exit_code(c->err.code);
}

static instant system_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    return (instant)ts.tv_sec * US_PER_SECOND + ts.tv_nsec / 1000;
}

enum {
    OPT_DATA = 256,
    OPT_STORE,
    OPT_DISTRICT,
    OPT_AS,
    OPT_FORMAT,
    OPT_WHERE,
    OPT_SORT,
    OPT_LIMIT,
    OPT_KEY,
    OPT_AS_OF,
    OPT_FROM,
    OPT_TO
};
static const struct option OPTIONS[] = {
    {"data", required_argument, NULL, OPT_DATA},
    {"store", required_argument, NULL, OPT_STORE},
    {"district", required_argument, NULL, OPT_DISTRICT},
    {"as", required_argument, NULL, OPT_AS},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"where", required_argument, NULL, OPT_WHERE},
    {"sort", required_argument, NULL, OPT_SORT},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"key", required_argument, NULL, OPT_KEY},
    {"as-of", required_argument, NULL, OPT_AS_OF},
    {"from", required_argument, NULL, OPT_FROM},
    {"to", required_argument, NULL, OPT_TO},
    {"output", required_argument, NULL, 'o'},
    {NULL, 0, NULL, 0},
};

static bool take(struct cli_options *o, int option)
{
    str value = str_of(optarg);
    switch (option) {
    case OPT_DATA: o->data_dir = value; return true;
    case OPT_STORE: o->store_url = value; return true;
    case OPT_DISTRICT: o->district = value; return true;
    case OPT_AS: o->login = value; return true;
    case OPT_FORMAT:
        o->format = value;
        return str_is(value, "table") || str_is(value, "csv") || str_is(value, "json");
    case OPT_WHERE: o->where = value; return true;
    case OPT_SORT: o->sort = value; return true;
    case OPT_LIMIT: return str_int(value, &o->limit) && o->limit > 0;
    case OPT_KEY: o->key = value; return true;
    case OPT_AS_OF: return instant_parse(value, 480, &o->now);
    case OPT_FROM: o->from = value; return true;
    case OPT_TO: o->to = value; return true;
    case 'o': o->output = value; return true;
    default: return false;
    }
}

bool cli_read(struct ctx *c, struct cli_options *o, int argc, char **argv)
{
    int option;
    *o = (struct cli_options){.data_dir = STR("data"), .format = STR("table"), .now = INSTANT_NONE};
    for (optind = 1; (option = getopt_long(argc, argv, "o:", OPTIONS, NULL)) != -1;) {
        if (take(o, option)) continue;
        fprintf(stderr, "bihuan %s: bad option; see bihuan %s --help\n", argv[0], argv[0]);
        return false;
    }
    if (o->now == INSTANT_NONE) o->now = system_now();
    if (!o->store_url.n)
        o->store_url = str_printf(c->a, "sqlite:%.*s/bihuan.db", STR_FMT(o->data_dir));
    o->words = argv + optind;
    o->n_words = argc - optind;
    return true;
}

bool cli_open(struct ctx *c, const struct cli_options *o, bool writing, struct ledger **l)
{
    struct ledger_options lo = {.store_url = o->store_url,
                                .files_dir = str_printf(c->a, "%.*s/files", STR_FMT(o->data_dir)),
                                .read_only = !writing};
    return ledger_open(c, &lo, l);
}

struct actor_search {
    struct ledger *ledger;
    const struct request *request;
    str login;
    struct actor actor;
};

static bool find_actor(struct ctx *c, struct db *db, void *arg)
{
    struct actor_search *s = arg;
    struct call k;
    return ledger_call(c, s->ledger, db, s->request, &k) && session_actor(&k, s->login, &s->actor);
}

bool cli_request(struct ctx *c, struct ledger *l, const struct cli_options *o, struct request *r)
{
    *r = (struct request){.now = o->now, .idem_key = o->key};
    r->actor = (struct actor){.roles = ROLE_SYSTEM, .login = STR("cli"), .name = STR("cli")};
    if (!ledger_district(c, l, o->district, &r->district)) return false;
    if (!o->login.n) return true;
    struct actor_search s = {.ledger = l, .request = r, .login = o->login};
    if (!store_read(c, ledger_store(l), find_actor, &s)) return false;
    r->actor = s.actor;
    return true;
}

bool cli_write(struct ctx *c, const struct cli_options *o, str text)
{
    FILE *f = o->output.n ? fopen(str_z(c->a, o->output), "w") : stdout;
    if (!f) return fail(c, ERR_INVALID, "cli.cannot_write", o->output, str_of(strerror(errno)));
    bool ok = fwrite(text.p, 1, text.n, f) == text.n && fflush(f) == 0;
    if (f != stdout) ok = fclose(f) == 0 && ok;
    return ok || fail(c, ERR_INVALID, "cli.cannot_write", o->output, str_of(strerror(errno)));
}
