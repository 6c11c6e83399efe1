#include "ledger/item/item_people.h"

#include "ledger/filter.h"
#include "ledger/item/item_records.h"
#include "ledger/names.h"
#include "ledger/org/unit_tree.h"
#include "ledger/sight.h"

enum { PEOPLE_MOST = 500 };

#define PEOPLE_ASK(X) X(item, int64_t, F_REF, 0, "事项", "item", REQUIRED, "item")
struct people_ask {
    PEOPLE_ASK(AS_MEMBER)
};
#define OWNER struct people_ask
static const struct field people_fields[] = {PEOPLE_ASK(AS_FIELD)};
#undef OWNER
const struct shape ITEM_PEOPLE_ASK = {"item_people", people_fields, COUNT_OF(people_fields), sizeof(struct people_ask)};

static bool people_sql(struct call *k, const struct item *it, struct sqltext *q)
{
    struct list assists;
    if (!record_list(k, &ASSISTS_OF_ITEM, &assists, ARG(k->district), ARG(it->id))) return false;
    sqltext_init(q, k);
    sqltext_add(q, "SELECT p.id, p.name, p.title, p.unit_id FROM person AS p WHERE p.district_id = $1 AND p.active = 1"
                   " AND (p.id = ");
    sqltext_arg(q, db_arg_int(it->person_id));
    sqltext_add(q, " OR p.id = ");
    sqltext_arg(q, db_arg_int(it->deputy_id));
    if (it->lead_unit_id) {
        sqltext_add(q, " OR p.unit_id");
        filter_subtree(k, q, it->lead_unit_id);
    }
    for (size_t i = 0; i < assists.n; i++) {
        sqltext_add(q, " OR p.unit_id");
        filter_subtree(k, q, ((const struct item_unit *)assists.at)[i].unit_id);
    }
    sqltext_add(q, " OR p.id IN (SELECT a.person_id FROM account AS a JOIN role_grant AS g ON g.district_id = $1"
                   " AND g.account_id = a.id WHERE a.district_id = $1 AND a.disabled = 0"
                   " AND g.role IN ('leader', 'supervisor', 'analyst', 'auditor')))");
    return true;
}

bool item_person_may(struct call *k, const struct item *it, int64_t person, bool *may)
{
    struct sqltext q;
    struct db_rows r;
    if (!people_sql(k, it, &q)) return false;
    sqltext_add(&q, " AND p.id = ");
    sqltext_arg(&q, db_arg_int(person));
    sqltext_add(&q, " LIMIT 1");
    if (!sqltext_query(k, &q, "item.person_may", &r)) return false;
    *may = db_next(&r);
    return db_done(&r);
}

bool query_item_people(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct people_ask *a = args;
    struct item it;
    struct sqltext q;
    struct db_rows r;
    int64_t n = 0;
    (void)given;
    if (!item_load_seen(k, a->item, &it) || !people_sql(k, &it, &q)) return false;
    sqltext_add(&q, " ORDER BY p.official_order NULLS LAST, p.id LIMIT ");
    sqltext_arg(&q, db_arg_int(PEOPLE_MOST));
    if (!sqltext_query(k, &q, "item.people", &r)) return false;
    jw_object(out);
    jw_key(out, "rows");
    jw_array(out);
    for (; db_next(&r); n++) {
        const struct unit_node *u = unit_tree_by_id(k->units, db_int(&r, 3));
        jw_object(out);
        jw_put_id(out, "id", db_int(&r, 0));
        jw_put_text(out, "name", db_text(&r, 1));
        jw_put_text(out, "title", db_text(&r, 2));
        jw_put_text(out, "unit_name", u ? u->unit.name : STR_EMPTY);
        jw_end(out);
    }
    jw_end(out);
    jw_put_bool(out, "more", n == PEOPLE_MOST);
    jw_end(out);
    return db_done(&r);
}
