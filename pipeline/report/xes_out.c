/* xes_out.c - see xes_out.h. */
#include "report/xes_out.h"

#include <assert.h>
#include <glib.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"

struct xes_out {
    FILE *to;
    const struct column *columns;
    size_t ncolumns, ncase;
    struct buffer name; /* of the open trace */
    bool open;
};

/* ---- XML ---- */

/* May XML 1.0 hold it? */
static bool allowed(gunichar c)
{
    return (c >= 0x20 || c == '\t' || c == '\n' || c == '\r') && c != 0xfffe && c != 0xffff;
}

/* What stands for a byte in a value; NULL: itself. */
static const char *escape(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

static void put_text(FILE *to, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        gunichar c = g_utf8_get_char_validated(s.p + i, (gssize)(s.n - i));
        bool valid = c != (gunichar)-1 && c != (gunichar)-2;
        size_t n = valid ? (size_t)g_unichar_to_utf8(c, NULL) : 1;
        const char *instead = !valid || !allowed(c) ? "\xef\xbf\xbd" : escape(s.p[i]);
        if (instead)
            fputs(instead, to);
        else
            fwrite(s.p + i, 1, n, to);
        i += n;
    }
}

/* ---- attributes ---- */

/* Millionths as a decimal number. */
static void put_micros(FILE *to, int64_t i)
{
    uint64_t size = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    fprintf(to, "%s%" PRIu64 ".%06" PRIu64, i < 0 ? "-" : "", size / 1000000, size % 1000000);
}

static const char *type_of(enum unit unit)
{
    switch (unit) {
    case UNIT_COUNT:
        return "int";
    case UNIT_MICROS:
        return "float";
    case UNIT_TIME:
        return "date";
    case UNIT_FLAG:
        return "boolean";
    default:
        assert(unit == UNIT_TEXT); /* events have no others */
        return "string";
    }
}

static void put_value(FILE *to, enum unit unit, const struct cell *cell)
{
    char text[TIME_TEXT];
    if (unit == UNIT_TEXT)
        put_text(to, cell->text);
    else if (unit == UNIT_TIME)
        fwrite(text, 1, time_text(cell->i, text), to);
    else if (unit == UNIT_MICROS)
        put_micros(to, cell->i);
    else if (unit == UNIT_FLAG)
        fputs(cell->i ? "true" : "false", to);
    else
        fprintf(to, "%" PRId64, cell->i);
}

static void put_attribute(FILE *to, const char *indent, const char *key, enum unit unit,
                          const struct cell *cell)
{
    if (cell->blank)
        return;
    fprintf(to, "%s<%s key=\"%s\" value=\"", indent, type_of(unit), key);
    put_value(to, unit, cell);
    fputs("\"/>\n", to);
}

/* ---- traces ---- */

static void end_trace(struct xes_out *x)
{
    if (x->open)
        fputs("  </trace>\n", x->to);
    x->open = false;
}

static void begin_trace(struct xes_out *x, const struct cell *cells)
{
    end_trace(x);
    x->open = true;
    x->name.n = 0;
    buffer_add_str(&x->name, cells[0].text);
    fputs("  <trace>\n", x->to);
    put_attribute(x->to, "    ", "concept:name", UNIT_TEXT, &cells[0]);
    for (size_t i = XES_OF_CASE; i < x->ncase; i++)
        put_attribute(x->to, "    ", x->columns[i].name, x->columns[i].unit, &cells[i]);
}

static bool take_row(void *ctx, const struct cell *cells)
{
    struct xes_out *x = ctx;
    if (!x->open || !str_eq(buffer_str(&x->name), cells[0].text))
        begin_trace(x, cells);
    fputs("    <event>\n", x->to);
    put_attribute(x->to, "      ", "concept:name", UNIT_TEXT, &cells[1]);
    put_attribute(x->to, "      ", "time:timestamp", UNIT_TIME, &cells[2]);
    for (size_t i = x->ncase; i < x->ncolumns; i++)
        put_attribute(x->to, "      ", x->columns[i].name, x->columns[i].unit, &cells[i]);
    fputs("    </event>\n", x->to);
    return !ferror(x->to);
}

struct xes_out *xes_out_new(FILE *to, struct str title, const struct column *columns,
                            size_t ncolumns, size_t ncase)
{
    struct xes_out *x = mem_zero(1, sizeof *x);
    *x = (struct xes_out){ .to = to, .columns = columns, .ncolumns = ncolumns, .ncase = ncase };
    struct cell name = cell_text(title);
    fputs(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<log xes.version=\"1849-2016\" xes.features=\"\" xmlns=\"http://www.xes-standard.org/\">\n"
        "  <extension name=\"Concept\" prefix=\"concept\" "
        "uri=\"http://www.xes-standard.org/concept.xesext\"/>\n"
        "  <extension name=\"Time\" prefix=\"time\" "
        "uri=\"http://www.xes-standard.org/time.xesext\"/>\n"
        "  <global scope=\"trace\">\n"
        "    <string key=\"concept:name\" value=\"case\"/>\n"
        "  </global>\n"
        "  <global scope=\"event\">\n"
        "    <string key=\"concept:name\" value=\"activity\"/>\n"
        "    <date key=\"time:timestamp\" value=\"1970-01-01T00:00:00Z\"/>\n"
        "  </global>\n"
        "  <classifier name=\"touchpoint\" keys=\"concept:name\"/>\n",
        to);
    put_attribute(to, "  ", "concept:name", UNIT_TEXT, &name);
    return x;
}

struct sink xes_out_sink(struct xes_out *x)
{
    return (struct sink){ take_row, x };
}

bool xes_out_free(struct xes_out *x)
{
    end_trace(x);
    fputs("</log>\n", x->to);
    bool ok = fflush(x->to) == 0 && !ferror(x->to);
    free(x->name.p);
    free(x);
    return ok;
}
