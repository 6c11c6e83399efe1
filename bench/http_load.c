/*
 * A small HTTP client for measuring: one thread, epoll, keep-alive connections to 127.0.0.1.
 *
 *     http_load do PORT COOKIE CSRF CLIENTS SECONDS    each connection drafts items one after the other
 *     http_load mix FILE PORTS CLIENTS SECONDS SEED    each connection sends commands of the file by chance;
 *                                                      PORTS is P or P,P…, connections take them in turn
 *     http_load get PORT COOKIE PATH RATE SECONDS      RATE requests a second over 16 connections
 *
 * "get" is open: a request is due at its time whether earlier ones are answered or not, and its
 * latency counts from then, so that a stall is not hidden. Prints one line of figures.
 *
 * A line of the mix: COOKIE, CSRF, COMMAND, FIRST, STEP, COUNT, BODY with tabs between them. In the body #N
 * stands for a number that is new each time and #ITEM for FIRST + STEP * (a number below COUNT).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CLIENTS = 1024, REQUEST_BYTES = 4096, ANSWER_BYTES = 1 << 20, GET_CONNECTIONS = 16 };

struct client {
    int fd, port;
    bool busy;
    double due, sent;
    size_t got, want; // bytes of the answer; want 0 until its header is there
    char *answer;
};

static struct client clients[MAX_CLIENTS];
static int n_clients;
static double *latency;
static size_t n_latency, cap_latency;
static long failed;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    fprintf(stderr, "http_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void note(double seconds)
{
    if (n_latency == cap_latency) {
        cap_latency = cap_latency ? 2 * cap_latency : 65536;
        latency = realloc(latency, cap_latency * sizeof *latency);
        if (!latency) die("memory");
    }
    latency[n_latency++] = seconds;
}

static void connect_client(struct client *c, int epoll, int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    c->port = port;
    if (connect(c->fd, (struct sockaddr *)&at, sizeof at) != 0) die("connect");
    if (!c->answer) c->answer = malloc(ANSWER_BYTES);
    c->got = c->want = 0;
    c->busy = false;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) != 0) die("epoll_ctl");
}

static void send_request(struct client *c, const char *text, size_t n, double due)
{
    c->due = due;
    c->busy = true;
    if (write(c->fd, text, n) != (ssize_t)n) die("write");
}

// True when a whole answer is there.
static bool receive(struct client *c, int epoll)
{
    ssize_t n = read(c->fd, c->answer + c->got, ANSWER_BYTES - 1 - c->got);
    if (n <= 0) die("the server closed a connection");
    c->got += (size_t)n;
    c->answer[c->got] = 0;
    if (!c->want) {
        char *end = strstr(c->answer, "\r\n\r\n"), *length = strstr(c->answer, "Content-Length: ");
        if (!end || !length) return false;
        c->want = (size_t)(end + 4 - c->answer) + strtoul(length + 16, NULL, 10);
    }
    if (c->got < c->want) return false;
    if (strncmp(c->answer + 9, "200", 3) != 0) {
        if (!failed++) fprintf(stderr, "%.600s\n", c->answer);
    }
    c->busy = false;
    c->got = c->want = 0;
    if (strstr(c->answer, "Connection: close")) { // its thousandth request
        close(c->fd);
        connect_client(c, epoll, c->port);
    }
    return true;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double p)
{
    size_t i = (size_t)(p * (double)(n_latency - 1) + 0.5);
    return n_latency ? latency[i] * 1e3 : 0;
}

static void report(double seconds)
{
    qsort(latency, n_latency, sizeof *latency, by_size);
    printf("requests %zu failed %ld rate %.0f p50_ms %.2f p99_ms %.2f max_ms %.2f\n", n_latency, failed,
           (double)n_latency / seconds, percentile(0.5), percentile(0.99), percentile(1));
}

static size_t post(char *out, const char *cookie, const char *csrf, const char *command, const char *body, long n)
{
    int k = snprintf(out, REQUEST_BYTES,
                     "POST /api/v1/do/%s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nX-CSRF-Token: %s\r\n"
                     "Content-Type: application/json\r\nIdempotency-Key: b%ld\r\nContent-Length: %zu\r\n\r\n%s",
                     command, cookie, csrf, n, strlen(body), body);
    if (k <= 0 || k >= REQUEST_BYTES) die("request");
    return (size_t)k;
}

static const char *do_cookie, *do_csrf;

static size_t draft(char *out, long n)
{
    char body[512];
    snprintf(body, sizeof body, "{\"register\":\"ZD\",\"title\":\"压测任务第%ld项，按时完成并报送进展\",\"lead\":\"ZJW\"}", n);
    return post(out, do_cookie, do_csrf, "item.draft", body, n);
}

/* --- a mix of commands --- */

enum { MIX_LINES = 65536, MIX_FIELDS = 7 };
static struct mix_line {
    char *field[MIX_FIELDS];
} *mix;
static size_t n_mix;

static void read_mix(const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0;
    mix = calloc(MIX_LINES, sizeof *mix);
    if (!f || !mix) die(path);
    while (n_mix < MIX_LINES && getline(&line, &cap, f) > 0) {
        char *rest = strdup(line);
        for (int i = 0; i < MIX_FIELDS && rest; i++) mix[n_mix].field[i] = strsep(&rest, "\t\n");
        if (!mix[n_mix].field[MIX_FIELDS - 1]) die("a line of the mix");
        n_mix++;
    }
    free(line);
    fclose(f);
    if (!n_mix) die("the mix is empty");
}

static size_t mixed(char *out, long n)
{
    const struct mix_line *m = &mix[(size_t)random() % n_mix];
    char body[1024];
    size_t at = 0;
    for (const char *p = m->field[6]; *p && at + 32 < sizeof body;) {
        if (strncmp(p, "#ITEM", 5) == 0) {
            long id = atol(m->field[3]) + atol(m->field[4]) * (random() % atol(m->field[5]));
            at += (size_t)snprintf(body + at, sizeof body - at, "%ld", id);
            p += 5;
        } else if (strncmp(p, "#N", 2) == 0) {
            at += (size_t)snprintf(body + at, sizeof body - at, "%ld", n);
            p += 2;
        } else {
            body[at++] = *p++;
        }
    }
    body[at] = 0;
    return post(out, m->field[0], m->field[1], m->field[2], body, n);
}

// Every connection sends its next request when the last one is answered.
static void run_closed(int epoll, double seconds, size_t (*next)(char *out, long n))
{
    char request[REQUEST_BYTES];
    struct epoll_event events[64];
    long n = (long)(now_s() * 1e6) % 1000000000;
    double start = now_s(), end = start + seconds;
    int busy = 0;
    for (int i = 0; i < n_clients; i++, busy++) send_request(&clients[i], request, next(request, n++), now_s());
    while (busy > 0) {
        int got = epoll_wait(epoll, events, 64, 5000);
        if (got <= 0) die("no answer within 5 s");
        for (int i = 0; i < got; i++) {
            struct client *c = events[i].data.ptr;
            if (!receive(c, epoll)) continue;
            double now = now_s();
            note(now - c->due);
            if (now < end) send_request(c, request, next(request, n++), now);
            else busy--;
        }
    }
    report(now_s() - start);
}

static void run_get(int epoll, const char *cookie, const char *path, double rate, double seconds)
{
    char request[REQUEST_BYTES];
    struct epoll_event events[64];
    int bytes = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n", path, cookie);
    double start = now_s();
    long total = (long)(rate * seconds), begun = 0, done = 0;
    while (done < total) {
        double now = now_s();
        for (int i = 0; i < n_clients && begun < total && start + (double)begun / rate <= now; i++) {
            if (clients[i].busy) continue;
            send_request(&clients[i], request, (size_t)bytes, start + (double)begun++ / rate);
        }
        int got = epoll_wait(epoll, events, 64, 1);
        for (int i = 0; i < got; i++) {
            struct client *c = events[i].data.ptr;
            if (!receive(c, epoll)) continue;
            note(now_s() - c->due);
            done++;
        }
    }
    report(now_s() - start);
}

int main(int argc, char **argv)
{
    const char *verb = argc == 7 ? argv[1] : "";
    bool commands = strcmp(verb, "do") == 0, mixes = strcmp(verb, "mix") == 0;
    if (!commands && !mixes && strcmp(verb, "get") != 0) {
        fprintf(stderr, "usage: http_load do PORT COOKIE CSRF CLIENTS SECONDS | mix FILE PORTS CLIENTS SECONDS SEED |"
                        " get PORT COOKIE PATH RATE SECONDS\n");
        return 2;
    }
    int epoll = epoll_create1(0), ports[16], n_ports = 0;
    for (char *p = mixes ? argv[3] : argv[2]; p && n_ports < 16; p = strchr(p, ','), p = p ? p + 1 : NULL)
        ports[n_ports++] = atoi(p);
    n_clients = commands ? atoi(argv[5]) : mixes ? atoi(argv[4]) : GET_CONNECTIONS;
    if (n_clients < 1 || n_clients > MAX_CLIENTS) return 2;
    for (int i = 0; i < n_clients; i++) connect_client(&clients[i], epoll, ports[i % n_ports]);
    if (mixes) {
        read_mix(argv[2]);
        srandom((unsigned)atoi(argv[6]));
        run_closed(epoll, atof(argv[5]), mixed);
    } else if (commands) {
        do_cookie = argv[3];
        do_csrf = argv[4];
        run_closed(epoll, atof(argv[6]), draft);
    } else {
        run_get(epoll, argv[3], argv[4], atof(argv[5]), atof(argv[6]));
    }
    return failed != 0;
}
