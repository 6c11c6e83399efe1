#pragma once
/*
 * What can be found, and by which of its texts: one table. Another subject that wants to be found adds a
 * source (an entity, whose record it leads to, its fields and their place); search_version() then differs,
 * and every district is indexed again by itself.
 */
#include "ledger/record.h"
#include "ledger/search/terms.h"

enum search_kind { SEARCH_ITEM = 1, SEARCH_UNIT, SEARCH_PERSON, SEARCH_DOCUMENT, SEARCH_KINDS };
extern const struct enum_table SEARCH_KIND_TABLE; // item unit person document

struct search_field {
    const char *name;
    enum text_kind text;
    int place;
};
struct search_source {
    struct entity *entity;
    enum search_kind kind; // of what is found
    const char *owner;     // the field with its id; "id": the record itself
    struct records *of_owner; // all records of one owner; NULL where the record is the owner
    unsigned roles;        // who may find by these texts what they may see
    struct search_field fields[6]; // ended by a name of NULL
};
// A place belongs to one source of a kind only: who takes a text away knows which rows are its own.
extern const struct search_source SEARCH_SOURCES[];
extern const size_t N_SEARCH_SOURCES;
enum { N_SEARCH_RECORDS = 4 };
extern struct records *const SEARCH_RECORDS[N_SEARCH_RECORDS];

// Of everything that decides what terms there are.
int64_t search_version(void);
int64_t search_owner(const struct search_source *s, const void *record);
void search_terms(struct arena *a, const struct search_source *s, const void *record, struct terms *out);
