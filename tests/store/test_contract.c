/*
 * Contract work: wishes in fields and their decision, extensions by rule, the comparison of baselines,
 * objections with recusal, splitting and merging, deputies, discussion and watching.
 */
#include "ledger_fixture.h"

#include "ledger/item/contract.h"
#include "ledger/item/loop.h"

#define IT "{'item':'%" PRId64 "'"
#define CH "{'change':'%" PRId64 "'"

static int64_t accepted(struct fx *fx, const char *title)
{
    int64_t item = fx_item(fx, title);
    fx_walk(fx, item, "accepted");
    return item;
}

static void check_in(str text, const char *part)
{
    if (str_find(text, str_of(part), 0) == SIZE_MAX) {
        print_error("no %s in %.*s\n", part, STR_FMT(text));
        check(false);
    }
}

static str code_of(struct fx *fx, int64_t item)
{
    return str_dup(fx->a, fx_load(fx, item).code);
}

static str asked(struct fx *fx, const char *login, const char *query, int64_t item)
{
    return fx_ask(fx, login, query, "item", str_z(fx->a, code_of(fx, item)));
}

static void a_wish_says_what_its_kind_needs(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "要调整的事项");
    fx_refused(fx, "change.no_target", "fgw", "item.ask_change",
               IT ",'kind':'target','wish':'少些','reason':'原因'}", item);
    fx_refused(fx, "change.no_scope", "fgw", "item.ask_change", IT ",'kind':'scope','wish':'少些','reason':'原因'}", item);
    fx_refused(fx, "item.assist_twice", "fgw", "item.ask_change",
               IT ",'kind':'scope','wish':'增','reason':'原因','assists':[{'unit':'FGW'}]}", item);
    fx_do(fx, "fgw", "item.ask_change",
          IT ",'kind':'target','wish':'下调目标','reason':'口径变化','new_quantity':'12.5','new_quantity_unit':'万平方米',"
             "'assists':[{'unit':'ZJW','duty':'提供数据','share':30}]}", item);
    int64_t change = fx_id(fx, "change");
    // Before the decision the wish can be compared with what was promised first.
    str before = asked(fx, "leader", "item_baselines", item);
    check_in(before, "\"to\":\"asked\"");
    check_in(before, "12.5");
    check_in(before, "区住房和城市建设委员会");
    fx_do(fx, "leader", "item.decide_change", CH ",'approve':true,'opinion':'同意'}", change);
    struct item it = fx_load(fx, item);
    check_str(dec_text(fx->a, it.quantity), "12.5");
    check_int(it.baseline, 2);
    check_int(it.extensions, 0); // the due date did not move
    check_int(fx_findings(fx), 0);
}

static void extensions_follow_the_rule(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "要延期的事项");
    fx_do(fx, "system", "rule.set_extension",
          "{'nth':1,'decider':'leader','most_days':90,'rule_version':'t-1','source':'测试规则'}");
    fx_do(fx, "system", "rule.set_extension",
          "{'nth':2,'decider':'person','person':'QZF-2','rule_version':'t-1','source':'测试规则'}");
    fx_refused(fx, "change.too_long", "fgw", "item.ask_change",
               IT ",'kind':'due','wish':'延期','reason':'天气','new_due':'2024-06-30'}", item);
    fx_do(fx, "fgw", "item.ask_change", IT ",'kind':'due','wish':'延期','reason':'天气','new_due':'2024-01-31'}", item);
    fx_do(fx, "leader", "item.decide_change", CH ",'approve':true,'opinion':'同意'}", fx_id(fx, "change"));
    struct item it = fx_load(fx, item);
    check_int(it.extensions, 1);
    check_int(it.first_due_day, 20231231);
    check_int(it.due_day, 20240131);
    fx_do(fx, "fgw", "item.ask_change", IT ",'kind':'due','wish':'再延','reason':'天气','new_due':'2024-02-29'}", item);
    int64_t second = fx_id(fx, "change");
    fx_refused(fx, "change.other_decider", "leader", "item.decide_change",
               CH ",'approve':true,'opinion':'同意'}", second);
    fx_do(fx, "leader2", "item.decide_change", CH ",'approve':true,'opinion':'同意'}", second);
    fx_refused(fx, "change.no_more_extensions", "fgw", "item.ask_change",
               IT ",'kind':'due','wish':'三延','reason':'天气','new_due':'2024-03-29'}", item);
    // Bringing the date forward is no extension.
    fx_do(fx, "fgw", "item.ask_change", IT ",'kind':'due','wish':'提前','reason':'顺利','new_due':'2024-02-15'}", item);
    fx_do(fx, "leader", "item.decide_change", CH ",'approve':true,'opinion':'同意'}", fx_id(fx, "change"));
    check_int(fx_load(fx, item).extensions, 2);
    check_int(fx_findings(fx), 0);
}

static void the_due_day_itself_counts(void **state)
{
    struct fx *fx = *state;
    int64_t last = accepted(fx, "最后一刻申请"), late = accepted(fx, "过后申请");
    fx_at(fx, "2023-12-31T23:59:00+08:00");
    fx_do(fx, "fgw", "item.ask_change", IT ",'kind':'due','wish':'延期','reason':'天气','new_due':'2024-01-31'}", last);
    int64_t change = fx_id(fx, "change");
    fx_at(fx, "2024-01-01T00:00:00+08:00"); // still the day before in UTC
    fx_refused(fx, "item.due_past", "fgw", "item.ask_change",
               IT ",'kind':'due','wish':'延期','reason':'天气','new_due':'2024-01-31'}", late);
    // Asked for in time, decided later: but not once the date wished for is over, too.
    fx_at(fx, "2024-02-02T10:00:00+08:00");
    fx_refused(fx, "change.date_passed", "leader", "item.decide_change", CH ",'approve':true,'opinion':'同意'}", change);
    fx_do(fx, "leader", "item.decide_change", CH ",'approve':false,'opinion':'不同意'}", change);
    check_int(fx_load(fx, last).due_day, 20231231);
}

static void a_request_is_withdrawn_by_the_lead(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "撤回申请");
    fx_refused(fx, "change.decided", "leader", "item.decide_change", CH ",'approve':true,'opinion':'x'}",
               (fx_do(fx, "fgw", "item.ask_change", IT ",'kind':'other','wish':'略','reason':'略'}", item),
                fx_do(fx, "fgw", "item.withdraw_change", CH ",'reason':'已无必要'}", fx_id(fx, "change")),
                ((struct change_request *)fx_rows(fx, &CHANGE_REQUEST).at)[0].id));
    check_str(((struct change_request *)fx_rows(fx, &CHANGE_REQUEST).at)[0].state, "withdrawn");
    fx_do(fx, "fgw", "item.ask_change", IT ",'kind':'other','wish':'再申请','reason':'略'}", item);
    fx_refused(fx, "record.not_found", "zjw", "item.withdraw_change", CH ",'reason':'x'}", fx_id(fx, "change"));
    check_int(fx_findings(fx), 0);
}

static void parts_are_aligned(void **state)
{
    struct fx *fx = *state;
    struct item_part from[3] = {{.id = 1, .kind = STR("standard"), .body = STR("完成拆迁二百户")},
                                {.id = 2, .kind = STR("standard"), .body = STR("方案印发")},
                                {.id = 3, .kind = STR("standard"), .body = STR("召开现场会")}},
                     to[3] = {{.id = 7, .kind = STR("standard"), .body = STR("方案印发")},
                              {.id = 8, .kind = STR("standard"), .body = STR("完成拆迁一百五十户")},
                              {.id = 9, .kind = STR("standard"), .body = STR("形成评估报告")}};
    struct list pairs;
    contract_align(fx->a, &(struct list){from, 3}, &(struct list){to, 3}, &pairs);
    const struct part_pair *p = pairs.at;
    check_int(pairs.n, 4);
    check(p[0].from == &from[0] && p[0].to == &to[1]); // the likest
    check(p[1].from == &from[1] && p[1].to == &to[0]); // the same words
    check(p[2].from == &from[2] && p[2].to == NULL);
    check(p[3].from == NULL && p[3].to == &to[2]);
}

static void who_took_part_does_not_decide(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "有异议的事项");
    fx_walk(fx, item, "closed"); // issued and passed by sup, approved by leader
    fx_do(fx, "fgw", "item.object", IT ",'grounds':'事实不清'}", item);
    int64_t objection = fx_id(fx, "objection");
    fx_refused(fx, "objection.took_part", "sup", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':true,'decision':'成立'}", objection);
    fx_refused(fx, "objection.recusal", "supfgw", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':true,'decision':'成立'}", objection);
    fx_do(fx, "sup2", "item.decide_objection", "{'objection':'%" PRId64 "','uphold':true,'decision':'成立'}", objection);
    struct item it = fx_load(fx, item);
    check_str(it.state, "accepted");
    check_str(it.clock_kind, "report");
    check_int(it.overturned, 1);
    check_int(it.reopened, 0);
    check_int(it.closed_at, 0);
    const struct verdict *v = fx_rows(fx, &VERDICT).at;
    check(v[0].overturned_at == fx->now && v[0].overturned_by == objection);
    check_in(fx_ask(fx, "fgw", "my_day", NULL, NULL), "objection_upheld");
    fx_refused(fx, "objection.decided", "sup2", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':false,'decision':'再决定'}", objection);
    check_int(fx_findings(fx), 0);
}

static void a_dismissed_objection_is_told(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "维持结论的事项");
    fx_walk(fx, item, "closed");
    fx_do(fx, "fgw", "item.object", IT ",'grounds':'事实不清'}", item);
    fx_do(fx, "sup2", "item.decide_objection", "{'objection':'%" PRId64 "','uphold':false,'decision':'证据充分'}",
          fx_id(fx, "objection"));
    check_str(fx_load(fx, item).state, "closed");
    check_in(fx_ask(fx, "fgw", "my_day", NULL, NULL), "objection_dismissed");
    fx_do(fx, "fgw", "news.seen", "{'until':'2023-12-31T00:00:00+08:00'}");
    check(str_find(fx_ask(fx, "fgw", "my_day", NULL, NULL), STR("objection_dismissed"), 0) == SIZE_MAX);
    check_int(fx_findings(fx), 0);
}

#define TWO_PARTS                                                                                     \
    ",'reason':'分头办理','parts':[{'title':'一期','standard':'一期完工','lead':'FGW','due':'%s'},"   \
    "{'title':'二期','standard':'二期完工','lead':'ZJW','person':'ZJW-1','deputy':'ZJW-2','due':'2023-11-30','weight':40}]}"

static void a_split_loses_nothing(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "要拆分的事项");
    fx_do(fx, "fgw", "item.report", IT ",'period':'2023-01','progress':30,'narrative':'已完成摸底调查'}", item);
    fx_refused(fx, "split.one", "sup", "item.split",
               IT ",'reason':'r','parts':[{'title':'一期','standard':'完工','lead':'FGW','due':'2023-11-30'}]}", item);
    fx_refused(fx, "split.due_after", "sup", "item.split", IT TWO_PARTS, item, "2024-01-01");
    fx_refused(fx, "command.forbidden", "fgw", "item.split", IT TWO_PARTS, item, "2023-10-31");
    fx_do(fx, "sup", "item.split", IT TWO_PARTS, item, "2023-10-31");
    check_str(fx_load(fx, item).state, "accepted");
    check_int(fx_load(fx, item).baseline, 2); // ZJW assists now
    struct list items = fx_rows(fx, &ITEM);
    const struct item *part = &((struct item *)items.at)[items.n - 1];
    check_str(part->state, "approved");
    check_str(part->clock_kind, "issue");
    check(part->parent_id == item && part->split_from_id == item && part->weight == 40);
    check_str(part->authority_ref, "第3次常务会");
    // Who leads a part sees what the whole reported before.
    check_in(asked(fx, "zjw", "item", part->id), "已完成摸底调查");
    fx_do(fx, "sup", "item.issue", IT "}", part->id);
    check_int(fx_findings(fx), 0);
}

static void a_merger_keeps_children_and_watchers(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "并入的事项"), heir = accepted(fx, "承接的事项");
    fx_do(fx, "sup", "item.split", IT TWO_PARTS, item, "2023-10-31");
    fx_do(fx, "analyst", "item.watch", IT "}", item);
    struct list items = fx_rows(fx, &ITEM);
    int64_t part = ((struct item *)items.at)[items.n - 1].id;
    fx_refused(fx, "merge.heir_below", "leader", "item.merge", IT ",'heir':'%" PRId64 "','reason':'重复'}", item, part);
    fx_do(fx, "leader", "item.merge", IT ",'heir':'%" PRId64 "','reason':'重复'}", item, heir);
    check_str(fx_load(fx, item).state, "cancelled");
    check_int(fx_load(fx, item).heir_id, heir);
    check_int(fx_load(fx, part).parent_id, heir);
    struct list watches = fx_rows(fx, &ITEM_WATCH);
    check_int(watches.n, 2);
    check_int(((struct item_watch *)watches.at)[1].item_id, heir);
    check_in(asked(fx, "fgw", "item", heir), "并入的事项");
    check_int(fx_findings(fx), 0);
}

static void a_deputy_of_a_unit_below_acts_for_the_person(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "副责任人办理");
    fx_do(fx, "sup", "item.edit", IT ",'version':1,'deputy':'FGWK-1'}", item);
    fx_walk(fx, item, "issued");
    fx_do(fx, "fgwk", "item.accept", IT ",'commitment':'按期'}", item);
    fx_do(fx, "fgwk", "item.report", IT ",'period':'2023-01','progress':10,'narrative':'推进'}", item);
    fx_do(fx, "fgwk", "item.ask_change", IT ",'kind':'other','wish':'w','reason':'r'}", item);
    int64_t person = fx_load(fx, item).person_id;
    check(((struct report *)fx_rows(fx, &REPORT).at)[0].acting_for_id == person);
    check(((struct baseline *)fx_rows(fx, &BASELINE).at)[0].acting_for_id == person);
    check(((struct change_request *)fx_rows(fx, &CHANGE_REQUEST).at)[0].acting_for_id == person);
    check_in(fx_ask(fx, "fgwk", "my_day", NULL, NULL), "副责任人办理");
    int64_t other = accepted(fx, "别人的事项");
    fx_refused(fx, "record.not_found", "fgwk", "item.report",
               IT ",'period':'2023-01','progress':10,'narrative':'推进'}", other);
}

static void a_mention_reaches_who_may_read_it(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "讨论的事项");
    fx_refused(fx, "note.not_of_item", "fgw", "item.comment", IT ",'body':'@ZJW 人员1','mentions':['ZJW-1']}", item);
    fx_refused(fx, "record.not_found", "zjw", "item.comment", IT ",'body':'看看'}", item);
    fx_refused(fx, "item.secret", "fgw", "item.comment", IT ",'body':'此件 机密★'}", item);
    fx_do(fx, "fgw", "item.comment", IT ",'body':'请 @DCS 人员1 看看进展','mentions':['DCS-1','DCS-1']}", item);
    int64_t note = fx_id(fx, "note");
    check_int(fx_rows(fx, &MENTION).n, 1);
    check_in(fx_ask(fx, "sup", "my_day", NULL, NULL), "看看进展");
    check(str_find(fx_ask(fx, "leader", "my_day", NULL, NULL), STR("看看进展"), 0) == SIZE_MAX);
    fx_do(fx, "sup", "item.comment", IT ",'body':'已阅','reply_to':'%" PRId64 "'}", item, note);
    fx_refused(fx, "note.not_own", "fgw2", "note.strike", "{'note':'%" PRId64 "','reason':'x'}", note);
    fx_do(fx, "fgw", "note.strike", "{'note':'%" PRId64 "','reason':'写错了'}", note);
    check(str_find(asked(fx, "sup", "item", item), STR("看看进展"), 0) == SIZE_MAX);
    check(str_find(fx_ask(fx, "sup", "my_day", NULL, NULL), STR("看看进展"), 0) == SIZE_MAX);
    fx_refused(fx, "note.struck", "fgw", "note.strike", "{'note':'%" PRId64 "','reason':'再'}", note);
    fx_refused(fx, "note.no_reply", "sup", "item.comment", IT ",'body':'回','reply_to':'%" PRId64 "'}", item, note);
    check_int(fx_findings(fx), 0);
}

static void watched_items_have_news(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "关注的事项");
    fx_refused(fx, "record.not_found", "zjw", "item.watch", IT "}", item);
    fx_do(fx, "leader", "item.watch", IT "}", item);
    fx_do(fx, "leader", "item.watch", IT "}", item); // once
    check_int(fx_rows(fx, &ITEM_WATCH).n, 1);
    check(str_find(fx_ask(fx, "leader", "my_day", NULL, NULL), STR("\"item.report\""), 0) == SIZE_MAX);
    fx_do(fx, "fgw", "item.report", IT ",'period':'2023-01','progress':30,'narrative':'推进'}", item);
    check_in(fx_ask(fx, "leader", "my_day", NULL, NULL), "\"item.report\"");
    check_in(fx_ask(fx, "leader", "watched", NULL, NULL), "关注的事项");
    fx_do(fx, "leader", "item.unwatch", IT "}", item);
    check(str_find(fx_ask(fx, "leader", "my_day", NULL, NULL), STR("\"item.report\""), 0) == SIZE_MAX);
}

static void the_page_tells_the_story(void **state)
{
    struct fx *fx = *state;
    int64_t item = accepted(fx, "有来历的事项");
    fx_do(fx, "sup", "item.transfer", IT ",'lead':'ZJW','person':'ZJW-1','deputy':'ZJW-2','reason':'职能调整'}", item);
    str page = asked(fx, "leader", "item", item);
    check_in(page, "\"command\":\"item.transfer\"");
    check_in(page, "职能调整");
    check_in(page, "\"from\":\"区发展和改革委员会\",\"to\":\"区住房和城市建设委员会\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FX(a_wish_says_what_its_kind_needs),
        FX(extensions_follow_the_rule),
        FX(the_due_day_itself_counts),
        FX(a_request_is_withdrawn_by_the_lead),
        FX(parts_are_aligned),
        FX(who_took_part_does_not_decide),
        FX(a_dismissed_objection_is_told),
        FX(a_split_loses_nothing),
        FX(a_merger_keeps_children_and_watchers),
        FX(a_deputy_of_a_unit_below_acts_for_the_person),
        FX(a_mention_reaches_who_may_read_it),
        FX(watched_items_have_news),
        FX(the_page_tells_the_story),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
