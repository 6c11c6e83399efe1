/* Rows done one by one, each by the function of the command that a person would use, under a savepoint. */
#include "ledger/args.h"
#include "ledger/grid/grid.h"
#include "ledger/item/loop.h"
#include "ledger/roundtrip/roundtrip.h"

struct doing {
    const struct register_file *f;
    const struct file_row *row;
    const struct command *command;
};

static const struct command *command_for(const struct file_row *row)
{
    if (!row->now) return command_find(STR("item.draft"));
    bool prepared = (state_bit(row->now->it.state) & (IN_DRAFTED | IN_APPROVED)) != 0;
    return command_find(prepared ? STR("item.edit") : STR("item.fill"));
}

static void put_fields(struct json *j, const struct file_row *row)
{
    bool any = false;
    for (size_t i = 0; i < row->cells.n; i++) any = any || row->cells.at[i].col->declared;
    if (!any) return;
    jw_key(j, "fields");
    jw_array(j);
    for (size_t i = 0; i < row->cells.n; i++) {
        const struct file_cell *c = &row->cells.at[i];
        if (!c->col->declared) continue;
        jw_object(j);
        jw_put_text(j, "field", c->col->code);
        jw_put_text(j, "value", c->plain);
        jw_end(j);
    }
    jw_end(j);
}

static str body_of(struct call *k, const struct doing *d)
{
    struct buf b;
    struct json j;
    buf_init(&b, k->c->a, 512 * 1024);
    jw_init(&j, &b);
    jw_object(&j);
    if (d->row->now) {
        jw_put_id(&j, "item", d->row->item);
        jw_put_int(&j, "version", d->row->version);
    } else {
        jw_put_id(&j, "register", d->f->reg->def.id);
    }
    for (size_t i = 0; i < d->row->cells.n; i++) {
        const struct file_cell *c = &d->row->cells.at[i];
        if (c->col->declared) continue;
        jw_key(&j, c->col->argument);
        if (c->plain.n) jw_text(&j, c->plain);
        else jw_null(&j);
    }
    put_fields(&j, d->row);
    jw_end(&j);
    return buf_str(&b);
}

static bool do_row(struct call *k, void *arg)
{
    const struct doing *d = arg;
    const struct command *cmd = d->command;
    struct buf told;
    struct json out;
    uint64_t given;
    void *args = arena_alloc(k->c->a, cmd->args->size);
    if (!actor_has(k, cmd->roles | ROLE_SYSTEM))
        return fail(k->c, ERR_FORBIDDEN, "command.forbidden", str_of(k->c->lang == LANG_EN ? cmd->en : cmd->zh),
                    roles_text(k, cmd->roles));
    buf_init(&told, k->c->a, 64 * 1024);
    jw_init(&out, &told);
    jw_object(&out);
    return args_parse(k, cmd->args, body_of(k, d), args, &given) && cmd->run(k, args, given, &out);
}

// "due", "fields.homes", "fields[0].value" as a column of the sheet; 0: none that the file has.
static int column_of(const struct register_file *f, const struct file_row *row, str field)
{
    str code = str_starts(field, STR("fields.")) ? str_from(field, 7) : field;
    size_t nth = 0;
    int64_t wanted = -1;
    if (str_starts(field, STR("fields["))) {
        str rest = str_from(field, 7);
        if (!str_int(str_cut(&rest, STR("]")), &wanted)) return 0;
    }
    for (size_t i = 0; wanted >= 0 && i < row->cells.n; i++)
        if (row->cells.at[i].col->declared && (int64_t)nth++ == wanted) return row->cells.at[i].column;
    for (int col = 1; col <= f->sheet->cols; col++)
        if (f->at[col] && (str_eq(f->at[col]->code, code) ||
                           (f->at[col]->fixed && f->at[col]->argument && str_is(code, f->at[col]->argument))))
            return col;
    return 0;
}

static void refuse(struct call *k, const struct register_file *f, struct file_row *row, str why, str field)
{
    int col = column_of(f, row, field);
    row->verdict = ROW_REFUSED;
    for (size_t i = 0; col && i < row->cells.n; i++) {
        if (row->cells.at[i].column != col) continue;
        file_cell_refuse(k, &row->cells.at[i], why);
        return;
    }
    if (!col) {
        row->why = why;
        return;
    }
    struct file_cell *c = file_cell_add(k, row, f->at[col], col);
    const struct cell *at = sheet_at(f->sheet, row->row, col);
    c->read = c->old = at ? at->text : STR_EMPTY;
    file_cell_refuse(k, c, why);
}

bool file_apply(struct call *k, struct register_file *f)
{
    for (size_t i = 0; i < f->rows.n; i++) {
        struct file_row *row = &f->rows.at[i];
        struct doing d = {f, row, command_for(row)};
        bool done;
        str why, field;
        if (row->verdict == ROW_CHANGED || row->verdict == ROW_NEW) {
            if (!attempt(k, do_row, &d, &done, &why, &field)) return false;
            if (!done) refuse(k, f, row, why, field);
            else f->cells += row->cells.n;
        }
        f->counts[row->verdict]++;
        if (!ctx_ok(k->c)) return false;
    }
    // Several items: the record is about none of them alone.
    k->object_kind = "register_def";
    k->object_id = f->reg->def.id;
    return true;
}
