#pragma once
// The tables in code as pages: docs/generated is printed from here, and a test compares.
#include "base/error.h"

// name: loop, commands, permissions, errors. Markdown, both languages. ERR_NOT_FOUND otherwise.
MUST_CHECK bool tables_markdown(struct ctx *c, str name, struct buf *out);
