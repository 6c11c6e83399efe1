#pragma once
/*
 * Arguments of commands and queries: from JSON or from parameters into a struct of a shape, checked
 * field by field against the field table. See args_parse in record.h for what is refused.
 */
#include "ledger/query.h"
#include "ledger/record.h"

// Parameters as texts; each fills one scalar field. Unknown or repeated names are refused.
MUST_CHECK bool args_from_params(struct call *k, const struct shape *s, const struct param *params, size_t n,
                                 void *args, uint64_t *given);
// The body as it may stand in the journal: members that are secret replaced.
str args_masked(struct arena *a, const struct shape *s, str json);
bool shape_has_secret(const struct shape *s);
// True when field name stood in the arguments.
bool args_given(const struct shape *s, uint64_t given, const char *name);
