/* planned.c - the planned map against what happened: touchpoints that are missing, come too late,
 * or are not on the map.
 *
 * A planned touchpoint is out of order in a journey when one that is planned after it came before
 * it, by their first events.
 */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "kind", UNIT_TEXT,
      "planned: of the map; extra: not on it; (as planned): journeys with no touchpoint missing, "
      "out "
      "of order or extra" },
    { "position", UNIT_COUNT, "of a planned one: its place on the map, from 1" },
    { "touchpoint", UNIT_TEXT, "name of the touchpoint" },
    { "events", UNIT_COUNT, "its events in journeys" },
    { "journeys", UNIT_COUNT, "journeys with at least one of them" },
    { "share", UNIT_SHARE, "journeys over all journeys" },
    { "share_n", UNIT_COUNT, "all journeys, in any state" },
    { "share_low", UNIT_SHARE, "lower end of the 95 % interval of share" },
    { "share_high", UNIT_SHARE, "upper end of the 95 % interval of share" },
    { "missing", UNIT_COUNT, "journeys without it that went on to one planned after it" },
    { "not_reached", UNIT_COUNT, "journeys without it, nor any planned after it" },
    { "out_of_order", UNIT_COUNT, "journeys in which one planned after it came before it" },
    { "out_of_order_rate", UNIT_SHARE, "out_of_order over journeys" },
    { "out_of_order_low", UNIT_SHARE, "lower end of the 95 % interval of out_of_order_rate" },
    { "out_of_order_high", UNIT_SHARE, "upper end of the 95 % interval of out_of_order_rate" },
    { "conversion", UNIT_SHARE,
      "conversion of ended journeys of phase before that have it, in order when it is planned" },
    { "conversion_n", UNIT_COUNT, "these journeys" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    { "conversion_missing", UNIT_SHARE, "conversion of those in which it is missing" },
    { "conversion_missing_n", UNIT_COUNT, "these journeys" },
    { "conversion_missing_low", UNIT_SHARE,
      "lower end of the 95 % interval of conversion_missing" },
    { "conversion_missing_high", UNIT_SHARE,
      "upper end of the 95 % interval of conversion_missing" },
    { "conversion_late", UNIT_SHARE, "conversion of those in which it is out of order" },
    { "conversion_late_n", UNIT_COUNT, "these journeys" },
    { "conversion_late_low", UNIT_SHARE, "lower end of the 95 % interval of conversion_late" },
    { "conversion_late_high", UNIT_SHARE, "upper end of the 95 % interval of conversion_late" },
};

struct item {
    uint64_t events, journeys, missing, not_reached, late;
    struct outcome good, without, too_late;
    uint64_t journey; /* number + 1 of the one that met it last */
};

struct tally {
    size_t n; /* touchpoints */
    size_t nplanned;
    uint32_t *position; /* [n] on the map, from 1; 0: not on it */
    struct item *items; /* [n] extra ones; then [nplanned], also those that no event has; then one:
                           as planned */
    uint64_t journeys;
    bool *late;  /* [nplanned + 1] in the journey that is being counted, by position */
    bool *found; /* the same */
};

static bool wanted(const struct plan *plan)
{
    return plan->flows.map.n > 0;
}

static void *begin(const struct world *w)
{
    const struct names *map = &w->plan->flows.map;
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->ntouchpoints;
    t->nplanned = map->n;
    t->position = mem_zero(t->n + 1, sizeof *t->position);
    t->items = mem_zero(t->n + t->nplanned + 1, sizeof *t->items);
    t->late = mem_zero(t->nplanned + 1, sizeof *t->late);
    t->found = mem_zero(t->nplanned + 1, sizeof *t->found);
    for (size_t i = 0; i < t->n; i++)
        for (uint32_t k = 0; k < map->n; k++)
            if (str_eq(w->touchpoints[i].name, map->list[k]))
                t->position[i] = k + 1;
    return t;
}

/* Marks what the journey found and found late; the furthest position; *extra when it has more. */
static uint32_t follow(struct tally *t, const struct world *w, const struct journey *j, bool *extra)
{
    const struct event *ev = w->events + j->first;
    uint64_t number = journey_number(w, j) + 1;
    uint32_t furthest = 0;
    memset(t->found, 0, (t->nplanned + 1) * sizeof *t->found);
    memset(t->late, 0, (t->nplanned + 1) * sizeof *t->late);
    for (uint32_t i = 0; i < j->n; i++) {
        uint32_t position = t->position[ev[i].touch];
        struct item *it = &t->items[position ? t->n + position - 1 : ev[i].touch];
        it->events++;
        *extra = *extra || !position;
        if (it->journey == number)
            continue;
        it->journey = number;
        it->journeys++;
        if (!position) {
            outcome_add(&it->good, j);
            continue;
        }
        t->found[position] = true;
        t->late[position] = position < furthest;
        furthest = position > furthest ? position : furthest;
    }
    return furthest;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    bool as_planned = true, extra = false;
    uint32_t furthest = follow(t, w, j, &extra);
    t->journeys++;
    for (uint32_t k = 1; k <= t->nplanned; k++) {
        struct item *it = &t->items[t->n + k - 1];
        as_planned = as_planned && t->found[k] && !t->late[k];
        it->missing += !t->found[k] && k < furthest;
        it->not_reached += !t->found[k] && k > furthest;
        it->late += t->late[k];
        if (t->late[k])
            outcome_add(&it->too_late, j);
        else if (t->found[k])
            outcome_add(&it->good, j);
        else if (k < furthest)
            outcome_add(&it->without, j);
    }
    if (!as_planned || extra)
        return;
    struct item *it = &t->items[t->n + t->nplanned];
    it->events += j->n;
    it->journeys++;
    outcome_add(&it->good, j);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    a->journeys += b->journeys;
    for (size_t i = 0; i <= a->n + a->nplanned; i++) {
        struct item *p = &a->items[i];
        const struct item *q = &b->items[i];
        p->events += q->events;
        p->journeys += q->journeys;
        p->missing += q->missing;
        p->not_reached += q->not_reached;
        p->late += q->late;
        outcome_merge(&p->good, &q->good);
        outcome_merge(&p->without, &q->without);
        outcome_merge(&p->too_late, &q->too_late);
    }
}

/* position: of a planned one, else 0. */
static bool write_item(const struct tally *t, const struct item *it, const char *kind,
                       size_t position, struct cell name, const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_c(kind));
    row_add(&r, position ? cell_i((int64_t)position) : cell_blank());
    row_add(&r, name);
    row_count(&r, it->events);
    row_count(&r, it->journeys);
    row_rate(&r, it->journeys, t->journeys);
    if (position) {
        row_count(&r, it->missing);
        row_count(&r, it->not_reached);
        row_count(&r, it->late);
        row_add(&r, share(it->late, it->journeys));
        row_interval(&r, it->late, it->journeys);
    } else {
        row_blanks(&r, 6);
    }
    row_rate(&r, it->good.converted, it->good.ended);
    if (position) {
        row_rate(&r, it->without.converted, it->without.ended);
        row_rate(&r, it->too_late.converted, it->too_late.ended);
    } else {
        row_blanks(&r, 8);
    }
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    const struct names *map = &w->plan->flows.map;
    bool ok = true;
    if (t->nplanned == 0)
        return true;
    for (size_t k = 0; ok && k < t->nplanned; k++)
        ok = write_item(t, &t->items[t->n + k], "planned", k + 1, cell_text(map->list[k]), out);
    struct ranked *rows = mem_take(t->n * sizeof *rows + 1);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->items[i].events)
            rows[n++] =
                (struct ranked){ t->items[i].journeys, w->touchpoints[i].name, STR(""), i, i };
    qsort(rows, n, sizeof *rows, ranked_cmp);
    for (size_t i = 0; ok && i < n; i++)
        ok = write_item(t, &t->items[rows[i].i], "extra", 0, cell_text(rows[i].a), out);
    free(rows);
    return ok && write_item(t, &t->items[t->n + t->nplanned], "(as planned)", 0, cell_blank(), out);
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    free(t->position);
    free(t->items);
    free(t->late);
    free(t->found);
    free(t);
}

const struct measure measure_planned = {
    .name = "planned",
    .question = "do journeys go as the map says: what is missing, what comes too late, what is not "
                "on it",
    .population = "all journeys in any state; of a planned touchpoint, journeys, missing and "
                  "not_reached are all of them",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
