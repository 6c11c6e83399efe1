#include "server/post.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- where to --- */

// IANA's special-purpose registries (RFC 6890 and its updates): what is not global.
static bool public_v4(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } NOT[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
               {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0a80000, 16}, {0xc6120000, 15},
               {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3}};
    for (size_t i = 0; i < COUNT_OF(NOT); i++)
        if ((a ^ NOT[i].net) >> (32 - NOT[i].bits) == 0) return false;
    return true;
}

static uint32_t four(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool public_v6(const unsigned char *p)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff}, nat[12] = {0x00, 0x64, 0xff, 0x9b};
    if (memcmp(p, mapped, 12) == 0 || memcmp(p, nat, 12) == 0) return public_v4(four(p + 12));
    if (p[0] == 0x20 && p[1] == 0x02) return public_v4(four(p + 2)); // 6to4
    if (p[0] == 0x20 && p[1] == 0x01 && (p[2] < 2 || (p[2] == 0x0d && p[3] == 0xb8))) return false;
    return (p[0] & 0xe0) == 0x20; // global unicast is 2000::/3
}

bool post_public(const struct sockaddr *to)
{
    if (to->sa_family == AF_INET)
        return public_v4(ntohl(((const struct sockaddr_in *)(const void *)to)->sin_addr.s_addr));
    if (to->sa_family == AF_INET6) return public_v6(((const struct sockaddr_in6 *)(const void *)to)->sin6_addr.s6_addr);
    return false;
}

static bool entry_fits(str entry, str host, int64_t port)
{
    int64_t wanted;
    size_t colon = entry.n;
    while (colon > 0 && entry.p[colon - 1] != ':') colon--;
    bool bracket = entry.n > 0 && entry.p[entry.n - 1] == ']';
    bool with_port = colon > 1 && !bracket && str_int(str_from(entry, colon), &wanted);
    str name = with_port ? str_sub(entry, 0, colon - 1) : entry;
    return name.n == host.n && strncasecmp(name.p, host.p, host.n) == 0 && (!with_port || wanted == port);
}

bool post_listed(str allow, str host, int64_t port)
{
    while (allow.n) {
        str entry = str_trim(str_cut(&allow, STR(",")));
        if (entry.n && entry_fits(entry, host, port)) return true;
    }
    return false;
}

struct place {
    bool https, listed, refused;
};

static bool place_of(struct arena *a, const struct post *p, struct place *out)
{
    char *scheme = NULL, *host = NULL, *port = NULL;
    int64_t number = 0;
    CURLU *u = curl_url();
    bool good =
        u && curl_url_set(u, CURLUPART_URL, str_z(a, p->url), CURLU_DISALLOW_USER) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
        str_int(str_of(port), &number);
    if (good) {
        out->https = strcmp(scheme, "https") == 0;
        out->listed = post_listed(p->allow, str_of(host), number);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_url_cleanup(u);
    return good;
}

// Called with the address that will be connected to.
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct place *place = arg;
    (void)purpose;
    if (!place->listed && !post_public(&to->addr)) {
        place->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* --- sending --- */

static size_t swallow(char *data, size_t size, size_t n, void *arg)
{
    size_t *seen = arg;
    (void)data;
    *seen += size * n;
    return *seen > POST_ANSWER_BYTES ? 0 : size * n;
}

static const char *why(CURLcode code, const struct place *place)
{
    if (place->refused) return "forbidden_host";
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_COULDNT_RESOLVE_HOST: return "no_host";
    case CURLE_COULDNT_CONNECT: return "unreachable";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE: return "certificate";
    case CURLE_WRITE_ERROR: return "too_long";
    case CURLE_UNSUPPORTED_PROTOCOL: return "forbidden_host";
    default: return "broken";
    }
}

static void options(CURL *h, struct arena *a, const struct post *p, struct place *place, size_t *seen)
{
    curl_easy_setopt(h, CURLOPT_URL, str_z(a, p->url));
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)p->timeout_ms);
    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)p->timeout_ms);
    curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
    if (p->ca_file.n) curl_easy_setopt(h, CURLOPT_CAINFO, str_z(a, p->ca_file));
    curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, place);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, seen);
    curl_easy_setopt(h, CURLOPT_POST, 1L);
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, p->body.p);
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)p->body.n);
}

bool post_send(struct arena *a, const struct post *p, int64_t *status, const char **error)
{
    struct place place = {0};
    struct curl_slist *headers = NULL;
    size_t seen = 0;
    long code = 0;
    *status = 0;
    *error = "forbidden_host";
    if (!place_of(a, p, &place) || (!place.https && !place.listed)) return false;
    CURL *h = curl_easy_init();
    *error = "broken";
    if (!h) return false;
    for (size_t i = 0; i < p->n_headers; i++) headers = curl_slist_append(headers, p->headers[i]);
    options(h, a, p, &place, &seen);
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    CURLcode result = curl_easy_perform(h);
    if (result == CURLE_OK) curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_cleanup(h);
    curl_slist_free_all(headers);
    *status = code;
    bool good = result == CURLE_OK && code >= 200 && code < 300;
    *error = good ? NULL : result == CURLE_OK ? "status" : why(result, &place);
    return good;
}
