/* Any bytes as a text document: read, account for every line, write the report. */
#include "base/base.h"
#include "exchange/division/division.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctx c = {.a = arena_new((size_t)512 << 20), .err.position = -1};
    static const struct division_unit units[] = {
        {STR("A"), STR("区财政局"), STR("财政局"), STR("department")}};
    struct division_options o = {.roster = units, .n_roster = size % 2};
    struct division_result r;
    if (size < 100000 && division_read(&c, (str){(const char *)data, size}, STR("f.txt"), &o, &r)) {
        INVARIANT(r.unaccounted.n == 0);
        INVARIANT(division_report_json(&c, &r, &o).n > 0);
    }
    arena_free(c.a);
    return 0;
}
