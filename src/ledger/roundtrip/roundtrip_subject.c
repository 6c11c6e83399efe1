/* The table of the round trip's commands and queries. */
#include "base/base64.h"
#include "ledger/args.h"
#include "ledger/roundtrip/roundtrip.h"
#include "ledger/subjects.h"

struct import_args {
    int64_t register_id, clean_only, marked;
    str file_hash;
};
#define AT(member) offsetof(struct import_args, member)
static const struct field preview_fields[] = {
    {"register", F_REF, AT(register_id), 0, "台账", "register", REQUIRED, "register_def"},
    {"file_hash", F_TEXT, AT(file_hash), 64, "内容哈希", "content hash", REQUIRED, NULL},
    {"marked", F_BOOL, AT(marked), 0, "附带标注结果的文件", "with the marked file", 0, NULL},
};
static const struct field apply_fields[] = {
    {"register", F_REF, AT(register_id), 0, "台账", "register", REQUIRED, "register_def"},
    {"file_hash", F_TEXT, AT(file_hash), 64, "内容哈希", "content hash", REQUIRED, NULL},
    {"clean_only", F_BOOL, AT(clean_only), 0, "只导入无误的行", "only rows without fault", 0, NULL},
};
#undef AT
static const struct shape preview_shape = {"register_import_preview", preview_fields, COUNT_OF(preview_fields),
                                           sizeof(struct import_args)};
static const struct shape apply_shape = {"register_import_apply", apply_fields, COUNT_OF(apply_fields),
                                         sizeof(struct import_args)};

static bool work(struct call *k, const struct import_args *a, struct register_file *f)
{
    const struct register_info *reg = register_of(k, a->register_id);
    INVARIANT(reg != NULL);
    return file_open(k, reg, a->file_hash, f) && file_compare(k, f) && file_apply(k, f);
}

static bool run_preview(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct import_args *a = args;
    struct register_file f;
    str bytes;
    (void)given;
    if (!work(k, a, &f)) return false;
    k->dry = true;
    file_tell(&f, out);
    file_tell_rows(k, &f, out);
    if (!a->marked) return true;
    if (!file_marked(k, &f, &bytes)) return false;
    jw_put_text(out, "content", base64url(k->c->a, bytes));
    return true;
}

static bool run_apply(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct import_args *a = args;
    struct register_file f;
    (void)given;
    if (!work(k, a, &f)) return false;
    size_t wrong = f.counts[ROW_REFUSED] + f.counts[ROW_CONFLICT];
    if (wrong && !a->clean_only)
        return fail(k->c, ERR_REFUSED, "roundtrip.refused", str_printf(k->c->a, "%zu", wrong),
                    file_first_trouble(k, &f));
    if (f.counts[ROW_CHANGED] + f.counts[ROW_NEW] == 0) return fail(k->c, ERR_CONFLICT, "roundtrip.nothing");
    file_tell(&f, out);
    return true;
}

static bool query_register_file(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct item_ask *ask = args;
    str bytes;
    size_t rows;
    (void)given;
    if (!file_make(k, ask, &bytes, &rows)) return false;
    const struct register_info *reg = register_of(k, ask->register_id);
    jw_object(out);
    jw_put_text(out, "name", str_printf(k->c->a, "%.*s-%.*s.xlsx", STR_FMT(reg->def.code),
                                        STR_FMT(day_text(k->c->a, k->today))));
    jw_put_int(out, "rows", (int64_t)rows);
    jw_put_text(out, "content", base64url(k->c->a, bytes));
    jw_end(out);
    return ctx_ok(k->c);
}

static const struct command COMMANDS[] = {
    {"register.import_preview", "预览台账导入", "Preview a register's file",
     "读取导出后修改过的台账文件，逐行逐格列出将发生的变化和不能导入之处",
     "Reads a register's file that was edited, and shows row by row and cell by cell what would change and what cannot",
     ROLE_SUPERVISOR | ROLE_LEADER | ROLE_UNIT, &preview_shape, run_preview},
    {"register.import_apply", "导入台账文件", "Import a register's file",
     "把改过的台账文件写回：要么全部生效要么都不生效，或按说明只导入无误的行；文件中缺少的行不会删除",
     "Writes an edited register's file back: all or nothing, or, when asked, only rows without fault; rows missing "
     "from the file are not removed",
     ROLE_SUPERVISOR | ROLE_LEADER | ROLE_UNIT, &apply_shape, run_apply},
};

static const struct query QUERIES[] = {
    {"register_file", "台账文件", "File of a register", "一个台账按条件导出为 XLSX，改好后可以导回",
     "A register by filter as XLSX, which can be edited and read back", ROLES_BUSINESS, &ITEM_COUNT_ASK,
     query_register_file},
};

static const struct stmt *const STATEMENTS[] = {&ROUNDTRIP_PEOPLE};

const struct subject ROUNDTRIP_SUBJECT = {.name = "roundtrip",
                                          .commands = COMMANDS,
                                          .n_commands = COUNT_OF(COMMANDS),
                                          .queries = QUERIES,
                                          .n_queries = COUNT_OF(QUERIES),
                                          .statements = STATEMENTS,
                                          .n_statements = COUNT_OF(STATEMENTS)};
