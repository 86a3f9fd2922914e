/* csv_out.c - a table as CSV (RFC 4180); see report.h.
 *
 * In:      rows from a measure.
 * Out:     bytes in a buffer, written to the stream when it is full.
 * Owns:    the buffer; the stream is the caller's.
 * Threads: one.
 *
 * A cell is blank, a number, a time or a text. Blank cells are empty in both profiles; an empty
 * text is "" in that of spreadsheets, where every text stands in quotes. NUL counts as a byte that
 * is not UTF-8: most readers of CSV end there.
 */
#include <glib.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/digits.h"
#include "report/report.h"

enum {
    BUFFER = 1 << 16,
    CELL_MAX =
        512, /* bytes of any cell that is not a text; a long text is written piece by piece */
    ROOM = CELL_MAX + 16, /* with what stands around it */
};

struct csv_out {
    FILE *to;
    const struct column *columns;
    size_t ncolumns;
    bool excel;
    char comma, point; /* between cells, and in numbers */
    bool failed;
    size_t n; /* bytes in the buffer */
    char buffer[BUFFER];
};

static void flush(struct csv_out *c)
{
    if (c->n && fwrite(c->buffer, 1, c->n, c->to) != c->n)
        c->failed = true;
    c->n = 0;
}

/* Room for ROOM bytes at the end of the buffer. */
static char *room(struct csv_out *c)
{
    if (c->n + ROOM > BUFFER)
        flush(c);
    return c->buffer + c->n;
}

static void put(struct csv_out *c, const char *p, size_t n)
{
    if (n && n <= BUFFER - c->n) {
        memcpy(c->buffer + c->n, p, n);
        c->n += n;
        return;
    }
    while (n) {
        if (c->n == BUFFER)
            flush(c);
        size_t part = BUFFER - c->n < n ? BUFFER - c->n : n;
        memcpy(c->buffer + c->n, p, part);
        c->n += part;
        p += part;
        n -= part;
    }
}

static void put_byte(struct csv_out *c, char byte)
{
    if (c->n == BUFFER)
        flush(c);
    c->buffer[c->n++] = byte;
}

/* ---- numbers: written to p, where there is room; what is returned is behind them ---- */

static char *whole_text(char *p, uint64_t value)
{
    char digits[24], *first = digits + sizeof digits;
    if (value < 10) {
        *p = (char)('0' + value);
        return p + 1;
    }
    for (; value >= 100; value /= 100)
        digits_pair(first -= 2, (unsigned)(value % 100));
    if (value >= 10)
        digits_pair(first -= 2, (unsigned)value);
    else
        *--first = (char)('0' + value);
    size_t n = (size_t)(digits + sizeof digits - first);
    memcpy(p, first, n);
    return p + n;
}

/* part / 10^decimals, part being smaller than that, with its point and without zeros at the end. */
static char *part_text(char *p, uint64_t part, unsigned decimals)
{
    if (part == 0)
        return p;
    *p = '.';
    for (unsigned i = decimals; i > 0; i--, part /= 10)
        p[i] = (char)('0' + part % 10);
    p += decimals;
    while (*p == '0')
        p--;
    return p + 1;
}

/* value / 10^decimals; at most 15 decimals. */
static char *decimal_text(char *p, bool minus, uint64_t value, unsigned decimals)
{
    static const uint64_t units[] = {
        1,
        10,
        100,
        1000,
        10000,
        100000,
        1000000,
        10000000,
        100000000,
        1000000000,
        10000000000,
        100000000000,
        1000000000000,
        10000000000000,
        100000000000000,
        1000000000000000,
    };
    uint64_t unit = units[decimals];
    if (minus && value)
        *p++ = '-';
    p = whole_text(p, value / unit);
    return part_text(p, value % unit, decimals);
}

static char *integer_text(char *p, int64_t i)
{
    if (i < 0)
        *p++ = '-';
    return whole_text(p, i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
}

/* Most numbers have six decimals. Dividing by a constant is multiplying. */
static char *micros_text(char *p, int64_t micros)
{
    enum { MILLION = 1000000 };
    uint64_t size = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    uint64_t whole = size / MILLION;
    if (micros < 0)
        *p++ = '-';
    p = whole_text(p, whole);
    return part_text(p, size - whole * MILLION, 6);
}

/* Six significant digits, never an exponent: all digits of large numbers, at most 15 places after
 * the point. Written from integers, so that no locale can change the point. */
static char *number_text(char *p, double d)
{
    double size = fabs(d);
    if (!isfinite(d))
        return p;
    if (size >= 1e15)
        return p + snprintf(p, CELL_MAX, "%.0f", d);
    int places = size > 0 ? 5 - (int)floor(log10(size)) : 0;
    unsigned decimals = places < 0 ? 0 : places > 15 ? 15 : (unsigned)places;
    return decimal_text(p, d < 0, (uint64_t)llround(size * pow(10, decimals)), decimals);
}

/* ---- texts ---- */

/* What stands in a text, as bits. */
enum { QUOTES = 1 /* the cell needs quotes */, QUOTE = 2, FOREIGN = 4 /* may be no UTF-8 */ };

enum { WIDTH = 16 };

/* Is none of that in the WIDTH bytes at p? */
static bool all_plain(const char *p)
{
    signed char __attribute__((vector_size(WIDTH))) bytes, found;
    uint64_t any[2];
    memcpy(&bytes, p, WIDTH);
    found = (bytes <= 0) | (bytes == '"') | (bytes == ',') | (bytes == '\r') | (bytes == '\n');
    memcpy(any, &found, WIDTH);
    return !(any[0] | any[1]);
}

/* Most texts have nothing of that in them, and paths are long. The last step may overlap the one
 * before it. */
static bool is_plain(struct str s)
{
    size_t i = 0;
    if (s.n < WIDTH)
        return false;
    while (i + WIDTH < s.n && all_plain(s.p + i))
        i += WIDTH;
    return i + WIDTH >= s.n && all_plain(s.p + s.n - WIDTH);
}

static unsigned look_through(struct str s)
{
    static const unsigned char kinds[128] = {
        [0] = FOREIGN, ['"'] = QUOTE, [','] = QUOTES, ['\r'] = QUOTES, ['\n'] = QUOTES
    };
    unsigned seen = 0;
    if (is_plain(s))
        return 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char byte = (unsigned char)s.p[i];
        seen |= byte < sizeof kinds ? kinds[byte] : (unsigned)FOREIGN;
    }
    return seen;
}

/* s is UTF-8; quotes in it are doubled. */
static void put_valid(struct csv_out *c, struct str s)
{
    for (const char *quote; s.n && (quote = memchr(s.p, '"', s.n));) {
        size_t n = (size_t)(quote - s.p) + 1;
        put(c, s.p, n);
        put_byte(c, '"');
        s = str_from(s, n);
    }
    put(c, s.p, s.n);
}

/* Each byte that belongs to no valid character becomes U+FFFD. */
static void put_mended(struct csv_out *c, struct str s)
{
    const char *bad;
    while (s.n && !g_utf8_validate_len(s.p, s.n, &bad)) {
        size_t n = (size_t)(bad - s.p);
        put_valid(c, str_head(s, n));
        put(c, "\xef\xbf\xbd", 3);
        s = str_from(s, n + 1);
    }
    put_valid(c, s);
}

/* Would a spreadsheet run it? */
static bool runs(struct str s)
{
    char first = s.n ? s.p[0] : 'a';
    return first == '=' || first == '+' || first == '-' || first == '@' || first == '\t' ||
           first == '\r';
}

static void put_text(struct csv_out *c, struct str s)
{
    unsigned seen = look_through(s);
    bool quoted = c->excel || seen & (QUOTES | QUOTE);
    if (quoted)
        put_byte(c, '"');
    if (runs(s))
        put_byte(c, '\'');
    if (seen & FOREIGN)
        put_mended(c, s);
    else if (seen & QUOTE)
        put_valid(c, s);
    else
        put(c, s.p, s.n);
    if (quoted)
        put_byte(c, '"');
}

/* ---- rows ---- */

/* A cell that is no text. */
static char *cell_to(char *p, enum unit unit, const struct cell *cell)
{
    switch (unit) {
    case UNIT_TEXT:
        break;
    case UNIT_COUNT:
        return integer_text(p, cell->i);
    case UNIT_SHARE:
        return isfinite(cell->d) ? micros_text(p, llround(cell->d * 1e6)) : p;
    case UNIT_NUMBER:
        return number_text(p, cell->d);
    case UNIT_MICROS:
    case UNIT_SECONDS:
        return micros_text(p, cell->i);
    case UNIT_TIME:
        return p + time_text(cell->i, p);
    case UNIT_FLAG:
        memcpy(p, cell->i ? "yes" : "no ", 3);
        return p + (cell->i ? 3 : 2);
    }
    return p;
}

/* Excel takes a time with T and Z for a text, and 1.5, where one writes 1,5, for the 1st of May. */
static char *for_excel(const struct csv_out *c, enum unit unit, char *from, char *end)
{
    for (char *p = from; p < end; p++)
        *p = *p == '.' ? c->point : unit == UNIT_TIME && *p == 'T' ? ' ' : *p;
    return unit == UNIT_TIME && end > from && end[-1] == 'Z' ? end - 1 : end;
}

static void put_cell(struct csv_out *c, enum unit unit, const struct cell *cell, bool first)
{
    char *p = room(c);
    if (!first)
        *p++ = c->comma;
    if (!cell->blank && unit != UNIT_TEXT) {
        char *from = p;
        p = cell_to(p, unit, cell);
        p = c->excel ? for_excel(c, unit, from, p) : p;
    }
    c->n = (size_t)(p - c->buffer);
    if (!cell->blank && unit == UNIT_TEXT)
        put_text(c, cell->text);
}

static void end_row(struct csv_out *c)
{
    if (c->excel)
        put_byte(c, '\r');
    put_byte(c, '\n');
}

static bool write_row(void *ctx, const struct cell *cells)
{
    struct csv_out *c = ctx;
    for (size_t i = 0; i < c->ncolumns; i++)
        put_cell(c, c->columns[i].unit, &cells[i], i == 0);
    end_row(c);
    return !c->failed;
}

struct csv_out *csv_out_new(FILE *to, const struct column *columns, size_t ncolumns,
                            enum csv_profile profile)
{
    struct csv_out *c = mem_take(sizeof *c);
    c->to = to;
    c->columns = columns;
    c->ncolumns = ncolumns;
    c->excel = profile != CSV_PLAIN;
    c->comma = profile == CSV_EXCEL_SEMICOLON ? ';' : ',';
    c->point = profile == CSV_EXCEL_SEMICOLON ? ',' : '.';
    c->failed = false;
    c->n = 0;
    if (c->excel)
        put(c, "\xef\xbb\xbf", 3);
    for (size_t i = 0; i < ncolumns; i++) {
        if (i)
            put_byte(c, c->comma);
        put_text(c, str_c(columns[i].name));
    }
    end_row(c);
    return c;
}

struct sink csv_out_sink(struct csv_out *c)
{
    return (struct sink){ write_row, c };
}

bool csv_out_free(struct csv_out *c)
{
    flush(c);
    bool ok = !c->failed && !ferror(c->to);
    free(c);
    return ok;
}
