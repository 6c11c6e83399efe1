/*
 * Tamper evidence. Every table is altered with a raw connection, one value at a time, and each time
 * the record and the field must be named, and nothing else; then it is put back and all is clean
 * again. The chain is cut, renumbered, swapped and rewritten. The program's exit codes are those of
 * its help.
 */
#include "ledger_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include "ledger/check.h"
#include "ledger/files.h"
#include "ledger/sm3.h"

// The ledger stays open for reading; the raw connection writes beside it, as a shell would.
static struct raw *beside(struct fx *fx)
{
    fx_close(fx);
    struct raw *r = raw_open(&fx->ground);
    struct ledger_options o = {.store_url = str_of(fx->ground.url),
                               .files_dir = str_printf(fx->a, "%s/files", fx->folder),
                               .read_only = true};
    error_clear(&fx->c);
    check(ledger_open(&fx->c, &o, &fx->l));
    return r;
}

static void beside_no_more(struct fx *fx, struct raw *r)
{
    raw_close(r);
    fx_reopen(fx);
}

enum look { CHAIN, STATE, EVERYTHING };

// The findings as one text, a line each; *n how many.
static str look(struct fx *fx, enum look what, size_t *n)
{
    struct ctx c = {.a = arena_new(SIZE_MAX)};
    struct arena *kept = arena_new(SIZE_MAX);
    struct findings f;
    struct check_result result;
    struct buf b;
    int64_t count;
    error_clear(&c);
    findings_init(&f, kept, LANG_EN);
    bool ok = what == CHAIN   ? ledger_verify(&c, fx->l, 1, &f, &count)
              : what == STATE ? ledger_compare(&c, fx->l, 1, &f, &count)
                              : ledger_check(&c, fx->l, 1, &f, &result);
    if (!ok) print_error("%s\n", c.err.id);
    check(ok);
    buf_init(&b, fx->a, SIZE_MAX);
    // What was changed behind the ledger's back differs from what search derived of it, too: not counted here.
    size_t derived = 0;
    for (size_t i = 0; i < f.lines.n; i++) {
        if (str_starts(f.lines.at[i], STR("The search differs"))) derived++;
        else buf_printf(&b, "%.*s\n", STR_FMT(f.lines.at[i]));
    }
    *n = f.lines.n - derived + f.more;
    arena_free(kept);
    arena_free(c.a);
    return buf_str(&b);
}

static void expect(struct fx *fx, enum look what, size_t n, const char *part, const char *second)
{
    size_t found;
    str text = look(fx, what, &found);
    if (found == n && str_has(text, str_of(part)) && str_has(text, str_of(second))) return;
    print_error("want %zu finding(s) with \"%s\" and \"%s\", got %zu:\n%.*s", n, part, second,
                found, STR_FMT(text));
    check(!"findings");
}

/* --- a history with every kind of row --- */

static void history(struct fx *fx)
{
    struct ctx c = {.a = fx->a};
    str hash;
    int64_t item = fx_item(fx, "有完整历史的事项"), child = fx_item(fx, "子事项"),
            parent = fx_item(fx, "上级");
    fx_do(fx, "sup", "item.edit",
          "{'item':'%" PRId64 "','version':1,'assists':[{'unit':'ZJW','share':20,'duty':'配合'}]}",
          item);
    fx_do(fx, "sup", "item.edit", "{'item':'%" PRId64 "','version':1,'parent':'%" PRId64 "'}",
          child, parent);
    fx_walk(fx, parent, "accepted");
    fx_do(fx, "leader", "item.waive",
          "{'item':'%" PRId64 "','child':'%" PRId64 "','reason':'跨年'}", parent, child);
    fx_walk(fx, item, "accepted");
    error_clear(&c);
    check(file_store(&c, fx->l, STR("现场照片"), &hash));
    fx_do(fx, "fgw", "evidence.add",
          "{'item':'%" PRId64 "','file_hash':'%.*s','file_name':'a.txt','media_type':'text/"
                              "plain','bytes':12,'secrecy':'internal'}",
          item, STR_FMT(hash));
    int64_t evidence = fx_id(fx, "evidence");
    fx_do(
        fx, "fgw", "item.report",
        "{'item':'%" PRId64
        "','period':'2023-01','progress':20,'quantity':'1.5','narrative':'x','evidence':['%" PRId64
        "']}",
        item, evidence);
    fx_do(fx, "sup", "item.urge", "{'item':'%" PRId64 "','body':'请抓紧'}", item);
    fx_do(fx, "fgw", "item.ask_change",
          "{'item':'%" PRId64 "','kind':'due','wish':'x','reason':'y','new_due':'2023-11-30'}",
          item);
    fx_do(fx, "leader", "item.decide_change",
          "{'change':'%" PRId64 "','approve':true,'opinion':'同意'}", fx_id(fx, "change"));
    int64_t done = fx_item(fx, "办结事项");
    fx_walk(fx, done, "closed");
    fx_do(fx, "fgw", "item.object", "{'item':'%" PRId64 "','grounds':'x'}", done);
    fx_do(fx, "system", "calendar.add_stop",
          "{'first':'2023-08-01','last':'2023-08-02','name':'停','source':'示例'}");
    check(fx_try(fx, "sup", "item.draft", fx_json(fx, "{'register':'ZDRW','title':'带键'}"),
                 "a-key"));
    check_int(fx_findings(fx), 0);
}

/* --- state --- */

// Every column of the first and the last record of an entity, each changed alone and put back.
static size_t alter_columns(struct fx *fx, struct raw *r, const struct entity *e, int64_t id)
{
    size_t named = 0;
    for (size_t i = 0; i < e->shape->n; i++) {
        const struct field *f = &e->shape->fields[i];
        bool integer = field_is_int(f) || f->type == F_DEC;
        char to[200], text[600];
        if (integer) snprintf(to, sizeof to, "coalesce(%s, 0) + 1", f->name);
        else snprintf(to, sizeof to, "coalesce(%s, '') || 'x'", f->name);
        check_row("%s.%s of %" PRId64, e->name, f->name, id);
        snprintf(
            text, sizeof text,
            "CREATE TEMP TABLE kept AS SELECT * FROM %s WHERE district_id = 1 AND id = %" PRId64,
            e->name, id);
        raw_run(r, text);
        snprintf(text, sizeof text, "UPDATE %s SET %s = %s WHERE district_id = 1 AND id = %" PRId64,
                 e->name, f->name, to, id);
        raw_run(r, text);
        char want[64];
        snprintf(want, sizeof want, "(%s) %" PRId64, e->name, id);
        if (i >= 2) {
            char field[80];
            snprintf(field, sizeof field, "(%s)", f->name);
            expect(fx, STATE, 1, want, field);
        } else if (i == 1) {
            expect(fx, STATE, 2, want, "unknown to the journal");
        } else {
            expect(fx, STATE, 1, want, "missing");
        }
        named++;
        snprintf(text, sizeof text,
                 "DELETE FROM %s WHERE (district_id = 1 AND id IN (%" PRId64 ", %" PRId64
                 ")) OR (district_id = 2 AND id = %" PRId64 ");"
                 "INSERT INTO %s SELECT * FROM kept; DROP TABLE kept",
                 e->name, id, id + 1, id, e->name);
        raw_run(r, text);
    }
    return named;
}

static void every_column_of_every_table_is_watched(void **state)
{
    struct fx *fx = *state;
    history(fx);
    size_t named = 0, tables = 0;
    struct list rows[256];
    check(N_ENTITIES < COUNT_OF(rows));
    for (size_t i = 0; i < N_ENTITIES; i++) rows[i] = fx_rows(fx, ENTITIES[i]);
    struct raw *r = beside(fx);
    for (size_t i = 0; i < N_ENTITIES; i++) {
        const struct entity *e = ENTITIES[i];
        if ((e->flags & ENTITY_EPHEMERAL) || rows[i].n == 0) continue;
        const void *last = (char *)rows[i].at + (rows[i].n - 1) * e->shape->size;
        named += alter_columns(fx, r, e, *field_int(&e->shape->fields[1], (void *)(uintptr_t)last));
        tables++;
    }
    print_message("%zu columns of %zu tables altered and named\n", named, tables);
    check(tables >= 25);
    expect(fx, EVERYTHING, 0, "", "");
    beside_no_more(fx, r);
}

// NULL, 0 and '' are three things: a clock that stopped "at 0" would vanish from every list.
static void nothing_is_not_nought(void **state)
{
    static const struct {
        const char *change, *back, *table, *field;
    } rows[] = {
        {"UPDATE clock_run SET stopped_at = 0 WHERE stopped_at IS NULL AND id = (SELECT max(id) "
         "FROM clock_run)",
         "UPDATE clock_run SET stopped_at = NULL WHERE stopped_at = 0", "(clock_run)",
         "(stopped_at)"},
        {"UPDATE item SET parent_id = 0 WHERE parent_id IS NULL AND id = (SELECT max(id) FROM "
         "item)",
         "UPDATE item SET parent_id = NULL WHERE parent_id = 0", "(item)", "(parent_id)"},
        {"UPDATE item SET place = '' WHERE place IS NULL AND id = (SELECT max(id) FROM item)",
         "UPDATE item SET place = NULL WHERE place = ''", "(item)", "(place)"},
        {"UPDATE item SET due_day = 0 WHERE due_day = 99991231 AND id = (SELECT max(id) FROM item)",
         "UPDATE item SET due_day = 99991231 WHERE due_day = 0", "(item)", "(due_day)"},
        {"UPDATE item SET quantity = 0 WHERE quantity IS NULL AND id = (SELECT max(id) FROM item)",
         "UPDATE item SET quantity = NULL WHERE quantity = 0", "(item)", "(quantity)"},
    };
    struct fx *fx = *state;
    fx_walk(fx, fx_item(fx, "在办"), "accepted");
    fx_do(fx, "sup", "item.draft", "{'register':'ZDRW','title':'空'}");
    struct raw *r = beside(fx);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].change);
        raw_run(r, rows[i].change);
        check_int(raw_changed(r), 1);
        expect(fx, STATE, 1, rows[i].table, rows[i].field);
        raw_run(r, rows[i].back);
        expect(fx, STATE, 0, "", "");
    }
    beside_no_more(fx, r);
}

static void rows_that_come_and_go_are_named(void **state)
{
    static const struct {
        const char *table, *sql, *named, *how;
    } rows[] = {
        {"report", "DELETE FROM report WHERE id = (SELECT max(id) FROM report)", "(report)",
         "missing"},
        {"note",
         "INSERT INTO note(district_id, id, item_id, kind, body, account_id, sent_at) VALUES(1, "
         "77, 1, 'urge', 'x', 1, 1)",
         "(note) 77", "unknown to the journal"},
        {"journal_object", "DELETE FROM journal_object WHERE seq = (SELECT max(seq) FROM journal_object)",
         "index of objects lacks", ""},
        {"journal_object", "INSERT INTO journal_object(district_id, object_id, seq) VALUES(1, 5, 5)",
         "index of objects has a row", "object 5, record 5"},
        {"role_grant",
         "UPDATE role_grant SET role = 'leader' WHERE id = (SELECT max(id) FROM role_grant)",
         "(role_grant)", "(role)"},
    };
    struct fx *fx = *state;
    history(fx);
    struct raw *r = beside(fx);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[200];
        const char *table = rows[i].table;
        check_row("%s", rows[i].sql);
        snprintf(text, sizeof text, "CREATE TEMP TABLE kept AS SELECT * FROM %s", table);
        raw_run(r, text);
        raw_run(r, rows[i].sql);
        expect(fx, EVERYTHING, 1, rows[i].named, rows[i].how);
        snprintf(text, sizeof text,
                 "DELETE FROM %s; INSERT INTO %s SELECT * FROM kept; DROP TABLE kept", table, table);
        raw_run(r, text);
    }
    beside_no_more(fx, r);
    check_int(fx_findings(fx), 0);
}

/* --- the chain --- */

static void every_column_of_the_journal_is_hashed(void **state)
{
    static const char *const ints[] = {"happened_at", "account_id", "session_id", "object_id",
                                       "last_id"};
    static const char *const texts[] = {"login",  "command",  "args",      "object_kind", "changes",
                                        "answer", "idem_key", "body_hash", "prev_hash",   "hash"};
    struct fx *fx = *state;
    history(fx);
    struct raw *r = beside(fx);
    static const char *const which[] = {"1", "(SELECT max(seq) / 2 FROM journal)",
                                        "(SELECT max(seq) FROM journal)"};
    for (size_t w = 0; w < COUNT_OF(which); w++)
        for (size_t i = 0; i < COUNT_OF(ints) + COUNT_OF(texts); i++) {
            bool integer = i < COUNT_OF(ints);
            const char *column = integer ? ints[i] : texts[i - COUNT_OF(ints)];
            char text[600];
            check_row("%s of %s", column, which[w]);
            snprintf(text, sizeof text,
                     "CREATE TEMP TABLE kept AS SELECT * FROM journal WHERE seq = %s", which[w]);
            raw_run(r, text);
            // One byte: the last digit of a number, the last letter of a text.
            if (integer)
                snprintf(text, sizeof text,
                         "UPDATE journal SET %s = %s + 1 WHERE seq = (SELECT seq FROM kept)",
                         column, column);
            else
                snprintf(text, sizeof text,
                         "UPDATE journal SET %s = CASE WHEN coalesce(%s, '') = '' THEN 'x' ELSE"
                         " substr(%s, 1, length(%s) - 1) || CASE WHEN substr(%s, length(%s)) = '0' "
                         "THEN '1' ELSE '0' END END"
                         " WHERE seq = (SELECT seq FROM kept)",
                         column, column, column, column, column, column);
            raw_run(r, text);
            int64_t seq = raw_int(r, "SELECT seq FROM kept");
            size_t n;
            str found = look(fx, CHAIN, &n);
            if (n != 1 || !str_has(found, str_printf(fx->a, "record %" PRId64 " (", seq)))
                print_error("%.*s", STR_FMT(found));
            check_int(n, 1);
            check(str_has(found, str_printf(fx->a, "record %" PRId64 " (", seq)));
            raw_run(r, "DELETE FROM journal WHERE seq = (SELECT seq FROM kept); INSERT INTO journal "
                    "SELECT * FROM kept; DROP TABLE kept");
        }
    static const char *const head[] = {"seq = seq - 1",
                                       "hash = replace(hash, substr(hash, 1, 1), 'g')",
                                       "last_id = last_id + 1", "last_id = last_id - 1"};
    for (size_t i = 0; i < COUNT_OF(head); i++) {
        char text[200];
        check_row("head %s", head[i]);
        raw_run(r, "CREATE TEMP TABLE kept AS SELECT * FROM journal_head");
        snprintf(text, sizeof text, "UPDATE journal_head SET %s", head[i]);
        raw_run(r, text);
        expect(fx, CHAIN, 1, "head", "");
        raw_run(r, "DELETE FROM journal_head; INSERT INTO journal_head SELECT * FROM kept; DROP TABLE "
                "kept");
    }
    // What caches go by follows from the records, so it is found where the state is made again.
    raw_run(r, "CREATE TEMP TABLE kept AS SELECT * FROM journal_head");
    raw_run(r, "UPDATE journal_head SET rules_seq = rules_seq + 1");
    expect(fx, STATE, 1, "head", "changed the rules last");
    expect(fx, CHAIN, 0, "", "");
    raw_run(r, "UPDATE journal_head SET rules_seq = rules_seq - 2");
    expect(fx, STATE, 1, "head", "changed the rules last");
    raw_run(r, "UPDATE journal_head SET rules_seq = 0"); // a store of before, where it was not counted
    expect(fx, STATE, 0, "", "");
    raw_run(r, "DELETE FROM journal_head; INSERT INTO journal_head SELECT * FROM kept; DROP TABLE kept");
    raw_run(r, "UPDATE journal SET idem_key = '' WHERE seq = 3");
    expect(fx, CHAIN, 1, "record 3 ", "altered");
    raw_run(r, "UPDATE journal SET idem_key = NULL WHERE seq = 3");
    expect(fx, EVERYTHING, 0, "", "");
    beside_no_more(fx, r);
}

static void a_cut_chain_is_seen(void **state)
{
    static const struct {
        const char *change, *named;
        size_t n;
    } rows[] = {
        {"DELETE FROM journal WHERE seq = 10", "record 10 expected, 11 found", 1},
        {"DELETE FROM journal WHERE seq = 1", "record 1 expected, 2 found", 1},
        {"DELETE FROM journal WHERE seq > (SELECT max(seq) - 3 FROM journal)", "head", 1},
        {"INSERT INTO journal SELECT district_id, -seq, happened_at, account_id, session_id, "
         "object_id, last_id, login, command, args,"
         " object_kind, changes, answer, NULL, body_hash, prev_hash, hash FROM journal WHERE seq = "
         "5",
         "-5", 3},
        {"UPDATE journal SET seq = 1000000 WHERE seq = 20", "record 20 expected, 21 found", 4},
        {"UPDATE journal SET seq = -1 WHERE seq = 30; UPDATE journal SET seq = 30 WHERE seq = 31; "
         "UPDATE journal SET seq = 31 WHERE seq = -1",
         "record 30 ", 2},
    };
    struct fx *fx = *state;
    history(fx);
    struct raw *r = beside(fx);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].change);
        raw_run(r, "CREATE TEMP TABLE kept AS SELECT * FROM journal");
        raw_run(r, rows[i].change);
        expect(fx, CHAIN, rows[i].n, rows[i].named, "");
        raw_run(r, "DELETE FROM journal; INSERT INTO journal SELECT * FROM kept; DROP TABLE kept");
        expect(fx, CHAIN, 0, "", "");
    }
    beside_no_more(fx, r);
}

struct forging {
    struct journal_row rows[8];
    size_t n;
};

static bool read_tail(struct ctx *c, struct db *db, void *arg)
{
    struct forging *f = arg;
    struct db_rows r;
    static const struct stmt tail = {
        "test.tail",
        "SELECT " JOURNAL_COLUMNS " FROM journal WHERE district_id = $1 ORDER BY seq DESC LIMIT 4"};
    if (!DB_QUERY(c, db, &r, &tail, ARG((int64_t)1))) return false;
    while (f->n < COUNT_OF(f->rows) && db_next(&r)) journal_read(&r, 0, &f->rows[f->n++]);
    return db_done(&r);
}

// Somebody who knows the rule of the chain rewrites its end and the head with it: the chain is
// whole again, but the tables still tell what was done. (A head exported before would tell too.)
static void a_rewritten_end_contradicts_the_state(void **state)
{
    struct fx *fx = *state;
    struct forging f = {0};
    struct ctx c = {.a = fx->a};
    char hex[SM3_HEX + 1];
    history(fx);
    int64_t item = fx_item(fx, "被改写的记录");
    error_clear(&c);
    check(store_read(&c, ledger_store(fx->l), read_tail, &f));
    struct journal_row *last = &f.rows[0];
    last->changes = str_replace(fx->a, last->changes, STR("被改写的记录"), STR("改写之后记录"));
    check(journal_hash(&c, 1, last, hex));
    struct raw *r = beside(fx);
    char text[4000];
    int length = snprintf(text, sizeof text,
                          "UPDATE journal SET changes = replace(changes, '被改写的记录', '改写之后记录'), "
                          "hash = '%s' WHERE seq = %" PRId64,
                          hex, last->seq);
    check(length > 0 && (size_t)length < sizeof text);
    raw_run(r, text);
    check_int(raw_changed(r), 1);
    expect(fx, CHAIN, 1, "head", "");
    snprintf(text, sizeof text, "UPDATE journal_head SET hash = '%s'", hex);
    raw_run(r, text);
    expect(fx, CHAIN, 0, "", "");
    snprintf(text, sizeof text, "(item) %" PRId64, item);
    expect(fx, STATE, 3, text, "(title)"); // title, its folded form, content
    beside_no_more(fx, r);
}

/* --- the program --- */

static int run(struct fx *fx, const char *words)
{
    char text[600];
    const char *program = getenv("BIHUAN");
    if (!program) skip();
    snprintf(text, sizeof text, "LANG=en %s %s --data %s --store %s >%s/out 2>&1", program, words,
             fx->folder, fx->ground.url, fx->folder);
    int status = system(text);
    check(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void exit_codes_tell_clean_from_findings(void **state)
{
    static const char *const looks[] = {"check", "journal verify", "rebuild --compare"};
    struct fx *fx = *state;
    fx_walk(fx, fx_item(fx, "出口码"), "closed");
    fx_close(fx);
    for (size_t i = 0; i < COUNT_OF(looks); i++) check_int(run(fx, looks[i]), 0);
    struct raw *r = raw_open(&fx->ground);
    raw_run(r, "UPDATE item SET progress = 3 WHERE id = (SELECT max(id) FROM item)");
    raw_close(r);
    check_int(run(fx, "journal verify"), 0); // the chain is whole
    check_int(run(fx, "rebuild --compare"), 1);
    check_int(run(fx, "check"), 1);
    r = raw_open(&fx->ground);
    raw_run(r, "UPDATE journal SET answer = answer || ' ' WHERE seq = 7");
    raw_close(r);
    check_int(run(fx, "journal verify"), 1);
    check_int(run(fx, "verify"), 1);
    check_int(run(fx, "journal"), 2);
    check_int(run(fx, "rebuild"), 2);
    check_int(run(fx, "check --district NOWHERE"), 3);
    fx_reopen(fx);
}

int main(void)
{
    return CHECK_RUN(FX(every_column_of_every_table_is_watched), FX(nothing_is_not_nought),
                     FX(rows_that_come_and_go_are_named), FX(every_column_of_the_journal_is_hashed),
                     FX(a_cut_chain_is_seen), FX(a_rewritten_end_contradicts_the_state),
                     FX(exit_codes_tell_clean_from_findings));
}
