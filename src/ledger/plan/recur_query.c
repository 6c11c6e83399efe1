/* The patterns of recurring items: what they draft next, and what they could not draft. */
#include "base/map.h"
#include "ledger/filter.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_rows.h"
#include "ledger/plan/plan_internal.h"
#include "ledger/plan/recur.h"
#include "ledger/sqltext.h"

struct records RECUR_ALL = RECORDS("recurrence.all", &RECURRENCE, "WHERE district_id = $1 ORDER BY id LIMIT 2000");

struct patterns {
    struct call *k;
    struct map rules; // by item
    int64_t ids[ITEM_ROWS_MAX];
    struct item_row *rows[ITEM_ROWS_MAX];
    size_t n;
    bool more;
};

static bool load_rules(struct patterns *p)
{
    struct list all;
    if (!record_list(p->k, &RECUR_ALL, &all, ARG(p->k->district))) return false;
    struct recurrence *at = all.at;
    for (size_t i = 0; i < all.n; i++) (void)map_put_int(p->k->c->a, &p->rules, at[i].item_id, &at[i]);
    return true;
}

// The patterns whose item the reader sees, those first that could not draft.
static bool load(struct call *k, struct patterns *p, bool refused)
{
    struct sqltext q;
    struct db_rows r;
    *p = (struct patterns){.k = k};
    sqltext_init(&q, k);
    sqltext_add(&q, "SELECT r.item_id FROM recurrence AS r WHERE r.district_id = $1");
    if (refused) sqltext_add(&q, " AND r.stopped_at IS NULL AND r.refused_at IS NOT NULL");
    if (!item_visibility_of(k, &q, "r.item_id")) return false;
    sqltext_add(&q, " ORDER BY r.refused_at DESC NULLS LAST, r.id LIMIT ");
    sqltext_arg(&q, db_arg_int(ITEM_ROWS_MAX + 1));
    if (!sqltext_query(k, &q, "recurrences.page", &r)) return false;
    while (db_next(&r)) {
        if (p->n < ITEM_ROWS_MAX) p->ids[p->n++] = db_int(&r, 0);
        else p->more = true;
    }
    if (!db_done(&r)) return false;
    return p->n == 0 || (load_rules(p) && item_rows_load(k, p->ids, p->n, p->rows));
}

static const struct recurrence *rule_at(const struct patterns *p, size_t i)
{
    return p->rows[i] ? map_get_int(&p->rules, p->ids[i]) : NULL;
}

void recur_next_json(struct call *k, const struct recurrence *r, struct json *j)
{
    jw_key(j, "next");
    jw_array(j);
    for (int n = 0; n <= (int)r->ahead + 1 && !r->stopped_at; n++) {
        struct recur_period p = recur_period_of(k->c->a, k->calendar, r, k->today, n);
        if (p.due < k->today || (r->last_day && p.due > day_from_ymd((int32_t)r->last_day))) continue;
        jw_object(j);
        jw_put_text(j, "period", p.name);
        jw_put_text(j, "due", day_text(k->c->a, p.due));
        jw_end(j);
    }
    jw_end(j);
}

bool recurrences_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    struct patterns *p = ARENA_NEW(k->c->a, struct patterns);
    (void)args;
    (void)given;
    if (!load(k, p, false)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (size_t i = 0; i < p->n; i++) {
        const struct recurrence *r = rule_at(p, i);
        if (!r) continue;
        record_json_open(out, k->c->a, RECURRENCE.shape, r, k->zone_min);
        recur_next_json(k, r, out);
        jw_key(out, "item");
        item_row_json(k, p->rows[i], out);
        jw_end(out);
    }
    jw_end(out);
    jw_put_bool(out, "more", p->more);
    jw_end(out);
    return true;
}

bool recur_refused_json(struct call *k, struct json *j)
{
    struct patterns *p = ARENA_NEW(k->c->a, struct patterns);
    if (!actor_has(k, ROLE_SUPERVISOR | ROLE_LEADER)) return true;
    if (!load(k, p, true)) return false;
    jw_key(j, "refused");
    jw_array(j);
    for (size_t i = 0; i < p->n; i++) {
        const struct recurrence *r = rule_at(p, i);
        if (!r) continue;
        jw_object(j);
        jw_put_id(j, "item", r->item_id);
        jw_put_text(j, "code", p->rows[i]->item.code);
        jw_put_text(j, "title", p->rows[i]->item.title);
        jw_put_text(j, "period", r->refused_period);
        jw_put_text(j, "why", k->c->lang == LANG_EN ? r->refused_why_en : r->refused_why);
        jw_put_text(j, "at", instant_text(k->c->a, r->refused_at, k->zone_min));
        jw_end(j);
    }
    jw_end(j);
    return true;
}
