// Each line of the log is one JSON object, whatever was logged.
#include "check.h"

#include "base/log.h"

#include <pthread.h>
#include <unistd.h>

struct lines {
    char path[64];
};

static struct lines begin(enum log_level least)
{
    struct lines l = {"/tmp/bihuan-log-XXXXXX"};
    int fd = mkstemp(l.path);
    if (fd < 0) check_fail(__FILE__, __LINE__, l.path);
    close(fd);
    log_open(l.path, least);
    return l;
}

static str end(struct fixture *f, struct lines *l)
{
    log_close();
    FILE *in = fopen(l->path, "rb");
    struct buf b;
    char piece[4096];
    size_t n;
    buf_init(&b, f->a, SIZE_MAX);
    while ((n = fread(piece, 1, sizeof piece, in)) > 0) buf_add(&b, (str){piece, n});
    fclose(in);
    unlink(l->path);
    return buf_str(&b);
}

// The part of a line after its timestamp.
static str tail(str line)
{
    return str_from(line, str_find(line, STR("\"level\""), 0));
}

static void fields_and_levels(void **state)
{
    struct fixture *f = *state;
    struct lines l = begin(LOG_WARN);
    log_line(LOG_INFO, "too.low");
    log_line(LOG_WARN, "plain");
    log_line(LOG_ERROR, "with.fields", LOG_STR("who", STR("甲")), LOG_INT("n", INT64_MIN));
    str rest = end(f, &l), line = str_cut(&rest, STR("\n"));
    check(str_starts(line, STR("{\"at\":\"20")));
    check_str(str_sub(line, 30, 2), "Z\"");
    check_str(tail(line), "\"level\":\"warn\",\"event\":\"plain\"}");
    check_str(tail(str_cut(&rest, STR("\n"))),
              "\"level\":\"error\",\"event\":\"with.fields\",\"who\":\"甲\","
              "\"n\":-9223372036854775808}");
    check_int(rest.n, 0);
}

static void no_value_forges_a_line(void **state)
{
    struct fixture *f = *state;
    struct lines l = begin(LOG_DEBUG);
    log_line(LOG_INFO, "request", LOG_STR("path", STR("/\r\n{\"at\":\"forged\"}\x7f\\\0")));
    log_line(LOG_INFO, "request", LOG_STR("path", STR("\xff\xe4\xb8甲")));
    str rest = end(f, &l);
    check_str(tail(str_cut(&rest, STR("\n"))),
              "\"level\":\"info\",\"event\":\"request\",\"path\":"
              "\"/\\u000d\\u000a{\\\"at\\\":\\\"forged\\\"}\\u007f\\\\\\u0000\"}");
    check_str(tail(str_cut(&rest, STR("\n"))), "\"level\":\"info\",\"event\":\"request\",\"path\":"
                                               "\"\\ufffd\\ufffd\\ufffd甲\"}");
    check_int(rest.n, 0);
}

static void long_values_are_cut(void **state)
{
    static const struct {
        const char *piece;
        int times;
    } rows[] = {{"x", 5000},    {"区", 2000},   {"\"", 5000},
                {"\x01", 5000}, {"\xff", 5000}, {"😀", 600}};
    struct fixture *f = *state;
    struct lines l = begin(LOG_DEBUG);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct buf b;
        buf_init(&b, f->a, SIZE_MAX);
        for (int k = 0; k < rows[i].times; k++) buf_addz(&b, rows[i].piece);
        log_line(LOG_INFO, "long", LOG_STR("a", buf_str(&b)), LOG_STR("b", buf_str(&b)),
                 LOG_INT("c", 1));
    }
    str rest = end(f, &l);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        str line = str_cut(&rest, STR("\n"));
        check_row("row %zu, %zu bytes", i, line.n);
        check(line.n > 1900 && line.n < 2048);
        check(utf8_valid(line));
        check(str_ends(line, STR("\"}")));
    }
    check_int(rest.n, 0);
}

static void *writer(void *p)
{
    for (int i = 0; i < 500; i++)
        log_line(LOG_INFO, "thread", LOG_STR("who", str_of(p)), LOG_INT("i", i));
    return NULL;
}

static void threads_do_not_mix_lines(void **state)
{
    static char names[4][8] = {"a", "b", "c", "d"};
    struct fixture *f = *state;
    struct lines l = begin(LOG_DEBUG);
    pthread_t t[4];
    for (int i = 0; i < 4; i++) check_int(pthread_create(&t[i], NULL, writer, names[i]), 0);
    for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
    str rest = end(f, &l);
    int n = 0;
    while (rest.n) {
        str line = str_cut(&rest, STR("\n"));
        if (!str_starts(line, STR("{\"at\":\"")) || !str_ends(line, STR("}")))
            check_fail(__FILE__, __LINE__, "mixed");
        n++;
    }
    check_int(n, 2000);
}

static void opening_again_and_nowhere(void **state)
{
    struct fixture *f = *state;
    struct lines first = begin(LOG_DEBUG), second = begin(LOG_DEBUG);
    log_line(LOG_INFO, "second");
    log_open("/nonexistent/folder/log", LOG_DEBUG); // stays where it was
    log_line(LOG_INFO, "still");
    check_int(str_find(end(f, &second), STR("still"), 0) != SIZE_MAX, 1);
    check_int(end(f, &first).n, 0);
}

int main(void)
{
    return CHECK_RUN(UNIT(fields_and_levels), UNIT(no_value_forges_a_line),
                     UNIT(long_values_are_cut), UNIT(threads_do_not_mix_lines),
                     UNIT(opening_again_and_nowhere));
}
