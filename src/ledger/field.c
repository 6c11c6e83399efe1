#include "ledger/field.h"

int64_t *field_int(const struct field *f, void *record)
{
    return (int64_t *)(void *)((char *)record + f->offset);
}

str *field_str(const struct field *f, void *record)
{
    return (str *)(void *)((char *)record + f->offset);
}

dec *field_dec(const struct field *f, void *record)
{
    return (dec *)(void *)((char *)record + f->offset);
}

struct list *field_list(const struct field *f, void *record)
{
    return (struct list *)(void *)((char *)record + f->offset);
}

const struct field *shape_field(const struct shape *s, str name)
{
    for (size_t i = 0; i < s->n; i++)
        if (str_is(name, s->fields[i].name)) return &s->fields[i];
    return NULL;
}

bool field_is_int(const struct field *f)
{
    switch (f->type) {
    case F_ID:
    case F_REF:
    case F_INT:
    case F_BOOL:
    case F_DAY:
    case F_INSTANT: return true;
    default: return false;
    }
}

void shape_init(const struct shape *s, void *record)
{
    memset(record, 0, s->size);
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i];
        if (f->type == F_DEC) *field_dec(f, record) = DEC_NONE;
        else if (!field_is_int(f) && f->type < F_IDS) *field_str(f, record) = STR_EMPTY;
    }
}

const struct enum_value *enum_find(const struct enum_table *t, str code)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_is(code, t->at[i].code)) return &t->at[i];
    return NULL;
}
