#include "exchange/division/fields.h"

#include "exchange/division/numbering.h"

bool fields_units(const struct fields *f)
{
    return f->units.n > 0;
}

bool fields_any(const struct fields *f)
{
    return f->units.n > 0 || f->has_due || f->leader.n > 0 || f->person.n > 0;
}

void fields_merge(struct arena *a, struct fields *f, const struct fields *other)
{
    if (f->units.n == 0) f->said = other->said, f->said_colon = other->said_colon;
    else if (other->units.n && other->said == SAID_NOT) f->said = SAID_NOT;
    for (size_t i = 0; i < other->units.n; i++) VEC_ADD(a, &f->units, other->units.at[i]);
    if (f->leader.n == 0) f->leader = other->leader;
    if (f->person.n == 0) f->person = other->person;
    if (!f->has_due) f->due = other->due, f->has_due = other->has_due;
    if (f->units_text.n && other->units_text.n)
        f->units_text =
            str_printf(a, "%.*s；%.*s", STR_FMT(f->units_text), STR_FMT(other->units_text));
    else if (other->units_text.n) f->units_text = other->units_text;
    if (f->task_text.n == 0) f->task_text = other->task_text;
    if (f->measure_text.n == 0) f->measure_text = other->measure_text;
    f->n_labels += other->n_labels;
}

static bool piece_end(uint32_t cp)
{
    return cp == ',' || cp == ';' || cp == 0x3002;
}

static void take_due(struct fields *f, const struct runes *r, size_t from, size_t to, int year,
                     bool start)
{
    struct division_due due;
    if (!due_field(r, from, to, year, &due)) {
        due = (struct division_due){.day = DAY_NONE, .text = runes_slice(r, from, to)};
    }
    if (start && due.kind == DUE_FINISH) due.kind = DUE_START;
    if (f->has_due && !(f->due.kind == DUE_START && !start)) return;
    f->due = due;
    f->has_due = true;
}

// 6月底前完成, 9月底前出台相关政策: a piece that opens with a limit and does not name a unit.
static bool due_piece(const struct runes *r, size_t from, size_t to)
{
    if (due_only(r, from, to)) return true;
    size_t at =
        from + runes_lit(r, from, "力争") + runes_lit(r, from, "确保") + runes_lit(r, from, "于");
    struct due_hit h;
    if (to - from > 30 || !due_at(r, at, to, 2000, &h) || h.at.to > to) return false;
    return h.at.to < to &&
           (h.before || (h.at.to - h.at.from >= 3 && !name_is_unit(runes_slice(r, from, to))));
}

// 以下均需各镇落实，不再单独列出；排第一位的为牵头单位，下同: remarks about the list, not names.
static bool speaks_of_all(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"以下", "本方案", "上述", "以上", "各项", "下列", "本清单"};
    for (size_t k = 0; k < COUNT_OF(words); k++)
        if (runes_is(r, from, words[k])) return runes_find(r, from, to, "均") != SIZE_MAX || k == 0;
    return false;
}

static bool remark_piece(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"下同",     "不再",     "以下",     "的为牵头单位",
                                        "单位为牵", "列第一位", "排第一位", "排在首位",
                                        "排名第一", "列首位",   "位为牵头"};
    if (speaks_of_all(r, from, to)) return true;
    for (size_t i = from; i < to; i++) {
        // A bracket behind a name is read with the name.
        size_t close = rune_open(r->at[i]) ? runes_close(r, i, to) : SIZE_MAX;
        if (close != SIZE_MAX) i = close;
        for (size_t k = 0; k < COUNT_OF(words); k++)
            if (runes_is(r, i, words[k])) return true;
    }
    return false;
}

// 以下各项均需各县区落实，未设机构的由园区承担，不再列出: a remark about all that follows goes on to
// the piece that says so. Returns the end of its last piece.
static size_t remark_end(const struct runes *r, size_t from, size_t end, size_t to)
{
    enum { LOOK = 300 };
    if (!speaks_of_all(r, from, end)) return end;
    size_t last = runes_find(r, end, to - end > LOOK ? end + LOOK : to, "不再");
    if (last == SIZE_MAX) return end;
    while (last < to && !piece_end(r->at[last])) last++;
    return last;
}

// A unit value may end in its deadline: 区住建委、区财政局，6月底完成. Pieces that are nothing but
// a deadline go to due, the rest are names. 区供电公司（2021年10月）: a bracket at the end that is
// nothing but a deadline. Returns where names end.
static size_t take_due_bracket(struct fields *f, const struct runes *r, size_t from, size_t to,
                               int year)
{
    size_t open = to;
    while (open > from && !(r->at[open] == '(' || r->at[open] == '[')) open--;
    bool closed = open > from && runes_close(r, open, to) == to - 1;
    if (!closed || !due_only(r, open + 1, to - 1)) return to;
    take_due(f, r, open + 1, to - 1, year, false);
    return open;
}

static str without_marks(str text)
{
    while (str_ends(text, STR("，")) || str_ends(text, STR("；")) || str_ends(text, STR("。")))
        text.n -= 3;
    while (str_ends(text, STR(",")) || str_ends(text, STR(";"))) text.n--;
    return text;
}

static void take_units(struct arena *a, struct fields *f, const struct runes *r, size_t from,
                       size_t to, enum name_role role, int year)
{
    to = take_due_bracket(f, r, from, to, year);
    size_t names_from = from, start = from, due_from = SIZE_MAX, due_to = 0;
    for (size_t i = from; i <= to; i++) {
        if (i < to && rune_open(r->at[i])) {
            size_t close = runes_close(r, i, to);
            if (close != SIZE_MAX) i = close;
        }
        if (i < to && !piece_end(r->at[i])) continue;
        size_t s = runes_skip(r, start);
        if (s < i && due_piece(r, s, i)) {
            names_read(a, r, names_from, start, role, &f->units);
            names_from = i + 1 < to ? i + 1 : to;
            if (due_from == SIZE_MAX) due_from = s;
            due_to = i;
        } else if (s < i && remark_piece(r, s, i)) {
            names_read(a, r, names_from, start, role, &f->units);
            i = remark_end(r, s, i, to);
            names_from = i + 1 < to ? i + 1 : to;
        }
        start = i + 1;
    }
    if (names_from < to) names_read(a, r, names_from, to, role, &f->units);
    if (due_from != SIZE_MAX) take_due(f, r, due_from, due_to, year, false);
    str text = without_marks(runes_slice(r, from, due_from == SIZE_MAX ? to : due_from));
    f->units_text =
        f->units_text.n ? str_printf(a, "%.*s；%.*s", STR_FMT(f->units_text), STR_FMT(text)) : text;
}

static str value_text(const struct runes *r, size_t from, size_t to)
{
    while (to > from &&
           (rune_blank(r->at[to - 1]) || piece_end(r->at[to - 1]) || r->at[to - 1] == 0x3001))
        to--;
    return runes_slice(r, from, to);
}

static bool closes_foreign(const struct runes *r, size_t from, size_t to)
{
    int depth = 0;
    for (size_t i = from; i < to; i++)
        depth += rune_open(r->at[i]) ? 1 : rune_close(r->at[i]) ? -1 : 0;
    return depth < 0;
}

void fields_set(struct arena *a, struct fields *f, enum label label, const struct runes *r,
                size_t from, size_t to, int year)
{
    from = runes_skip(r, from);
    while (to > from &&
           (rune_blank(r->at[to - 1]) || piece_end(r->at[to - 1]) || r->at[to - 1] == 0x3001))
        to--;
    f->n_labels++;
    // A bracket that was opened before the label closes here: it is no part of the value.
    while (to > from && rune_close(r->at[to - 1]) && closes_foreign(r, from, to))
        for (to--; to > from && (rune_blank(r->at[to - 1]) || piece_end(r->at[to - 1])); to--)
            continue;
    if (from >= to) return;
    switch (label) {
    case LABEL_LEAD: take_units(a, f, r, from, to, NAME_LEAD, year); break;
    case LABEL_RESP: take_units(a, f, r, from, to, NAME_PLAIN, year); break;
    case LABEL_ASSIST: take_units(a, f, r, from, to, NAME_ASSIST, year); break;
    case LABEL_LEADER:
        if (f->leader.n == 0)
            f->leader = str_replace(a, value_text(r, from, to), STR("\n"), STR("、"));
        break;
    case LABEL_PERSON:
        if (f->person.n == 0)
            f->person = str_replace(a, value_text(r, from, to), STR("\n"), STR("、"));
        break;
    case LABEL_DUE: take_due(f, r, from, to, year, false); break;
    case LABEL_START: take_due(f, r, from, to, year, true); break;
    case LABEL_TASK:
        if (f->task_text.n == 0) f->task_text = runes_slice(r, from, to);
        break;
    case LABEL_MEASURE:
        if (f->measure_text.n == 0) f->measure_text = runes_slice(r, from, to);
        break;
    default: break;
    }
}

// The next label with colon at or after i; skips nothing but what lies before it.
static size_t next_label(const struct runes *r, size_t i, size_t to, enum label *label,
                         size_t *value)
{
    for (; i < to; i++) {
        uint32_t cp = r->at[i];
        if (!rune_han(cp)) continue;
        if (label_at(r, i, label, value) && *value <= to) return i;
    }
    return SIZE_MAX;
}

// 责任单位 区发改局: the colon was lost, the value shows what the word is.
static bool gap_label(struct arena *a, const struct runes *r, size_t at, size_t to,
                      enum label *label, size_t *value)
{
    size_t n = label_word(r, at, label), end = at + n;
    if (n < 3 || end >= to || !rune_blank(r->at[end])) return false;
    *value = runes_skip(r, end);
    if (to - *value > 200) return false;
    if (label_is_unit(*label)) return names_unit_percent(a, r, *value, to) >= 60;
    if (*label == LABEL_DUE || *label == LABEL_START) return due_only(r, *value, to);
    return (*label == LABEL_LEADER || *label == LABEL_PERSON) && names_are_people(a, r, *value, to);
}

bool fields_line(struct arena *a, const struct runes *r, size_t from, size_t to, int year,
                 struct fields *f)
{
    enum label label;
    size_t value, at = runes_skip(r, from);
    while (at < to && (r->at[at] == 0x2014 || r->at[at] == '*' || rune_blank(r->at[at]))) at++;
    if (at >= to) return false;
    if (!label_at(r, at, &label, &value) && !gap_label(a, r, at, to, &label, &value)) return false;
    while (at != SIZE_MAX) {
        enum label next = LABEL_NONE;
        size_t next_value = 0, end = next_label(r, value, to, &next, &next_value);
        size_t stop = end == SIZE_MAX ? to : end;
        // 责任单位：…（完成时限：…）: the bracket that opens before the next label is not part of
        // the value
        size_t cut = stop;
        while (cut > value && (rune_blank(r->at[cut - 1]) || rune_open(r->at[cut - 1]))) cut--;
        if (end != SIZE_MAX) stop = cut;
        fields_set(a, f, label, r, value, stop, year);
        at = end;
        label = next;
        value = next_value;
    }
    return true;
}

// A word that ends a division of work: （…按职责分工负责）.
static bool ends_in_role(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"牵头", "负责", "配合",     "落实",     "参与", "主办",
                                        "协办", "主责", "组织实施", "职责分工", "承办", "协助"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        for (size_t k = runes_find(r, from, to, words[i]); k != SIZE_MAX;
             k = runes_find(r, k + 1, to, words[i])) {
            size_t end = runes_skip(r, k + runes_lit(r, k, words[i]));
            if (end >= to || piece_end(r->at[end]) || r->at[end] == 0x3001 ||
                runes_is(r, k, "职责分工"))
                return true;
        }
    }
    return false;
}

// Without any word of duty only what is plainly a list of public bodies counts.
static bool plain_units(struct arena *a, const struct runes *r, size_t from, size_t to)
{
    struct name_list list = {0};
    names_read(a, r, from, to, NAME_PLAIN, &list);
    static const char *const ends[] = {
        "局",   "委", "办", "街道", "政府",   "管委会", "中心", "公司",  "委员会", "办事处",
        "集团", "镇", "部", "厅",   "单位",   "部门",   "院",   "分局",  "支队",   "大队",
        "乡",   "会", "联", "园区", "开发区", "银行",   "人行", "办公室",
        "海关", "供销社", "派出所", "分行", "支行",   "股"};
    static const char *const not_starts[] = {"含",   "包括", "如",   "即", "见", "原", "简称",
                                             "以下", "不含", "其中", "详", "除", "涉", "指",
                                             "注",   "由",   "在",   "按", "以", "每", "共"};
    size_t units = 0, people = 0;
    for (size_t i = 0; i < list.n; i++) {
        str name = list.at[i].text;
        if (list.n > 1 && name_is_person(name)) {
            people++;
            continue;
        }
        if (utf8_count(name) < 2 || utf8_count(name) > 18) return false;
        for (size_t k = 0; k < COUNT_OF(not_starts); k++)
            if (str_starts(name, str_of(not_starts[k]))) return false;
        bool unit = name_is_set(name);
        for (size_t k = 0; k < COUNT_OF(ends) && !unit; k++) unit = str_ends(name, str_of(ends[k]));
        if (unit) units++;
    }
    return units > 0 && units * 10 >= (list.n - people) * 8 &&
           (list.n > 1 || utf8_count(list.at[0].text) >= 3);
}

static bool deadline_tail(const struct runes *r, size_t from, size_t to)
{
    if (!due_only(r, from, to)) return false;
    static const char *const words[] = {"前",   "底",   "完成", "末",   "持续",   "长期",   "年内",
                                        "季度", "启动", "开工", "竣工", "上半年", "下半年", "全年"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_find(r, from, to, words[i]) != SIZE_MAX) return true;
    return false;
}

// （孙某，区农业农村局，各镇街，12月）: persons among the units are the leaders.
static void people_lead(struct arena *a, struct fields *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->units.n; i++) {
        str name = f->units.at[i].text;
        if (!name_is_person(name)) f->units.at[n++] = f->units.at[i];
        else
            f->leader =
                f->leader.n ? str_printf(a, "%.*s、%.*s", STR_FMT(f->leader), STR_FMT(name)) : name;
    }
    f->units.n = n;
}

// （6月底完成；责任单位：…）: what stands before the first label may be the deadline or units.
static bool labelled_tail(struct arena *a, const struct runes *r, size_t from, size_t first,
                          size_t to, int year, struct fields *f)
{
    size_t cut = first;
    while (cut > from && (piece_end(r->at[cut - 1]) || rune_blank(r->at[cut - 1]))) cut--;
    if (cut > runes_skip(r, from)) {
        if (!due_only(r, from, cut) && !plain_units(a, r, from, cut) && !ends_in_role(r, from, cut))
            return false;
        take_units(a, f, r, from, cut, NAME_PLAIN, year);
    }
    return fields_line(a, r, first, to, year, f);
}

// （甲局牵头，乙局、丙局按职责分工负责）
static bool duty_tail(struct arena *a, const struct runes *r, size_t from, size_t to, int year,
                      struct fields *f)
{
    take_units(a, f, r, from, to, NAME_PLAIN, year);
    size_t units = 0;
    for (size_t i = 0; i < f->units.n; i++) units += name_is_unit(f->units.at[i].text);
    return f->units.n > 0 && units * 2 >= f->units.n;
}

// （区住建委、区财政局，6月底前）
static bool listed_tail(struct arena *a, const struct runes *r, size_t from, size_t to, int year,
                        struct fields *f)
{
    take_units(a, f, r, from, to, NAME_PLAIN, year);
    size_t names_to = to;
    if (f->has_due) {
        size_t at = str_find(r->src, f->due.text, r->off[from]);
        for (names_to = from; names_to < to && r->off[names_to] < at; names_to++) continue;
        while (names_to > from &&
               (piece_end(r->at[names_to - 1]) || rune_blank(r->at[names_to - 1])))
            names_to--;
    }
    if (f->units.n == 0 || names_to <= from || !plain_units(a, r, from, names_to)) return false;
    people_lead(a, f);
    return true;
}

// Reads the inside of a bracket as a tail. at_end: nothing but punctuation follows the bracket.
static bool tail_read(struct arena *a, const struct runes *r, size_t from, size_t to, bool at_end,
                      int year, struct fields *f)
{
    enum { LONGEST = 600 };
    enum label label;
    size_t value;
    if (to - from > LONGEST) return false;
    struct fields own = {0};
    size_t first = next_label(r, from, to, &label, &value);
    bool read;
    if (first != SIZE_MAX && label_is_field(label)) {
        read = labelled_tail(a, r, from, first, to, year, &own);
    } else if (ends_in_role(r, from, to)) {
        read = duty_tail(a, r, from, to, year, &own);
    } else if (at_end && deadline_tail(r, from, to)) {
        take_due(&own, r, from, to, year, false);
        read = true;
    } else {
        read = at_end && listed_tail(a, r, from, to, year, &own);
    }
    if (read) fields_merge(a, f, &own);
    return read;
}

static bool only_marks(const struct runes *r, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        uint32_t cp = r->at[i];
        if (!rune_blank(cp) && cp != 0x3002 && cp != ';' && cp != ',' && cp != '.' && cp != 0x3001)
            return false;
    }
    return true;
}

static bool boundary_before(const struct runes *r, size_t from, size_t i)
{
    if (i == from) return true;
    uint32_t cp = r->at[i - 1];
    return cp == 0x3002 || cp == ';' || rune_blank(cp) || cp == ',' || rune_close(cp) ||
           cp == '!' || cp == '.' || cp == 0x2014 || cp == '%' || cp == 0x201D;
}

// An unlabelled deadline and units never begin a label in running text: 明确责任单位：… does not
// count.
static bool inline_label(const struct runes *r, size_t from, size_t i, size_t *value)
{
    enum label label;
    if (!rune_han(r->at[i]) || !boundary_before(r, from, i)) return false;
    return label_at(r, i, &label, value) && label_is_field(label) && *value < r->n;
}

// Where the next label without colon begins, behind a blank; r->n when there is none.
static size_t next_gap_label(const struct runes *r, size_t i)
{
    enum label label;
    for (; i < r->n; i++)
        if (rune_blank(r->at[i - 1]) && !rune_blank(r->at[i]) && label_word(r, i, &label) >= 4) return i;
    return r->n;
}

// 牵头单位 县工信局 责任单位 县统计局 完成时限 12月底前: labels that lost their colons, to the end of the
// paragraph. Every value must suit its label.
static bool gap_fields(struct arena *a, const struct runes *r, size_t from, size_t i, int year,
                       struct fields *f)
{
    enum { LONGEST_TAIL = 400 };
    if (r->n - i > LONGEST_TAIL || !rune_han(r->at[i]) || !boundary_before(r, from, i)) return false;
    size_t labels = 0;
    while (i < r->n) {
        enum label label;
        size_t word = label_word(r, i, &label), value, to;
        if (word < 4) return false;
        to = next_gap_label(r, i + word);
        if (!gap_label(a, r, i, to, &label, &value)) return false;
        fields_set(a, f, label, r, value, to, year);
        labels++;
        i = to;
    }
    return labels >= 2;
}

// Inline fields end at the full stop behind which no further label stands:
// …责任单位：市工信局。2.提升现代服务业…
static size_t inline_end(const struct runes *r, size_t i)
{
    for (; i < r->n; i++) {
        if (r->at[i] != 0x3002) continue;
        size_t next = runes_skip(r, i + 1), value;
        enum label label;
        if (next < r->n && !label_at(r, next, &label, &value) && !rune_open(r->at[next]))
            return i + 1;
    }
    return r->n;
}

static void push(struct arena *a, struct segments *out, size_t from, size_t to,
                 const struct fields *f, bool tail)
{
    struct segment *s = VEC_PUSH(a, out);
    s->text = (struct span){from, to};
    s->f = *f;
    s->tail = tail;
}

static bool next_is_label(const struct runes *r, size_t from, size_t to)
{
    enum label label;
    size_t value;
    return next_label(r, from, to, &label, &value) != SIZE_MAX;
}

// Where the last sentence of a passage begins.
static size_t last_sentence(const struct runes *r, size_t from)
{
    size_t end = r->n;
    while (end > from && only_marks(r, end - 1, end)) end--;
    while (end > from && r->at[end - 1] != 0x3002 && r->at[end - 1] != ';') end--;
    return runes_skip(r, end);
}

// The sentence ends with what the units do: 由甲局牵头，会同乙局制定方案。 says more than who does
// it.
static bool closes_in_duty(const struct runes *r, size_t from, size_t to)
{
    static const char *const words[] = {"负责", "牵头", "落实", "配合", "实施", "参与",
                                        "协办", "承办", "办理", "完成", "协助"};
    while (to > from && only_marks(r, to - 1, to)) to--;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (to >= from + 2 && runes_lit(r, to - 2, words[i]) == 2) return true;
    return false;
}

// 甲局牵头，乙局配合，持续推进。: where the deadline at the end begins, else the end.
static size_t before_due(const struct runes *r, size_t from)
{
    size_t to = r->n, comma = r->n;
    while (to > from && only_marks(r, to - 1, to)) to--;
    while (comma > from && r->at[comma - 1] != ',') comma--;
    return comma > from && comma < to && due_only(r, comma, to) ? comma - 1 : to;
}

bool fields_said(struct arena *a, const struct runes *r, size_t from, int year, struct fields *f)
{
    enum { LONGEST = 120 };
    size_t n = runes_lit(r, from, "由");
    if (r->n - from > LONGEST || !ends_in_role(r, from, r->n)) return false;
    size_t to = before_due(r, from);
    if (!closes_in_duty(r, from, to)) return false;
    if (!duty_tail(a, r, from + n, r->n, year, f) || f->units.n == 0 ||
        names_unit_percent(a, r, from + n, to) != 100)
        return false;
    // Without 由 the names must be particular: 各部门负责落实。 may be an admonition.
    return n || (!name_is_set(f->units.at[0].text) && plain_units(a, r, from, to));
}

// （1）举办4场。（甲局，6月底前）（2）…: the bracket ends the first of several items in one line.
static bool numbered_next(const struct runes *r, size_t i)
{
    struct numbering num;
    while (i < r->n && only_marks(r, i, i + 1)) i++;
    return i < r->n && numbering_at(r, i, &num) && num.value > 1 &&
           (num.rank == RANK_ARABIC_BRACKET || num.rank == RANK_CIRCLED);
}

// 各镇政府(街道办事处): a bracket that explains a unit's name and is no tail.
static bool explains_unit(struct arena *a, const struct runes *r, size_t start, size_t open, size_t to)
{
    return open > start && open - start <= 24 && r->at[open - 1] != 0x3002 &&
           names_unit_percent(a, r, start, open) == 100 && !next_is_label(r, open + 1, to);
}

// What follows the last tail: a sentence that says whose duty it is, or plain text.
static void push_rest(struct arena *a, const struct runes *r, size_t start, int year,
                      struct segments *out)
{
    struct fields said = {0}, none = {0};
    size_t sentence = last_sentence(r, start);
    if (sentence > start && fields_said(a, r, sentence, year, &said))
        push(a, out, start, sentence, &said, true);
    else if (start < r->n && !only_marks(r, start, r->n))
        push(a, out, start, r->n, &none, false);
}

void fields_split(struct arena *a, const struct runes *r, size_t from, int year,
                  struct segments *out)
{
    size_t start = runes_skip(r, from), value;
    for (size_t i = start; i < r->n && arena_ok(a); i++) {
        struct fields f = {0};
        if (inline_label(r, start, i, &value)) {
            size_t end = inline_end(r, value);
            if (fields_line(a, r, i, end, year, &f)) {
                push(a, out, start, i, &f, true);
                i = end - 1;
                start = end;
                continue;
            }
        }
        if (i > start && gap_fields(a, r, start, i, year, &f)) {
            push(a, out, start, i, &f, true);
            return;
        }
        f = (struct fields){0};
        if (!rune_open(r->at[i])) continue;
        size_t close = runes_close(r, i, r->n);
        size_t inside_to = close == SIZE_MAX ? r->n : close;
        bool at_end =
            close == SIZE_MAX || only_marks(r, close + 1, r->n) || numbered_next(r, close + 1);
        if (at_end && explains_unit(a, r, start, i, inside_to)) {
            i = inside_to;
            continue;
        }
        if (!tail_read(a, r, i + 1, inside_to, at_end, year, &f)) {
            if (close != SIZE_MAX) i = close;
            continue;
        }
        // A second bracket right behind it belongs to the same tail: （责任单位：…）（6月底前完成）
        bool joined = out->n && out->at[out->n - 1].tail && only_marks(r, start, i);
        if (joined) fields_merge(a, &out->at[out->n - 1].f, &f);
        else push(a, out, start, i, &f, true);
        i = inside_to;
        start = inside_to + 1;
        while (start < r->n && only_marks(r, start, start + 1)) start++;
    }
    push_rest(a, r, start, year, out);
}
