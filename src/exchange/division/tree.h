#pragma once
/*
 * Paragraphs of a running text become a tree by their numbering; the tree decides what is a task.
 *
 *   - a node with its own units is a task, or a heading whose units hold for its children
 *   - children finer than 1. without units of their own are measures
 *   - when only the last of several children bears the units, they are the group's
 *   - children of a heading with units inherit them and are tasks
 *   - numbered leaves without any units are notices under headings such as 工作要求, else tasks
 * with a question; unnumbered ones are headings when short, else notices or doubts
 */
#include "exchange/division/emit.h"
#include "exchange/division/para.h"

// Turns the paragraphs into result entries. Table paragraphs are handed to flat_table().
void tree_build(struct emitter *e, struct paras *ps);
// Reads a flattened table from paragraph i on; returns the first paragraph behind it.
size_t flat_table(struct emitter *e, struct paras *ps, size_t i);
// The year a document speaks of, by titles, then document number and dates; 0 when it does not say.
int document_year(const struct division_block *blocks, size_t n, struct arena *a, bool *weak);
bool text_is_requirement(str heading); // 工作要求, 保障措施, 组织领导 …
bool text_is_account(str heading);     // 总体情况, 存在问题 …: tells what has been
// A heading that is a unit's name (一、区教委（12项）): the name, else "".
str text_unit_heading(struct arena *a, str heading);
// 一、某某市长牵头的重点工作: the leader's name, else "".
str text_leader_heading(struct arena *a, str heading);
bool text_is_title(const struct runes *r); // …分工方案, …任务清单: short and without sentence end
bool text_is_colophon(const struct runes *r); // 附件, 抄送, 此件公开发布 and what web pages add
