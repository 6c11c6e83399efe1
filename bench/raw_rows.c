/*
 * The raw limit beside durable commands: the rows that a run of commands wrote, written once more by
 * a bare SQLite loop in groups, one durable commit each.
 *
 *     raw_rows BEFORE.db AFTER.db COMMANDS GROUP
 *
 * BEFORE is the store as it was, and is written to; AFTER as it was afterwards. Each row of AFTER that
 * BEFORE lacks is inserted (or replaces the row of its key), spread evenly over the commands, and the
 * journal's head is updated once a command, as a command does. No SQL beside that: no reading, no
 * hashing, no JSON.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLES = 64, COLUMNS = 64 };

struct table {
    char name[64];
    int columns;
    sqlite3_stmt *insert;
    sqlite3_value **cells; // rows × columns
    long rows, cap, next;
};

static struct table tables[TABLES];
static int n_tables;
static sqlite3 *db;

static void must(int rc, const char *what)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW) return;
    fprintf(stderr, "raw_rows: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void load_table(struct table *t)
{
    char sql[1024];
    sqlite3_stmt *st;
    snprintf(sql, sizeof sql, "SELECT * FROM after.\"%s\" EXCEPT SELECT * FROM main.\"%s\"", t->name, t->name);
    must(sqlite3_prepare_v2(db, sql, -1, &st, NULL), sql);
    t->columns = sqlite3_column_count(st);
    while (sqlite3_step(st) == SQLITE_ROW) {
        if (t->rows == t->cap) {
            t->cap = t->cap ? 2 * t->cap : 1024;
            t->cells = realloc(t->cells, (size_t)(t->cap * t->columns) * sizeof *t->cells);
            if (!t->cells) exit(1);
        }
        for (int c = 0; c < t->columns; c++)
            t->cells[t->rows * t->columns + c] = sqlite3_value_dup(sqlite3_column_value(st, c));
        t->rows++;
    }
    sqlite3_finalize(st);
    int n = snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO main.\"%s\" VALUES(?", t->name);
    for (int c = 1; c < t->columns; c++) n += snprintf(sql + n, sizeof sql - (size_t)n, ",?");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    must(sqlite3_prepare_v2(db, sql, -1, &t->insert, NULL), sql);
}

static void load(void)
{
    sqlite3_stmt *st;
    must(sqlite3_prepare_v2(db, "SELECT name FROM after.sqlite_master WHERE type = 'table' "
                                "AND name NOT LIKE 'sqlite_%' "
                                "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name", -1, &st, NULL), "tables");
    while (sqlite3_step(st) == SQLITE_ROW && n_tables < TABLES) {
        struct table *t = &tables[n_tables];
        snprintf(t->name, sizeof t->name, "%s", (const char *)sqlite3_column_text(st, 0));
        load_table(t);
        if (t->rows) n_tables++;
    }
    sqlite3_finalize(st);
}

static void insert_next(struct table *t)
{
    for (int c = 0; c < t->columns; c++)
        must(sqlite3_bind_value(t->insert, c + 1, t->cells[t->next * t->columns + c]), "bind");
    must(sqlite3_step(t->insert), t->name);
    sqlite3_reset(t->insert);
    t->next++;
}

int main(int argc, char **argv)
{
    if (argc != 5) return 2;
    long commands = atol(argv[3]), group = atol(argv[4]), rows = 0;
    char sql[1024];
    sqlite3_stmt *head;
    must(sqlite3_open(argv[1], &db), "open");
    snprintf(sql, sizeof sql, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                              "PRAGMA defer_foreign_keys=ON; ATTACH '%s' AS after", argv[2]);
    must(sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
    load();
    must(sqlite3_exec(db, "DETACH after", NULL, NULL, NULL), "detach");
    must(sqlite3_prepare_v2(db, "UPDATE journal_head SET seq = seq + 1", -1, &head, NULL), "head");
    double start = now_s();
    for (long done = 0; done < commands; done += group) {
        long upto = done + group < commands ? done + group : commands;
        must(sqlite3_exec(db, "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys=ON", NULL, NULL, NULL), "begin");
        for (int i = 0; i < n_tables; i++)
            while (tables[i].next < tables[i].rows * upto / commands) insert_next(&tables[i]);
        for (long k = done; k < upto; k++) {
            must(sqlite3_step(head), "head");
            sqlite3_reset(head);
        }
        must(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), "commit");
    }
    double took = now_s() - start;
    for (int i = 0; i < n_tables; i++) rows += tables[i].rows;
    printf("commands %ld rows %ld tables %d rate %.0f\n", commands, rows, n_tables, (double)commands / took);
    return 0;
}
