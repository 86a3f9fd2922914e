/* funnel_parts.h - what the funnel*.c files share; see funnel.h. Only for them.
 *
 *   funnel.c        a reader, its units one after another
 *   funnel_marks.c  a unit's events that fit a step, and where exclusions stand
 *   funnel_chain.c  the deepest step that any chain of marks reaches, and the best such chain
 *   funnel_tied.c   chains within one instant
 *   funnel_best.c   best attempt, matured attempt, attempts that do not overlap
 *   funnel_any.c    the same for steps in any order
 *   funnel_drop.c   how a unit was lost
 */
#ifndef MEASURE_FUNNEL_PARTS_H
#define MEASURE_FUNNEL_PARTS_H

#include "journey/pause.h"
#include "measure/funnel.h"

/* An event that fits a step. */
struct mark {
    int64_t time;
    int64_t before, after; /* strict: the instants of the customer's own events around this one */
    const struct event *event;
    const uint16_t *steps; /* that it fits, ascending */
    uint32_t nsteps;
    uint32_t place; /* in the unit's events: the order of definitions.md 2.1 */
    uint32_t same;  /* a number for its values of `same`; 0: one of them is blank */
};

struct places { /* ascending */
    uint32_t *v;
    size_t n, room;
};

/* ---- chains ---- */

#define NODE_NONE UINT32_MAX

/* A mark that serves a step in a chain. Going forward `start` is the time of the chain's entry, and
 * the latest is best: it leaves most of the window. Going back from the deepest step it is the time
 * at which that is reached, and the earliest is best; of those most optional steps, then the
 * earliest times in order. */
struct node {
    int64_t start;
    uint32_t mark;
    uint32_t next; /* the node after it in the chain (going back), or NODE_NONE */
    uint16_t step;
    uint16_t optionals; /* from here on (going back) */
};

/* The nodes that a step may follow, in the order of time; and of those that are far enough away
 * the best ones, each better than all behind it: a sliding window maximum. */
struct queue {
    uint32_t *items, *ring;
    size_t n, fed, head, tail, room;
};

/* A mark and one of its steps, while its instant is looked at. */
struct slot {
    uint32_t mark, place;
    uint32_t
        edge; /* exclusions: the first (going back: the last) place that it can be linked with */
    uint32_t node; /* the best so far, or NODE_NONE */
    uint16_t step;
};

/* What counts in a search. */
struct chain_limits {
    int64_t window;       /* INT64_MAX: none */
    int64_t entry_until;  /* later entries do not count */
    uint32_t only;        /* place of the one entry that counts; UINT32_MAX: all */
    bool gaps, exclusion; /* do max_gap and exclusions count? */
};

/* Marks of one value of `same`, in order. */
struct mark_range {
    const struct mark *marks;
    size_t n;
    bool lone; /* the value is blank: nothing can follow an entry */
};

struct chain {
    bool found;
    uint32_t deepest;
    const struct mark **marks; /* [nsteps] NULL where the step is not matched */
};

struct funnel_reader {
    const struct world *w;
    const struct funnel *f;
    struct arena arena;
    /* what touchpoints mean */
    uint32_t *step_first; /* [ntouchpoints + 1] into step_list */
    uint16_t *step_list;
    uint64_t *excluded;   /* [ntouchpoints] the exclusions that it belongs to, a bit each */
    uint64_t *covered;    /* [nsteps] exclusions that count between required step i and the next */
    uint32_t *succ_last;  /* [nsteps] the last step that may follow directly */
    uint32_t *required;   /* [nsteps] itself, or the last required step before it */
    uint32_t *rank;       /* [nsteps] how many required steps there are up to it */
    uint32_t last;        /* the last required step */
    struct intern values; /* of `same` */
    /* the unit */
    uint32_t customer;
    const struct event **events;
    size_t nevents, events_room;
    struct mark *marks;
    size_t nmarks, marks_room;
    struct places *barriers; /* [nsteps] where the exclusions of `covered` stand */
    /* the attempt that is looked at, for funnel_drop(): whose marks it had, and had it no window */
    struct mark_range had, had_more;
    uint32_t only;
    /* a search */
    struct mark_range range;
    struct chain_limits limits;
    bool back;
    uint32_t target;   /* going back: the deepest step */
    uint32_t trailing; /* going back: the last optional step behind it that counts; target: none */
    struct node *nodes;
    size_t nnodes, nodes_room;
    struct queue *queues; /* [nsteps] what may come before (going back: after) step i */
    struct slot *slots;
    size_t nslots, slots_room;
    uint32_t *tied; /* scratch of funnel_tied.c */
    size_t tied_room;
    int64_t deepest;  /* forward: the deepest required step so far; -1 */
    uint32_t entered; /* going back: node of the best entry, or NODE_NONE */
    struct chain best, matured, other;
    const struct event **best_events, **matured_events;
    uint64_t work;
};

/* Did the customer do it, and not the company? */
static inline bool is_own(const struct funnel_reader *r, const struct event *e)
{
    return !r->w->touchpoints[e->touch].company;
}

/* ---- funnel_marks.c ---- */
void marks_bind(struct funnel_reader *r);
/* Reads r->events into r->marks and r->barriers. */
void marks_make(struct funnel_reader *r);
/* The range of marks with one value of `same` that begins at i; moves i behind it. */
struct mark_range marks_next(const struct funnel_reader *r, size_t *i);

/* ---- funnel_chain.c ---- */
struct chain_limits chain_limits(const struct funnel *f);
/* The deepest required step that a chain in the range reaches; -1: nobody enters. */
int64_t chain_depth(struct funnel_reader *r, struct mark_range range,
                    const struct chain_limits *limits);
/* The best chain to that step; to->marks is [nsteps]. */
void chain_best(struct funnel_reader *r, struct mark_range range, const struct chain_limits *limits,
                uint32_t depth, struct chain *to);
/* Whether step k may come directly after step p. */
static inline bool step_follows(const struct funnel_reader *r, uint32_t p, uint32_t k)
{
    return k > p && k <= r->succ_last[p];
}
/* Is a a better node than b? */
bool node_better(const struct funnel_reader *r, uint32_t a, uint32_t b);
/* Links the slot with a node that lies before it (going back: after it), when that is better. */
void slot_offer(struct funnel_reader *r, struct slot *s, uint32_t source);
/* A node for the slot's step that is linked with source; NODE_NONE when the window forbids it. */
uint32_t slot_link(struct funnel_reader *r, const struct slot *s, uint32_t source);

/* ---- funnel_tied.c ---- */
/* The slots of one instant: links within it, in whatever order is best. */
void tied_link(struct funnel_reader *r, bool overlap);

/* ---- funnel_best.c, funnel_any.c ---- */
/* How deep a unit comes, of all its marks or of one range. -1: it does not enter. */
int64_t best_depth(struct funnel_reader *r, struct mark_range range,
                   const struct chain_limits *limits);
void best_read(struct funnel_reader *r, funnel_unit_fn *fn, void *ctx);
int64_t any_best(struct funnel_reader *r, struct mark_range range,
                 const struct chain_limits *limits, struct chain *to); /* to NULL: depth only */
/* Is a, of two found chains, the better attempt? */
bool chain_better(const struct funnel_reader *r, const struct chain *a, const struct chain *b);
/* Time of a chain's entry, and of its deepest step. */
int64_t chain_entry(const struct funnel_reader *r, const struct chain *c);

#endif
