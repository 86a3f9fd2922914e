/* annotations.h - what happened, and when: said by a project (`annotations:`), by CSV files that it
 * names, and by --notes.
 *
 * The files are read by who shows them, not when the project is loaded: a date that somebody
 * mistyped in a spreadsheet stops no nightly run.
 *
 * Owns:    struct annotations owns its texts.
 * Threads: one.
 */
#ifndef CONFIG_ANNOTATIONS_H
#define CONFIG_ANNOTATIONS_H

#include "base/clock.h"

struct annotation {
    int64_t from, until; /* half-open; a date is its whole day in the project's zone */
    struct str text;
    struct str source, campaign; /* what it is about; empty: not said */
};

struct annotation_file {
    struct str path;  /* to open */
    struct str shown; /* as the project says it */
    struct place at;
};

struct plan;

struct annotations { /* starts as zeros */
    struct annotation *list;
    size_t n, room;
    struct arena arena;
};

/* Those of the plan, of its files, and of the file `more` (NULL: none), by time. False with faults.
 */
bool annotations_read(const struct plan *plan, const char *more, struct annotations *out,
                      struct faults *faults);
void annotations_free(struct annotations *a);

/* "2026-03-01", "2026-03-01T12:00", or "2026-03-01..2026-03-08", which ends before the 8th. False
 * when it is none, or ends before it begins. */
bool annotation_time(struct str text, const struct zone *zone, struct annotation *a);

/* The text with what it is about: "spring mail (source mail, campaign spring)". Lives in arena. */
struct str annotation_title(const struct annotation *a, struct arena *arena);

#endif
