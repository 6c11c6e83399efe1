#include "ledger/search/sources.h"

#include "ledger/item/item.h"
#include "ledger/search/readings.h"

enum { RULES_VERSION = 1 }; // of terms.c: rises when it makes other terms of the same text

static const struct enum_value kinds[] = {
    {"item", "事项", "items"},
    {"unit", "单位", "units"},
    {"person", "人员", "people"},
    {"document", "文件", "documents"}};
const struct enum_table SEARCH_KIND_TABLE = {"SEARCH_KIND_TABLE", kinds, COUNT_OF(kinds)};

static struct records PARTS_OF = RECORDS("search.parts", &ITEM_PART,
                                            "WHERE district_id = $1 AND item_id = $2 ORDER BY id");
static struct records REPORTS_OF = RECORDS("search.reports", &REPORT,
                                            "WHERE district_id = $1 AND item_id = $2 ORDER BY id");
static struct records NOTES_OF = RECORDS("search.notes", &NOTE,
                                            "WHERE district_id = $1 AND item_id = $2 ORDER BY id");
static struct records ALIASES_OF = RECORDS("search.aliases", &UNIT_ALIAS,
                                            "WHERE district_id = $1 AND unit_id = $2 ORDER BY id");
struct records *const SEARCH_RECORDS[N_SEARCH_RECORDS] = {&PARTS_OF, &REPORTS_OF, &NOTES_OF, &ALIASES_OF};

enum { ANYBODY = ROLES_BUSINESS | ROLE_SYSADMIN | ROLE_SECADMIN };

const struct search_source SEARCH_SOURCES[] = {
    {&UNIT, SEARCH_UNIT, "id", NULL, ANYBODY,
     {{"code", TEXT_CODE, PLACE_CODE}, {"name", TEXT_NAME, PLACE_TITLE}, {"short_name", TEXT_NAME, PLACE_TITLE}}},
    {&UNIT_ALIAS, SEARCH_UNIT, "unit_id", &ALIASES_OF, ANYBODY, {{"alias", TEXT_NAME, PLACE_ALIAS}}},
    {&PERSON, SEARCH_PERSON, "id", NULL, ANYBODY,
     {{"code", TEXT_CODE, PLACE_CODE}, {"name", TEXT_NAME, PLACE_TITLE}, {"title", TEXT_LONG, PLACE_CONTENT}}},
    {&SOURCE_DOC, SEARCH_DOCUMENT, "id", NULL, ROLES_BUSINESS,
     {{"doc_no", TEXT_CODE, PLACE_CODE}, {"title", TEXT_NAME, PLACE_TITLE},
      {"file_name", TEXT_LONG, PLACE_CONTENT}}},
    {&ITEM, SEARCH_ITEM, "id", NULL, ROLES_BUSINESS,
     {{"code", TEXT_CODE, PLACE_CODE}, {"title", TEXT_NAME, PLACE_TITLE}, {"content", TEXT_LONG, PLACE_CONTENT},
      {"standard", TEXT_LONG, PLACE_CONTENT}, {"place", TEXT_LONG, PLACE_CONTENT}}},
    {&ITEM_PART, SEARCH_ITEM, "item_id", &PARTS_OF, ROLES_BUSINESS, {{"body", TEXT_LONG, PLACE_PART}}},
    {&REPORT, SEARCH_ITEM, "item_id", &REPORTS_OF, ROLES_BUSINESS,
     {{"narrative", TEXT_LONG, PLACE_REPORT}, {"problems", TEXT_LONG, PLACE_REPORT},
      {"next_step", TEXT_LONG, PLACE_REPORT}}},
    {&NOTE, SEARCH_ITEM, "item_id", &NOTES_OF, ROLES_BUSINESS, {{"body", TEXT_LONG, PLACE_NOTE}}},
};
const size_t N_SEARCH_SOURCES = COUNT_OF(SEARCH_SOURCES);

static uint64_t mix(uint64_t h, const char *z)
{
    for (; *z; z++) h = (h ^ (unsigned char)*z) * UINT64_C(1099511628211);
    return h * UINT64_C(1099511628211) + 1;
}

int64_t search_version(void)
{
    uint64_t h = (uint64_t)readings_version() + RULES_VERSION;
    for (size_t i = 0; i < N_SEARCH_SOURCES; i++) {
        const struct search_source *s = &SEARCH_SOURCES[i];
        h = mix(mix(h, s->entity->name), s->owner) + s->kind;
        for (const struct search_field *f = s->fields; f->name; f++)
            h = mix(h, f->name) + (uint64_t)f->place * 7 + f->text;
    }
    return (int64_t)(h >> 2);
}

static void *reading(const void *record)
{
    return (void *)(uintptr_t)record; // the accessors serve readers and writers
}

int64_t search_owner(const struct search_source *s, const void *record)
{
    return *field_int(shape_field(s->entity->shape, str_of(s->owner)), reading(record));
}

void search_terms(struct arena *a, const struct search_source *s, const void *record, struct terms *out)
{
    for (const struct search_field *f = s->fields; f->name; f++) {
        const struct field *field = shape_field(s->entity->shape, str_of(f->name));
        terms_of(a, *field_str(field, reading(record)), f->text, f->place, out);
    }
    terms_settle(out);
}
