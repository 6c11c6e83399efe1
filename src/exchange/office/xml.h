#pragma once
/* expat under guard: no document type, bounded depth and attributes, errors in the context. */
#include <expat.h>

#include "exchange/office/archive.h"

struct xml_handler {
    void (*start)(void *self, const char *name, const char **attributes);
    void (*end)(void *self, const char *name);
    void (*text)(void *self, str s);
    void *self;
};

// Parses one entry; names come without their namespace prefix. A handler that has recorded an error
// in the context ends the parse.
MUST_CHECK bool xml_read(struct archive *ar, const char *entry, const struct xml_handler *h);
// The value of an attribute (any prefix), or NULL.
const char *xml_attribute(const char **attributes, const char *name);
