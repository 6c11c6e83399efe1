#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int out = STDERR_FILENO;
static enum log_level threshold = LOG_INFO;

void log_open(const char *path, enum log_level least)
{
    pthread_mutex_lock(&mutex);
    threshold = least;
    if (path) {
        int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0 && out != STDERR_FILENO) close(out);
        if (fd >= 0) out = fd;
    }
    pthread_mutex_unlock(&mutex);
}

void log_close(void)
{
    pthread_mutex_lock(&mutex);
    if (out != STDERR_FILENO) close(out);
    out = STDERR_FILENO;
    pthread_mutex_unlock(&mutex);
}

enum { LINE = 2048 };

// Appends with JSON escaping; a line that is too long is cut, never overflowed. Bytes that are not
// UTF-8 (somebody's request, a file name) are replaced, so that every line is valid JSON.
static void put_text(char *line, size_t *n, str s)
{
    for (size_t at = 0; at < s.n && *n < LINE - 16;) {
        size_t start = at;
        uint32_t u = utf8_next(s, &at);
        bool malformed = u == 0xfffd && at - start == 1;
        if (u == '"' || u == '\\') {
            line[(*n)++] = '\\';
            line[(*n)++] = (char)u;
        } else if (u < 0x20 || u == 0x7f || malformed) {
            *n += (size_t)snprintf(line + *n, LINE - *n, "\\u%04x", u);
        } else {
            memcpy(line + *n, s.p + start, at - start);
            *n += at - start;
        }
    }
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if (level < threshold) return;
    char line[LINE];
    struct timespec ts;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &ts);
    gmtime_r(&ts.tv_sec, &tm);
    size_t n = strftime(line, sizeof line, "{\"at\":\"%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t)snprintf(line + n, LINE - n, ".%03ldZ\",\"level\":\"%s\",\"event\":\"%s\"",
                          ts.tv_nsec / 1000000, names[level], event);
    for (const struct log_field *f = fields; f->name && n < LINE - 128; f++) {
        n += (size_t)snprintf(line + n, LINE - n, ",\"%.40s\":", f->name);
        if (f->number) {
            n += (size_t)snprintf(line + n, LINE - n, "%" PRId64, f->i);
            continue;
        }
        line[n++] = '"';
        put_text(line, &n, f->text);
        line[n++] = '"';
    }
    line[n++] = '}';
    line[n++] = '\n';
    pthread_mutex_lock(&mutex);
    // A log that cannot be written must not stop the work it describes.
    ssize_t ignored = write(out, line, n);
    (void)ignored;
    pthread_mutex_unlock(&mutex);
}
