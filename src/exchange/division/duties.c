#include "exchange/division/duties.h"

enum { MOST_UNITS = 40 };

#define ONE_OF(r, i, to, words) duty_word((r), (i), (to), (words), COUNT_OF(words))

static size_t separator_at(const struct runes *r, size_t i, bool commas)
{
    static const char *const words[] = {"、", "和", "及", "与", "以及", "暨"};
    if (commas && r->at[i] == ',') return 1;
    return ONE_OF(r, i, r->n, words);
}

// 各县、市、区政府
static size_t rest_of_set(const struct runes *r, size_t i, size_t to)
{
    static const char *const words[] = {"区人民政府", "区政府", "市区政府", "街道",   "镇",
                                        "区",         "市",     "园区",     "管委会", "街道办事处"};
    return ONE_OF(r, i, to, words);
}

// A list of units from i on: its end, 0 when none begins here.
static size_t list_at(struct arena *a, const struct roster *ro, const struct runes *r, size_t i,
                      size_t to, bool first)
{
    size_t end = duty_unit_at(a, ro, r, i, to, first);
    for (int n = 0; end && end < to && n < MOST_UNITS; n++) {
        size_t sep = separator_at(r, end, true);
        if (!sep) break;
        size_t next = duty_unit_at(a, ro, r, runes_skip(r, end + sep), to, false);
        if (!next && runes_is(r, i, "各") && rest_of_set(r, end + sep, to))
            next = end + sep + rest_of_set(r, end + sep, to);
        if (!next) break;
        end = next;
    }
    return end;
}

// ---- what they do -------------------------------------------------------------------------------

enum act { ACT_NONE, ACT_LEAD, ACT_DO, ACT_WITH, ACT_ASSIST, ACT_MODAL, ACT_WEAK, ACT_COLON };

static const struct {
    const char *word;
    enum act act;
} ACTS[] = {{"牵头", ACT_LEAD},       {"总牵头", ACT_LEAD},     {"为牵头单位", ACT_LEAD},
            {"主办", ACT_LEAD},       {"牽頭", ACT_LEAD},       {"负责", ACT_DO},
            {"負責", ACT_DO},         {"具体负责", ACT_DO},     {"承担", ACT_DO},
            {"承办", ACT_DO},         {"分别", ACT_DO},         {"分別", ACT_DO},
            {"共同", ACT_DO},         {"按职责", ACT_DO},       {"按照职责", ACT_DO},
            {"按照各自", ACT_DO},     {"按各自", ACT_DO},       {"具体", ACT_DO},
            {"会同", ACT_WITH},       {"會同", ACT_WITH},       {"联合", ACT_WITH},
            {"聯合", ACT_WITH},       {"商", ACT_WITH},         {"协同", ACT_WITH},
            {"配合", ACT_ASSIST},     {"协助", ACT_ASSIST},     {"协办", ACT_ASSIST},
            {"参与", ACT_ASSIST},     {"密切配合", ACT_ASSIST}, {"积极配合", ACT_ASSIST},
            {"做好配合", ACT_ASSIST}, {"要", ACT_MODAL},        {"应当", ACT_MODAL},
            {"应", ACT_MODAL},        {"须", ACT_MODAL},        {"必须", ACT_MODAL},
            {"务必", ACT_MODAL},      {"落实", ACT_WEAK},       {"组织", ACT_WEAK},
            {"做好", ACT_WEAK},       {"抓好", ACT_WEAK},       {"开展", ACT_WEAK},
            {"制定", ACT_WEAK},       {"编制", ACT_WEAK},       {"完成", ACT_WEAK},
            {"推进", ACT_WEAK},       {"加强", ACT_WEAK},       {"加快", ACT_WEAK},
            {"建立", ACT_WEAK},       {"统筹", ACT_WEAK},       {"指导", ACT_WEAK},
            {"督促", ACT_WEAK},       {"於", ACT_WEAK},         {"于", ACT_WEAK},
            {"在", ACT_WEAK}};

// 负责人, 牵头的, 局长: speaks of somebody or of what is known, not of a duty.
static bool speaks_of(const struct runes *r, size_t i)
{
    static const char *const words[] = {"的", "人", "同志", "了", "单位", "部门"},
                             *const matters[] = {"人民", "人口", "人才", "人力", "人居", "人员"};
    return ONE_OF(r, i, r->n, words) > 0 && !ONE_OF(r, i, r->n, matters);
}

// Is this a person of the unit (局长, 主要负责人)?
static bool person_of(const struct runes *r, size_t i)
{
    static const char *const words[] = {"局长", "主任",   "部长", "书记",   "主要",    "分管",
                                        "领导", "负责人", "任",   "同志",   "党组",    "组成",
                                        "长",   "的",     "兼",   "一把手", "负责同志"};
    return ONE_OF(r, i, r->n, words) > 0;
}

static size_t act_at(const struct runes *r, size_t i, size_t to, enum act *act)
{
    *act = ACT_NONE;
    if (i < to && r->at[i] == ':') {
        *act = ACT_COLON;
        return 1;
    }
    size_t best = 0;
    for (size_t k = 0; k < COUNT_OF(ACTS); k++) {
        size_t n = runes_lit(r, i, ACTS[k].word);
        if (n <= best || i + n > to) continue;
        best = n;
        *act = ACTS[k].act;
    }
    if (best && *act != ACT_WITH && speaks_of(r, i + best)) {
        *act = ACT_NONE;
        return 0;
    }
    return best;
}

// 等部门, 等有关单位 behind a list.
static size_t and_others(const struct runes *r, size_t i, size_t to)
{
    static const char *const words[] = {"等相关部门", "等有关部门", "等有关单位",
                                        "等相关单位", "等部门",     "等單位",
                                        "等部門",     "等单位",     "等"};
    return ONE_OF(r, i, to, words);
}

// 请, 责成, 由 …: somebody is asked, whatever the verb.
static size_t introducer_at(const struct runes *r, size_t i, size_t to)
{
    static const char *const words[] = {"由",     "请",   "责成", "拟请", "交由", "商请",
                                        "明确由", "委托", "請",   "責成", "要求"};
    return ONE_OF(r, i, to, words);
}

struct sentence {
    struct arena *a;
    const struct roster *ro;
    const struct runes *r;
    size_t to;
    bool numbered;
    size_t body; // behind 甲局：
    struct fields *f;
};

static size_t sentence_stop(const struct runes *r, size_t i, size_t to)
{
    enum { LONGEST = 600 };
    if (to - i > LONGEST) to = i + LONGEST;
    while (i < to && r->at[i] != 0x3002 && r->at[i] != ';') i++;
    return i;
}

// 农业农村、水利、交通等部门: names cut short, which only 等部门 makes units.
static size_t short_list_at(const struct runes *r, size_t i, size_t to)
{
    enum { LONGEST = 6, LOOK = 60 };
    size_t start = i;
    if (to - i > LOOK) to = i + LOOK;
    for (; i < to; i++) {
        if (r->at[i] == 0x3001) {
            if (i == start || i - start > LONGEST) return 0;
            start = i + 1;
        } else if (i > start + 1 && and_others(r, i, to) > 1) {
            return i - start <= LONGEST ? i : 0;
        } else if (!rune_han(r->at[i])) {
            return 0;
        }
    }
    return 0;
}

// …，乙局、丙局配合: further units with what they do, in the same sentence.
static size_t further_units(struct sentence *s, size_t i)
{
    size_t stop = sentence_stop(s->r, i, s->to), last = i;
    for (; i < stop; i++) {
        if (s->r->at[i] != ',' && s->r->at[i] != 0x3001) continue;
        size_t start = runes_skip(s->r, i + 1), end = short_list_at(s->r, start, stop);
        if (!end) end = list_at(s->a, s->ro, s->r, start, stop, false);
        if (!end) continue;
        size_t others = and_others(s->r, end, stop);
        enum act act;
        act_at(s->r, end + others, stop, &act);
        bool plain =
            act == ACT_WEAK && s->r->at[i] == ',' && !others && duty_begins_unit(s->r, start);
        if (act != ACT_ASSIST && act != ACT_DO && act != ACT_LEAD && !plain) {
            i = end - 1;
            continue;
        }
        enum name_role role = act == ACT_ASSIST ? NAME_ASSIST
                              : act == ACT_LEAD ? NAME_LEAD
                                                : NAME_PLAIN;
        names_read(s->a, s->r, start, end, role, &s->f->units);
        last = i = end + others;
    }
    return last;
}

static bool firm_enough(const struct sentence *s, enum act act, bool asked, size_t next)
{
    if (act == ACT_NONE) return asked && next < s->to && rune_han(s->r->at[next]);
    if (act == ACT_WEAK || act == ACT_MODAL) return asked || s->numbered || act == ACT_MODAL;
    return true;
}

// What stands behind 甲局： must be a duty: neither nothing nor the beginning of a letter.
static bool duty_behind_colon(const struct sentence *s, size_t i)
{
    static const char *const letters[] = {"你", "贵", "现",   "关于", "根据",
                                          "为", "经", "按照", "近期"};
    i = runes_skip(s->r, i);
    return s->to - i >= 6 && i < s->to && !ONE_OF(s->r, i, s->to, letters);
}

// 由县发改局牵头制定本方案, 现将任务分解如下: who made the paper, not who works.
static bool tells_of_paper(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"制定本", "如下", "印发给", "编制本", "起草"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_find(r, from, to, words[i]) != SIZE_MAX) return true;
    return false;
}

// Who a sentence names, and what it says of them.
struct subject {
    size_t start, end; // the list of units
    size_t asked;      // length of 由, 请 …
    size_t next, len;  // the word of duty behind it
    size_t with;       // end of the units that are joined by 会同, or 0
    size_t rest;       // where further units may follow
    enum act act;
};

static bool duty_word_at_once(enum act act)
{
    return act == ACT_LEAD || act == ACT_DO || act == ACT_WITH || act == ACT_ASSIST;
}

// The units at i and the word behind them. False when no list of units stands there.
static bool subject_at(struct sentence *s, size_t i, struct subject *u)
{
    u->asked = introducer_at(s->r, i, s->to);
    u->start = runes_skip(s->r, i + u->asked);
    u->end = list_at(s->a, s->ro, s->r, u->start, s->to, true);
    // 城关镇, 综合执法队: only where a duty follows at once.
    bool loose = !u->end && (u->asked || s->numbered);
    if (loose) u->end = list_at(s->a, s->ro, s->r, u->start, s->to, false);
    if (!u->end || person_of(s->r, u->end)) return false;
    u->next = runes_skip(s->r, u->end + and_others(s->r, u->end, s->to));
    u->len = act_at(s->r, u->next, s->to, &u->act);
    u->rest = u->next + u->len;
    return !loose || duty_word_at_once(u->act);
}

// Does the word behind the units make it a duty of theirs?
static bool has_duty(struct sentence *s, size_t i, const struct subject *u)
{
    if (duty_addresses_all(runes_slice(s->r, u->start, u->end))) return false;
    if (u->act == ACT_NONE && speaks_of(s->r, u->next + 2)) return false;
    if (!firm_enough(s, u->act, u->asked, u->next)) return false;
    if (!s->numbered && tells_of_paper(s->r, i, sentence_stop(s->r, i, s->to))) return false;
    if (u->act == ACT_COLON) return !u->asked && duty_behind_colon(s, u->next + 1);
    bool set = runes_is(s->r, u->start, "各");
    return !set || u->asked || u->act == ACT_DO || u->act == ACT_LEAD;
}

// 会同乙局、丙局等部门
static bool take_with(struct sentence *s, struct subject *u)
{
    if (u->act != ACT_WITH) return true;
    u->with = list_at(s->a, s->ro, s->r, u->rest, s->to, false);
    if (u->with) u->rest = u->with + and_others(s->r, u->with, s->to);
    return u->with || u->asked;
}

static enum said how_said(const struct sentence *s, const struct subject *u)
{
    if (u->act == ACT_MODAL || (u->act == ACT_WEAK && !u->asked)) return SAID_LOOSELY;
    if (u->act != ACT_COLON || s->numbered) return SAID_FIRMLY;
    enum act behind;
    act_at(s->r, runes_skip(s->r, u->next + 1), s->to, &behind);
    return behind == ACT_NONE ? SAID_LOOSELY : SAID_FIRMLY;
}

static enum name_role role_of(const struct sentence *s, const struct subject *u)
{
    if (u->act == ACT_LEAD) return NAME_LEAD;
    return u->act == ACT_ASSIST && !u->asked && !s->numbered ? NAME_ASSIST : NAME_PLAIN;
}

// A sentence of duty at i exactly.
static bool sentence_at(struct sentence *s, size_t i)
{
    struct subject u = {0};
    if (!subject_at(s, i, &u) || !has_duty(s, i, &u) || !take_with(s, &u)) return false;
    struct fields f = {0}, *out = s->f;
    s->f = &f;
    names_read(s->a, s->r, u.start, u.end, role_of(s, &u), &f.units);
    if (u.with) names_read(s->a, s->r, u.next + u.len, u.with, NAME_ASSIST, &f.units);
    size_t last = further_units(s, u.rest);
    s->f = out;
    if (f.units.n == 0) return false;
    f.units_text = runes_slice(s->r, u.start, last > u.end ? last : u.end);
    f.said = how_said(s, &u);
    f.said_colon = u.act == ACT_COLON;
    if (f.said_colon) s->body = runes_skip(s->r, u.next + 1);
    fields_merge(s->a, out, &f);
    return true;
}

static bool clause_end(uint32_t cp)
{
    return cp == ',' || cp == 0x3002 || cp == ';' || cp == ':' || cp == 0x2014;
}

// 会议议定：, 会议要求， in front of who does it.
static size_t skip_decision(const struct runes *r, size_t i)
{
    static const char *const words[] = {"会议议定", "会议要求", "会议决定", "会议明确",
                                        "会议强调", "会议同意", "议定"};
    size_t n = ONE_OF(r, i, r->n, words);
    if (!n) return i;
    i = runes_skip(r, i + n);
    return runes_skip(r, i + (r->at[i] == ':' || r->at[i] == ','));
}

// 各部门各单位要…，由督查组汇总: what everybody is told to do is nobody's task.
static bool general_address(const struct runes *r, size_t i, size_t to)
{
    enum { LONGEST = 16 };
    if (!runes_is(r, i, "各")) return false;
    static const char *const demands[] = {"要", "应", "须", "务必", "必须"};
    for (size_t k = i + 1; k < to && k < i + LONGEST && r->at[k] != ',' && r->at[k] != 0x3002; k++)
        if (ONE_OF(r, k, to, demands)) return duty_addresses_all(runes_slice(r, i, k));
    return false;
}

bool duty_read(struct arena *a, const struct roster *ro, const struct runes *r, size_t *from,
               size_t to, bool numbered, struct fields *f)
{
    enum { TITLE = 24, LOOK = 400 };
    size_t start = skip_decision(r, runes_skip(r, *from));
    struct sentence s = {a, ro, r, to, numbered, *from, f};
    bool titled = false;
    if (general_address(r, start, to)) return false;
    if (sentence_at(&s, start)) {
        *from = s.body;
        return true;
    }
    for (size_t i = start; i < to && i < start + LOOK; i++) {
        if (!clause_end(r->at[i])) continue;
        size_t next = skip_decision(r, runes_skip(r, i + 1));
        // 攻坚难题。区住建委牵头…: behind a short title the sentence may begin with its subject.
        bool title = r->at[i] == 0x3002 && !titled && i - start <= TITLE;
        titled |= r->at[i] == 0x3002;
        if (next < to && (title || introducer_at(r, next, to)) && sentence_at(&s, next))
            return true;
    }
    return false;
}

// ---- paragraphs ---------------------------------------------------------------------------------

static size_t trim_end(const struct runes *r, size_t from, size_t to)
{
    while (to > from && (rune_blank(r->at[to - 1]) || r->at[to - 1] == ';')) to--;
    return to;
}

// The sentences of duty in [from, to): the first behind a lead-in or at once, the others behind
// semicolons.
static void find_clauses(struct arena *a, const struct roster *ro, const struct runes *r,
                         struct span in, struct segments *out, size_t *first)
{
    for (size_t i = in.from; i < in.to && arena_ok(a); i++) {
        bool lead_in = out->n == 0 && (r->at[i] == ':' || r->at[i] == 0x3002);
        if (i != in.from && !lead_in && r->at[i] != ';') continue;
        size_t at = runes_skip(r, i == in.from ? i : i + 1);
        struct segment s = {.text = {at, in.to}, .tail = true, .clause = true};
        struct sentence read = {a, ro, r, sentence_stop(r, at, in.to), true, at, &s.f};
        if (at >= in.to || !sentence_at(&read, at) || s.f.said != SAID_FIRMLY) continue;
        if (out->n) {
            struct span *before = &out->at[out->n - 1].text;
            before->to = trim_end(r, before->from, at);
        } else {
            *first = at;
        }
        s.text.from = read.body;
        VEC_ADD(a, out, s);
    }
}

// 甲局负责…；乙局负责…: cuts the passage when at least two sentences of duty stand in it.
static bool cut_clauses(struct arena *a, const struct roster *ro, const struct runes *r,
                        const struct segment *whole, struct segments *out)
{
    struct segments cut = {0};
    size_t start = whole->text.from;
    find_clauses(a, ro, r, whole->text, &cut, &start);
    if (cut.n < 2) return false;
    struct segment lead_in = {.text = {whole->text.from, start}};
    bool led = start > whole->text.from;
    if (led) VEC_ADD(a, out, lead_in);
    for (size_t i = 0; i < cut.n; i++) {
        cut.at[i].clause = led;
        VEC_ADD(a, out, cut.at[i]);
    }
    return true;
}

void duties_apply(struct arena *a, const struct roster *ro, const struct runes *r, bool numbered,
                  struct segments *segs)
{
    struct segments out = {0};
    for (size_t i = 0; i < segs->n; i++) {
        struct segment s = segs->at[i];
        bool open = !fields_units(&s.f) && i == 0 && s.text.to > s.text.from;
        if (open && !fields_any(&s.f) && cut_clauses(a, ro, r, &s, &out)) continue;
        if (open) duty_read(a, ro, r, &s.text.from, s.text.to, numbered, &s.f);
        VEC_ADD(a, &out, s);
    }
    *segs = out;
}
