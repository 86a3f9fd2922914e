/* look.h - what `explain` and `suggest` share: a project and the files that they look into.
 *
 * Owns:    the plan and the inputs, until look_close().
 * Threads: one.
 */
#ifndef CMD_LOOK_H
#define CMD_LOOK_H

#include "cmd.h"
#include "ingest/walk.h"

struct look { /* starts as all zeros */
    struct plan *plan;
    struct inputs inputs;
    struct arena arena;
    bool damaged; /* of a file: it was said on stderr */
};

/* project, rules, source: NULL when not given. Of no files: all that the project names. False when
 * something is wrong, which was said. */
bool look_open(struct look *l, const char *project, const char *rules, const char *source,
               char *const *files, size_t nfiles);
void look_close(struct look *l);

/* Walks over all records of these inputs of it (walk.h), and says which files are damaged. */
enum status look_over(struct look *l, const struct inputs *in, walk_fn *record, void *ctx);

/* The text of a field of a record; p is NULL when its source has no such field. */
struct str look_field(const struct look *l, const struct walked *record, uint32_t field);
/* "path", or "the record" of a pattern over all of it. */
struct str look_field_name(const struct look *l, uint32_t field);

#endif
