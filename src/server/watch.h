#pragma once
/*
 * The table of connections and their deadlines. libmicrohttpd's own time-out is one of inactivity: a
 * client that sends a byte every few seconds is never cut. So each connection here has a deadline
 * for what it does now, and a thread that shuts down the sockets of those that are late:
 *
 *   header   whole header within header_ms of the connection, or of the request line
 *   body     body_grace_ms + bytes / rate, and no more than form_ms for JSON
 *   working  none: the server's own time
 *   sending  as body, by the size of the answer
 *   idle     idle_ms until the next request's header is there
 *   stream   none while there is nothing to send; form_ms for what is being sent (events.h)
 *
 * It also counts connections of an address. Thread-safe: one mutex for the table; the deadline of a
 * connection is an atomic, written by its event thread.
 */
#include "base/text.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum { ADDRESS_CHARS = INET6_ADDRSTRLEN };

struct conn {
    struct conn *next, *previous;
    int fd;
    char address[ADDRESS_CHARS];
    bool exempt;                 // a trusted proxy: stands for many people
    bool counted;                // among those of its address; the watch's
    _Atomic int64_t deadline_us; // monotonic
    // The rest belongs to the event thread alone.
    int64_t phase_from_us;
    int served;
    char *target; // of the request being read; NULL when it was longer than the limit
    size_t target_bytes;
};

struct watch;

MUST_CHECK struct watch *watch_new(int64_t header_us, int per_address);
void watch_free(struct watch *w);

// May this address have one more connection?
bool watch_admits(struct watch *w, const struct sockaddr *from, bool exempt);
struct conn *watch_add(struct watch *w, int fd, const struct sockaddr *from, bool exempt); // NULL: no memory
void watch_remove(struct watch *w, struct conn *conn);
void watch_uncount(struct watch *w, struct conn *conn); // a stream: no longer one of its address's
void watch_deadline(struct conn *conn, int64_t at_us); // INT64_MAX: none
int watch_count(struct watch *w);
int64_t watch_cut(struct watch *w); // connections cut so far

// "127.0.0.1", "::1"; an IPv4 address inside IPv6 is shown as IPv4.
void address_text(const struct sockaddr *from, char out[ADDRESS_CHARS]);
