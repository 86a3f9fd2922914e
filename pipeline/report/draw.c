/* draw.c - see draw.h. */
#include "report/draw.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "report/ids.h"

/* ---- words and numbers ---- */

/* Takes one character off the front of s; U+FFFD for what is none, or must not stand in XML or in
 * a picture's text. */
static gunichar take_character(struct str *s)
{
    enum { REPLACEMENT = 0xfffd };
    gunichar c = *s->p ? g_utf8_get_char_validated(s->p, (gssize)s->n) : 0;
    bool valid = c != (gunichar)-1 && c != (gunichar)-2;
    *s = str_from(*s, valid && c ? (size_t)(g_utf8_next_char(s->p) - s->p) : 1);
    if (c == '\t' || c == '\n' || c == '\r')
        return ' ';
    bool mark = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    bool none = (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
    return !valid || mark || none || g_unichar_iscntrl(c) ? REPLACEMENT : c;
}

/* The characters of a name that are shown, with an ellipsis when some are not. */
static size_t characters(struct str name, gunichar out[DRAW_NAME])
{
    enum { ELLIPSIS = 0x2026 };
    size_t n = 0;
    while (name.n && n < DRAW_NAME)
        out[n++] = take_character(&name);
    if (name.n)
        out[DRAW_NAME - 1] = ELLIPSIS;
    return n;
}

void draw_name(GString *to, struct str name)
{
    gunichar c[DRAW_NAME];
    size_t n = characters(name, c);
    for (size_t i = 0; i < n; i++)
        g_string_append_unichar(to, c[i]);
}

static void put_escaped(GString *to, gunichar c)
{
    switch (c) {
    case '&':
        g_string_append(to, "&amp;");
        break;
    case '<':
        g_string_append(to, "&lt;");
        break;
    case '>':
        g_string_append(to, "&gt;");
        break;
    case '"':
        g_string_append(to, "&quot;");
        break;
    default:
        g_string_append_unichar(to, c);
    }
}

/* How many of the n characters stand on the first line: up to the last blank or after the last
 * separator within the line, else the line is filled. */
static size_t line_of(const gunichar *c, size_t n)
{
    if (n <= DRAW_LINE)
        return n;
    for (size_t i = DRAW_LINE; i > DRAW_LINE / 3; i--)
        if (c[i] == ' ' || c[i - 1] == '/' || c[i - 1] == '-' || c[i - 1] == '_')
            return i;
    return DRAW_LINE;
}

void draw_label(GString *to, struct str name)
{
    gunichar c[DRAW_NAME];
    size_t n = characters(name, c);
    for (size_t at = 0; at < n;) {
        if (at)
            g_string_append(to, "<br/>");
        size_t end = at + line_of(c + at, n - at);
        for (; at < end; at++)
            put_escaped(to, c[at]);
        while (at < n && c[at] == ' ')
            at++;
    }
    if (n == 0)
        g_string_append(to, "(no name)");
}

void draw_escaped(GString *to, const char *utf8)
{
    struct str rest = str_c(utf8);
    while (rest.n)
        put_escaped(to, take_character(&rest));
}

void draw_count(GString *to, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n < 0 ? -(uint64_t)n : (uint64_t)n);
    if (n < 0)
        g_string_append_c(to, '-');
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            g_string_append_c(to, ',');
        g_string_append_c(to, digits[i]);
    }
}

void draw_number_of(GString *to, int64_t n, const char *what)
{
    draw_count(to, n);
    g_string_append_printf(to, " %s%s", what, n == 1 ? "" : "s");
}

void draw_share(GString *to, double share)
{
    double percent = share * 100;
    g_string_append_printf(to, "%.*f %%", percent > 0 && percent < 9.95 ? 1 : 0, percent);
}

void draw_micros(GString *to, int64_t micros)
{
    double value = (double)micros / 1e6;
    if (fabs(value) >= 100)
        draw_count(to, llround(value));
    else
        g_string_append_printf(to, "%.*f", fmod(value, 1) != 0, value);
}

void draw_duration(GString *to, int64_t micros)
{
    char text[64];
    g_string_append_len(to, text, (gssize)duration_text(micros, text, sizeof text));
}

static void put_date(GString *to, int64_t time, const struct zone *zone)
{
    int year, month, day;
    int64_t local = time + zone_offset_at(zone, time) * SECOND;
    date_from_days(local / DAY - (local % DAY < 0), &year, &month, &day);
    g_string_append_printf(to, "%04d-%02d-%02d", year, month, day);
}

void draw_period(GString *to, int64_t begin, int64_t end, const struct zone *zone)
{
    if (begin == TIME_NONE || end == TIME_NONE) {
        g_string_append(to, "no records");
        return;
    }
    if (begin > end) {
        g_string_append(to, "no time that all sources cover");
        return;
    }
    put_date(to, begin, zone);
    g_string_append(to, " to ");
    put_date(to, end, zone);
}

/* ---- emotion ---- */

/* 0 very bad to 4 very good. */
static int emotion_class(int64_t micros)
{
    static const int64_t bounds[] = { -1000000, -250000, 250000, 1000000 };
    int class = 0;
    while (class < 4 && (class < 2 ? micros > bounds[class] : micros >= bounds[class]))
        class ++;
    return class;
}

void draw_emotion(GString *to, int64_t micros)
{
    static const char *const faces[] = { "☹ ", "☹ ", "", "☺ ", "☺ " };
    int64_t tenths = llround((double)micros / 1e5);
    g_string_append(to, faces[emotion_class(micros)]);
    if (tenths)
        g_string_append_c(to, tenths < 0 ? '-' : '+');
    tenths = llabs(tenths);
    g_string_append_printf(to, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
}

const char *emotion_word(int64_t micros)
{
    static const char *const words[] = { "very bad", "bad", "mixed", "good", "very good" };
    return words[emotion_class(micros)];
}

const char *emotion_fill(int64_t micros)
{
    static const char *const fills[] = { "#f1a340", "#fddbb0", "#ffffff", "#d1e5f0", "#8fc3e0" };
    return fills[emotion_class(micros)];
}

void draw_scale(GString *to, int64_t micros)
{
    enum { MIDDLE = 4 };
    long at = lround((double)micros / 1e6 * MIDDLE / 2) + MIDDLE;
    at = at < 0 ? 0 : at > 2 * MIDDLE ? 2 * MIDDLE : at;
    for (long i = 0; i <= 2 * MIDDLE; i++)
        g_string_append(to, i == at ? "●" : i == MIDDLE ? "|" : "·");
}

/* ---- graphs ---- */

void draw_default(Agraph_t *g, int kind, const char *name, const char *value)
{
    agattr(g, kind, (char *)name, (char *)value);
}

void draw_set(void *object, const char *name, const char *value)
{
    static char none[] = "";
    agsafeset(object, (char *)name, (char *)value, none);
}

void draw_setf(void *object, const char *name, const char *fmt, ...)
{
    char value[200];
    va_list args;
    va_start(args, fmt);
    vsnprintf(value, sizeof value, fmt, args);
    va_end(args);
    draw_set(object, name, value);
}

void draw_set_label(void *object, GString *html)
{
    Agraph_t *g = agroot(object);
    char *label = agstrdup_html(g, html->str);
    draw_set(object, "label", label);
    agstrfree(g, label);
    g_string_free(html, TRUE);
}

void draw_title(Agraph_t *g, const char *title)
{
    GString *label = g_string_new("<b>");
    draw_escaped(label, title);
    g_string_append(label, "</b>");
    draw_set_label(g, label);
}

Agraph_t *draw_open(const char *name)
{
    Agraph_t *g = agopen((char *)name, Agdirected, &ids_discipline);
    draw_default(g, AGRAPH, "charset", "UTF-8");
    draw_default(g, AGRAPH, "fontname", DRAW_FONT);
    draw_default(g, AGNODE, "fontname", DRAW_FONT);
    draw_default(g, AGEDGE, "fontname", DRAW_FONT);
    return g;
}

Agraph_t *draw_part(Agraph_t *g, const char *name)
{
    return agsubg(g, (char *)name, 1);
}

Agnode_t *draw_node(Agraph_t *g, const char *name)
{
    return agnode(g, (char *)name, 1);
}

Agedge_t *draw_edge(Agraph_t *g, Agnode_t *from, Agnode_t *to)
{
    return agedge(g, from, to, NULL, 1);
}

void draw_write(Agraph_t *g, FILE *f)
{
    agwrite(g, f);
    agclose(g);
}
