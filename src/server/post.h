#pragma once
/*
 * One POST to another system, for webhooks. It goes nowhere but where it was told: no redirect, no proxy of
 * the environment, certificates verified, the answer read to POST_ANSWER_BYTES and thrown away.
 *
 * Which addresses: https to any address of the public internet. Plain http, and addresses that are not
 * public (loopback, private, link-local, shared, multicast …), only for hosts that the setting hook_allow
 * names. What is judged is the address of the connection itself when it is opened, so a name that means
 * another address the second time does not get through.
 */
#include "base/text.h"

enum { POST_ANSWER_BYTES = 64 * 1024, POST_HEADERS = 8 };

struct post {
    str url, body;
    const char *headers[POST_HEADERS]; // "Name: value"
    size_t n_headers;
    str allow;       // "10.1.2.3, oa.example.gov.cn:8443"
    str ca_file;     // "" the system's
    int64_t timeout_ms;
};

// status 0 and a code of HOOK_ERRORS when there was no answer. True: a status of 2xx.
bool post_send(struct arena *a, const struct post *p, int64_t *status, const char **error);
// Is a host (and port) among those of the list? Entries without a port mean every port.
bool post_listed(str allow, str host, int64_t port);
struct sockaddr;
bool post_public(const struct sockaddr *to); // an address of the public internet
