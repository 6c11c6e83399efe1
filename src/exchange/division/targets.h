#pragma once
/*
 * Comparisons and quantities in a task's text: 增长7%以上, 不低于60分, 完成32个, 0.95万套,
 * 控制在5%以内.
 */
#include "exchange/division/division.h"

enum { TEXT_PASSAGE_MAX = 4 * 1024 * 1024 };

// Adds what it finds to t->targets, in order of appearance, at most 40.
void targets_find(struct arena *a, str text, struct division_task *t);
