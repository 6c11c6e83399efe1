#pragma once
/*
 * Live events: GET /api/v1/events is a stream (text/event-stream) that says when a district's journal
 * has moved, and nothing else; the browser asks again through the ordinary queries, which decide what
 * it may see.
 *
 *     event: hello    first; id and {"seq":"N"}: where the journal stands
 *     event: changed  the same, when something but sign-ins happened since; at most one a second. At
 *                     once when the request's Last-Event-ID is not where the journal stands
 *     event: end      {"why":"session"}, {"why":"newer"} (this session opened more than EVENTS_EACH)
 *                     or {"why":"stopping"}; the stream ends
 *     :               a comment every keep-alive period, so that fronts and dead peers are noticed
 *
 * One thread serves all streams. The store's news mark districts; the thread looks them up (where the
 * journal stands, which sessions live), at most five times a second each, and once every keep-alive
 * period whether there was news or not, so that news only save looking. A stream without anything to send is
 * a suspended connection: it costs no thread. The thread also waits for peers that close or go away.
 *
 * Locks: one mutex, taken before libmicrohttpd's own by suspend and resume. Streams are freed by the
 * event thread when libmicrohttpd lets go of the answer; one that sleeps cannot be freed, because its
 * connection is suspended.
 */
#include "server/exchange.h"

struct events;

enum { EVENTS_EACH = 3 }; // streams of one session

// Starts the thread and watches the store's news.
MUST_CHECK bool events_new(struct ctx *c, struct server *s, struct events **out);
void events_get(struct exchange *x); // the route; on a reader thread
int events_count(struct events *e);
// Ends all streams and takes no more; returns when none sleeps, without waiting for peers.
void events_stop(struct events *e);
void events_free(struct events *e); // after the daemon; NULL is fine
