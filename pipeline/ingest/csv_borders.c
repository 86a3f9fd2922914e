/* csv_borders.c - where CSV records end: see csv.h. Goes from quote to quote; between them only
 * newlines are looked for. */
#include "ingest/csv.h"

struct walk {
    const char *start, *p, *end;
    char delimiter;
    bool only_first;
    struct csv_borders found;
};

static void note(struct walk *w, const char *newline)
{
    w->found.n++;
    w->found.last = (size_t)(newline - w->start) + 1;
}

/* Outside quotes, up to the next quote. */
static void walk_plain(struct walk *w)
{
    const char *from = w->p, *stop = memchr(from, '"', (size_t)(w->end - from));
    bool quote = stop != NULL;
    if (!quote)
        stop = w->end;
    for (const char *p = from; p < stop; p++) {
        p = memchr(p, '\n', (size_t)(stop - p));
        if (!p)
            break;
        note(w, p);
        if (w->only_first)
            return;
    }
    bool starts = w->found.place == CSV_FIELD_START;
    if (stop > from)
        starts = stop[-1] == w->delimiter || stop[-1] == '\n';
    w->p = quote ? stop + 1 : stop;
    w->found.place = !starts ? CSV_FIELD : quote ? CSV_QUOTED : CSV_FIELD_START;
}

static void walk_quoted(struct walk *w)
{
    const char *quote = memchr(w->p, '"', (size_t)(w->end - w->p));
    w->p = quote ? quote + 1 : w->end;
    if (quote)
        w->found.place = CSV_QUOTE_SEEN;
}

static void walk_after_quote(struct walk *w)
{
    char c = *w->p++;
    w->found.place = c == '"'                         ? CSV_QUOTED
                     : c == w->delimiter || c == '\n' ? CSV_FIELD_START
                                                      : CSV_FIELD;
    if (c == '\n')
        note(w, w->p - 1);
}

static struct csv_borders walk(struct str text, char delimiter, enum csv_place place,
                               bool only_first)
{
    const char *p = text.n ? text.p : "";
    struct walk w = { p, p, p + text.n, delimiter, only_first, { .place = place } };
    while (w.p < w.end && !(only_first && w.found.n)) {
        if (w.found.place == CSV_QUOTED)
            walk_quoted(&w);
        else if (w.found.place == CSV_QUOTE_SEEN)
            walk_after_quote(&w);
        else
            walk_plain(&w);
    }
    return w.found;
}

struct csv_borders csv_borders(struct str text, char delimiter, enum csv_place place)
{
    return walk(text, delimiter, place, false);
}

size_t csv_first_border(struct str text, char delimiter, enum csv_place *place)
{
    struct csv_borders found = walk(text, delimiter, *place, true);
    *place = found.n ? CSV_FIELD_START : found.place;
    return found.last;
}
