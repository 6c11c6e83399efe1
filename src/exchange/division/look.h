#pragma once
/*
 * What a cell of a table looks like when nothing but its content is known, and how well that suits
 * a column: a bare number suits 序号, a list of public bodies 责任单位, a deadline phrase 完成时限.
 */
#include "exchange/division/labels.h"

struct look {
    bool serial, due, due_part, people, heading, note;
    bool sentence; // ends in a full stop
    bool progress; // 已完成…, 正在…: what has become of a task
    bool verb;     // begins with what is to be done
    bool counted;  // states a quantity
    bool measure;  // %, 万元/人: a unit of measure
    int units;     // percent of its names that are units
    size_t n;      // code points
};

struct look look_at(struct arena *a, str text, const struct runes *r);
// Greater is better; between -8 and 6. serial: the table has a column of numbers.
float look_fit(bool serial, const struct look *l, enum label col);
// What it costs to take a column as left empty; greater for those that a row seldom lacks.
float look_skip(enum label col);
