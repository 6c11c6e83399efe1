#pragma once
// The table of subjects: one line each. Adding a subject adds a line to subjects.c and nothing else here.
#include "ledger/command.h"
#include "ledger/query.h"

extern const struct subject ITEM_SUBJECT;    // item/: items and their loop
extern const struct subject ITEM_QUERIES;    // item/: lists, one item, my day, counts
extern const struct subject IMPORT_SUBJECT;  // item/import: documents become items
extern const struct subject ORG_SUBJECT;     // org/: units, people, accounts, roles, registers, lines
extern const struct subject REORG_SUBJECT;   // reorg/: units open, merge, split, close; people leave
extern const struct subject RULE_SUBJECT;    // org/: calendar, clocks, lights, words
extern const struct subject JOURNAL_SUBJECT; // journal/: the journal and its verification
extern const struct subject TIMER_SUBJECT;   // timer.c: what is done at certain times
extern const struct subject REGISTERS_SUBJECT; // registers/: declared fields, values, loop variants
extern const struct subject ROLLUP_SUBJECT;  // rollup/: figures of a district for reports over districts
extern const struct subject SEARCH_SUBJECT;  // search/: finding by words, aliases, pinyin and codes
extern const struct subject REPORTING_SUBJECT; // reporting/: collections, submissions, burden
