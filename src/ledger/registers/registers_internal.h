#pragma once
/* What the files of registers/ share among themselves. */
#include "base/vec.h"
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/query.h"
#include "ledger/registers/registers.h"

enum { CHOICES_MAX = 100 };
struct choice_list {
    struct field_choice *at;
    size_t n, cap;
};

// A field's record made ready for use; false when its choices cannot be read.
MUST_CHECK bool declared_make(struct arena *a, const struct register_field *f, struct declared *out);

extern struct records REGISTER_FIELDS_ALL, LOOP_VARIANTS_ALL, REGISTER_CLOCKS_ALL, VALUES_OF_ITEM, FIELD_OF_CODE,
    FIELDS_OF_REGISTER, REGISTER_CLOCK_OF, VALUES_OF_FIELD;
extern const struct stmt VALUES_COUNT;
