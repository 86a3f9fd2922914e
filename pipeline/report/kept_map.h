/* kept_map.h - a map that is kept: so little of a report that it can be kept for ever, and enough
 * to say later what has changed (docs/review.md).
 *
 * A map is the stages, touchpoints and transitions of a report, each with its counts, and the
 * number of its journeys. It names no person. As a file it is CSV.
 *
 *     tables of a world ------+
 *     a folder of a report ---+--> kept map --> CSV text, in the ledger of a state
 *     CSV text ---------------+         two of them --> map_diff.csv, map_diff.dot
 *
 * Owns:    a kept map owns its rows.
 * Threads: one.
 */
#ifndef REPORT_KEPT_MAP_H
#define REPORT_KEPT_MAP_H

#include <stdio.h>

#include "base/err.h"
#include "measure/measure.h"

struct kept_map {
    struct table rows;  /* kind, name, to, stage, count, customers, pain, emotion_mean */
    int64_t begin, end; /* days of its earliest and latest event in a journey, or a folder's times;
                           TIME_NONE: it has none */
    int64_t journeys;
    int64_t
        min_cell; /* it has nothing about fewer customers; below 2: it has everything; INT64_MAX:
                     a folder of a report says that something was hidden, not how much */
    struct str scope; /* what of the events it is about, as options; empty: all; lives in rows */
    bool scope_known; /* a folder of a report does not say */
};

/* False, and *out is all zeros, when the tables that a map needs were not chosen (--only). */
bool kept_map_make(const struct world *w, const struct tallies *tallies, struct str scope,
                   struct kept_map *out);
/* False with e set when the folder holds no report. */
bool kept_map_of_folder(const char *dir, struct kept_map *out, struct err *e);
/* `name` is what messages call the text. */
bool kept_map_read(struct str csv, const char *name, struct kept_map *out, struct err *e);
void kept_map_write(const struct kept_map *m, FILE *to);
void kept_map_free(struct kept_map *m);

/* ---- two of them (map_diff.c) ---- */

/* When small cells are hidden: takes out of both what one of them does not have, as it may be
 * hidden there, not gone. */
void kept_maps_share(struct kept_map *a, struct kept_map *b);

/* Rows by kind: in the order of b, then what only a has. False when the sink refused. */
bool map_diff_rows(const struct kept_map *a, const struct kept_map *b, const struct sink *out);
enum { MAP_DIFF_COLUMNS = 17 };
extern const struct column map_diff_columns[MAP_DIFF_COLUMNS];

/* The transitions, up and down per journey. */
void map_diff_dot(const struct kept_map *a, const struct kept_map *b, const char *title,
                  double edge_share, FILE *f);

#endif
