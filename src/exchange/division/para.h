#pragma once
/*
 * From source lines to paragraphs: page numbers and running heads are set aside, lines broken by
 * the page width are joined again, tables that were flattened to one cell per line are kept line by
 * line.
 *
 * A text counts as hard-wrapped when its unfinished lines share one width and hardly any line is
 * longer. Then a full line without sentence end continues on the next line unless that one starts
 * with numbering, a label or an indent. An open bracket or a trailing 、 or ，continues in any
 * text.
 */
#include "exchange/division/fields.h"
#include "exchange/division/numbering.h"
#include "exchange/sheet.h"
#include "exchange/text/decode.h"

enum para_kind {
    PARA_TEXT,
    PARA_FIELDS,    // nothing but labels and values, or a bracket of them
    PARA_FURNITURE, // page numbers, running heads
    PARA_DATE,      // a date alone: end of a letter
    PARA_TABLE,     // a line of a flattened table
    PARA_RUN_ON,    // a table whose cells have run together
};

struct block_list;

// A table of a document, and the heading right above it.
struct para_grid {
    const struct sheet *sheet;
    const size_t *block_of; // the block of each cell
    str heading;            // "" none
    const struct block_list *heading_blocks;
};

struct para {
    str text;
    struct runes r;
    VEC(size_t) blocks;
    enum para_kind kind;
    bool numbered;
    struct numbering num;
    struct segments segs; // of PARA_TEXT
    struct fields f;      // of PARA_FIELDS
    bool table_head;      // first line of a flattened table's header
    bool table_column;    // a line of that header
    const struct para_grid *grid; // of PARA_TABLE: a whole table of a document, or NULL
};
struct paras {
    struct para *at;
    size_t n, cap;
};

// Adds a block for every non-empty line to the result and the paragraphs they form to out.
MUST_CHECK bool paras_read(struct ctx *c, struct division_result *r, const struct text_lines *lines,
                           struct paras *out);
// Second pass, when the year is known: numbering, fields, tails.
void paras_analyse(struct arena *a, const struct roster *ro, struct paras *ps, int year);
// 2023年3月3日 or 二〇二三年三月三日 and nothing else.
bool para_is_date(const struct runes *r);
bool rune_sentence_end(uint32_t cp);
