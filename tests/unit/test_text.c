// Slices, UTF-8 and buffers. The list of malformed sequences follows Unicode 15, table 3-7.
#include "check.h"

#include "base/text.h"

static void slices_compare(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"", "", 0},   {"a", "", 1},     {"", "a", -1},   {"a", "b", -1},      {"ab", "a", 1},
        {"a", "a", 0}, {"一", "乙", -1}, {"z", "一", -1}, {"\xff", "\x01", 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s %s", rows[i].a, rows[i].b);
        str a = str_of(rows[i].a), b = str_of(rows[i].b);
        int order = str_cmp(a, b);
        check_int((order > 0) - (order < 0), rows[i].order);
        check_int(str_eq(a, b), rows[i].order == 0);
        check_int(str_is(a, rows[i].b), rows[i].order == 0);
    }
    check(str_is(str_of(NULL), ""));
    check(!str_eq(STR("a\0b"), STR("a\0c"))); // a NUL is a byte like others
}

// Fields nobody set are zeroed; every function takes them as empty.
static void zeroed_slice_is_empty(void **state)
{
    struct fixture *f = *state;
    str z = {0}, rest = z;
    size_t at = 0;
    int64_t n;
    check(str_eq(z, STR_EMPTY) && str_is(z, "") && str_cmp(z, STR_EMPTY) == 0);
    check(str_starts(z, z) && str_ends(z, z) && str_starts(STR("a"), z) &&
          !str_starts(z, STR("a")));
    check_str(str_sub(z, 3, 4), "");
    check_str(str_from(z, 1), "");
    check_int(str_find(z, STR("a"), 0), SIZE_MAX);
    check_int(str_find(STR("a"), z, 0), 0);
    check_str(str_trim(z), "");
    check_str(str_cut(&rest, STR(",")), "");
    check(!str_int(z, &n) && utf8_valid(z) && utf8_count(z) == 0 && at == 0);
    check_str(utf8_head(z, 3), "");
    check_str(str_dup(f->a, z), "");
    check_str(str_of(str_z(f->a, z)), "");
    check_str(str_cat(f->a, z, z), "");
    check_str(str_fold(f->a, z), "");
    check_str(str_replace(f->a, z, STR("a"), z), "");
    check_str(str_printf(f->a, "<%.*s>", STR_FMT(z)), "<>");
}

static void find_sub_cut(void **state)
{
    static const struct {
        const char *s, *needle;
        size_t from, want;
    } find[] = {
        {"abcabc", "abc", 0, 0}, {"abcabc", "abc", 1, 3},    {"abcabc", "abc", 4, SIZE_MAX},
        {"abc", "", 2, 2},       {"abc", "", 3, 3},          {"abc", "", 4, SIZE_MAX},
        {"", "a", 0, SIZE_MAX},  {"ab", "abc", 0, SIZE_MAX}, {"aab", "ab", 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(find); i++) {
        check_row("%s in %s", find[i].needle, find[i].s);
        check_int(str_find(str_of(find[i].s), str_of(find[i].needle), find[i].from), find[i].want);
    }
    check_str(str_sub(STR("abcdef"), 2, 3), "cde");
    check_str(str_sub(STR("abcdef"), 4, 30), "ef");
    check_str(str_sub(STR("abcdef"), 40, 3), "");
    check_str(str_sub(STR("abcdef"), 0, SIZE_MAX), "abcdef");
    str rest = STR("a,,b");
    check_str(str_cut(&rest, STR(",")), "a");
    check_str(str_cut(&rest, STR(",")), "");
    check_str(str_cut(&rest, STR(",")), "b");
    check_int(rest.n, 0);
    check_str(str_cut(&rest, STR(",")), "");
    check(str_starts(STR("甲乙"), STR("甲")) && str_ends(STR("甲乙"), STR("乙")));
    check(!str_starts(STR("甲"), STR("甲乙")) && !str_ends(STR("乙"), STR("甲乙")));
}

static void trims_every_blank(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"  ", ""},
        {" a b ", "a b"},
        {"\t\r\n a\v\f", "a"},
        {"\u3000\u3000甲 乙\u3000", "甲 乙"},
        {"\ufeff甲\u00a0", "甲"},
        {"\u3000 \u00a0\ufeff", ""},
        {"。甲。", "。甲。"}, // shares bytes with the wide blank
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("row %zu", i);
        check_str(str_trim(str_of(rows[i].in)), rows[i].out);
    }
}

static void integers(void **state)
{
    static const struct {
        const char *in;
        bool good;
        int64_t want;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"+7", true, 7},
        {"007", true, 7},
        {"-12", true, -12},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+", false, 0},
        {"--1", false, 0},
        {"1 ", false, 0},
        {" 1", false, 0},
        {"1.0", false, 0},
        {"0x1", false, 0},
        {"１", false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t n = 99;
        check_row("%s", rows[i].in);
        check_int(str_int(str_of(rows[i].in), &n), rows[i].good);
        check_int(n, rows[i].good ? rows[i].want : 99); // untouched on failure
    }
}

static void copies_and_replacements(void **state)
{
    struct fixture *f = *state;
    char text[] = "abc";
    str copy = str_dup(f->a, str_of(text));
    char *z = str_z(f->a, (str){text, 2});
    text[0] = 'x';
    check_str(copy, "abc");
    check_int(strlen(z), 2);
    check_int(copy.p[copy.n], 0);
    check_str(str_cat(f->a, STR("甲"), STR("乙")), "甲乙");
    check_str(str_printf(f->a, "%s-%d", "a", 7), "a-7");
    check_str(str_replace(f->a, STR("aXbXX"), STR("X"), STR("--")), "a--b----");
    check_str(str_replace(f->a, STR("aXb"), STR("X"), STR_EMPTY), "ab");
    check_str(str_replace(f->a, STR("aaa"), STR("aa"), STR("b")), "ba");
    check_str(str_replace(f->a, STR("abc"), STR_EMPTY, STR("x")), "abc");
    check_str(str_replace(f->a, STR("abc"), STR("abcd"), STR("x")), "abc");
}

// How names are compared: what a typist may do differently is folded away, and nothing else.
static void folds_names(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", ""},
        {"区发改委", "区发改委"},
        {"区 发改委\u3000", "区发改委"},
        {"ＡＢＣ（１２３）", "abc(123)"},
        {"Ａ－ｚ～！", "a-z~!"},
        {"Mixed Case\t\n", "mixedcase"},
        {"\ufeff甲\u00a0乙", "甲乙"},
        {"、。《》", "、。《》"}, // Chinese points have no half-width ASCII form
        {"Ä", "Ä"},
        {"０", "0"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].in);
        check_str(str_fold(f->a, str_of(rows[i].in)), rows[i].out);
    }
}

static void well_formed_utf8(void **state)
{
    static const struct {
        const char *in;
        uint32_t u;
    } rows[] = {
        {"\x01", 1},
        {"\x7f", 0x7f},
        {"\xc2\x80", 0x80},
        {"\xdf\xbf", 0x7ff},
        {"\xe0\xa0\x80", 0x800},
        {"\xed\x9f\xbf", 0xd7ff},
        {"\xee\x80\x80", 0xe000},
        {"\xef\xbf\xbf", 0xffff},
        {"\xf0\x90\x80\x80", 0x10000},
        {"\xf4\x8f\xbf\xbf", 0x10ffff},
        {"区", 0x533a},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str s = str_of(rows[i].in);
        size_t at = 0;
        char out[4];
        check_row("U+%04X", rows[i].u);
        check(utf8_valid(s));
        check_int(utf8_next(s, &at), rows[i].u);
        check_int(at, s.n);
        check_int(utf8_put(out, rows[i].u), s.n);
        check(memcmp(out, s.p, s.n) == 0);
    }
}

static void malformed_utf8(void **state)
{
    static const str rows[] = {
        STR("\x80"), // a continuation byte alone
        STR("\xbf"),
        STR("\xc0\xaf"),
        STR("\xc1\xbf"), // overlong
        STR("\xe0\x80\xaf"),
        STR("\xe0\x9f\xbf"),
        STR("\xf0\x80\x80\xaf"),
        STR("\xf0\x8f\xbf\xbf"),
        STR("\xed\xa0\x80"),
        STR("\xed\xbf\xbf"), // surrogates
        STR("\xf4\x90\x80\x80"),
        STR("\xf5\x80\x80\x80"),
        STR("\xfe"), // above U+10FFFF
        STR("\xff"),
        STR("\xc2"),
        STR("\xe4\xb8"), // cut off
        STR("\xf0\x9f\x98"),
        STR("\xc2\x41"),
        STR("\xe4\x41\x80"),
        STR("\xe4\xb8\x41"),
        STR("\xf0\x9f\x98\x41"),
        STR("\0"), // U+0000 is not ours
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("row %zu", i);
        check(!utf8_valid(rows[i]));
        check(!utf8_valid(str_cat(f->a, STR("甲"), rows[i])));
        check(!utf8_valid(str_cat(f->a, rows[i], STR("甲"))));
        size_t at = 0;
        uint32_t u = utf8_next(rows[i], &at);
        check_int(u, rows[i].p[0] ? 0xfffd : 0);
        check_int(at, 1); // resumes at the next byte
    }
}

static void not_code_points_are_replaced(void **state)
{
    static const uint32_t rows[] = {0xd800, 0xdfff, 0x110000, UINT32_MAX};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[4];
        check_int(utf8_put(out, rows[i]), 3);
        check(memcmp(out, "\xef\xbf\xbd", 3) == 0);
    }
}

static void counts_and_heads(void **state)
{
    (void)state;
    check_int(utf8_count(STR("a区😀")), 3);
    check_int(utf8_count(STR("\xe4\xb8")), 2);
    check_str(utf8_head(STR("a区😀b"), 2), "a区");
    check_str(utf8_head(STR("a区😀b"), 3), "a区😀");
    check_str(utf8_head(STR("a区"), 0), "");
    check_str(utf8_head(STR("a区"), 100), "a区");
}

static void buffers_grow_and_stop_at_the_maximum(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, f->a, 10);
    check_str(buf_str(&b), "");
    buf_addz(&b, "12345");
    buf_addc(&b, '6');
    buf_int(&b, -78);
    check_str(buf_str(&b), "123456-78");
    check(buf_ok(&b));
    buf_add(&b, STR("ab")); // does not fit: nothing of it enters
    check(!buf_ok(&b));
    buf_addc(&b, 'c'); // nor anything later
    check_str(buf_str(&b), "123456-78");
    buf_cut(&b, 3);
    check_str(buf_str(&b), "123");
    buf_cut(&b, 30);
    check_str(buf_str(&b), "123");
    buf_init(&b, f->a, 10);
    buf_printf(&b, "%s", "1234567890");
    check(buf_ok(&b));
    buf_printf(&b, "%s", "");
    check(buf_ok(&b));
    buf_printf(&b, "%d", 1);
    check(!buf_ok(&b));
    check_str(buf_str(&b), "1234567890");
    buf_init(&b, f->a, SIZE_MAX);
    for (int i = 0; i < 100000; i++) buf_addz(&b, "区");
    check(buf_ok(&b));
    check_int(buf_str(&b).n, 300000);
    check_int(b.p[b.n], 0);
    check(utf8_valid(buf_str(&b)));
    buf_init(&b, f->a, 0);
    buf_add(&b, STR_EMPTY);
    check(buf_ok(&b));
    buf_cut(&b, 0);
    buf_addc(&b, 'x');
    check(!buf_ok(&b));
}

static void exhausted_memory_gives_empty_text(void **state)
{
    (void)state;
    struct arena *a = arena_new(64);
    struct buf b;
    buf_init(&b, a, SIZE_MAX);
    buf_addz(&b, "0123456789012345678901234567890123456789012345678901234567890123456789");
    check(!buf_ok(&b));
    check(!arena_ok(a));
    check_str(buf_str(&b), "");
    check_str(str_dup(a, STR("abc")), "");
    check_str(str_of(str_z(a, STR("abc"))), "");
    check_str(str_cat(a, STR("abc"), STR("d")), "");
    check_str(str_printf(a, "%d", 1), "");
    check_str(str_replace(a, STR("abc"), STR("b"), STR("x")), "");
    check_str(str_fold(a, STR("abc")), "");
    arena_free(a);
}

int main(void)
{
    return CHECK_RUN(UNIT(slices_compare), UNIT(zeroed_slice_is_empty), UNIT(find_sub_cut),
                     UNIT(trims_every_blank), UNIT(integers), UNIT(copies_and_replacements),
                     UNIT(folds_names), UNIT(well_formed_utf8), UNIT(malformed_utf8),
                     UNIT(not_code_points_are_replaced), UNIT(counts_and_heads),
                     UNIT(buffers_grow_and_stop_at_the_maximum),
                     UNIT(exhausted_memory_gives_empty_text));
}
