#pragma once
/*
 * The ground a test's store stands on: a file, or, when BIHUAN_TEST_STORE is "postgresql", a database
 * of its own on the server that BIHUAN_TEST_PG names (tools/with_postgres.py starts one). And the way
 * of another program to the same store, behind ours: plain SQL on a connection of its own.
 */
#include <stdbool.h>
#include <stdint.h>

struct ground {
    char url[320];
    char database[48]; // "" where it is a file
};

// Both end the test when they cannot. path: the file to take where the store is one.
void ground_make(struct ground *g, const char *path);
void ground_drop(struct ground *g); // the store is closed; nothing is left on a server
// Whether a text stands anywhere: in a byte of the file, in a column of any table. The store is closed.
bool ground_holds(const struct ground *g, const char *text);

// It keeps no foreign keys, as a shell would not.
struct raw;
struct raw *raw_open(const struct ground *g);
void raw_close(struct raw *r);
void raw_run(struct raw *r, const char *sql); // one statement or several; ends the test on an error
int64_t raw_changed(const struct raw *r);     // rows that the last statement touched
// The first column of the first row; "" when it is NULL or there is none. Lives until the next call.
const char *raw_value(struct raw *r, const char *sql);
int64_t raw_int(struct raw *r, const char *sql);
// A table's column by its place from 0: "NAME INTEGER|TEXT NOTNULL KEY", the last two 0 or 1; "" beyond.
const char *raw_column(struct raw *r, const char *table, int at);
