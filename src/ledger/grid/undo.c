/*
 * items.undo: the journal knows what each cell was before; a change set of one's own is put back by the
 * same door as any other change. A cell that somebody changed since is not touched and told. What undo
 * writes is a change set too, so undoing it does the thing again.
 */
#include "ledger/args.h"
#include "ledger/grid/grid.h"
#include "ledger/item/item_records.h"
#include "ledger/journal/journal.h"
#include "ledger/names.h"
#include "ledger/sight.h"
#include "ledger/sqltext.h"

#include <jansson.h>

struct undo {
    int64_t seq, partial, preview;
};
#define AT(member) offsetof(struct undo, member)
static const struct field undo_fields[] = {
    {"seq", F_ID, AT(seq), 0, "操作序号", "number of the change", REQUIRED, NULL},
    {"partial", F_BOOL, AT(partial), 0, "跳过已被改动的", "leave out what was changed since", 0, NULL},
    {"preview", F_BOOL, AT(preview), 0, "只预览", "preview only", 0, NULL},
};
#undef AT
const struct shape undo_shape = {"items_undo", undo_fields, COUNT_OF(undo_fields), sizeof(struct undo)};

// A bulk change of the actor's own; another one's is not there.
static bool own_record(struct call *k, int64_t seq, struct journal_row *row)
{
    struct sqltext q;
    struct db_rows r;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT " JOURNAL_COLUMNS " FROM journal AS j WHERE j.district_id = $1 AND j.seq = ");
    sqltext_arg(&q, db_arg_int(seq));
    if (!sqltext_query(k, &q, "grid.record", &r)) return false;
    bool found = db_next(&r);
    if (found) journal_read(&r, 0, row);
    if (!db_done(&r)) return false;
    bool ours = found && row->account_id == k->actor.account_id &&
                (str_is(row->command, "items.edit_many") || str_is(row->command, "items.undo"));
    return ours || fail(k->c, ERR_NOT_FOUND, "record.not_found",
                        k->c->lang == LANG_EN ? STR("bulk change of yours") : STR("您的批量修改"),
                        str_printf(k->c->a, "%" PRId64, seq));
}

// A value as the journal keeps it into a field of a record.
static void stored(struct call *k, const struct field *f, const json_t *v, void *record)
{
    bool last = json_is_integer(v) && field_last(f) && json_integer_value(v) == field_last(f);
    if (f->type == F_DEC) *field_dec(f, record) = json_is_integer(v) ? (dec){json_integer_value(v)} : DEC_NONE;
    else if (field_is_int(f)) *field_int(f, record) = json_is_integer(v) && !last ? json_integer_value(v) : 0;
    else *field_str(f, record) = str_dup(k->c->a, (str){json_string_value(v), json_string_length(v)});
}

// Who changed the item last after the record, and when: for the sentence that says why a cell stays.
static bool changed_by(struct call *k, int64_t item, int64_t seq, str *who, str *when)
{
    struct sqltext q;
    struct db_rows r;
    struct names names;
    int64_t account = 0;
    *who = *when = STR_EMPTY;
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT j.account_id, j.happened_at FROM journal AS j WHERE j.district_id = $1 AND j.seq > ");
    sqltext_arg(&q, db_arg_int(seq));
    sqltext_add(&q, " AND j.seq IN (SELECT o.seq FROM journal_object AS o WHERE o.district_id = $1 AND o.object_id = ");
    sqltext_arg(&q, db_arg_int(item));
    sqltext_add(&q, ") ORDER BY j.seq DESC LIMIT 1");
    if (!sqltext_query(k, &q, "grid.changed_by", &r)) return false;
    if (db_next(&r)) {
        account = db_int(&r, 0);
        *when = str_sub(instant_text(k->c->a, db_int(&r, 1), k->zone_min), 0, 16);
        *when = str_replace(k->c->a, *when, STR("T"), STR(" "));
    }
    if (!db_done(&r)) return false;
    names_init(&names, k);
    return names_of(&names, "account", account, who);
}

// One cell back: refused when it no longer holds what the record put there.
static bool back(struct call *k, int64_t seq, struct grid_change *row, const struct grid_member *m, const json_t *pair)
{
    struct item then = row->before;
    struct grid_cell *c = change_cell(k, row, m);
    stored(k, c->column, json_array_get(pair, 1), &then);
    if (!field_same(c->column, &then, &row->before)) {
        str who, when;
        if (!changed_by(k, row->item, seq, &who, &when)) return false;
        c->refused = true;
        c->why = message_text(k->c->a, k->c->lang, "grid.changed_since", (str[]){who, when}, 2);
        return true;
    }
    stored(k, c->column, json_array_get(pair, 0), &then);
    cell_copy(c->column, &then, c->f, &row->edit);
    return true;
}

static struct grid_change *row_of(struct change_set *set, int64_t item)
{
    for (size_t i = 0; i < set->rows.n; i++)
        if (set->rows.at[i].item == item) return &set->rows.at[i];
    return NULL;
}

static int64_t stored_int(const json_t *fields, const char *name)
{
    return json_integer_value(json_array_get(json_object_get(fields, name), 0));
}

// A unit that stopped assisting because it became the lead assists again when the lead goes back.
static bool assist_back(struct call *k, struct grid_change *row, const json_t *fields)
{
    struct list now;
    bool lead_back = false;
    for (size_t i = 0; i < row->cells.n; i++)
        lead_back = lead_back || (!row->cells.at[i].refused && strcmp(row->cells.at[i].m->edit, "lead") == 0);
    if (!lead_back || row->with_assists) return true;
    if (!record_list(k, &ASSISTS_OF_ITEM, &now, ARG(k->district), ARG(row->item))) return false;
    struct draft_assist *at = arena_alloc(k->c->a, (now.n + 1) * sizeof *at);
    for (size_t i = 0; i <= now.n; i++) shape_init(&draft_assist_shape, &at[i]);
    int64_t unit = stored_int(fields, "unit_id");
    bool there = unit == row->edit.lead; // a record that put the list anew names what it kept, too
    for (size_t i = 0; i < now.n; i++) {
        const struct item_unit *u = &((struct item_unit *)now.at)[i];
        there = there || u->unit_id == unit;
        at[i].unit = u->unit_id;
        at[i].share = u->share_pct;
        at[i].duty = u->duty;
    }
    if (there) return true;
    const json_t *duty = json_array_get(json_object_get(fields, "duty"), 0);
    at[now.n].unit = unit;
    at[now.n].share = stored_int(fields, "share_pct");
    at[now.n].duty = str_dup(k->c->a, (str){json_string_value(duty), json_string_length(duty)});
    row->edit.assists = (struct list){at, now.n + 1};
    row->with_assists = true;
    return true;
}

static bool take_change(struct call *k, int64_t seq, const json_t *change, struct change_set *set)
{
    const char *entity = json_string_value(json_object_get(change, "e"));
    const json_t *fields = json_object_get(change, "f");
    if (entity && strcmp(entity, "item_unit") == 0) {
        struct grid_change *row = row_of(set, stored_int(fields, "item_id"));
        bool removed = strcmp(json_string_value(json_object_get(change, "op")), "remove") == 0;
        return !row || !removed || assist_back(k, row, fields);
    }
    if (!entity || strcmp(entity, "item") != 0) return true;
    struct grid_change *row = VEC_PUSH(k->c->a, &set->rows);
    row->item = json_integer_value(json_object_get(change, "id"));
    shape_init(&item_edit_shape, &row->edit);
    if (!item_load_seen(k, row->item, &row->before)) return false;
    row->version = row->before.version;
    for (size_t i = 0; i < N_GRID_MEMBERS; i++) {
        const json_t *pair = json_object_get(fields, GRID_MEMBERS[i].column);
        if (pair && !back(k, seq, row, &GRID_MEMBERS[i], pair)) return false;
    }
    return ctx_ok(k->c);
}

bool run_undo(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct undo *a = args;
    struct journal_row record;
    struct change_set set = {0};
    (void)given;
    if (!own_record(k, a->seq, &record)) return false;
    json_t *changes = json_loadb(record.changes.p, record.changes.n, 0, NULL);
    if (!changes) return ctx_ok(k->c) && fail(k->c, ERR_STORE, "journal.unreadable",
                                              str_printf(k->c->a, "%" PRId64, a->seq));
    bool ok = true;
    for (size_t i = 0; i < json_array_size(changes) && ok; i++)
        ok = take_change(k, a->seq, json_array_get(changes, i), &set);
    json_decref(changes);
    if (!ok || !change_set_apply(k, &set)) return false;
    // What stays as somebody else made it is left out knowingly, or nothing is done.
    if (a->partial && !a->preview) set.refused = 0;
    return change_set_tell(k, &set, a->preview != 0, out);
}
