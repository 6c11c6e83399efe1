#include "ledger/item/draft.h"

#include "ledger/args.h"
#include "ledger/item/guard.h"
#include "ledger/item/item_records.h"
#include "ledger/item/loop.h"
#include "ledger/plan/level.h"
#include "ledger/sight.h"

#define OWNER struct draft_part
static const struct field draft_part_fields[] = {DRAFT_PART_FIELDS(AS_FIELD)};
#undef OWNER
#define OWNER struct draft_assist
static const struct field draft_assist_fields[] = {DRAFT_ASSIST_FIELDS(AS_FIELD)};
#undef OWNER
#define OWNER struct item_draft
static const struct field item_draft_fields[] = {
    // "register" is a word of the language; in JSON the member has its proper name.
    {"register", F_REF, offsetof(OWNER, register_), 0, "台账", "register", REQUIRED,
     "register_def"},
    AS_FIELD(title, str, F_TEXT, 200, "任务名称", "title", REQUIRED, NULL)
        AS_FIELD(code, str, F_TEXT, 40, "编号", "code", 0, NULL) DRAFT_COMMON_FIELDS(AS_FIELD)};
#undef OWNER
#define OWNER struct item_edit
static const struct field item_edit_fields[] = {EDIT_FIELDS(AS_FIELD)};
#undef OWNER

const struct shape draft_part_shape = {"draft_part", draft_part_fields, COUNT_OF(draft_part_fields),
                                       sizeof(struct draft_part)};
const struct shape draft_assist_shape = {"draft_assist", draft_assist_fields,
                                         COUNT_OF(draft_assist_fields),
                                         sizeof(struct draft_assist)};
const struct shape item_draft_shape = {"item_draft", item_draft_fields, COUNT_OF(item_draft_fields),
                                       sizeof(struct item_draft)};
const struct shape item_edit_shape = {"item_edit", item_edit_fields, COUNT_OF(item_edit_fields),
                                      sizeof(struct item_edit)};

static const struct stmt LAST_CODE = {"item.last_code",
                                      "SELECT code FROM item WHERE district_id = $1 AND code >= $2 "
                                      "AND code < $3 AND length(code) = $4"
                                      " ORDER BY code DESC LIMIT 20"};
const struct stmt *const DRAFT_STATEMENTS[] = {&LAST_CODE};
const size_t N_DRAFT_STATEMENTS = COUNT_OF(DRAFT_STATEMENTS);

void item_draft_init(struct item_draft *d)
{
    shape_init(&item_draft_shape, d);
}

/* --- codes --- */

static str line_digits(struct call *k, int64_t line_id)
{
    struct work_line line;
    if (!line_id || !record_load(k, &WORK_LINE, line_id, &line)) return STR("00");
    size_t from = 0;
    while (from < line.code.n && (line.code.p[from] < '0' || line.code.p[from] > '9')) from++;
    return str_from(line.code, from);
}

// The highest number of so many digits that stands behind the prefix; *last is left when there is
// none.
static bool last_number(struct call *k, str prefix, int width, int64_t *last)
{
    struct db_rows r;
    bool found = false;
    str after = str_cat(k->c->a, prefix, STR(":")); // ':' follows the digits in ASCII
    if (!DB_QUERY(k->c, k->db, &r, &LAST_CODE, ARG(k->district), ARG(prefix), ARG(after),
                  ARG((int64_t)utf8_count(prefix) + width)))
        return false;
    // Codes that people chose may have other letters there, such as "-1a".
    while (!found && db_next(&r)) found = str_int(str_from(db_text(&r, 0), prefix.n), last);
    return db_done(&r);
}

static bool code_free(struct call *k, str code, bool *is_free)
{
    struct item other;
    if (!record_by_code(k, &ITEM, code, &other, is_free)) return false;
    *is_free = !*is_free;
    return true;
}

// One more than the highest; when the digits are used up, the numbers grow longer.
static bool next_number(struct call *k, str prefix, int width, str *code)
{
    int64_t limit = 1, last = 0;
    for (int i = 0; i < width; i++) limit *= 10;
    if (!last_number(k, prefix, width, &last)) return false;
    while (last + 1 >= limit && width < 18) {
        last = limit - 1;
        limit *= 10;
        if (!last_number(k, prefix, ++width, &last)) return false;
    }
    for (bool is_free = false; !is_free;) {
        *code = str_printf(k->c->a, "%.*s%0*" PRId64, STR_FMT(prefix), width, ++last);
        if (!code_free(k, *code, &is_free) || !ctx_ok(k->c)) return false;
    }
    return true;
}

// The next code of a pattern such as "{year}-{line}-{seq2}"; the number is the last hole of the
// pattern.
static bool next_code(struct call *k, str pattern, int64_t line_id, str *code)
{
    struct district d;
    if (!record_load(k, &DISTRICT, k->district, &d)) return false;
    str text =
        str_replace(k->c->a, pattern, STR("{year}"), str_printf(k->c->a, "%" PRId64, d.plan_year));
    text = str_replace(k->c->a, text, STR("{line}"), line_digits(k, line_id));
    size_t hole = str_find(text, STR("{seq"), 0);
    if (!ctx_ok(k->c)) return false;
    if (hole == SIZE_MAX || hole + 6 != text.n || text.p[hole + 4] < '1' || text.p[hole + 4] > '9')
        return fail(k->c, ERR_INVALID, "item.bad_pattern", pattern);
    return next_number(k, str_sub(text, 0, hole), text.p[hole + 4] - '0', code);
}

// Not another item's, and one word: where items are named, a blank stands between code and title.
static bool check_code(struct call *k, str code, int64_t own)
{
    struct item other;
    bool found;
    for (size_t i = 0; i < code.n; i++)
        if (code.p[i] == ' ' || code.p[i] == '\n' || code.p[i] == '\t' || code.p[i] == '\r')
            return fail_field(k->c, ERR_INVALID, "item.bad_code", STR("code"), code);
    if (code.n == 0)
        return fail_field(k->c, ERR_INVALID, "field.required", STR("code"), STR("code"));
    if (!record_by_code(k, &ITEM, code, &other, &found)) return false;
    return !found || other.id == own ||
           fail_field(k->c, ERR_CONFLICT, "item.code_taken", STR("code"), code);
}

/* --- parts and assisting units --- */

static bool add_part(struct call *k, int64_t item, int64_t ordinal, const struct draft_part *from)
{
    struct item_part p;
    shape_init(ITEM_PART.shape, &p);
    p.item_id = item;
    p.kind = from->kind;
    p.ordinal = ordinal;
    p.body = from->body;
    p.comparator = from->comparator;
    p.quantity = from->quantity;
    p.quantity_unit = from->quantity_unit;
    return record_insert(k, &ITEM_PART, &p);
}

// A standard given as one text is checked part by part: it is cut at ； and at line ends.
bool item_standard_add(struct call *k, int64_t item, str standard, int64_t ordinal)
{
    str rest = str_replace(k->c->a, standard, STR("；"), STR("\n"));
    while (rest.n) {
        struct draft_part p;
        shape_init(&draft_part_shape, &p);
        p.kind = STR("standard");
        p.body = str_trim(str_cut(&rest, STR("\n")));
        if (p.body.n && !add_part(k, item, ordinal++, &p)) return false;
    }
    return true;
}

static bool add_parts(struct call *k, int64_t item, const struct list *parts, str standard)
{
    const struct draft_part *at = parts->at;
    bool has_standard = false;
    for (size_t i = 0; i < parts->n; i++) {
        has_standard = has_standard || str_is(at[i].kind, "standard");
        if (!guard_secrecy(k, &draft_part_shape, &at[i]) ||
            !add_part(k, item, (int64_t)i + 1, &at[i]))
            return false;
    }
    return has_standard || item_standard_add(k, item, standard, (int64_t)parts->n + 1);
}

bool item_assists_check(struct call *k, const struct item *it, const struct list *assists)
{
    const struct draft_assist *at = assists->at;
    for (size_t i = 0; i < assists->n; i++) {
        bool again = at[i].unit == it->lead_unit_id;
        for (size_t j = 0; j < i; j++) again = again || at[j].unit == at[i].unit;
        if (again)
            return fail_field(k->c, ERR_INVALID, "item.assist_twice",
                              str_printf(k->c->a, "assists[%zu]", i));
        if (at[i].share < 0 || at[i].share > 100)
            return fail_field(k->c, ERR_INVALID, "item.bad_share",
                              str_printf(k->c->a, "assists[%zu].share", i));
    }
    return true;
}

static bool add_assists(struct call *k, const struct item *it, const struct list *assists)
{
    const struct draft_assist *at = assists->at;
    if (!item_assists_check(k, it, assists)) return false;
    for (size_t i = 0; i < assists->n; i++) {
        struct item_unit u;
        shape_init(ITEM_UNIT.shape, &u);
        u.item_id = it->id;
        u.unit_id = at[i].unit;
        u.share_pct = at[i].share;
        u.duty = at[i].duty;
        if (!record_insert(k, &ITEM_UNIT, &u)) return false;
    }
    return true;
}

static bool remove_all(struct call *k, const struct records *q, int64_t item)
{
    struct list rows;
    if (!record_list(k, q, &rows, ARG(k->district), ARG(item))) return false;
    for (size_t i = 0; i < rows.n; i++)
        if (!record_remove(k, q->entity, (char *)rows.at + i * q->entity->shape->size))
            return false;
    return true;
}

bool item_assists_replace(struct call *k, const struct item *it, const struct list *assists)
{
    return remove_all(k, &ASSISTS_OF_ITEM, it->id) && add_assists(k, it, assists);
}

/* --- the item --- */

// An item stands where the levels allow, never below itself, and not below one that is over.
static bool check_parent(struct call *k, const struct item *it)
{
    return tree_place_check(k, it) && guard_parent_open(k, it);
}

static bool check_item(struct call *k, const struct item *it)
{
    if (it->start_day && it->due_day && it->start_day > it->due_day)
        return fail_field(k->c, ERR_INVALID, "item.start_after_due", STR("start"),
                          item_label(k, it));
    if (it->weight < 0 || it->weight > 1000)
        return fail_field(k->c, ERR_INVALID, "item.bad_weight", STR("weight"));
    if (it->cycle_day < 0 || it->cycle_day > 184)
        return fail_field(k->c, ERR_INVALID, "item.bad_cycle_day", STR("cycle_day"));
    return check_parent(k, it) && guard_people(k, it) && guard_revenue_quota(k, it);
}

static str default_due_kind(int64_t due)
{
    return due ? STR("finish") : STR("none");
}

// What is searched is kept folded too.
static void fold(struct call *k, struct item *it)
{
    it->code_folded = str_fold(k->c->a, it->code);
    it->title_folded = str_fold(k->c->a, it->title);
    it->place_folded = str_fold(k->c->a, it->place);
}

bool item_make(struct call *k, const struct item_draft *d, struct item *it)
{
    struct register_def reg;
    str secrecy = d->secrecy;
    if (!guard_secrecy(k, &item_draft_shape, d) || !guard_declared(k, &secrecy)) return false;
    if (!record_load(k, &REGISTER, d->register_, &reg)) return false;
    shape_init(ITEM.shape, it);
    it->code = d->code;
    if (it->code.n ? !check_code(k, it->code, 0)
                   : !next_code(k, reg.code_pattern, d->line, &it->code))
        return false;
    it->register_id = d->register_;
    it->line_id = d->line;
    it->parent_id = d->parent;
    it->level = d->level.n ? d->level : STR("task");
    it->title = d->title;
    it->content = d->content;
    it->standard = d->standard;
    it->state = STR("drafted");
    it->lead_unit_id = d->lead;
    it->person_id = d->person;
    it->deputy_id = d->deputy;
    it->leader_id = d->leader;
    it->start_day = d->start;
    it->due_day = d->due;
    it->due_kind = d->due_kind.n ? d->due_kind : default_due_kind(d->due);
    it->report_cycle = d->cycle;
    it->cycle_day = d->cycle_day;
    it->quantity = d->quantity;
    it->challenge = d->challenge;
    it->quantity_unit = d->quantity_unit;
    it->weight = d->weight;
    it->place = d->place;
    it->secrecy = secrecy;
    it->basis = d->basis.n ? d->basis : STR("local");
    it->source_doc_id = d->source_doc;
    it->source_clause = d->source_clause;
    it->source_place = d->source_place;
    it->created_at = k->now;
    fold(k, it);
    return record_insert(k, &ITEM, it) && add_parts(k, it->id, &d->parts, d->standard) &&
           add_assists(k, it, &d->assists) && values_set(k, it, &d->fields) && check_item(k, it);
}

// Members of an approved item that may still move: who answers and by when. What the approval was
// given for may not (L2: changes of scope are versioned and decided).
static bool only_assignment(uint64_t given)
{
    static const char *const free[] = {"item",   "version",   "lead",  "person", "deputy",
                                       "leader", "assists",   "start", "due",    "due_kind",
                                       "cycle",  "cycle_day", "weight"};
    uint64_t allowed = 0;
    for (size_t i = 0; i < COUNT_OF(free); i++)
        allowed |=
            UINT64_C(1) << (shape_field(&item_edit_shape, str_of(free[i])) - item_edit_fields);
    return (given & ~allowed) == 0;
}

static void take(struct item *it, const struct item_edit *e, uint64_t given)
{
#define TAKE(name, column) \
    if (args_given(&item_edit_shape, given, #name)) it->column = e->name
    TAKE(title, title);
    TAKE(code, code);
    TAKE(content, content);
    TAKE(standard, standard);
    TAKE(line, line_id);
    TAKE(parent, parent_id);
    TAKE(level, level);
    TAKE(lead, lead_unit_id);
    TAKE(person, person_id);
    TAKE(deputy, deputy_id);
    TAKE(leader, leader_id);
    TAKE(start, start_day);
    TAKE(due, due_day);
    TAKE(due_kind, due_kind);
    TAKE(cycle, report_cycle);
    TAKE(cycle_day, cycle_day);
    TAKE(quantity, quantity);
    TAKE(challenge, challenge);
    TAKE(quantity_unit, quantity_unit);
    TAKE(weight, weight);
    TAKE(place, place);
    TAKE(secrecy, secrecy);
    TAKE(basis, basis);
    TAKE(source_doc, source_doc_id);
    TAKE(source_clause, source_clause);
    TAKE(source_place, source_place);
#undef TAKE
    bool due_only = args_given(&item_edit_shape, given, "due") &&
                    !args_given(&item_edit_shape, given, "due_kind");
    if (due_only && (it->due_kind.n == 0 || str_is(it->due_kind, "none")))
        it->due_kind = default_due_kind(it->due_day);
}

// A new lead that assisted so far does not assist itself.
bool lead_assists_not(struct call *k, const struct item *it)
{
    struct list assists;
    if (!record_list(k, &ASSISTS_OF_ITEM, &assists, ARG(k->district), ARG(it->id))) return false;
    for (size_t i = 0; i < assists.n; i++) {
        struct item_unit *u = &((struct item_unit *)assists.at)[i];
        if (u->unit_id == it->lead_unit_id && !record_remove(k, &ITEM_UNIT, u)) return false;
    }
    return true;
}

static bool replace_lists(struct call *k, const struct item *it, const struct item_edit *e,
                          uint64_t given)
{
    bool parts = args_given(&item_edit_shape, given, "parts");
    bool standard = args_given(&item_edit_shape, given, "standard") && !parts;
    if (parts &&
        !(remove_all(k, &PARTS_OF_ITEM, it->id) && add_parts(k, it->id, &e->parts, it->standard)))
        return false;
    if (standard) {
        struct list rows;
        if (!record_list(k, &PARTS_OF_ITEM, &rows, ARG(k->district), ARG(it->id))) return false;
        struct item_part *at = rows.at;
        for (size_t i = 0; i < rows.n; i++)
            if (str_is(at[i].kind, "standard") && !record_remove(k, &ITEM_PART, &at[i]))
                return false;
        if (!item_standard_add(k, it->id, it->standard, (int64_t)rows.n + 1)) return false;
    }
    if (!args_given(&item_edit_shape, given, "assists")) return lead_assists_not(k, it);
    return item_assists_replace(k, it, &e->assists);
}

bool item_change(struct call *k, const struct item_edit *e, uint64_t given, struct item *it)
{
    struct item before;
    k->object_kind = "item";
    k->object_id = e->item;
    if (!item_load_seen(k, e->item, &before)) return false;
    bool versioned = args_given(&item_edit_shape, given, "version"); // an import gives none
    if (versioned && e->version != before.version) return fail(k->c, ERR_STALE, "record.stale");
    unsigned state = state_bit(before.state);
    if (!(state & (IN_DRAFTED | IN_APPROVED)))
        return fail(k->c, ERR_CONFLICT, "item.edit_after_issue", item_label(k, &before));
    if (state == IN_APPROVED && !only_assignment(given))
        return fail(k->c, ERR_REFUSED, "item.edit_after_approval", item_label(k, &before));
    if (!guard_secrecy(k, &item_edit_shape, e)) return false;
    *it = before;
    take(it, e, given);
    if (!guard_declared(k, &it->secrecy) || !check_code(k, it->code, it->id)) return false;
    fold(k, it);
    if (it->title.n == 0)
        return fail_field(k->c, ERR_INVALID, "field.required", STR("title"), STR("title"));
    return record_update(k, &ITEM, &before, it) && replace_lists(k, it, e, given) &&
           values_set(k, it, &e->fields) && check_item(k, it);
}

bool run_item_draft(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct item it;
    (void)given;
    // An imported draft may lack what the register asks; a person who drafts is asked at once.
    if (!item_make(k, args, &it) || !values_required(k, &it, "draft")) return false;
    k->object_kind = "item";
    k->object_id = it.id;
    jw_put_id(out, "item", it.id);
    jw_put_text(out, "code", it.code);
    jw_put_int(out, "version", it.version);
    return true;
}

bool run_item_edit(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct item it;
    if (!item_change(k, args, given, &it)) return false;
    jw_put_id(out, "item", it.id);
    jw_put_int(out, "version", it.version);
    return true;
}
