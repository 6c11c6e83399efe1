/*
 * Cells: what somebody typed or pasted, what is wrong with it in its column, and the form in which it is
 * kept. Drafts keep every text as it came, so that a wrong one is not lost; what is submitted is right.
 */
#include <stdlib.h>

#include "ledger/reporting/reporting_internal.h"

static bool wrong(struct cell_fault *f, const char *id, str x, str y)
{
    *f = (struct cell_fault){.id = id, .args = {x, y}, .n_args = 2};
    return false;
}

/* --- numbers --- */

// "1,234.5", "１２" from an input method, "12 %" under a percent column, "5万元" under one of 万元.
static str bare_number(struct call *k, const struct data_element *e, str text)
{
    str s = str_fold(k->c->a, text);
    str measure = str_fold(k->c->a, e->measure);
    if (measure.n && str_ends(s, measure)) s = str_sub(s, 0, s.n - measure.n);
    return str_trim(s);
}

static bool too_fine(const struct data_element *e, dec d)
{
    int64_t step = DEC_ONE;
    for (int64_t i = 0; i < e->decimals; i++) step /= 10;
    return d.millionths % step != 0;
}

static bool read_number(struct call *k, const struct data_element *e, str text, str *out, struct cell_fault *f)
{
    dec d;
    if (!dec_parse(bare_number(k, e, text), &d))
        return wrong(f, "cell.not_a_number", utf8_head(text, 20), e->measure);
    if (too_fine(e, d)) return wrong(f, "cell.too_fine", utf8_head(text, 20), str_printf(k->c->a, "%d",
                                                                                         (int)e->decimals));
    if (!dec_is_none(e->lowest) && dec_cmp(d, e->lowest) < 0)
        return wrong(f, "cell.too_low", utf8_head(text, 20), dec_text(k->c->a, e->lowest));
    if (!dec_is_none(e->highest) && dec_cmp(d, e->highest) > 0)
        return wrong(f, "cell.too_high", utf8_head(text, 20), dec_text(k->c->a, e->highest));
    *out = dec_text(k->c->a, d);
    return true;
}

/* --- days: 2023-06-30, 2023/6/30, 2023.6.30, 2023年6月30日 --- */

static bool read_day(struct call *k, str text, str *out, struct cell_fault *f)
{
    int64_t part[3] = {0};
    int n = 0;
    bool in_number = false;
    str s = str_fold(k->c->a, text);
    for (size_t i = 0; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (digit && !in_number && n == 3) return wrong(f, "cell.not_a_day", utf8_head(text, 20), STR_EMPTY);
        if (digit) {
            if (!in_number) n++;
            if (part[n - 1] > 9999) return wrong(f, "cell.not_a_day", utf8_head(text, 20), STR_EMPTY);
            part[n - 1] = part[n - 1] * 10 + (s.p[i] - '0');
        }
        in_number = digit;
    }
    struct civil c = {(int)part[0], (int)part[1], (int)part[2]};
    if (n != 3 || !civil_valid(c)) return wrong(f, "cell.not_a_day", utf8_head(text, 20), STR_EMPTY);
    *out = day_text(k->c->a, day_of(c.year, c.month, c.day));
    return true;
}

bool cell_check(struct call *k, const struct data_element *e, str text, str *out, struct cell_fault *f)
{
    *out = str_trim(text);
    if (out->n == 0) return true;
    if (str_is(e->kind, "day")) return read_day(k, *out, out, f);
    if (!str_is(e->kind, "text")) return read_number(k, e, *out, out, f);
    if (utf8_count(*out) <= CELL_MAX) return true;
    return wrong(f, "cell.too_long", utf8_head(*out, 20), str_printf(k->c->a, "%d", CELL_MAX));
}

str cell_fault_text(struct call *k, const struct cell_fault *f)
{
    return message_text(k->c->a, k->c->lang, f->id, f->args, f->n_args);
}

/* --- the cells of a row as JSON --- */

static void release(void *object)
{
    json_decref(object);
}

bool cells_parse(struct call *k, str text, json_t **out)
{
    json_error_t e;
    *out = text.n ? json_loadb(text.p, text.n, 0, &e) : json_object();
    if (!*out) return fail(k->c, ERR_NO_MEMORY, "base.no_memory");
    arena_defer(k->c->a, release, *out);
    return true;
}

str cells_text(struct call *k, const json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);
    if (!text) {
        arena_exhaust(k->c->a);
        return STR("{}");
    }
    str out = str_dup(k->c->a, str_of(text));
    free(text);
    return out;
}

str cells_get(struct call *k, const json_t *object, str element)
{
    const json_t *v = json_object_get(json_object_get(object, str_z(k->c->a, element)), "v");
    return json_is_string(v) ? str_dup(k->c->a, (str){json_string_value(v), json_string_length(v)}) : STR_EMPTY;
}

bool cells_set(struct call *k, json_t *object, str element, str text)
{
    char *name = str_z(k->c->a, element);
    if (text.n == 0) {
        json_object_del(object, name);
        return true;
    }
    json_t *cell = json_pack("{s:s%}", "v", text.p, text.n);
    if (cell && json_object_set_new(object, name, cell) == 0) return true;
    return fail(k->c, ERR_NO_MEMORY, "base.no_memory");
}
