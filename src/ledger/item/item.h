#pragma once
/*
 * The item (事项): whatever somebody owes by a date. Its contract, the people who answer for it, what
 * was reported, shown, asked, verified; and the clocks that run.
 */
#include "ledger/org/org.h"
#include "ledger/record.h"

// drafted approved issued accepted reported suspended closed cancelled archived
extern const struct enum_table ITEM_STATES;
extern const struct enum_table DUE_KINDS;     // finish start recurring none
extern const struct enum_table CYCLES;        // none week tenday month quarter half
extern const struct enum_table SECRECY;       // public internal sensitive
extern const struct enum_table AUTHORITIES;   // meeting instruction head
extern const struct enum_table PART_KINDS;    // standard measure target
extern const struct enum_table COMPARATORS;   // ge gt le lt eq about reach
// issue reissue accept report decide verify rework review object objection
extern const struct enum_table CLOCK_KINDS;
extern const struct enum_table CHANGE_KINDS;  // due standard target scope other
extern const struct enum_table CHANGE_STATES; // pending approved refused withdrawn
extern const struct enum_table VERDICTS;      // pass return
extern const struct enum_table OBJECTION_STATES; // pending upheld dismissed
extern const struct enum_table LIGHTS;        // green blue yellow orange red grey none
// idea plan measure project node task: what it is in the tree (plan/level.c)
extern const struct enum_table ITEM_LEVELS;
extern const struct enum_table NOTE_KINDS;    // urge comment

#define ITEM_FIELDS(X)                                                                                   \
    ENTITY_KEY(X)                                                                                        \
    X(code, str, F_TEXT, 40, "编号", "code", REQUIRED | FILTERED | LISTED, NULL)                         \
    X(code_folded, str, F_TEXT, 40, "归一编号", "folded code", COMPUTED | HIDDEN, NULL)                      \
    X(register_id, int64_t, F_REF, 0, "台账", "register", REQUIRED | FILTERED | LISTED, "register_def")  \
    X(line_id, int64_t, F_REF, 0, "工作线", "line", AUDITED | FILTERED | LISTED, "work_line")            \
    X(parent_id, int64_t, F_REF, 0, "上级事项", "parent", AUDITED | LISTED, "item")                      \
    X(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED | AUDITED | FILTERED | LISTED, NULL)        \
    X(title_folded, str, F_TEXT, 200, "归一名称", "folded title", COMPUTED | HIDDEN, NULL)               \
    X(content, str, F_TEXT, 4000, "任务内容", "content", AUDITED | MULTILINE, NULL)                      \
    X(standard, str, F_TEXT, 2000, "任务标准", "standard", AUDITED | MULTILINE, NULL)                    \
    X(state, str, F_ENUM, 0, "状态", "state", REQUIRED | COMPUTED | AUDITED | FILTERED | LISTED, &ITEM_STATES) \
    X(lead_unit_id, int64_t, F_REF, 0, "牵头单位", "lead unit", AUDITED | FILTERED | LISTED, "unit")     \
    X(person_id, int64_t, F_REF, 0, "责任人", "person", AUDITED | FILTERED | LISTED, "person")           \
    X(deputy_id, int64_t, F_REF, 0, "副责任人", "deputy", AUDITED, "person")                             \
    X(leader_id, int64_t, F_REF, 0, "牵头领导", "leader", AUDITED | FILTERED | LISTED, "person")         \
    X(start_day, int64_t, F_DAY, 0, "开始时间", "start", AUDITED, NULL)                                  \
    X(due_day, int64_t, F_DAY, 0, "完成时限", "due", LAST | AUDITED | FILTERED | LISTED, NULL)           \
    X(due_kind, str, F_ENUM, 0, "时限类别", "due kind", AUDITED | LISTED, &DUE_KINDS)                    \
    X(first_due_day, int64_t, F_DAY, 0, "首次承诺时限", "first promise", COMPUTED | LISTED, NULL)        \
    X(report_cycle, str, F_ENUM, 0, "报送频次", "reporting cycle", AUDITED | FILTERED, &CYCLES)                 \
    X(cycle_day, int64_t, F_INT, 0, "报送日", "reporting day", AUDITED, NULL)                            \
    X(quantity, dec, F_DEC, 0, "目标值", "target", AUDITED, NULL)                                        \
    X(challenge, dec, F_DEC, 0, "挑战值", "challenge", AUDITED, NULL)                                    \
    X(quantity_unit, str, F_TEXT, 20, "计量单位", "unit of quantity", AUDITED, NULL)                     \
    X(weight, int64_t, F_INT, 0, "权重", "weight", AUDITED, NULL)                                        \
    X(place, str, F_TEXT, 120, "地点", "place", AUDITED | FILTERED, NULL)                                \
    X(place_folded, str, F_TEXT, 120, "归一地点", "folded place", COMPUTED | HIDDEN, NULL)                   \
    X(secrecy, str, F_ENUM, 0, "公开属性", "secrecy", AUDITED, &SECRECY)                                 \
    X(basis, str, F_ENUM, 0, "依据", "basis", LISTED | FILTERED, &BASES)                                 \
    X(source_doc_id, int64_t, F_REF, 0, "来源文件", "source document", AUDITED, "source_doc")            \
    X(source_clause, str, F_TEXT, 200, "来源条目", "source clause", AUDITED, NULL)                       \
    X(source_place, str, F_TEXT, 80, "原文位置", "place in the source", 0, NULL)                         \
    X(authority_kind, str, F_ENUM, 0, "批准方式", "authority", COMPUTED | AUDITED, &AUTHORITIES)         \
    X(authority_ref, str, F_TEXT, 200, "批准依据", "authority record", COMPUTED | AUDITED, NULL)         \
    X(authority_by, str, F_TEXT, 120, "批准人", "approved by", COMPUTED | AUDITED, NULL)                 \
    X(authority_day, int64_t, F_DAY, 0, "批准日期", "approved on", COMPUTED | AUDITED, NULL)             \
    X(commitment, str, F_TEXT, 1000, "承诺", "commitment", COMPUTED | AUDITED, NULL)                     \
    X(baseline, int64_t, F_INT, 0, "基线", "baseline", COMPUTED | AUDITED, NULL)                         \
    X(progress, int64_t, F_INT, 0, "进度%", "progress %", COMPUTED | AUDITED | FILTERED | LISTED, NULL)  \
    X(last_report_at, int64_t, F_INSTANT, 0, "最近进展", "last report", COMPUTED | FILTERED | LISTED, NULL) \
    X(clock_kind, str, F_ENUM, 0, "当前时钟", "running clock", COMPUTED | FILTERED | AUDITED | LISTED, &CLOCK_KINDS)\
    X(clock_due_at, int64_t, F_INSTANT, 0, "时钟到期", "clock due", LAST | COMPUTED | FILTERED | AUDITED | LISTED, NULL) \
    X(clock_from_at, int64_t, F_INSTANT, 0, "时钟起点", "clock from", COMPUTED | FILTERED, NULL)         \
    X(returned, int64_t, F_INT, 0, "退回次数", "times returned", COMPUTED | FILTERED | AUDITED | LISTED, NULL) \
    X(reopened, int64_t, F_INT, 0, "重启次数", "times reopened", COMPUTED | AUDITED, NULL)               \
    X(closed_at, int64_t, F_INSTANT, 0, "办结时间", "closed", COMPUTED | FILTERED | AUDITED | LISTED, NULL) \
    X(heir_id, int64_t, F_REF, 0, "并入事项", "merged into", COMPUTED | AUDITED, "item")                 \
    X(created_at, int64_t, F_INSTANT, 0, "建立时间", "created", COMPUTED, NULL)                          \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED | LISTED, NULL)                 \
    X(level, str, F_ENUM, 0, "层级", "level", AUDITED | FILTERED | LISTED, &ITEM_LEVELS) \
    X(extensions, int64_t, F_INT, 0, "延期次数", "extensions", COMPUTED | AUDITED, NULL)                 \
    X(overturned, int64_t, F_INT, 0, "结论被推翻次数", "conclusions overturned", COMPUTED | AUDITED, NULL) \
    X(split_from_id, int64_t, F_REF, 0, "拆自事项", "split from", COMPUTED, "item")
struct item { ITEM_FIELDS(AS_MEMBER) };

#define ITEM_UNIT_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(unit_id, int64_t, F_REF, 0, "配合单位", "assisting unit", REQUIRED | AUDITED, "unit")              \
    X(share_pct, int64_t, F_INT, 0, "份额%", "share %", AUDITED, NULL)                                       \
    X(duty, str, F_TEXT, 400, "分工", "duty", AUDITED, NULL)
struct item_unit { ITEM_UNIT_FIELDS(AS_MEMBER) };

#define ITEM_PART_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &PART_KINDS)                                       \
    X(ordinal, int64_t, F_INT, 0, "序号", "number", REQUIRED, NULL)                                      \
    X(body, str, F_TEXT, 2000, "内容", "text", REQUIRED | AUDITED, NULL)                                 \
    X(comparator, str, F_ENUM, 0, "比较", "comparator", 0, &COMPARATORS)                                 \
    X(quantity, dec, F_DEC, 0, "数量", "quantity", 0, NULL)                                              \
    X(quantity_unit, str, F_TEXT, 20, "计量单位", "unit of quantity", 0, NULL)                           \
    X(answer, str, F_TEXT, 2000, "完成情况", "answer", AUDITED, NULL)                                    \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct item_part { ITEM_PART_FIELDS(AS_MEMBER) };

#define BASELINE_FIELDS(X)                                                                               \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(ordinal, int64_t, F_INT, 0, "基线号", "number", REQUIRED, NULL)                                     \
    X(due_day, int64_t, F_DAY, 0, "完成时限", "due", 0, NULL)                                            \
    X(contract, str, F_JSON, 20000, "约定内容", "contract", REQUIRED, NULL)                              \
    X(reason, str, F_TEXT, 1000, "缘由", "reason", 0, NULL)                                              \
    X(change_id, int64_t, F_REF, 0, "调整申请", "change request", 0, "change_request")                   \
    X(set_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL) \
    X(account_id, int64_t, F_REF, 0, "办理人", "by", 0, "account")                                       \
    X(acting_for_id, int64_t, F_REF, 0, "代行", "acting for", 0, "person")
struct baseline { BASELINE_FIELDS(AS_MEMBER) };

#define REPORT_FIELDS(X)                                                                                 \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(period_code, str, F_TEXT, 16, "期间", "period", REQUIRED | AUDITED, NULL)                               \
    X(kind, str, F_TEXT, 16, "类别", "kind", REQUIRED, NULL) /* progress, finish */                      \
    X(progress, int64_t, F_INT, 0, "进度%", "progress %", AUDITED, NULL)                                 \
    X(quantity, dec, F_DEC, 0, "完成数量", "quantity done", AUDITED, NULL)                               \
    X(narrative, str, F_TEXT, 4000, "进展情况", "progress told", REQUIRED | AUDITED | MULTILINE, NULL)   \
    X(problems, str, F_TEXT, 2000, "存在问题", "problems", AUDITED | MULTILINE, NULL)                    \
    X(next_step, str, F_TEXT, 2000, "下一步", "next step", AUDITED | MULTILINE, NULL)                    \
    X(account_id, int64_t, F_REF, 0, "填报人", "reporter", REQUIRED, "account")                          \
    X(told_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL) \
    X(acting_for_id, int64_t, F_REF, 0, "代行", "acting for", 0, "person")
struct report { REPORT_FIELDS(AS_MEMBER) };

#define EVIDENCE_FIELDS(X)                                                                               \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(report_id, int64_t, F_REF, 0, "进展", "report", 0, "report")                                       \
    X(file_hash, str, F_TEXT, 64, "内容哈希", "content hash", REQUIRED, NULL)                            \
    X(file_name, str, F_TEXT, 200, "文件名", "file name", REQUIRED | AUDITED, NULL)                      \
    X(media_type, str, F_TEXT, 100, "类型", "media type", REQUIRED, NULL)                                \
    X(bytes, int64_t, F_INT, 0, "字节", "bytes", REQUIRED, NULL)                                         \
    X(caption, str, F_TEXT, 400, "说明", "caption", AUDITED, NULL)                                       \
    X(secrecy, str, F_ENUM, 0, "公开属性", "secrecy", REQUIRED | AUDITED, &SECRECY)                      \
    X(account_id, int64_t, F_REF, 0, "上传人", "uploaded by", REQUIRED, "account")                       \
    X(added_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct evidence { EVIDENCE_FIELDS(AS_MEMBER) };

#define CHANGE_REQUEST_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(kind, str, F_ENUM, 0, "调整内容", "what", REQUIRED | AUDITED, &CHANGE_KINDS)                       \
    X(wish, str, F_TEXT, 1000, "申请事项", "what is asked", REQUIRED | AUDITED, NULL)                    \
    X(reason, str, F_TEXT, 2000, "理由", "reason", REQUIRED | AUDITED, NULL)                             \
    X(new_due_day, int64_t, F_DAY, 0, "拟定时限", "new due", AUDITED, NULL)                              \
    X(new_standard, str, F_TEXT, 2000, "拟定标准", "new standard", AUDITED, NULL)                        \
    X(state, str, F_ENUM, 0, "状态", "state", REQUIRED | AUDITED, &CHANGE_STATES)                        \
    X(account_id, int64_t, F_REF, 0, "申请人", "asked by", REQUIRED, "account")                          \
    X(asked_at, int64_t, F_INSTANT, 0, "申请时间", "asked", REQUIRED, NULL)                              \
    X(clock_due_at, int64_t, F_INSTANT, 0, "应决定时间", "decision due", 0, NULL)                        \
    X(decided_by, int64_t, F_REF, 0, "决定人", "decided by", AUDITED, "account")                         \
    X(decided_at, int64_t, F_INSTANT, 0, "决定时间", "decided", AUDITED, NULL)                           \
    X(opinion, str, F_TEXT, 1000, "意见", "opinion", AUDITED, NULL)                                      \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL) \
    X(new_content, str, F_TEXT, 4000, "拟定内容", "new content", AUDITED, NULL)                          \
    X(new_quantity, dec, F_DEC, 0, "拟定目标值", "new target", AUDITED, NULL)                            \
    X(new_challenge, dec, F_DEC, 0, "拟定挑战值", "new challenge", AUDITED, NULL)                        \
    X(new_quantity_unit, str, F_TEXT, 20, "拟定计量单位", "new unit of quantity", AUDITED, NULL)         \
    X(new_assists, int64_t, F_BOOL, 0, "调整配合单位", "assisting units change", 0, NULL)                \
    X(extension, int64_t, F_INT, 0, "第几次延期", "which extension", 0, NULL)                            \
    X(decider_id, int64_t, F_REF, 0, "应由谁决定", "to be decided by", 0, "person")                      \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", 0, NULL)                                \
    X(acting_for_id, int64_t, F_REF, 0, "代行", "acting for", 0, "person")
struct change_request { CHANGE_REQUEST_FIELDS(AS_MEMBER) };

#define VERDICT_FIELDS(X)                                                                                \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(outcome, str, F_ENUM, 0, "结论", "outcome", REQUIRED | AUDITED, &VERDICTS)                         \
    X(findings, str, F_TEXT, 2000, "核查情况", "findings", REQUIRED | AUDITED, NULL)                     \
    X(rework_due_day, int64_t, F_DAY, 0, "整改时限", "rework due", AUDITED, NULL)                        \
    X(account_id, int64_t, F_REF, 0, "核查人", "verifier", REQUIRED, "account")                          \
    X(unit_id, int64_t, F_REF, 0, "核查单位", "verifying unit", REQUIRED, "unit")                        \
    X(given_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL) \
    X(overturned_at, int64_t, F_INSTANT, 0, "被推翻时间", "overturned", AUDITED, NULL)                   \
    X(overturned_by, int64_t, F_REF, 0, "推翻它的复核", "overturned by", AUDITED, "objection")
struct verdict { VERDICT_FIELDS(AS_MEMBER) };

#define OBJECTION_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(verdict_id, int64_t, F_REF, 0, "核查结论", "verdict", 0, "verdict")                                \
    X(grounds, str, F_TEXT, 2000, "复核理由", "grounds", REQUIRED | AUDITED, NULL)                       \
    X(state, str, F_ENUM, 0, "状态", "state", REQUIRED | AUDITED, &OBJECTION_STATES)                     \
    X(account_id, int64_t, F_REF, 0, "申请人", "asked by", REQUIRED, "account")                          \
    X(asked_at, int64_t, F_INSTANT, 0, "申请时间", "asked", REQUIRED, NULL)                              \
    X(clock_due_at, int64_t, F_INSTANT, 0, "应决定时间", "decision due", 0, NULL)                        \
    X(decided_by, int64_t, F_REF, 0, "决定人", "decided by", AUDITED, "account")                         \
    X(decided_at, int64_t, F_INSTANT, 0, "决定时间", "decided", AUDITED, NULL)                           \
    X(decision, str, F_TEXT, 1000, "复核决定", "decision", AUDITED, NULL)                                \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL) \
    X(acting_for_id, int64_t, F_REF, 0, "代行", "acting for", 0, "person")
struct objection { OBJECTION_FIELDS(AS_MEMBER) };

// Every clock that ever ran on an item; the running main clock also stands on the item itself.
#define CLOCK_FIELDS(X)                                                                                  \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(kind, str, F_ENUM, 0, "时钟", "clock", REQUIRED, &CLOCK_KINDS)                                     \
    X(from_at, int64_t, F_INSTANT, 0, "起点", "from", REQUIRED, NULL)                                    \
    X(due_at, int64_t, F_INSTANT, 0, "到期", "due", LAST | REQUIRED | AUDITED, NULL)                     \
    X(stopped_at, int64_t, F_INSTANT, 0, "停止", "stopped", AUDITED, NULL)                               \
    X(met, int64_t, F_BOOL, 0, "按时", "met", AUDITED, NULL)                                             \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED, NULL)                         \
    X(calendar_version, str, F_TEXT, 64, "日历版本", "calendar version", REQUIRED, NULL)                 \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct clock_run { CLOCK_FIELDS(AS_MEMBER) };

#define WAIVER_FIELDS(X)                                                                                 \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(child_id, int64_t, F_REF, 0, "子事项", "child", REQUIRED, "item")                                  \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | AUDITED, NULL)                             \
    X(account_id, int64_t, F_REF, 0, "批准人", "by", REQUIRED, "account")                                \
    X(given_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct waiver { WAIVER_FIELDS(AS_MEMBER) };

#define NOTE_FIELDS(X)                                                                                   \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED, &NOTE_KINDS)                                       \
    X(body, str, F_TEXT, 1000, "内容", "text", REQUIRED | AUDITED, NULL)                                 \
    X(account_id, int64_t, F_REF, 0, "发送人", "by", REQUIRED, "account")                                \
    X(sent_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL) \
    X(reply_to_id, int64_t, F_REF, 0, "回复", "reply to", 0, "note")                                     \
    X(struck_at, int64_t, F_INSTANT, 0, "撤下时间", "struck", AUDITED, NULL)                             \
    X(struck_by, int64_t, F_REF, 0, "撤下人", "struck by", AUDITED, "account")                           \
    X(struck_why, str, F_TEXT, 200, "撤下理由", "why struck", AUDITED, NULL)
struct note { NOTE_FIELDS(AS_MEMBER) };

// Assisting units as a change request wants them; all of them, when the request says new_assists.
#define CHANGE_UNIT_FIELDS(X)                                                                            \
    ENTITY_KEY(X)                                                                                        \
    X(change_id, int64_t, F_REF, 0, "调整申请", "change request", REQUIRED, "change_request")            \
    X(unit_id, int64_t, F_REF, 0, "拟定配合单位", "assisting unit wanted", REQUIRED | AUDITED, "unit")   \
    X(share_pct, int64_t, F_INT, 0, "份额%", "share %", AUDITED, NULL)                                       \
    X(duty, str, F_TEXT, 400, "分工", "duty", AUDITED, NULL)
struct change_unit { CHANGE_UNIT_FIELDS(AS_MEMBER) };

// Who is named in a note with @.
#define MENTION_FIELDS(X)                                                                                \
    ENTITY_KEY(X)                                                                                        \
    X(note_id, int64_t, F_REF, 0, "留言", "note", REQUIRED, "note")                                      \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(person_id, int64_t, F_REF, 0, "提到的人", "who is mentioned", REQUIRED, "person")                  \
    X(sent_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct mention { MENTION_FIELDS(AS_MEMBER) };

#define ITEM_WATCH_FIELDS(X)                                                                             \
    ENTITY_KEY(X)                                                                                        \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                      \
    X(account_id, int64_t, F_REF, 0, "关注人", "watcher", REQUIRED, "account")                           \
    X(from_at, int64_t, F_INSTANT, 0, "开始关注", "since", REQUIRED, NULL)
struct item_watch { ITEM_WATCH_FIELDS(AS_MEMBER) };

// Until when somebody has seen what concerns him: all of it, or of one item. Set by his own act.
#define NEWS_SEEN_FIELDS(X)                                                                              \
    ENTITY_KEY(X)                                                                                        \
    X(account_id, int64_t, F_REF, 0, "账号", "account", REQUIRED, "account")                             \
    X(item_id, int64_t, F_REF, 0, "事项", "item", 0, "item")                                             \
    X(seen_at, int64_t, F_INSTANT, 0, "已阅至", "seen until", REQUIRED, NULL)
struct news_seen { NEWS_SEEN_FIELDS(AS_MEMBER) };

// How often a due date may be put off and who decides it the n-th time: data with a source. A district
// that declares any allows no extension beyond the last one declared.
extern const struct enum_table DECIDERS; // leader item_leader person
#define EXTENSION_RULE_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                        \
    X(nth, int64_t, F_INT, 0, "第几次", "which time", REQUIRED, NULL)                                    \
    X(decider, str, F_ENUM, 0, "由谁决定", "who decides", REQUIRED | AUDITED, &DECIDERS)                 \
    X(person_id, int64_t, F_REF, 0, "决定人", "deciding person", AUDITED, "person")                      \
    X(most_days, int64_t, F_INT, 0, "最多延长天数", "most days", AUDITED, NULL)                          \
    X(rule_version, str, F_TEXT, 32, "规则版本", "rule version", REQUIRED | AUDITED, NULL)               \
    X(source, str, F_TEXT, 300, "来源", "source", REQUIRED, NULL)
struct extension_rule { EXTENSION_RULE_FIELDS(AS_MEMBER) };

#define SOURCE_DOC_FIELDS(X)                                                                             \
    ENTITY_KEY(X)                                                                                        \
    X(title, str, F_TEXT, 200, "文件名称", "title", REQUIRED | AUDITED, NULL)                            \
    X(doc_no, str, F_TEXT, 60, "文号", "document number", AUDITED, NULL)                                 \
    X(file_hash, str, F_TEXT, 64, "内容哈希", "content hash", REQUIRED, NULL)                            \
    X(file_name, str, F_TEXT, 200, "文件名", "file name", REQUIRED, NULL)                                \
    X(media_type, str, F_TEXT, 100, "类型", "media type", REQUIRED, NULL)                                \
    X(bytes, int64_t, F_INT, 0, "字节", "bytes", REQUIRED, NULL)                                         \
    X(account_id, int64_t, F_REF, 0, "导入人", "imported by", REQUIRED, "account")                       \
    X(added_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)                                     \
    X(code, str, F_TEXT, 40, "代码", "code", 0, NULL)
struct source_doc { SOURCE_DOC_FIELDS(AS_MEMBER) };

// An import on its way: read, shown as a difference, doubtful rows decided, applied once.
#define IMPORT_BATCH_FIELDS(X)                                                                           \
    ENTITY_KEY(X)                                                                                        \
    X(source_doc_id, int64_t, F_REF, 0, "来源文件", "source document", REQUIRED, "source_doc")           \
    X(kind, str, F_TEXT, 20, "类别", "kind", REQUIRED, NULL)                                             \
    X(register_id, int64_t, F_REF, 0, "台账", "register", REQUIRED, "register_def")                      \
    X(plan_year, int64_t, F_INT, 0, "年度", "year", REQUIRED, NULL)                                      \
    X(state, str, F_TEXT, 16, "状态", "state", REQUIRED | AUDITED, NULL) /* previewed applied discarded */ \
    X(counts, str, F_JSON, 2000, "统计", "counts", REQUIRED, NULL)                                       \
    X(remainder, str, F_JSON, 2000000, "其余内容", "headings, notices", REQUIRED | HIDDEN, NULL)         \
    X(account_id, int64_t, F_REF, 0, "导入人", "imported by", REQUIRED, "account")                       \
    X(read_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)                                      \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct import_batch { IMPORT_BATCH_FIELDS(AS_MEMBER) };

// One task found in the document, with what is doubtful about it and what was decided.
#define IMPORT_ROW_FIELDS(X)                                                                             \
    ENTITY_KEY(X)                                                                                        \
    X(batch_id, int64_t, F_REF, 0, "导入批次", "batch", REQUIRED, "import_batch")                        \
    X(ordinal, int64_t, F_INT, 0, "序号", "number", REQUIRED, NULL)                                      \
    X(place, str, F_TEXT, 80, "原文位置", "place", REQUIRED, NULL)                                       \
    X(section, str, F_TEXT, 400, "章节", "section", 0, NULL)                                             \
    X(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED | AUDITED, NULL)                            \
    X(body, str, F_TEXT, 8000, "原文", "text", REQUIRED, NULL)                                           \
    X(lead_text, str, F_TEXT, 200, "牵头单位（原文）", "lead as written", 0, NULL)                       \
    X(lead_unit_id, int64_t, F_REF, 0, "牵头单位", "lead unit", AUDITED, "unit")                         \
    X(assists, str, F_JSON, 4000, "配合单位", "assisting units", 0, NULL) /* [{text, unit}] */           \
    X(leader_text, str, F_TEXT, 200, "牵头领导（原文）", "leader as written", 0, NULL)                   \
    X(due_day, int64_t, F_DAY, 0, "完成时限", "due", AUDITED, NULL)                                      \
    X(due_text, str, F_TEXT, 120, "时限（原文）", "due as written", 0, NULL)                             \
    X(due_kind, str, F_ENUM, 0, "时限类别", "due kind", 0, &DUE_KINDS)                                   \
    X(parts, str, F_JSON, 8000, "措施与指标", "measures and targets", 0, NULL)                           \
    X(doubts, str, F_JSON, 4000, "待确认", "to confirm", 0, NULL) /* [{field, why, candidates}] */       \
    X(verdict, str, F_TEXT, 16, "差异", "difference", REQUIRED | AUDITED, NULL) /* new changed same doubtful notice */ \
    X(item_id, int64_t, F_REF, 0, "事项", "item", AUDITED, "item")                                       \
    X(version, int64_t, F_INT, 0, "版本", "version", REQUIRED | COMPUTED, NULL)
struct import_row { IMPORT_ROW_FIELDS(AS_MEMBER) };

extern struct entity ITEM, ITEM_UNIT, ITEM_PART, BASELINE, REPORT, EVIDENCE, CHANGE_REQUEST, VERDICT, OBJECTION,
    CLOCK, WAIVER, NOTE, SOURCE_DOC, IMPORT_BATCH, IMPORT_ROW, CHANGE_UNIT, MENTION, ITEM_WATCH, NEWS_SEEN,
    EXTENSION_RULE;
