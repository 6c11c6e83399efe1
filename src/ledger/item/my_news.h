#pragma once
/*
 * What concerns a person beyond what he owes: where he was mentioned, how requests of his unit were
 * decided, what happened to items he watches. What he marked as seen (news.seen) is left out.
 */
#include "ledger/query.h"

enum { NEWS_MOST = 50, NEWS_DAYS = 60 };
// Into an open object: mentions, told, news, news_until.
MUST_CHECK bool my_news(struct call *k, struct json *j);
extern const struct shape WATCHED_ASK;
MUST_CHECK bool query_watched(struct call *k, const void *args, uint64_t given, struct json *out);
