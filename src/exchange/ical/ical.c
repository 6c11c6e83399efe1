#include "exchange/ical/ical.h"

enum { LINE_OCTETS = 75, VALUE_BYTES = 64 * 1024 };

/*
 * RFC 5545 3.1: a line has at most 75 octets without its CRLF; a longer one goes on after CRLF and one
 * blank, which counts as an octet of the new line.
 */
static void folded(struct buf *b, str line)
{
    size_t room = LINE_OCTETS;
    while (line.n > room) {
        size_t cut = room;
        while (cut > 1 && ((unsigned char)line.p[cut] & 0xc0) == 0x80) cut--;
        buf_add(b, str_sub(line, 0, cut));
        buf_addz(b, "\r\n ");
        line = str_from(line, cut);
        room = LINE_OCTETS - 1;
    }
    buf_add(b, line);
    buf_addz(b, "\r\n");
}

void ical_line(struct buf *b, const char *name, str value)
{
    folded(b, str_printf(b->a, "%s:%.*s", name, STR_FMT(value)));
}

// 3.3.11: backslash, semicolon and comma are escaped, a line break is \n; other controls have no place.
static str escaped(struct arena *a, str s)
{
    struct buf b;
    buf_init(&b, a, VALUE_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\' || c == ';' || c == ',') buf_addc(&b, '\\');
        if (c == '\n') buf_addz(&b, "\\n");
        else if ((unsigned char)c >= 0x20 && c != 0x7f) buf_addc(&b, c);
        else if (c == '\t') buf_addc(&b, ' ');
    }
    return buf_str(&b);
}

void ical_text(struct buf *b, const char *name, str value)
{
    ical_line(b, name, escaped(b->a, value));
}

static void put_text(struct buf *b, const char *name, str value)
{
    if (value.n) ical_text(b, name, value);
}

static void put_day(struct buf *b, const char *name, day d)
{
    ical_line(b, name, str_printf(b->a, "%08d", (int)day_to_ymd(d)));
}

static void put_instant(struct buf *b, const char *name, instant at)
{
    day d = instant_day(at, 0);
    int64_t second = (at - instant_at(d, 0, 0)) / US_PER_SECOND;
    ical_line(b, name, str_printf(b->a, "%08dT%02d%02d%02dZ", (int)day_to_ymd(d), (int)(second / 3600),
                                  (int)(second / 60 % 60), (int)(second % 60)));
}

void ical_begin(struct buf *b, str product, str name)
{
    ical_line(b, "BEGIN", STR("VCALENDAR"));
    ical_line(b, "VERSION", STR("2.0"));
    ical_text(b, "PRODID", str_printf(b->a, "-//%.*s//%s//ZH", STR_FMT(product), BIHUAN_VERSION));
    ical_line(b, "CALSCALE", STR("GREGORIAN"));
    ical_line(b, "METHOD", STR("PUBLISH"));
    put_text(b, "X-WR-CALNAME", name); // not of the RFC, and what calendars show
}

void ical_event(struct buf *b, const struct ical_event *e)
{
    ical_line(b, "BEGIN", STR("VEVENT"));
    ical_text(b, "UID", e->uid);
    put_instant(b, "DTSTAMP", e->changed_at);
    put_instant(b, "LAST-MODIFIED", e->changed_at);
    ical_line(b, "SEQUENCE", str_printf(b->a, "%" PRId64, e->sequence));
    if (e->on != DAY_NONE) {
        put_day(b, "DTSTART;VALUE=DATE", e->on);
        put_day(b, "DTEND;VALUE=DATE", e->on + 1); // the end is not part of it
        ical_line(b, "TRANSP", STR("TRANSPARENT"));
    } else {
        put_instant(b, "DTSTART", e->at); // without an end: it takes no time
    }
    put_text(b, "SUMMARY", e->summary);
    put_text(b, "DESCRIPTION", e->description);
    put_text(b, "CATEGORIES", e->category);
    if (e->url.n) ical_line(b, "URL", e->url);
    ical_line(b, "STATUS", str_of(e->status));
    ical_line(b, "END", STR("VEVENT"));
}

void ical_end(struct buf *b)
{
    ical_line(b, "END", STR("VCALENDAR"));
}
