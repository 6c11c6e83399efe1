#pragma once
/* The queries about items, as item_queries.c lists them in ITEM_QUERIES; private to this folder. */
#include "ledger/item/item.h"
#include "ledger/query.h"

struct item_one_ask { // of item and item_origin
    int64_t item;
};

bool query_items(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_items_counts(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_views(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_item(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_item_history(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_item_origin(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_file(struct call *k, const void *args, uint64_t given, struct json *out);
bool query_my_day(struct call *k, const void *args, uint64_t given, struct json *out);

extern const struct shape ITEM_ONE_ASK, ITEM_HISTORY_ASK, FILE_ASK;
extern const struct stmt ITEM_LINES, ORIGIN_ROW, ORIGIN_RECORDS;
