/* where_holds.c - see where.h: asking a compiled expression. Nothing is allocated. */
#include "journey/arrivals.h"
#include "journey/engaged.h"
#include "journey/pause.h"
#include "journey/where_tree.h"

static bool in_range(const struct node *n, int64_t x)
{
    return x >= n->from && x <= n->upto;
}

/* ---- of one event ---- */

static bool arrived(const struct node *n, const struct world *w, const struct event *e)
{
    if (!n->arrived)
        return false;
    uint32_t own = arrival_of(w, e).own;
    return own != ARRIVAL_NONE && n->arrived[own];
}

static bool event_test(const struct node *n, const struct world *w, const struct event *e)
{
    int64_t x;
    switch (n->word) {
    case WORD_TOUCHPOINT:
    case WORD_STAGE:
        return n->set[e->touch];
    case WORD_CHANNEL:
        return n->set[event_file(e)] || arrived(n, w, e);
    case WORD_MARKETING_CHANNEL:
        return arrived(n, w, e);
    case WORD_SOURCE:
        return n->set[event_file(e)];
    case WORD_TIME:
        return in_range(n, e->time);
    case WORD_VALUE:
        return in_range(n, event_value(w, e));
    case WORD_PAIN:
        return in_range(n, event_pain(w, e));
    case WORD_EMOTION:
        x = event_emotion(w, e);
        return x != EMOTION_NONE && in_range(n, x);
    default:
        return n->set[e->attrs];
    }
}

static bool event_holds(const struct node *n, const struct world *w, const struct event *e)
{
    if (n->kind == EXPR_TEST)
        return event_test(n, w, e);
    if (n->kind == EXPR_NOT)
        return !event_holds(n->kids, w, e);
    bool either = n->kind == EXPR_OR;
    for (const struct node *kid = n->kids; kid; kid = kid->next)
        if (event_holds(kid, w, e) == either)
            return either;
    return !either;
}

/* ---- of a journey ---- */

static bool some_event(const struct node *n, const struct world *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (event_holds(n->kids, w, &w->events[i]))
            return true;
    return false;
}

static int64_t span(int64_t from, int64_t to)
{
    uint64_t micros = elapsed(from, to);
    return micros > INT64_MAX ? INT64_MAX : (int64_t)micros;
}

static bool count_fits(const struct node *n, const struct world *w, const struct journey *j)
{
    int64_t count = 0;
    for (size_t i = j->first; i < j->first + j->n; i++)
        count += event_holds(n->kids, w, &w->events[i]);
    return in_range(n, count * SECOND);
}

/* The rule `each` of waits, within the journey. */
static bool wait_fits(const struct node *n, const struct world *w, const struct journey *j)
{
    const struct event *from = NULL;
    for (size_t i = j->first; i < j->first + j->n; i++) {
        const struct event *e = &w->events[i];
        if (from && event_holds(n->kids->next, w, e)) {
            if (in_range(n, span(from->time, e->time)))
                return true;
            from = NULL;
        }
        if (event_holds(n->kids, w, e))
            from = e;
    }
    return false;
}

static int64_t distinct_touchpoints(const struct world *w, const struct journey *j)
{
    uint64_t seen[TOUCHPOINTS_MAX / 64 + 2] = { 0 };
    int64_t n = 0;
    for (size_t i = j->first; i < j->first + j->n; i++) {
        uint32_t t = w->events[i].touch;
        uint64_t bit = UINT64_C(1) << (t % 64);
        n += !(seen[t / 64] & bit);
        seen[t / 64] |= bit;
    }
    return n;
}

static int64_t pain_of(const struct world *w, const struct journey *j)
{
    int64_t sum = 0;
    for (size_t i = j->first; i < j->first + j->n; i++)
        if (__builtin_add_overflow(sum, event_pain(w, &w->events[i]), &sum))
            return INT64_MAX;
    return sum;
}

/* Numbers, durations and times; false when the journey has none. Counts are in millionths, too. */
static bool number_of(const struct node *n, const struct world *w, const struct journey *j,
                      int64_t *x)
{
    switch (n->word) {
    case WORD_VALUE:
        *x = j->value;
        return true;
    case WORD_PAIN:
        *x = pain_of(w, j);
        return true;
    case WORD_EVENTS:
        *x = j->n * SECOND;
        return true;
    case WORD_SESSIONS:
        *x = j->sessions * SECOND;
        return true;
    case WORD_TOUCHPOINTS:
        *x = distinct_touchpoints(w, j) * SECOND;
        return true;
    case WORD_JOURNEY:
        *x = j->number * SECOND;
        return true;
    case WORD_DURATION:
        *x = span(j->start, j->end);
        return true;
    case WORD_ENGAGED:
        *x = engaged_time(w, j->first, j->first + j->n);
        return true;
    case WORD_START:
        *x = j->start;
        return true;
    case WORD_END:
        *x = j->end;
        return true;
    case WORD_GOAL_TIME:
        *x = j->goal_time;
        return j->goal_time != TIME_NONE;
    default: /* WORD_TIME_TO_GOAL */
        *x = span(j->start, j->goal_time);
        return j->goal_time != TIME_NONE;
    }
}

static bool journey_test(const struct node *n, const struct world *w, const struct journey *j)
{
    int64_t x;
    switch (n->word) {
    case WORD_STATE:
        return n->set[j->state];
    case WORD_PHASE:
        return n->set[j->after];
    case WORD_CUSTOMER:
        return n->set[j->customer];
    case WORD_PATH:
        return pattern_holds(n->pattern, w, j);
    case WORD_FIRST_TOUCHPOINT:
        return j->n && n->set[w->events[j->first].touch];
    case WORD_LAST_TOUCHPOINT:
        return j->n && n->set[w->events[j->first + j->n - 1].touch];
    case WORD_CONVERTED:
        return j->state == JOURNEY_CONVERTED;
    case WORD_LOST:
        return j->state == JOURNEY_LOST;
    case WORD_OPEN:
        return j->state == JOURNEY_OPEN;
    case WORD_ENDED:
        return j->state != JOURNEY_OPEN;
    case WORD_RETURNED:
        return j->returned;
    case WORD_LEFT_TRUNCATED:
        return j->left_truncated;
    case WORD_NEW:
        return j->number == 1;
    default:
        return number_of(n, w, j, &x) && in_range(n, x);
    }
}

static bool holds(const struct where *where, const struct node *n, const struct world *w,
                  const struct journey *j)
{
    switch (n->kind) {
    case EXPR_OR:
    case EXPR_AND:
        for (const struct node *kid = n->kids; kid; kid = kid->next)
            if (holds(where, kid, w, j) == (n->kind == EXPR_OR))
                return n->kind == EXPR_OR;
        return n->kind == EXPR_AND;
    case EXPR_NOT:
        return !holds(where, n->kids, w, j);
    case EXPR_TEST:
        return journey_test(n, w, j);
    case EXPR_HAS:
        return some_event(n, w, j->first, j->first + j->n);
    case EXPR_EVER:
        return some_event(n, w, events_begin(w, j->customer), events_end(w, j->customer));
    case EXPR_FIRST:
        return j->n && event_holds(n->kids, w, &w->events[j->first]);
    case EXPR_LAST:
        return j->n && event_holds(n->kids, w, &w->events[j->first + j->n - 1]);
    case EXPR_COUNT:
        return count_fits(n, w, j);
    case EXPR_WAIT:
        return wait_fits(n, w, j);
    case EXPR_CELL:
        return in_range(n, where->terms.value(where->terms.ctx, n->term, w, j));
    default: /* EXPR_TERM */
        return where->terms.value(where->terms.ctx, n->term, w, j) != 0;
    }
}

bool where_holds(const struct where *where, const struct world *w, const struct journey *j)
{
    return holds(where, where->root, w, j);
}

bool where_holds_event(const struct where *where, const struct world *w, const struct event *e)
{
    return event_holds(where->root, w, e);
}
