/* Reports, evidence, finishing, verification, urging. */
#include <sys/stat.h>

#include "ledger/files.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/org/period.h"
#include "ledger/registers/values.h"
#include "ledger/sight.h"

#define REPORT_ARGS(X)                                                                       \
    ITEM_AND_VERSION(X)                                                                      \
    X(period, str, F_TEXT, 16, "期间", "period", REQUIRED, NULL)                             \
    X(progress, int64_t, F_INT, 0, "进度%", "progress %", REQUIRED, NULL)                    \
    X(quantity, dec, F_DEC, 0, "完成数量", "quantity done", 0, NULL)                         \
    X(narrative, str, F_TEXT, 4000, "进展情况", "progress told", REQUIRED | MULTILINE, NULL) \
    X(problems, str, F_TEXT, 2000, "存在问题", "problems", MULTILINE, NULL)                  \
    X(next_step, str, F_TEXT, 2000, "下一步", "next step", MULTILINE, NULL)                  \
    X(evidence, struct list, F_IDS, 50, "佐证", "evidence", 0, "evidence")                   \
    FIELDS_ARGUMENT(X)
struct report_args {
    REPORT_ARGS(AS_MEMBER)
};
#define OWNER struct report_args
static const struct field report_args_fields[] = {REPORT_ARGS(AS_FIELD)};
#undef OWNER
const struct shape report_shape = {"item_report", report_args_fields, COUNT_OF(report_args_fields),
                                   sizeof(struct report_args)};

#define ANSWER_FIELDS(X)                                                                  \
    X(part, int64_t, F_REF, 0, "任务标准", "part of the standard", REQUIRED, "item_part") \
    X(answer, str, F_TEXT, 2000, "完成情况", "answer", REQUIRED | MULTILINE, NULL)
struct part_answer {
    ANSWER_FIELDS(AS_MEMBER)
};
#define OWNER struct part_answer
static const struct field part_answer_fields[] = {ANSWER_FIELDS(AS_FIELD)};
#undef OWNER
static const struct shape part_answer_shape = {
    "part_answer", part_answer_fields, COUNT_OF(part_answer_fields), sizeof(struct part_answer)};

#define FINISH_FIELDS(X)                                                                       \
    ITEM_AND_VERSION(X)                                                                        \
    X(narrative, str, F_TEXT, 4000, "办结情况", "how it was done", REQUIRED | MULTILINE, NULL) \
    X(answers, struct list, F_OBJECTS, 100, "逐条答复", "answers", 0, &part_answer_shape)      \
    X(evidence, struct list, F_IDS, 50, "佐证", "evidence", 0, "evidence")                     \
    FIELDS_ARGUMENT(X)
struct finish {
    FINISH_FIELDS(AS_MEMBER)
};
#define OWNER struct finish
SHARED_SHAPE_OF(finish, FINISH_FIELDS);
#undef OWNER

#define PASS_FIELDS(X)  \
    ITEM_AND_VERSION(X) \
    X(findings, str, F_TEXT, 2000, "核查情况", "findings", REQUIRED | MULTILINE, NULL)
struct pass {
    PASS_FIELDS(AS_MEMBER)
};
#define OWNER struct pass
SHARED_SHAPE_OF(pass, PASS_FIELDS);
#undef OWNER

#define RETURN_FIELDS(X)                                                             \
    ITEM_AND_VERSION(X)                                                              \
    X(reasons, str, F_TEXT, 2000, "退回理由", "reasons", REQUIRED | MULTILINE, NULL) \
    X(rework_due, int64_t, F_DAY, 0, "整改时限", "rework due", REQUIRED, NULL)
struct return_ {
    RETURN_FIELDS(AS_MEMBER)
};
#define OWNER struct return_
static const struct field return_fields[] = {RETURN_FIELDS(AS_FIELD)};
#undef OWNER
const struct shape return_shape = {"item_return", return_fields, COUNT_OF(return_fields),
                                   sizeof(struct return_)};

#define EVIDENCE_ARGS(X)                                                      \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")              \
    X(file_hash, str, F_TEXT, 64, "内容哈希", "content hash", REQUIRED, NULL) \
    X(file_name, str, F_TEXT, 200, "文件名", "file name", REQUIRED, NULL)     \
    X(media_type, str, F_TEXT, 100, "类型", "media type", REQUIRED, NULL)     \
    X(bytes, int64_t, F_INT, 0, "字节", "bytes", REQUIRED, NULL)              \
    X(caption, str, F_TEXT, 400, "说明", "caption", 0, NULL)                  \
    X(secrecy, str, F_TEXT, 20, "公开属性", "secrecy", REQUIRED, NULL)
struct evidence_args {
    EVIDENCE_ARGS(AS_MEMBER)
};
#define OWNER struct evidence_args
static const struct field evidence_args_fields[] = {EVIDENCE_ARGS(AS_FIELD)};
#undef OWNER
const struct shape evidence_shape = {"evidence_add", evidence_args_fields,
                                     COUNT_OF(evidence_args_fields), sizeof(struct evidence_args)};

#define URGE_FIELDS(X)                                           \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item") \
    X(body, str, F_TEXT, 1000, "催办内容", "text", REQUIRED | MULTILINE, NULL)
struct urge {
    URGE_FIELDS(AS_MEMBER)
};
#define OWNER struct urge
SHARED_SHAPE_OF(urge, URGE_FIELDS);
#undef OWNER

// Evidence of this item that stands under no report yet is put under this one.
static bool attach_evidence(struct call *k, int64_t item, int64_t report, const struct list *ids)
{
    const int64_t *at = ids->at;
    for (size_t i = 0; i < ids->n; i++) {
        struct evidence before, after;
        if (!record_load(k, &EVIDENCE, at[i], &before)) return false;
        if (before.item_id != item || before.report_id)
            return fail_field(k->c, ERR_INVALID, "evidence.elsewhere",
                              str_printf(k->c->a, "evidence[%zu]", i), before.file_name);
        after = before;
        after.report_id = report;
        if (!record_update(k, &EVIDENCE, &before, &after)) return false;
    }
    return true;
}

static bool tell_report(struct call *k, struct report *r, int64_t for_id, const struct list *evidence)
{
    r->account_id = k->actor.account_id;
    r->acting_for_id = for_id;
    r->told_at = k->now;
    return record_insert(k, &REPORT, r) && attach_evidence(k, r->item_id, r->id, evidence);
}

// A week's report does not stand for the month's: what is owed is counted by the item's own cycle.
static bool period_fits(const struct item *it, const struct period *p)
{
    enum cycle cycle;
    return !cycle_of(it->report_cycle, &cycle) || cycle == CYCLE_NONE || p->cycle == cycle;
}

bool run_report(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct report_args *a = args;
    const struct transition *t;
    struct item before, it;
    struct report r;
    struct period p;
    str latest;
    (void)given;
    if (!loop_begin(k, "item.report", a->item, a->version, &t, &before, &it)) return false;
    if (!period_parse(a->period, &p))
        return fail_field(k->c, ERR_INVALID, "report.bad_period", STR("period"), a->period);
    if (!period_fits(&it, &p))
        return fail_field(k->c, ERR_INVALID, "report.other_cycle", STR("period"), a->period,
                          item_label(k, &it));
    if (p.first > k->today)
        return fail_field(k->c, ERR_INVALID, "report.future_period", STR("period"), a->period);
    if (a->progress < 0 || a->progress > 100)
        return fail_field(k->c, ERR_INVALID, "report.bad_progress", STR("progress"));
    if (!guard_secrecy(k, &report_shape, a) || !values_set(k, &it, &a->fields) || !values_required(k, &it, "report"))
        return false;
    shape_init(REPORT.shape, &r);
    r.item_id = it.id;
    r.kind = STR("progress");
    r.period_code = a->period;
    r.progress = a->progress;
    r.quantity = a->quantity;
    r.narrative = a->narrative;
    r.problems = a->problems;
    r.next_step = a->next_step;
    it.progress = a->progress;
    it.last_report_at = k->now;
    if (!tell_report(k, &r, acting_for(k, &it), &a->evidence) || !last_period(k, &it, &latest)) return false;
    struct clock_choice choice = {.until = DAY_NONE, .last_period = latest};
    jw_put_id(out, "report", r.id);
    return loop_end(k, t, &before, &it, &choice) && tell_item(out, &it);
}

/* --- finishing --- */

static const struct part_answer *answer_to(const struct finish *a, int64_t part)
{
    const struct part_answer *at = a->answers.at;
    for (size_t i = 0; i < a->answers.n; i++)
        if (at[i].part == part) return &at[i];
    return NULL;
}

// Every part of the standard gets its answer; answers to parts of other items are refused.
static bool answer_parts(struct call *k, const struct item *it, const struct finish *a)
{
    struct list rows;
    size_t used = 0;
    if (!record_list(k, &PARTS_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct item_part before = ((struct item_part *)rows.at)[i], after = before;
        const struct part_answer *answer = answer_to(a, before.id);
        if (!answer && str_is(before.kind, "standard"))
            return fail_field(k->c, ERR_INVALID, "item.part_unanswered", STR("answers"),
                              item_label(k, it), before.body);
        if (!answer) continue;
        if (!guard_secrecy(k, &part_answer_shape, answer)) return false;
        used++;
        after.answer = answer->answer;
        if (!record_update(k, &ITEM_PART, &before, &after)) return false;
    }
    return used == a->answers.n ||
           fail_field(k->c, ERR_INVALID, "item.part_elsewhere", STR("answers"));
}

bool run_finish(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct finish *a = args;
    const struct transition *t;
    struct item before, it;
    struct report r;
    (void)given;
    if (!loop_begin(k, "item.finish", a->item, a->version, &t, &before, &it)) return false;
    if (!guard_secrecy(k, &finish_shape, a) || !answer_parts(k, &it, a) || !values_set(k, &it, &a->fields) ||
        !values_required(k, &it, "finish"))
        return false;
    shape_init(REPORT.shape, &r);
    r.item_id = it.id;
    r.kind = STR("finish");
    r.period_code = period_name(k->c->a, period_of(CYCLE_NONE, k->today));
    r.progress = 100;
    r.narrative = a->narrative;
    it.progress = 100;
    it.last_report_at = k->now;
    str withdrawn = k->c->lang == LANG_EN ? STR("withdrawn: the item was reported as finished")
                                          : STR("随申请办结撤回");
    if (!tell_report(k, &r, acting_for(k, &it), &a->evidence) || !changes_withdraw(k, it.id, withdrawn)) return false;
    jw_put_id(out, "report", r.id);
    return loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

/* --- verification --- */

static bool give_verdict(struct call *k, int64_t item, const char *outcome, str findings,
                         int64_t rework_due)
{
    struct verdict v;
    shape_init(VERDICT.shape, &v);
    v.item_id = item;
    v.outcome = str_of(outcome);
    v.findings = findings;
    v.rework_due_day = rework_due;
    v.account_id = k->actor.account_id;
    v.unit_id = k->actor.unit_id;
    v.given_at = k->now;
    return record_insert(k, &VERDICT, &v);
}

bool run_pass(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct pass *a = args;
    const struct transition *t;
    struct item before, it;
    (void)given;
    if (!loop_begin(k, "item.pass", a->item, a->version, &t, &before, &it)) return false;
    it.closed_at = k->now;
    return guard_secrecy(k, &pass_shape, a) && give_verdict(k, it.id, "pass", a->findings, 0) &&
           loop_end(k, t, &before, &it, &NO_CHOICE) && tell_item(out, &it);
}

bool run_return(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct return_ *a = args;
    const struct transition *t;
    struct item before, it;
    day until = day_from_ymd((int32_t)a->rework_due);
    (void)given;
    if (!loop_begin(k, "item.return", a->item, a->version, &t, &before, &it)) return false;
    if (until < k->today)
        return fail_field(k->c, ERR_INVALID, "item.rework_past", STR("rework_due"));
    it.returned++;
    struct clock_choice choice = {.until = until, .last_period = STR_EMPTY};
    return guard_secrecy(k, &return_shape, a) &&
           give_verdict(k, it.id, "return", a->reasons, a->rework_due) &&
           loop_end(k, t, &before, &it, &choice) && tell_item(out, &it);
}

/* --- evidence and urging --- */

static bool load_visible(struct call *k, int64_t id, struct item *it)
{
    k->object_kind = "item";
    k->object_id = id;
    return item_load_seen(k, id, it);
}

bool run_evidence(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct evidence_args *a = args;
    struct item it;
    struct evidence e;
    str secrecy = a->secrecy;
    (void)given;
    if (!load_visible(k, a->item, &it)) return false;
    if (state_bit(it.state) & (IN_CANCELLED | IN_ARCHIVED))
        return fail(k->c, ERR_CONFLICT, "evidence.closed", item_label(k, &it));
    if (!guard_declared(k, &secrecy) || !guard_secrecy(k, &evidence_shape, a)) return false;
    struct stat file;
    str path = file_path(k->c->a, k->ledger, a->file_hash);
    if (path.n == 0 || stat(str_z(k->c->a, path), &file) != 0 || !S_ISREG(file.st_mode) ||
        file.st_size != a->bytes)
        return fail_field(k->c, ERR_INVALID, "evidence.no_file", STR("file_hash"), a->file_name);
    shape_init(EVIDENCE.shape, &e);
    e.item_id = it.id;
    e.file_hash = a->file_hash;
    e.file_name = a->file_name;
    e.media_type = a->media_type;
    e.bytes = a->bytes;
    e.caption = a->caption;
    e.secrecy = secrecy;
    e.account_id = k->actor.account_id;
    e.added_at = k->now;
    if (!record_insert(k, &EVIDENCE, &e)) return false;
    jw_put_id(out, "evidence", e.id);
    return true;
}

bool run_urge(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct urge *a = args;
    struct item it;
    struct note n;
    (void)given;
    if (!load_visible(k, a->item, &it) || !guard_secrecy(k, &urge_shape, a)) return false;
    if (!(state_bit(it.state) & (IN_ISSUED | IN_ACCEPTED | IN_REPORTED | IN_SUSPENDED)))
        return fail(k->c, ERR_CONFLICT, "item.nothing_to_urge", item_label(k, &it));
    shape_init(NOTE.shape, &n);
    n.item_id = it.id;
    n.kind = STR("urge");
    n.body = a->body;
    n.account_id = k->actor.account_id;
    n.sent_at = k->now;
    if (!record_insert(k, &NOTE, &n)) return false;
    jw_put_id(out, "note", n.id);
    return true;
}
