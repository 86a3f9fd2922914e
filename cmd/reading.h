/* reading.h - the part of a command line that says what is read and which journeys are meant: the
 * same for every subcommand that begins with logs.
 *
 * Owns:    texts point into what options_parse() filled; files into argv.
 */
#ifndef CMD_READING_H
#define CMD_READING_H

#include "cmd.h"
#include "config/plan.h"

/* As typed. A subcommand's own struct begins with it, and its table of options with
 * READING_OPTIONS. */
struct reading_typed {
    char *project, *workers, *since, *until, *last, *view, *where, *source, *rules, *block, *engine;
    bool raw_ids, quiet;
};

#define READING_AT(field) offsetof(struct reading_typed, field)
#define PROJECT_OPTION                                                                             \
    {                                                                                              \
        "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", READING_AT(project),                   \
            "the project file; journey.yaml of this folder when not given"                         \
    }
#define READING_OPTIONS                                                                            \
    { "workers",                                                                                   \
      'j',                                                                                         \
      false,                                                                                       \
      OPTION_TEXT,                                                                                 \
      "N",                                                                                         \
      READING_AT(workers),                                                                         \
      "threads; all processors when not given; the output does not depend on it" },                \
        { "since",                                                                                 \
          0,                                                                                       \
          false,                                                                                   \
          OPTION_TEXT,                                                                             \
          "TIME",                                                                                  \
          READING_AT(since),                                                                       \
          "leave out what was before (ISO 8601, a date or a time, in the project's time zone)" },  \
        { "until",                                                                                 \
          0,                                                                                       \
          false,                                                                                   \
          OPTION_TEXT,                                                                             \
          "TIME",                                                                                  \
          READING_AT(until),                                                                       \
          "leave out what was at that time or later" },                                            \
        { "last",                                                                                  \
          0,                                                                                       \
          false,                                                                                   \
          OPTION_TEXT,                                                                             \
          "N(d|w|mo|y)",                                                                           \
          READING_AT(last),                                                                        \
          "the last days, weeks, months or years before today, or before --until: 7d, 2w, 6mo, "   \
          "1y" },                                                                                  \
        { "view",                                                                                  \
          0,                                                                                       \
          false,                                                                                   \
          OPTION_TEXT,                                                                             \
          "NAME",                                                                                  \
          READING_AT(view),                                                                        \
          "the time, journeys and tables that 'views:' of the project has under this name" },      \
        { "source",                                                                                \
          0,                                                                                       \
          false,                                                                                   \
          OPTION_TEXT,                                                                             \
          "NAME",                                                                                  \
          READING_AT(source),                                                                      \
          "the source that the FILEs belong to, instead of recognising their format" },            \
        { "rules",                                                                                 \
          0,                                                                                       \
          false,                                                                                   \
          OPTION_TEXT,                                                                             \
          "DIR",                                                                                   \
          READING_AT(rules),                                                                       \
          "the folder of formats and packs, instead of the one that was installed" },              \
        { "engine",                                                                                \
          0,                                                                                       \
          true,                                                                                    \
          OPTION_TEXT,                                                                             \
          "fast|plain",                                                                            \
          READING_AT(engine),                                                                      \
          "plain: try every pattern on every record with PCRE2 alone; the output is the same" },   \
    {                                                                                              \
        "block", 0, true, OPTION_TEXT, "BYTES", READING_AT(block), "read in blocks of this size"   \
    }

/* What that means. */
struct reading {
    const struct reading_typed *typed;
    const char *project, *rules, *source; /* rules, source: NULL when not given */
    char *const *files;
    size_t nfiles;
    int workers;
    bool plain;
    size_t block_bytes;
    bool raw_ids, quiet;
    /* once there is a plan */
    int64_t since, until;
    const struct saved_view *view; /* NULL: none */
};

/* False, said on stderr, when something is wrong. files: what is left of the command line. */
bool reading_read(struct reading *r, const struct reading_typed *typed, char *const *files,
                  size_t nfiles);

/* Times are read in the project's zone, and views stand in the project: so only once there is a
 * plan. What the command line says of time takes the place of all that the view says of it. False,
 * said on stderr, when one of them is wrong. */
bool reading_in_plan(struct reading *r, const struct plan *plan);

#endif
