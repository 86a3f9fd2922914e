/* channel_moves.c - from channel to channel: how often, how soon, and how such journeys end. */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/channels.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "from", UNIT_TEXT,
      "channel, or (start) before the first event of a journey; with `channels:` the one by which "
      "the customer arrived with this event, where it tells" },
    { "to", UNIT_TEXT,
      "channel of the next event, the same one too; (end) after the last event of a converted or "
      "lost journey, (open) after that of an open one" },
    { "count", UNIT_COUNT, "how often this happened, in journeys of any state" },
    { "journeys", UNIT_COUNT, "journeys in which it happened" },
    { "customers", UNIT_COUNT, "customers to whom it happened" },
    { "share_of_total", UNIT_SHARE, "count over the sum of count of all rows" },
    { "proba_out", UNIT_SHARE, "count over all rows with the same from" },
    { "proba_out_n", UNIT_COUNT, "sum of count of all rows with the same from" },
    { "proba_out_low", UNIT_SHARE, "lower end of the 95 % interval of proba_out" },
    { "proba_out_high", UNIT_SHARE, "upper end of the 95 % interval of proba_out" },
    { "time_mean", UNIT_SECONDS, "mean seconds between the two events" },
    { "time_median", UNIT_SECONDS, "median seconds between them" },
    { "time_p90", UNIT_SECONDS, "90th percentile of the seconds" },
    { "time_max", UNIT_SECONDS, "most seconds between them" },
    { "conversion", UNIT_SHARE,
      "share that converted of the ended journeys of phase before in which it happened" },
    { "conversion_n", UNIT_COUNT, "these journeys" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    COLUMN_TIME_EXACT,
};

struct move {
    uint64_t count;
    struct distinct journeys, customers;
    struct sample times;
    struct outcome outcome;
};

struct tally {
    struct channels channels;
    size_t n; /* channels and the nodes beside them */
    uint64_t count;
    struct move *moves; /* [from * n + to] */
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    channels_init(&t->channels, w);
    t->n = (size_t)t->channels.names.n + NODES;
    t->moves = mem_zero(t->n * t->n, sizeof *t->moves);
    return t;
}

static struct move *move(struct tally *t, const struct world *w, const struct journey *j,
                         size_t from, size_t to)
{
    struct move *m = &t->moves[from * t->n + to];
    t->count++;
    m->count++;
    if (distinct_see(&m->journeys, journey_number(w, j)))
        outcome_add(&m->outcome, j);
    distinct_see(&m->customers, j->customer);
    return m;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    size_t beside = t->channels.names.n;
    if (j->n == 0)
        return;
    size_t here = channel_of_touch(&t->channels, w, &ev[0]);
    move(t, w, j, beside + NODE_START, here);
    for (uint32_t i = 1; i < j->n; i++) {
        size_t next = channel_of_touch(&t->channels, w, &ev[i]);
        sample_add(&move(t, w, j, here, next)->times, ev[i].time - ev[i - 1].time);
        here = next;
    }
    move(t, w, j, here, beside + (j->state == JOURNEY_OPEN ? NODE_OPEN : NODE_END));
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    a->count += b->count;
    for (size_t i = 0; i < a->n * a->n; i++) {
        struct move *p = &a->moves[i];
        const struct move *q = &b->moves[i];
        p->count += q->count;
        distinct_merge(&p->journeys, &q->journeys);
        distinct_merge(&p->customers, &q->customers);
        sample_merge(&p->times, &q->times);
        outcome_merge(&p->outcome, &q->outcome);
    }
}

static struct str name_of(const struct tally *t, const struct world *w, size_t node)
{
    size_t channels = t->channels.names.n;
    return node < channels ? intern_text(&t->channels.names, (uint32_t)node)
                           : node_name(w, (uint32_t)(w->ntouchpoints + node - channels));
}

static bool write_move(struct move *m, const struct ranked *what, uint64_t total, uint64_t out_sum,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_text(what->a));
    row_add(&r, cell_text(what->b));
    row_count(&r, m->count);
    row_count(&r, m->journeys.n);
    row_count(&r, m->customers.n);
    row_add(&r, share(m->count, total));
    row_rate(&r, m->count, out_sum);
    sample_sort(&m->times);
    row_add(&r, sample_mean(&m->times));
    row_add(&r, sample_percentile(&m->times, 0.5));
    row_add(&r, sample_percentile(&m->times, 0.9));
    row_add(&r, sample_max(&m->times));
    row_rate(&r, m->outcome.converted, m->outcome.ended);
    row_exact(&r, &m->times);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    uint64_t *sums = mem_zero(t->n, sizeof *sums);
    struct ranked *rows = mem_take(t->n * t->n * sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < t->n * t->n; i++) {
        if (t->moves[i].count == 0)
            continue;
        sums[i / t->n] += t->moves[i].count;
        rows[n++] = (struct ranked){ t->moves[i].count, name_of(t, w, i / t->n),
                                     name_of(t, w, i % t->n), i, i };
    }
    qsort(rows, n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = write_move(&t->moves[rows[i].i], &rows[i], t->count, sums[rows[i].i / t->n], out);
    free(rows);
    free(sums);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->n * t->n; i++)
        sample_free(&t->moves[i].times);
    channels_free(&t->channels);
    free(t->moves);
    free(t);
}

const struct measure measure_channel_moves = {
    .name = "channel_moves",
    .question = "from which channel do people go on in which, how soon, and do they get there",
    .population =
        "all events of all journeys; what flows into a channel, and what flows out of it, "
        "are its events",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
