/*
 * History: what happened in an example, one command a row, each by an account of the pack at a past
 * instant, through the same door as everything else.
 *
 *     at,actor,command,args,as
 *     2023-02-02T09:10,dcs,item.approve,"{""item"":""2023-02-02"", …}",
 *     2023-04-20T10:00,fgw,item.ask_change,"{…}",c1:change
 *     2023-04-21T09:30,ldr,item.decide_change,"{""change"":""@c1"",""approve"":true, …}",
 *
 * "as" keeps a member of the answer under a name. In args a text that begins with @ stands for
 *     @name         what was kept under the name
 *     @part:CODE#n  the n-th part of the item's standard
 * and a member "file" names a file of the pack, which is stored and becomes file_hash, file_name,
 * media_type and bytes. Instants are local to the district and never run backwards.
 */
#include <jansson.h>
#include <stdlib.h>

#include "ledger/item/item.h"
#include "ledger/pack/pack_internal.h"

const struct stmt PACK_PART_AT = {
    "pack.part_at",
    "SELECT p.id FROM item_part AS p JOIN item AS i ON i.district_id = p.district_id AND i.id = "
    "p.item_id"
    " WHERE p.district_id = $1 AND i.district_id = $1 AND i.code = $2 AND p.kind = 'standard'"
    " ORDER BY p.ordinal, p.id"};

struct row {
    struct pack *p;
    const struct pack_table *table;
    int line;
    instant at;
    struct actor actor;
};

static bool fault(const struct row *r, const char *column, const char *id, str arg)
{
    return pack_fault(r->p, r->table, r->line, str_of(column), id, arg);
}

static str text_of(const json_t *v)
{
    return (str){json_string_value(v), json_string_length(v)};
}

/* --- references --- */

static bool nth_part(const struct row *r, str ref, str *id)
{
    struct pack *p = r->p;
    struct db_rows rows;
    int64_t n;
    str code = str_cut(&ref, STR("#"));
    *id = STR_EMPTY;
    if (!str_int(ref, &n)) return fault(r, "args", "pack.bad_reference", ref);
    if (!DB_QUERY(p->c, ledger_batch_db(p->batch), &rows, &PACK_PART_AT, ARG(p->report->district),
                  ARG(code)))
        return false;
    for (int64_t i = 1; db_next(&rows); i++) {
        if (i == n) *id = str_printf(p->c->a, "%" PRId64, db_int(&rows, 0));
    }
    if (!db_done(&rows)) return false;
    return id->n > 0 || fault(r, "args", "pack.bad_reference", code);
}

static bool resolve(const struct row *r, str ref, str *id)
{
    if (str_starts(ref, STR("@part:"))) return nth_part(r, str_from(ref, 6), id);
    const str *kept = map_get(&r->p->labels, str_from(ref, 1));
    if (!kept) return fault(r, "args", "pack.bad_reference", ref);
    *id = *kept;
    return true;
}

// The value with all references replaced; NULL when one led nowhere.
static json_t *replaced(const struct row *r, json_t *v)
{
    str id;
    if (json_is_string(v) && json_string_length(v) > 1 && json_string_value(v)[0] == '@') {
        return resolve(r, text_of(v), &id) ? json_stringn(id.p, id.n) : NULL;
    }
    if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            json_t *one = replaced(r, json_array_get(v, i));
            if (!one || json_array_set_new(v, i, one) != 0) return NULL;
        }
    }
    if (json_is_object(v)) {
        const char *name;
        json_t *member;
        json_object_foreach(v, name, member)
        {
            json_t *one = replaced(r, member);
            if (!one || json_object_set_new(v, name, one) != 0) return NULL;
        }
    }
    return json_incref(v);
}

/* --- files --- */

const char *pack_media_type(str name)
{
    if (str_ends(name, STR(".csv"))) return "text/csv";
    return str_ends(name, STR(".txt")) ? "text/plain" : "application/octet-stream";
}

str pack_base_name(str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/') n--;
    return str_from(path, n);
}

static bool set_text(json_t *object, const char *name, str s)
{
    return json_object_set_new(object, name, json_stringn(s.p, s.n)) == 0;
}

static bool store_file(const struct row *r, json_t *args)
{
    const json_t *file = json_object_get(args, "file");
    str hash, path;
    int64_t bytes;
    if (!json_is_string(file)) return true;
    path = str_dup(r->p->c->a, text_of(file));
    struct ctx own = {.a = r->p->c->a, .lang = r->p->c->lang, .err = {.position = -1}};
    if (!pack_keep_file(r->p, &own, path, &hash, &bytes)) {
        return pack_problem(r->p, r->table->file, pack_line(r->table, r->line), STR("args"), &own.err);
    }
    (void)json_object_del(args, "file");
    return set_text(args, "file_hash", hash) && set_text(args, "file_name", pack_base_name(path)) &&
           set_text(args, "media_type", str_of(pack_media_type(path))) &&
           json_object_set_new(args, "bytes", json_integer(bytes)) == 0;
}

/* --- rows --- */

static bool row_args(const struct row *r, str text, str *body)
{
    json_error_t e;
    json_t *args =
        json_loadb(text.n ? text.p : "{}", text.n ? text.n : 2, JSON_REJECT_DUPLICATES, &e);
    if (!json_is_object(args)) {
        json_decref(args);
        return fault(r, "args", "pack.bad_json", str_of(e.text));
    }
    bool good = store_file(r, args);
    json_t *done = good ? replaced(r, args) : NULL;
    char *out = done ? json_dumps(done, JSON_COMPACT) : NULL;
    if (out) *body = str_dup(r->p->c->a, str_of(out));
    free(out);
    json_decref(done);
    json_decref(args);
    return out != NULL;
}

// "c1:change" keeps the answer's member "change" as c1.
static bool keep(const struct row *r, str as, str result)
{
    struct pack *p = r->p;
    json_error_t e;
    if (as.n == 0) return true;
    str member = as, name = str_cut(&member, STR(":"));
    json_t *answer = json_loadb(result.p, result.n, 0, &e);
    const json_t *id = json_object_get(answer, str_z(p->c->a, member));
    bool good = json_is_string(id);
    if (good) {
        str *kept = ARENA_NEW(p->c->a, str);
        *kept = str_dup(p->c->a, text_of(id));
        (void)map_put(p->c->a, &p->labels, str_dup(p->c->a, name), kept);
    }
    json_decref(answer);
    return good || fault(r, "as", "pack.no_member", member);
}

bool pack_actor(struct pack *p, const struct pack_table *t, int line, str column, str login,
                instant at, struct actor *out)
{
    struct ctx own = {.a = p->c->a, .lang = p->c->lang, .err = {.position = -1}};
    struct request r = {
        .district = p->report->district, .actor = pack_system(), .now = at, .name = STR("history")};
    struct call k;
    if (str_is(login, "system")) {
        *out = pack_system();
        return true;
    }
    if (ledger_batch_call(p->batch, &own, &r, &k) && session_actor(&k, login, out)) return true;
    return pack_problem(p, t->file, pack_line(t, line), column, &own.err);
}

static instant local_instant(const struct row *r, str text)
{
    struct pack *p = r->p;
    instant at = INSTANT_NONE;
    // "2023-02-02T09:10" is local time; the parser wants seconds and an offset.
    int zone = abs(p->zone_min);
    str full = text.n == 16 ? str_printf(p->c->a, "%.*s:00%c%02d:%02d", STR_FMT(text),
                                         p->zone_min < 0 ? '-' : '+', zone / 60, zone % 60)
                            : text;
    return instant_parse(full, p->zone_min, &at) ? at : INSTANT_NONE;
}

static void run_row(struct row *r, instant *latest)
{
    struct pack *p = r->p;
    const struct pack_table *t = r->table;
    str at = pack_cell(p, t, r->line, "at"), command = pack_cell(p, t, r->line, "command");
    str body, result;
    r->at = local_instant(r, at);
    if (r->at == INSTANT_NONE) (void)fault(r, "at", "pack.bad_instant", at);
    else if (r->at < *latest) (void)fault(r, "at", "pack.backwards", at);
    else *latest = r->at;
    if (r->at == INSTANT_NONE) return;
    if (!pack_actor(p, t, r->line, STR("actor"), pack_cell(p, t, r->line, "actor"), r->at,
                    &r->actor))
        return;
    if (!row_args(r, pack_cell(p, t, r->line, "args"), &body)) return;
    if (pack_do(p, t, r->line, &r->actor, r->at, command, body, &result))
        (void)keep(r, pack_cell(p, t, r->line, "as"), result);
}

void pack_run_history(struct pack *p)
{
    struct pack_table t;
    bool found;
    instant latest = p->setup_at;
    if (!pack_table_read(p, STR("history.csv"), &t, &found) || !found) return;
    for (int line = 2; line <= t.sheet.rows && p->c->err.code == ERR_NONE && ctx_ok(p->c); line++) {
        struct row r = {.p = p, .table = &t, .line = line};
        struct arena_mark mark = arena_mark(p->scratch);
        if (sheet_at(&t.sheet, line, 1)) run_row(&r, &latest);
        arena_reset_to(p->scratch, mark);
    }
}
