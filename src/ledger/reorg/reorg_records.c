#include "ledger/reorg/reorg_internal.h"

// One unit's or one person's: a district has some thousands of open items in all, and a command that
// moves them has to see each.
#define STILL_OPEN "state NOT IN ('closed', 'cancelled', 'archived')"

struct records LED_OPEN = RECORDS("item.led_open", &ITEM,
                                  "WHERE district_id = $1 AND lead_unit_id = $2 AND " STILL_OPEN " ORDER BY code, id");
struct records ASSISTED_OPEN = RECORDS(
    "item.assisted_open", &ITEM,
    "WHERE district_id = $1 AND id IN (SELECT a.item_id FROM item_unit AS a WHERE a.district_id = $1"
    " AND a.unit_id = $2) AND " STILL_OPEN " ORDER BY code, id");
struct records ASSIST_ROWS_OPEN = RECORDS(
    "item_unit.open_of_unit", &ITEM_UNIT,
    "WHERE district_id = $1 AND unit_id = $2 AND EXISTS (SELECT 1 AS one FROM item AS i WHERE i.district_id = $1"
    " AND i.id = item_unit.item_id AND i.state NOT IN ('closed', 'cancelled', 'archived')) ORDER BY id");
struct records PEOPLE_OF_UNIT =
    RECORDS("person.of_unit", &PERSON, "WHERE district_id = $1 AND unit_id = $2 ORDER BY official_order, id");
struct records ACCOUNTS_OF_UNIT =
    RECORDS("account.of_unit", &ACCOUNT, "WHERE district_id = $1 AND unit_id = $2 ORDER BY login");
struct records PERSONS_ACCOUNTS =
    RECORDS("reorg.accounts_of_person", &ACCOUNT, "WHERE district_id = $1 AND person_id = $2 ORDER BY login");
struct records ANSWERED_OPEN = RECORDS(
    "item.answered_open", &ITEM,
    "WHERE district_id = $1 AND (person_id = $2 OR deputy_id = $2 OR leader_id = $2) AND " STILL_OPEN
    " ORDER BY code, id");
struct records HANDOVERS_OF_PERSON = RECORDS(
    "person_handover.of_person", &PERSON_HANDOVER, "WHERE district_id = $1 AND person_id = $2 ORDER BY id");
struct records MOVES_OF_ITEM =
    RECORDS("item_move.of_item", &ITEM_MOVE, "WHERE district_id = $1 AND item_id = $2 ORDER BY on_day, id");

const struct stmt UNIT_ITEMS_OVER = {
    "reorg.unit_items_over", "SELECT count(*) FROM item AS i WHERE i.district_id = $1 AND i.lead_unit_id = $2"
                             " AND i.state IN ('closed', 'cancelled', 'archived')"};
const struct stmt PERSON_ITEMS_OVER = {
    "reorg.person_items_over", "SELECT count(*) FROM item AS i WHERE i.district_id = $1 AND i.person_id = $2"
                               " AND i.state IN ('closed', 'cancelled', 'archived')"};

bool items_over(struct call *k, const struct stmt *st, int64_t of, int64_t *n)
{
    struct db_rows r;
    *n = 0;
    if (!DB_QUERY(k->c, k->db, &r, st, ARG(k->district), ARG(of))) return false;
    if (db_next(&r)) *n = db_int(&r, 0);
    return db_done(&r);
}
