#include "cli/serve.h"

#include <errno.h>
#include <getopt.h>
#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "ledger/org/password.h"
#include "server/server.h"

enum kind { KEY_TEXT, KEY_INT, KEY_INT64, KEY_DAY };

struct settings {
    struct server_options server;
    str store;
    str log_file;
    int64_t password_memory_kib, password_passes;
};

#define AT(member) offsetof(struct settings, member)

/* All settings: name, what it is, where it goes, what it may be. --help and docs/server.md list them. */
static const struct key {
    const char *name;
    enum kind kind;
    size_t offset;
    int64_t least, most;
} KEYS[] = {
    {"listen", KEY_TEXT, AT(server.listen), 0, 0},
    {"store", KEY_TEXT, AT(store), 0, 0},
    {"data", KEY_TEXT, AT(server.data_dir), 0, 0},
    {"district", KEY_TEXT, AT(server.district), 0, 0},
    {"as_of", KEY_DAY, AT(server.as_of), 0, 0},
    {"public_url", KEY_TEXT, AT(server.public_url), 0, 0},
    {"trusted_proxies", KEY_TEXT, AT(server.trusted_proxies), 0, 0},
    {"demo_password", KEY_TEXT, AT(server.demo_password), 0, 0},
    {"log_file", KEY_TEXT, AT(log_file), 0, 0},
    {"event_threads", KEY_INT, AT(server.threads), 1, 16},
    {"readers", KEY_INT, AT(server.workers), 1, 16},
    {"queue", KEY_INT, AT(server.queue), 1, 100000},
    {"connections", KEY_INT, AT(server.connections), 10, 100000},
    {"connections_per_address", KEY_INT, AT(server.per_address), 1, 100000},
    {"requests_per_connection", KEY_INT, AT(server.requests_per_connection), 1, 1000000},
    {"json_bytes", KEY_INT64, AT(server.json_bytes), 1024, 16 << 20},
    {"upload_bytes", KEY_INT64, AT(server.upload_bytes), 1024, INT64_C(1) << 32},
    {"header_ms", KEY_INT64, AT(server.header_ms), 100, 60000},
    {"idle_ms", KEY_INT64, AT(server.idle_ms), 100, 600000},
    {"form_ms", KEY_INT64, AT(server.form_ms), 100, 600000},
    {"body_grace_ms", KEY_INT64, AT(server.body_grace_ms), 100, 600000},
    {"body_bytes_per_second", KEY_INT64, AT(server.body_bytes_per_second), 1, 1 << 30},
    {"timers", KEY_INT, AT(server.timers), 0, 1},
    {"hooks", KEY_INT, AT(server.hooks), 0, 1},
    {"hook_allow", KEY_TEXT, AT(server.hook_allow), 0, 0},
    {"hook_ca", KEY_TEXT, AT(server.hook_ca), 0, 0},
    {"hook_poll_ms", KEY_INT64, AT(server.hook_poll_ms), 10, 60000},
    {"hook_timeout_ms", KEY_INT64, AT(server.hook_timeout_ms), 100, 60000},
    {"hook_retry_ms", KEY_INT64, AT(server.hook_retry_ms), 10, 600000},
    {"hook_attempts", KEY_INT64, AT(server.hook_attempts), 1, 100},
    {"event_streams", KEY_INT, AT(server.event_streams), 0, 100000},
    {"event_keepalive_ms", KEY_INT64, AT(server.event_keepalive_ms), 100, 600000},
    {"stop_ms", KEY_INT64, AT(server.stop_ms), 0, 600000},
    {"password_memory_kib", KEY_INT64, AT(password_memory_kib), 8, 1 << 22},
    {"password_passes", KEY_INT64, AT(password_passes), 1, 100},
};

const char SERVE_HELP[] =
    "bihuan serve [--config FILE] [--store URL] [--listen ADDRESS:PORT] [--as-of DATE] [--data DIR]\n"
    "             [--district CODE] [--set KEY=VALUE]…\n"
    "Serves a store over HTTP until it gets SIGTERM. The address is printed once it answers.\n"
    "Keys of the file (and of --set): see docs/server.md.\n";

static bool set_number(struct ctx *c, const struct key *k, void *at, str value)
{
    int64_t n;
    if (!str_int(value, &n) || n < k->least || n > k->most)
        return fail(c, ERR_INVALID, "serve.bad_number", str_of(k->name), str_printf(c->a, "%" PRId64, k->least),
                    str_printf(c->a, "%" PRId64, k->most));
    if (k->kind == KEY_INT) *(int *)at = (int)n;
    else *(int64_t *)at = n;
    return true;
}

// host.NAME = CODE; said again, the later one holds.
static bool set_host(struct ctx *c, struct settings *s, str host, str code)
{
    struct server_host *rule = NULL;
    if (!host.n || !code.n) return fail(c, ERR_INVALID, "serve.bad_host", host);
    for (size_t i = 0; i < s->server.hosts.n && !rule; i++)
        if (str_eq(s->server.hosts.at[i].name, host)) rule = &s->server.hosts.at[i];
    if (!rule) rule = VEC_PUSH(c->a, &s->server.hosts);
    *rule = (struct server_host){str_dup(c->a, host), str_dup(c->a, code)};
    return true;
}

static bool set(struct ctx *c, struct settings *s, str name, str value)
{
    static const str host = {"host.", 5};
    if (str_starts(name, host)) return set_host(c, s, str_from(name, host.n), value);
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        const struct key *k = &KEYS[i];
        void *at = (char *)s + k->offset;
        if (!str_is(name, k->name)) continue;
        switch (k->kind) {
        case KEY_TEXT: *(str *)at = str_dup(c->a, value); return true;
        case KEY_DAY: return day_parse(value, at) || fail(c, ERR_INVALID, "serve.bad_day", str_of(k->name));
        default: return set_number(c, k, at, value);
        }
    }
    return fail(c, ERR_INVALID, "serve.unknown_key", name);
}

struct reading {
    struct ctx *c;
    struct settings *settings;
};

static int on_setting(void *arg, const char *section, const char *name, const char *value)
{
    struct reading *r = arg;
    (void)section; // sections are for the reader's eye
    return set(r->c, r->settings, str_of(name), str_of(value));
}

static bool read_config(struct ctx *c, struct settings *s, const char *path)
{
    struct ctx inner = {.a = c->a, .lang = c->lang};
    struct reading r = {&inner, s};
    error_clear(&inner);
    int line = ini_parse(path, on_setting, &r);
    if (line == 0) return true;
    if (line < 0) return fail(c, ERR_INVALID, "serve.no_config", str_of(path));
    str why = inner.err.code == ERR_NONE ? STR_EMPTY : error_text(c->a, c->lang, &inner.err);
    return fail(c, ERR_INVALID, "serve.bad_config", str_of(path), str_printf(c->a, "%d", line), why);
}

static bool set_pair(struct ctx *c, struct settings *s, const char *pair)
{
    str value = str_of(pair), name = str_cut(&value, STR("="));
    return set(c, s, name, value);
}

static const struct option OPTIONS[] = {
    {"config", required_argument, NULL, 'c'}, {"store", required_argument, NULL, 's'},
    {"listen", required_argument, NULL, 'l'}, {"as-of", required_argument, NULL, 'a'},
    {"data", required_argument, NULL, 'd'},   {"set", required_argument, NULL, 'k'},
    {"district", required_argument, NULL, 'r'},
    {NULL, 0, NULL, 0},
};

static bool read_option(struct ctx *c, struct settings *s, int option)
{
    switch (option) {
    case 'c': return true; // read first
    case 's': return set(c, s, STR("store"), str_of(optarg));
    case 'l': return set(c, s, STR("listen"), str_of(optarg));
    case 'a': return set(c, s, STR("as_of"), str_of(optarg));
    case 'd': return set(c, s, STR("data"), str_of(optarg));
    case 'r': return set(c, s, STR("district"), str_of(optarg));
    case 'k': return set_pair(c, s, optarg);
    default: return fail(c, ERR_MALFORMED, "serve.usage");
    }
}

static bool read_settings(struct ctx *c, struct settings *s, int argc, char **argv)
{
    int option;
    opterr = 0;
    for (optind = 1; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;)
        if (option == 'c' && !read_config(c, s, optarg)) return false;
    for (optind = 1; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;)
        if (!read_option(c, s, option)) return false;
    return optind == argc || fail(c, ERR_MALFORMED, "serve.usage");
}

static bool make_dir(struct ctx *c, str path)
{
    return mkdir(str_z(c->a, path), 0700) == 0 || errno == EEXIST || fail(c, ERR_STORE, "server.no_local", path);
}

static const struct message MESSAGES[] = {
#include "cli/serve_messages.def"
};

bool serve_main(struct ctx *c, int argc, char **argv)
{
    struct settings s = {.store = STR_EMPTY, .log_file = STR_EMPTY, .password_memory_kib = 65536, .password_passes = 3};
    struct ledger *ledger = NULL;
    messages_register(MESSAGES, COUNT_OF(MESSAGES));
    server_messages();
    server_options_init(&s.server);
    if (!read_settings(c, &s, argc, argv)) return false;
    server_prepare();
    s.server.started = serve_announce;
    if (s.log_file.n) log_open(str_z(c->a, s.log_file), LOG_INFO);
    password_cost((uint32_t)s.password_memory_kib, (uint32_t)s.password_passes);
    str files = str_printf(c->a, "%.*s/files", STR_FMT(s.server.data_dir));
    if (!s.store.n) s.store = str_printf(c->a, "sqlite:%.*s/bihuan.db", STR_FMT(s.server.data_dir));
    struct ledger_options o = {.store_url = s.store, .files_dir = files, .readers = s.server.workers + 1};
    if (!make_dir(c, s.server.data_dir) || !make_dir(c, files) || !ledger_open(c, &o, &ledger)) return false;
    bool good = server_run(c, ledger, &s.server);
    ledger_close(ledger);
    return good;
}
