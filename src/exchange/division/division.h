#pragma once
/*
 * Reading a task-division document (重点任务分工方案, 责任分解, 台账, 民生实事): text, CSV, XLSX or
 * DOCX in, tasks out, and an account of every paragraph and cell.
 *
 *     struct division_result r;
 *     if (!division_read(c, bytes, STR("2023.txt"), &options, &r)) return false; // told in c->err
 *     str json = division_report_json(c->a, &r, &options);
 *
 * What a task's fields hold
 *   text     the passage that says what to do, character by character as written, without its
 *            numbering and without the responsibility line or bracket that was parsed into fields;
 *            several paragraphs are joined by a line feed; a line broken in the middle of a
 * sentence by the page width is joined without one number   the numbering as written, e.g.
 * （一）or 12. passage  everything that belongs to the task, verbatim, with numbering and field
 * lines title    the short form: the first clause of the text, at most 60 characters measures the
 * ▲, ① or （1） lines under it, without their marks lead     the name as written; code is the
 * roster's unit, or empty Where a lead is named the responsible units assist; where none is, the
 * first-listed responsible unit leads and the others assist. Units, leader and deadline stated at a
 * heading hold for every task under it that does not state its own.
 *
 * Conservation: every non-empty line or cell is a block and ends in exactly one role. The builder
 * marks blocks as it uses them; unaccounted lists those without a mark and is computed afterwards
 * from the marks alone.
 *
 * All memory comes from c->a. Nothing reads the clock or the store: the roster is an argument.
 */
#include "base/date.h"
#include "base/error.h"
#include "base/map.h"
#include "base/vec.h"

enum { DIVISION_MAX_BYTES = 50 * 1024 * 1024, DIVISION_MAX_BLOCKS = 400000 };

// A unit that the caller knows. aliases are separated by '|'.
struct division_unit {
    str code, name, aliases, kind;
};

struct division_options {
    int year;       // used when the document does not say its own; 0: unknown
    bool year_wins; // the caller's year overrides the document's
    str hash;       // of the file, for the report; "" leaves it out
    str hash_name;  // e.g. "sm3"
    const struct division_unit *roster;
    size_t n_roster;
};

enum division_role {
    DIVISION_FREE, // only before the builder has run
    DIVISION_TASK,
    DIVISION_HEADING,
    DIVISION_NOTICE,
    DIVISION_REPORTING,
    DIVISION_TO_CONFIRM,
};

enum division_due_kind { DUE_NONE, DUE_FINISH, DUE_START, DUE_RECURRING };

// Where something stands: a line of a text, or a cell of a sheet. 1-based, 0 when not applicable.
struct division_place {
    int line;
    int sheet, row, col;
};

struct division_block {
    str text; // verbatim, trimmed
    struct division_place at;
    enum division_role role;
    size_t index; // into the result's vector of that role
    int marks;    // how often it was given a role; exactly 1 at the end
};

struct division_name {
    str written;
    str code; // "" when the roster does not know it, or there is no roster
};

struct division_target {
    str comparator; // ">=", "<=", "=", "~", "+>=" (growth of at least), "+=", "+~", "->="
                    // (decrease)
    str quantity;   // decimal digits without separators
    str unit;       // %, 个, 万套, 亿元 … as written
    str text;       // the phrase as written
};

struct division_due {
    day day;
    enum division_due_kind kind;
    str text;
    bool year_missing; // the phrase needs a year that nobody gave
    bool vague;        // a deadline that names no day (春节前)
};

enum division_from { FROM_NOWHERE, FROM_OWN, FROM_GROUP, FROM_SECTION, FROM_COLUMN, FROM_TEXT };

struct division_task {
    str number, title, text, passage;
    VEC(str) measures;
    struct division_name lead;
    VEC(struct division_name) assist;
    str leader, person;
    str units_text; // the responsibility as written
    enum division_from lead_from, due_from;
    struct division_due due;
    VEC(struct division_target) targets;
    VEC(str) section;
    VEC(size_t) blocks;
};

struct division_heading {
    str number, text;
    int level;
    VEC(size_t) blocks;
};

struct division_notice {
    str text;
    VEC(size_t) blocks;
};

struct division_reporting {
    str text;
    str when; // the phrases that name dates, joined by ；
    struct division_due due;
    VEC(size_t) blocks;
};

// Something for a person to decide. With task = SIZE_MAX the passage itself is in doubt and its
// blocks end here; otherwise it is a question about tasks[task], whose blocks belong to the task.
struct division_doubt {
    str what, why; // why is a message id of exchange/messages.def
    size_t task;
    VEC(str) candidates;
    VEC(size_t) blocks;
};

enum division_format { DIVISION_TEXT, DIVISION_CSV, DIVISION_XLSX, DIVISION_DOCX };

struct division_result {
    str name;
    enum division_format format;
    str encoding;
    size_t size;
    int year; // the year that phrases without one were read in; 0 unknown
    str title;
    VEC(str) sheets; // names; hidden ones end in " (hidden)"; of a document its tables
    int deleted, hidden, contents; // what a document holds and does not show: see exchange/docx/docx.h
    VEC(struct division_block) blocks;
    VEC(struct division_task) tasks;
    VEC(struct division_heading) headings;
    VEC(struct division_notice) notices;
    VEC(struct division_reporting) reporting;
    VEC(struct division_doubt) to_confirm;
    VEC(size_t) unaccounted;
};

// False: the file cannot be read (encoding, broken or hostile XLSX, too large); c->err says why.
MUST_CHECK bool division_read(struct ctx *c, str bytes, str file_name,
                              const struct division_options *o, struct division_result *r);

// The report. Sentences for "why" in the context's language; empty text when memory ran out.
str division_report_json(struct ctx *c, const struct division_result *r,
                         const struct division_options *o);
