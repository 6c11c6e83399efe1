#include "ledger/journal/journal_json.h"

#include <jansson.h>

#include "ledger/command.h"
#include "ledger/org/unit_tree.h"
#include "ledger/registers/values.h"

#define LAST_DAY INT64_C(99991231)
#define LAST_INSTANT INT64_C(253402300799999999)

static str in_lang(const struct call *k, const char *zh, const char *en)
{
    return str_of(k->c->lang == LANG_EN ? en : zh);
}

/* --- values --- */

static bool is_nothing(const struct field *f, const json_t *v)
{
    if (!v || json_is_null(v)) return true;
    if (json_is_string(v)) return json_string_length(v) == 0;
    int64_t n = json_integer_value(v);
    return (f->type == F_DAY && (n == 0 || n == LAST_DAY)) || (f->type == F_INSTANT && (n == 0 || n == LAST_INSTANT)) ||
           (f->type == F_REF && n == 0);
}

static void put_number(struct call *k, const struct field *f, int64_t n, struct json *j)
{
    switch (f->type) {
    case F_ID:
    case F_REF: jw_id(j, n); break;
    case F_BOOL: jw_bool(j, n != 0); break;
    case F_DAY: jw_text(j, day_text(k->c->a, day_from_ymd((int32_t)n))); break;
    case F_INSTANT: jw_text(j, instant_text(k->c->a, n, k->zone_min)); break;
    case F_DEC: jw_text(j, dec_text(k->c->a, (dec){n})); break;
    default: jw_int(j, n);
    }
}

static void put_value(struct call *k, const struct field *f, const json_t *v, struct json *j)
{
    if (is_nothing(f, v)) jw_null(j);
    else if (json_is_integer(v)) put_number(k, f, json_integer_value(v), j);
    else jw_text(j, str_dup(k->c->a, (str){json_string_value(v), json_string_length(v)}));
}

// What the value is called: the title of an enum's code, the name of a reference.
static bool put_called(struct names *n, const char *member, const struct field *f, const json_t *v, struct json *j)
{
    str name = STR_EMPTY;
    if (is_nothing(f, v)) return true;
    if (f->type == F_ENUM) {
        const struct enum_value *e = enum_find(f->extra, str_of(json_string_value(v)));
        if (e) name = in_lang(n->k, e->zh, e->en);
    } else if (f->type == F_REF && !names_of(n, f->extra, json_integer_value(v), &name)) {
        return false;
    }
    if (name.n) jw_put_text(j, member, name);
    return true;
}

/* --- changes --- */

static bool put_field(struct names *n, const struct field *f, const json_t *pair, struct json *j)
{
    const json_t *before = json_array_get(pair, 0), *after = json_array_get(pair, 1);
    if (!(f->flags & AUDITED) || (is_nothing(f, before) && is_nothing(f, after))) return true;
    jw_object(j);
    jw_put_text(j, "name", str_of(f->name));
    jw_put_text(j, "title", in_lang(n->k, f->zh, f->en));
    jw_key(j, "before");
    put_value(n->k, f, before, j);
    jw_key(j, "after");
    put_value(n->k, f, after, j);
    bool ok = put_called(n, "before_name", f, before, j) && put_called(n, "after_name", f, after, j);
    jw_end(j);
    return ok;
}

static bool put_change(struct names *n, const struct entity *e, const json_t *change, struct json *j)
{
    const json_t *fields = json_object_get(change, "f");
    bool ok = true;
    jw_object(j);
    jw_put_text(j, "entity", str_of(e->name));
    jw_put_text(j, "entity_name", in_lang(n->k, e->zh, e->en));
    jw_put_id(j, "id", json_integer_value(json_object_get(change, "id")));
    jw_put_text(j, "kind", str_dup(n->k->c->a, str_of(json_string_value(json_object_get(change, "op")))));
    jw_key(j, "fields");
    jw_array(j);
    for (size_t i = 0; i < e->shape->n && ok; i++) {
        const json_t *pair = json_object_get(fields, e->shape->fields[i].name);
        if (pair) ok = put_field(n, &e->shape->fields[i], pair, j);
    }
    jw_end(j);
    jw_end(j);
    return ok;
}

// A value of a declared field shows under the field's own name, and to those who may read it.
static bool put_value_change(struct names *n, const struct declared *d, const json_t *change, struct json *j)
{
    static const char *const SIDES[] = {"before", "after"};
    struct call *k = n->k;
    const json_t *fields = json_object_get(change, "f");
    const struct field *column = declared_column(d->kind);
    jw_object(j);
    jw_put_text(j, "entity", STR("item_value"));
    jw_put_text(j, "entity_name", in_lang(k, ITEM_VALUE.zh, ITEM_VALUE.en));
    jw_put_id(j, "id", json_integer_value(json_object_get(change, "id")));
    jw_put_text(j, "kind", str_dup(k->c->a, str_of(json_string_value(json_object_get(change, "op")))));
    jw_key(j, "fields");
    jw_array(j);
    jw_object(j);
    jw_put_text(j, "name", d->f.code);
    jw_put_text(j, "title", declared_name(k, d));
    for (size_t side = 0; side < 2; side++) {
        const json_t *v = json_array_get(json_object_get(fields, column->name), side);
        struct item_value value;
        str shown;
        jw_key(j, SIDES[side]);
        shape_init(ITEM_VALUE.shape, &value);
        bool number = json_is_integer(v) && json_integer_value(v) != INT64_MIN;
        if (number && column->type == F_DEC) value.number_value = (dec){json_integer_value(v)};
        else if (number) *field_int(column, &value) = json_integer_value(v);
        else if (json_is_string(v))
            value.text_value = str_dup(k->c->a, (str){json_string_value(v), json_string_length(v)});
        if (value_empty(&value)) {
            jw_null(j);
            continue;
        }
        if (!declared_shown(n, d, &value, &shown)) return false;
        jw_text(j, shown); // a history is read; the declaration may have changed since
    }
    jw_end(j);
    jw_end(j);
    jw_end(j);
    return true;
}

// The declared field that a change is about; NULL: it may not be shown.
static bool value_of_change(struct call *k, const json_t *change, const struct declared **d)
{
    const json_t *pair = json_object_get(json_object_get(change, "f"), "field_id");
    int64_t before = json_integer_value(json_array_get(pair, 0)), after = json_integer_value(json_array_get(pair, 1));
    return value_changed(k, json_integer_value(json_object_get(change, "id")), after ? after : before, d);
}

// A record about several objects (an import) shows in the history of one only what concerns it. An
// update names its owner only when that moved, so one without the name is shown.
static bool concerns(const json_t *change, int64_t about)
{
    if (about == 0) return true;
    const char *entity = json_string_value(json_object_get(change, "e"));
    if (entity && strcmp(entity, "item") == 0) return json_integer_value(json_object_get(change, "id")) == about;
    const json_t *owner = json_object_get(json_object_get(change, "f"), "item_id");
    if (!owner) return true;
    return json_integer_value(json_array_get(owner, 0)) == about ||
           json_integer_value(json_array_get(owner, 1)) == about;
}

static bool put_changes(struct names *n, const json_t *changes, int64_t about, struct json *j)
{
    size_t left_out = 0, shown = 0;
    bool ok = true;
    jw_key(j, "changes");
    jw_array(j);
    for (size_t i = 0; i < json_array_size(changes) && ok; i++) {
        const json_t *change = json_array_get(changes, i);
        const char *name = json_string_value(json_object_get(change, "e"));
        const struct entity *e = name ? entity_find(str_of(name)) : NULL;
        const struct declared *value = NULL;
        if (!e || !concerns(change, about)) continue;
        if (e == &ITEM_VALUE && !value_of_change(n->k, change, &value)) return false;
        if (e == &ITEM_VALUE && !value) continue;
        if (value && shown < JOURNAL_CHANGES_MAX) {
            shown++;
            ok = put_value_change(n, value, change, j);
        } else if (shown++ < JOURNAL_CHANGES_MAX) ok = put_change(n, e, change, j);
        else left_out++;
    }
    jw_end(j);
    jw_put_int(j, "changes_left_out", (int64_t)left_out);
    return ok;
}

/* --- rows --- */

static bool put_object(struct names *n, const struct journal_row *row, struct json *j)
{
    str name = STR_EMPTY;
    jw_put_text(j, "object_kind", row->object_kind);
    jw_put_id(j, "object_id", row->object_id);
    if (!names_of(n, str_z(n->k->c->a, row->object_kind), row->object_id, &name)) return false;
    bool item = str_is(row->object_kind, "item") && name.n > 0;
    str code = item ? str_cut(&name, STR(" ")) : STR_EMPTY;
    jw_put_text(j, "object_code", code);
    jw_put_text(j, "object_title", name);
    return true;
}

const struct stmt JOURNAL_ACTOR_UNIT = {"journal.actor_unit",
                                        "SELECT a.unit_id FROM account AS a WHERE a.district_id = $1 AND a.id = $2"};

static bool put_actor(struct names *n, const struct journal_row *row, struct json *j)
{
    str name, unit = STR_EMPTY;
    int64_t unit_id = 0;
    struct db_rows r;
    if (!names_of(n, "account", row->account_id, &name)) return false;
    if (!DB_QUERY(n->k->c, n->k->db, &r, &JOURNAL_ACTOR_UNIT, ARG(n->k->district), ARG(row->account_id))) return false;
    if (db_next(&r)) unit_id = db_int(&r, 0);
    if (!db_done(&r) || !names_of(n, "unit", unit_id, &unit)) return false;
    jw_put_id(j, "account_id", row->account_id);
    jw_put_text(j, "actor", name.n ? name : row->login.n ? row->login : in_lang(n->k, "系统", "system"));
    jw_put_text(j, "unit_name", unit);
    return true;
}

str journal_act(struct arena *a, const struct journal_row *row)
{
    if (!str_is(row->command, "items.step_many")) return row->command;
    json_t *args = json_loadb(row->args.p, row->args.n, 0, NULL);
    str command = str_dup(a, str_of(json_string_value(json_object_get(args, "command"))));
    json_decref(args);
    return command;
}

bool journal_row_json(struct names *n, const struct journal_row *row, int64_t about, struct json *j)
{
    struct call *k = n->k;
    const struct command *cmd = command_find(journal_act(k->c->a, row));
    json_t *changes = json_loadb(row->changes.p, row->changes.n, 0, NULL);
    if (!changes && arena_ok(k->c->a))
        return fail(k->c, ERR_STORE, "journal.unreadable", str_printf(k->c->a, "%" PRId64, row->seq));
    jw_object(j);
    jw_put_id(j, "seq", row->seq);
    jw_put_text(j, "at", instant_text(k->c->a, row->at, k->zone_min));
    bool ok = put_actor(n, row, j);
    jw_put_text(j, "command", row->command);
    jw_put_text(j, "command_name", cmd ? in_lang(k, cmd->zh, cmd->en) : row->command);
    ok = ok && put_object(n, row, j) && put_changes(n, changes, about, j);
    jw_put_text(j, "hash", row->hash);
    jw_end(j);
    json_decref(changes);
    return ok;
}
