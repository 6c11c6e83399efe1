#include "ledger/names.h"

#include "ledger/item/loop.h"
#include "ledger/org/unit_tree.h"

const struct stmt NAME_PERSON = {
    "names.person", "SELECT p.name FROM person AS p WHERE p.district_id = $1 AND p.id = $2"};
const struct stmt NAME_ACCOUNT = {
    "names.account", "SELECT p.name FROM account AS a JOIN person AS p ON p.district_id = $1 AND p.id = a.person_id"
                     " WHERE a.district_id = $1 AND a.id = $2"};
const struct stmt NAME_REGISTER = {
    "names.register", "SELECT r.name FROM register_def AS r WHERE r.district_id = $1 AND r.id = $2"};
const struct stmt NAME_LINE = {
    "names.line", "SELECT l.name FROM work_line AS l WHERE l.district_id = $1 AND l.id = $2"};
const struct stmt NAME_ITEM = {
    "names.item", "SELECT i.code || ' ' || i.title FROM item AS i WHERE i.district_id = $1 AND i.id = $2"};
const struct stmt NAME_DOCUMENT = {
    "names.document", "SELECT d.title FROM source_doc AS d WHERE d.district_id = $1 AND d.id = $2"};

void names_init(struct names *n, struct call *k)
{
    *n = (struct names){.k = k};
}

static bool look_up(struct names *n, struct map *m, const struct stmt *st, int64_t id, str *name)
{
    struct ctx *c = n->k->c;
    str *kept = map_get_int(m, id);
    if (!kept) {
        struct db_rows r;
        kept = ARENA_NEW(c->a, str);
        *kept = STR_EMPTY;
        if (!DB_QUERY(c, n->k->db, &r, st, ARG(n->k->district), ARG(id))) return false;
        if (db_next(&r)) *kept = db_text(&r, 0);
        if (!db_done(&r)) return false;
        (void)map_put_int(c->a, m, id, kept);
    }
    *name = *kept;
    return true;
}

// An item that the reader may not see has no name: its parent's, its heir's title is not for him.
static bool hidden(struct names *n, int64_t item, bool *is)
{
    struct item it;
    struct db_rows r;
    *is = false;
    if (actor_has(n->k, ROLES_ALL_DATA | ROLE_SYSTEM) || map_get_int(&n->items, item)) return true;
    if (!DB_QUERY(n->k->c, n->k->db, &r, &ITEM.by_id, ARG(n->k->district), ARG(item))) return false;
    bool found = db_next(&r);
    if (found) record_read(&ITEM, &r, 0, &it);
    if (!db_done(&r)) return false;
    if (found && !item_may_see(n->k, &it, &found)) return false;
    *is = !found;
    return true;
}

bool names_of(struct names *n, const char *entity, int64_t id, str *name)
{
    const struct {
        const char *entity;
        struct map *kept;
        const struct stmt *st;
    } sources[] = {{"person", &n->people, &NAME_PERSON},      {"account", &n->accounts, &NAME_ACCOUNT},
                   {"register_def", &n->registers, &NAME_REGISTER}, {"work_line", &n->lines, &NAME_LINE},
                   {"item", &n->items, &NAME_ITEM},           {"source_doc", &n->documents, &NAME_DOCUMENT}};
    *name = STR_EMPTY;
    if (id == 0) return true;
    if (strcmp(entity, "unit") == 0) {
        const struct unit_node *u = unit_tree_by_id(n->k->units, id);
        if (u) *name = u->unit.name;
        return true;
    }
    if (strcmp(entity, "item") == 0) {
        bool is;
        if (!hidden(n, id, &is)) return false;
        if (is) return true;
    }
    for (size_t i = 0; i < COUNT_OF(sources); i++)
        if (strcmp(entity, sources[i].entity) == 0) return look_up(n, sources[i].kept, sources[i].st, id, name);
    return true;
}

static bool has_name(const char *entity)
{
    static const char *const NAMED[] = {"unit", "person", "account", "register_def", "work_line"};
    for (size_t i = 0; i < COUNT_OF(NAMED); i++)
        if (strcmp(entity, NAMED[i]) == 0) return true;
    return false;
}

bool names_members(struct names *n, const struct shape *s, const void *record, struct json *j)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        str name, base = str_of(f->name);
        if (f->type != F_REF || !has_name(f->extra)) continue;
        if (str_ends(base, STR("_id"))) base.n -= 3;
        if (!names_of(n, f->extra, *field_int(f, (void *)(uintptr_t)record), &name)) return false;
        jw_key_str(j, str_cat(n->k->c->a, base, STR("_name")));
        if (name.n) jw_text(j, name);
        else jw_null(j);
    }
    return true;
}
