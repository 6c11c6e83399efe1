#pragma once
/*
 * The script that spreads the tables of this program's schema over the nodes of a sharded PostgreSQL
 * (Citus): reference tables to every node, tenant tables by district_id, all rows of a district on one
 * node. Printed from the migrations (schema.h), never from a list by hand; docs/operator-guide/citus.md
 * tells when it is run.
 */
#include "store/db.h"

MUST_CHECK bool store_distribution(struct ctx *c, struct buf *out);
