/*
 * items.step_many: one step of the loop for many items, each by its own command's function, as one act.
 * What the step needs besides the item is the same for all and comes as names and values.
 */
#include "ledger/args.h"
#include "ledger/grid/grid.h"
#include "ledger/item/loop.h"
#include "ledger/sight.h"

// Steps that mean the same for each item; verdicts and requests need a look at each and stay single.
static const char *const STEPS[] = {"item.approve", "item.issue", "item.accept", "item.urge", "item.archive"};

struct step_row {
    int64_t item, version;
};
#define AT(member) offsetof(struct step_row, member)
static const struct field row_fields[] = {
    {"item", F_REF, AT(item), 0, "事项", "item", REQUIRED, "item"},
    {"version", F_INT, AT(version), 0, "版本", "version", REQUIRED, NULL},
};
#undef AT
static const struct shape row_shape = {"step_row", row_fields, COUNT_OF(row_fields), sizeof(struct step_row)};

struct step_value {
    str name, value;
};
#define AT(member) offsetof(struct step_value, member)
static const struct field value_fields[] = {
    {"name", F_TEXT, AT(name), 40, "名称", "name", REQUIRED, NULL},
    {"value", F_TEXT, AT(value), 4000, "内容", "value", 0, NULL},
};
#undef AT
static const struct shape value_shape = {"step_value", value_fields, COUNT_OF(value_fields), sizeof(struct step_value)};

struct step_many {
    str command;
    struct list rows, values;
    int64_t preview;
};
#define AT(member) offsetof(struct step_many, member)
static const struct field step_fields[] = {
    {"command", F_TEXT, AT(command), 40, "操作", "step", REQUIRED, NULL},
    {"rows", F_OBJECTS, AT(rows), 2000, "行", "rows", REQUIRED, &row_shape},
    {"values", F_OBJECTS, AT(values), 20, "内容", "values", 0, &value_shape},
    {"preview", F_BOOL, AT(preview), 0, "只预览", "preview only", 0, NULL},
};
#undef AT
const struct shape step_many_shape = {"items_step_many", step_fields, COUNT_OF(step_fields), sizeof(struct step_many)};

struct step {
    const struct step_many *ask;
    const struct command *command;
    const struct step_row *row;
};

// Without its values a step is only asked whether it stands open: the form is still being filled in.
static bool asked_only(struct call *k, const struct step *s)
{
    const struct transition *t;
    struct item before, after;
    if (loop_find(s->command->name))
        return loop_begin(k, s->command->name, s->row->item, s->row->version, &t, &before, &after);
    return item_load_seen(k, s->row->item, &before);
}

static bool take_step(struct call *k, void *arg)
{
    const struct step *s = arg;
    const struct shape *shape = s->command->args;
    const struct step_value *values = s->ask->values.at;
    struct buf text, told;
    struct json body, out;
    uint64_t given;
    void *args = arena_alloc(k->c->a, shape->size);
    if (s->ask->preview && s->ask->values.n == 0) return asked_only(k, s);
    buf_init(&text, k->c->a, 200 * 1024);
    buf_init(&told, k->c->a, 64 * 1024);
    jw_init(&body, &text);
    jw_init(&out, &told);
    jw_object(&body);
    jw_put_id(&body, "item", s->row->item);
    if (shape_field(shape, STR("version"))) jw_put_int(&body, "version", s->row->version);
    for (size_t i = 0; i < s->ask->values.n; i++) {
        const struct field *f = shape_field(shape, values[i].name);
        jw_key_str(&body, values[i].name);
        if (f && f->type == F_BOOL) jw_bool(&body, str_is(values[i].value, "true"));
        else jw_text(&body, values[i].value);
    }
    jw_end(&body);
    jw_object(&out);
    return args_parse(k, shape, buf_str(&text), args, &given) && s->command->run(k, args, given, &out);
}

// version: 0 the item's own; a preview tells the one that a following command has to name.
static bool tell_step(struct call *k, const struct step_row *r, int64_t version, bool allowed, str why,
                      struct json *out)
{
    struct item it;
    if (!item_load_seen(k, r->item, &it)) return false;
    jw_object(out);
    jw_put_id(out, "item", it.id);
    jw_put_int(out, "version", version ? version : it.version);
    jw_put_text(out, "state", it.state);
    jw_put_text(out, "code", it.code);
    jw_put_text(out, "title", it.title);
    jw_put_bool(out, "allowed", allowed);
    jw_put_text(out, "why", why);
    jw_end(out);
    return ctx_ok(k->c);
}

static const struct command *step_named(struct call *k, str name)
{
    for (size_t i = 0; i < COUNT_OF(STEPS); i++)
        if (str_is(name, STEPS[i])) return command_find(name);
    (void)fail_field(k->c, ERR_INVALID, "grid.no_step", STR("command"), name);
    return NULL;
}

static bool step_all(struct call *k, const struct step_many *a, const struct command *cmd, int64_t *refused,
                     struct json *out)
{
    const struct step_row *rows = a->rows.at;
    for (size_t i = 0; i < a->rows.n; i++) {
        struct step s = {a, cmd, &rows[i]};
        struct item before;
        bool done;
        str why = STR_EMPTY, field;
        if (!item_load_seen(k, rows[i].item, &before) || !attempt(k, take_step, &s, &done, &why, &field)) return false;
        if (!done && !a->preview)
            return fail_field(k->c, ERR_REFUSED, "grid.step_refused", str_printf(k->c->a, "rows[%zu]", i),
                              item_label(k, &before), why);
        *refused += !done;
        if (!tell_step(k, &rows[i], a->preview ? before.version : 0, done, why, out)) return false;
    }
    return true;
}

bool run_step_many(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct step_many *a = args;
    const struct command *cmd = step_named(k, a->command);
    int64_t refused = 0;
    (void)given;
    if (!cmd) return false;
    if (!actor_has(k, cmd->roles | ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "command.forbidden", str_of(k->c->lang == LANG_EN ? cmd->en : cmd->zh),
                    roles_text(k, cmd->roles));
    jw_put_bool(out, "preview", a->preview != 0);
    jw_put_text(out, "command", a->command);
    jw_key(out, "rows");
    jw_array(out);
    if (!step_all(k, a, cmd, &refused, out)) return false;
    jw_end(out);
    jw_put_int(out, "refused", refused);
    k->object_kind = a->rows.n == 1 ? "item" : "";
    k->object_id = a->rows.n == 1 ? ((const struct step_row *)a->rows.at)[0].item : 0;
    k->dry = a->preview != 0;
    return true;
}
