#pragma once
/* Archives made in memory, for the readers of office files. */
#include "check.h"

#include <zip.h>

struct part {
    const char *name;
    str body;
};

// A zip of the parts, packed by method (ZIP_CM_STORE or ZIP_CM_DEFLATE), in the fixture's arena.
str zip_of(struct fixture *f, const struct part *parts, size_t n, int method);
