/*
 * Prints the tables that the entities' field tables ask for, in the dialect of docs/sql.md. Used to
 * write a new migration, and by a test that compares the migrations with the field tables.
 */
#include "ledger/entity.h"

#include <stdio.h>

static const char *sql_type(const struct field *f)
{
    return field_is_int(f) || f->type == F_DEC ? "@I64" : "@TXT";
}

static bool not_null(const struct field *f)
{
    return (f->flags & (REQUIRED | LAST)) || f->type == F_INT || f->type == F_BOOL;
}

static void print_entity(const struct entity *e)
{
    printf("-- %s\nCREATE TABLE %s(\n", e->zh, e->name);
    for (size_t i = 0; i < e->shape->n; i++) {
        const struct field *f = &e->shape->fields[i];
        printf("  %s %s%s, -- %s\n", f->name, sql_type(f), not_null(f) ? " NOT NULL" : "", f->zh);
    }
    printf("  PRIMARY KEY(district_id, id)) @END;\n");
    if (e->code) printf("CREATE UNIQUE INDEX %s_code_ux ON %s(district_id, %s);\n", e->name, e->name, e->code);
    printf("\n");
}

int main(void)
{
    for (size_t i = 0; i < N_ENTITIES; i++) print_entity(ENTITIES[i]);
    return 0;
}
