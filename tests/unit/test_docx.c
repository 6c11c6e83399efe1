#include "zip_of.h"

#include "exchange/division/division.h"
#include "exchange/docx/docx.h"
#include "exchange/docx/numerals.h"
#include "exchange/office/archive.h"

#define NS "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define BODY(xml) {"word/document.xml", STR("<w:document " NS "><w:body>" xml "</w:body></w:document>")}
#define R(text) "<w:r><w:t>" text "</w:t></w:r>"
#define P(text) "<w:p>" R(text) "</w:p>"
#define LISTED(num, level, text) \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" num "\"/></w:numPr></w:pPr>" R(text) \
        "</w:p>"
#define TC(properties, text) "<w:tc><w:tcPr>" properties "</w:tcPr>" P(text) "</w:tc>"
#define TR(cells) "<w:tr>" cells "</w:tr>"
#define LEVEL(n, start, format, text)                                                                  \
    "<w:lvl w:ilvl=\"" n "\"><w:start w:val=\"" start "\"/><w:numFmt w:val=\"" format "\"/><w:lvlText w:val=\"" text \
    "\"/></w:lvl>"

static const struct part NUMBERING = {
    "word/numbering.xml",
    STR("<w:numbering " NS "><w:abstractNum w:abstractNumId=\"7\">" LEVEL("0", "1", "chineseCountingThousand", "%1、")
            LEVEL("1", "1", "chineseCounting", "（%2）") LEVEL("2", "1", "decimal", "%3.") "</w:abstractNum>"
        "<w:abstractNum w:abstractNumId=\"8\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"3\"/>"
            "<w:numFmt w:val=\"decimalEnclosedCircle\"/>"
        "<w:lvlText w:val=\"%1\"/><w:pStyle w:val=\"Ring\"/></w:lvl></w:abstractNum>"
        "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"7\"/></w:num>"
        "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"7\"/><w:lvlOverride w:ilvl=\"2\">"
            "<w:startOverride w:val=\"5\"/>"
        "</w:lvlOverride></w:num><w:num w:numId=\"3\"><w:abstractNumId w:val=\"8\"/></w:num></w:numbering>")};
static const struct part STYLES = {
    "word/styles.xml", STR("<w:styles " NS "><w:style w:styleId=\"Ring\"><w:pPr><w:numPr>"
        "<w:numId w:val=\"3\"/></w:numPr>"
                           "</w:pPr></w:style><w:style w:styleId=\"Below\"><w:basedOn w:val=\"Ring\"/>"
            "</w:style></w:styles>")};

static bool read(struct fixture *f, const struct part *parts, size_t n, struct docx *d)
{
    return docx_read(&f->c, zip_of(f, parts, n, ZIP_CM_DEFLATE), d);
}

// The whole document as text: paragraphs by line, tables as [row,col text|…].
static str told(struct fixture *f, const struct docx *d)
{
    struct buf b;
    buf_init(&b, f->a, 100000);
    for (size_t i = 0; i < d->blocks.n; i++) {
        const struct docx_block *x = &d->blocks.at[i];
        if (i) buf_addz(&b, "/");
        buf_add(&b, x->text);
        if (x->table) buf_addz(&b, "[");
        for (size_t k = 0; x->table && k < x->table->cells.n; k++) {
            const struct cell *c = &x->table->cells.at[k];
            buf_printf(&b, "%s%d,%d %.*s", k ? "|" : "", c->row, c->col, STR_FMT(c->text));
        }
        for (size_t k = 0; x->table && k < x->table->merges.n; k++) {
            const struct merge *m = &x->table->merges.at[k];
            buf_printf(&b, " (%d,%d-%d,%d)", m->row, m->col, m->last_row, m->last_col);
        }
        if (x->table) buf_addz(&b, "]");
    }
    return buf_str(&b);
}

static void check_told(struct fixture *f, struct part body, const char *want)
{
    struct part parts[] = {body, NUMBERING, STYLES};
    struct docx d;
    check(read(f, parts, COUNT_OF(parts), &d));
    check_str(told(f, &d), want);
}

static void labels_are_counted(void **state)
{
    struct fixture *f = *state;
    check_told(f, (struct part)BODY(LISTED("1", "0", "甲") LISTED("1", "1", "乙") LISTED("1", "2", "丙")
        LISTED("1", "2", "丁")
                                        LISTED("1", "1", "戊") LISTED("1", "2", "己") LISTED("1", "0", "庚")
            LISTED("1", "1", "辛")),
               "一、甲/（一）乙/1.丙/2.丁/（二）戊/1.己/二、庚/（一）辛");
    // Another use of the same list goes on counting, and begins anew where it says so.
    check_told(f, (struct part)BODY(LISTED("1", "2", "甲") LISTED("2", "2", "乙") LISTED("2", "2", "丙")
        LISTED("2", "0", "丁")),
               "1.甲/5.乙/6.丙/一、丁");
    check_told(f, (struct part)BODY("<w:p><w:pPr><w:pStyle w:val=\"Below\"/></w:pPr>" R("甲") "</w:p>"
                                    "<w:p><w:pPr><w:pStyle w:val=\"Ring\"/></w:pPr>" R("乙") "</w:p>"
                                    "<w:p><w:pPr><w:pStyle w:val=\"Ring\"/><w:numPr><w:numId w:val=\"0\"/>"
            "</w:numPr></w:pPr>" R("丙") "</w:p>"),
               "③甲/④乙/丙");
}

static void numerals_of_every_kind(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *format;
        int n;
        const char *want;
    } rows[] = {{"chineseCounting", 10, "十"},      {"chineseCounting", 11, "十一"},
                {"chineseCounting", 20, "二十"},    {"chineseCountingThousand", 101, "一百零一"},
                {"chineseCountingThousand", 110, "一百一十"}, {"chineseCountingThousand", 1010, "一千零一十"},
                {"chineseLegalSimplified", 12, "壹拾贰"}, {"ideographTraditional", 3, "丙"},
                {"ideographTraditional", 11, "11"}, {"ideographZodiac", 12, "亥"},
                {"ideographDigital", 2023, "二〇二三"}, {"decimalEnclosedCircle", 20, "⑳"},
                {"decimalEnclosedCircle", 21, "21"}, {"decimalEnclosedParen", 2, "⑵"},
                {"decimalFullWidth", 12, "１２"},   {"upperRoman", 1994, "MCMXCIV"},
                {"lowerRoman", 4, "iv"},            {"lowerLetter", 27, "aa"},
                {"upperLetter", 26, "Z"},           {"decimalZero", 7, "07"},
                {"none", 3, ""},                    {"unheardOf", 3, "3"}, {"chineseCounting", 0, "0"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s %d", rows[i].format, rows[i].n);
        check_str(numeral(f->a, str_of(rows[i].format), rows[i].n), rows[i].want);
    }
}

static void tracked_changes_are_taken_as_accepted(void **state)
{
    struct fixture *f = *state;
    struct part body = BODY(
        "<w:p>" R("完成") "<w:del w:id=\"1\"><w:r><w:delText>九成</w:delText></w:r></w:del><w:ins w:id=\"2\">"
            R("全部") "</w:ins>" R("任务") "</w:p>"
        "<w:p><w:pPr><w:rPr><w:del w:id=\"3\"/></w:rPr></w:pPr>" R("前半") "</w:p>" P("后半")
        "<w:p><w:moveFrom w:id=\"4\">" R("移走") "</w:moveFrom><w:moveTo w:id=\"5\">" R("移来") "</w:moveTo></w:p>"
        "<w:p><w:pPr><w:numPr><w:numId w:val=\"1\"/></w:numPr><w:pPrChange w:id=\"6\"><w:pPr><w:numPr>"
            "<w:numId w:val=\"3\"/></w:numPr>"
        "</w:pPr></w:pPrChange></w:pPr>" R("新号") "</w:p>"
        "<w:tbl>" TR(TC("", "留")) "<w:tr><w:trPr><w:del w:id=\"7\"/></w:trPr>" TC("", "删") "</w:tr>"
            TR(TC("", "后")) "</w:tbl>");
    struct part parts[] = {body, NUMBERING};
    struct docx d;
    check(read(f, parts, 2, &d));
    check_str(told(f, &d), "完成全部任务/前半后半/移来/一、新号/[1,1 留|2,1 后]");
    check_int(d.deleted, 2);
}

static void fields_and_hidden_text(void **state)
{
    struct fixture *f = *state;
#define FIELD(code) "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> " code " </w:instrText></w:r>"
#define RESULT(xml) "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" xml
#define ENDED "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    struct part body = BODY(
        "<w:p>" FIELD("TOC \\o") RESULT(R("一、目录")) "</w:p>" P("二、目录") "<w:p>" ENDED R("正文") "</w:p>"
        "<w:p>" FIELD("SEQ 表 \\* ARABIC") RESULT(R("7")) ENDED R("号") "</w:p>"
        "<w:p>" FIELD("AUTONUM") ENDED R("甲") "</w:p><w:p>" FIELD("AUTONUM") ENDED R("乙") "</w:p>"
        "<w:p>" R("看得见") "<w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r><w:r><w:rPr>"
            "<w:vanish w:val=\"0\"/></w:rPr><w:t>的</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>"
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>pin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>拼</w:t></w:r>"
            "</w:rubyBase></w:ruby></w:r></w:p>");
    struct part parts[] = {body};
    struct docx d;
    check(read(f, parts, 1, &d));
    check_str(told(f, &d), "正文/7号/1.甲/2.乙/看得见的/一\t二\n三/拼");
    check_int(d.hidden, 1);
    check_int(d.contents, 2);
}

static void boxes_and_notes(void **state)
{
    struct fixture *f = *state;
#define BOX "<w:txbxContent>" P("框中一") "<w:tbl>" TR(TC("", "框中表")) "</w:tbl></w:txbxContent>"
    struct part parts[] = {
        BODY("<w:p>" R("锚") "<w:r><mc:AlternateContent xmlns:mc=\"m\"><mc:Choice><w:drawing>"
            BOX "</w:drawing></mc:Choice>"
             "<mc:Fallback><w:pict>" BOX "</w:pict></mc:Fallback></mc:AlternateContent></w:r>" R("后") "</w:p>"
            P("下一段")),
        {"word/footnotes.xml", STR("<w:footnotes " NS "><w:footnote w:type=\"separator\" w:id=\"-1\">"
            P("---") "</w:footnote>"
                                   "<w:footnote w:id=\"2\">" P("脚注文字") "</w:footnote></w:footnotes>")},
        {"word/header1.xml", STR("<w:hdr " NS ">" P("页眉") "</w:hdr>")}};
    struct docx d;
    check(read(f, parts, 3, &d));
    check_str(told(f, &d), "锚后/框中一/[1,1 框中表]/下一段/脚注文字");
}

static void tables_with_merges(void **state)
{
    struct fixture *f = *state;
    check_told(f, (struct part)BODY("<w:tbl>" TR(TC("<w:gridSpan w:val=\"2\"/>", "宽") TC("", "右")) TR(
                                        TC("<w:vMerge w:val=\"restart\"/>", "高") TC("", "中") TC("", "乙"))
                                        TR("<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" TC("", "丙")
                                           "<w:tc><w:p/><w:tbl>" TR(TC("", "内") TC("", "外")) "</w:tbl>"
            LISTED("1", "0", "列") "</w:tc>")
                                    "</w:tbl>"),
               "[1,1 宽|1,3 右|2,1 高|2,2 中|2,3 乙|3,2 丙|3,3 内 外\n一、列 (1,1-1,2) (2,1-3,1)]");
}

static void damage_is_refused(void **state)
{
    struct fixture *f = *state;
    struct docx d;
    static const struct {
        const char *xml, *error;
    } rows[] = {{"<w:document><w:body>", "office.xml"},
                {"<!DOCTYPE a [<!ENTITY b \"c\">]><w:document/>", "office.doctype"},
                {"", "office.xml"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct part part = {"word/document.xml", str_of(rows[i].xml)};
        check_row("%s", rows[i].xml);
        check_error(read(f, &part, 1, &d), &f->c, rows[i].error);
    }
    struct buf deep;
    buf_init(&deep, f->a, 10000);
    for (int i = 0; i <= OFFICE_MAX_DEPTH; i++) buf_addz(&deep, "<a>");
    struct part part = {"word/document.xml", buf_str(&deep)};
    check_error(read(f, &part, 1, &d), &f->c, "office.depth");
    struct part other = {"word/other.xml", STR("<a/>")};
    check_error(read(f, &other, 1, &d), &f->c, "office.missing");
    check_error(docx_read(&f->c, STR("\xd0\xcf\x11\xe0 old"), &d), &f->c, "office.ole");
}

#define HEAD TR(TC("", "序号") TC("", "工作任务") TC("", "牵头单位") TC("", "配合单位") TC("", "完成时限"))

// A division as offices write it: automatic numbers, a heading with its leader above each table.
static void a_division_is_read(void **state)
{
    struct fixture *f = *state;
    struct part parts[] = {
        BODY(P("2023年重点任务分工方案") LISTED("1", "0", "重大项目（牵头领导：张三）") "<w:tbl>" HEAD TR(
            TC("", "1") TC("", "建成第一医院新院区") TC("<w:vMerge w:val=\"restart\"/>", "区卫健委") TC("", "区住建委")
            TC("", "2023年6月底前"))
                 TR(TC("", "2") TC("", "开工建设社区医院五家") "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
            TC("", "各街道") TC("", "2023年12月底前"))
             "</w:tbl>" LISTED("1", "0", "改革任务") LISTED("1", "1", "推进公立医院改革，完成三项制度。（责任单位：区卫健委；完成时限：2023年9月底前）")
                 P("签发：某某")),
        NUMBERING};
    struct division_options o = {.year = 2023};
    struct division_result r;
    check(division_read(&f->c, zip_of(f, parts, 2, ZIP_CM_DEFLATE), STR("分工.docx"), &o, &r));
    check_int(r.format, DIVISION_DOCX);
    check_int(r.unaccounted.n, 0);
    check_int(r.tasks.n, 3);
    check_str(r.title, "2023年重点任务分工方案");
    check_str(r.tasks.at[0].text, "建成第一医院新院区");
    check_str(r.tasks.at[0].lead.written, "区卫健委");
    check_str(r.tasks.at[0].leader, "张三");
    check(r.tasks.at[0].section.n > 0 && str_has(r.tasks.at[0].section.at[0], STR("重大项目")));
    check_str(r.tasks.at[1].lead.written, "区卫健委"); // the merged cell reaches down
    check_int(day_to_ymd(r.tasks.at[1].due.day), 20231231);
    check_str(r.tasks.at[2].number, "（一）");
    check_str(r.tasks.at[2].lead.written, "区卫健委");
    check_int(day_to_ymd(r.tasks.at[2].due.day), 20230930);
}

int main(void)
{
    return CHECK_RUN(UNIT(labels_are_counted), UNIT(numerals_of_every_kind),
                     UNIT(tracked_changes_are_taken_as_accepted),
                     UNIT(fields_and_hidden_text), UNIT(boxes_and_notes), UNIT(tables_with_merges),
                     UNIT(damage_is_refused), UNIT(a_division_is_read));
}
