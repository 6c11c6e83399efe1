#include "exchange/division/para.h"

#include "exchange/division/drawn.h"
#include "exchange/division/duties.h"
#include "exchange/division/runon.h"
#include "exchange/division/table.h"
#include "exchange/division/tree.h"

bool rune_sentence_end(uint32_t cp)
{
    return cp == 0x3002 || cp == ';' || cp == '!' || cp == '?' || cp == ':' || cp == 0x2026;
}

bool para_is_date(const struct runes *r)
{
    size_t i = runes_skip(r, 0);
    bool open = i < r->n && rune_open(r->at[i]);
    struct due_hit h;
    if (!due_at(r, i + open, r->n, 0, &h) || !h.has_year) return false;
    size_t end = runes_skip(r, h.at.to);
    if (open && end < r->n && rune_close(r->at[end])) end++;
    return runes_skip(r, end) >= r->n && r->n <= 24 && !h.before && h.at.to - h.at.from >= 8;
}

struct line {
    str text, raw; // raw still has its tabs
    struct runes r;
    size_t block;
    int repeats; // further lines of the same text beside a page number
    int width;   // columns: Chinese 2, Latin 1
    bool indent, blank_before;
    bool furniture, table, table_head, table_column;
};
struct lines {
    struct line *at;
    size_t n, cap;
};

static int width_of(const struct runes *r)
{
    int w = 0;
    for (size_t i = 0; i < r->n; i++)
        w += r->at[i] < 0x2000 && r->src.p[r->off[i]] < 0x7f && r->src.p[r->off[i]] > 0 ? 1 : 2;
    return w;
}

static bool indented(str raw)
{
    return str_starts(raw, STR("\u3000")) || str_starts(raw, STR("  ")) ||
           str_starts(raw, STR("\t")) || str_starts(raw, STR("\u00a0"));
}

// — 3 —, - 3 -, 第3页 共10页, 3/10
static bool page_number(const struct runes *r)
{
    size_t i = runes_skip(r, 0);
    if (r->n == 0 || r->n > 16) return false;
    int dashes = 0, digits = 0, words = 0, others = 0;
    for (; i < r->n; i++) {
        uint32_t cp = r->at[i];
        if (rune_digit(cp)) digits++;
        else if (cp == '-' || cp == 0x2014 || cp == 0x2013 || cp == 0x2015 || cp == 0x2500 ||
                 cp == 0x00B7)
            dashes++;
        else if (cp == 0x9875 || cp == 0x7B2C || cp == 0x5171 || cp == '/') // 页第共
            words++;
        else if (!rune_blank(cp)) others++;
    }
    bool paged = runes_has(r, "页") && words >= 2;
    return digits > 0 && digits <= 8 && others == 0 && (dashes >= 2 || paged) &&
           !(dashes == 2 && digits >= 6);
}

// Marks flattened tables: from a run of header words to the next title or the end.
// A date ends it only when it cannot be a cell: dated deadlines stand in a column of their own.
static bool table_stops(const struct line *l, bool dated)
{
    size_t i = runes_skip(&l->r, 0);
    if (l->r.n <= 12 && !str_has(l->text, STR("|")) && text_is_requirement(l->text) &&
        !numbering_at(&l->r, 0, &(struct numbering){0}))
        return true;
    return runes_is(&l->r, i, "附件") || runes_is(&l->r, i, "附表") || runes_is(&l->r, i, "抄送") ||
           runes_is(&l->r, i, "(此件") || runes_is(&l->r, i, "扫一扫") ||
           (!dated && para_is_date(&l->r)) || runes_is(&l->r, i, "相关链接") ||
           runes_is(&l->r, i, "分享到") || runes_is(&l->r, i, "打印");
}

// A word that may head a column we do not know: short, without digits or marks.
static bool header_like(const struct runes *r)
{
    if (r->n == 0 || r->n > 8) return false;
    for (size_t i = 0; i < r->n; i++)
        if (!rune_han(r->at[i]) && !rune_blank(r->at[i])) return false;
    return true;
}

// Lines of bars alone are what web pages leave of the borders between cells.
static bool bars_alone(const struct runes *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i] != '|' && !rune_blank(r->at[i])) return false;
    return r->n > 0;
}

// 2023年重点工作任务清单 above 序号: the title, although its words would name a column.
static bool heads_paper(const struct lines *ls, size_t i)
{
    size_t next = i + 1;
    while (next < ls->n && bars_alone(&ls->at[next].r)) next++;
    return next < ls->n && text_is_title(&ls->at[i].r) &&
           label_header(&ls->at[next].r) == LABEL_SERIAL;
}

// Lines that the header of a table takes from line i on; 0 when none begins there.
static size_t header_run(struct arena *a, const struct lines *ls, size_t i)
{
    struct arena_mark m = arena_mark(a);
    struct table *t = ARENA_NEW(a, struct table);
    size_t least = str_has(ls->at[i].text, STR("|")) ? 2 : 3;
    struct runes raw = str_has(ls->at[i].raw, STR("\t")) ? runes_of(a, ls->at[i].raw) : ls->at[i].r;
    bool one_line =
        ls->at[i].r.n >= 8 && table_header_words(a, &raw, t) >= least && table_usable(t);
    arena_reset_to(a, m);
    if (one_line) return 1;
    size_t known = 0, last = 0, end = 0; // last counts without borders
    bool any_unit = false, any_task = false;
    size_t borders = 0;
    for (size_t n = 0; i + n < ls->n && n < 20 + borders; n++) {
        const struct runes *r = &ls->at[i + n].r;
        if (n && bars_alone(r)) {
            borders++;
            continue;
        }
        enum label l = label_header(r);
        if (n == 0 && (l == LABEL_REMARK || heads_paper(ls, i))) break;
        if (l == LABEL_NONE && (n == 0 || !header_like(r))) break;
        if (l == LABEL_NONE) continue;
        known++;
        last = n + 1 - borders;
        end = n + 1;
        any_unit |= label_is_unit(l) || l == LABEL_LEADER;
        any_task |= l == LABEL_TASK || l == LABEL_TARGET || l == LABEL_MEASURE;
    }
    return known >= 3 && last - known <= 2 && any_unit && any_task ? end : 0;
}

// 责任单位：… or 1.…（甲局，6月底前）: below a flattened table the document goes on as running
// text.
static bool running_text(struct arena *a, const struct line *l)
{
    enum label label;
    size_t end;
    if (label_at(&l->r, 0, &label, &end))
        return label_is_unit(label) && runes_skip(&l->r, end) < l->r.n;
    struct numbering num;
    int serial;
    if (!numbering_at(&l->r, 0, &num) || numbering_serial(&l->r, &serial) ||
        str_has(l->text, STR("|")))
        return false;
    struct segments segs = {0};
    fields_split(a, &l->r, num.end, 0, &segs);
    return segs.n && segs.at[0].tail && fields_units(&segs.at[0].f) &&
           segs.at[0].text.to > segs.at[0].text.from;
}

// The headings right above the running text belong to it.
static size_t back_to_heading(const struct lines *ls, size_t k, size_t least)
{
    struct numbering num;
    while (k > least && numbering_at(&ls->at[k - 1].r, 0, &num) && num.rank <= RANK_CHINESE_BRACKET)
        k--;
    return k;
}

// Does the header in lines [i, i + n) name a column of deadlines?
static bool dated_header(const struct lines *ls, size_t i, size_t n)
{
    static const char *const words[] = {"时限", "时间", "节点", "期限", "日期", "进度"};
    for (size_t k = i; k < i + n; k++)
        if (str_has_any(ls->at[k].text, words, COUNT_OF(words))) return true;
    return false;
}

static void mark_tables(struct arena *a, struct lines *ls)
{
    for (size_t i = 0; i < ls->n; i++) {
        if (drawn_line(&ls->at[i].r)) {
            ls->at[i].table = true;
            continue;
        }
        size_t n = header_run(a, ls, i);
        if (!n) continue;
        ls->at[i].table_head = true;
        for (size_t k = i; k < i + n; k++) ls->at[k].table_column = true;
        bool dated = dated_header(ls, i, n);
        size_t k = i;
        for (; k < ls->n; k++) {
            if (k >= i + n && (table_stops(&ls->at[k], dated) || drawn_line(&ls->at[k].r))) break;
            if (k >= i + n && running_text(a, &ls->at[k])) {
                size_t first = back_to_heading(ls, k, i + n);
                while (k > first) ls->at[--k].table = false;
                break;
            }
            ls->at[k].table = true;
        }
        i = k - 1;
    }
}

static bool bare_number(const struct runes *r)
{
    int value;
    size_t i = runes_skip(r, 0), n = runes_int(r, i, &value);
    return n && n <= 4 && runes_skip(r, i + n) >= r->n;
}

static bool beside_page_number(const struct lines *ls, size_t i)
{
    bool above = i > 0 && (page_number(&ls->at[i - 1].r) || bare_number(&ls->at[i - 1].r));
    return above ||
           (i + 1 < ls->n && (page_number(&ls->at[i + 1].r) || bare_number(&ls->at[i + 1].r)));
}

// Page numbers, and running heads: lines beside page numbers that stand there at least three times,
// or that repeat a title.
static void mark_furniture(struct arena *a, struct lines *ls)
{
    struct map titles = {0}, heads = {0};
    for (size_t i = 0; i < ls->n; i++) {
        struct line *l = &ls->at[i];
        l->furniture = page_number(&l->r) || bars_alone(&l->r) || (!l->table && bare_number(&l->r));
        enum label label;
        size_t end;
        bool plain =
            !l->furniture && !l->table && l->r.n <= 40 && !label_at(&l->r, 0, &label, &end);
        if (!plain) continue;
        bool beside = beside_page_number(ls, i);
        if (beside && map_get(&titles, l->text)) l->furniture = true;
        if (text_is_title(&l->r)) map_put(a, &titles, l->text, l);
        if (!beside) continue;
        // The third of a kind marks the first two as well.
        struct line *first = map_get(&heads, l->text);
        if (!first) {
            map_put(a, &heads, l->text, l);
        } else if (++first->repeats >= 2) {
            l->furniture = true;
            for (size_t k = 0; first->repeats == 2 && k < i; k++)
                if (str_eq(ls->at[k].text, l->text) && beside_page_number(ls, k))
                    ls->at[k].furniture = true;
        }
    }
}

static uint32_t last_rune(const struct runes *r)
{
    size_t n = r->n;
    while (n && rune_blank(r->at[n - 1])) n--;
    return n ? r->at[n - 1] : 0;
}

static bool unfinished(const struct runes *r)
{
    uint32_t cp = last_rune(r);
    return cp && !rune_sentence_end(cp) && !rune_close(cp) && cp != '.';
}

// The width at which the text was broken, 0 when it was not.
static int wrap_width(const struct lines *ls)
{
    enum { BUCKETS = 64, STEP = 4, LEAST = 36 };
    size_t open[BUCKETS] = {0}, all[BUCKETS] = {0}, total = 0;
    for (size_t i = 0; i < ls->n; i++) {
        const struct line *l = &ls->at[i];
        if (l->furniture || l->table) continue;
        int b = l->width / STEP;
        if (b >= BUCKETS) b = BUCKETS - 1;
        all[b]++;
        total++;
        if (l->width >= LEAST && unfinished(&l->r)) open[b]++;
    }
    int best = 0;
    for (int b = LEAST / STEP; b + 1 < BUCKETS - 1; b++)
        if (open[b] + open[b + 1] > open[best] + open[best + 1]) best = b;
    size_t peak = best ? open[best] + open[best + 1] : 0, longer = 0;
    if (best + 2 < BUCKETS)
        for (int b = best + 3; b < BUCKETS; b++) longer += all[b];
    if (peak < 4 || longer * 20 > total) return 0;
    return (best + 1) * STEP;
}

// Does the line start something of its own: numbering in sequence, a label, a date, a heading mark?
static bool starts_new(const struct line *l, int last_arabic, bool wrapped)
{
    enum label label;
    size_t end;
    if (label_at(&l->r, 0, &label, &end)) return true;
    struct numbering num;
    if (numbering_at(&l->r, 0, &num)) {
        bool loose =
            num.rank == RANK_ARABIC && wrapped && num.value != 1 && num.value != last_arabic + 1;
        bool weak = num.rank == RANK_BULLET && l->r.at[0] == '-';
        if (!loose && !weak) return true;
    }
    if (rune_open(l->r.at[0]) && label_at(&l->r, 1, &label, &end)) return true;
    return runes_is(&l->r, 0, "附件") || para_is_date(&l->r);
}

struct joiner {
    struct ctx *c;
    const struct lines *ls;
    struct paras *out;
    int wrap;
    int last_arabic;
    int open;   // brackets not closed in the paragraph so far
    bool quick; // the paragraph so far is a numbering alone
};

static int open_brackets(const struct runes *r)
{
    int depth = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (rune_open(r->at[i]) || r->at[i] == 0x300A) depth++; // 《 too: titles break inside
        if ((rune_close(r->at[i]) || r->at[i] == 0x300B) && depth > 0) depth--;
    }
    return depth;
}

// Will an open bracket be closed within the next few lines?
static bool closes_soon(const struct joiner *j, size_t i)
{
    int seen = 0, depth = j->open;
    for (size_t k = i; k < j->ls->n && seen < 4; k++) {
        const struct runes *r = &j->ls->at[k].r;
        if (j->ls->at[k].furniture) continue;
        seen++;
        for (size_t p = 0; p < r->n; p++) {
            if (rune_open(r->at[p]) || r->at[p] == 0x300A) depth++;
            if ((rune_close(r->at[p]) || r->at[p] == 0x300B) && --depth == 0) return true;
        }
    }
    return false;
}

static bool number_alone(const struct runes *r)
{
    struct numbering num;
    return r->n <= 8 && numbering_at(r, 0, &num) && runes_skip(r, num.end) >= r->n &&
           num.rank < RANK_BULLET;
}

// 责任单位 alone on its line, without a colon, and its value on the next.
static bool label_over_value(struct arena *a, const struct runes *label, const struct runes *value)
{
    enum label l;
    size_t n = label_word(label, 0, &l);
    if (!n || n != label->n || !label_is_field(l)) return false;
    if (label_is_unit(l)) return names_unit_percent(a, value, 0, value->n) == 100;
    if (l == LABEL_LEADER || l == LABEL_PERSON) return names_are_people(a, value, 0, value->n);
    return due_only(value, 0, value->n);
}

static bool continues(const struct joiner *j, const struct para *p, const struct line *last,
                      size_t next)
{
    const struct line *l = &j->ls->at[next];
    if (l->table || last->table) return false;
    if (j->quick || (p->blocks.n == 1 && label_over_value(j->c->a, &last->r, &l->r))) return true;
    bool fresh = starts_new(l, j->last_arabic, j->wrap > 0);
    uint32_t cp = last_rune(&last->r);
    enum label label;
    size_t end;
    // Inside a bracket a label does not begin a paragraph, numbering does.
    bool labelled = label_at(&l->r, 0, &label, &end);
    if (j->open > 0 && (!fresh || labelled || rune_open(l->r.at[0])) && closes_soon(j, next))
        return true;
    if (fresh) return false;
    if (cp == 0x3001 || cp == ',') return p->r.n > 0;
    if (cp == ':') { // 责任单位： alone on its line: the value follows
        return label_at(&last->r, 0, &label, &end) && runes_skip(&last->r, end) >= last->r.n &&
               l->r.n < 120;
    }
    if (!j->wrap || last->width < j->wrap - 6 || l->indent) return false;
    return unfinished(&last->r) || rune_close(cp);
}

static bool ascii_edge(str x, str y)
{
    return x.n && y.n && (unsigned char)x.p[x.n - 1] < 0x80 && (unsigned char)y.p[0] < 0x80 &&
           x.p[x.n - 1] != ' ' && ((x.p[x.n - 1] | 32) >= 'a') && ((y.p[0] | 32) >= 'a');
}

static void take_line(struct joiner *j, struct para *p, const struct line *l)
{
    struct arena *a = j->c->a;
    if (p->text.n) {
        enum label label;
        bool gap = ascii_edge(p->text, l->text) || j->quick ||
                   (p->blocks.n == 1 && label_word(&p->r, 0, &label) == p->r.n);
        p->text = gap ? str_printf(a, "%.*s %.*s", STR_FMT(p->text), STR_FMT(l->text))
                      : str_cat(a, p->text, l->text);
    } else {
        p->text = l->text;
    }
    VEC_ADD(a, &p->blocks, l->block);
    p->r = p->blocks.n == 1 ? l->r : runes_of(a, p->text);
    j->open = open_brackets(&p->r);
    j->quick = number_alone(&p->r);
    struct numbering num;
    if (p->blocks.n == 1 && numbering_at(&p->r, 0, &num) && num.rank == RANK_ARABIC)
        j->last_arabic = num.value;
}

static void join_lines(struct joiner *j)
{
    enum { MAX_JOIN = 60 };
    const struct line *last = NULL;
    size_t at = SIZE_MAX; // paragraph being filled
    for (size_t i = 0; i < j->ls->n && arena_ok(j->c->a); i++) {
        const struct line *l = &j->ls->at[i];
        bool joined = at != SIZE_MAX && !l->furniture && j->out->at[at].blocks.n < MAX_JOIN &&
                      continues(j, &j->out->at[at], last, i);
        struct para *p = joined ? &j->out->at[at] : VEC_PUSH(j->c->a, j->out);
        if (l->furniture) {
            p->kind = PARA_FURNITURE;
            p->table_column = l->table_column;
            p->text = l->text;
            p->r = l->r;
            VEC_ADD(j->c->a, &p->blocks, l->block);
            continue;
        }
        if (!joined) at = j->out->n - 1, j->open = 0, j->quick = false;
        take_line(j, p, l);
        if (l->table)
            p->kind = PARA_TABLE, p->table_head = l->table_head, p->table_column = l->table_column,
            j->quick = false;
        last = l;
    }
}

// Web pages leave the bars of table cells at the ends of lines: 责任单位 |
static str without_bars(str s)
{
    str t = s;
    while (t.n && (t.p[t.n - 1] == '|' || t.p[t.n - 1] == ' ')) t.n--;
    while (t.n && (t.p[0] == '|' || t.p[0] == ' ')) t = str_from(t, 1);
    return t.n ? t : s;
}

// In tables a tab parts cells, so it must not become a blank.
static void keep_tabs(struct ctx *c, const struct text_lines *lines,
                      const struct division_result *res, struct lines *ls)
{
    for (size_t i = 0, k = 0; i < ls->n; i++) {
        struct line *l = &ls->at[i];
        int no = res->blocks.at[l->block].at.line;
        while (k < lines->n && lines->at[k].no < no) k++;
        if (!l->table || k == lines->n || !str_has(lines->at[k].text, STR("\t"))) continue;
        str raw = lines->at[k].text;
        while (raw.n && (raw.p[raw.n - 1] == ' ' || raw.p[raw.n - 1] == '\r')) raw.n--;
        l->text = raw;
        l->r = runes_of(c->a, raw);
    }
}

bool paras_read(struct ctx *c, struct division_result *res, const struct text_lines *lines,
                struct paras *out)
{
    struct lines ls = {0};
    bool blank = true;
    for (size_t i = 0; i < lines->n && arena_ok(c->a); i++) {
        str text = text_clean(c->a, lines->at[i].text);
        if (text.n == 0) {
            blank = true;
            continue;
        }
        if (res->blocks.n >= DIVISION_MAX_BLOCKS)
            return fail(c, ERR_TOO_LARGE, "division.too_many_blocks");
        struct division_block *b = VEC_PUSH(c->a, &res->blocks);
        b->text = text;
        b->at.line = lines->at[i].no;
        struct line *l = VEC_PUSH(c->a, &ls);
        l->text = without_bars(text);
        l->raw = lines->at[i].text;
        l->r = runes_of(c->a, l->text);
        l->block = res->blocks.n - 1;
        l->width = width_of(&l->r);
        l->indent = indented(lines->at[i].text);
        l->blank_before = blank;
        blank = false;
    }
    mark_tables(c->a, &ls);
    keep_tabs(c, lines, res, &ls);
    mark_furniture(c->a, &ls);
    struct joiner j = {.c = c, .ls = &ls, .out = out, .wrap = wrap_width(&ls)};
    join_lines(&j);
    return ctx_ok(c);
}

// A paragraph that is one bracket around fields: （责任单位：甲局；完成时限：6月底）
static bool bracketed_fields(struct arena *a, struct para *p, int year)
{
    size_t i = runes_skip(&p->r, 0);
    while (i < p->r.n && p->r.at[i] == 0x2014) i++;
    if (i >= p->r.n || !rune_open(p->r.at[i])) return false;
    struct numbering num;
    if (numbering_at(&p->r, 0, &num) && num.rank < RANK_BULLET) return false;
    struct segments segs = {0};
    fields_split(a, &p->r, i, year, &segs);
    if (segs.n == 0) return false;
    for (size_t k = 0; k < segs.n; k++) {
        if (!segs.at[k].tail || segs.at[k].text.from < segs.at[k].text.to) return false;
        fields_merge(a, &p->f, &segs.at[k].f);
    }
    return true;
}

static void analyse(struct arena *a, const struct roster *ro, struct para *p, int year)
{
    if (para_is_date(&p->r)) {
        p->kind = PARA_DATE;
        return;
    }
    enum label label;
    size_t end, from = runes_skip(&p->r, 0);
    p->numbered = numbering_at(&p->r, from, &p->num);
    size_t body = p->numbered ? p->num.end : from;
    if (runes_is(&p->r, body, "联系人") || runes_is(&p->r, body, "联络员"))
        return; // of the paper, not of a task
    bool card = label_at(&p->r, body, &label, &end) && !label_is_field(label);
    if (!card && fields_line(a, &p->r, body, p->r.n, year, &p->f)) {
        p->kind = PARA_FIELDS;
        return;
    }
    p->f = (struct fields){0};
    if (bracketed_fields(a, p, year)) {
        p->kind = PARA_FIELDS;
        p->numbered = false;
        return;
    }
    p->f = (struct fields){0};
    if (!p->numbered && fields_said(a, &p->r, body, year, &p->f)) {
        p->kind = PARA_FIELDS;
        return;
    }
    p->f = (struct fields){0};
    if (runon_table(a, &p->r)) {
        p->kind = PARA_RUN_ON;
        return;
    }
    fields_split(a, &p->r, body, year, &p->segs);
    duties_apply(a, ro, &p->r, p->numbered, &p->segs);
}

// 3 高新技术产业产值增长10%. 科技局: where the last word behind a blank is a list of units. Returns
// its start, 0 when it is none.
static size_t units_column(struct arena *a, const struct para *p)
{
    if (p->kind != PARA_TEXT || !p->numbered || p->segs.n != 1 || p->segs.at[0].tail) return 0;
    size_t at = p->r.n;
    while (at > 0 && !rune_blank(p->r.at[at - 1])) at--;
    if (at <= runes_skip(&p->r, p->num.end) + 3 || p->r.n - at < 2) return 0;
    return names_unit_percent(a, &p->r, at, p->r.n) == 100 ? at : 0;
}

// A table whose rows became lines: the last column counts when several lines end in it.
static void units_columns(struct arena *a, struct paras *ps, int year)
{
    enum { LEAST = 3 };
    size_t n = 0;
    for (size_t i = 0; i < ps->n; i++) n += units_column(a, &ps->at[i]) > 0;
    if (n < LEAST) return;
    for (size_t i = 0; i < ps->n && arena_ok(a); i++) {
        size_t at = units_column(a, &ps->at[i]);
        if (!at) continue;
        struct segment *s = &ps->at[i].segs.at[0];
        fields_set(a, &s->f, LABEL_RESP, &ps->at[i].r, at, ps->at[i].r.n, year);
        s->text.to = at;
        s->tail = true;
    }
}

static struct fields *colon_duty(const struct paras *ps, size_t i)
{
    if (i >= ps->n || ps->at[i].kind != PARA_TEXT || ps->at[i].segs.n == 0) return NULL;
    struct fields *f = &ps->at[i].segs.at[0].f;
    return f->said_colon ? f : NULL;
}

// 县公安局：依法打击…。 one below the other: a list of duties, although nothing numbers it.
static void listed_duties(struct paras *ps)
{
    for (size_t i = 1; i < ps->n; i++) {
        struct fields *before = colon_duty(ps, i - 1), *here = colon_duty(ps, i);
        if (before && here) before->said = here->said = SAID_FIRMLY;
    }
}

void paras_analyse(struct arena *a, const struct roster *ro, struct paras *ps, int year)
{
    runon_cut(a, ro, ps, year);
    for (size_t i = 0; i < ps->n && arena_ok(a); i++)
        if (ps->at[i].kind == PARA_TEXT) analyse(a, ro, &ps->at[i], year);
    units_columns(a, ps, year);
    listed_duties(ps);
}
