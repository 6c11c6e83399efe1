/*
 * What one district's people ask all day, of a store that holds a country and of one that holds the
 * district alone, turn by turn. Both hold the same rows of the district, so every answer must be the same.
 *
 *     country_ask --make URL                          makes the tables
 *     country_ask FULL_URL ONE_URL DISTRICT ROUNDS    a line a question: p50 and p99 of both in ms
 *     country_ask FULL_URL ONE_URL DISTRICT ROUNDS N  the same, of the Nth question alone
 *     country_ask FULL_URL - DISTRICT ROUNDS          the same, of one store (plans are read from its log)
 *     country_ask FULL_URL - 0 ROUNDS                 the report over districts
 */
#include <stdio.h>
#include <stdlib.h>

#include "asking.h"
#include "ledger/rollup/rollup.h"

#define BASE INT64_C(450000000000000000)

struct place {
    struct ctx c;
    struct ledger *l;
    double *ms;
};

struct question {
    const char *query, *params;
    int unit; // whose officer asks: 0 the leader, 1 the supervisor, else that unit's
};

static const struct question QUESTIONS[] = {
    {"my_day", "", 1}, // the first page of each role
    {"my_day", "", 0},
    {"my_day", "", 5},
    {"items_counts", "", 0},
    {"items_counts", "unit=U005", 0},
    {"items_counts", "where=progress < 50", 1},
    {"items", "", 1},
    {"items", "sort=-due_day", 1},
    {"items", "sort=title", 1},
    {"items", "sort=clock_due_at", 1},
    {"items", "sort=lead_unit_id", 1},
    {"items", "", 5},
    {"items", "state=accepted", 1},
    {"items", "state=accepted&sort=-last_report_at", 1},
    {"items", "state=accepted,issued&unit=U005&sort=-due_day", 1},
    {"items", "light=red&sort=lead_unit_id", 1},
    {"items", "where=due_day < today and state in (issued, accepted)", 1},
    {"items", "where=progress < 50 and lead_unit_id in subtree(U005) and due_day >= today", 1},
    {"items", "where=title contains '河道'&sort=due_day", 1},
    {"items", "q=第7项", 1},
    {"items", "view=silent", 1},
    {"item", "item=B-000007", 1},
    {"item_history", "item=B-000007", 1},
    {"journal", "", 1},
    {"units", "", 1},
};

static bool told(const struct place *p, const char *what)
{
    str why = error_text(p->c.a, LANG_EN, &p->c.err);
    fprintf(stderr, "country_ask: %s: %.*s (%s)\n", what, STR_FMT(why), p->c.err.id ? p->c.err.id : "?");
    return false;
}

static bool open_place(struct place *p, const char *url, bool create)
{
    struct ledger_options o = {.store_url = str_of(url), .files_dir = STR(""), .create = create, .readers = 1};
    p->c.a = arena_new((size_t)1 << 30);
    if (!p->c.a) return false;
    error_clear(&p->c);
    return ledger_open(&p->c, &o, &p->l) || told(p, url);
}

static struct request request_of(const struct question *q, int64_t district)
{
    struct request r = {.district = district, .now = INT64_C(1688090400000000)};
    r.actor = (struct actor){.account_id = BASE + 10000 + q->unit,
                             .person_id = BASE + 1000 + 20 * q->unit + 1,
                             .unit_id = BASE + q->unit,
                             .login = STR("bench"),
                             .name = STR("bench"),
                             .roles = q->unit == 0 ? ROLE_LEADER : q->unit == 1 ? ROLE_SUPERVISOR : ROLE_UNIT};
    return r;
}

// Asks once; the answer stays until the place is asked again.
static bool once(struct place *p, const struct question *q, int64_t district, double *ms, str *answer)
{
    struct buf out;
    arena_reset(p->c.a);
    buf_init(&out, p->c.a, (size_t)64 << 20);
    double start = clock_ms(CLOCK_MONOTONIC);
    bool ok = ask_text(&p->c, p->l, request_of(q, district), q->query, q->params, &out);
    *ms = clock_ms(CLOCK_MONOTONIC) - start;
    *answer = buf_str(&out);
    return ok || told(p, q->query);
}

static void print_of(const struct place *p, size_t rounds)
{
    sort_times(p->ms, rounds);
    printf("%.3f\t%.3f\t", percentile(p->ms, rounds, 0.5), percentile(p->ms, rounds, 0.99));
}

static bool measure(struct place *places, size_t n, const struct question *q, int64_t district, size_t rounds)
{
    enum { WARM = 8 }; // statements are prepared, and planned for good after the fifth time
    for (size_t i = 0; i < rounds + WARM; i++) {
        str answers[2];
        double ms;
        for (size_t p = 0; p < n; p++) {
            if (!once(&places[p], q, district, &ms, &answers[p])) return false;
            if (i >= WARM) places[p].ms[i - WARM] = ms;
        }
        if (n == 2 && !str_eq(answers[0], answers[1])) {
            fprintf(stderr, "country_ask: %s %s: the answers differ\n%.*s\n%.*s\n", q->query, q->params,
                    STR_FMT(utf8_head(answers[0], 300)), STR_FMT(utf8_head(answers[1], 300)));
            return false;
        }
    }
    for (size_t p = 0; p < n; p++) print_of(&places[p], rounds);
    printf("%s\t%s\t%s\n", q->unit == 0 ? "leader" : q->unit == 1 ? "supervisor" : "unit officer", q->query, q->params);
    fflush(stdout); // what came before a question that fails
    return true;
}

static bool report(struct place *p, size_t rounds)
{
    struct rollup_report told_report;
    for (size_t i = 0; i < rounds; i++) {
        arena_reset(p->c.a);
        double start = clock_ms(CLOCK_MONOTONIC);
        if (!rollup_report(&p->c, p->l, &told_report)) return told(p, "report");
        p->ms[i] = clock_ms(CLOCK_MONOTONIC) - start;
    }
    print_of(p, rounds);
    printf("%zu districts\t%" PRId64 " items\t\n", told_report.rows.n, told_report.total.items);
    return true;
}

static bool run(char **argv, size_t only)
{
    struct place places[2] = {0};
    size_t n = argv[2][0] == '-' ? 1 : 2, rounds = strtoul(argv[4], NULL, 10);
    int64_t district = strtol(argv[3], NULL, 10);
    bool ok = rounds > 0;
    for (size_t i = 0; ok && i < n; i++) {
        places[i].ms = calloc(rounds, sizeof(double));
        ok = places[i].ms && open_place(&places[i], argv[1 + i], false);
    }
    if (ok && district == 0) ok = report(&places[0], rounds);
    for (size_t q = 0; ok && district && q < COUNT_OF(QUESTIONS); q++)
        ok = (only && q + 1 != only) || measure(places, n, &QUESTIONS[q], district, rounds);
    for (size_t i = 0; i < n; i++) {
        ledger_close(places[i].l);
        arena_free(places[i].c.a);
        free(places[i].ms);
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct place p = {0};
    if (argc == 5 || argc == 6) return run(argv, argc == 6 ? strtoul(argv[5], NULL, 10) : 0) ? 0 : 1;
    if (argc != 3 || strcmp(argv[1], "--make") != 0) {
        fputs("usage: country_ask --make URL | FULL_URL ONE_URL|- DISTRICT ROUNDS [QUESTION]\n", stderr);
        return 2;
    }
    bool ok = open_place(&p, argv[2], true);
    ledger_close(p.l);
    return ok ? 0 : 1;
}
