#pragma once
/* What the commands on a grid share: their arguments, versions, the answer. */
#include "ledger/reporting/reporting_internal.h"

#define GRID_CELL_FIELDS(X)                                                          \
    X(row, str, F_TEXT, 40, "行", "row", REQUIRED, NULL)                             \
    X(element, str, F_TEXT, 40, "数据元", "element", REQUIRED, NULL)                 \
    X(text, str, F_TEXT, 20000, "内容", "content", MULTILINE, NULL)
struct grid_cell { GRID_CELL_FIELDS(AS_MEMBER) };
extern const struct shape grid_cell_shape;

// What every command on a grid begins with.
#define GRID_KEY_FIELDS(X)                                                           \
    X(collection, int64_t, F_REF, 0, "报送任务", "collection", REQUIRED, "collection") \
    X(unit, int64_t, F_REF, 0, "单位", "unit", REQUIRED, "unit")                     \
    X(period, str, F_TEXT, 16, "期间", "period", REQUIRED, NULL)                     \
    X(version, int64_t, F_INT, 0, "版本", "version", 0, NULL)
#define GRID_SAVE_FIELDS(X) \
    GRID_KEY_FIELDS(X)      \
    X(cells, struct list, F_OBJECTS, 5000, "单元格", "cells", 0, &grid_cell_shape)
struct grid_save { GRID_SAVE_FIELDS(AS_MEMBER) };
struct grid_submit { GRID_SAVE_FIELDS(AS_MEMBER) };

struct grid_key grid_key_of(const struct grid_save *a);
MUST_CHECK bool grid_same_version(struct grid *g, int64_t version);
MUST_CHECK bool grid_put(struct grid *g, const struct submission *before);
MUST_CHECK bool revision_load(struct grid *g, int64_t ordinal, struct submission_revision *out);
MUST_CHECK bool revision_open(struct grid *g, str reason);
// The next version, into which the rows of the present one are to be written again.
MUST_CHECK bool grid_next_revision(struct grid *g, str reason);
bool grid_tell(struct grid *g, struct json *out); // names the object, answers state and version
