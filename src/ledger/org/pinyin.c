#include "ledger/org/pinyin.h"

#include <unicode/ucol.h>
#include <unicode/ustring.h>

enum { NAME_UNITS = 512, KEY_BYTES = 200 };

static int32_t sort_key(const UChar *name, int32_t n, uint8_t *key)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *order = ucol_open("zh@collation=pinyin", &status);
    if (U_FAILURE(status)) return 0;
    int32_t size = ucol_getSortKey(order, name, n, key, KEY_BYTES);
    ucol_close(order);
    // A longer key is cut: its head still sorts, names alike in 200 bytes of key fall back to the
    // id.
    return size > KEY_BYTES ? KEY_BYTES : size;
}

str pinyin_key(struct arena *a, str name)
{
    static const char HEX[] = "0123456789abcdef";
    UChar utf16[NAME_UNITS];
    uint8_t key[KEY_BYTES];
    char text[2 * KEY_BYTES];
    int32_t n = 0;
    UErrorCode status = U_ZERO_ERROR;
    if (name.n == 0) return STR_EMPTY;
    str head = utf8_head(name, NAME_UNITS / 2);
    u_strFromUTF8(utf16, NAME_UNITS, &n, head.p, (int32_t)head.n, &status);
    if (U_FAILURE(status)) return STR_EMPTY;
    int32_t bytes = sort_key(utf16, n, key);
    if (bytes > 0 && key[bytes - 1] == 0) bytes--; // the terminator says nothing
    for (int32_t i = 0; i < bytes; i++) {
        text[2 * i] = HEX[key[i] >> 4];
        text[2 * i + 1] = HEX[key[i] & 15];
    }
    return str_dup(a, (str){text, 2 * (size_t)bytes});
}
