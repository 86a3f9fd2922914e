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
    struct str member; /* glob that members of an archive must match: of the source's files, else of
                          its format; empty: all */
    uint32_t source;
};

struct inputs {
    struct arena arena;
    struct input *list;
    size_t n, room;
    size_t empty_globs; /* globs that found nothing: each was said on warn */
    size_t barred;      /* folders that could not be looked into: said on warn, too */
};

/* Expands the globs of every source of the plan; in starts as all zeros. In a path, a glob is as
 * glob(7) has it (no slash, no leading dot), and a component ** stands for any depth of folders,
 * none too, and at the end for every file below (symbolic links to folders are not followed there).
 * Relative ones are below plan.dir. After a
 * `!` that is not in brackets stands the glob for members of an archive (* stops at no slash
 * there). A glob that finds nothing, or meets a folder that cannot be looked into, is a warning to
 * `warn`; a name without glob characters that is not there, or that is a folder, fails, naming the
 * source. */
bool inputs_from_plan(struct inputs *in, const struct plan *plan, FILE *warn, struct err *e);

/* FILEs of the command line replace the globs ("path" or "path!member"). With `source` given (a
 * name), all are of that source; with one source in the plan, of that one. Else each goes to the
 * one source that it is recognised as, and what is empty or unreadable to the first source that
 * needs no header; of an archive each text for itself, and those that fit none are left out, unless
 * all do. Fits several or none: false, saying which and what to do. Standard input ("-") cannot be
 * looked at without losing it: it wants one source in the plan, or `source`. in starts as all
 * zeros. */
bool inputs_from_files(struct inputs *in, const struct plan *plan, char *const *files, size_t n,
                       const char *source, struct err *e);

void inputs_free(struct inputs *in);

#endif
