/* cleaning.c - what `paths:` of the project changed or took away, step by step. */
#include <stdlib.h>

#include "journey/path.h"
#include "measure/all.h"

static const struct column columns[] = {
    { "step", UNIT_TEXT,
      "events: what there was; then the steps of cleaning in their order: rename, group, "
      "strip_slash, collapse, exclude, anchor (start, end), the transforms" },
    { "events", UNIT_COUNT,
      "steps of paths that got another name (rename, group, strip_slash) or were taken away" },
    { "journeys", UNIT_COUNT, "journeys to whose path that happened" },
    { "left", UNIT_COUNT, "steps of all paths after it" },
    { "empty", UNIT_COUNT, "in the last row, journeys whose path has no step any more" },
};

enum { CLEAN_STEPS = CLEAN_TRANSFORM };

static bool write_step(const char *name, const struct clean_count *n, bool last, uint64_t empty,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_c(name));
    row_count(&r, n->events);
    row_count(&r, n->journeys);
    row_count(&r, n->left);
    row_add(&r, last ? cell_i((int64_t)empty) : cell_blank());
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

struct tally {
    uint64_t journeys, events, empty;
};

static void *begin(const struct world *w)
{
    (void)w;
    return mem_zero(1, sizeof(struct tally));
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    t->journeys++;
    t->events += j->n;
    t->empty += world_path(w, j).n == 0;
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    a->journeys += b->journeys;
    a->events += b->events;
    a->empty += b->empty;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    static const char *const names[CLEAN_STEPS] = { "rename",   "group",   "strip_slash",
                                                    "collapse", "exclude", "anchor" };
    const struct path_rules *rules = &w->plan->paths;
    const struct tally *t = tally;
    struct clean_count all = { t->events, t->journeys, t->events };
    if (!write_step("events", &all, !w->cleaned, t->empty, out))
        return false;
    size_t n = w->cleaned ? CLEAN_STEPS + rules->ntransforms : 0;
    for (size_t i = 0; i < n; i++) {
        const char *name =
            i < CLEAN_STEPS ? names[i] : transform_names[rules->transforms[i - CLEAN_STEPS].kind];
        if (!write_step(name, &w->cleaned->counts[i], i + 1 == n, t->empty, out))
            return false;
    }
    return true;
}

static bool wanted(const struct plan *plan)
{
    return plan->paths.asked;
}

const struct measure measure_cleaning = {
    .name = "cleaning",
    .question = "what did the cleaning of paths change and take away",
    .population = "the steps of all journeys' paths; from collapse on, left is that of the row "
                  "above less events; made when the project has 'paths'",
    COLUMNS(columns),
    .on_request = true,
    .of_the_run = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = free,
};
