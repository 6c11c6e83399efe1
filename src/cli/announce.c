/* What `bihuan serve` says once it answers: address, date, and the demonstration accounts if any. */
#include <jansson.h>
#include <stdio.h>

#include "cli/serve.h"
#include "ledger/org/session_view.h"

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void print_accounts(const json_t *welcome, bool en)
{
    const json_t *accounts = json_object_get(welcome, "demo_accounts");
    size_t n = json_array_size(accounts);
    if (n == 0) return;
    printf(en ? "Demonstration accounts (password %s):\n" : "演示账号（口令 %s）：\n", text_of(welcome, "demo_password"));
    for (size_t i = 0; i < n; i++) {
        const json_t *a = json_array_get(accounts, i);
        const char *role = json_string_value(json_array_get(json_object_get(a, "roles"), 0));
        printf("  %-10s %-11s %s\n", text_of(a, "login"), role ? role : "", text_of(a, "name"));
    }
}

void serve_announce(struct ctx *c, struct ledger *l, const struct server_options *o, const char *address)
{
    struct session_view v = {.now = 0, .as_of = o->as_of, .csrf = STR_EMPTY, .demo_password = o->demo_password};
    struct buf out;
    bool en = c->lang == LANG_EN;
    printf("%s\n", address); // first, alone on its line: for scripts
    buf_init(&out, c->a, 1024 * 1024);
    if (o->as_of != DAY_NONE) {
        str date = day_text(c->a, o->as_of);
        printf(en ? "Date of the example: %.*s\n" : "示例日期：%.*s\n", STR_FMT(date));
    }
    if (ledger_district(c, l, o->district, &v.district) && session_welcome(c, l, &v, &out)) {
        str text = buf_str(&out);
        json_t *welcome = json_loadb(text.p, text.n, 0, NULL);
        print_accounts(welcome, en);
        json_decref(welcome);
    }
    error_clear(c); // several districts, or none yet: the address is what matters
    fflush(stdout);
}
