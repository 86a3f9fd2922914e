/* channels_table.c - what each channel brings: sessions, customers, journeys, conversions, value
 * (definitions.md 2.22, A30; arrivals.h says by which channel an event and a session came).
 *
 * A touch of a journey is an event that begins a session, or arrives, and is no goal; what comes
 * after the journey's first goal is none. The journey is credited to its last touch that is not
 * direct; when all are, to direct; when it has none, to (none).
 */
#include <stdlib.h>

#include "journey/arrivals.h"
#include "measure/all.h"

static const struct column columns[] = {
    { "channel", UNIT_TEXT,
      "marketing channel; channel of the source where records tell of none, such as mail; (none): "
      "journeys without a touch" },
    { "sessions", UNIT_COUNT, "sessions that came by it, those of all rows are all sessions" },
    { "session_share", UNIT_SHARE, "sessions over the sessions of all rows" },
    { "customers", UNIT_COUNT, "customers with one of these sessions" },
    { "journeys", UNIT_COUNT, "journeys with a touch of it" },
    { "first", UNIT_COUNT, "journeys whose first touch it is" },
    { "credited", UNIT_COUNT,
      "journeys whose last touch before the goal it is, leaving direct out where there is "
      "another; those of all rows are all journeys" },
    { "conversions", UNIT_COUNT, "of credited, those that converted" },
    { "value", UNIT_MICROS, "sum of the value of these" },
    { "conversion", UNIT_SHARE, "share that converted of credited, ended and of phase before" },
    { "conversion_n", UNIT_COUNT, "these journeys" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
};

struct line {
    uint64_t sessions, first, credited, conversions;
    struct distinct customers, journeys;
    struct sum value;
    struct outcome outcome;
};

struct tally {
    size_t n; /* channels; lines[n] is (none) */
    uint32_t direct;
    struct line *lines;
    uint32_t session, customer; /* the last session that was counted */
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->arrivals ? w->arrivals->names.n : 0;
    t->direct =
        w->arrivals ? intern_find(&w->arrivals->names, w->plan->channels.direct) : INTERN_NONE;
    t->lines = mem_zero(t->n + 1, sizeof *t->lines);
    return t;
}

static void count_session(struct tally *t, const struct world *w, const struct journey *j, size_t i)
{
    bool again = t->session == w->session[i] && t->customer == j->customer + 1;
    if (!w->session[i] || again)
        return;
    t->session = w->session[i];
    t->customer = j->customer + 1;
    struct line *line = &t->lines[arrival_of(w, &w->events[i]).session];
    line->sessions++;
    distinct_see(&line->customers, j->customer);
}

/* What a journey is credited to, while its touches go by. */
struct credit {
    size_t first, last; /* lines; the one of (none) before the first touch */
};

static void touch(struct tally *t, const struct world *w, const struct journey *j, size_t i,
                  struct credit *c)
{
    const struct event *e = &w->events[i];
    struct arrival a = arrival_of(w, e);
    if (!a.begins && a.own == ARRIVAL_NONE)
        return;
    uint32_t channel = a.own != ARRIVAL_NONE ? a.own : a.session;
    distinct_see(&t->lines[channel].journeys, journey_number(w, j));
    if (c->first == t->n)
        c->first = channel;
    if (c->last == t->n || channel != t->direct)
        c->last = channel;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    if (!w->arrivals)
        return;
    struct credit c = { t->n, t->n };
    bool reached = false;
    for (size_t i = j->first; i < j->first + j->n; i++) {
        count_session(t, w, j, i);
        reached |= w->touchpoints[w->events[i].touch].goal;
        if (!reached)
            touch(t, w, j, i, &c);
    }
    struct line *line = &t->lines[c.last];
    t->lines[c.first].first++;
    line->credited++;
    outcome_add(&line->outcome, j);
    if (j->state != JOURNEY_CONVERTED)
        return;
    line->conversions++;
    sum_add(&line->value, j->value);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i <= a->n; i++) {
        struct line *p = &a->lines[i];
        const struct line *q = &b->lines[i];
        p->sessions += q->sessions;
        p->first += q->first;
        p->credited += q->credited;
        p->conversions += q->conversions;
        distinct_merge(&p->customers, &q->customers);
        distinct_merge(&p->journeys, &q->journeys);
        sum_merge(&p->value, &q->value);
        outcome_merge(&p->outcome, &q->outcome);
    }
}

static bool write_line(const struct line *line, struct str name, uint64_t sessions,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_text(name));
    row_count(&r, line->sessions);
    row_add(&r, share(line->sessions, sessions));
    row_count(&r, line->customers.n);
    row_count(&r, line->journeys.n);
    row_count(&r, line->first);
    row_count(&r, line->credited);
    row_count(&r, line->conversions);
    row_add(&r, sum_cell(&line->value));
    row_rate(&r, line->outcome.converted, line->outcome.ended);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct ranked *rows = mem_take((t->n + 1) * sizeof *rows);
    size_t n = 0;
    uint64_t sessions = 0;
    for (size_t i = 0; i <= t->n; i++) {
        const struct line *line = &t->lines[i];
        sessions += line->sessions;
        if (!line->sessions && !line->journeys.n && !line->credited)
            continue;
        struct str name = i < t->n ? intern_text(&w->arrivals->names, (uint32_t)i) : STR("(none)");
        rows[n++] = (struct ranked){ line->sessions, name, { 0 }, i, i };
    }
    qsort(rows, n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = write_line(&t->lines[rows[i].i], rows[i].a, sessions, out);
    free(rows);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    free(t->lines);
    free(t);
}

static bool wanted(const struct plan *plan)
{
    return plan->channels.on;
}

const struct measure measure_channels = {
    .name = "channels",
    .question = "by which channels do people come, and what do these bring",
    .population = "all sessions with an event in a journey, and all journeys: each is credited "
                  "once; empty without `channels:` in the project",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "channel", .moves = "sessions" },
};
