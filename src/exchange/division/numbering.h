#pragma once
/*
 * The numbering at the start of a paragraph and how deep it stands. Ranks, outermost first:
 *
 *   10 第一部分 第一章 附件1   20 第一节   30 一、   40 （一）   50 1. 1、 第一条 任务1：
 *   52 1.1  54 1.1.1   60 （1） 1）   70 ① ⑴ 一是   80 bullets ▲ ★ ● ◆ ■ —— ·
 */
#include "exchange/division/runes.h"

enum {
    RANK_NONE = 0,
    RANK_PART = 10,
    RANK_SECTION = 20,
    RANK_CHINESE = 30,
    RANK_CHINESE_BRACKET = 40,
    RANK_ARABIC = 50,
    RANK_ARABIC_DOTTED = 52,
    RANK_ARABIC_BRACKET = 60,
    RANK_CIRCLED = 70,
    RANK_BULLET = 80,
};

struct numbering {
    int rank;
    int value;  // 1, 2, 3 …; 0 for bullets
    size_t end; // runes taken, blanks after it included
};

// False when the paragraph has none. A line such as 1.5亿元 or （2023）has none.
bool numbering_at(const struct runes *r, size_t i, struct numbering *out);
// True for a cell or line that is nothing but a serial number: 12, 12. or （3）.
bool numbering_serial(const struct runes *r, int *value);
