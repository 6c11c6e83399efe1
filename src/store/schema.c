#include "store/schema.h"

#include "store/store_internal.h"

/* --- words --- */

struct lexer {
    str rest;
    str word; // a name, a number, one sign, or a whole string; "" at the end
};

static bool in_word(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_' || ch == '@';
}

static str without_blanks(str s)
{
    for (;;) {
        s = str_trim(s);
        if (!str_starts(s, STR("--"))) return s;
        str_cut(&s, STR("\n"));
    }
}

static void advance(struct lexer *x)
{
    str s = without_blanks(x->rest);
    size_t n = 0;
    while (n < s.n && in_word(s.p[n])) n++;
    if (n == 0 && s.n && s.p[0] == '\'') {
        size_t end = str_find(s, STR("'"), 1); // a doubled one ends a string and begins the next
        n = end == SIZE_MAX ? s.n : end + 1;
    } else if (n == 0 && s.n) {
        n = 1;
    }
    x->word = str_sub(s, 0, n);
    x->rest = str_from(s, n);
}

static bool is(const struct lexer *x, const char *word)
{
    return x->word.n == strlen(word) && strncasecmp(x->word.p, word, x->word.n) == 0;
}

static bool take(struct lexer *x, const char *word)
{
    if (!is(x, word)) return false;
    advance(x);
    return true;
}

static str take_word(struct lexer *x)
{
    str word = x->word;
    advance(x);
    return word;
}

// Goes on to the comma or the bracket that ends a part of a list, or to the statement's end.
static void skip_part(struct lexer *x)
{
    for (int depth = 0; x->word.n && !is(x, ";"); advance(x)) {
        if (depth == 0 && (is(x, ",") || is(x, ")"))) return;
        depth += is(x, "(") ? 1 : is(x, ")") ? -1 : 0;
    }
}

/* --- statements --- */

struct reading {
    struct ctx *c;
    struct schema *schema;
    struct lexer x;
};

static bool type_of(str word, enum column_type *type)
{
    static const char *const TOKENS[] = {
        [COLUMN_INT] = "@I64", [COLUMN_REAL] = "@F64", [COLUMN_TEXT] = "@TXT", [COLUMN_BYTES] = "@BIN"};
    for (size_t i = 0; i < COUNT_OF(TOKENS); i++) {
        if (!str_is(word, TOKENS[i])) continue;
        *type = (enum column_type)i;
        return true;
    }
    return false;
}

static bool add_to_key(struct reading *r, struct schema_table *t, str name)
{
    size_t at = schema_column(t, name);
    if (at != SIZE_MAX) VEC_ADD(r->c->a, &t->key, at);
    return at != SIZE_MAX;
}

static bool read_column(struct reading *r, struct schema_table *t)
{
    struct schema_column column = {.name = take_word(&r->x), .null = true};
    if (!type_of(take_word(&r->x), &column.type)) return false;
    VEC_ADD(r->c->a, &t->columns, column);
    while (r->x.word.n && !is(&r->x, ",") && !is(&r->x, ")") && !is(&r->x, ";")) {
        if (take(&r->x, "NOT")) {
            t->columns.at[t->columns.n - 1].null = !take(&r->x, "NULL");
        } else if (take(&r->x, "PRIMARY")) {
            if (!take(&r->x, "KEY") || !add_to_key(r, t, column.name)) return false;
        } else if (is(&r->x, "CHECK") || is(&r->x, "REFERENCES")) {
            skip_part(&r->x);
        } else {
            advance(&r->x);
        }
    }
    return true;
}

static bool read_key(struct reading *r, struct schema_table *t)
{
    if (!take(&r->x, "KEY") || !take(&r->x, "(")) return false;
    do {
        if (!add_to_key(r, t, take_word(&r->x))) return false;
    } while (take(&r->x, ","));
    return take(&r->x, ")");
}

static bool read_part(struct reading *r, struct schema_table *t)
{
    static const char *const OTHERS[] = {"FOREIGN", "UNIQUE", "CHECK", "CONSTRAINT"};
    if (take(&r->x, "PRIMARY")) return read_key(r, t);
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        if (!is(&r->x, OTHERS[i])) continue;
        skip_part(&r->x);
        return true;
    }
    return read_column(r, t);
}

static bool create_table(struct reading *r)
{
    static const char *const OWN[] = {"schema_version", "copy_progress"};
    struct schema_table *t = VEC_PUSH(r->c->a, &r->schema->tables);
    t->name = take_word(&r->x);
    for (size_t i = 0; i < COUNT_OF(OWN); i++) t->own = t->own || str_is(t->name, OWN[i]);
    if (!take(&r->x, "(")) return false;
    do {
        if (!read_part(r, t)) return false;
    } while (take(&r->x, ","));
    t->tenant = t->columns.n && str_is(t->columns.at[0].name, "district_id");
    return take(&r->x, ")") && t->key.n > 0;
}

static void remove_table(struct schema *s, size_t at)
{
    memmove(&s->tables.at[at], &s->tables.at[at + 1], (s->tables.n - at - 1) * sizeof *s->tables.at);
    s->tables.n--;
}

static bool drop_column(struct schema_table *t, str name)
{
    size_t at = schema_column(t, name);
    if (at == SIZE_MAX) return false;
    for (size_t i = 0; i < t->key.n; i++) {
        if (t->key.at[i] == at) return false;
        if (t->key.at[i] > at) t->key.at[i]--;
    }
    memmove(&t->columns.at[at], &t->columns.at[at + 1], (t->columns.n - at - 1) * sizeof *t->columns.at);
    t->columns.n--;
    return true;
}

static bool rename_to(struct reading *r, struct schema_table *t)
{
    if (take(&r->x, "TO")) {
        t->name = take_word(&r->x);
        return true;
    }
    size_t at = take(&r->x, "COLUMN") ? schema_column(t, take_word(&r->x)) : SIZE_MAX;
    if (at == SIZE_MAX || !take(&r->x, "TO")) return false;
    t->columns.at[at].name = take_word(&r->x);
    return true;
}

static size_t place_of(const struct schema *s, str name)
{
    size_t i = 0;
    while (i < s->tables.n && !str_eq(s->tables.at[i].name, name)) i++;
    return i;
}

static bool alter_table(struct reading *r)
{
    size_t at = place_of(r->schema, take_word(&r->x));
    if (at == r->schema->tables.n) return false;
    struct schema_table *t = &r->schema->tables.at[at];
    if (take(&r->x, "ADD")) return take(&r->x, "COLUMN") && read_column(r, t);
    if (take(&r->x, "DROP")) return take(&r->x, "COLUMN") && drop_column(t, take_word(&r->x));
    return take(&r->x, "RENAME") && rename_to(r, t);
}

static bool read_statement(struct reading *r)
{
    if (take(&r->x, "CREATE")) return !take(&r->x, "TABLE") || create_table(r); // else an index
    if (take(&r->x, "ALTER")) return take(&r->x, "TABLE") && alter_table(r);
    if (!take(&r->x, "DROP")) return true;
    if (!take(&r->x, "TABLE")) return false;
    if (take(&r->x, "IF")) advance(&r->x); // EXISTS
    size_t at = place_of(r->schema, take_word(&r->x));
    if (at < r->schema->tables.n) remove_table(r->schema, at);
    return true;
}

static bool read_text(struct ctx *c, struct schema *s, const char *name, const char *sql)
{
    struct reading r = {.c = c, .schema = s, .x = {.rest = str_of(sql)}};
    for (advance(&r.x); r.x.word.n; take(&r.x, ";")) {
        if (!read_statement(&r)) return fail(c, ERR_INTERNAL, "store.schema", str_of(name));
        while (r.x.word.n && !is(&r.x, ";")) advance(&r.x);
    }
    return ctx_ok(c);
}

/* --- the statements of a table --- */

static void add_columns(struct buf *b, const struct schema_table *t, bool key_only, bool descending)
{
    size_t n = key_only ? t->key.n : t->columns.n;
    for (size_t i = 0; i < n; i++) {
        if (i) buf_addz(b, ", ");
        buf_add(b, t->columns.at[key_only ? t->key.at[i] : i].name);
        if (descending) buf_addz(b, " DESC");
    }
}

// "(a, b) > ($2, $3)": what comes after a key, the district left out because it stands fast.
static void add_after(struct buf *b, const struct schema_table *t)
{
    size_t from = t->tenant ? 1 : 0;
    buf_addz(b, t->tenant ? " AND (" : " WHERE (");
    for (size_t i = from; i < t->key.n; i++) {
        if (i > from) buf_addz(b, ", ");
        buf_add(b, t->columns.at[t->key.at[i]].name);
    }
    buf_addz(b, ") > (");
    for (size_t i = from; i < t->key.n; i++) buf_printf(b, "%s$%zu", i > from ? ", " : "", i + 1);
    buf_addc(b, ')');
}

static struct stmt statement(struct ctx *c, const struct schema_table *t, const char *what,
                             const struct buf *b)
{
    return (struct stmt){str_z(c->a, str_printf(c->a, "%.*s.%s", STR_FMT(t->name), what)),
                         str_z(c->a, buf_str(b))};
}

static struct stmt select_rows(struct ctx *c, const struct schema_table *t, const char *what,
                               bool after, bool last)
{
    struct buf b;
    size_t parameters = t->tenant ? 1 : 0;
    buf_init(&b, c->a, 64 * 1024);
    buf_addz(&b, "SELECT ");
    add_columns(&b, t, last, false);
    buf_addz(&b, " FROM ");
    buf_add(&b, t->name);
    if (t->tenant) buf_addz(&b, " WHERE district_id = $1");
    if (after && t->key.n > parameters) {
        add_after(&b, t);
        parameters = t->key.n;
    }
    buf_addz(&b, " ORDER BY ");
    add_columns(&b, t, true, last);
    if (last) buf_addz(&b, " LIMIT 1");
    else buf_printf(&b, " LIMIT $%zu", parameters + 1);
    return statement(c, t, what, &b);
}

static void make_statements(struct ctx *c, struct schema_table *t)
{
    struct buf b;
    t->first_rows = select_rows(c, t, "first_rows", false, false);
    t->next_rows = select_rows(c, t, "next_rows", true, false);
    t->last_key = select_rows(c, t, "last_key", false, true);
    buf_init(&b, c->a, 64 * 1024);
    buf_addz(&b, "INSERT INTO ");
    buf_add(&b, t->name);
    buf_addc(&b, '(');
    add_columns(&b, t, false, false);
    buf_addz(&b, ") VALUES(");
    for (size_t i = 0; i < t->columns.n; i++) buf_printf(&b, "%s$%zu", i ? ", " : "", i + 1);
    buf_addc(&b, ')');
    t->insert = statement(c, t, "insert_row", &b);
    buf_init(&b, c->a, 1024);
    buf_addz(&b, "SELECT 1 FROM ");
    buf_add(&b, t->name);
    buf_addz(&b, " LIMIT 1");
    t->any = statement(c, t, "any_row", &b);
    buf_init(&b, c->a, 1024);
    buf_addz(&b, "SELECT district_id FROM ");
    buf_add(&b, t->name);
    buf_addz(&b, " WHERE district_id > $1 ORDER BY district_id LIMIT 1");
    t->next_district = statement(c, t, "next_district", &b);
}

static bool read_set(struct ctx *c, const struct migration_set *set, int version, struct schema *out)
{
    *out = (struct schema){.version = version};
    if (out->version == 0) return true;
    if (!read_text(c, out, "schema_version", CREATE_VERSION)) return false;
    for (int i = 0; i < out->version; i++)
        if (!read_text(c, out, set->at[i].name, set->at[i].sql)) return false;
    for (size_t i = 0; i < out->tables.n; i++) make_statements(c, &out->tables.at[i]);
    return ctx_ok(c);
}

bool schema_read(struct ctx *c, const struct store *s, struct schema *out)
{
    return read_set(c, s->migrations, s->schema_version, out);
}

bool schema_shipped(struct ctx *c, struct schema *out)
{
    return read_set(c, &STORE_MIGRATIONS, store_schema_latest(), out);
}

const struct schema_table *schema_table(const struct schema *s, str name)
{
    size_t at = place_of(s, name);
    return at < s->tables.n ? &s->tables.at[at] : NULL;
}

size_t schema_column(const struct schema_table *t, str name)
{
    for (size_t i = 0; i < t->columns.n; i++)
        if (str_eq(t->columns.at[i].name, name)) return i;
    return SIZE_MAX;
}
