#pragma once
/*
 * Sentences that begin with who does it, without label or bracket:
 *
 *   县公安局负责…   由甲局会同乙局…   甲局牵头，乙局、丙局配合，做好…   请县住建局于5月10日前…
 *   （二）区住房城乡建设委要…   县农业农村局：负责…   关于…问题，由甲局牵头…
 *
 * A name counts when the roster knows it or when it has the clear form of a unit's name; general
 * addresses (各部门, 各责任单位) never do. The text of such a task stays whole, because the
 * sentence cannot be read without its subject; only 甲局： is taken off like a label.
 */
#include "exchange/division/fields.h"

// The end of the unit's name that begins at i, or 0. first: nothing before it tells that units are
// listed here, so the form must be beyond doubt.
size_t duty_unit_at(struct arena *a, const struct roster *ro, const struct runes *r, size_t i,
                    size_t to, bool first);
// Does something begin at i that begins units' names (区, 县, 各 …)?
bool duty_begins_unit(const struct runes *r, size_t i);
// 各部门, 各责任单位, 各级各部门: everybody is addressed and nobody named.
bool duty_addresses_all(str name);
// Length of the first of the words that stands at i and ends by to; 0 when none does.
size_t duty_word(const struct runes *r, size_t i, size_t to, const char *const *words, size_t n);
// Reads who does it from the passage [from, to). numbered: the passage is an item of a list.
// False when no sentence of duty opens it; *from moves behind 甲局：.
bool duty_read(struct arena *a, const struct roster *ro, const struct runes *r, size_t *from,
               size_t to, bool numbered, struct fields *f);
// Gives the passages of a paragraph that name no unit otherwise the units their sentences name; a
// passage of several such sentences parted by semicolons becomes several passages.
void duties_apply(struct arena *a, const struct roster *ro, const struct runes *r, bool numbered,
                  struct segments *segs);
