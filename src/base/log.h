#pragma once
/*
 * The structured log: one JSON object a line on standard error or a file, values escaped, so that
 * no input can forge a line. Thread-safe (one mutex). The log's own timestamps are the only place in
 * base that reads the clock; nothing is ever computed from them.
 *
 *     log_line(LOG_INFO, "server.started", LOG_STR("listen", addr), LOG_INT("pid", pid));
 */
#include "base/text.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_field {
    const char *name;
    bool number;
    str text;
    int64_t i;
};

#define LOG_STR(name, s) ((struct log_field){(name), false, (s), 0})
#define LOG_INT(name, v) ((struct log_field){(name), true, STR_EMPTY, (v)})
#define log_line(level, event, ...)                                                     \
    log_write((level), (event), (struct log_field[]){__VA_ARGS__ __VA_OPT__(, ) LOG_INT(NULL, 0)})

void log_open(const char *path, enum log_level least); // NULL: standard error
void log_close(void);
void log_write(enum log_level level, const char *event, const struct log_field *fields);
