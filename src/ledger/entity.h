#pragma once
/*
 * Entities: what the ledger keeps. An entity is a shape with a table of its own; every entity begins
 * with district_id and id, which the macros below add. Generic functions read and write them
 * (record.h); nothing else issues INSERT, UPDATE or DELETE on their tables, so that every change
 * stands in the journal.
 */
#include "ledger/field.h"

enum entity_flag {
    ENTITY_VERSIONED = 1, // has a version column: optimistic locking
    ENTITY_EPHEMERAL = 2  // sessions, guards: not journaled, not rebuilt, not exported
};

struct entity {
    const char *name;   // also the table's name
    const char *zh, *en;
    const struct shape *shape;
    const char *code;   // field by which people name a record ("code", "login"), or NULL
    unsigned flags;
    // Made at start from the shape (entity_prepare):
    struct stmt insert, remove, by_id, by_code, whole; // whole: 1000 rows after an id
    str columns; // "district_id, id, code, …"
};

#define ENTITY_KEY(X)                                                              \
    X(district_id, int64_t, F_ID, 0, "地区", "district", REQUIRED | HIDDEN, NULL) \
    X(id, int64_t, F_ID, 0, "标识", "id", REQUIRED, NULL)

// An entity whose table bears the name of its shape.
#define ENTITY_OF(tag, zh_, en_, code_, flags_) \
    {.name = #tag, .zh = (zh_), .en = (en_), .shape = &tag##_shape, .code = (code_), .flags = (flags_)}

extern struct entity *const ENTITIES[];
extern const size_t N_ENTITIES;

// Builds the statements of all entities and registers them; once, before threads.
void entities_prepare(void);
struct entity *entity_find(str name);
