/* journeys.h - a customer's events in order, cut into sessions and journeys.
 *
 * In:      a sealed event set, its customers, the plan.
 * Out:     the events sorted by customer, time, origin, rule (definitions.md 2.1), and for each
 *          customer a run of journeys (2.2, 2.3; A01 to A10). A journey is a range of the sorted
 *          events.
 * Owns:    world owns the sorted array, which it takes out of the set, and the journeys; the rest
 *          is borrowed.
 * Threads: const once made.
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

struct world {
    const struct plan *plan;
    const struct event_set *set;
    const struct customers *customers;
    struct touchpoint *touchpoints; /* [set.touchpoints.n] */
    size_t ntouchpoints;
    struct event *events; /* sorted; the set has none any more. Without those of `link:` rules and
                             those of nobody, which customers counts */
    size_t n;
    struct figures *figures; /* [set.attrs.n] what the attributes in each list say in numbers */
    uint32_t *campaigns; /* [set.attrs.n] a number for the campaign in each list of attributes, 0:
                            none; NULL when campaigns cut no sessions */
    size_t *customer_first;   /* [customers.n + 1] into events */
    struct journey *journeys; /* by customer, then number */
    size_t njourneys;
    size_t *journey_first; /* [customers.n + 1] into journeys */
    uint32_t *session;     /* [n] session number of each event within its customer, from 1; 0: none
                              (company events) */
    struct arrivals *arrivals; /* by which channels they came (arrivals.h); NULL: not asked */
    int64_t begin, end;        /* T_begin, T_end (A02); TIME_NONE when there are no records */
    struct cleaned *cleaned;   /* the paths that tables of paths show (path.h); NULL: the events
                                  themselves */
    struct left_out left_out;
    struct str *silent; /* names of sources left out of begin and end because their last record
                           is more than J before the last one of all sources that are not sparse */
    size_t nsilent;
    struct spill *spill; /* that of the set: what grows with events is taken from it */
    struct arena arena;
};

/* Sorts, cuts sessions and journeys, in parallel over customers. Takes the events out of the set:
 * sorting needs no second copy of them. */
void world_make(const struct plan *plan, struct event_set *set, const struct customers *customers,
                int workers, struct world *out);
void world_free(struct world *w);

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
