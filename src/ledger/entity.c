#include "ledger/entity.h"

#include <stdlib.h>

/*
 * The statements of an entity, made once from its field table. They live as long as the process, in
 * an arena that is never freed.
 */
static struct arena *forever;

static str column_list(const struct shape *s)
{
    struct buf b;
    buf_init(&b, forever, 8192);
    for (size_t i = 0; i < s->n; i++) {
        if (i) buf_addz(&b, ", ");
        buf_addz(&b, s->fields[i].name);
    }
    return buf_str(&b);
}

static struct stmt statement(const struct entity *e, const char *what, str sql)
{
    return (struct stmt){str_z(forever, str_printf(forever, "%s.%s", e->name, what)),
                         str_z(forever, sql)};
}

static str insert_sql(const struct entity *e)
{
    struct buf b;
    buf_init(&b, forever, 16384);
    buf_printf(&b, "INSERT INTO %s(%.*s) VALUES(", e->name, STR_FMT(e->columns));
    for (size_t i = 0; i < e->shape->n; i++) buf_printf(&b, "%s$%zu", i ? ", " : "", i + 1);
    buf_addc(&b, ')');
    return buf_str(&b);
}

static void prepare(struct entity *e)
{
    e->columns = column_list(e->shape);
    e->insert = statement(e, "insert", insert_sql(e));
    e->remove = statement(
        e, "remove",
        str_printf(forever, "DELETE FROM %s WHERE district_id = $1 AND id = $2", e->name));
    e->by_id =
        statement(e, "by_id",
                  str_printf(forever, "SELECT %.*s FROM %s WHERE district_id = $1 AND id = $2",
                             STR_FMT(e->columns), e->name));
    e->whole = statement(
        e, "whole",
        str_printf(forever,
                   "SELECT %.*s FROM %s WHERE district_id = $1 AND id > $2 ORDER BY id LIMIT 1000",
                   STR_FMT(e->columns), e->name));
    e->by_code = e->by_id;
    if (e->code)
        e->by_code =
            statement(e, "by_code",
                      str_printf(forever, "SELECT %.*s FROM %s WHERE district_id = $1 AND %s = $2",
                                 STR_FMT(e->columns), e->name, e->code));
    const struct stmt *made[] = {&e->insert, &e->remove,
                                 &e->by_id,  &e->whole,  &e->by_code};
    const struct stmt **list = arena_alloc(forever, sizeof made);
    memcpy(list, made, sizeof made);
    statements_register(list, e->code ? COUNT_OF(made) : COUNT_OF(made) - 1);
}

void entities_prepare(void)
{
    if (forever) return;
    forever = arena_new(SIZE_MAX);
    if (!forever) BUG("no memory at start");
    for (size_t i = 0; i < N_ENTITIES; i++) prepare(ENTITIES[i]);
    if (!arena_ok(forever)) BUG("no memory at start");
}

struct entity *entity_find(str name)
{
    for (size_t i = 0; i < N_ENTITIES; i++)
        if (str_is(name, ENTITIES[i]->name)) return ENTITIES[i];
    return NULL;
}
