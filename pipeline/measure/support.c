/* support.c - how support cases are answered and solved (definitions.md 2.11). */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/support_case.h"

static const struct column columns[] = {
    { "figure", UNIT_TEXT,
      "cases; first_response: those that were answered; resolution: those that are solved, to the "
      "last solution; unsolved: not solved at the end of the data; reopened; one_answer: solved "
      "with one answer and never reopened; no_further_contact: solved without another contact of "
      "the customer; first_response_breach, resolution_breach: not within what was promised; "
      "contacts: of the customers; without_opening: cases that began before the data; without_key: "
      "events that name no case" },
    { "n", UNIT_COUNT, "how many" },
    { "of", UNIT_COUNT,
      "of how many: cases; of reopened, one_answer and no_further_contact those that were ever "
      "solved; of a breach those that are settled, kept or broken" },
    { "rate", UNIT_SHARE,
      "n over of; contacts may be more than one a case: their rate is in mean" },
    { "low", UNIT_SHARE, "lower end of the 95 % interval of rate" },
    { "high", UNIT_SHARE, "upper end of the 95 % interval of rate" },
    { "mean", UNIT_NUMBER, "of contacts: mean number a case" },
    { "hours", UNIT_TEXT, "all: times by the clock; business: only hours of the calendar" },
    { "time_mean", UNIT_SECONDS, "mean seconds from the opening" },
    { "time_median", UNIT_SECONDS, "median of these seconds" },
    { "time_p90", UNIT_SECONDS, "90th percentile" },
    { "time_max", UNIT_SECONDS, "most seconds" },
    { "promised", UNIT_SECONDS, "of a breach: the time within which it was promised" },
    COLUMN_TIME_EXACT,
};

struct tally {
    struct support_cases cases;
    uint64_t customer; /* + 1, whose events were looked at */
    uint64_t n, without_opening, without_key, unsolved, ever_solved, reopened, one_answer,
        no_further_contact, contacts;
    uint64_t settled[2], broken[2]; /* promises: first response, resolution */
    struct sample response, resolution;
};

static bool wanted(const struct plan *plan)
{
    return plan->flows.support.opened.n > 0;
}

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    support_cases_init(&t->cases, w);
    return t;
}

static int64_t passed(const struct world *w, int64_t since, int64_t until)
{
    return w->plan->flows.support.business ? calendar_between(w->plan->flows.calendar, since, until)
                                           : until - since;
}

/* A promise is settled when it was kept, or when it cannot be kept any more. */
static void judge(struct tally *t, const struct world *w, int promise, int64_t promised,
                  int64_t since, int64_t until)
{
    bool done = until != TIME_NONE;
    if (promised == 0 || (!done && (w->end == TIME_NONE || w->end < since)))
        return;
    bool broken = passed(w, since, done ? until : w->end) > promised;
    t->settled[promise] += done || broken;
    t->broken[promise] += broken;
}

static void count_case(struct tally *t, const struct world *w, const struct support_case *c)
{
    const struct support_rules *rules = &w->plan->flows.support;
    bool solved = c->solved != TIME_NONE;
    if (c->opened == TIME_NONE) {
        t->without_opening++;
        return;
    }
    t->n++;
    t->contacts += c->contacts;
    t->unsolved += !solved;
    t->ever_solved += c->ever_solved;
    t->reopened += c->reopened;
    t->one_answer += solved && !c->reopened && c->answers == 1;
    t->no_further_contact += solved && !c->reopened && c->contacts <= 1;
    if (c->answered != TIME_NONE)
        sample_add(&t->response, passed(w, c->opened, c->answered));
    if (solved)
        sample_add(&t->resolution, passed(w, c->opened, c->solved));
    judge(t, w, 0, rules->first_response, c->opened, c->answered);
    judge(t, w, 1, rules->resolution, c->opened, c->solved);
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    struct support_case c;
    size_t at = 0;
    if (t->customer == (uint64_t)j->customer + 1)
        return;
    t->customer = (uint64_t)j->customer + 1;
    support_cases_gather(&t->cases, w, j->customer);
    while (support_case_next(&t->cases, w, &at, &c))
        count_case(t, w, &c);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    a->cases.without_key += b->cases.without_key;
    a->n += b->n;
    a->without_opening += b->without_opening;
    a->unsolved += b->unsolved;
    a->ever_solved += b->ever_solved;
    a->reopened += b->reopened;
    a->one_answer += b->one_answer;
    a->no_further_contact += b->no_further_contact;
    a->contacts += b->contacts;
    for (int i = 0; i < 2; i++) {
        a->settled[i] += b->settled[i];
        a->broken[i] += b->broken[i];
    }
    sample_merge(&a->response, &b->response);
    sample_merge(&a->resolution, &b->resolution);
}

/* ---- the table ---- */

struct figure {
    const char *name;
    uint64_t n, of; /* of 0: no rate */
    struct cell mean;
    struct sample *times;
    int64_t promised;
};

static bool write_figure(const struct figure *f, bool business, const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_c(f->name));
    row_count(&r, f->n);
    row_add(&r, f->of ? cell_i((int64_t)f->of) : cell_blank());
    row_add(&r, f->mean.blank ? share(f->n, f->of) : cell_blank());
    if (f->mean.blank)
        row_interval(&r, f->of ? f->n : 0, f->of);
    else
        row_blanks(&r, 2);
    row_add(&r, f->mean);
    row_add(&r, f->times || f->promised ? cell_c(business ? "business" : "all") : cell_blank());
    if (f->times) {
        sample_sort(f->times);
        row_add(&r, sample_mean(f->times));
        row_add(&r, sample_percentile(f->times, 0.5));
        row_add(&r, sample_percentile(f->times, 0.9));
        row_add(&r, sample_max(f->times));
    } else {
        row_blanks(&r, 4);
    }
    row_add(&r, f->promised ? cell_i(f->promised) : cell_blank());
    row_add(&r, f->times ? cell_i(sample_exact(f->times)) : cell_blank());
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    const struct support_rules *rules = &w->plan->flows.support;
    struct cell none = cell_blank();
    struct cell mean = t->n ? cell_d((double)t->contacts / (double)t->n) : none;
    const struct figure figures[] = {
        { "cases", t->n, 0, none, NULL, 0 },
        { "first_response", t->response.n, t->n, none, &t->response, 0 },
        { "resolution", t->resolution.n, t->n, none, &t->resolution, 0 },
        { "unsolved", t->unsolved, t->n, none, NULL, 0 },
        { "reopened", t->reopened, t->ever_solved, none, NULL, 0 },
        { "one_answer", t->one_answer, t->ever_solved, none, NULL, 0 },
        { "no_further_contact", t->no_further_contact, t->ever_solved, none, NULL, 0 },
        { "first_response_breach", t->broken[0], t->settled[0], none, NULL, rules->first_response },
        { "resolution_breach", t->broken[1], t->settled[1], none, NULL, rules->resolution },
        { "contacts", t->contacts, t->n, mean, NULL, 0 },
        { "without_opening", t->without_opening, 0, none, NULL, 0 },
        { "without_key", t->cases.without_key, 0, none, NULL, 0 },
    };
    bool ok = true;
    for (size_t i = 0; ok && wanted(w->plan) && i < sizeof figures / sizeof *figures; i++)
        ok = write_figure(&figures[i], rules->business, out);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    support_cases_free(&t->cases);
    sample_free(&t->response);
    sample_free(&t->resolution);
    free(t);
}

const struct measure measure_support = {
    .name = "support",
    .question = "how soon are support cases answered and solved, and how many come back",
    .population = "support cases of customers that have a journey; figures of those whose opening "
                  "is in the data; needs `support` in the project",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
