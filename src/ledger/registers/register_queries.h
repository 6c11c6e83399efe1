#pragma once
/* Registers as the interface gets them: what is declared, as rows, columns and the sections of a form. */
#include "ledger/registers/registers.h"

struct registers_args {
    int64_t register_id;
};
extern const struct shape registers_args_shape;
// {rows: […]}: all in short, or the one register with everything.
MUST_CHECK bool registers_json(struct call *k, int64_t register_id, struct json *out);
// One register with everything, as an object.
MUST_CHECK bool register_json(struct call *k, const struct register_info *reg, struct json *out);
