#include "exchange/division/look.h"

#include "exchange/division/due.h"
#include "exchange/division/names.h"
#include "exchange/division/numbering.h"
#include "exchange/division/table.h"

static bool tells_progress(const struct runes *r)
{
    static const char *const words[] = {"已", "正在", "目前", "截至", "截止"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (runes_is(r, runes_skip(r, 0), words[i])) return true;
    return false;
}

struct look look_at(struct arena *a, str text, const struct runes *r)
{
    struct look l = {.n = r->n};
    int value;
    l.serial = numbering_serial(r, &value);
    struct division_due due;
    l.due = !l.serial && due_only(r, 0, r->n);
    l.due_part = !l.serial && r->n <= 30 && due_field(r, 0, r->n, 2000, &due);
    l.people = r->n <= 40 && names_are_people(a, r, 0, r->n);
    l.units = r->n <= 300 ? names_unit_percent(a, r, 0, r->n) : 0;
    // A sentence is never a list of units, whatever its last word.
    if (str_ends(text, STR("。")) && !str_has(text, STR("负责")) && !str_has(text, STR("牵头")))
        l.units = 0;
    struct numbering num;
    l.heading =
        numbering_at(r, 0, &num) && num.rank <= RANK_CHINESE_BRACKET && r->n <= 90 && !l.serial;
    l.note = table_is_note(text);
    l.sentence = str_ends(text, STR("。"));
    l.verb = name_starts_verb(text);
    for (size_t i = 0; i < r->n && !l.serial && !l.due; i++) l.counted |= rune_digit(r->at[i]);
    l.progress = tells_progress(r);
    l.measure = !l.serial && !l.due && r->n <= 6 && !rune_han(r->at[0]);
    for (size_t i = 0; i < r->n && r->n <= 6; i++) l.measure |= r->at[i] == '/';
    return l;
}

static float fit_units(const struct look *l)
{
    if (l->serial || l->due) return -6;
    if (l->units >= 50) return l->units == 100 ? 5 : 3;
    return l->people ? -3 : -4;
}

static float fit_task(bool serial, const struct look *l, bool prose)
{
    if (l->heading && serial) return -1;
    if (l->progress || l->measure) return -2;
    if (l->n <= 3) return -1;
    if (prose) return l->n > 15 ? 4 : 3;
    return l->serial ? -2 : l->due ? -5 : -3;
}

static float fit_person(const struct look *l)
{
    if (l->people) return 5;
    return l->units == 100 ? -3 : -4;
}

static float fit_target(const struct look *l)
{
    if (l->units >= 60 || l->people) return -2;
    return l->counted ? 3 : 2;
}

static float fit_category(const struct look *l, bool prose)
{
    if (!prose) return -3;
    if (l->n > 14) return -2;
    if (l->sentence) return -1;
    return l->verb ? 1 : 3;
}

float look_fit(bool serial, const struct look *l, enum label col)
{
    bool prose = !l->serial && !l->due && !l->people && l->units < 60;
    switch (col) {
    case LABEL_SERIAL: return l->serial ? 6 : -8;
    case LABEL_LEAD:
    case LABEL_RESP:
    case LABEL_ASSIST:
    case LABEL_WATCH: return fit_units(l);
    case LABEL_LEADER:
    case LABEL_PERSON: return fit_person(l);
    case LABEL_DUE:
    case LABEL_START: return l->due ? 6 : l->due_part ? 3 : -4;
    case LABEL_TASK: return fit_task(serial, l, prose);
    case LABEL_MEASURE: return !prose ? -2 : l->n > 15 ? 4 : 3;
    case LABEL_TARGET: return fit_target(l);
    case LABEL_PERIOD: return l->units == 100 ? -2 : 1;
    case LABEL_CATEGORY: return fit_category(l, prose);
    default: return prose && (l->n > 8 || l->progress) ? 2.5f : 0;
    }
}

float look_skip(enum label col)
{
    switch (col) {
    case LABEL_TASK: return 4;
    case LABEL_LEAD:
    case LABEL_RESP: return 2;
    case LABEL_SERIAL: return 3;
    case LABEL_REMARK:
    case LABEL_WATCH:
    case LABEL_NONE: return 0.1f;
    case LABEL_ASSIST:
    case LABEL_CATEGORY:
    case LABEL_PERIOD: return 0.5f;
    default: return 1;
    }
}
