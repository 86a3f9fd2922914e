/* cut_paths.h - distinct paths of journeys up to the first goal, with how often they ended how:
 * what happy_path and sequences count (A15).
 *
 * A path is known by its touchpoint numbers, stored whole: counts are exact. Behind the first goal
 * of a converted journey nothing counts. Only ended journeys of phase before are lost or converted
 * here, as in every conversion (A06); the others are "aside". Owns:    all of it; starts as zeros, with
 * paths = intern_in() of the world's spill: there may be as many as journeys.
 * Threads: one.
 */
#ifndef MEASURE_CUT_PATHS_H
#define MEASURE_CUT_PATHS_H

#include "measure/row.h"

enum fate { FATE_ASIDE, FATE_LOST, FATE_CONVERTED, FATES };

struct cut_time { /* of one converted journey: from its start to the goal */
    uint32_t path;
    int64_t micros;
};

struct cut_paths {
    struct intern paths; /* enum fate, then the touchpoints, 4 bytes each in the machine's order */
    uint64_t *journeys;  /* by number in paths */
    size_t room;
    bool timed; /* keep the times */
    struct cut_time *times;
    size_t ntimes, times_room;
    uint32_t *scratch;
    size_t scratch_room;
};

void cut_paths_add(struct cut_paths *c, const struct world *w, const struct journey *j);
void cut_paths_merge(struct cut_paths *into, const struct cut_paths *from);
void cut_paths_free(struct cut_paths *c);

/* The touchpoints of a path, and how it ended. */
static inline const uint32_t *cut_path(const struct cut_paths *c, uint32_t number, size_t *n,
                                       enum fate *fate)
{
    struct str text = intern_text(&c->paths, number);
    const uint32_t *words = (const void *)text.p; /* an arena's copies are aligned for anything */
    *fate = (enum fate)words[0];
    *n = text.n / sizeof *words - 1;
    return words + 1;
}

/* Sorts the times by path; first[path] is where those of a path begin, [paths.n + 1]. From malloc.
 */
size_t *cut_paths_sort_times(struct cut_paths *c);

/* Compares touchpoints by their names, then lengths: for an order that anybody can check. */
int cut_names_cmp(const struct world *w, const uint32_t *a, size_t na, const uint32_t *b,
                  size_t nb);

/* "a > b > c"; good until the next call with the same *text, which the caller frees. */
struct str cut_text(const struct world *w, const uint32_t *path, size_t n, char **text,
                    size_t *room);

#endif
