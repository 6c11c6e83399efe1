#include "check.h"

#include "exchange/csv/csv.h"
#include "exchange/text/decode.h"

static void encodings_are_recognised(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name;
        str bytes;
        enum text_encoding encoding;
    } rows[] = {
        {"utf-8", STR("任务"), TEXT_UTF8},
        {"bom", STR("\xef\xbb\xbf任务"), TEXT_UTF8_BOM},
        {"gb", STR("\xc8\xce\xce\xf1"), TEXT_GB18030},
        {"utf-16le", STR("\xff\xfe\xfb\x4e\xa1\x52"), TEXT_UTF16LE},
        {"utf-16be", STR("\xfe\xff\x4e\xfb\x52\xa1"), TEXT_UTF16BE},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].name);
        str out;
        enum text_encoding e;
        check(text_decode(&f->c, rows[i].bytes, &out, &e));
        check_int(e, rows[i].encoding);
        check_str(out, "任务");
    }
    // Four bytes a character
    str out;
    enum text_encoding e;
    check(text_decode(&f->c, STR("\x81\x39\xef\x31\xc8\xce\x95\x34\xb2\x35"), &out, &e));
    check_str(out, "㐂任𠮷");
}

static void other_bytes_are_refused(void **state)
{
    struct fixture *f = *state;
    str out;
    enum text_encoding e;
    check_error(text_decode(&f->c, STR("abc\0def"), &out, &e), &f->c, "text.binary");
    check_error(text_decode(&f->c,
                            STR("\x7f"
                                "ELF\x02\x01\x01"),
                            &out, &e),
                &f->c, "text.binary");
    check_error(text_decode(&f->c, STR("\xef\xbb\xbf\xc8\xce"), &out, &e), &f->c, "text.encoding");
    check_error(text_decode(&f->c, STR("\xff\xfe\xfb"), &out, &e), &f->c, "text.encoding");
    check_error(text_decode(&f->c, STR("caf\xe9"), &out, &e), &f->c, "text.encoding");
    check_error(text_decode(&f->c, STR("\xff\xff\xff\xff"), &out, &e), &f->c, "text.encoding");
}

static void lines_split_at_every_end(void **state)
{
    struct fixture *f = *state;
    struct text_lines l = {0};
    check(text_split(&f->c, STR("a\r\nb\rc\n\nd\u2028e\fg"), &l));
    check_int(l.n, 7);
    check_str(l.at[2].text, "c");
    check_int(l.at[4].no, 5);
    check_str(l.at[4].text, "d");
    check_str(l.at[6].text, "g");
    check_int(l.at[6].no, 7);
}

static void huge_lines_are_refused(void **state)
{
    struct fixture *f = *state;
    char *p = arena_alloc(f->a, TEXT_MAX_LINE + 2);
    memset(p, 'a', TEXT_MAX_LINE + 2);
    struct text_lines l = {0};
    check_error(text_split(&f->c, (str){p, TEXT_MAX_LINE + 2}, &l), &f->c, "text.long_line");
}

static void invisible_characters_go(void **state)
{
    struct fixture *f = *state;
    check_str(text_clean(f->a, STR("\ufeff \u3000一\u200b、\u00a0任\u00ad务\t ")), "一、 任务");
    check_str(text_clean(f->a, STR("目　标")), "目　标");
    check_str(text_clean(f->a, STR("\u202eabc\u202c")), "abc");
}

static void csv_follows_rfc_4180(void **state)
{
    struct fixture *f = *state;
    struct sheet s;
    check(csv_read(&f->c, STR("a,\"b,c\",\"d\"\"e\"\r\n\"two\r\nlines\",,x\n\n,last"), &s));
    check_int(s.rows, 4);
    check_int(s.cols, 3);
    check_str(sheet_at(&s, 1, 2)->text, "b,c");
    check_str(sheet_at(&s, 1, 3)->text, "d\"e");
    check_str(sheet_at(&s, 2, 1)->text, "two\nlines");
    check(sheet_at(&s, 2, 2) == NULL);
    check_str(sheet_at(&s, 4, 2)->text, "last");
    check(csv_read(&f->c, STR("a;b;c\n1;2,5;3\n"), &s));
    check_str(sheet_at(&s, 2, 2)->text, "2,5");
    check(csv_read(&f->c, STR("a\tb\n1,0\t2\n"), &s));
    check_str(sheet_at(&s, 2, 1)->text, "1,0");
    check_error(csv_read(&f->c, STR("a,\"b\nc"), &s), &f->c, "csv.quote");
}

static void csv_columns_are_bounded(void **state)
{
    struct fixture *f = *state;
    enum { COLUMNS = 1000000 };
    char *p = arena_alloc(f->a, COLUMNS + 1);
    memset(p, ',', COLUMNS);
    struct sheet s;
    check_error(csv_read(&f->c, (str){p, COLUMNS}, &s), &f->c, "csv.too_many_columns");
}

static void csv_never_writes_a_formula(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"=cmd|'/c calc'!A0", "\"'=cmd|'/c calc'!A0\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@x", "\"'@x\""},
        {"＝1", "\"'＝1\""},
        {"\tx", "\"'\tx\""},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"任务", "任务"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        struct buf b;
        buf_init(&b, f->a, 1000);
        csv_write_text(&b, str_of(rows[i].in), true);
        check_str(buf_str(&b), rows[i].out);
    }
    struct buf b;
    buf_init(&b, f->a, 1000);
    csv_write_number(&b, STR("-5"), true);
    csv_write_text(&b, STR("x"), false);
    csv_write_end(&b);
    check_str(buf_str(&b), "-5,x\r\n");
}

int main(void)
{
    return CHECK_RUN(UNIT(encodings_are_recognised), UNIT(other_bytes_are_refused),
                     UNIT(lines_split_at_every_end), UNIT(huge_lines_are_refused),
                     UNIT(invisible_characters_go), UNIT(csv_follows_rfc_4180),
                     UNIT(csv_columns_are_bounded), UNIT(csv_never_writes_a_formula));
}
