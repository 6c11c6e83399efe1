#pragma once
/*
 * Paragraphs that were run together on one line, as pages of one block and cut lines leave them:
 * 1.…（甲局）2.…（乙局）, 甲。（省编办牵头）。 三、加强领导 …, …开展工作：一是…。 with 二是… on the
 * next line. A line is cut before its inner numbers only when what is cut off names units of its
 * own; numbered steps inside a task stay in its text.
 */
#include "exchange/division/para.h"

void runon_cut(struct arena *a, const struct roster *ro, struct paras *ps, int year);
// 序号项目名称主要内容牵头单位…: a table whose cells have run together cannot be read.
bool runon_table(struct arena *a, const struct runes *r);
