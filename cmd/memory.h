/* memory.h - `--memory SIZE`, of all subcommands that hold events in memory. */
#ifndef CMD_MEMORY_H
#define CMD_MEMORY_H

#include "base/spill.h"

/* A row of a table of options; at: where its text goes. */
#define MEMORY_OPTION(at)                                                                          \
    {                                                                                              \
        "memory", 0, false, OPTION_TEXT, "SIZE", at,                                               \
            "have about as much in memory at most, such as 2G or 500M, and what is more in "       \
            "temporary files in $TMPDIR, or /var/tmp; the output does not depend on it; no limit " \
            "when not given (docs/performance.md)"                                                 \
    }

/* The limit that was typed, else $TOUCHPATH_MEMORY, else what the project says (plan.memory; 0
 * where there is no project); *out is NULL without any, and the caller's to free after all that is
 * taken from it. False, said on stderr, when the text is no size, or no temporary file can be made.
 */
bool memory_limit(const char *typed, size_t of_project, struct spill **out);

/* Of how many events a part of the world is at least: PART_EVENTS, or $TOUCHPATH_PART, which suites
 * set to reach parts of few customers. */
size_t memory_part(void);

#endif
