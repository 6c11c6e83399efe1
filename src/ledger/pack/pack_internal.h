#pragma once
/* What the files of pack/ share: the pack while it is being read and run. */
#include "base/map.h"
#include "exchange/sheet.h"
#include "ledger/args.h"
#include "ledger/command.h"
#include "ledger/org/session.h"
#include "ledger/pack/pack.h"

struct pack_ini { // pack.ini: section_key
    str pack_name, pack_version;
    str district_code, district_name, district_name_en, district_zone_min, district_plan_year,
        district_example_day;
    str calendar_dir, calendar_first, calendar_last;
    str demo_password;
    str setup_at;           // instant of the rows without one
    str items_at, items_by; // of tasks.csv and projects.csv
};

struct pack_table {
    str file;
    struct sheet sheet;
    VEC(str) heads; // of columns 1, 2, …
    VEC(int) lines; // of the file, of rows 1, 2, …: a quoted cell may go over several lines
    str only;       // the column all faults belong to; "" the one the command names
};

struct pack {
    struct ctx *c;
    struct ledger *ledger;
    struct ledger_batch *batch; // while it runs
    const struct pack_options *o;
    struct pack_report *report;
    struct pack_ini ini;
    str ini_text;
    struct arena *scratch; // of one command
    int zone_min;
    instant setup_at;
    struct map labels; // history: name → id as text (str *)
};

// Where a fault was found.
struct pack_place {
    const struct pack_table *table;
    int line;
};

// Notes a fault; always returns false. The error's texts are copied.
bool pack_problem(struct pack *p, str file, int line, str column, const struct error *e);
// The line of the file on which a row begins; 0 stays 0.
int pack_line(const struct pack_table *t, int row);
// The same with a message of this folder about a cell; line is the row, told as the line of the file.
bool pack_fault(struct pack *p, const struct pack_table *t, int line, str column, const char *id,
                str arg);
bool pack_clean(const struct pack *p); // no fault so far

// Reads a whole file below the pack's folder. *found false, and true, when there is none.
MUST_CHECK bool pack_file(struct pack *p, str name, str *text, bool *found);
MUST_CHECK bool pack_ini_read(struct pack *p);
// Reads a table; *found tells. False only when reading itself failed; faults are noted.
MUST_CHECK bool pack_table_read(struct pack *p, str file, struct pack_table *t, bool *found);
// Cell by heading, "" when absent or empty; {district}, {login}, {hours} are filled in.
str pack_cell(struct pack *p, const struct pack_table *t, int row, const char *head);
str pack_cell_at(struct pack *p, const struct pack_table *t, int row, size_t column);

// Runs one command; a refusal is noted at the place. False when it was refused. result may be NULL.
bool pack_do(struct pack *p, const struct pack_table *t, int line, const struct actor *actor,
             instant at, str command, str body, str *result);
struct actor pack_system(void);
// The actor an account of the pack is.
bool pack_actor(struct pack *p, const struct pack_table *t, int line, str column, str login,
                instant at, struct actor *out);

void pack_run_tables(struct pack *p);
void pack_run_calendar(struct pack *p);
void pack_run_history(struct pack *p);
// Keeps a file of the pack among the stored files; *hash and *bytes tell.
MUST_CHECK bool pack_keep_file(struct pack *p, struct ctx *c, str path, str *hash, int64_t *bytes);

str pack_base_name(str path);
const char *pack_media_type(str name);

// Registered with the statements of org/.
extern const struct stmt PACK_LAST_DISTRICT, PACK_PART_AT;
