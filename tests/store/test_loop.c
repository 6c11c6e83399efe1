/*
 * The loop: its table explored whole, in theory and against the store, and every row of it walked
 * with the guards that stand before it.
 */
#include "ledger_fixture.h"

#include "ledger/item/loop.h"

#define ITEM_JSON "{'item':'%" PRId64 "'"

/* --- the table by itself --- */

static unsigned ends_of(const struct transition *t, unsigned from)
{
    return t->to ? state_bit(str_of(t->to)) : from;
}

static unsigned reach(unsigned from)
{
    unsigned seen = from;
    for (unsigned before = 0; before != seen;) {
        before = seen;
        for (size_t i = 0; i < N_LOOP; i++)
            for (unsigned s = 1; s <= IN_ARCHIVED; s <<= 1)
                if ((seen & s) && (LOOP[i].from & s)) seen |= ends_of(&LOOP[i], s);
    }
    return seen;
}

static void every_state_is_reached_and_left(void **state)
{
    (void)state;
    check_int(reach(IN_DRAFTED), 2 * IN_ARCHIVED - 1);
    for (unsigned s = IN_APPROVED; s <= IN_SUSPENDED; s <<= 1) {
        check_row("state bit %u", s);
        check((reach(s) & IN_CLOSED) != 0);
        check((reach(s) & IN_CANCELLED) != 0);
        check((reach(s) & IN_ARCHIVED) != 0);
    }
    check_int(reach(IN_ARCHIVED), IN_ARCHIVED);
}

static void only_leaders_and_verifiers_end_an_item(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_LOOP; i++) {
        const struct transition *t = &LOOP[i];
        check_row("%s", t->command);
        if (!(t->from & IN_OPEN) || (ends_of(t, IN_APPROVED) & (IN_OPEN | IN_DRAFTED))) continue;
        check_int(t->by & ~(unsigned)(ROLE_LEADER | ROLE_SUPERVISOR), 0);
    }
}

// Which of (no clock, one clock) a state has, followed through every transition.
static void open_states_have_a_clock_by_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_LOOP; i++) {
        const struct transition *t = &LOOP[i];
        for (unsigned s = 1; s <= IN_ARCHIVED; s <<= 1) {
            if (!(t->from & s)) continue;
            bool running = (s & IN_OPEN) != 0;
            if (t->clock) running = t->clock[0] != '\0';
            check_row("%s from %u", t->command, s);
            check_int(running, (ends_of(t, s) & IN_OPEN) != 0);
            if (t->clock && t->clock[0]) check(enum_find(&CLOCK_KINDS, str_of(t->clock)) != NULL);
        }
    }
}

static void each_transition_is_a_command_of_the_same_roles(void **state)
{
    (void)state;
    ledger_setup();
    for (size_t i = 0; i < N_LOOP; i++) {
        const struct command *c = command_find(str_of(LOOP[i].command));
        check_row("%s", LOOP[i].command);
        check(c != NULL);
        if (c) check_int(c->roles, LOOP[i].by);
        check(loop_find(LOOP[i].command) == &LOOP[i]);
    }
}

/* --- the table against the store --- */

static const char *const STATES[] = {"drafted",   "approved", "issued",    "accepted", "reported",
                                     "suspended", "closed",   "cancelled", "archived"};
static const struct {
    const char *login;
    unsigned role;
} ACTORS[] = {{"leader", ROLE_LEADER},    {"sup", ROLE_SUPERVISOR},  {"fgw", ROLE_UNIT},
              {"analyst", ROLE_ANALYST},  {"auditor", ROLE_AUDITOR}, {"sysadmin", ROLE_SYSADMIN},
              {"secadmin", ROLE_SECADMIN}};

// Members beside item that make the command complete. %HEIR is another open item.
static str body_of(struct fx *fx, const char *command, int64_t item, int64_t heir)
{
    static const struct {
        const char *command, *members;
    } more[] = {
        {"item.approve", ",'authority_kind':'meeting','authority_ref':'会议','authority_day':'2023-"
                         "01-03','duplicates_seen':true"},
        {"item.accept", ",'commitment':'按期'"},
        {"item.decline", ",'reason':'不属本单位'"},
        {"item.transfer", ",'lead':'ZJW','person':'ZJW-1','deputy':'ZJW-2','reason':'职能调整'"},
        {"item.report", ",'period':'2023-01','progress':30,'narrative':'推进中'"},
        {"item.ask_change", ",'kind':'due','wish':'延期','reason':'天气','new_due':'2023-12-30'"},
        {"item.finish", ",'narrative':'完成'"},
        {"item.pass", ",'findings':'属实'"},
        {"item.return", ",'reasons':'不足','rework_due':'2023-02-01'"},
        {"item.suspend", ",'reason':'疫情','review_day':'2023-12-01'"},
        {"item.cancel", ",'reason':'不需要'"},
        {"item.merge", ",'reason':'重复'"},
        {"item.reopen", ",'reason':'反弹'"},
        {"item.object", ",'grounds':'事实不清'"},
        {"item.split", ",'reason':'分头办理','parts':[{'title':'一期','standard':'完工','lead':'FGW','due':'2023-11-30'},"
                       "{'title':'二期','standard':'完工','lead':'ZJW','due':'2023-11-30'}]"},
    };
    str members = STR_EMPTY;
    for (size_t i = 0; i < COUNT_OF(more); i++)
        if (strcmp(more[i].command, command) == 0) members = str_of(more[i].members);
    if (strcmp(command, "item.merge") == 0)
        members = str_printf(fx->a, ",'reason':'重复','heir':'%" PRId64 "'", heir);
    if (strcmp(command, "item.finish") == 0) {
        struct list parts = fx_rows(fx, &ITEM_PART);
        struct buf b;
        buf_init(&b, fx->a, 4096);
        for (size_t i = 0; i < parts.n; i++) {
            const struct item_part *p = &((struct item_part *)parts.at)[i];
            if (p->item_id == item)
                buf_printf(&b, "%s{'part':'%" PRId64 "','answer':'成'}", b.n ? "," : "", p->id);
        }
        members = str_printf(fx->a, ",'narrative':'完成','answers':[%.*s]", STR_FMT(buf_str(&b)));
    }
    return fx_json(fx, ITEM_JSON "%.*s}", item, STR_FMT(members));
}

static int running_clocks(struct fx *fx, int64_t item, struct clock_run *one)
{
    struct list rows = fx_rows(fx, &CLOCK);
    int n = 0;
    for (size_t i = 0; i < rows.n; i++) {
        const struct clock_run *c = &((struct clock_run *)rows.at)[i];
        if (c->item_id != item || c->stopped_at) continue;
        *one = *c;
        n++;
    }
    return n;
}

static void check_one_clock(struct fx *fx, int64_t item)
{
    struct item it = fx_load(fx, item);
    struct clock_run c = {0};
    int n = running_clocks(fx, item, &c);
    check_int(n, (state_bit(it.state) & IN_OPEN) != 0);
    if (!n) check_int(it.clock_kind.n + (size_t)it.clock_due_at, 0);
    else
        check(str_eq(c.kind, it.clock_kind) && c.due_at == it.clock_due_at &&
              c.from_at == it.clock_from_at);
}

static void taken(struct fx *fx, const struct transition *t, const char *from, const char *login,
                  int64_t heir)
{
    int64_t item = fx_item(fx, "被移动的事项");
    fx_walk(fx, item, from);
    struct item before = fx_load(fx, item);
    if (!fx_try(fx, login, t->command, body_of(fx, t->command, item, heir), "")) {
        print_error("%s in %s by %s: %s\n", t->command, from, login, fx->c.err.id);
        check(false);
    }
    struct item after = fx_load(fx, item);
    check_str(after.state, t->to ? t->to : from);
    if (t->clock) check_str(after.clock_kind, t->clock);
    else
        check(str_eq(after.clock_kind, before.clock_kind) &&
              after.clock_due_at == before.clock_due_at);
    check_one_clock(fx, item);
}

static void refused(struct fx *fx, const char *command, bool may, const char *login, int64_t item,
                    int64_t heir, str digest)
{
    if (fx_try(fx, login, command, body_of(fx, command, item, heir), "")) check(!"done");
    check_str(str_of(fx->c.err.id), may ? "item.wrong_state" : "command.forbidden");
    check(str_eq(fx_digest(fx), digest));
}

static void every_pair_follows_the_table(void **state)
{
    struct fx *fx = *state;
    int64_t heir = fx_item(fx, "并入的事项"), still[COUNT_OF(STATES)];
    size_t done = 0, not_done = 0;
    for (size_t s = 0; s < COUNT_OF(STATES); s++) {
        still[s] = fx_item(fx, "不动的事项");
        fx_walk(fx, still[s], STATES[s]);
    }
    for (size_t i = 0; i < N_LOOP; i++) {
        const struct transition *t = &LOOP[i];
        // These name a request: see below and test_contract.
        if (strcmp(t->command, "item.decide_change") == 0 || strcmp(t->command, "item.withdraw_change") == 0 ||
            strcmp(t->command, "item.decide_objection") == 0)
            continue;
        for (size_t s = 0; s < COUNT_OF(STATES); s++) {
            str digest = fx_digest(fx);
            for (size_t a = 0; a < COUNT_OF(ACTORS); a++) {
                bool may = (ACTORS[a].role & t->by) != 0,
                     here = (t->from & state_bit(str_of(STATES[s]))) != 0;
                check_row("%s in %s by %s", t->command, STATES[s], ACTORS[a].login);
                if (may && here) {
                    taken(fx, t, STATES[s], ACTORS[a].login, heir);
                    digest = fx_digest(fx);
                    done++;
                } else {
                    refused(fx, t->command, may, ACTORS[a].login, still[s], heir, digest);
                    not_done++;
                }
            }
        }
    }
    print_message("%zu steps taken, %zu refused\n", done, not_done);
    check(done >= N_LOOP && not_done > 900);
    check_int(fx_findings(fx), 0);
}

// A request whose item has left the hands of the unit was withdrawn with it.
static void a_change_is_decided_in_accepted_only(void **state)
{
    static const struct {
        const char *login, *command;
    } away[] = {{"sup", "item.transfer"},
                {"fgw", "item.finish"},
                {"leader", "item.suspend"},
                {"leader", "item.cancel"},
                {"leader", "item.merge"}};
    struct fx *fx = *state;
    int64_t heir = fx_item(fx, "并入的事项");
    for (size_t i = 0; i < COUNT_OF(away); i++) {
        int64_t item = fx_item(fx, "要调整的事项");
        check_row("%s", away[i].command);
        fx_walk(fx, item, "accepted");
        fx_do(fx, "fgw", "item.ask_change", "%.*s",
              STR_FMT(body_of(fx, "item.ask_change", item, 0)));
        int64_t change = fx_id(fx, "change");
        fx_do(fx, away[i].login, away[i].command, "%.*s",
              STR_FMT(body_of(fx, away[i].command, item, heir)));
        fx_refused(fx, "item.wrong_state", "leader", "item.decide_change",
                   "{'change':'%" PRId64 "','approve':true,'opinion':'同意'}", change);
        fx_refused(fx, "command.forbidden", "sup", "item.decide_change",
                   "{'change':'%" PRId64 "','approve':true,'opinion':'同意'}", change);
        struct list rows = fx_rows(fx, &CHANGE_REQUEST);
        check_str(((struct change_request *)rows.at)[rows.n - 1].state, "withdrawn");
    }
    check_int(fx_findings(fx), 0);
}

/* --- before issue --- */

static void nothing_is_approved_without_authority(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "无依据的事项");
    fx_refused(fx, "field.required", "leader", "item.approve", ITEM_JSON "}", item);
    fx_refused(fx, "field.required", "leader", "item.approve",
               ITEM_JSON
               ",'authority_kind':'meeting','authority_ref':' ','authority_day':'2023-01-03'}",
               item);
    fx_refused(fx, "field.required", "leader", "item.approve",
               ITEM_JSON ",'authority_kind':'meeting','authority_ref':'会议','authority_day':''}",
               item);
    fx_refused(
        fx, "item.authority_by", "sup", "item.approve",
        ITEM_JSON
        ",'authority_kind':'instruction','authority_ref':'批示','authority_day':'2023-01-03'}",
        item);
    fx_refused(fx, "item.authority_by", "sup", "item.approve",
               ITEM_JSON
               ",'authority_kind':'head','authority_ref':'批示','authority_day':'2023-01-03'}",
               item);
    fx_refused(fx, "item.authority_future", "sup", "item.approve",
               ITEM_JSON
               ",'authority_kind':'meeting','authority_ref':'会议','authority_day':'2023-01-04'}",
               item);
    fx_refused(fx, "item.wrong_state", "sup", "item.issue", ITEM_JSON "}", item);
    fx_do(fx, "sup", "item.approve",
          ITEM_JSON ",'authority_kind':'instruction','authority_ref':'批示3号','authority_by':'"
                    "区长','authority_day':'2023-01-03'}",
          item);
    check_str(fx_load(fx, item).authority_by, "区长");
}

static void issue_asks_for_each_part_of_the_contract(void **state)
{
    static const struct {
        const char *left_out, *id;
    } rows[] = {{"lead", "item.no_lead"},     {"person", "item.no_person"},
                {"deputy", "item.no_deputy"}, {"standard", "item.no_standard"},
                {"due", "item.no_due"},       {"cycle", "item.no_cycle"}};
    struct fx *fx = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *out = rows[i].left_out;
        bool recurring = strcmp(out, "cycle") == 0, no_lead = strcmp(out, "lead") == 0;
        check_row("without %s", out);
        fx_do(fx, "sup", "item.draft",
              "{'register':'ZDRW','line':'L01','title':'缺 %s'%s%s%s%s%s%s}", out,
              no_lead ? "" : ",'lead':'FGW'",
              no_lead || strcmp(out, "person") == 0 ? "" : ",'person':'FGW-1'",
              no_lead || strcmp(out, "deputy") == 0 ? "" : ",'deputy':'FGW-2'",
              strcmp(out, "standard") == 0 ? "" : ",'standard':'方案印发'",
              recurring || strcmp(out, "due") == 0 ? "" : ",'due':'2023-12-31'",
              recurring ? ",'due_kind':'recurring'" : "");
        int64_t item = fx_id(fx, "item");
        fx_walk(fx, item, "approved");
        fx_refused(fx, rows[i].id, "sup", "item.issue", ITEM_JSON "}", item);
    }
    // What is missing may be added after approval, but not the content it was given for.
    int64_t item = fx_item(fx, "补责任人");
    fx_walk(fx, item, "approved");
    fx_refused(fx, "item.edit_after_approval", "sup", "item.edit",
               ITEM_JSON ",'version':2,'title':'另一件事'}", item);
    fx_do(fx, "sup", "item.edit", ITEM_JSON ",'version':2,'deputy':'FGWK-1'}", item);
    fx_do(fx, "sup", "item.issue", ITEM_JSON "}", item);
    fx_refused(fx, "item.edit_after_issue", "sup", "item.edit",
               ITEM_JSON ",'version':4,'due':'2023-11-30'}", item);
}

static void people_belong_to_the_lead(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "定责任人");
    fx_refused(fx, "item.person_elsewhere", "sup", "item.edit",
               ITEM_JSON ",'version':1,'person':'ZJW-1'}", item);
    fx_refused(fx, "item.person_elsewhere", "sup", "item.edit",
               ITEM_JSON ",'version':1,'deputy':'QZF-1'}", item);
    fx_refused(fx, "item.same_person", "sup", "item.edit",
               ITEM_JSON ",'version':1,'deputy':'FGW-1'}", item);
    fx_do(fx, "system", "person.edit", "{'person':'FGWK-2','version':1,'active':false}");
    fx_refused(fx, "item.person_left", "sup", "item.edit",
               ITEM_JSON ",'version':1,'deputy':'FGWK-2'}", item);
    fx_do(fx, "sup", "item.edit", ITEM_JSON ",'version':1,'deputy':'FGWK-1'}",
          item); // of a unit below the lead
    fx_walk(fx, item, "accepted");
    fx_refused(fx, "item.person_elsewhere", "sup", "item.transfer",
               ITEM_JSON ",'lead':'ZJW','person':'FGW-1','deputy':'ZJW-2','reason':'调整'}", item);
    fx_refused(fx, "field.required", "sup", "item.transfer",
               ITEM_JSON ",'lead':'','person':'FGW-1','deputy':'FGW-2','reason':'调整'}", item);
    fx_refused(fx, "item.same_lead", "sup", "item.transfer",
               ITEM_JSON ",'lead':'FGW','person':'FGW-1','deputy':'FGW-2','reason':'调整'}", item);
}

static void a_lead_does_not_assist_itself(void **state)
{
    struct fx *fx = *state;
    fx_refused(fx, "item.assist_twice", "sup", "item.draft",
               "{'register':'ZDRW','title':'自助','lead':'FGW','assists':[{'unit':'FGW'}]}");
    fx_refused(fx, "item.assist_twice", "sup", "item.draft",
               "{'register':'ZDRW','title':'自助','lead':'FGW','assists':[{'unit':'ZJW'},{'unit':'"
               "ZJW'}]}");
}

static void assists_follow_the_lead(void **state)
{
    struct fx *fx = *state;
    fx_do(fx, "sup", "item.draft",
          "{'register':'ZDRW','title':'换牵头','lead':'FGW','assists':[{'unit':'ZJW','share':30},{'"
          "unit':'J01'}]}");
    int64_t item = fx_id(fx, "item");
    fx_refused(fx, "record.not_found", "swj", "item.accept", ITEM_JSON ",'commitment':'x'}", item);
    fx_do(fx, "sup", "item.edit", ITEM_JSON ",'version':1,'lead':'ZJW'}", item);
    struct list rows = fx_rows(fx, &ITEM_UNIT);
    check_int(rows.n, 1);
}

static void revenue_quotas_stay_off_collecting_organs(void **state)
{
    struct fx *fx = *state;
    fx_refused(
        fx, "item.revenue_quota", "sup", "item.draft",
        "{'register':'ZDRW','title':'完成税 收 任务 100亿元','lead':'SWJ','due':'2023-12-31'}");
    fx_refused(fx, "item.revenue_quota", "sup", "item.draft",
               "{'register':'ZDRW','title':'组织收入','standard':'完成收入指标','lead':'SWS'}");
    fx_refused(fx, "item.revenue_quota", "sup", "item.draft",
               "{'register':'ZDRW','title':'组织收入','lead':'SWJ','parts':[{'kind':'target','body'"
               ":'完成税收任务'}]}");
    fx_do(fx, "sup", "item.draft", "{'register':'ZDRW','title':'优化纳税服务','lead':'SWJ'}");
    int64_t item = fx_item(fx, "测算税收任务影响");
    fx_walk(fx, item, "accepted");
    fx_refused(fx, "item.revenue_quota", "sup", "item.transfer",
               ITEM_JSON ",'lead':'SWJ','person':'SWJ-1','deputy':'SWJ-2','reason':'调整'}", item);
}

static void state_secrets_stay_out(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "含密测试");
    static const char *const texts[] = {"机密★三年", "机 密 ★", "绝密级文件", "机\u200b密★"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        check_row("%s", texts[i]);
        fx_refused(fx, "item.secret", "sup", "item.draft", "{'register':'ZDRW','title':'%s'}",
                   texts[i]);
        fx_refused(fx, "item.secret", "sup", "item.edit", ITEM_JSON ",'version':1,'content':'%s'}",
                   item, texts[i]);
    }
    fx_refused(fx, "item.secret", "sup", "item.draft",
               "{'register':'ZDRW','title':'部分','parts':[{'kind':'standard','body':'机密★'}]}");
    static const char *const declared[] = {"secret", "秘密", "机密", "confidential"};
    for (size_t i = 0; i < COUNT_OF(declared); i++)
        fx_refused(fx, "item.secret_declared", "sup", "item.draft",
                   "{'register':'ZDRW','title':'声明','secrecy':'%s'}", declared[i]);
    fx_walk(fx, item, "accepted");
    fx_refused(fx, "item.secret", "fgw", "item.report",
               ITEM_JSON ",'period':'2023-01','progress':1,'narrative':'机密★'}", item);
    fx_refused(fx, "item.secret", "fgw", "item.finish", ITEM_JSON ",'narrative':'机密★'}", item);
    fx_refused(fx, "item.secret", "leader", "item.cancel", ITEM_JSON ",'reason':'机密★'}", item);
}

static void duplicates_must_be_seen(void **state)
{
    struct fx *fx = *state;
    fx_item(fx, "王府井商圈品质提升行动方案编制");
    int64_t item = fx_item(fx, "王府井商圈品质提升行动方案的编制");
    fx_refused(fx, "item.duplicates", "leader", "item.approve",
               ITEM_JSON
               ",'authority_kind':'meeting','authority_ref':'会议','authority_day':'2023-01-03'}",
               item);
    str shown =
        fx_ask(fx, "sup", "item_duplicates", "item", str_z(fx->a, fx_json(fx, "%" PRId64, item)));
    check(str_has(shown, STR("王府井商圈品质提升行动方案编制")));
    fx_do(fx, "leader", "item.approve",
          ITEM_JSON ",'authority_kind':'meeting','authority_ref':'会议','authority_day':'2023-01-"
                    "03','duplicates_seen':true}",
          item);
    int64_t other = fx_item(fx, "老旧小区加装电梯");
    fx_do(fx, "leader", "item.approve",
          ITEM_JSON
          ",'authority_kind':'meeting','authority_ref':'会议','authority_day':'2023-01-03'}",
          other);
}

/* --- in the unit's hands --- */

static void only_the_lead_answers(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "牵头单位的事项");
    fx_walk(fx, item, "issued");
    fx_refused(fx, "record.not_found", "zjw", "item.accept", ITEM_JSON ",'commitment':'x'}", item);
    fx_refused(fx, "record.not_found", "fgwk", "item.accept", ITEM_JSON ",'commitment':'x'}",
               item); // a section of it
}

static void an_assisting_unit_sees_and_does_not_answer(void **state)
{
    struct fx *fx = *state;
    fx_do(fx, "sup", "item.draft",
          "{'register':'ZDRW','title':'配合事项','lead':'FGW','person':'FGW-1','deputy':'FGW-2','"
          "standard':'成','due':'2023-06-30',"
          "'assists':[{'unit':'ZJW'}]}");
    int64_t item = fx_id(fx, "item");
    fx_walk(fx, item, "accepted");
    fx_refused(fx, "item.not_lead", "zjw", "item.report",
               ITEM_JSON ",'period':'2023-01','progress':1,'narrative':'x'}", item);
    fx_refused(fx, "record.not_found", "j01", "item.report",
               ITEM_JSON ",'period':'2023-01','progress':1,'narrative':'x'}", item);
    fx_do(fx, "fgw2", "item.report", ITEM_JSON ",'period':'2023-01','progress':1,'narrative':'x'}",
          item);
}

static void reports_name_a_period_of_the_cycle(void **state)
{
    static const struct {
        const char *period, *id;
    } rows[] = {{"2023", "report.bad_period"},       {"2023-13", "report.bad_period"},
                {"2023-02", "report.future_period"}, {"2023Q1", "report.other_cycle"},
                {"2023-01A", "report.other_cycle"},  {"2023W01", "report.other_cycle"}};
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "月报事项");
    fx_walk(fx, item, "accepted");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        fx_refused(fx, rows[i].id, "fgw", "item.report",
                   ITEM_JSON ",'period':'%s','progress':1,'narrative':'x'}", item, rows[i].period);
    fx_refused(fx, "report.bad_progress", "fgw", "item.report",
               ITEM_JSON ",'period':'2023-01','progress':101,'narrative':'x'}", item);
    fx_refused(fx, "report.bad_progress", "fgw", "item.report",
               ITEM_JSON ",'period':'2023-01','progress':-1,'narrative':'x'}", item);
    fx_do(fx, "fgw", "item.report", ITEM_JSON ",'period':'2023-01','progress':10,'narrative':'x'}",
          item);
    // January is told, so February is owed next: by 5 March, a Sunday, rolled to Monday.
    check_str(instant_text(fx->a, fx_load(fx, item).clock_due_at, 480),
              "2023-03-06T18:00:00+08:00");
}

static void changes_are_asked_before_the_due_date_and_freeze_baselines(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "延期事项");
    fx_walk(fx, item, "accepted");
    check_int(fx_load(fx, item).baseline, 1);
    fx_refused(fx, "change.no_date", "fgw", "item.ask_change",
               ITEM_JSON ",'kind':'due','wish':'延','reason':'因'}", item);
    fx_refused(fx, "change.bad_date", "fgw", "item.ask_change",
               ITEM_JSON ",'kind':'due','wish':'延','reason':'因','new_due':'2023-01-02'}", item);
    fx_refused(fx, "change.no_standard", "fgw", "item.ask_change",
               ITEM_JSON ",'kind':'standard','wish':'改','reason':'因'}", item);
    fx_do(fx, "fgw", "item.ask_change",
          ITEM_JSON ",'kind':'due','wish':'延期三个月','reason':'征拆','new_due':'2024-03-31'}",
          item);
    int64_t change = fx_id(fx, "change");
    fx_refused(fx, "item.change_pending", "fgw", "item.ask_change",
               ITEM_JSON ",'kind':'other','wish':'再','reason':'因'}", item);
    fx_do(fx, "leader", "item.decide_change",
          "{'change':'%" PRId64 "','approve':true,'opinion':'同意'}", change);
    fx_refused(fx, "change.decided", "leader2", "item.decide_change",
               "{'change':'%" PRId64 "','approve':false,'opinion':'不'}", change);
    struct item it = fx_load(fx, item);
    check_int(it.due_day, 20240331);
    check_int(it.first_due_day, 20231231); // the first promise stays
    check_int(it.baseline, 2);
    struct list rows = fx_rows(fx, &BASELINE);
    check_int(rows.n, 2);
    check_int(((struct baseline *)rows.at)[0].due_day, 20231231);
    check(str_has(((struct baseline *)rows.at)[0].contract, STR("\"due_day\":\"2023-12-31\"")));
    fx_do(fx, "fgw", "item.ask_change",
          ITEM_JSON ",'kind':'standard','wish':'改','reason':'因','new_standard':'只印发方案'}",
          item);
    fx_do(fx, "leader", "item.decide_change",
          "{'change':'%" PRId64 "','approve':false,'opinion':'不同意'}", fx_id(fx, "change"));
    check_int(fx_load(fx, item).baseline, 2);
    fx_at(fx, "2024-03-31T23:59:00+08:00");
    fx_do(fx, "fgw", "item.ask_change",
          ITEM_JSON ",'kind':'standard','wish':'改','reason':'因','new_standard':'只印发方案'}",
          item);
    fx_do(fx, "leader", "item.decide_change",
          "{'change':'%" PRId64 "','approve':true,'opinion':'同意'}", fx_id(fx, "change"));
    check_str(fx_load(fx, item).standard, "只印发方案");
    fx_at(fx, "2024-04-01T00:00:00+08:00");
    fx_refused(fx, "item.due_past", "fgw", "item.ask_change",
               ITEM_JSON ",'kind':'due','wish':'延','reason':'因','new_due':'2024-06-30'}", item);
    check_int(fx_findings(fx), 0);
}

static void each_part_of_the_standard_is_answered(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "两条标准"), other = fx_item(fx, "别的标准");
    fx_walk(fx, item, "accepted");
    struct list rows = fx_rows(fx, &ITEM_PART);
    const struct item_part *p = rows.at;
    check_int(rows.n, 4);
    check(p[0].item_id == item && p[2].item_id == other);
    fx_refused(fx, "item.part_unanswered", "fgw", "item.finish", ITEM_JSON ",'narrative':'x'}",
               item);
    fx_refused(fx, "item.part_unanswered", "fgw", "item.finish",
               ITEM_JSON ",'narrative':'x','answers':[{'part':'%" PRId64 "','answer':'成'}]}", item,
               p[0].id);
    fx_refused(fx, "field.required", "fgw", "item.finish",
               ITEM_JSON ",'narrative':'x','answers':[{'part':'%" PRId64 "','answer':''}]}", item,
               p[0].id);
    fx_refused(fx, "item.part_elsewhere", "fgw", "item.finish",
               ITEM_JSON ",'narrative':'x','answers':[{'part':'%" PRId64
                         "','answer':'成'},{'part':'%" PRId64 "','answer':'成'},{'part':'%" PRId64
                         "','answer':'成'}]}",
               item, p[0].id, p[1].id, p[2].id);
}

/* --- verification and after --- */

static void the_lead_never_verifies_itself(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "自查事项");
    fx_walk(fx, item, "reported");
    static const char *const own[] = {"supfgw", "supfgwk"}; // of the lead unit, of a unit below it
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        fx_refused(fx, "item.own_verification", own[i], "item.pass", ITEM_JSON ",'findings':'好'}",
                   item);
        fx_refused(fx, "item.own_verification", own[i], "item.return",
                   ITEM_JSON ",'reasons':'差','rework_due':'2023-02-01'}", item);
    }
    fx_do(fx, "sup", "item.pass", ITEM_JSON ",'findings':'属实'}", item);
    check(fx_load(fx, item).closed_at == fx->now);
}

static void rework_survives_a_report(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "整改事项");
    fx_walk(fx, item, "reported");
    fx_refused(fx, "item.rework_past", "sup", "item.return",
               ITEM_JSON ",'reasons':'差','rework_due':'2023-01-02'}", item);
    fx_do(fx, "sup", "item.return", ITEM_JSON ",'reasons':'材料不全','rework_due':'2023-01-13'}",
          item);
    struct item returned = fx_load(fx, item);
    check_str(returned.clock_kind, "rework");
    check_int(returned.returned, 1);
    check_str(instant_text(fx->a, returned.clock_due_at, 480), "2023-01-13T18:00:00+08:00");
    fx_do(fx, "fgw", "item.report",
          ITEM_JSON ",'period':'2023-01','progress':90,'narrative':'整改中'}", item);
    struct item told = fx_load(fx, item);
    check_str(told.clock_kind, "rework");
    check(told.clock_due_at == returned.clock_due_at);
    check_one_clock(fx, item);
}

static void objections_within_thirty_days_and_recusal(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "复核事项"), late = fx_item(fx, "逾期复核");
    fx_walk(fx, item, "closed");
    fx_walk(fx, late, "closed");
    fx_do(fx, "fgw", "item.object", ITEM_JSON ",'grounds':'事实不清'}", item);
    int64_t objection = fx_id(fx, "objection");
    fx_refused(fx, "item.objection_pending", "fgw", "item.object", ITEM_JSON ",'grounds':'再次'}",
               item);
    fx_refused(fx, "item.objection_pending", "sup", "item.archive", ITEM_JSON "}", item);
    fx_refused(fx, "item.objection_pending", "sup", "item.reopen", ITEM_JSON ",'reason':'反弹'}",
               item);
    fx_refused(fx, "objection.took_part", "sup", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':false,'decision':'维持'}", objection);
    fx_refused(fx, "objection.recusal", "supfgw", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':false,'decision':'维持'}", objection);
    fx_refused(fx, "command.forbidden", "fgw", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':true,'decision':'成立'}", objection);
    fx_do(fx, "sup2", "item.decide_objection",
          "{'objection':'%" PRId64 "','uphold':true,'decision':'成立'}", objection);
    fx_refused(fx, "objection.decided", "leader", "item.decide_objection",
               "{'objection':'%" PRId64 "','uphold':true,'decision':'成立'}", objection);
    struct item it = fx_load(fx, item);
    check_str(it.state, "accepted");
    check_int(it.reopened, 0); // overturned, not reopened
    check_int(it.overturned, 1);
    check_int(it.closed_at, 0);
    fx_at(fx, "2023-02-03T23:59:00+08:00"); // 3 January and 30 days are 2 February, a working day
    fx_refused(fx, "item.objection_late", "fgw", "item.object", ITEM_JSON ",'grounds':'晚了'}",
               late);
    fx_at(fx, "2023-02-02T17:59:00+08:00");
    fx_do(fx, "fgw", "item.object", ITEM_JSON ",'grounds':'最后一天'}", late);
    check_int(fx_findings(fx), 0);
}

static void a_parent_waits_for_its_children(void **state)
{
    struct fx *fx = *state;
    int64_t parent = fx_item(fx, "上级事项"), child = fx_item(fx, "下级一"),
            second = fx_item(fx, "下级二");
    fx_do(fx, "sup", "item.edit", ITEM_JSON ",'version':1,'parent':'%" PRId64 "'}", child, parent);
    fx_do(fx, "sup", "item.edit", ITEM_JSON ",'version':1,'parent':'%" PRId64 "'}", second, child);
    fx_refused(fx, "item.own_parent", "sup", "item.edit",
               ITEM_JSON ",'version':1,'parent':'%" PRId64 "'}", parent, parent);
    fx_refused(fx, "item.own_parent", "sup", "item.edit",
               ITEM_JSON ",'version':1,'parent':'%" PRId64 "'}", parent, second);
    fx_do(fx, "sup", "item.edit", ITEM_JSON ",'version':2,'parent':'%" PRId64 "'}", second, parent);
    fx_walk(fx, child, "accepted");
    fx_walk(fx, second, "closed");
    fx_walk(fx, parent, "reported");
    fx_refused(fx, "item.open_child", "sup", "item.pass", ITEM_JSON ",'findings':'x'}", parent);
    fx_refused(fx, "item.not_child", "leader", "item.waive",
               ITEM_JSON ",'child':'%" PRId64 "','reason':'x'}", child, parent);
    fx_refused(fx, "command.forbidden", "sup", "item.waive",
               ITEM_JSON ",'child':'%" PRId64 "','reason':'x'}", parent, child);
    fx_do(fx, "leader", "item.waive", ITEM_JSON ",'child':'%" PRId64 "','reason':'跨年实施'}",
          parent, child);
    fx_do(fx, "sup", "item.pass", ITEM_JSON ",'findings':'属实'}", parent);
    check_int(fx_findings(fx), 0);
    // Nothing opens below what is over, but what was waived goes on.
    fx_refused(fx, "item.parent_over", "sup", "item.reopen", ITEM_JSON ",'reason':'反弹'}", second);
    int64_t third = fx_item(fx, "下级三");
    fx_refused(fx, "item.parent_over", "sup", "item.edit",
               ITEM_JSON ",'version':1,'parent':'%" PRId64 "'}", third, parent);
    fx_do(fx, "fgw", "item.report", ITEM_JSON ",'period':'2023-01','progress':5,'narrative':'x'}",
          child);
    fx_do(fx, "sup", "item.reopen", ITEM_JSON ",'reason':'反弹'}", parent);
    fx_do(fx, "sup", "item.reopen", ITEM_JSON ",'reason':'反弹'}", second);
    check_int(fx_findings(fx), 0);
}

static void merging_names_a_living_heir(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "并案"), heir = fx_item(fx, "承接"), gone = fx_item(fx, "已撤");
    fx_walk(fx, item, "accepted");
    fx_walk(fx, gone, "cancelled");
    fx_refused(fx, "item.bad_heir", "leader", "item.merge",
               ITEM_JSON ",'heir':'%" PRId64 "','reason':'x'}", item, item);
    fx_refused(fx, "item.bad_heir", "leader", "item.merge",
               ITEM_JSON ",'heir':'%" PRId64 "','reason':'x'}", item, gone);
    fx_do(fx, "leader", "item.merge", ITEM_JSON ",'heir':'%" PRId64 "','reason':'x'}", item, heir);
    check_int(fx_load(fx, item).heir_id, heir);
    check_str(fx_load(fx, item).state, "cancelled");
}

static void suspension_has_a_review_date(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "中止事项");
    fx_walk(fx, item, "accepted");
    fx_refused(fx, "field.required", "leader", "item.suspend", ITEM_JSON ",'reason':'x'}", item);
    fx_refused(fx, "item.review_past", "leader", "item.suspend",
               ITEM_JSON ",'reason':'x','review_day':'2023-01-03'}", item);
    fx_do(fx, "leader", "item.suspend", ITEM_JSON ",'reason':'x','review_day':'2023-03-10'}", item);
    check_str(instant_text(fx->a, fx_load(fx, item).clock_due_at, 480),
              "2023-03-10T18:00:00+08:00");
    fx_refused(fx, "item.wrong_state", "fgw", "item.report",
               ITEM_JSON ",'period':'2023-01','progress':1,'narrative':'x'}", item);
    fx_do(fx, "leader", "item.resume", ITEM_JSON "}", item);
    check_str(fx_load(fx, item).clock_kind, "report");
}

/* --- calendar and rules move clocks --- */

static void a_changed_calendar_lists_what_moved(void **state)
{
    struct fx *fx = *state;
    int64_t item = fx_item(fx, "月报事项"), fresh = fx_item(fx, "待承接"),
            rework = fx_item(fx, "整改");
    fx_walk(fx, item, "accepted");
    fx_do(fx, "fgw", "item.report", ITEM_JSON ",'period':'2023-01','progress':10,'narrative':'x'}",
          item);
    fx_do(fx, "fgw", "item.ask_change", ITEM_JSON ",'kind':'other','wish':'x','reason':'y'}", item);
    fx_walk(fx, fresh, "issued");
    fx_walk(fx, rework, "reported");
    fx_do(fx, "sup", "item.return", ITEM_JSON ",'reasons':'x','rework_due':'2023-03-06'}", rework);
    instant due = fx_load(fx, item).clock_due_at, accept = fx_load(fx, fresh).clock_due_at;
    check_str(instant_text(fx->a, due, 480), "2023-03-06T18:00:00+08:00");
    check_str(instant_text(fx->a, accept, 480), "2023-01-05T18:00:00+08:00");
    // The report clock moves; the day set for the rework does not.
    fx_do(fx, "system", "calendar.add_stop",
          "{'first':'2023-03-06','last':'2023-03-07','name':'停','source':'示例'}");
    check(str_has(fx->result, str_of("\"kind\":\"report\",\"before\":\"2023-03-06T18:00:00+08:00\","
                                     "\"after\":\"2023-03-08T18:00:00+08:00\"")));
    check(!str_has(fx->result, STR("rework")) && !str_has(fx->result, STR("accept")));
    check_str(instant_text(fx->a, fx_load(fx, item).clock_due_at, 480),
              "2023-03-08T18:00:00+08:00");
    // A new notice gives 5 January off: acceptance and the decision on the request move, and are
    // listed.
    struct list days = fx_rows(fx, &CALENDAR_DAY);
    struct buf b;
    buf_init(&b, fx->a, 16384);
    for (size_t i = 0; i < days.n; i++) {
        const struct calendar_day *d = &((struct calendar_day *)days.at)[i];
        buf_printf(&b, "{'day':'%.*s','kind':'%.*s'},",
                   STR_FMT(day_text(fx->a, day_from_ymd((int32_t)d->civil_day))), STR_FMT(d->kind));
    }
    fx_do(fx, "system", "calendar.add_year",
          "{'year':2023,'days':[%.*s{'day':'2023-01-05','kind':'off'}]}", STR_FMT(buf_str(&b)));
    check(str_has(fx->result, str_of("\"kind\":\"accept\",\"before\":\"2023-01-05T18:00:00+08:00\","
                                     "\"after\":\"2023-01-06T18:00:00+08:00\"")));
    check(str_has(fx->result, str_of("\"kind\":\"decide\",\"before\":\"2023-01-06T18:00:00+08:00\","
                                     "\"after\":\"2023-01-09T18:00:00+08:00\"")));
    check(!str_has(fx->result, STR("report")));
    // A rule that changes moves its own clocks.
    fx_do(fx, "system", "rule.set_clock",
          "{'kind':'accept','amount':4,'unit':'working_day','roll':'none','rule_version':'t-2','"
          "source':'示例'}");
    check(str_has(fx->result, str_of("\"after\":\"2023-01-10T18:00:00+08:00\"")));
    struct clock_run one;
    check_int(running_clocks(fx, fresh, &one), 1);
    check_str(one.rule_version, "t-2");
    fx_do(fx, "system", "week.set", "{'weekday':2,'intervals':'09:00-12:00','source':'示例'}");
    check(str_has(fx->result, str_of("\"after\":\"2023-01-10T12:00:00+08:00\"")));
    check_int(fx_findings(fx), 0);
}

static void codes_go_on_past_the_digits(void **state)
{
    struct fx *fx = *state;
    fx_do(fx, "sup", "item.draft",
          "{'register':'ZDRW','line':'L01','title':'人定','code':'2023-01-9a'}");
    fx_do(fx, "sup", "item.draft",
          "{'register':'ZDRW','line':'L01','title':'末号','code':'2023-01-98'}");
    static const char *const want[] = {"2023-01-99", "2023-01-100", "2023-01-101"};
    for (size_t i = 0; i < COUNT_OF(want); i++)
        check_str(fx_load(fx, fx_item(fx, "续号")).code, want[i]);
    fx_refused(fx, "item.code_taken", "sup", "item.draft",
               "{'register':'ZDRW','title':'重号','code':'2023-01-98'}");
    fx_refused(fx, "item.bad_code", "sup", "item.draft",
               "{'register':'ZDRW','title':'空白','code':'2023 01'}");
}

int main(void)
{
    return CHECK_RUN(
        UNIT(every_state_is_reached_and_left), UNIT(only_leaders_and_verifiers_end_an_item),
        UNIT(open_states_have_a_clock_by_the_table),
        UNIT(each_transition_is_a_command_of_the_same_roles), FX(every_pair_follows_the_table),
        FX(a_change_is_decided_in_accepted_only), FX(nothing_is_approved_without_authority),
        FX(issue_asks_for_each_part_of_the_contract), FX(people_belong_to_the_lead),
        FX(a_lead_does_not_assist_itself), FX(assists_follow_the_lead),
        FX(revenue_quotas_stay_off_collecting_organs), FX(state_secrets_stay_out),
        FX(duplicates_must_be_seen), FX(only_the_lead_answers),
        FX(an_assisting_unit_sees_and_does_not_answer), FX(reports_name_a_period_of_the_cycle),
        FX(changes_are_asked_before_the_due_date_and_freeze_baselines),
        FX(each_part_of_the_standard_is_answered), FX(the_lead_never_verifies_itself),
        FX(rework_survives_a_report), FX(objections_within_thirty_days_and_recusal),
        FX(a_parent_waits_for_its_children), FX(merging_names_a_living_heir),
        FX(suspension_has_a_review_date), FX(a_changed_calendar_lists_what_moved),
        FX(codes_go_on_past_the_digits));
}
