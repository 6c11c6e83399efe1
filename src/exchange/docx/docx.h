#pragma once
/*
 * Reading DOCX (ECMA-376, transitional and strict): paragraphs and tables in the order in which they
 * are read, as text.
 *
 * Taken: text of runs, with tabs and line breaks; the labels that automatic numbering shows (一、（一）
 * 1. ①, from numbering and styles, with restarts), because they are no text of the file; numbers of
 * AUTONUM and LISTNUM fields, which keep no result; results of other fields; text boxes, behind the
 * paragraph to which they are anchored; tables with merged cells, tables inside cells as text; notes
 * at the foot, at the end. Tracked changes are taken as accepted: what was inserted counts, what was
 * deleted or moved away does not, and a paragraph whose mark was deleted goes on in the next one.
 *
 * Left out, and counted: what was deleted, hidden text, tables of contents (they repeat headings).
 * Not read: headers and footers, comments, pictures, embedded files, macros.
 *
 * Refused with a clear error: see office/archive.h; document type declarations, too deep XML, more
 * paragraphs or cells than the limits.
 */
#include "base/error.h"
#include "exchange/sheet.h"

enum { DOCX_MAX_PARAGRAPHS = 200000, DOCX_MAX_CELLS = 500000 };

struct docx_block {
    str text;                   // of a paragraph: its label and its text, lines parted by "\n"
    int no;                     // number of the paragraph, or of the table, from 1
    const struct sheet *table;  // or NULL; its cells hold text as a paragraph does
};

struct docx {
    VEC(struct docx_block) blocks;
    int deleted, hidden, contents; // pieces of text, pieces of text, paragraphs that were left out
};

// True when the bytes are an archive with a main document. Damage is no error here.
bool docx_is(struct ctx *c, str bytes);
// bytes must live as long as the call. Fails with office.* and docx.* messages.
MUST_CHECK bool docx_read(struct ctx *c, str bytes, struct docx *out);
