#pragma once
/*
 * Reorganisation: units open, are renamed, moved, merged, split and closed; people leave or change
 * their unit. Each is one command with one record in the journal, and after each nothing is without
 * somebody who answers for it: what is open moves to a living unit and an active person, or the
 * command is refused and says what would be left behind. What is over keeps the unit of its time.
 *
 * Days. A unit's change holds from its day on, which is today or before, and never before the change
 * that came last: history is written forward. Running clocks run on, a reorganisation moves no date.
 */
#include "ledger/org/org.h"

struct item;

extern const struct enum_table MOVE_PARTS;   // lead assist
extern const struct enum_table HANDOVER_KINDS; // leave transfer

// That an item's lead or an assisting duty went from a unit to its successor. What a person decided
// (item.transfer) is not among these.
#define ITEM_MOVE_FIELDS(X)                                                                         \
    ENTITY_KEY(X)                                                                                   \
    X(item_id, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")                                 \
    X(part, str, F_ENUM, 0, "身份", "as", REQUIRED, &MOVE_PARTS)                                    \
    X(from_unit_id, int64_t, F_REF, 0, "原单位", "from", REQUIRED | AUDITED, "unit")                \
    X(to_unit_id, int64_t, F_REF, 0, "承接单位", "to", REQUIRED | AUDITED, "unit")                  \
    X(on_day, int64_t, F_DAY, 0, "自", "from day", REQUIRED | AUDITED, NULL)                        \
    X(cause, str, F_ENUM, 0, "变动", "what changed", REQUIRED | AUDITED, &UNIT_CAUSES)              \
    X(document, str, F_TEXT, 200, "文件依据", "document", REQUIRED | AUDITED, NULL)                 \
    X(moved_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct item_move { ITEM_MOVE_FIELDS(AS_MEMBER) };

// A person handed over what he or she answered for.
#define PERSON_HANDOVER_FIELDS(X)                                                                   \
    ENTITY_KEY(X)                                                                                   \
    X(person_id, int64_t, F_REF, 0, "人员", "person", REQUIRED, "person")                           \
    X(kind, str, F_ENUM, 0, "类别", "kind", REQUIRED | AUDITED, &HANDOVER_KINDS)                    \
    X(from_unit_id, int64_t, F_REF, 0, "原单位", "from", REQUIRED | AUDITED, "unit")                \
    X(to_unit_id, int64_t, F_REF, 0, "新单位", "to", AUDITED, "unit")                               \
    X(on_day, int64_t, F_DAY, 0, "自", "from day", REQUIRED | AUDITED, NULL)                        \
    X(successor_id, int64_t, F_REF, 0, "接手人", "successor", AUDITED, "person")                    \
    X(items, int64_t, F_INT, 0, "移交事项", "items handed over", REQUIRED, NULL)                    \
    X(reason, str, F_TEXT, 400, "缘由", "reason", REQUIRED | AUDITED, NULL)                         \
    X(account_id, int64_t, F_REF, 0, "登记人", "entered by", 0, "account")                          \
    X(noted_at, int64_t, F_INSTANT, 0, "时间", "at", REQUIRED, NULL)
struct person_handover { PERSON_HANDOVER_FIELDS(AS_MEMBER) };

extern struct entity ITEM_MOVE, PERSON_HANDOVER;

// An item that was over is opened again: of a unit that ended its duties go to the unit that took over most,
// of people who left to those in post. Changes *it, which the caller stores; fails with unit.closed when
// nobody took over, with item.nobody_in_post.
MUST_CHECK bool reorg_revive(struct call *k, struct item *it);
