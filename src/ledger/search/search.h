#pragma once
/*
 * Search: keeping its terms beside the records, making them again, and comparing.
 *
 * search_term is derived: written in the transaction of the command that changed a record, from the same
 * list of changes that the journal record is made of, and never journaled. It travels with a copy or a
 * backup of the store as every table does. A store from before it, or one whose terms were made by other
 * rules, is filled a page at a time by the timer search.fill; until that is done search_ready() is false
 * and the lists of items look through titles as they used to.
 */
#include "ledger/command.h"
#include "ledger/journal/verify.h"

// After a command's work, before its journal record. Writes nothing when no text moved.
MUST_CHECK bool search_follow(struct call *k);
// Are all terms of the district there, by the present rules?
MUST_CHECK bool search_ready(struct call *k, bool *ready);

// Of the timer: see struct timer.
MUST_CHECK bool search_wanted(struct call *k, instant due, bool *would);
MUST_CHECK bool search_fill(struct call *k, instant due, struct json *out);
// The next page begins with taking everything away.
MUST_CHECK bool search_again(struct call *k);
// Against what the records say; one finding a kind that differs. Nothing while the filling goes on.
MUST_CHECK bool search_compare(struct call *k, struct findings *f);

/* --- looking up --- */

struct sqltext;
/*
 * Appends " AND …": every word of text stands in the item's name or code, as it is, in pinyin or as initials, or
 * in the name of the unit that leads it, over item AS i. Contents and reports are for the query search: a word
 * that stands in every content would make a list of everything. walking: the statement looks at items one by
 * one anyway. As exact as pairs of neighbours are: a word of three characters may stand there in two pieces.
 */
MUST_CHECK bool search_items_condition(struct call *k, str text, bool walking, struct sqltext *q);

bool query_search(struct call *k, const void *args, uint64_t given, struct json *out);
extern const struct shape SEARCH_ASK;
enum { N_SEARCH_STATEMENTS = 7 };
extern const struct stmt *const SEARCH_STATEMENTS[];
extern const struct stmt SEARCH_COUNT;
void search_register(void);
