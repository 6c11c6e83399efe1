#pragma once
/*
 * A call: one command or one query on its way through the ledger. It carries who asks, what time it
 * is for them, the connection, and (for commands) the changes made so far, which become the journal
 * record. Rules and engines read "now" from here and nowhere else.
 */
#include "base/calendar.h"
#include "base/vec.h"
#include "ledger/entity.h"

enum role {
    ROLE_LEADER = 1,      // 领导: decides, sees all
    ROLE_SUPERVISOR = 2,  // 督查: issues, verifies, returns
    ROLE_UNIT = 4,        // 承办: answers for a unit's items
    ROLE_ANALYST = 8,     // 分析: reads all
    ROLE_AUDITOR = 16,    // 审计: reads all and the journal, changes nothing
    ROLE_SYSADMIN = 32,   // 系统管理: units, registers, calendar; no business data
    ROLE_SECADMIN = 64,   // 安全管理: accounts and roles; no business data
    ROLE_SYSTEM = 128     // timers, pack loading; never a person
};
enum { ROLES_BUSINESS = ROLE_LEADER | ROLE_SUPERVISOR | ROLE_UNIT | ROLE_ANALYST | ROLE_AUDITOR,
       ROLES_ALL_DATA = ROLE_LEADER | ROLE_SUPERVISOR | ROLE_ANALYST | ROLE_AUDITOR };
extern const struct enum_table ROLE_TABLE; // codes leader, supervisor, unit, …
unsigned role_bit(str code);               // 0 when unknown

struct actor {
    int64_t account_id, person_id, unit_id, session_id;
    unsigned roles;
    bool must_change; // the password was given by somebody else: nothing but a new one is possible
    str login, name; // name: as shown, "区住建委 联络员"
    // While he acts for somebody (delegation/delegation.h): roles and unit_id above are the absent's.
    int64_t delegation_id, own_unit_id, for_account_id, for_person_id;
    bool items_only; // bound to the delegation's items
};

struct ledger;
struct unit_tree;
struct rules; // clock and light rules of the district's pack (org/rules.h)

struct change {
    const struct entity *entity;
    int64_t id;
    const void *before, *after; // NULL before: inserted; NULL after: removed
};

/* Where a district's journal stands. One row, and the lock of all that is written in the district. */
struct journal_head {
    int64_t seq;
    str hash;          // 64 hex digits
    int64_t last_id;   // the highest id given out
    int64_t rules_seq; // of the last command that changed what state.h keeps; 0 not since it is counted
};

struct call {
    struct ctx *c;
    struct db *db;
    struct ledger *ledger;
    int64_t district;
    struct actor actor;
    instant now;
    day today;
    int zone_min;
    struct journal_head head; // as it stood when the call began; a command holds its lock
    const struct calendar *calendar;
    const struct rules *rules;
    const struct unit_tree *units; // org/unit_tree.h
    VEC(struct change) changes; // commands only
    int64_t object_id;          // the item or other thing the command is about: set by the command
    const char *object_kind;    // entity name of it
    bool writable;
    bool dry; // the command only showed what it would do: its answer is kept, nothing of its rows
    int64_t last_id; // the highest id given out so far
    // Members ("\"secret\":\"…\"") that the answer to this call has and its journal record has not: told
    // once, and not again to a repetition with the same key.
    str once;
};

str roles_text(struct call *k, unsigned roles); // "督查、领导"
bool actor_has(const struct call *k, unsigned roles);
// Whose duties are done: the absent's when the actor acts for somebody, else his own.
int64_t actor_person(const struct call *k);
// Where duties are kept apart, both count: is the account the actor's or that of whom he acts for; does
// he, or whom he acts for, belong to top or below it?
bool actor_is(const struct call *k, int64_t account_id);
bool actor_belongs(const struct call *k, int64_t top);
// True when unit is the actor's unit or below it.
bool actor_covers(struct call *k, int64_t unit_id);
// A new 64-bit id: 41 bits of milliseconds, 22 of sequence; rises for ever within a district.
int64_t id_new(struct call *k);
