#include "ledger/plan/clause_import.h"

#include "ledger/plan/plan_internal.h"

static str passage(struct arena *a, str place, str body)
{
    return str_printf(a, "%.*s\n%.*s", STR_FMT(place), STR_FMT(body));
}

bool clause_book_open(struct call *k, int64_t doc, struct clause_book *b)
{
    struct list all;
    *b = (struct clause_book){.k = k, .doc = doc};
    if (!record_list(k, &CLAUSES_OF_DOC, &all, ARG(k->district), ARG(doc))) return false;
    struct clause *at = all.at;
    for (size_t i = 0; i < all.n; i++)
        (void)map_put(k->c->a, &b->by_passage, passage(k->c->a, at[i].place, at[i].body), &at[i]);
    return true;
}

bool clause_book_row(struct clause_book *b, const struct import_row *row, str number)
{
    struct call *k = b->k;
    str key = passage(k->c->a, row->place, row->body);
    struct clause *c = map_get(&b->by_passage, key);
    if (!c) {
        c = ARENA_NEW(k->c->a, struct clause);
        shape_init(CLAUSE.shape, c);
        c->source_doc_id = b->doc;
        c->ordinal = row->ordinal;
        c->number = utf8_head(number, 60);
        c->section = row->section;
        c->body = row->body;
        c->place = row->place;
        c->basis = STR("local");
        if (!record_insert(k, &CLAUSE, c)) return false;
        (void)map_put(k->c->a, &b->by_passage, key, c);
    }
    return !row->item_id || clause_attach(k, c->id, row->item_id, STR_EMPTY);
}
