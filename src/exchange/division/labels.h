#pragma once
/*
 * Labels such as 牵头单位, 协同责任单位, 完成时限 and the header words of tables. A label is read
 * by its parts (牵头 | 责任 | 协同 … + 单位 | 领导 | 时限 …), not from a list of whole words,
 * because each district coins its own; a word that does not fall into known parts is not a label.
 */
#include "exchange/division/runes.h"

enum label {
    LABEL_NONE,
    LABEL_LEAD,     // 牵头单位 主责单位 主办单位 主要责任单位
    LABEL_RESP,     // 责任单位 承办单位 实施单位
    LABEL_ASSIST,   // 配合单位 协办单位 参与单位
    LABEL_LEADER,   // 责任领导 牵头领导 分管区领导
    LABEL_PERSON,   // 责任人 联系人
    LABEL_DUE,      // 完成时限 时间节点
    LABEL_START,    // 开工时间
    LABEL_TASK,     // 工作任务 任务内容 项目名称
    LABEL_MEASURE,  // 工作措施 具体举措
    LABEL_TARGET,   // 年度目标 目标值
    LABEL_PERIOD,   // 一季度目标 上半年 1月
    LABEL_CATEGORY, // 类别 领域 板块
    LABEL_SERIAL,   // 序号
    LABEL_WATCH,    // 评分部门 督查单位: units that watch over the work of others
    LABEL_REMARK,   // 备注 and every other known column
    LABELS
};

// A label followed by a colon at i: end is the position after the colon. A bare 牵头： counts too.
bool label_at(const struct runes *r, size_t i, enum label *label, size_t *end);
// A label at i without colon: its length in runes, 0 when there is none.
size_t label_word(const struct runes *r, size_t i, enum label *label);
// What a whole cell says as a column heading; LABEL_NONE when it is none.
enum label label_header(const struct runes *r);
bool label_is_unit(enum label l);  // lead, responsible or assisting units
bool label_is_who(enum label l);   // units, leader or person
bool label_is_field(enum label l); // anything that describes a task rather than being its text
