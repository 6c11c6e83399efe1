#pragma once
// Shared by the files of this folder.
#include "ledger/command.h"
#include "ledger/feed/feed.h"

// Those who owe something; a unit's feed is what its officer sees.
enum { FEED_ROLES = ROLE_LEADER | ROLE_SUPERVISOR | ROLE_UNIT, FEEDS_MOST = 10 };

extern const struct shape feed_create_shape, feed_revoke_shape;
bool feed_create_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool feed_revoke_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool feeds_query(struct call *k, const void *args, uint64_t given, struct json *out);
// May the actor have a feed of the unit?
bool feed_may_show(struct call *k, int64_t unit_id);

extern struct records FEEDS_OF_ACCOUNT, FEEDS_ALL, FEED_BY_TOKEN;
extern const struct stmt FEED_CHANGED;
