/* From a pasted text to rows, and from a row to the command its table feeds. */
#include "exchange/csv/csv.h"
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/pack/pack_row.h"
#include "ledger/registers/declare.h"
#include "ledger/registers/registers_internal.h"

// A table is known by a heading that no table above it in this list has.
static const struct feed {
    const char *mark, *and, *command;
} FEEDS[] = {
    {"steps", NULL, "loop.declare"},          {"code_pattern", NULL, "register.declare"},
    {"required_at", NULL, "register.field"},  {"amount", "register", "register.clock"},
    {"amount", NULL, "rule.set_clock"},       {"below_days", NULL, "rule.set_light"},
    {"word", NULL, "rule.add_word"},
};

enum { BODY_MAX = 64 * 1024 };

/* --- cutting --- */

void declare_fault(struct call *k, struct declare_report *r, str table, int line, str column, const struct error *e)
{
    if (r->faults.n >= DECLARE_FAULTS_MAX) return;
    struct declare_fault *f = VEC_PUSH(k->c->a, &r->faults);
    *f = (struct declare_fault){table, column, line, *e};
}

static void fault(struct call *k, struct declare_report *r, str table, int line, str column, const char *id, str arg)
{
    struct error e = {.code = ERR_INVALID, .id = id, .field = column, .args = {arg, column}, .n_args = 2};
    e.position = -1;
    declare_fault(k, r, table, line, column, &e);
}

// The end of the line that begins at from; inside quotes a line end is part of a cell.
static size_t line_end(str text, size_t from, bool *quoted)
{
    size_t i = from;
    for (; i < text.n; i++) {
        if (text.p[i] == '"') *quoted = !*quoted;
        if (text.p[i] == '\n') break;
    }
    return i;
}

static bool read_table(struct call *k, struct declare_report *r, struct declare_table *t, str text)
{
    struct ctx own = {.a = k->c->a, .lang = k->c->lang, .err = {.position = -1}};
    if (!csv_read(&own, text, &t->sheet)) {
        declare_fault(k, r, t->name, t->line, STR_EMPTY, &own.err);
        return false;
    }
    for (int col = 1; col <= t->sheet.cols; col++) {
        const struct cell *cell = sheet_at(&t->sheet, 1, col);
        str head = cell ? cell->text : STR_EMPTY;
        for (size_t i = 0; i < t->heads.n; i++)
            if (head.n && str_eq(t->heads.at[i], head))
                fault(k, r, t->name, t->line, head, "pack.column_twice", head);
        VEC_ADD(k->c->a, &t->heads, head);
    }
    return true;
}

bool declare_cut(struct call *k, str name, str text, int first_line, struct declare_report *report, struct list *tables)
{
    VEC(struct declare_table) found = {.at = tables->at, .n = tables->n, .cap = tables->n};
    int line = first_line;
    for (size_t at = 0; at < text.n && arena_ok(k->c->a);) {
        size_t begin = at;
        VEC(int) lines = {0};
        int first = line;
        while (at < text.n) { // rows of one table
            bool quoted = false;
            size_t end = line_end(text, at, &quoted);
            int here = line++;
            if (!quoted && str_trim(str_sub(text, at, end - at)).n == 0) {
                if (lines.n) {
                    line--; // the next round begins with it
                    break;
                }
                at = begin = end + 1; // an empty line above a table
                first = line;
                continue;
            }
            while (quoted && end < text.n) {
                end = line_end(text, end + 1, &quoted);
                line++;
            }
            VEC_ADD(k->c->a, &lines, here);
            at = end + 1;
        }
        if (lines.n == 0) break;
        struct declare_table t = {.name = name, .line = first, .lines = lines.at, .n_lines = (int)lines.n};
        size_t stop = at < text.n ? at : text.n;
        if (read_table(k, report, &t, str_sub(text, begin, stop - begin))) VEC_ADD(k->c->a, &found, t);
    }
    *tables = (struct list){found.at, found.n};
    return ctx_ok(k->c);
}

static int line_of(const struct declare_table *t, int row)
{
    return row >= 1 && row <= t->n_lines ? t->lines[row - 1] : t->line + row - 1;
}

static bool has_head(const struct declare_table *t, const char *head)
{
    for (size_t i = 0; i < t->heads.n; i++)
        if (str_is(t->heads.at[i], head)) return true;
    return false;
}

static const struct command *command_of(const struct declare_table *t)
{
    for (size_t i = 0; i < COUNT_OF(FEEDS); i++)
        if (has_head(t, FEEDS[i].mark) && (!FEEDS[i].and || has_head(t, FEEDS[i].and)))
            return command_find(str_of(FEEDS[i].command));
    return NULL;
}

/* --- a row --- */

static str cell_at(const struct declare_table *t, int row, size_t col)
{
    const struct cell *c = sheet_at(&t->sheet, row, (int)col + 1);
    return c ? c->text : STR_EMPTY;
}

static bool body_of(struct call *k, struct declare_report *r, const struct declare_table *t, const struct shape *s,
                    int row, str *body)
{
    struct buf b;
    struct json j;
    bool good = true, any = false;
    buf_init(&b, k->c->a, BODY_MAX);
    jw_init(&j, &b);
    jw_object(&j);
    for (size_t i = 0; i < t->heads.n; i++) {
        const struct field *f = shape_field(s, t->heads.at[i]);
        str cell = cell_at(t, row, i);
        if (!f || cell.n == 0) continue;
        any = true;
        jw_key(&j, f->name);
        if (row_put_cell(&j, f, cell)) continue;
        fault(k, r, t->name, line_of(t, row), t->heads.at[i], "pack.bad_cell", cell);
        good = false;
    }
    jw_end(&j);
    *body = any && good ? buf_str(&b) : STR_EMPTY;
    return good && any;
}

// What the row changed: the first record of its own kind that was written, or the same as before.
static void note_change(struct call *k, struct declare_report *r, const struct declare_table *t, int row, size_t from)
{
    struct declare_change *c = VEC_PUSH(k->c->a, &r->changes);
    *c = (struct declare_change){.table = t->name, .line = line_of(t, row), .owner = STR_EMPTY};
    c->entity = entity_find(k->object_kind ? str_of(k->object_kind) : STR_EMPTY);
    c->id = k->object_id;
    for (size_t i = from; i < k->changes.n; i++) {
        const struct change *ch = &k->changes.at[i];
        if (ch->entity != c->entity || ch->id != k->object_id) continue;
        c->before = ch->before;
        c->after = ch->after;
        break;
    }
    for (size_t i = 0; i < t->heads.n; i++)
        if (str_is(t->heads.at[i], "register")) c->owner = cell_at(t, row, i);
        else if (str_is(t->heads.at[i], "code") && c->entity == &REGISTER) c->owner = cell_at(t, row, i);
}

static bool machine(enum error_code code)
{
    return code == ERR_STORE || code == ERR_NO_MEMORY || code == ERR_INTERNAL || code == ERR_BUSY ||
           code == ERR_UNKNOWN;
}

// Runs a row in a context of its own, so that its fault is one of many.
static bool run_row(struct call *k, struct declare_report *r, const struct declare_table *t, const struct command *cmd,
                    int row, str body)
{
    struct ctx own = {.a = k->c->a, .lang = k->c->lang, .err = {.position = -1}}, *kept = k->c;
    struct buf scratch;
    struct json answer;
    void *args = arena_alloc(kept->a, cmd->args->size);
    uint64_t given = 0;
    size_t from = k->changes.n;
    buf_init(&scratch, kept->a, 1024 * 1024);
    jw_init(&answer, &scratch);
    jw_object(&answer);
    k->c = &own;
    bool ok = args_parse(k, cmd->args, body, args, &given);
    if (ok && !actor_has(k, cmd->roles | ROLE_SYSTEM))
        ok = fail(k->c, ERR_FORBIDDEN, "command.forbidden", str_of(own.lang == LANG_EN ? cmd->en : cmd->zh),
                  roles_text(k, cmd->roles));
    ok = ok && cmd->run(k, args, given, &answer);
    k->c = kept;
    if (ok) note_change(k, r, t, row, from);
    else if (machine(own.err.code))
        return fail_with(kept, own.err.code, own.err.id, own.err.field, own.err.position, own.err.args, own.err.n_args);
    else declare_fault(k, r, t->name, line_of(t, row), own.err.field, &own.err);
    return ctx_ok(kept);
}

static bool heads_known(struct call *k, struct declare_report *r, const struct declare_table *t, const struct shape *s)
{
    bool good = true;
    for (size_t i = 0; i < t->heads.n; i++) {
        str head = t->heads.at[i];
        if (head.n == 0 || head.p[0] == '#' || shape_field(s, head)) continue;
        fault(k, r, t->name, t->line, head, "pack.unknown_column", head);
        good = false;
    }
    return good;
}

static bool run_table(struct call *k, struct declare_report *r, const struct declare_table *t)
{
    const struct command *cmd = command_of(t);
    if (!cmd) {
        fault(k, r, t->name, t->line, STR_EMPTY, "register.unknown_table", t->heads.n ? t->heads.at[0] : STR_EMPTY);
        return true;
    }
    if (!heads_known(k, r, t, cmd->args)) return true;
    for (int row = 2; row <= t->sheet.rows; row++) {
        str body;
        if (body_of(k, r, t, cmd->args, row, &body) && !run_row(k, r, t, cmd, row, body)) return false;
    }
    return ctx_ok(k->c);
}

static size_t feed_of(const struct declare_table *t)
{
    for (size_t i = 0; i < COUNT_OF(FEEDS); i++)
        if (has_head(t, FEEDS[i].mark) && (!FEEDS[i].and || has_head(t, FEEDS[i].and))) return i;
    return COUNT_OF(FEEDS);
}

// In the order of FEEDS: loops before the registers that run them, registers before their fields.
bool declare_rows(struct call *k, const struct list *tables, struct declare_report *report)
{
    const struct declare_table *at = tables->at;
    for (size_t feed = 0; feed <= COUNT_OF(FEEDS); feed++)
        for (size_t i = 0; i < tables->n; i++)
            if (feed_of(&at[i]) == feed && !run_table(k, report, &at[i])) return false;
    return true;
}
