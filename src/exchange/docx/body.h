#pragma once
/* The story of a document part: document.xml, footnotes.xml. Private to docx/. */
#include "exchange/docx/docx.h"
#include "exchange/docx/labels.h"

// Adds the part's blocks behind those of out. notes: the part holds foot or end notes, and what
// separates them from the text is left out.
MUST_CHECK bool body_read(struct archive *ar, const char *part, struct labels *labels, bool notes, struct docx *out);
