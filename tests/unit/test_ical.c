// RFC 5545: folding (3.1), escaping (3.3.11), whole days and instants (3.3.4, 3.3.5).
#include "check.h"

#include "exchange/ical/ical.h"

static struct buf fresh(struct arena *a)
{
    struct buf b;
    buf_init(&b, a, 64 * 1024);
    return b;
}

static void text_is_escaped(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct buf b = fresh(a);
    (void)state;
    ical_text(&b, "SUMMARY", STR("a,b;c\\d\r\ne\x01" "f\tg，：h"));
    check_str(buf_str(&b), "SUMMARY:a\\,b\\;c\\\\d\\nef g，：h\r\n");
    arena_free(a);
}

// Each line has at most 75 octets, none ends inside a character, and unfolding gives the text back.
static void check_folds(struct arena *a, str text)
{
    struct buf b = fresh(a), back = fresh(a);
    ical_text(&b, "S", text);
    str rest = buf_str(&b);
    for (bool first = true; rest.n; first = false) {
        str line = str_cut(&rest, STR("\r\n"));
        check(line.n <= 75);
        check(utf8_valid(line));
        if (!first) check_int(line.p[0], ' ');
        buf_add(&back, first ? line : str_from(line, 1));
    }
    str want = str_cat(a, STR("S:"), text);
    check(str_eq(buf_str(&back), want));
}

static void lines_are_folded(void **state)
{
    struct arena *a = arena_new(1 << 24);
    (void)state;
    for (size_t n = 0; n < 300; n++) {
        struct buf plain = fresh(a), mixed = fresh(a);
        for (size_t i = 0; i < n; i++) buf_addc(&plain, 'x');
        for (size_t i = 0; i < n; i++) buf_addz(&mixed, i % 3 == 0 ? "a" : i % 3 == 1 ? "闭" : "𠀀");
        check_row("%zu", n);
        check_folds(a, buf_str(&plain));
        check_folds(a, buf_str(&mixed));
    }
    arena_free(a);
}

static void a_line_of_75_is_whole(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct buf b = fresh(a), want = fresh(a);
    (void)state;
    for (int i = 0; i < 73; i++) buf_addc(&want, 'x');
    ical_text(&b, "S", buf_str(&want));
    check_int((int64_t)b.n, 77);
    buf_addc(&want, 'y');
    b = fresh(a);
    ical_text(&b, "S", buf_str(&want));
    check(str_ends(buf_str(&b), STR("x\r\n y\r\n")));
    arena_free(a);
}

static const char GOLDEN[] =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bihuan//" BIHUAN_VERSION "//ZH\r\n"
    "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"
    "X-WR-CALNAME:闭环 区住建委\r\n"
    "BEGIN:VEVENT\r\nUID:17@dongcheng\r\nDTSTAMP:20230201T010203Z\r\nLAST-MODIFIED:20230201T010203Z\r\nSEQUENCE:4\r\n"
    "DTSTART;VALUE=DATE:20231231\r\nDTEND;VALUE=DATE:20240101\r\nTRANSP:TRANSPARENT\r\nSUMMARY:完成时限：加装电梯\r\n"
    "CATEGORIES:重点任务\r\nURL:https://b.example/item/2023-02-02\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:17-report@dongcheng\r\n"
    "DTSTAMP:20230201T010203Z\r\nLAST-MODIFIED:20230201T010203Z\r\nSEQUENCE:4\r\n"
    "DTSTART:20230228T235959Z\r\nSUMMARY:报进展\r\nSTATUS:CONFIRMED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

static void a_calendar_is_golden(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct buf b = fresh(a);
    (void)state;
    instant changed = instant_at(day_of(2023, 2, 1), 62, 0) + 3 * US_PER_SECOND;
    struct ical_event e = {.uid = STR("17@dongcheng"), .sequence = 4, .changed_at = changed, .on = day_of(2023, 12, 31),
                           .summary = STR("完成时限：加装电梯"), .category = STR("重点任务"),
                           .url = STR("https://b.example/item/2023-02-02"), .status = "CONFIRMED"};
    struct ical_event r = {.uid = STR("17-report@dongcheng"), .sequence = 4, .changed_at = changed, .on = DAY_NONE,
                           .at = instant_at(day_of(2023, 3, 1), 0, 0) - US_PER_SECOND, .summary = STR("报进展"),
                           .status = "CONFIRMED"};
    ical_begin(&b, STR("Bihuan"), STR("闭环 区住建委"));
    ical_event(&b, &e);
    ical_event(&b, &r);
    ical_end(&b);
    check_str(buf_str(&b), GOLDEN);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(text_is_escaped), cmocka_unit_test(lines_are_folded),
                                       cmocka_unit_test(a_line_of_75_is_whole), cmocka_unit_test(a_calendar_is_golden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
