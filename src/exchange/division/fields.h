#pragma once
/*
 * What a passage says about who and when: its field lines (牵头单位：…；责任单位：…) and its tails
 * in brackets（甲局牵头，乙局、丙局按职责分工负责，6月底前完成）.
 */
#include "exchange/division/due.h"
#include "exchange/division/labels.h"
#include "exchange/division/names.h"

// Units that no label or bracket states, but the sentence itself: 县水利局负责…, 由甲局牵头….
enum said {
    SAID_NOT,
    SAID_FIRMLY,  // 负责, 牵头, 会同, 由…, 请…
    SAID_LOOSELY, // 要, 应, or only what is to be done: may be an admonition
};

struct fields {
    struct name_list units; // NAME_LEAD named lead, NAME_PLAIN responsible, NAME_ASSIST assisting
    str leader, person;
    str units_text;
    struct division_due due;
    bool has_due;
    str task_text, measure_text; // of card labels such as 项目名称：
    size_t n_labels;
    enum said said;
    bool said_colon; // 县公安局：…
};

bool fields_any(const struct fields *f);
bool fields_units(const struct fields *f);
// Adds what other says to f; where both name a leader or a deadline f's own stays.
void fields_merge(struct arena *a, struct fields *f, const struct fields *other);
// Sets one labelled value, as a table cell or a field line gives it.
void fields_set(struct arena *a, struct fields *f, enum label label, const struct runes *r,
                size_t from, size_t to, int year);
// The range is labels and values and nothing before the first label. False when it does not start
// so.
bool fields_line(struct arena *a, const struct runes *r, size_t from, size_t to, int year,
                 struct fields *f);

// The range from there to the end is a sentence of duty: 由区商务局牵头，各镇配合。
bool fields_said(struct arena *a, const struct runes *r, size_t from, int year, struct fields *f);

// A passage of a paragraph and the fields that follow it.
struct segment {
    struct span text; // without the tail; from == to when there is only a tail
    struct fields f;
    bool tail;
    bool clause; // one of several sentences of duty in a paragraph; hangs below what leads to them
};
struct segments {
    struct segment *at;
    size_t n, cap;
};
// Cuts a paragraph (from its numbering's end on) into passages at each tail or inline label.
void fields_split(struct arena *a, const struct runes *r, size_t from, int year,
                  struct segments *out);
