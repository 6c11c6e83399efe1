#include "zip_of.h"

#include "exchange/office/archive.h"
#include "exchange/xlsx/xlsx.h"

#define MAIN_NS "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL_NS "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""

static const struct part
    TYPES = {"[Content_Types].xml", STR("<Types/>")},
    BOOK = {"xl/workbook.xml",
            STR("<workbook " MAIN_NS " " REL_NS "><sheets><sheet name=\"表\" sheetId=\"1\" "
                "r:id=\"rId1\"/></sheets></workbook>")},
    RELS = {"xl/_rels/workbook.xml.rels",
            STR("<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
                "</Relationships>")};

#define SHEET(rows)                                                                   \
    {                                                                                 \
        "xl/worksheets/sheet1.xml",                                                   \
            STR("<worksheet " MAIN_NS "><sheetData>" rows "</sheetData></worksheet>") \
    }

static bool read_parts(struct fixture *f, const struct part *more, size_t n, struct workbook *wb)
{
    struct part all[8] = {TYPES, BOOK, RELS};
    for (size_t i = 0; i < n; i++) all[3 + i] = more[i];
    return xlsx_read(&f->c, zip_of(f, all, 3 + n, ZIP_CM_DEFLATE), wb);
}

static void cells_of_every_kind(void **state)
{
    struct fixture *f = *state;
    struct part parts[] = {
        SHEET(
            "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c r=\"C2\" "
            "t=\"inlineStr\"><is><r><t>a</t></r><r><t "
            "xml:space=\"preserve\"> b</t></r><rPh><t>x</t></rPh></is></c><c r=\"D2\" "
            "s=\"1\"><v>45291</v></c>"
            "<c r=\"E2\"><v>0.10000000000000001</v></c><c r=\"F2\" t=\"b\"><v>1</v></c><c r=\"G2\" "
            "t=\"str\">"
            "<f>A1&amp;B1</f><v>cached</v></c></row><row><c t=\"n\"><v>7</v></c><c><v/></c></row>"),
        {"xl/sharedStrings.xml",
         STR("<sst " MAIN_NS "><si><r><t>责任</t></r><r><t>单位</t></r></si></sst>")},
        {"xl/styles.xml",
         STR("<styleSheet " MAIN_NS
             "><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>")},
    };
    struct workbook wb;
    check(read_parts(f, parts, 3, &wb));
    check_int(wb.sheets.n, 1);
    const struct sheet *s = &wb.sheets.at[0];
    check_str(s->name, "表");
    check_str(sheet_at(s, 2, 2)->text, "责任单位");
    check_str(sheet_at(s, 2, 3)->text, "a b");
    check_str(sheet_at(s, 2, 4)->text, "2023-12-31");
    check_str(sheet_at(s, 2, 5)->text, "0.1");
    check_str(sheet_at(s, 2, 6)->text, "是");
    check_str(sheet_at(s, 2, 7)->text, "cached");
    check_str(sheet_at(s, 3, 1)->text, "7");
    check(sheet_at(s, 3, 2) == NULL);
}

// The 1900 system counts a 29 February that never was.
static void dates_of_both_systems(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *serial, *date;
    } rows[] = {{"1", "1900-01-01"},
                {"59", "1900-02-28"},
                {"61", "1900-03-01"},
                {"44927", "2023-01-01"},
                {"45291.75", "2023-12-31"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].serial);
        str sheet = str_printf(f->a,
                               "<worksheet " MAIN_NS
                               "><sheetData><row r=\"1\"><c r=\"A1\" s=\"0\"><v>%s</v></c>"
                               "</row></sheetData></worksheet>",
                               rows[i].serial);
        struct part parts[] = {
            {"xl/worksheets/sheet1.xml", sheet},
            {"xl/styles.xml", STR("<styleSheet " MAIN_NS "><numFmts><numFmt numFmtId=\"176\" "
                                  "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts>"
                                  "<cellXfs><xf numFmtId=\"176\"/></cellXfs></styleSheet>")}};
        struct workbook wb;
        check(read_parts(f, parts, 2, &wb));
        check_str(sheet_at(&wb.sheets.at[0], 1, 1)->text, rows[i].date);
    }
}

static void hostile_xml_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *sheet, *id;
    } rows[] = {
        {"<!DOCTYPE a [<!ENTITY x \"xxxxxxxx\"><!ENTITY y "
         "\"&x;&x;&x;&x;\">]><worksheet>&y;</worksheet>",
         "office.doctype"},
        {"<worksheet><sheetData><row>", "office.xml"},
        {"<worksheet><sheetData><row r=\"1\"><c "
         "r=\"BDWGN1\"><v>1</v></c></row></sheetData></worksheet>",
         "xlsx.columns"},
        {"<worksheet><sheetData><row r=\"9999999\"/></sheetData></worksheet>", "xlsx.columns"},
        {"not xml", "office.xml"},
        {"", "office.xml"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row("%s", rows[i].sheet);
        struct part part = {"xl/worksheets/sheet1.xml", str_of(rows[i].sheet)};
        struct workbook wb;
        check_error(read_parts(f, &part, 1, &wb), &f->c, rows[i].id);
    }
    struct buf deep;
    buf_init(&deep, f->a, 10000);
    for (int i = 0; i < 100; i++) buf_addz(&deep, "<a>");
    struct part part = {"xl/worksheets/sheet1.xml", buf_str(&deep)};
    struct workbook wb;
    check_error(read_parts(f, &part, 1, &wb), &f->c, "office.depth");
}

static void bombs_are_refused(void **state)
{
    struct fixture *f = *state;
    enum { SIZE = 40 * 1024 * 1024 };
    char *p = arena_alloc(f->a, SIZE);
    memset(p, ' ', SIZE);
    struct workbook wb;
    struct part one = {"xl/worksheets/sheet1.xml", {p, SIZE}};
    size_t before = arena_used(f->a);
    check_error(read_parts(f, &one, 1, &wb), &f->c, "office.ratio");
    check(arena_used(f->a) - before < 4 * 1024 * 1024);
    struct part big = {"xl/worksheets/sheet1.xml",
                       {arena_alloc(f->a, OFFICE_MAX_ENTRY + 1), OFFICE_MAX_ENTRY + 1}};
    check_error(read_parts(f, &big, 1, &wb), &f->c, "office.unpacked");
    // A size that lies: the directory claims 100 bytes, the data unpack to 40 MiB.
    struct part all[4] = {TYPES, BOOK, RELS, one};
    str z = zip_of(f, all, 4, ZIP_CM_DEFLATE);
    char *bytes = str_z(f->a, z);
    size_t n = 0;
    for (size_t i = 0; i + 4 < z.n; i++) {
        uint32_t v;
        memcpy(&v, bytes + i, 4);
        uint32_t lie = 100;
        if (v == SIZE) memcpy(bytes + i, &lie, 4), n++;
    }
    check(n > 0);
    bool read = xlsx_read(&f->c, (str){bytes, z.n}, &wb);
    check(!read && str_starts(str_of(f->c.err.id), STR("office.")));
    error_clear(&f->c);
}

static uint32_t u32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void overlapping_entries_are_refused(void **state)
{
    struct fixture *f = *state;
    struct part all[4] = {TYPES, BOOK, RELS, SHEET("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")};
    str z = zip_of(f, all, 4, ZIP_CM_STORE);
    char *bytes = str_z(f->a, z);
    // Every directory record points at the first one's data.
    size_t n = 0;
    uint32_t first = 0;
    for (size_t i = 0; i + 46 < z.n; i++)
        if (u32((unsigned char *)bytes + i) == 0x02014b50) memcpy(bytes + i + 42, &first, 4), n++;
    check_int(n, 4);
    struct workbook wb;
    check_error(xlsx_read(&f->c, (str){bytes, z.n}, &wb), &f->c, "office.overlap");
}

static void archives_with_bad_names_are_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"../evil.xml", "/etc/x", "xl/../../x", "a\\b"};
    struct workbook wb;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        check_row("%s", names[i]);
        struct part part = {names[i], STR("x")};
        check_error(read_parts(f, &part, 1, &wb), &f->c, "office.bad_name");
    }
    struct part twice = {"XL/WORKBOOK.xml", STR("x")};
    check_error(read_parts(f, &twice, 1, &wb), &f->c, "office.doubled");
    struct part all[3] = {TYPES, RELS};
    check_error(xlsx_read(&f->c, zip_of(f, all, 2, ZIP_CM_DEFLATE), &wb), &f->c, "office.missing");
}

// Cut at every place: an error each time, never a crash.
static void truncated_files_are_refused(void **state)
{
    struct fixture *f = *state;
    struct part all[4] = {TYPES, BOOK, RELS, SHEET("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")};
    str z = zip_of(f, all, 4, ZIP_CM_DEFLATE);
    for (size_t n = 0; n < z.n; n += 7) {
        check_row("%zu of %zu bytes", n, z.n);
        struct arena_mark m = arena_mark(f->a);
        struct workbook wb;
        bool read = xlsx_read(&f->c, str_sub(z, 0, n), &wb);
        check(!read && str_starts(str_of(f->c.err.id), STR("office.")));
        error_clear(&f->c);
        arena_reset_to(f->a, m);
    }
}

static void too_many_entries_are_refused(void **state)
{
    struct fixture *f = *state;
    enum { N = OFFICE_MAX_ENTRIES + 1 };
    struct part *parts = arena_alloc(f->a, N * sizeof *parts);
    for (int i = 0; i < N; i++)
        parts[i] = (struct part){str_z(f->a, str_printf(f->a, "f%d", i)), STR("x")};
    struct workbook wb;
    check_error(xlsx_read(&f->c, zip_of(f, parts, N, ZIP_CM_STORE), &wb), &f->c, "office.entries");
}

int main(void)
{
    return CHECK_RUN(UNIT(cells_of_every_kind), UNIT(dates_of_both_systems),
                     UNIT(hostile_xml_is_refused), UNIT(bombs_are_refused),
                     UNIT(overlapping_entries_are_refused),
                     UNIT(archives_with_bad_names_are_refused), UNIT(truncated_files_are_refused),
                     UNIT(too_many_entries_are_refused));
}
