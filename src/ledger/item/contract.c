#include "ledger/item/contract.h"

#include <jansson.h>

#include "ledger/item/duplicate.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"

static str text_of(const json_t *v)
{
    return v && json_is_string(v) ? (str){json_string_value(v), json_string_length(v)} : STR_EMPTY;
}

// One value as record_json wrote it; what is not understood stays empty.
static void take(struct call *k, const struct field *f, const json_t *v, void *record)
{
    str s = text_of(v);
    day d;
    int64_t n = 0;
    if (f->type == F_DAY) {
        if (day_parse(s, &d)) *field_int(f, record) = day_to_ymd(d);
    } else if (f->type == F_ID || f->type == F_REF) {
        if (str_int(s, &n)) *field_int(f, record) = n;
    } else if (f->type == F_INT || f->type == F_BOOL) {
        *field_int(f, record) = json_is_boolean(v) ? json_is_true(v) : json_integer_value(v);
    } else if (f->type == F_DEC) {
        if (s.n == 0 || !dec_parse(s, field_dec(f, record))) *field_dec(f, record) = DEC_NONE;
    } else if (f->type == F_TEXT || f->type == F_ENUM) {
        *field_str(f, record) = str_dup(k->c->a, s);
    }
}

static void take_all(struct call *k, const struct shape *s, const json_t *object, void *record)
{
    shape_init(s, record);
    for (size_t i = 0; i < s->n; i++) take(k, &s->fields[i], json_object_get(object, s->fields[i].name), record);
}

static void take_rows(struct call *k, const struct shape *s, const json_t *rows, struct list *out)
{
    *out = (struct list){arena_alloc(k->c->a, (json_array_size(rows) + 1) * s->size), json_array_size(rows)};
    for (size_t i = 0; i < out->n; i++) take_all(k, s, json_array_get(rows, i), (char *)out->at + i * s->size);
}

bool contract_read(struct call *k, str json, struct contract *out)
{
    json_t *root = json_loadb(json.p, json.n, 0, NULL);
    if (!root) return fail(k->c, ERR_STORE, "journal.unreadable", STR("baseline"));
    take_all(k, ITEM.shape, json_object_get(root, "item"), &out->item);
    take_rows(k, ITEM_PART.shape, json_object_get(root, "parts"), &out->parts);
    take_rows(k, ITEM_UNIT.shape, json_object_get(root, "assists"), &out->assists);
    json_decref(root);
    return ctx_ok(k->c);
}

bool contract_now(struct call *k, const struct item *it, struct contract *out)
{
    out->item = *it;
    return record_list(k, &PARTS_OF_ITEM, &out->parts, ARG(k->district), ARG(it->id)) &&
           record_list(k, &ASSISTS_OF_ITEM, &out->assists, ARG(k->district), ARG(it->id));
}

/* --- aligning --- */

struct aligner {
    struct arena *a;
    const struct item_part *from, *to;
    size_t n_from, n_to;
    size_t *mate; // by from: index into to, or SIZE_MAX
    bool *used;   // by to
};

static int likeness(const struct aligner *l, size_t i, size_t j)
{
    const struct item_part *x = &l->from[i], *y = &l->to[j];
    if (!str_eq(x->kind, y->kind)) return -1;
    if (x->id && x->id == y->id) return 300;
    if (str_eq(x->body, y->body)) return 200;
    int like = title_likeness(l->a, x->body, y->body);
    return like >= LIKE_ENOUGH ? like : -1;
}

static void pair_up(struct aligner *l, const int *like)
{
    for (;;) {
        int best = -1;
        size_t bi = 0, bj = 0;
        for (size_t i = 0; i < l->n_from; i++)
            for (size_t j = 0; j < l->n_to && l->mate[i] == SIZE_MAX; j++)
                if (!l->used[j] && like[i * l->n_to + j] > best) best = like[(bi = i) * l->n_to + (bj = j)];
        if (best < 0) return;
        l->mate[bi] = bj;
        l->used[bj] = true;
    }
}

void contract_align(struct arena *a, const struct list *from, const struct list *to, struct list *pairs)
{
    struct aligner l = {a, from->at, to->at, from->n, to->n, arena_alloc(a, (from->n + 1) * sizeof(size_t)),
                        arena_alloc(a, to->n + 1)};
    int *like = arena_alloc(a, (from->n * to->n + 1) * sizeof *like);
    size_t cap = 0;
    *pairs = (struct list){0};
    if (!arena_ok(a)) return;
    memset(l.used, 0, to->n + 1);
    for (size_t i = 0; i < from->n; i++) {
        l.mate[i] = SIZE_MAX;
        for (size_t j = 0; j < to->n; j++) like[i * to->n + j] = likeness(&l, i, j);
    }
    pair_up(&l, like);
    for (size_t i = 0; i < from->n; i++)
        *(struct part_pair *)vec_slot(a, &pairs->at, &pairs->n, &cap, sizeof(struct part_pair)) =
            (struct part_pair){&l.from[i], l.mate[i] == SIZE_MAX ? NULL : &l.to[l.mate[i]]};
    for (size_t j = 0; j < to->n; j++)
        if (!l.used[j])
            *(struct part_pair *)vec_slot(a, &pairs->at, &pairs->n, &cap, sizeof(struct part_pair)) =
                (struct part_pair){NULL, &l.to[j]};
}

/* --- showing --- */

bool contract_shown(struct names *n, const struct field *f, const void *record, str *out)
{
    struct call *k = n->k;
    void *r = (void *)(uintptr_t)record; // the accessors serve readers and writers
    *out = STR_EMPTY;
    if (f->type == F_REF) return names_of(n, f->extra, *field_int(f, r), out);
    if (f->type == F_DAY) {
        if (*field_int(f, r)) *out = day_text(k->c->a, day_from_ymd((int32_t)*field_int(f, r)));
    } else if (f->type == F_DEC) {
        if (!dec_is_none(*field_dec(f, r))) *out = dec_text(k->c->a, *field_dec(f, r));
    } else if (f->type == F_ENUM) {
        const struct enum_value *v = enum_find(f->extra, *field_str(f, r));
        *out = v ? str_of(k->c->lang == LANG_EN ? v->en : v->zh) : *field_str(f, r);
    } else if (field_is_int(f)) {
        if (*field_int(f, r)) *out = str_printf(k->c->a, "%" PRId64, *field_int(f, r));
    } else {
        *out = *field_str(f, r);
    }
    return true;
}
