/* A file that came back: which sheet, which columns, whose rows. */
#include "exchange/xlsx/xlsx.h"
#include "ledger/files.h"
#include "ledger/roundtrip/roundtrip.h"

enum { UNREAD_MAX = 200, FORMULAS_MAX = 200 };

static str cell_text(const struct sheet *s, int row, int col)
{
    const struct cell *c = sheet_at(s, row, col);
    return c ? c->text : STR_EMPTY;
}

static void note_unread(struct call *k, struct register_file *f, int row, int column, str text, const char *why)
{
    if (f->unread.n >= UNREAD_MAX) return;
    VEC_ADD(k->c->a, &f->unread, ((struct unread){row, column, text, why}));
}

static str fact(const struct register_file *f, const char *name)
{
    for (size_t i = 0; i < f->facts.n; i++)
        if (str_is(f->facts.at[i].name, name)) return f->facts.at[i].value;
    return STR_EMPTY;
}

static bool take_facts(struct call *k, const struct sheet *s, struct register_file *f)
{
    struct arena *a = k->c->a;
    for (int row = 1; row <= s->rows; row++) {
        struct xlsx_fact x = {cell_text(s, row, 1), cell_text(s, row, 2)};
        int64_t id;
        if (!x.name.n) continue;
        VEC_ADD(a, &f->facts, x);
        if (!str_is(x.name, "row") || !str_int(x.value, &id)) continue;
        VEC_ADD(a, &f->ids, id);
        (void)map_put_int(a, &f->facts_ids, id, f);
    }
    return ctx_ok(k->c);
}

// Another register's file, another district's, and one whose ids somebody changed are not read as this one's.
static bool check_facts(struct call *k, struct register_file *f)
{
    str reg = fact(f, "register"), district = fact(f, "district");
    f->made = fact(f, "made");
    f->seq = fact(f, "seq");
    f->filter = fact(f, "filter");
    if (!str_is(fact(f, "kind"), "bihuan.register.1")) return fail(k->c, ERR_REFUSED, "roundtrip.foreign");
    if (!str_eq(reg, f->reg->def.code))
        return fail(k->c, ERR_REFUSED, "roundtrip.other_register", reg, f->reg->def.code);
    if (!str_eq(district, district_code(k))) return fail(k->c, ERR_REFUSED, "roundtrip.other_district", district);
    return str_eq(fact(f, "check"), file_check(k, reg, f->seq, f->ids.at, f->ids.n)) ||
           fail(k->c, ERR_REFUSED, "roundtrip.foreign");
}

// "Title *" and blanks do no harm; what is no column of the register is told.
static bool take_headings(struct call *k, struct register_file *f)
{
    size_t found = 0;
    const str key[] = {message_text(k->c->a, LANG_ZH, "roundtrip.key", NULL, 0),
                       message_text(k->c->a, LANG_EN, "roundtrip.key", NULL, 0)};
    const str result[] = {message_text(k->c->a, LANG_ZH, "roundtrip.result", NULL, 0),
                          message_text(k->c->a, LANG_EN, "roundtrip.result", NULL, 0)};
    f->at = arena_alloc(k->c->a, ((size_t)f->sheet->cols + 2) * sizeof(*f->at));
    for (int col = 1; col <= f->sheet->cols; col++) {
        str text = cell_text(f->sheet, 1, col);
        if (!text.n) continue;
        if (str_eq(text, key[0]) || str_eq(text, key[1])) {
            f->key_column = f->key_column ? f->key_column : col;
            continue;
        }
        if (str_eq(text, result[0]) || str_eq(text, result[1])) {
            f->result_column = col;
            continue;
        }
        const struct register_column *c = column_find(k, &f->columns, text);
        bool twice = false;
        for (int i = 1; c && i < col; i++) twice = twice || f->at[i] == c;
        if (!c || twice) note_unread(k, f, 1, col, text, c ? "roundtrip.column_twice" : "roundtrip.no_column");
        else f->at[col] = c;
        found += c && !twice;
    }
    return found > 0 || fail(k->c, ERR_REFUSED, "roundtrip.no_headings", f->reg->def.name);
}

// What stands where no column is, other sheets, formulas.
static void note_rest(struct call *k, struct register_file *f, const struct workbook *wb)
{
    const struct sheet *s = f->sheet;
    for (size_t i = 0; i < s->cells.n; i++) {
        const struct cell *c = &s->cells.at[i];
        bool known = c->col == f->key_column || c->col == f->result_column || f->at[c->col];
        if (c->row > 1 && !known) note_unread(k, f, c->row, c->col, c->text, "roundtrip.outside");
        if (known && c->formula && !c->fault && f->formulas.n < FORMULAS_MAX)
            VEC_ADD(k->c->a, &f->formulas, sheet_ref(k->c->a, c->row, c->col));
    }
    for (size_t i = 0; i < wb->sheets.n; i++) {
        const struct sheet *other = &wb->sheets.at[i];
        if (other != s && !other->hidden && other->cells.n)
            note_unread(k, f, 0, 0, other->name, "roundtrip.other_sheet");
    }
}

bool file_open(struct call *k, const struct register_info *reg, str hash, struct register_file *f)
{
    str bytes;
    const struct sheet *facts = NULL;
    struct workbook *wb = ARENA_NEW(k->c->a, struct workbook);
    *f = (struct register_file){.reg = reg};
    if (!register_columns(k, reg, &f->columns)) return false;
    if (!file_read(k->c, k->ledger, hash, ROUNDTRIP_FILE_MAX, &bytes) || !xlsx_read(k->c, bytes, wb)) return false;
    for (size_t i = 0; i < wb->sheets.n; i++) {
        const struct sheet *s = &wb->sheets.at[i];
        if (str_is(s->name, "_bihuan")) facts = s;
        else if (!f->sheet && !s->hidden && s->cells.n) f->sheet = s;
    }
    if (!f->sheet) return fail(k->c, ERR_REFUSED, "roundtrip.no_headings", reg->def.name);
    if (f->sheet->rows > ROUNDTRIP_ROWS + 1)
        return fail(k->c, ERR_TOO_LARGE, "roundtrip.too_many", str_printf(k->c->a, "%d", ROUNDTRIP_ROWS));
    f->foreign = facts == NULL;
    if (facts && (!take_facts(k, facts, f) || !check_facts(k, f))) return false;
    if (!take_headings(k, f)) return false;
    if (f->foreign && f->key_column) return fail(k->c, ERR_REFUSED, "roundtrip.no_facts");
    note_rest(k, f, wb);
    return ctx_ok(k->c);
}
