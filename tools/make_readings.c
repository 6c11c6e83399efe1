/*
 * Prints what the search has to know of each Chinese character from U+4E00 to U+9FFF: its simplified form
 * and its pinyin without tones, as ICU has them, as two C arrays. Run by the build, so that the program
 * itself need not spend half a second and ten megabytes on ICU's rules. Polyphones are added by
 * src/ledger/search/polyphones.def.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

enum { FIRST = 0x4e00, LAST = 0x9fff, ROOM = 400000, SYLLABLE = 7 };

static UChar text[ROOM];

// Every character transliterated by itself; the pieces stand between semicolons.
static int32_t transliterate(const char *id)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[80];
    u_uastrcpy(wide, id);
    UTransliterator *t = utrans_openU(wide, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    int32_t n = 0;
    for (int c = FIRST; c <= LAST; c++) {
        text[n++] = (UChar)c;
        text[n++] = ';';
    }
    int32_t limit = n;
    if (U_SUCCESS(status)) utrans_transUChars(t, text, &n, ROOM, 0, &limit, &status);
    if (t) utrans_close(t);
    if (U_FAILURE(status)) {
        fprintf(stderr, "make_readings: %s: %s\n", id, u_errorName(status));
        exit(1);
    }
    return n;
}

static void print_simplified(void)
{
    int32_t n = transliterate("Traditional-Simplified");
    printf("static const uint16_t SIMPLIFIED[] = {\n");
    for (int32_t i = 0; i < n; i += 2) printf("0x%x,%s", text[i], i % 32 == 30 ? "\n" : "");
    printf("};\n");
}

static void print_pinyin(void)
{
    int32_t n = transliterate("Han-Latin; Latin-ASCII; Lower");
    printf("static const char PINYIN[][%d] = {\n", SYLLABLE);
    for (int32_t i = 0, c = 0; i < n; i++, c++) {
        char syllable[SYLLABLE] = "";
        int m = 0;
        for (; i < n && text[i] != ';'; i++)
            if (text[i] >= 'a' && text[i] <= 'z' && m < SYLLABLE - 1) syllable[m++] = (char)text[i];
        printf("\"%s\",%s", syllable, c % 16 == 15 ? "\n" : "");
    }
    printf("};\n");
}

int main(void)
{
    print_simplified();
    print_pinyin();
    return 0;
}
