#include "ledger/item/clock.h"
#include "ledger/org/org_internal.h"
#include "ledger/org/rules.h"

static const struct field *target(const struct entity *e, const struct field *f)
{
    char with_id[64];
    const struct field *to = shape_field(e->shape, str_of(f->name));
    if (to || f->type != F_REF || strlen(f->name) + 4 > sizeof with_id) return to;
    size_t n = strlen(f->name);
    memcpy(with_id, f->name, n);
    memcpy(with_id + n, "_id", 4);
    return shape_field(e->shape, str_of(with_id));
}

void org_take(const struct shape *s, const void *args, uint64_t given, const struct entity *e,
              void *record)
{
    void *from = (void *)(uintptr_t)args; // field_* serve reading and writing
    for (size_t i = 0; i < s->n; i++) {
        const struct field *f = &s->fields[i], *to;
        if (!(given >> i & 1) || f->type >= F_IDS || f->type == F_SECRET) continue;
        to = target(e, f);
        // The version is the lock, not content; the id is what the reference found.
        if (!to || strcmp(to->name, "version") == 0 || strcmp(to->name, "id") == 0) continue;
        if (f->type == F_DEC) *field_dec(to, record) = *field_dec(f, from);
        else if (field_is_int(f)) *field_int(to, record) = *field_int(f, from);
        else *field_str(to, record) = *field_str(f, from);
    }
}

bool org_check_code(struct call *k, const struct entity *e, const char *field, str code)
{
    bool found;
    for (size_t i = 0; i < code.n; i++) {
        char ch = code.p[i];
        bool ok = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') ||
                  (ch >= 'a' && ch <= 'z') || ch == '-' || ch == '_' || ch == '.';
        if (!ok) return fail_field(k->c, ERR_INVALID, "org.bad_code", str_of(field), code);
    }
    // Ten digits and more are read as an id wherever a reference may stand.
    int64_t as_id;
    if (code.n >= 10 && str_int(code, &as_id)) {
        return fail_field(k->c, ERR_INVALID, "org.code_like_id", str_of(field), code);
    }
    void *record = arena_alloc(k->c->a, e->shape->size);
    if (!record_by_code(k, e, code, record, &found)) return false;
    if (found)
        return fail_field(k->c, ERR_CONFLICT, "org.code_taken", str_of(field), str_of(e->zh), code,
                          str_of(e->en));
    return true;
}

void org_done(struct call *k, const struct entity *e, int64_t id, struct json *out)
{
    k->object_id = id;
    k->object_kind = e->name;
    jw_put_id(out, "id", id);
}

bool org_recompute(struct call *k, struct json *out)
{
    if (!calendar_load(k, &k->calendar) || !rules_load(k, &k->rules)) return false;
    jw_key(out, "moved");
    jw_array(out);
    // Without office hours no clock has started yet.
    if (k->calendar && !clocks_recompute(k, out)) return false;
    jw_end(out);
    return true;
}
