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
#include "report/report.h"

enum {
    BUFFER = 1 << 16,
    CELL_MAX = 512, /* bytes of any cell that is not a text; a text is written piece by piece */
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

/* Room for CELL_MAX bytes at the end of the buffer. */
static char *room(struct csv_out *c)
{
    if (c->n + CELL_MAX > BUFFER)
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

/* ---- numbers ---- */

static void put_whole(struct csv_out *c, bool minus, uint64_t value)
{
    char digits[24], *p = digits + sizeof digits;
    do {
        *--p = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    if (minus)
        *--p = '-';
    put(c, p, (size_t)(digits + sizeof digits - p));
}

/* value / 10^decimals, without zeros at the end; at most 15 decimals. Dividing by a constant is
 * multiplying. */
static void put_decimal(struct csv_out *c, bool minus, uint64_t value, unsigned decimals)
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
    enum { MILLION = 1000000 };
    uint64_t unit = units[decimals];
    uint64_t whole = unit == 1 ? value : unit == MILLION ? value / MILLION : value / unit;
    uint64_t part = value - whole * unit;
    put_whole(c, minus && value, whole);
    if (part == 0)
        return;
    char digits[20];
    for (unsigned i = decimals; i > 0; i--, part /= 10)
        digits[i - 1] = (char)('0' + part % 10);
    while (digits[decimals - 1] == '0')
        decimals--;
    put_byte(c, c->point);
    put(c, digits, decimals);
}

static void put_integer(struct csv_out *c, int64_t i, unsigned decimals)
{
    put_decimal(c, i < 0, i < 0 ? 0 - (uint64_t)i : (uint64_t)i, decimals);
}

/* Six significant digits, never an exponent: all digits of large numbers, at most 15 places after
 * the point. Written from integers, so that no locale can change the point. */
static void put_number(struct csv_out *c, double d)
{
    double size = fabs(d);
    if (!isfinite(d))
        return;
    if (size >= 1e15) {
        c->n += (size_t)snprintf(room(c), CELL_MAX, "%.0f", d);
        return;
    }
    int places = size > 0 ? 5 - (int)floor(log10(size)) : 0;
    unsigned decimals = places < 0 ? 0 : places > 15 ? 15 : (unsigned)places;
    put_decimal(c, d < 0, (uint64_t)llround(size * pow(10, decimals)), decimals);
}

/* ---- texts ---- */

/* What stands in a text, as bits. */
enum { QUOTES = 1 /* the cell needs quotes */, QUOTE = 2, FOREIGN = 4 /* may be no UTF-8 */ };

/* How many bytes at the front of s, in steps of WIDTH, have nothing of that in them: most texts as
 * a whole, and paths are long. */
static size_t plain_bytes(struct str s)
{
    enum { WIDTH = 16 };
    size_t i = 0;
    for (; s.n - i >= WIDTH; i += WIDTH) {
        signed char __attribute__((vector_size(WIDTH))) bytes, found;
        uint64_t any[2];
        memcpy(&bytes, s.p + i, WIDTH);
        found = (bytes <= 0) | (bytes == '"') | (bytes == ',') | (bytes == '\r') | (bytes == '\n');
        memcpy(any, &found, WIDTH);
        if (any[0] | any[1])
            break;
    }
    return i;
}

static unsigned look_through(struct str s)
{
    static const unsigned char kinds[128] = {
        [0] = FOREIGN, ['"'] = QUOTE, [','] = QUOTES, ['\r'] = QUOTES, ['\n'] = QUOTES
    };
    unsigned seen = 0;
    for (size_t i = plain_bytes(s); i < s.n; i++) {
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
    return s.n && s.p[0] && strchr("=+-@\t\r", s.p[0]);
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

static void put_time(struct csv_out *c, int64_t time)
{
    char *text = room(c);
    size_t n = time_text(time, text);
    if (c->excel) {
        for (size_t i = 0; i < n; i++)
            text[i] = text[i] == 'T' ? ' ' : text[i] == '.' ? c->point : text[i];
        n -= n && text[n - 1] == 'Z';
    }
    c->n += n;
}

static void put_cell(struct csv_out *c, enum unit unit, const struct cell *cell)
{
    if (cell->blank)
        return;
    switch (unit) {
    case UNIT_TEXT:
        put_text(c, cell->text);
        break;
    case UNIT_COUNT:
        put_integer(c, cell->i, 0);
        break;
    case UNIT_SHARE:
        if (isfinite(cell->d))
            put_integer(c, llround(cell->d * 1e6), 6);
        break;
    case UNIT_NUMBER:
        put_number(c, cell->d);
        break;
    case UNIT_MICROS:
    case UNIT_SECONDS:
        put_integer(c, cell->i, 6);
        break;
    case UNIT_TIME:
        put_time(c, cell->i);
        break;
    case UNIT_FLAG:
        put(c, cell->i ? "yes" : "no", cell->i ? 3 : 2);
        break;
    }
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
    for (size_t i = 0; i < c->ncolumns; i++) {
        if (i)
            put_byte(c, c->comma);
        put_cell(c, c->columns[i].unit, &cells[i]);
    }
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
