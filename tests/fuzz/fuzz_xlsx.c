/* Any bytes as a workbook or, when that is in them, a document. */
#include "base/base.h"
#include "exchange/division/division.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ctx c = {.a = arena_new((size_t)512 << 20), .err.position = -1};
    struct division_options o = {.year = 2023};
    struct division_result r;
    if (size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0 &&
        division_read(&c, (str){(const char *)data, size}, STR("f.xlsx"), &o, &r))
        INVARIANT(r.unaccounted.n == 0);
    arena_free(c.a);
    return 0;
}
