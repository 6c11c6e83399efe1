#include "ledger/item/item_records.h"

#include "ledger/item/extension.h"

#define OF_ITEM "WHERE district_id = $1 AND item_id = $2 ORDER BY "

struct records ASSISTS_OF_ITEM = RECORDS("item_unit.of_item", &ITEM_UNIT, OF_ITEM "id");
struct records PARTS_OF_ITEM = RECORDS("item_part.of_item", &ITEM_PART, OF_ITEM "ordinal, id");
struct records BASELINES_OF_ITEM = RECORDS("baseline.of_item", &BASELINE, OF_ITEM "ordinal");
struct records REPORTS_OF_ITEM = RECORDS("report.of_item", &REPORT, OF_ITEM "told_at DESC, id DESC");
struct records EVIDENCE_OF_ITEM = RECORDS("evidence.of_item", &EVIDENCE, OF_ITEM "id");
struct records CHANGES_OF_ITEM = RECORDS("change_request.of_item", &CHANGE_REQUEST, OF_ITEM "id DESC");
struct records VERDICTS_OF_ITEM = RECORDS("verdict.of_item", &VERDICT, OF_ITEM "id DESC");
struct records OBJECTIONS_OF_ITEM = RECORDS("objection.of_item", &OBJECTION, OF_ITEM "id DESC");
struct records CLOCKS_OF_ITEM = RECORDS("clock_run.of_item", &CLOCK, OF_ITEM "id DESC");
struct records WAIVERS_OF_ITEM = RECORDS("waiver.of_item", &WAIVER, OF_ITEM "id");
struct records NOTES_OF_ITEM = RECORDS("note.of_item", &NOTE, OF_ITEM "id DESC");

struct records UNITS_OF_CHANGE =
    RECORDS("change_unit.of_change", &CHANGE_UNIT, "WHERE district_id = $1 AND change_id = $2 ORDER BY id LIMIT 100");
struct records WATCHERS_OF_ITEM = RECORDS("item_watch.of_item", &ITEM_WATCH, OF_ITEM "id LIMIT 1000");
struct records MENTIONS_OF_ITEM = RECORDS("mention.of_item", &MENTION, OF_ITEM "note_id, id LIMIT 2000");
struct records CHILDREN_OF_ITEM =
    RECORDS("item.children", &ITEM, "WHERE district_id = $1 AND parent_id = $2 ORDER BY id LIMIT 1000");
struct records MERGED_INTO =
    RECORDS("item.merged_into", &ITEM, "WHERE district_id = $1 AND heir_id = $2 ORDER BY id LIMIT 200");

struct records *const ITEM_RECORDS[] = {
    &UNITS_OF_CHANGE, &WATCHERS_OF_ITEM, &MENTIONS_OF_ITEM, &CHILDREN_OF_ITEM, &MERGED_INTO, &EXTENSION_RULES,
    &ASSISTS_OF_ITEM,  &PARTS_OF_ITEM,      &BASELINES_OF_ITEM, &REPORTS_OF_ITEM, &EVIDENCE_OF_ITEM, &CHANGES_OF_ITEM,
    &VERDICTS_OF_ITEM, &OBJECTIONS_OF_ITEM, &CLOCKS_OF_ITEM,    &WAIVERS_OF_ITEM, &NOTES_OF_ITEM,
};
const size_t N_ITEM_RECORDS = COUNT_OF(ITEM_RECORDS);
