#include "ledger/reorg/reorg.h"

static const struct enum_value move_parts[] = {
    {"lead", "牵头", "lead"},
    {"assist", "配合", "assisting"},
};
ENUM_TABLE(MOVE_PARTS, move_parts);

static const struct enum_value handover_kinds[] = {
    {"leave", "离岗", "left"},
    {"transfer", "调动", "changed unit"},
};
ENUM_TABLE(HANDOVER_KINDS, handover_kinds);

#define OWNER struct item_move
SHAPE_OF(item_move, ITEM_MOVE_FIELDS);
#undef OWNER
#define OWNER struct person_handover
SHAPE_OF(person_handover, PERSON_HANDOVER_FIELDS);
#undef OWNER

struct entity ITEM_MOVE = ENTITY_OF(item_move, "事项随机构转移", "item moved with its unit", NULL, 0);
struct entity PERSON_HANDOVER = ENTITY_OF(person_handover, "工作移交", "handover", NULL, 0);
