// Likeness of titles (Dice's coefficient of neighbouring characters), and the hash of the journal.
#include "check.h"

#include "ledger/item/duplicate.h"
#include "ledger/sm3.h"

static void titles_are_compared_by_neighbours(void **state)
{
    static const struct {
        const char *x, *y;
        int percent;
    } rows[] = {
        {"", "", 100},
        {"", "东", 0},
        {"东", "东", 100},
        {"东", "西", 0},
        {"东城", "东城", 100},
        {"东城", "城东", 0},
        {"night", "nacht", 25}, // Dice's own kind of example: 2·1/(4+4)
        {"abab", "abab", 100},
        {"aaaa", "aa", 50},                     // 2·1/(3+1): each pair is met once
        {"老旧小区改造", "老旧小区整治", 60},   // 2·3/(5+5)
        {"老旧小区改造", "老旧小区的改造", 72}, // 2·4/(5+6), cut
        {"王府井商圈提升", "隆福寺街区更新", 0},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s | %s", rows[i].x, rows[i].y);
        check_int(title_likeness(f->a, str_of(rows[i].x), str_of(rows[i].y)), rows[i].percent);
        check_int(title_likeness(f->a, str_of(rows[i].y), str_of(rows[i].x)), rows[i].percent);
    }
}

static void sm3_is_the_standards(void **state)
{
    struct fixture *f = *state;
    check_str(sm3_of(f->a, STR("abc")),
              "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"); // GB/T 32905 A.1
    str sixteen = STR("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd");
    check_str(sm3_of(f->a, sixteen),
              "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"); // A.2
    char hex[SM3_HEX + 1];
    struct sm3 *h = sm3_begin();
    check(h != NULL);
    for (int i = 0; i < 16; i++) sm3_bytes(h, "abcd", 4);
    check(sm3_end(h, hex));
    check_str(str_of(hex), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

// Two lists of fields never hash alike because their borders moved.
static void fields_are_told_apart(void **state)
{
    char x[SM3_HEX + 1], y[SM3_HEX + 1];
    (void)state;
    struct sm3 *h = sm3_begin();
    sm3_field(h, STR("ab"));
    sm3_field(h, STR("c"));
    check(sm3_end(h, x));
    h = sm3_begin();
    sm3_field(h, STR("a"));
    sm3_field(h, STR("bc"));
    check(sm3_end(h, y));
    check(strcmp(x, y) != 0);
}

int main(void)
{
    return CHECK_RUN(UNIT(titles_are_compared_by_neighbours), UNIT(sm3_is_the_standards),
                     UNIT(fields_are_told_apart));
}
