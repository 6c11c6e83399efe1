#pragma once
/*
 * Chinese deadline phrases. A phrase names the last day it allows: 6月底前 and 6月 are 30 June,
 * 二季度 and 上半年 too, 10月中旬 is the 20th, 3月-12月 the end of December, 2025年 and 年内 the
 * last day of the year; 前 is read inclusively, as 6月30日前 is. A phrase without a year takes the
 * document's.
 *
 *   kind        examples
 *   finish      2023年底前, 一季度末, 全年, 2023-12-31
 *   start       3月开工, 6月底前启动 (a day at which work begins)
 *   recurring   每月25日前, 长期坚持, 持续推进; 年内持续推进 also carries the year's last day
 *   none        立即, 适时, 按节点: a text without a day
 * 春节前 and other moments without a fixed day are vague: the report asks.
 */
#include "exchange/division/division.h"
#include "exchange/division/runes.h"

// One phrase found in a text.
struct due_hit {
    struct span at;
    day day;
    enum division_due_kind kind;
    bool before; // ends in 前, 底, 末 or 内: a limit, not merely a date
    bool has_year;
    bool year_missing;
};

// The phrase that starts at i, or false.
bool due_at(const struct runes *r, size_t i, size_t to, int year, struct due_hit *hit);
// A dedicated field, cell or bracket part: everything in it is read as a deadline. False when there
// is none in it; text is then unset.
bool due_field(const struct runes *r, size_t from, size_t to, int year, struct division_due *out);
// A deadline in running text, only where it cannot be mistaken: a limit (…底前, 年内), or a period
// directly before a word of completion. The latest wins. False when there is none.
bool due_in_text(const struct runes *r, size_t from, size_t to, int year, struct division_due *out);
// True when the whole range is nothing but a deadline (so a table cell is one).
bool due_only(const struct runes *r, size_t from, size_t to);
// The year a line speaks of: "2023年…" or 〔2023〕; 0 none.
int due_year_in(const struct runes *r, bool document_number);
