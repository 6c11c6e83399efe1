/*
 * Any bytes as a filter: parsing ends with a tree or with an error that has an id and a place
 * inside the text. A tree prints, says itself, resolves and evaluates, and its canonical text
 * parses to the same tree.
 */
#include "../fixtures/expr_fixture.h"
#include "engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const struct ctx *c, str text)
{
    INVARIANT(message_find(c->err.id) != NULL);
    INVARIANT(c->err.position >= 0 && (size_t)c->err.position <= text.n);
    INVARIANT(error_text(c->a, LANG_ZH, &c->err).n > 0);
    (void)expr_column(text, c->err.position);
}

static void check_tree(struct ctx *c, str source, const struct expr *e)
{
    expr_test_row row = {0};
    struct expr_row r = {row, expr_row_get};
    struct expr_env env = expr_env_of(c);
    const struct expr *again, *plain;
    str text = expr_text(c->a, e);
    INVARIANT(expr_sentence(c->a, e, LANG_EN).n > 0);
    INVARIANT(utf8_valid(text));
    if (expr_parse(c, text, &EXPR_SYMBOLS, &again)) {
        INVARIANT(expr_same(e, again));
    } else {
        // Only because English names are longer than what was typed.
        INVARIANT(c->err.code == ERR_TOO_LARGE);
        error_clear(c);
    }
    if (!expr_resolve(c, e, &env, &plain)) {
        check_error(c, source);
        return;
    }
    for (size_t i = 0; i < COUNT_OF(EXPR_FIELDS); i++)
        row[EXPR_FIELDS[i].id] =
            (struct expr_datum){.null = i % 3 == 2, .text = STR("养老"), .number = 1};
    (void)expr_eval(c->a, plain, &env, &r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *arena;
    if (!arena) arena = arena_new((size_t)64 << 20);
    INVARIANT(arena);
    arena_reset(arena);
    engine_messages_register();
    struct ctx c = {.a = arena};
    error_clear(&c);
    const struct expr *e;
    str text = {(const char *)data, size};
    if (expr_parse(&c, text, &EXPR_SYMBOLS, &e)) check_tree(&c, text, e);
    else check_error(&c, text);
    return 0;
}
