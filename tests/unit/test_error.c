#include "check.h"

#include "base/json.h"

static const struct message TABLE[] = {
    {"test.plain", "没有主责单位", "There is no lead unit"},
    {"test.args", "“{0}”应在{1}前完成，{1}", "“{0}” is due by {1}, {1}"},
    {"test.odd", "{} {x} {4} {0", "{9} {0}{3}"},
};

static void first_error_wins(void **state)
{
    struct fixture *f = *state;
    check(!fail(&f->c, ERR_CONFLICT, "test.plain"));
    check(!fail_field(&f->c, ERR_INVALID, "test.args", STR("due")));
    check_int(f->c.err.code, ERR_CONFLICT);
    check_str(str_of(f->c.err.id), "test.plain");
    check_int(f->c.err.position, -1);
    check_str(f->c.err.field, "");
    error_clear(&f->c);
    check_int(f->c.err.code, ERR_NONE);
    check(!fail_field(&f->c, ERR_INVALID, "test.args", STR("due"), STR("甲"), STR("6月底")));
    check_str(f->c.err.field, "due");
    check_int(f->c.err.n_args, 2);
    check_str(f->c.err.args[1], "6月底");
    error_clear(&f->c);
    check(!fail_at(&f->c, ERR_MALFORMED, "test.plain", 17));
    check_int(f->c.err.position, 17);
}

static void arguments_are_copied_and_limited(void **state)
{
    struct fixture *f = *state;
    char text[] = "before";
    struct buf b;
    buf_init(&b, f->a, SIZE_MAX);
    for (int i = 0; i < 500; i++) buf_addz(&b, "区");
    (void)fail(&f->c, ERR_INVALID, "test.args", str_of(text), buf_str(&b));
    text[0] = 'X';
    check_str(f->c.err.args[0], "before");
    check_int(utf8_count(f->c.err.args[1]), 200); // cut between characters
    check(utf8_valid(f->c.err.args[1]));
    error_clear(&f->c);
    (void)fail(&f->c, ERR_INVALID, "test.args", STR("1"), STR("2"), STR("3"), STR("4"), STR("5"));
    check_int(f->c.err.n_args, ERROR_ARGS);
}

static void sentences_in_both_languages(void **state)
{
    struct fixture *f = *state;
    messages_register(TABLE, COUNT_OF(TABLE));
    size_t n = messages_count();
    messages_register(TABLE, COUNT_OF(TABLE)); // a second time changes nothing
    check_int(messages_count(), n);
    (void)fail(&f->c, ERR_INVALID, "test.args", STR("甲"), STR("6月底"));
    check_str(error_text(f->a, LANG_ZH, &f->c.err), "“甲”应在6月底前完成，6月底");
    check_str(error_text(f->a, LANG_EN, &f->c.err), "“甲” is due by 6月底, 6月底");
    str one[] = {STR("x{1}")};
    check_str(message_text(f->a, LANG_ZH, "test.args", one, 1), "“x{1}”应在前完成，");
    check_str(message_text(f->a, LANG_ZH, "test.odd", one, 1), "{} {x} {4} {0");
    check_str(message_text(f->a, LANG_EN, "test.odd", one, 1), "{9} x{1}");
    check_str(message_text(f->a, LANG_EN, "test.unknown", NULL, 0), "test.unknown");
    check_str(error_text(f->a, LANG_EN, &(struct error){0}), "");
    check(message_find("test.plain") == &TABLE[0]);
    check(message_find("nothing") == NULL);
}

// Whoever registers a table: ids are unique, both sentences are there and use the same arguments.
static void base_table_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < messages_count(); i++) {
        const struct message *m = messages_at(i);
        check_row("%s", m->id);
        if (str_starts(str_of(m->id), STR("test."))) continue;
        check(message_find(m->id) == m);
        check(m->zh[0] && m->en[0]);
        check(utf8_valid(str_of(m->zh)) && utf8_valid(str_of(m->en)));
        for (char k = '0'; k < '0' + ERROR_ARGS; k++) {
            char hole[] = {'{', k, '}', 0};
            check_int(strstr(m->zh, hole) != NULL, strstr(m->en, hole) != NULL);
        }
    }
    check(messages_at(messages_count()) == NULL);
}

static void codes_have_names_and_statuses(void **state)
{
    static const struct {
        enum error_code code;
        const char *name;
        int http, exit;
    } rows[] = {
        {ERR_NONE, "ok", 200, 0},
        {ERR_MALFORMED, "malformed", 400, 2},
        {ERR_STALE, "stale", 409, 3},
        {ERR_TOO_LARGE, "too_large", 413, 2},
        {ERR_REFUSED, "refused", 422, 3},
        {ERR_STORE, "store", 503, 4},
        {ERR_UNKNOWN, "unknown_outcome", 504, 4},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].name);
        check_str(str_of(error_code_name(rows[i].code)), rows[i].name);
        check_int(error_http_status(rows[i].code), rows[i].http);
        check_int(error_exit_code(rows[i].code), rows[i].exit);
    }
    for (enum error_code code = ERR_NONE; code < ERR_CODES; code++) {
        check_row("code %d", (int)code);
        check(error_code_name(code) != NULL && error_http_status(code) >= 200);
        for (enum error_code other = ERR_NONE; other < code; other++)
            check(strcmp(error_code_name(code), error_code_name(other)) != 0);
    }
}

static void no_memory_is_an_error_of_its_own(void **state)
{
    (void)state;
    struct ctx c = {.a = arena_new(0)};
    error_clear(&c);
    check(ctx_ok(&c));
    check(arena_try(c.a, 100) == NULL);
    check(!ctx_ok(&c));
    check_str(str_of(c.err.id), "base.no_memory");
    error_clear(&c);
    // What was found in cut texts is not believed; the store's word is, without its arguments.
    check(!fail(&c, ERR_INVALID, "test.plain", STR("lost")));
    check_int(c.err.code, ERR_NO_MEMORY);
    error_clear(&c);
    check(!fail(&c, ERR_STORE, "store.full", STR("lost")));
    check_str(str_of(c.err.id), "store.full");
    check_str(c.err.args[0], "");
    arena_free(c.a);
}

int main(void)
{
    return CHECK_RUN(UNIT(first_error_wins), UNIT(arguments_are_copied_and_limited),
                     UNIT(base_table_is_whole), UNIT(sentences_in_both_languages),
                     UNIT(codes_have_names_and_statuses), UNIT(no_memory_is_an_error_of_its_own));
}
