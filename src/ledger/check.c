#include "ledger/check.h"

#include "ledger/files.h"
#include "ledger/item/item.h"
#include "ledger/search/search.h"
#include "ledger/sm3.h"

struct job {
    struct ledger *ledger;
    const struct request *request;
    struct findings *f;
    struct check_result *result;
    bool chain, state, rest;
    struct error unreadable; // why the district itself could not be loaded
};

static void check_file(struct call *k, struct job *j, str hash, str name)
{
    char hex[SM3_HEX + 1];
    int64_t bytes;
    str path = file_path(k->c->a, j->ledger, hash);
    j->result->files++;
    if (path.n == 0 || !file_hash(str_z(k->c->a, path), hex, &bytes))
        finding(j->f, "check.file_missing", name, hash, STR_EMPTY);
    else if (!str_is(hash, hex)) finding(j->f, "check.file_altered", name, hash, STR_EMPTY);
}

static bool check_files(struct call *k, struct job *j)
{
    struct entity *const with_files[] = {&EVIDENCE, &SOURCE_DOC};
    for (size_t e = 0; e < COUNT_OF(with_files); e++) {
        const struct shape *s = with_files[e]->shape;
        const struct field *hash = shape_field(s, STR("file_hash")),
                           *name = shape_field(s, STR("file_name"));
        int64_t after = INT64_MIN;
        for (size_t n = 1000; n == 1000;) {
            struct db_rows r;
            void *record = arena_alloc(k->c->a, s->size);
            if (!DB_QUERY(k->c, k->db, &r, &with_files[e]->whole, ARG(k->district), ARG(after)))
                return false;
            for (n = 0; db_next(&r); n++) {
                record_read(with_files[e], &r, 0, record);
                after = *field_int(&s->fields[1], record);
                check_file(k, j, *field_str(hash, record), *field_str(name, record));
            }
            if (!db_done(&r)) return false;
        }
    }
    return true;
}

// A district whose rules or units were altered may not load. Chain and tables can be looked at
// without them, and that is where the alteration is named.
static bool begin(struct ctx *c, struct db *db, struct job *j, struct call *k)
{
    if (ledger_call(c, j->ledger, db, j->request, k)) return true;
    bool data = c->err.code == ERR_NOT_FOUND || c->err.code == ERR_INVALID;
    if (!data) return false;
    j->unreadable = c->err;
    error_clear(c);
    *k = (struct call){.c = c,
                       .db = db,
                       .ledger = j->ledger,
                       .district = j->request->district,
                       .actor = j->request->actor};
    return true;
}

static bool run(struct ctx *c, struct db *db, void *arg)
{
    struct job *j = arg;
    struct call k;
    struct rebuilt *told;
    struct journal_range range = {0};
    if (!begin(c, db, j, &k)) return false;
    if (j->chain && !journal_verify(&k, &range, j->f)) return false;
    j->result->journal_rows = range.checked;
    if (j->state &&
        !(journal_rebuild(&k, j->f, &told) && state_compare(&k, told, j->f, &j->result->records)))
        return false;
    // The tables say why the district could not be read, or nobody does.
    if (j->unreadable.code != ERR_NONE && j->f->lines.n == 0) {
        c->err = j->unreadable;
        return false;
    }
    return !j->rest || j->unreadable.code != ERR_NONE ||
           (items_check(&k, j->f, &j->result->items) && check_files(&k, j) && search_compare(&k, j->f));
}

static bool look(struct ctx *c, struct ledger *l, int64_t district, struct job *j)
{
    // The checks look at data that stand, not at time: any instant will do for the call.
    struct request r = {
        .district = district, .actor = {.roles = ROLE_SYSTEM, .login = STR("check")}, .now = 0};
    j->ledger = l;
    j->request = &r;
    return store_read(c, ledger_store(l), run, j);
}

bool ledger_check_engine(struct ctx *c, struct ledger *l, struct findings *f)
{
    struct buf engine;
    buf_init(&engine, c->a, 64 * 1024);
    if (!store_integrity(c, ledger_store(l), &engine)) return false;
    str lines = buf_str(&engine);
    while (lines.n) finding(f, "check.engine", str_cut(&lines, STR("\n")), STR_EMPTY, STR_EMPTY);
    return true;
}

bool ledger_check_district(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                           struct check_result *result)
{
    struct job j = {.f = f, .result = result, .chain = true, .state = true, .rest = true};
    *result = (struct check_result){0};
    return look(c, l, district, &j);
}

bool ledger_check(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                  struct check_result *result)
{
    return ledger_check_engine(c, l, f) && ledger_check_district(c, l, district, f, result);
}

bool ledger_verify(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                   int64_t *rows)
{
    struct check_result result = {0};
    struct job j = {.f = f, .result = &result, .chain = true};
    bool ok = look(c, l, district, &j);
    *rows = result.journal_rows;
    return ok;
}

bool ledger_compare(struct ctx *c, struct ledger *l, int64_t district, struct findings *f,
                    int64_t *records)
{
    struct check_result result = {0};
    struct job j = {.f = f, .result = &result, .state = true};
    bool ok = look(c, l, district, &j);
    *records = result.records;
    return ok;
}
