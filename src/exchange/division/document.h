#pragma once
/*
 * Documents of paragraphs and tables (DOCX) as division documents: the paragraphs become one tree, as a
 * text's do, and each table with a usable header is read where it stands. A table without one (a form,
 * a box of signatures, a layout) is read as text, one paragraph a cell.
 */
#include "exchange/division/emit.h"
#include "exchange/division/para.h"
#include "exchange/docx/docx.h"

// Adds a block for every non-empty line and cell, and the paragraphs they form to out.
MUST_CHECK bool document_paras(struct emitter *e, const struct docx *d, struct paras *out);
