#pragma once
/*
 * The one expression language, first version: filters. docs/expressions.md is its manual.
 *
 *     expr_parse    text → typed tree; every name, type and limit is checked here, with positions
 *     expr_resolve  tree → the same tree with plain dates, instants and ids for one moment and
 * person expr_eval     resolved tree and a row → true or false expr_text     tree → canonical text;
 * parsing that again gives the same tree expr_sentence tree → a sentence for people ("完成时限 早于
 * 2023-03-31 且 状态 为 承接")
 *
 * Whoever turns a filter into SQL walks the resolved tree: a switch over expr->kind, each value
 * bound as a parameter. A leaf is false when its field is null, except IS_NULL; NOT is two-valued.
 * In SQL each leaf over a nullable field is therefore "(f IS NOT NULL AND leaf)", and NOT, AND, OR
 * are SQL's.
 *
 * Everything lives in the arena of the ctx (or the arena given); trees are immutable, so any number
 * of threads may read one. Symbols are borrowed and must live as long as the trees. Errors carry
 * the byte offset in ctx->err.position; ids are "expr.…" in engine/messages.def.
 */
#include "base/calendar.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"

enum {
    EXPR_MAX_BYTES = 8192,
    EXPR_MAX_TOKENS = 2000,
    EXPR_MAX_DEPTH = 64,
    EXPR_MAX_OFFSET = 36500
};

/* --- what the caller declares --- */

enum expr_type {
    EXPR_TEXT,
    EXPR_ENUM, // one of the symbol's choices
    EXPR_INT,
    EXPR_DEC,
    EXPR_DATE,
    EXPR_INSTANT, // compares with instants, and with dates by the civil day it falls on
    EXPR_BOOL,
    EXPR_UNIT,
    EXPR_PERSON
};

struct expr_choice {
    str code, zh, en; // found by any of the three; zh and en may be empty
};

struct expr_symbol {
    int id; // the caller's column number
    enum expr_type type;
    bool nullable;
    str name, zh, en;                  // found by any of the three; zh and en may be empty
    const struct expr_choice *choices; // EXPR_ENUM only
    size_t n_choices;
};

struct expr_symbols {
    const struct expr_symbol *at;
    size_t n;
    int zone_min; // zone of instants written without offset
};

/* --- the tree --- */

enum expr_op { EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE };

enum expr_anchor {
    EXPR_FIXED, // a written date
    EXPR_TODAY,
    EXPR_MONTH_START,
    EXPR_MONTH_END,
    EXPR_QUARTER_START,
    EXPR_QUARTER_END,
    EXPR_YEAR_START,
    EXPR_YEAR_END
};

enum expr_value_kind {
    // text:
    EXPR_V_TEXT,
    EXPR_V_CHOICE, // the choice's code
    // number:
    EXPR_V_INT,
    EXPR_V_DEC,     // millionths, as in dec
    EXPR_V_DAY,     // a day
    EXPR_V_INSTANT, // an instant; text shows it in the zone it was read in
    EXPR_V_BOOL,    // 0 or 1
    EXPR_V_ID,      // of a unit or person
    // to be resolved:
    EXPR_V_MOVING, // anchor, number (the day of EXPR_FIXED), offset, working
    EXPR_V_NAME,   // text: code, name or alias of a unit or person
    EXPR_V_ME,
    EXPR_V_MY_UNIT
};

struct expr_value {
    enum expr_value_kind kind;
    size_t pos; // where it stands in the text
    str text;
    int64_t number;
    enum expr_anchor anchor;
    int offset;   // days after the anchor
    bool working; // … counted in working days
};

enum expr_kind {
    EXPR_CONST,   // truth
    EXPR_AND,     // parts, at least two, none of them an AND
    EXPR_OR,      // parts, at least two, none of them an OR
    EXPR_NOT,     // parts, one
    EXPR_COMPARE, // field op value
    EXPR_IN,      // field in list, at least one
    EXPR_LIKE,    // field like pattern
    EXPR_IS_NULL, // field
    EXPR_SUBTREE, // unit field is root or below it
    EXPR_BETWEEN  // low ≤ field ≤ high
};

struct expr {
    enum expr_kind kind;
    size_t pos;                      // where it begins in the text
    const struct expr_symbol *field; // of a leaf
    bool negated;                    // IN, LIKE, IS_NULL, SUBTREE, BETWEEN: "not in" and so on
    union {
        bool truth;
        struct {
            const struct expr **at;
            size_t n;
        } parts;
        struct {
            enum expr_op op;
            struct expr_value value;
        } compare;
        struct {
            const struct expr_value *at;
            size_t n;
        } list;
        struct {
            str text;      // as written
            str pattern;   // folded (str_fold), for LIKE … ESCAPE '\' on the folded column
            bool contains; // text is what is searched, not a pattern
        } like;
        struct expr_value root;
        struct {
            struct expr_value low, high;
        } between;
    };
};

MUST_CHECK bool expr_parse(struct ctx *c, str text, const struct expr_symbols *symbols,
                           const struct expr **out);
// The 1-based column, in characters, of a byte offset: what an editor underlines.
size_t expr_column(str text, int64_t position);
// Same meaning word for word: equal but for positions. Symbols are compared by id.
bool expr_same(const struct expr *x, const struct expr *y);

/* --- one moment, one person --- */

struct expr_env {
    day today;
    int zone_min;
    const struct calendar *cal; // NULL: working-day offsets are refused
    int64_t me, my_unit;        // 0: there is none, and using it is refused
    void *p;                    // handed to the functions below
    // How many units or persons the code, name or alias means; *id is set when it is one.
    int (*find_unit)(void *p, str name, int64_t *id);
    int (*find_person)(void *p, str name, int64_t *id);
    bool (*in_subtree)(void *p, int64_t root, int64_t unit); // expr_eval only; true when equal
};

// Replaces what depends on the moment: moving dates, names, me and my_unit. Comparisons of an
// instant with dates become comparisons with instants by < and >= only.
MUST_CHECK bool expr_resolve(struct ctx *c, const struct expr *e, const struct expr_env *env,
                             const struct expr **out);

struct expr_datum {
    bool null;
    str text;       // EXPR_TEXT; the code of EXPR_ENUM
    int64_t number; // all others, as in expr_value
};

struct expr_row {
    void *p;
    struct expr_datum (*get)(void *p, const struct expr_symbol *field);
};

// e must be resolved. Uses the arena for scratch only and gives it back.
bool expr_eval(struct arena *scratch, const struct expr *e, const struct expr_env *env,
               const struct expr_row *row);
// The pattern of a text for LIKE … ESCAPE '\' on folded text: folded (str_fold), with \ only before
// %, _ and \, and so never last, which is what every store takes. contains: the text is searched as
// it is.
str expr_pattern(struct arena *a, str text, bool contains);
// LIKE as SQL has it with ESCAPE '\', by characters.
bool expr_like(str folded, str pattern);

/* --- back to text --- */

str expr_text(struct arena *a, const struct expr *e);
// Needs engine_messages_register() to have run: its words are messages.
str expr_sentence(struct arena *a, const struct expr *e, enum lang lang);
