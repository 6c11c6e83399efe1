#pragma once
/*
 * Lists of units as documents write them: 甲局、乙局, 甲局牵头，乙局、丙局按职责分工负责,
 * 甲局（牵头）、乙局, 各街道, 各县、市、区政府, 甲局等部门. A separator inside a bracket or inside
 * a name (发展和改革委员会) does not split it.
 */
#include "exchange/division/division.h"
#include "exchange/division/runes.h"

enum name_role { NAME_PLAIN, NAME_LEAD, NAME_ASSIST };

struct name_item {
    str text;
    enum name_role role;
};
struct name_list {
    struct name_item *at;
    size_t n, cap;
};

// Reads the range; role is what a name has that no word qualifies.
void names_read(struct arena *a, const struct runes *r, size_t from, size_t to, enum name_role role,
                struct name_list *out);
// True when the name ends like a unit (局, 委, 街道, 公司 …) or names a set (各街道).
bool name_is_unit(str name);
bool name_starts_verb(str name); // 推进…, 新建…: something to do, not somebody
bool name_is_set(str name);      // 各街道, 区有关部门, 相关单位
bool name_is_person(str name);   // 张三, 常务副区长
// Share of a cell's names that are units, in percent; 0 when it holds a sentence.
int names_unit_percent(struct arena *a, const struct runes *r, size_t from, size_t to);
// 张三、李四 or 常务副区长: people rather than units.
bool names_are_people(struct arena *a, const struct runes *r, size_t from, size_t to);

// A roster prepared for look-ups; empty when there is none.
struct roster {
    const struct division_unit *units;
    size_t n;
    struct map by_name; // folded name or alias → unit, or &ROSTER_AMBIGUOUS
};
void roster_build(struct arena *a, struct roster *ro, const struct division_unit *units, size_t n);
// The unit of that name or alias; NULL when unknown or ambiguous.
const struct division_unit *roster_find(struct arena *a, const struct roster *ro, str name);
// Candidates for a name that was not found, best first, at most 5: containment either way, then
// common beginnings. Names of units, so that a person recognises them.
void roster_candidates(struct arena *a, const struct roster *ro, str name, str out[5], size_t *n);
