#include "ledger/item/story.h"

#include <jansson.h>

#include "ledger/command.h"
#include "ledger/item/contract.h"

// A record about hundreds of objects (an import) is not taken apart for one of them.
static const struct stmt STORY = {
    "item.story",
    "SELECT j.seq, j.happened_at, j.account_id, j.login, j.command,"
    " CASE WHEN length(j.args) < 40000 THEN j.args ELSE '' END,"
    " CASE WHEN length(j.changes) < 200000 THEN j.changes ELSE '' END"
    " FROM journal_object AS o JOIN journal AS j ON j.district_id = $1 AND j.seq = o.seq"
    " WHERE o.district_id = $1 AND o.object_id = $2 ORDER BY o.seq DESC LIMIT $3"};
const struct stmt *const STORY_STATEMENTS[] = {&STORY};
const size_t N_STORY_STATEMENTS = COUNT_OF(STORY_STATEMENTS);

struct act {
    int64_t seq, at, account;
    str login, command, args, changes;
};

// What a reader of the story wants to see moving; clocks, counts and states are told by the act itself.
static const char *const MOVES[] = {"title",   "lead_unit_id", "person_id", "deputy_id", "leader_id", "start_day",
                                    "due_day", "quantity",     "challenge", "weight",    "standard",  "content",
                                    "parent_id", "heir_id",    "progress",  "line_id"};

static bool moves(const char *field)
{
    for (size_t i = 0; i < COUNT_OF(MOVES); i++)
        if (strcmp(field, MOVES[i]) == 0) return true;
    return false;
}

static void put_or_null(struct json *j, const char *name, str s)
{
    jw_key(j, name);
    if (s.n) jw_text(j, s);
    else jw_null(j);
}

// A stored value (journal.h) into a record.
static void stored(const struct field *f, const json_t *v, void *record)
{
    if (f->type == F_DEC) *field_dec(f, record) = json_is_integer(v) ? (dec){json_integer_value(v)} : DEC_NONE;
    else if (field_is_int(f)) {
        int64_t n = json_is_integer(v) ? json_integer_value(v) : 0;
        *field_int(f, record) = f->flags & LAST && n == field_last(f) ? 0 : n;
    } else *field_str(f, record) = json_is_string(v) ? (str){json_string_value(v), json_string_length(v)} : STR_EMPTY;
}

static bool put_move(struct names *n, const char *name, const json_t *pair, struct json *j)
{
    const struct field *f = shape_field(ITEM.shape, str_of(name));
    struct item before, after;
    str a, b;
    if (!f) return true;
    shape_init(ITEM.shape, &before);
    shape_init(ITEM.shape, &after);
    stored(f, json_array_get(pair, 0), &before);
    stored(f, json_array_get(pair, 1), &after);
    if (!contract_shown(n, f, &before, &a) || !contract_shown(n, f, &after, &b)) return false;
    jw_object(j);
    jw_put_text(j, "field", str_of(name));
    jw_put_text(j, "name", str_of(n->k->c->lang == LANG_EN ? f->en : f->zh));
    put_or_null(j, "from", a);
    put_or_null(j, "to", b);
    jw_end(j);
    return true;
}

struct told {
    str from, to; // state
};

static bool put_moves(struct names *n, int64_t item, const json_t *changes, struct told *t, struct json *j)
{
    bool ok = true;
    jw_key(j, "moves");
    jw_array(j);
    for (size_t i = 0; i < json_array_size(changes) && ok; i++) {
        const json_t *c = json_array_get(changes, i);
        const char *e = json_string_value(json_object_get(c, "e")), *op = json_string_value(json_object_get(c, "op"));
        if (!e || !op || strcmp(e, "item") != 0 || json_integer_value(json_object_get(c, "id")) != item) continue;
        json_t *fields = json_object_get(c, "f");
        const json_t *state = json_object_get(fields, "state");
        if (state) t->from = t->from.n ? t->from : str_of(json_string_value(json_array_get(state, 0)));
        if (state) t->to = str_of(json_string_value(json_array_get(state, 1)));
        if (strcmp(op, "update") != 0) continue;
        const char *name;
        json_t *pair;
        json_object_foreach (fields, name, pair)
            if (ok && moves(name)) ok = put_move(n, name, pair, j);
    }
    jw_end(j);
    return ok;
}

// Why: the words an act came with, whatever their member is called.
static str words_of(struct arena *a, const json_t *args)
{
    static const char *const WHY[] = {"reason", "reasons", "findings", "commitment", "grounds", "decision",
                                      "opinion", "wish",   "body",     "narrative",  "authority_ref"};
    for (size_t i = 0; i < COUNT_OF(WHY); i++) {
        const json_t *v = json_object_get(args, WHY[i]);
        if (json_is_string(v) && json_string_length(v))
            return str_dup(a, (str){json_string_value(v), json_string_length(v)});
    }
    return STR_EMPTY;
}

static bool put_act(struct names *n, int64_t item, const struct act *x, struct json *j)
{
    struct call *k = n->k;
    const struct command *cmd = command_find(x->command);
    str by, why;
    struct told t = {STR_EMPTY, STR_EMPTY};
    if (!names_of(n, "account", x->account, &by)) return false;
    json_t *args = x->args.n ? json_loadb(x->args.p, x->args.n, 0, NULL) : NULL;
    why = words_of(k->c->a, args);
    json_decref(args);
    json_t *changes = x->changes.n ? json_loadb(x->changes.p, x->changes.n, 0, NULL) : NULL;
    jw_object(j);
    jw_put_id(j, "seq", x->seq);
    jw_put_text(j, "at", instant_text(k->c->a, x->at, k->zone_min));
    jw_put_text(j, "command", x->command);
    jw_put_text(j, "name", cmd ? str_of(k->c->lang == LANG_EN ? cmd->en : cmd->zh) : x->command);
    put_or_null(j, "by", by.n ? by : x->login);
    // What a comment said stands in the note, and leaves with it.
    put_or_null(j, "why", str_is(x->command, "item.comment") ? STR_EMPTY : why);
    bool ok = put_moves(n, item, changes, &t, j);
    put_or_null(j, "from", t.from);
    put_or_null(j, "to", t.to);
    jw_end(j);
    json_decref(changes);
    return ok;
}

bool item_story(struct names *n, int64_t item, struct json *j)
{
    struct call *k = n->k;
    struct db_rows r;
    VEC(struct act) acts = {0};
    if (!DB_QUERY(k->c, k->db, &r, &STORY, ARG(k->district), ARG(item), ARG((int64_t)STORY_MOST + 1))) return false;
    while (db_next(&r)) {
        struct act *x = VEC_PUSH(k->c->a, &acts);
        *x = (struct act){db_int(&r, 0), db_int(&r, 1), db_int(&r, 2), db_text(&r, 3),
                          db_text(&r, 4), db_text(&r, 5), db_text(&r, 6)};
    }
    if (!db_done(&r)) return false;
    size_t shown = acts.n > STORY_MOST ? STORY_MOST : acts.n;
    jw_key(j, "story");
    jw_array(j);
    for (size_t i = 0; i < shown; i++)
        if (!put_act(n, item, &acts.at[i], j)) return false;
    jw_end(j);
    jw_put_bool(j, "story_more", acts.n > shown);
    return ctx_ok(k->c);
}
