#include <stdio.h>

#include "base/json.h"
#include "exchange/division/division.h"

enum { REPORT_MAX = 512 * 1024 * 1024 };

static const char *const ROLE_NAMES[] = {"free",   "task",      "heading",
                                         "notice", "reporting", "to_confirm"};
static const char *const KIND_NAMES[] = {"none", "finish", "start", "recurring"};
static const char *const FROM_NAMES[] = {"nowhere", "own", "group", "section", "column", "text"};
static const char *const FORMAT_NAMES[] = {"text", "csv", "xlsx", "docx"};

struct writer {
    struct json j;
    struct ctx *c;
    const struct division_result *r;
};

static void put_or_null(struct writer *w, const char *name, str s)
{
    jw_key(&w->j, name);
    if (s.n) jw_text(&w->j, s);
    else jw_null(&w->j);
}

static void write_place(struct writer *w, const struct division_place *at)
{
    if (at->line) {
        jw_put_int(&w->j, "line", at->line);
        return;
    }
    jw_put_text(&w->j, "sheet", w->r->sheets.at[at->sheet - 1]);
    jw_put_int(&w->j, "row", at->row);
    jw_put_int(&w->j, "col", at->col);
}

// The first place, and all of them: lines, or cells as [row, col].
static void write_source(struct writer *w, const size_t *blocks, size_t n)
{
    jw_key(&w->j, "source");
    jw_object(&w->j);
    if (n) {
        const struct division_place *first = &w->r->blocks.at[blocks[0]].at;
        write_place(w, first);
        jw_key(&w->j, first->line ? "lines" : "cells");
        jw_array(&w->j);
        for (size_t i = 0; i < n; i++) {
            const struct division_place *at = &w->r->blocks.at[blocks[i]].at;
            if (at->line) {
                jw_int(&w->j, at->line);
                continue;
            }
            jw_array(&w->j);
            jw_int(&w->j, at->row);
            jw_int(&w->j, at->col);
            jw_end(&w->j);
        }
        jw_end(&w->j);
    }
    jw_end(&w->j);
}

static void write_due(struct writer *w, const struct division_due *due)
{
    put_or_null(w, "due", day_text(w->c->a, due->day));
    put_or_null(w, "due_text", due->text);
    jw_put_text(&w->j, "due_kind", str_of(KIND_NAMES[due->kind]));
}

static void write_units(struct writer *w, const struct division_task *t)
{
    put_or_null(w, "lead", t->lead.written);
    put_or_null(w, "lead_code", t->lead.code);
    jw_put_text(&w->j, "lead_from", str_of(FROM_NAMES[t->lead_from]));
    jw_key(&w->j, "assist");
    jw_array(&w->j);
    for (size_t i = 0; i < t->assist.n; i++) jw_text(&w->j, t->assist.at[i].written);
    jw_end(&w->j);
    jw_key(&w->j, "assist_codes");
    jw_array(&w->j);
    for (size_t i = 0; i < t->assist.n; i++) {
        if (t->assist.at[i].code.n) jw_text(&w->j, t->assist.at[i].code);
        else jw_null(&w->j);
    }
    jw_end(&w->j);
    put_or_null(w, "units_text", t->units_text);
    put_or_null(w, "leader", t->leader);
    put_or_null(w, "person", t->person);
}

static void write_targets(struct writer *w, const struct division_task *t)
{
    jw_key(&w->j, "targets");
    jw_array(&w->j);
    for (size_t i = 0; i < t->targets.n; i++) {
        const struct division_target *g = &t->targets.at[i];
        jw_object(&w->j);
        jw_put_text(&w->j, "comparator", g->comparator);
        jw_put_text(&w->j, "quantity", g->quantity);
        jw_put_text(&w->j, "unit", g->unit);
        jw_put_text(&w->j, "text", g->text);
        jw_end(&w->j);
    }
    jw_end(&w->j);
}

static void write_task(struct writer *w, const struct division_task *t)
{
    jw_object(&w->j);
    put_or_null(w, "number", t->number);
    jw_put_text(&w->j, "title", t->title);
    jw_put_text(&w->j, "text", t->text);
    jw_key(&w->j, "measures");
    jw_array(&w->j);
    for (size_t i = 0; i < t->measures.n; i++) jw_text(&w->j, t->measures.at[i]);
    jw_end(&w->j);
    write_units(w, t);
    write_due(w, &t->due);
    jw_put_text(&w->j, "due_from", str_of(FROM_NAMES[t->due_from]));
    write_targets(w, t);
    jw_key(&w->j, "section");
    jw_array(&w->j);
    for (size_t i = 0; i < t->section.n; i++) jw_text(&w->j, t->section.at[i]);
    jw_end(&w->j);
    write_source(w, t->blocks.at, t->blocks.n);
    jw_put_text(&w->j, "passage", t->passage);
    jw_end(&w->j);
}

static void write_doubt(struct writer *w, const struct division_doubt *d)
{
    jw_object(&w->j);
    jw_put_text(&w->j, "what", d->what);
    char id[80];
    int n = snprintf(id, sizeof id, "%.*s", STR_FMT(d->why));
    (void)n;
    jw_put_text(&w->j, "why_id", d->why);
    jw_put_text(&w->j, "why", message_text(w->c->a, w->c->lang, id, NULL, 0));
    jw_key(&w->j, "candidates");
    jw_array(&w->j);
    for (size_t i = 0; i < d->candidates.n; i++) jw_text(&w->j, d->candidates.at[i]);
    jw_end(&w->j);
    jw_key(&w->j, "task");
    if (d->task == SIZE_MAX) {
        jw_null(&w->j);
        write_source(w, d->blocks.at, d->blocks.n);
    } else {
        jw_int(&w->j, (int64_t)d->task);
        const struct division_task *t = &w->r->tasks.at[d->task];
        write_source(w, t->blocks.at, t->blocks.n ? 1 : 0);
    }
    jw_end(&w->j);
}

static void write_lists(struct writer *w)
{
    const struct division_result *r = w->r;
    jw_key(&w->j, "tasks");
    jw_array(&w->j);
    for (size_t i = 0; i < r->tasks.n; i++) write_task(w, &r->tasks.at[i]);
    jw_end(&w->j);
    jw_key(&w->j, "headings");
    jw_array(&w->j);
    for (size_t i = 0; i < r->headings.n; i++) {
        const struct division_heading *h = &r->headings.at[i];
        jw_object(&w->j);
        put_or_null(w, "number", h->number);
        jw_put_text(&w->j, "text", h->text);
        jw_put_int(&w->j, "level", h->level);
        write_source(w, h->blocks.at, h->blocks.n);
        jw_end(&w->j);
    }
    jw_end(&w->j);
    jw_key(&w->j, "notices");
    jw_array(&w->j);
    for (size_t i = 0; i < r->notices.n; i++) {
        jw_object(&w->j);
        jw_put_text(&w->j, "text", r->notices.at[i].text);
        write_source(w, r->notices.at[i].blocks.at, r->notices.at[i].blocks.n);
        jw_end(&w->j);
    }
    jw_end(&w->j);
    jw_key(&w->j, "reporting");
    jw_array(&w->j);
    for (size_t i = 0; i < r->reporting.n; i++) {
        const struct division_reporting *p = &r->reporting.at[i];
        jw_object(&w->j);
        jw_put_text(&w->j, "text", p->text);
        jw_put_text(&w->j, "when", p->when);
        write_due(w, &p->due);
        write_source(w, p->blocks.at, p->blocks.n);
        jw_end(&w->j);
    }
    jw_end(&w->j);
}

// One line a block: where it stands, its role, the entry it belongs to.
static void write_account(struct writer *w)
{
    jw_key(&w->j, "unaccounted");
    jw_array(&w->j);
    for (size_t i = 0; i < w->r->unaccounted.n; i++) {
        const struct division_block *b = &w->r->blocks.at[w->r->unaccounted.at[i]];
        jw_object(&w->j);
        jw_put_text(&w->j, "text", b->text);
        write_place(w, &b->at);
        jw_end(&w->j);
    }
    jw_end(&w->j);
    jw_key(&w->j, "account");
    jw_array(&w->j);
    for (size_t i = 0; i < w->r->blocks.n; i++) {
        const struct division_block *b = &w->r->blocks.at[i];
        jw_object(&w->j);
        write_place(w, &b->at);
        jw_put_text(&w->j, "role", str_of(ROLE_NAMES[b->role]));
        jw_put_int(&w->j, "index", (int64_t)b->index);
        jw_end(&w->j);
    }
    jw_end(&w->j);
}

static void write_head(struct writer *w, const struct division_options *o)
{
    const struct division_result *r = w->r;
    jw_key(&w->j, "file");
    jw_object(&w->j);
    jw_put_text(&w->j, "name", r->name);
    jw_put_int(&w->j, "size", (int64_t)r->size);
    jw_put_text(&w->j, "format", str_of(FORMAT_NAMES[r->format]));
    put_or_null(w, "encoding", r->encoding);
    if (o->hash.n) {
        put_or_null(w, "hash_name", o->hash_name);
        jw_put_text(&w->j, "hash", o->hash);
    }
    jw_key(&w->j, "sheets");
    jw_array(&w->j);
    for (size_t i = 0; i < r->sheets.n; i++) jw_text(&w->j, r->sheets.at[i]);
    jw_end(&w->j);
    if (r->format == DIVISION_DOCX) {
        jw_key(&w->j, "left_out");
        jw_object(&w->j);
        jw_put_int(&w->j, "deleted", r->deleted);
        jw_put_int(&w->j, "hidden", r->hidden);
        jw_put_int(&w->j, "contents", r->contents);
        jw_end(&w->j);
    }
    jw_end(&w->j);
    put_or_null(w, "title", r->title);
    jw_key(&w->j, "year");
    if (r->year) jw_int(&w->j, r->year);
    else jw_null(&w->j);
    jw_key(&w->j, "counts");
    jw_object(&w->j);
    jw_put_int(&w->j, "blocks", (int64_t)r->blocks.n);
    jw_put_int(&w->j, "tasks", (int64_t)r->tasks.n);
    jw_put_int(&w->j, "headings", (int64_t)r->headings.n);
    jw_put_int(&w->j, "notices", (int64_t)r->notices.n);
    jw_put_int(&w->j, "reporting", (int64_t)r->reporting.n);
    jw_put_int(&w->j, "to_confirm", (int64_t)r->to_confirm.n);
    jw_put_int(&w->j, "unaccounted", (int64_t)r->unaccounted.n);
    jw_end(&w->j);
}

str division_report_json(struct ctx *c, const struct division_result *r,
                         const struct division_options *o)
{
    struct buf b;
    buf_init(&b, c->a, REPORT_MAX);
    struct writer w = {.c = c, .r = r};
    jw_init(&w.j, &b);
    jw_object(&w.j);
    write_head(&w, o);
    write_lists(&w);
    jw_key(&w.j, "to_confirm");
    jw_array(&w.j);
    for (size_t i = 0; i < r->to_confirm.n; i++) write_doubt(&w, &r->to_confirm.at[i]);
    jw_end(&w.j);
    write_account(&w);
    jw_end(&w.j);
    buf_addc(&b, '\n');
    return buf_ok(&b) && arena_ok(c->a) ? buf_str(&b) : STR_EMPTY;
}
