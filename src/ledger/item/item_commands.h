#pragma once
// The commands of an item's life, by theme; the table that joins them is item_subject.c.
#include "ledger/command.h"
#include "ledger/item/loop.h"

typedef bool run_fn(struct call *k, const void *args, uint64_t given, struct json *out);

// issue.c: approve … transfer
extern const struct shape approve_shape, issue_shape, accept_shape, reason_shape, transfer_shape;
run_fn run_approve, run_issue, run_accept, run_decline, run_transfer;
// progress.c: reports, finish, verification, evidence
extern const struct shape report_shape, finish_shape, pass_shape, return_shape, evidence_shape, urge_shape;
run_fn run_report, run_finish, run_pass, run_return, run_evidence, run_urge;
// change.c: change requests; extension.c: the rules of extensions
extern const struct shape ask_change_shape, decide_change_shape, withdraw_change_shape, set_extension_shape;
run_fn run_ask_change, run_decide_change, run_withdraw_change, run_set_extension;
// objection.c
extern const struct shape object_shape, decide_objection_shape;
run_fn run_object, run_decide_objection;
extern const struct stmt *const OBJECTION_STATEMENTS[];
extern const size_t N_OBJECTION_STATEMENTS;
// split.c: splitting and merging
extern const struct shape split_shape, merge_shape;
run_fn run_split, run_merge;
// discussion.c: comments, mentions, watching
extern const struct shape comment_shape, strike_shape, watch_shape, news_seen_shape;
extern struct records *const DISCUSSION_RECORDS[];
extern const size_t N_DISCUSSION_RECORDS;
run_fn run_comment, run_strike, run_watch, run_unwatch, run_news_seen;
// ending.c: suspend … archive
extern const struct shape suspend_shape, plain_shape, waive_shape;
run_fn run_suspend, run_resume, run_cancel, run_reopen, run_archive, run_waive, run_end_waiver;

// The members every item command begins with.
#define ITEM_AND_VERSION(X)                                                    \
    X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")               \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)
// decline, cancel and reopen need a reason and nothing else.
#define REASON_FIELDS(X) \
    ITEM_AND_VERSION(X)  \
    X(reason, str, F_TEXT, 1000, "理由", "reason", REQUIRED | MULTILINE, NULL)
struct reason { REASON_FIELDS(AS_MEMBER) };
#define NO_CHOICE ((struct clock_choice){.until = DAY_NONE, .last_period = STR_EMPTY})

// Freezes the item's contract as its next baseline (change 0: the first, at acceptance, or a split or
// merger). for_id: whom the actor's act stands for, 0 himself.
MUST_CHECK bool baseline_set(struct call *k, struct item *it, int64_t change, str reason, int64_t for_id);
// The contract as a baseline keeps it, as JSON: item, parts, assists.
MUST_CHECK bool contract_text(struct call *k, const struct item *it, str *text);
// Puts what a request wishes over an item's own fields.
void change_wish_take(struct item *it, const struct change_request *r);
// The person in whose place the actor acts: the person responsible, when the actor is the deputy; else 0.
int64_t acting_for(const struct call *k, const struct item *it);
// Makes a unit assist an item that it does not lead or assist already.
MUST_CHECK bool assist_add(struct call *k, const struct item *it, int64_t unit, str duty);
// Pending change requests end when the item leaves the hands of the unit.
MUST_CHECK bool changes_withdraw(struct call *k, int64_t item, str opinion);
// The latest period of the item's cycle that was reported (progress reports only); "" when none.
MUST_CHECK bool last_period(struct call *k, const struct item *it, str *period);
// The result members of every item command: item, state, version.
bool tell_item(struct json *out, const struct item *it);
extern const struct stmt *const ITEM_STATEMENTS[];
extern const size_t N_ITEM_STATEMENTS;
