/* journeys.h - a customer's events in order, cut into sessions and journeys.
 *
 * In:      a sealed event set, its customers, the plan.
 * Out:     the events sorted by customer, time, origin, rule (definitions.md 2.1), and for each
 *          customer a run of journeys (2.2, 2.3; A01 to A10). A journey is a range of the sorted
 *          events.
 * Owns:    world owns the sorted array, which it takes out of the set, and the journeys; the rest
 *          is borrowed.
 * Threads: const once made; between two parts of one that is made in parts.
 *
 * A world can be made in parts: of a run of customers at a time, so that sessions and journeys need
 * memory for one part only, and are counted while they are in the caches. What holds of all parts
 * (touchpoints, the period, numbers of attributes) is there from the beginning; what a part fills
 * anew is marked in struct world. Whoever counts adds each part and keeps what they need of it:
 * tallies do (measure.h). A world of one part holds everything at once: what asks for all journeys
 * before it can say something of one (scope.h, measure/cells.h), and what lists journeys in an
 * order of its own, needs that.
 *
 * What holds where the definitions leave room:
 *   - an event is of the company when its touchpoint is (struct touchpoint), so that all tables
 *     agree;
 *   - an event of the company belongs to the journey that is running at its place in the order:
 *     begun, last own event less than J ago, goal + grace not over, not closed. Else it is in no
 *     journey ("unattached");
 *   - a `close` touchpoint ends the journey right behind itself, ties too. Without a goal before it
 *     the journey is lost, and not returned: that the case was closed is known;
 *   - inactivity never: nothing is cut by a pause, what is not converted (or closed) is open,
 *     nothing is left-truncated, no source is silent;
 *   - a session that had no campaign yet takes one without a break; one that has a campaign is
 *     broken by another one only (A09);
 *   - amounts that do not fit 64 bits stop at the ends of the range.
 */
#ifndef JOURNEY_JOURNEYS_H
#define JOURNEY_JOURNEYS_H

#include "config/plan.h"
#include "identity/identity.h"

enum journey_state { JOURNEY_CONVERTED, JOURNEY_LOST, JOURNEY_OPEN, JOURNEY_STATES };
extern const char *const journey_state_names[JOURNEY_STATES];

struct journey {
    size_t first; /* into world.events */
    uint32_t n;   /* events, those of the company too */
    uint32_t customer;
    uint32_t number;   /* of the customer's journeys, from 1 */
    uint32_t sessions; /* that have an own event in it */
    uint8_t state;     /* enum journey_state */
    bool after; /* phase "after": begins after an earlier journey of the customer reached a goal
                   (A06) */
    bool left_truncated; /* its beginning may lie before the data (2.3, A04) */
    bool returned;       /* lost by a pause, but the customer came back in a later journey (A05) */
    int64_t start, end;  /* time of its first and last own event (not the company's) */
    int64_t goal_time;   /* TIME_NONE when not converted */
    int64_t value;       /* millionths: of its goal events */
};

/* What the touchpoint of an event means, by touchpoint number: from the rule of lowest index that
 * made it. */
struct touchpoint {
    struct str name;
    uint8_t stage; /* or STAGE_NONE */
    bool company, awaits, goal, close, first, boundary, ping;
};

/* The numbers of a list of attributes, read once: many events share one. */
struct figures {
    int64_t value;   /* millionths; 0 when it gives none */
    int64_t emotion; /* -2000000 to 2000000, or EMOTION_NONE */
};

/* What a scope (scope.h) took out of the world: coverage.csv accounts for it. */
struct left_out {
    bool asked; /* there is a scope */
    uint64_t journeys, events;
    int64_t first, last; /* times of the earliest and latest of the events; when there are any */
};

struct cleaned;
struct arrivals;
struct world_parts;

struct world_counts {
    size_t events, journeys;
};

struct world {
    const struct plan *plan;
    const struct event_set *set;
    const struct customers *customers;
    struct touchpoint *touchpoints; /* [ntouchpoints] those of the set, then those of paths */
    size_t ntouchpoints;
    struct figures *figures; /* [set.attrs.n] what the attributes in each list say in numbers */
    uint32_t *campaigns; /* [set.attrs.n] a number for the campaign in each list of attributes, 0:
                            none; NULL when campaigns cut no sessions */
    size_t all_events;  /* of all parts, those to come, too. Without the events of `link:` rules and
                           those of nobody, which customers counts */
    int64_t begin, end; /* T_begin, T_end (A02); TIME_NONE when there are no records */
    struct left_out left_out;
    struct str *silent; /* names of sources left out of begin and end because their last record
                           is more than J before the last one of all sources that are not sparse */
    size_t nsilent;
    /* [customers.n + 1] numbers of events and journeys among those of all parts, as far as parts
     * were made: events_begin() and the others say where they are in the part. */
    size_t *customer_first, *journey_first;

    /* ---- of the part ---- */
    uint32_t from, to;          /* its customers: [from, to) */
    struct world_counts before; /* in the parts before it */
    struct event *events;       /* sorted */
    size_t n;
    struct journey *journeys; /* by customer, then number */
    size_t njourneys;
    uint32_t *session; /* [n] session number of each event within its customer, from 1; 0: none
                          (company events) */
    struct arrivals *arrivals; /* by which channels they came (arrivals.h); NULL: not asked */
    struct cleaned *cleaned;   /* the paths that tables of paths show (path.h), counts of all parts
                                  until now; NULL: the events themselves */

    struct world_parts *parts; /* of world.c */
    struct spill *spill;       /* that of the set: what grows with events is taken from it */
    struct arena arena;
};

/* Where the events and journeys of a customer of the part begin and end: indices into events and
 * session, and into journeys. */
static inline size_t events_begin(const struct world *w, uint32_t customer)
{
    return w->customer_first[customer] - w->before.events;
}

static inline size_t events_end(const struct world *w, uint32_t customer)
{
    return w->customer_first[customer + (size_t)1] - w->before.events;
}

static inline size_t journeys_begin(const struct world *w, uint32_t customer)
{
    return w->journey_first[customer] - w->before.journeys;
}

static inline size_t journeys_end(const struct world *w, uint32_t customer)
{
    return w->journey_first[customer + (size_t)1] - w->before.journeys;
}

/* No two journeys of any parts have the same. */
static inline size_t journey_number(const struct world *w, const struct journey *j)
{
    return w->before.journeys + (size_t)(j - w->journeys);
}

/* Of all parts until now. */
static inline size_t world_journeys(const struct world *w)
{
    return w->before.journeys + w->njourneys;
}

/* Sorts, cuts sessions and journeys, in parallel over customers. Takes the events out of the set:
 * sorting needs no second copy of them. All of it is one part. */
void world_make(const struct plan *plan, struct event_set *set, const struct customers *customers,
                int workers, struct world *out);
void world_free(struct world *w);

/* The same in parts of at least part_events events, the last one of fewer: there is none until
 * world_next() makes the first. Which customers are in a part depends on the events alone. */
enum { PART_EVENTS = 1 << 20 };
void world_open(const struct plan *plan, struct event_set *set, const struct customers *customers,
                size_t part_events, int workers, struct world *out);
/* The next part; the one before, with its events, is gone. False when there is none: then
 * world_end() was called. */
bool world_next(struct world *w);
/* Lets go of the last part. What holds of all parts stays. */
void world_end(struct world *w);

/* ---- the parts, for tests ---- */

/* One customer's events to session numbers (2.2): session[i] from 1, 0 for events of the company.
 */
void sessions_cut(const struct world *w, const struct event *ev, size_t n, uint32_t *session);

/* One customer's events to journeys: at most n, into out; returns how many. out[i].first counts
 * from ev; out[i].customer is 0. With out NULL they are only counted. */
size_t journeys_cut(const struct world *w, const struct event *ev, size_t n,
                    const uint32_t *session, struct journey *out);

/* Reads the attributes' numbers: fills figures. */
void figures_read(struct world *w);

/* Reads the observed period from the books: fills begin, end, silent, nsilent (A02). */
void period_find(struct world *w);

/* The emotion of an event in millionths, -2000000 to 2000000: its attribute, else its rule's;
 * EMOTION_NONE when it has none. Several tables ask this of each event. */
static inline int64_t event_emotion(const struct world *w, const struct event *e)
{
    int64_t own = w->figures[e->attrs].emotion;
    return own == EMOTION_NONE ? w->plan->rules[e->rule].emotion : own;
}

/* Its value, pain: 0 when it has none. */
static inline int64_t event_value(const struct world *w, const struct event *e)
{
    return w->figures[e->attrs].value;
}

static inline int64_t event_pain(const struct world *w, const struct event *e)
{
    return w->plan->rules[e->rule].pain;
}

static inline uint32_t event_source(const struct world *w, const struct event *e)
{
    return event_set_file(w->set, event_file(e))->source;
}

#endif
