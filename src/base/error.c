#include "base/error.h"

static const struct {
    const char *name;
    int http, exit;
} CODES[ERR_CODES] = {
    [ERR_NONE] = {"ok", 200, 0},
    [ERR_MALFORMED] = {"malformed", 400, 2},
    [ERR_UNAUTHENTICATED] = {"unauthenticated", 401, 3},
    [ERR_FORBIDDEN] = {"forbidden", 403, 3},
    [ERR_NOT_FOUND] = {"not_found", 404, 3},
    [ERR_CONFLICT] = {"conflict", 409, 3},
    [ERR_STALE] = {"stale", 409, 3},
    [ERR_TOO_LARGE] = {"too_large", 413, 2},
    [ERR_INVALID] = {"invalid", 422, 2},
    [ERR_REFUSED] = {"refused", 422, 3},
    [ERR_TOO_MANY] = {"too_many", 429, 3},
    [ERR_INTERNAL] = {"internal", 500, 4},
    [ERR_STORE] = {"store", 503, 4},
    [ERR_NO_MEMORY] = {"no_memory", 503, 4},
    [ERR_BUSY] = {"busy", 503, 4},
    [ERR_UNKNOWN] = {"unknown_outcome", 504, 4},
};

static const struct message BASE_MESSAGES[] = {
#include "base/messages.def"
};

enum { MAX_TABLES = 16 };
static struct {
    const struct message *at;
    size_t n;
} tables[MAX_TABLES] = {{BASE_MESSAGES, COUNT_OF(BASE_MESSAGES)}};
static size_t n_tables = 1;

bool fail_with(struct ctx *c, enum error_code code, const char *id, str field, int64_t position,
               const str *args, size_t n_args)
{
    if (c->err.code != ERR_NONE) return false;
    // What was found after memory ran out was found in texts that may be cut: only the store's word counts.
    bool believed = code == ERR_STORE || code == ERR_UNKNOWN || arena_ok(c->a);
    if (!believed) {
        code = ERR_NO_MEMORY;
        id = "base.no_memory";
        n_args = 0;
        field = STR_EMPTY;
    }
    c->err = (struct error){.code = code, .id = id, .position = position};
    c->err.field = str_dup(c->a, field);
    c->err.n_args = n_args < ERROR_ARGS ? n_args : ERROR_ARGS;
    for (size_t i = 0; i < c->err.n_args; i++)
        c->err.args[i] = str_dup(c->a, utf8_head(args[i], 200));
    return false;
}

void error_clear(struct ctx *c)
{
    c->err = (struct error){.position = -1};
}

bool ctx_ok(struct ctx *c)
{
    if (!arena_ok(c->a)) return fail(c, ERR_NO_MEMORY, "base.no_memory");
    return c->err.code == ERR_NONE;
}

bool ctx_failed(struct ctx *c)
{
    if (!arena_ok(c->a)) fail(c, ERR_NO_MEMORY, "base.no_memory");
    INVARIANT(c->err.code != ERR_NONE); // who returns false has told why
    return false;
}

const char *error_code_name(enum error_code code)
{
    return CODES[code].name;
}

int error_http_status(enum error_code code)
{
    return CODES[code].http;
}

int error_exit_code(enum error_code code)
{
    return CODES[code].exit;
}

void messages_register(const struct message *table, size_t n)
{
    for (size_t i = 0; i < n_tables; i++)
        if (tables[i].at == table) return;
    INVARIANT(n_tables < MAX_TABLES);
    tables[n_tables].at = table;
    tables[n_tables++].n = n;
}

size_t messages_count(void)
{
    size_t n = 0;
    for (size_t i = 0; i < n_tables; i++) n += tables[i].n;
    return n;
}

const struct message *messages_at(size_t i)
{
    for (size_t t = 0; t < n_tables; t++) {
        if (i < tables[t].n) return &tables[t].at[i];
        i -= tables[t].n;
    }
    return NULL;
}

const struct message *message_find(const char *id)
{
    for (size_t t = 0; t < n_tables; t++)
        for (size_t i = 0; i < tables[t].n; i++)
            if (strcmp(tables[t].at[i].id, id) == 0) return &tables[t].at[i];
    return NULL;
}

str message_text(struct arena *a, enum lang lang, const char *id, const str *args, size_t n_args)
{
    const struct message *m = message_find(id);
    if (!m) return str_of(id);
    str text = str_of(lang == LANG_EN ? m->en : m->zh);
    struct buf b;
    buf_init(&b, a, 64 * 1024);
    for (size_t i = 0; i < text.n; i++) {
        bool hole = text.p[i] == '{' && i + 2 < text.n && text.p[i + 2] == '}' &&
                    text.p[i + 1] >= '0' && text.p[i + 1] < '0' + ERROR_ARGS;
        if (!hole) {
            buf_addc(&b, text.p[i]);
            continue;
        }
        size_t k = (size_t)(text.p[i + 1] - '0');
        if (k < n_args) buf_add(&b, args[k]);
        i += 2;
    }
    return buf_str(&b);
}

str error_text(struct arena *a, enum lang lang, const struct error *e)
{
    return e->id ? message_text(a, lang, e->id, e->args, e->n_args) : STR_EMPTY;
}
