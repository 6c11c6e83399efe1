#include "ledger/journal/journal_queries.h"

#include "ledger/args.h"
#include "ledger/item/loop.h"
#include "ledger/journal/journal_json.h"
#include "ledger/sqltext.h"
#include "ledger/subjects.h"

struct ask {
    str cursor, command, actor, object;
    int64_t limit;
};
#define AT(member) offsetof(struct ask, member)
static const struct field ask_fields[] = {
    {"cursor", F_TEXT, AT(cursor), 20, "游标", "cursor", 0, NULL},
    {"limit", F_INT, AT(limit), 0, "条数", "rows", 0, NULL},
    {"command", F_TEXT, AT(command), 60, "操作", "command", 0, NULL},
    {"actor", F_TEXT, AT(actor), 64, "账号", "account", 0, NULL},
    {"object", F_TEXT, AT(object), 40, "对象（标识或事项编号）", "object (id or item code)", 0, NULL},
};
const struct shape JOURNAL_ASK = {"journal", ask_fields, COUNT_OF(ask_fields), sizeof(struct ask)};

static void build(struct call *k, const struct journal_ask *a, struct sqltext *q)
{
    sqltext_init(q, k);
    sqltext_add(q, "SELECT " JOURNAL_COLUMNS " FROM journal AS j WHERE j.district_id = $1");
    if (a->object_id) {
        sqltext_add(q, " AND j.seq IN (SELECT o.seq FROM journal_object AS o WHERE o.district_id = "
                       "$1 AND o.object_id = ");
        sqltext_arg(q, db_arg_int(a->object_id));
        sqltext_add(q, ")");
    }
    if (a->before) {
        sqltext_add(q, " AND j.seq < ");
        sqltext_arg(q, db_arg_int(a->before));
    }
    if (a->command.n) {
        sqltext_add(q, " AND j.command = ");
        sqltext_arg(q, db_arg_text(a->command));
    }
    if (a->actor.n) {
        sqltext_add(q, " AND j.login = ");
        sqltext_arg(q, db_arg_text(a->actor));
    }
    sqltext_add(q, " ORDER BY j.seq DESC LIMIT ");
    sqltext_arg(q, db_arg_int(a->limit + 1));
}

bool journal_page_json(struct call *k, const struct journal_ask *ask, struct json *j)
{
    struct journal_ask a = *ask;
    struct sqltext q;
    struct db_rows r;
    struct names names;
    VEC(struct journal_row) rows = {0};
    if (a.limit == 0) a.limit = JOURNAL_PAGE;
    if (a.limit < 1 || a.limit > JOURNAL_PAGE_MAX || a.before < 0)
        return fail_field(k->c, ERR_INVALID, "item.bad_limit", STR("limit"),
                          str_printf(k->c->a, "%d", JOURNAL_PAGE_MAX));
    build(k, &a, &q);
    if (!sqltext_query(k, &q, "journal.page", &r)) return false;
    while (db_next(&r)) journal_read(&r, 0, VEC_PUSH(k->c->a, &rows));
    if (!db_done(&r)) return false;
    names_init(&names, k);
    size_t shown = rows.n > (size_t)a.limit ? (size_t)a.limit : rows.n;
    jw_key(j, "rows");
    jw_array(j);
    for (size_t i = 0; i < shown; i++)
        if (!journal_row_json(&names, &rows.at[i], a.object_id, j)) return false;
    jw_end(j);
    jw_key(j, "next");
    if (rows.n > shown) jw_id(j, rows.at[shown - 1].seq);
    else jw_null(j);
    return true;
}

// An object is given by id, or an item by its code.
static bool object_named(struct call *k, str text, int64_t *id)
{
    struct item it;
    bool found;
    if (text.n == 0 || (text.n >= 10 && str_int(text, id))) return true;
    if (!record_by_code(k, &ITEM, text, &it, &found)) return false;
    if (!found)
        return fail_field(k->c, ERR_INVALID, "field.no_such_reference", STR("object"), STR("object"), text);
    *id = it.id;
    return true;
}

bool query_journal(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    const struct ask *a = args;
    if (k->actor.items_only) return fail(k->c, ERR_FORBIDDEN, "delegation.items_only");
    struct journal_ask page = {.limit = a->limit, .command = a->command, .actor = a->actor};
    if (a->cursor.n && (!str_int(a->cursor, &page.before) || page.before < 1))
        return fail_field(k->c, ERR_INVALID, "cursor.unreadable", STR("cursor"));
    if (!object_named(k, a->object, &page.object_id)) return false;
    jw_object(out);
    if (!journal_page_json(k, &page, out)) return false;
    jw_end(out);
    return true;
}

bool query_journal_head(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    const struct journal_head h = k->head;
    struct db_rows r;
    struct sqltext q;
    instant at = 0;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT j.happened_at FROM journal AS j WHERE j.district_id = $1 AND j.seq = ");
    sqltext_arg(&q, db_arg_int(h.seq));
    if (!sqltext_query(k, &q, "journal.head_at", &r)) return false;
    if (db_next(&r)) at = db_int(&r, 0);
    if (!db_done(&r)) return false;
    jw_object(out);
    jw_put_id(out, "seq", h.seq);
    jw_put_text(out, "hash", h.hash);
    jw_key(out, "at");
    if (at) jw_text(out, instant_text(k->c->a, at, k->zone_min));
    else jw_null(out);
    jw_end(out);
    return true;
}

/* --- what may happen --- */

static void put_roles(struct json *j, const char *member, unsigned roles)
{
    jw_key(j, member);
    jw_array(j);
    for (size_t i = 0; i < ROLE_TABLE.n; i++)
        if (roles >> i & 1) jw_text(j, str_of(ROLE_TABLE.at[i].code));
    jw_end(j);
}

static void put_states(struct json *j)
{
    jw_key(j, "states");
    jw_array(j);
    for (size_t i = 0; i < ITEM_STATES.n; i++) {
        jw_object(j);
        jw_put_text(j, "code", str_of(ITEM_STATES.at[i].code));
        jw_put_text(j, "name", str_of(ITEM_STATES.at[i].zh));
        jw_put_text(j, "name_en", str_of(ITEM_STATES.at[i].en));
        jw_end(j);
    }
    jw_end(j);
}

static void put_or_null(struct json *j, const char *member, const char *text)
{
    jw_key(j, member);
    if (text && text[0]) jw_text(j, str_of(text));
    else jw_null(j);
}

// One row a state it leads from.
static void put_transition(const struct call *k, const struct transition *t, const char *from, struct json *j)
{
    const struct command *cmd = command_find(str_of(t->command));
    jw_object(j);
    jw_put_text(j, "from", str_of(from));
    jw_put_text(j, "command", str_of(t->command));
    put_or_null(j, "name", cmd ? cmd->zh : t->command);
    put_or_null(j, "name_en", cmd ? cmd->en : t->command);
    jw_put_text(j, "to", str_of(t->to ? t->to : from));
    put_roles(j, "by", t->by);
    put_or_null(j, "needs", k->c->lang == LANG_EN ? t->needs_en : t->needs_zh);
    put_or_null(j, "clock", t->clock);
    jw_end(j);
}

bool query_loop(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    jw_object(out);
    put_states(out);
    jw_key(out, "transitions");
    jw_array(out);
    for (size_t i = 0; i < N_LOOP; i++)
        for (size_t s = 0; s < ITEM_STATES.n; s++)
            if (LOOP[i].from >> s & 1) put_transition(k, &LOOP[i], ITEM_STATES.at[s].code, out);
    jw_end(out);
    jw_end(out);
    return true;
}

bool query_commands(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)args;
    (void)given;
    bool en = k->c->lang == LANG_EN;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t s = 0; s < N_SUBJECTS; s++) {
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++) {
            const struct command *c = &SUBJECTS[s]->commands[i];
            jw_object(out);
            jw_put_text(out, "name", str_of(c->name));
            jw_put_text(out, "title", str_of(en ? c->en : c->zh));
            jw_put_text(out, "doc", str_of(en ? c->doc_en : c->doc_zh));
            put_roles(out, "roles", c->roles);
            jw_end(out);
        }
    }
    jw_end(out);
    jw_end(out);
    return true;
}
