/* inputs.h - which files a run reads, and of which source each is.
 *
 * In:      the globs of the plan's sources, or the FILEs of the command line.
 * Out:     a list of inputs, each file once a source, in a fixed order (by source, then name).
 * Owns:    the list owns its texts.
 */
#ifndef INGEST_INPUTS_H
#define INGEST_INPUTS_H

#include "config/plan.h"

struct input {
    struct str path;   /* NUL-terminated; "-" is standard input */
    struct str member; /* glob that members of an archive must match; empty: all */
    uint32_t source;
};

struct inputs {
    struct arena arena;
    struct input *list;
    size_t n, room;
    size_t empty_globs; /* globs that found nothing: each was said on warn */
};

/* Expands the globs of every source of the plan. In a path, a glob is as glob(7) has it, ** stands
 * for any depth of folders; after a `!` stands the glob for members of an archive (* stops at no
 * slash there). A glob that finds nothing is a warning to `warn`; a name without glob characters
 * that is not there fails, naming the source. */
bool inputs_from_plan(struct inputs *in, const struct plan *plan, FILE *warn, struct err *e);

/* FILEs of the command line replace the globs: each goes to the one source whose format it is
 * recognised as. Several sources or none: false, saying which and what to do. With standard input
 * ("-") only one source may fit by its project: it is not peeked at, so the plan must have one
 * source, or one whose format is `-f`; name is that source or NULL. */
bool inputs_from_files(struct inputs *in, const struct plan *plan, char *const *files, size_t n,
                       const char *source, struct err *e);

void inputs_free(struct inputs *in);

#endif
