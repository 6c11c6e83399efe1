#pragma once
/*
 * The labels of automatic numbering: what a reader of the document sees before a paragraph and what
 * stands nowhere in its text (ECMA-376 17.9).
 */
#include "base/map.h"
#include "exchange/office/archive.h"

enum { LABEL_LEVELS = 9 };

struct label_level {
    str format, text; // chineseCounting, "（%1）"
    str style;        // that stands at this level, "" none
    int start;
    int restart; // level whose step begins this one anew, from 1; 0 never; -1 any above
    bool digits; // all numbers of this label in digits
};

struct label_list { // an abstract list: its definitions and where its counters stand
    struct label_level level[LABEL_LEVELS];
    int counter[LABEL_LEVELS];
    bool used[LABEL_LEVELS];
};

struct label_num { // what a paragraph names
    struct label_list *list;
    int begin[LABEL_LEVELS];  // own first numbers, -1 none
    bool begun[LABEL_LEVELS]; // they were given once
};

struct label_style {
    str based_on;
    int64_t num; // 0 none of its own
    int level;   // -1 not said
};

struct labels {
    struct arena *a;
    struct map lists;  // abstractNumId → struct label_list *
    struct map nums;   // numId → struct label_num *
    struct map styles; // style id → struct label_style *
    int auto_number;   // of AUTONUM and LISTNUM fields
};

// Reads word/numbering.xml and word/styles.xml, each when it is there. folder: "word/".
MUST_CHECK bool labels_read(struct archive *ar, str folder, struct labels *out);
/*
 * The label of the next paragraph, "" when it has none; counts it. num, level: as the paragraph says
 * (num -1: it does not; 0: explicitly none; level -1: it does not); style: its style's id or "".
 */
str labels_next(struct labels *l, int64_t num, int level, str style);
