/* draw.h - what the two diagrams share: words and numbers for people, and graph attributes.
 *
 * In:      cells and names; a name is any bytes.
 * Out:     text appended to a GString; attributes of libcgraph objects.
 * Owns:    nothing.
 * Threads: one: libcgraph keeps state of its own.
 */
#ifndef REPORT_DRAW_H
#define REPORT_DRAW_H

#include <glib.h>
#include <graphviz/cgraph.h>
#include <stdio.h>

#include "base/clock.h"
#include "measure/table.h"

#define DRAW_FONT "Helvetica,Arial,sans-serif"

enum {
    DRAW_LINE = 24, /* characters of a name before it is broken */
    DRAW_NAME = 72, /* characters of a name that are shown at all */
};

/* ---- words and numbers ---- */

/* The name as valid UTF-8 that XML allows: bytes that are none, controls and direction marks become
 * U+FFFD; cut after DRAW_NAME characters. */
void draw_name(GString *to, struct str name);
/* The same for an HTML-like label: & < > " escaped, broken into lines near DRAW_LINE characters. */
void draw_label(GString *to, struct str name);
/* Text that fits on any line: escaped, not broken. */
void draw_escaped(GString *to, const char *utf8);

void draw_count(GString *to, int64_t n); /* 1,234 */
/* "1 customer", "1,234 customers". */
void draw_number_of(GString *to, int64_t n, const char *what);
void draw_share(GString *to, double share);    /* 12 %; one decimal below 10 % */
void draw_micros(GString *to, int64_t micros); /* 12.5 */
void draw_duration(GString *to, int64_t micros);
/* "2026-07-01 to 2026-08-26", by the calendar of the zone; TIME_NONE: "no records"; begin after
 * end: "no time that all sources cover". */
void draw_period(GString *to, int64_t begin, int64_t end, const struct zone *zone);

/* What the table of stages calls touchpoints without one; their own stage is blank. */
#define STAGE_MISSING STR("(none)")

/* A number of a cell, or 0 when it is blank. */
static inline int64_t cell_or_0(const struct cell *c)
{
    return c->blank ? 0 : c->i;
}

/* ---- emotion: -2 to 2, in millionths ---- */

/* "☹ -1.2", "0.1", "☺ +0.8": told by sign and face, never by colour alone. */
void draw_emotion(GString *to, int64_t micros);
const char *emotion_word(int64_t micros); /* very bad, bad, mixed, good, very good */
/* Orange over white to blue, told apart by the colour-blind too; black text stays readable on all.
 */
const char *emotion_fill(int64_t micros);
/* Where it stands between -2 and 2, drawn in letters: "····|··●·". */
void draw_scale(GString *to, int64_t micros);

/* ---- graphs ---- */

/* libcgraph takes char * and copies; these say so. */
void draw_default(Agraph_t *g, int kind, const char *name, const char *value);
void draw_set(void *object, const char *name, const char *value);
void draw_setf(void *object, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The object's label, HTML-like. Frees html. */
void draw_set_label(void *object, GString *html);
/* The graph's own label, in bold. title: UTF-8. */
void draw_title(Agraph_t *g, const char *title);
Agraph_t *draw_open(const char *name);
Agraph_t *draw_part(Agraph_t *g, const char *name);
Agnode_t *draw_node(Agraph_t *g, const char *name);
Agedge_t *draw_edge(Agraph_t *g, Agnode_t *from, Agnode_t *to);
/* Writes DOT text to f and frees g. */
void draw_write(Agraph_t *g, FILE *f);

#endif
