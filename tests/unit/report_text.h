/* report_text.h - what the suites of report/ share: diagrams as text, and looking into texts. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/report.h"
#include "report_tables.h"

/* STR() for initializers of static things. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define R "\xef\xbf\xbd" /* U+FFFD */

/* The caller frees the text. */
static inline struct str flow_text(const struct tables *t, double share)
{
    char *text;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    flow_dot(&t->transitions, &t->touchpoints, &t->stages, "Acme <shop> & co", share, f);
    fclose(f);
    return (struct str){ text, n };
}

static inline struct str map_text(const struct tables *t)
{
    char *text;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    map_dot(&t->touchpoints, &t->stages, "Acme <shop> & co", f);
    fclose(f);
    return (struct str){ text, n };
}

/* How often `what` stands in text. */
static inline size_t times(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

#endif
