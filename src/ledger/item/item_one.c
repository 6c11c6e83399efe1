/*
 * The query item: everything about one item on one page, and the loop with what the reader may do
 * next and why not.
 */
#include "ledger/command.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_queries.h"
#include "ledger/item/item_records.h"
#include "ledger/item/item_rows.h"
#include "ledger/item/loop.h"
#include "ledger/item/story.h"
#include "ledger/names.h"
#include "ledger/registers/values.h"

static const struct field one_fields[] = {
    {"item", F_REF, offsetof(struct item_one_ask, item), 0, "事项", "item", REQUIRED, "item"},
};
const struct shape ITEM_ONE_ASK = {"item", one_fields, COUNT_OF(one_fields), sizeof(struct item_one_ask)};

struct page {
    struct call *k;
    struct names names;
    const struct item *item;
    struct json *j;
};

static bool put_item(struct page *p)
{
    jw_key(p->j, "item");
    record_json_open(p->j, p->k->c->a, ITEM.shape, p->item, p->k->zone_min);
    if (!names_members(&p->names, ITEM.shape, p->item, p->j)) return false;
    item_time_members(p->k, p->item, p->j);
    jw_end(p->j);
    return true;
}

static bool put_list(struct page *p, const char *member, const struct records *q)
{
    struct list rows;
    const struct shape *s = q->entity->shape;
    if (!record_list(p->k, q, &rows, ARG(p->k->district), ARG(p->item->id))) return false;
    jw_key(p->j, member);
    jw_array(p->j);
    for (size_t i = 0; i < rows.n; i++) {
        const void *row = (const char *)rows.at + i * s->size;
        record_json_open(p->j, p->k->c->a, s, row, p->k->zone_min);
        if (!names_members(&p->names, s, row, p->j)) return false;
        jw_end(p->j);
    }
    jw_end(p->j);
    return true;
}

static bool put_lists(struct page *p)
{
    static const struct {
        const char *member;
        const struct records *q;
    } LISTS[] = {
        {"assists", &ASSISTS_OF_ITEM},   {"parts", &PARTS_OF_ITEM},           {"baselines", &BASELINES_OF_ITEM},
        {"reports", &REPORTS_OF_ITEM},   {"evidence", &EVIDENCE_OF_ITEM},     {"changes", &CHANGES_OF_ITEM},
        {"verdicts", &VERDICTS_OF_ITEM}, {"objections", &OBJECTIONS_OF_ITEM}, {"clocks", &CLOCKS_OF_ITEM},
        {"notes", &NOTES_OF_ITEM},       {"waivers", &WAIVERS_OF_ITEM},       {"mentions", &MENTIONS_OF_ITEM}};
    for (size_t i = 0; i < COUNT_OF(LISTS); i++)
        if (!put_list(p, LISTS[i].member, LISTS[i].q)) return false;
    return true;
}

static bool put_children(struct page *p)
{
    struct item_ask ask = {.parent_id = p->item->id, .sort = STR("code"), .limit = ITEM_PAGE_MAX};
    struct item_page page;
    struct item_row *rows[ITEM_PAGE_MAX];
    if (!item_page_find(p->k, &ask, &page) || !item_rows_load(p->k, page.ids, page.n, rows)) return false;
    jw_key(p->j, "children");
    jw_array(p->j);
    for (size_t i = 0; i < page.n; i++)
        if (rows[i]) item_row_json(p->k, rows[i], p->j);
    jw_end(p->j);
    return true;
}

static bool put_parent(struct page *p)
{
    bool may = false;
    struct item_row *row = NULL;
    struct item above;
    int64_t parent = p->item->parent_id;
    if (parent && (!record_load(p->k, &ITEM, parent, &above) || !item_may_see(p->k, &above, &may))) return false;
    if (may && !item_rows_load(p->k, &parent, 1, &row)) return false;
    jw_key(p->j, "parent");
    if (row) item_row_json(p->k, row, p->j);
    else jw_null(p->j);
    return true;
}

// What was merged into this item, and what it was split from, as far as the reader may see it.
static bool put_kin(struct page *p)
{
    struct list rows;
    struct item_row *shown[ITEM_ROWS_MAX];
    int64_t ids[ITEM_ROWS_MAX];
    size_t n = 0;
    bool may;
    if (!record_list(p->k, &MERGED_INTO, &rows, ARG(p->k->district), ARG(p->item->id))) return false;
    for (size_t i = 0; i < rows.n && n < ITEM_ROWS_MAX; i++) {
        const struct item *it = (const struct item *)rows.at + i;
        if (!item_may_see(p->k, it, &may)) return false;
        if (may) ids[n++] = it->id;
    }
    if (!item_rows_load(p->k, ids, n, shown)) return false;
    jw_key(p->j, "merged");
    jw_array(p->j);
    for (size_t i = 0; i < n; i++)
        if (shown[i]) item_row_json(p->k, shown[i], p->j);
    jw_end(p->j);
    return true;
}

// A part that was split off begins with what the whole reported and showed before.
static bool put_origin(struct page *p)
{
    struct item origin;
    struct page whole = *p;
    bool may = false;
    jw_key(p->j, "split_from");
    if (p->item->split_from_id &&
        (!record_load(p->k, &ITEM, p->item->split_from_id, &origin) || !item_may_see(p->k, &origin, &may)))
        return false;
    if (!may) {
        jw_null(p->j);
        return true;
    }
    whole.item = &origin;
    jw_object(p->j);
    jw_put_id(p->j, "id", origin.id);
    jw_put_text(p->j, "code", origin.code);
    jw_put_text(p->j, "title", origin.title);
    if (!put_list(&whole, "reports", &REPORTS_OF_ITEM) || !put_list(&whole, "evidence", &EVIDENCE_OF_ITEM))
        return false;
    jw_end(p->j);
    return true;
}

static bool put_watch(struct page *p)
{
    struct list rows;
    bool mine = false;
    if (!record_list(p->k, &WATCHERS_OF_ITEM, &rows, ARG(p->k->district), ARG(p->item->id))) return false;
    for (size_t i = 0; i < rows.n; i++)
        mine = mine || ((struct item_watch *)rows.at)[i].account_id == p->k->actor.account_id;
    jw_put_bool(p->j, "watched", mine);
    jw_put_int(p->j, "watchers", (int64_t)rows.n);
    return true;
}

static bool put_source(struct page *p)
{
    struct source_doc d;
    jw_key(p->j, "source");
    if (p->item->source_doc_id == 0) {
        jw_null(p->j);
        return true;
    }
    if (!record_load(p->k, &SOURCE_DOC, p->item->source_doc_id, &d)) return false;
    record_json_open(p->j, p->k->c->a, SOURCE_DOC.shape, &d, p->k->zone_min);
    if (!names_members(&p->names, SOURCE_DOC.shape, &d, p->j)) return false;
    jw_put_text(p->j, "clause", p->item->source_clause);
    jw_put_text(p->j, "place", p->item->source_place);
    jw_end(p->j);
    return true;
}

/* --- the loop --- */

static str in_lang(const struct call *k, const char *zh, const char *en)
{
    return str_of(k->c->lang == LANG_EN ? en : zh);
}

// On the main road drafted … archived a state is passed when a later one is current. The side states,
// suspended and cancelled, are never passed.
static void put_states(struct page *p)
{
    size_t current = 0;
    for (size_t i = 0; i < ITEM_STATES.n; i++)
        if (str_is(p->item->state, ITEM_STATES.at[i].code)) current = i;
    bool cancelled = str_is(p->item->state, "cancelled");
    jw_key(p->j, "states");
    jw_array(p->j);
    for (size_t i = 0; i < ITEM_STATES.n; i++) {
        const struct enum_value *s = &ITEM_STATES.at[i];
        bool side = strcmp(s->code, "suspended") == 0 || strcmp(s->code, "cancelled") == 0;
        jw_object(p->j);
        jw_put_text(p->j, "code", str_of(s->code));
        jw_put_text(p->j, "name", in_lang(p->k, s->zh, s->en));
        jw_put_bool(p->j, "current", i == current);
        jw_put_bool(p->j, "passed", i < current && !side && !cancelled);
        jw_end(p->j);
    }
    jw_end(p->j);
}

static void put_step(struct page *p, const struct loop_step *s)
{
    const struct command *cmd = command_find(str_of(s->t->command));
    jw_object(p->j);
    jw_put_text(p->j, "command", str_of(s->t->command));
    jw_put_text(p->j, "name", cmd ? in_lang(p->k, cmd->zh, cmd->en) : str_of(s->t->command));
    jw_put_text(p->j, "to", s->t->to ? str_of(s->t->to) : p->item->state);
    jw_key(p->j, "roles");
    jw_array(p->j);
    for (size_t i = 0; i < ROLE_TABLE.n; i++)
        if (s->t->by >> i & 1) jw_text(p->j, str_of(ROLE_TABLE.at[i].code));
    jw_end(p->j);
    jw_key(p->j, "clock");
    if (s->t->clock && s->t->clock[0]) jw_text(p->j, str_of(s->t->clock));
    else jw_null(p->j);
    jw_put_bool(p->j, "allowed", s->allowed);
    jw_key(p->j, "why");
    if (s->allowed) jw_null(p->j);
    else jw_text(p->j, s->why);
    jw_end(p->j);
}

static bool put_loop(struct page *p)
{
    struct list steps;
    if (!loop_steps(p->k, p->item, &steps)) return false;
    jw_key(p->j, "loop");
    jw_object(p->j);
    put_states(p);
    jw_key(p->j, "steps");
    jw_array(p->j);
    for (size_t i = 0; i < steps.n; i++) put_step(p, (const struct loop_step *)steps.at + i);
    jw_end(p->j);
    jw_end(p->j);
    return true;
}

bool query_item(struct call *k, const void *args, uint64_t given, struct json *out)
{
    (void)given;
    struct item it;
    struct page p = {.k = k, .item = &it, .j = out};
    if (!item_visible(k, ((const struct item_one_ask *)args)->item, &it)) return false;
    names_init(&p.names, k);
    jw_object(out);
    if (!put_item(&p) || !values_of_item_json(&p.names, &it, out) || !put_lists(&p) || !put_children(&p) ||
        !put_parent(&p))
        return false;
    if (!put_source(&p) || !put_loop(&p) || !put_kin(&p) || !put_origin(&p) || !put_watch(&p)) return false;
    if (!item_story(&p.names, it.id, out)) return false;
    jw_end(out);
    return true;
}
