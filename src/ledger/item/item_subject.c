/* The table of item commands. Buttons, help, OpenAPI, permission matrix and the loop's words come
 * from here. */
#include "ledger/item/clock.h"
#include "ledger/item/draft.h"
#include "ledger/item/duplicate.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_commands.h"
#include "ledger/item/item_records.h"
#include "ledger/item/story.h"
#include "ledger/sight.h"
#include "ledger/subjects.h"

static const struct command commands[] = {
    {"item.draft", "拟办", "Draft", "拟一件事项，尚未立项",
     "Drafts an item; nothing is decided yet", ROLE_SUPERVISOR | ROLE_LEADER, &item_draft_shape,
     run_item_draft},
    {"item.edit", "修改", "Edit", "立项前修改事项；立项后只能改责任分工与时限",
     "Changes a draft; once approved only who answers and by when", ROLE_SUPERVISOR | ROLE_LEADER,
     &item_edit_shape, run_item_edit},
    {"item.approve", "立项", "Approve", "凭会议决定、领导批示或行政首长批准立项",
     "Opens the matter on a meeting's or a leader's authority", ROLE_LEADER | ROLE_SUPERVISOR,
     &approve_shape, run_approve},
    {"item.issue", "交办", "Issue", "交牵头单位办理", "Hands the item to its lead unit",
     ROLE_SUPERVISOR, &issue_shape, run_issue},
    {"item.accept", "承接", "Accept", "牵头单位承接并作出承诺",
     "The lead unit accepts and commits itself", ROLE_UNIT, &accept_shape, run_accept},
    {"item.decline", "提出异议", "Decline", "牵头单位说明理由，退回重新交办",
     "The lead unit hands it back with a reason", ROLE_UNIT, &reason_shape, run_decline},
    {"item.transfer", "转办", "Transfer", "改由另一单位牵头", "Gives the item to another lead unit",
     ROLE_SUPERVISOR, &transfer_shape, run_transfer},
    {"item.report", "报进展", "Report", "报本期进展、问题和下一步",
     "Reports the period's progress, problems and next step", ROLE_UNIT, &report_shape, run_report},
    {"item.ask_change", "申请调整", "Ask for a change", "在时限之前申请调整时限、标准或内容",
     "Asks, before the due date, to change date, standard or scope", ROLE_UNIT, &ask_change_shape,
     run_ask_change},
    {"item.withdraw_change", "撤回申请", "Withdraw a request", "在决定之前撤回调整申请",
     "Takes a change request back before it is decided", ROLE_UNIT, &withdraw_change_shape, run_withdraw_change},
    {"item.decide_change", "审批调整", "Decide a change", "同意或不同意调整申请",
     "Approves or refuses a change request", ROLE_LEADER, &decide_change_shape, run_decide_change},
    {"item.finish", "申请办结", "Finish", "逐条答复任务标准，申请核验",
     "Answers each part of the standard and asks for verification", ROLE_UNIT, &finish_shape,
     run_finish},
    {"item.pass", "核验通过", "Pass", "核查属实，办结", "Verifies and closes the item",
     ROLE_SUPERVISOR, &pass_shape, run_pass},
    {"item.return", "退回整改", "Return", "说明理由，限期整改",
     "Sends it back with reasons and a date", ROLE_SUPERVISOR, &return_shape, run_return},
    {"item.suspend", "中止", "Suspend", "因客观原因中止，到期复查",
     "Suspends for an objective reason until a review date", ROLE_LEADER, &suspend_shape,
     run_suspend},
    {"item.resume", "恢复办理", "Resume", "恢复办理", "Takes the item up again", ROLE_LEADER,
     &plain_shape, run_resume},
    {"item.cancel", "撤销", "Cancel", "说明理由后撤销", "Cancels with a reason", ROLE_LEADER,
     &reason_shape, run_cancel},
    {"item.merge", "并案", "Merge", "并入另一事项", "Merges into another item", ROLE_LEADER,
     &merge_shape, run_merge},
    {"item.split", "拆分", "Split", "拆成若干部分，各有牵头单位、标准和时限，原事项统领",
     "Divides an item into parts with leads and dates of their own; the item stands above them",
     ROLE_LEADER | ROLE_SUPERVISOR, &split_shape, run_split},
    {"item.comment", "留言", "Comment", "在事项下讨论，可提到有关人员", "Says something about an item and names people",
     ROLE_LEADER | ROLE_SUPERVISOR | ROLE_UNIT | ROLE_ANALYST, &comment_shape, run_comment},
    {"note.strike", "撤下留言", "Strike a comment", "撤下一条留言，原文留在日志",
     "Takes a comment off the page; the journal keeps it", ROLE_LEADER | ROLE_SUPERVISOR | ROLE_UNIT | ROLE_ANALYST,
     &strike_shape, run_strike},
    {"item.watch", "关注", "Watch", "关注事项，其动态列入我的一天", "Follows an item; its news stand on my day",
     ROLES_BUSINESS, &watch_shape, run_watch},
    {"item.unwatch", "取消关注", "Unwatch", "不再关注", "Follows it no longer", ROLES_BUSINESS, &watch_shape,
     run_unwatch},
    {"news.seen", "已阅", "Seen", "提到、告知和关注的动态标为已阅", "Marks mentions, answers and news as seen",
     ROLES_BUSINESS, &news_seen_shape, run_news_seen},
    {"rule.set_extension", "设定延期规则", "Set an extension rule", "第几次延期由谁决定、最多几天，注明来源",
     "Who decides the n-th extension and how long it may be, with its source", ROLE_SYSADMIN | ROLE_SYSTEM,
     &set_extension_shape, run_set_extension},
    {"item.reopen", "重启", "Reopen", "已办结事项重新办理（计次）",
     "Opens a closed item again; counted", ROLE_SUPERVISOR, &reason_shape, run_reopen},
    {"item.object", "申请复核", "Object", "收到结论三十日内申请复核",
     "Asks for a review within thirty days of the conclusion", ROLE_UNIT, &object_shape,
     run_object},
    {"item.decide_objection", "复核决定", "Decide an objection", "由未参与核验的人员作出复核决定",
     "Decides a review; by somebody who took no part", ROLE_LEADER | ROLE_SUPERVISOR,
     &decide_objection_shape, run_decide_objection},
    {"item.archive", "归档", "Archive", "办结或撤销的事项归档",
     "Archives a closed or cancelled item", ROLE_SUPERVISOR, &plain_shape, run_archive},
    {"item.waive", "豁免子事项", "Waive a child", "允许在子事项未办结时办结上级事项",
     "Lets a parent close over an open child", ROLE_LEADER, &waive_shape, run_waive},
    {"item.end_waiver", "撤销豁免", "End a waiver", "撤销对子事项的豁免，上级事项须待其办结",
     "Ends a waiver: the parent waits for the child again", ROLE_LEADER, &waive_shape, run_end_waiver},
    {"item.urge", "催办", "Urge", "催促牵头单位", "Urges the lead unit",
     ROLE_SUPERVISOR | ROLE_LEADER, &urge_shape, run_urge},
    {"evidence.add", "上传佐证", "Add evidence", "为事项上传佐证材料，并声明不涉密",
     "Adds evidence and declares that it is no state secret", ROLE_UNIT | ROLE_SUPERVISOR,
     &evidence_shape, run_evidence},
};

#define DUPLICATES_ARGS(X) X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")
struct duplicates_args {
    DUPLICATES_ARGS(AS_MEMBER)
};
#define OWNER struct duplicates_args
SHAPE_OF(duplicates_args, DUPLICATES_ARGS);
#undef OWNER

static bool query_duplicates(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct duplicates_args *a = args;
    struct item it;
    struct list found;
    (void)given;
    if (!item_load_seen(k, a->item, &it)) return false;
    if (!item_duplicates(k, &it, &found)) return false;
    const struct duplicate *d = found.at;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < found.n; i++) {
        jw_object(out);
        jw_put_id(out, "id", d[i].item_id);
        jw_put_text(out, "code", d[i].code);
        jw_put_text(out, "title", d[i].title);
        jw_put_text(out, "state", d[i].state);
        jw_put_int(out, "likeness", d[i].likeness);
        jw_end(out);
    }
    jw_end(out);
    jw_end(out);
    return true;
}

static const struct query queries[] = {
    {"item_duplicates", "可能重复的事项", "Possible duplicates",
     "与本事项可能重复的在办事项（立项前须看过）",
     "Live items that may be the same; to be seen before approval", ROLES_ALL_DATA,
     &duplicates_args_shape, query_duplicates},
};

// The lists that the files of this folder keep beside their use, registered together.
static void register_lists(void)
{
    records_register(ITEM_RECORDS, N_ITEM_RECORDS);
    records_register(CLOCK_RECORDS, N_CLOCK_RECORDS);
    statements_register(GUARD_STATEMENTS, N_GUARD_STATEMENTS);
    statements_register(DRAFT_STATEMENTS, N_DRAFT_STATEMENTS);
    statements_register(DUPLICATE_STATEMENTS, N_DUPLICATE_STATEMENTS);
    statements_register(ITEM_STATEMENTS, N_ITEM_STATEMENTS);
    statements_register(OBJECTION_STATEMENTS, N_OBJECTION_STATEMENTS);
    statements_register(STORY_STATEMENTS, N_STORY_STATEMENTS);
    records_register(DISCUSSION_RECORDS, N_DISCUSSION_RECORDS);
}

const struct subject ITEM_SUBJECT = {.name = "item",
                                     .commands = commands,
                                     .n_commands = COUNT_OF(commands),
                                     .queries = queries,
                                     .n_queries = COUNT_OF(queries),
                                     .register_lists = register_lists};
