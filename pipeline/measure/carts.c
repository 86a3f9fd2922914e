/* carts.c - carts (or forms) that are left: what they are worth, and who comes back for them.
 *
 * A cart begins with the first `touchpoint` of `abandoned:` and is bought at once when a goal comes
 * in that session, or, when the goal is of no session (the company's), within a session's timeout
 * after it. Else it was left at the last such touchpoint of the session, and is recovered by the
 * first goal within `within`, lost without one, and open while that time is not over. What is put
 * into it in the meantime belongs to the same cart.
 */
#include <stdlib.h>

#include "journey/pause.h"
#include "measure/funnel_rows.h"

static const struct column columns[] = {
    { "funnel", UNIT_TEXT, "name of the funnel" },
    { "reminder", UNIT_TEXT,
      "yes: a reminder came after it was left, before the goal and within the time to recover it; "
      "no: none came; (all): both, and those bought at once" },
    { "carts", UNIT_COUNT, "carts" },
    { "bought_at_once", UNIT_COUNT, "of these, bought in the same session" },
    { "abandoned", UNIT_COUNT, "of these, left: the session ended without the goal" },
    { "abandonment", UNIT_SHARE, "abandoned over carts" },
    { "abandonment_n", UNIT_COUNT, "carts" },
    { "abandonment_low", UNIT_SHARE, "lower end of the 95 % interval of abandonment" },
    { "abandonment_high", UNIT_SHARE, "upper end of the 95 % interval of abandonment" },
    { "recovered", UNIT_COUNT, "of abandoned, bought later within the time to recover them" },
    { "lost", UNIT_COUNT, "of abandoned, not bought within that time" },
    { "open", UNIT_COUNT, "of abandoned, neither yet; recovered, lost and open add up to it" },
    { "recovery", UNIT_SHARE, "recovered over recovered and lost" },
    { "recovery_n", UNIT_COUNT, "recovered and lost" },
    { "recovery_low", UNIT_SHARE, "lower end of the 95 % interval of recovery" },
    { "recovery_high", UNIT_SHARE, "upper end of the 95 % interval of recovery" },
    { "value_at_risk", UNIT_MICROS,
      "sum of the value of abandoned carts: of the last touchpoint of the session that has one" },
    { "value_recovered", UNIT_MICROS, "of it, of recovered ones" },
    { "value_lost", UNIT_MICROS, "of it, of lost ones" },
    { "value_open", UNIT_MICROS, "of it, of open ones" },
    { "recovered_after_median", UNIT_SECONDS, "median seconds from leaving to the goal" },
    { "recovered_after_p90", UNIT_SECONDS, "90th percentile of them" },
    COLUMN_TIME_EXACT,
};

enum group { GROUP_ALL, GROUP_REMINDED, GROUP_NOT, GROUPS };
static const char *const group_names[GROUPS] = { "(all)", "yes", "no" };

enum fate { FATE_AT_ONCE, FATE_RECOVERED, FATE_LOST, FATE_OPEN, FATES };

struct group_tally {
    uint64_t n[FATES];
    struct sum value[FATES];
    struct sample after;
};

/* What a touchpoint is to a funnel. */
enum { IS_LEFT = 1, IS_GOAL = 2, IS_REMINDER = 4 };

struct tally {
    size_t nfunnels;
    const struct funnel *funnels;
    unsigned char **is; /* [funnel][touchpoint] */
    struct group_tally (*groups)[GROUPS];
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->nfunnels = w->plan->nfunnels;
    t->funnels = w->plan->funnels;
    t->is = mem_zero(t->nfunnels, sizeof *t->is);
    t->groups = mem_zero(t->nfunnels, sizeof *t->groups);
    for (size_t i = 0; i < t->nfunnels; i++) {
        const struct abandoned_rules *rules = &t->funnels[i].abandoned;
        t->is[i] = mem_zero(w->ntouchpoints, 1);
        for (size_t k = 0; k < w->ntouchpoints; k++)
            t->is[i][k] =
                (unsigned char)((names_have(&rules->left, w->touchpoints[k].name) ? IS_LEFT : 0) |
                                (names_have(&rules->goal, w->touchpoints[k].name) ? IS_GOAL : 0) |
                                (names_have(&rules->reminder, w->touchpoints[k].name) ? IS_REMINDER
                                                                                      : 0));
    }
    return t;
}

/* ---- one cart ---- */

struct cart {
    enum fate fate;
    bool reminded;
    int64_t left_at, goal_at, value;
    size_t next; /* where to look for the next one */
};

struct looking {
    const struct world *w;
    const struct abandoned_rules *rules;
    const unsigned char *is; /* [touchpoint] */
    size_t end;              /* of the customer's events */
};

/* The session of the cart's first event, first; false when it was not bought in it. */
static bool bought_at_once(const struct looking *c, size_t first, struct cart *cart)
{
    const struct world *w = c->w;
    const struct event *ev = w->events;
    uint32_t session = w->session[first];
    int64_t last = ev[first].time;
    for (size_t i = first; i < c->end; i++) {
        uint32_t here = w->session[i];
        if (here ? here != session && session
                 : elapsed(last, ev[i].time) > (uint64_t)w->plan->session.timeout)
            break;
        if (!session && elapsed(last, ev[i].time) > (uint64_t)w->plan->session.timeout)
            break;
        if (c->is[ev[i].touch] & IS_GOAL) {
            cart->goal_at = ev[i].time;
            cart->next = i + 1;
            return true;
        }
        if (here || i == first)
            last = ev[i].time;
        if (!(c->is[ev[i].touch] & IS_LEFT))
            continue;
        cart->left_at = ev[i].time;
        cart->next = i + 1;
        if (event_value(w, &ev[i]))
            cart->value = event_value(w, &ev[i]);
    }
    return false;
}

static struct cart cart_at(const struct looking *c, size_t first)
{
    const struct world *w = c->w;
    struct cart cart = { .next = first + 1, .left_at = w->events[first].time };
    if (bought_at_once(c, first, &cart))
        return cart; /* FATE_AT_ONCE */
    bool over = w->end != TIME_NONE && pause_reaches(cart.left_at, w->end, c->rules->within);
    cart.fate = over ? FATE_LOST : FATE_OPEN;
    for (; cart.next < c->end; cart.next++) {
        const struct event *e = &w->events[cart.next];
        if (c->rules->within != INT64_MAX &&
            elapsed(cart.left_at, e->time) > (uint64_t)c->rules->within)
            break;
        if (c->is[e->touch] & IS_GOAL) {
            cart.fate = FATE_RECOVERED;
            cart.goal_at = e->time;
            cart.next++;
            break;
        }
        cart.reminded |= (c->is[e->touch] & IS_REMINDER) != 0;
    }
    return cart;
}

static void count(struct group_tally *g, const struct cart *cart)
{
    g->n[cart->fate]++;
    sum_add(&g->value[cart->fate], cart->value);
    if (cart->fate == FATE_RECOVERED)
        sample_add(&g->after, funnel_span(cart->left_at, cart->goal_at));
}

static void customer(void *tally, const struct world *w, uint32_t customer_number)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->nfunnels; i++) {
        struct looking c = { w, &t->funnels[i].abandoned, t->is[i],
                             events_end(w, customer_number) };
        if (c.rules->left.n == 0)
            continue;
        for (size_t at = events_begin(w, customer_number); at < c.end;) {
            if (!(c.is[w->events[at].touch] & IS_LEFT)) {
                at++;
                continue;
            }
            struct cart cart = cart_at(&c, at);
            count(&t->groups[i][GROUP_ALL], &cart);
            if (cart.fate != FATE_AT_ONCE)
                count(&t->groups[i][cart.reminded ? GROUP_REMINDED : GROUP_NOT], &cart);
            at = cart.next;
        }
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->nfunnels; i++)
        for (int g = 0; g < GROUPS; g++) {
            for (int k = 0; k < FATES; k++) {
                a->groups[i][g].n[k] += b->groups[i][g].n[k];
                sum_merge(&a->groups[i][g].value[k], &b->groups[i][g].value[k]);
            }
            sample_merge(&a->groups[i][g].after, &b->groups[i][g].after);
        }
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->nfunnels; i++) {
        for (int g = 0; g < GROUPS; g++)
            sample_free(&t->groups[i][g].after);
        free(t->is[i]);
    }
    free(t->is);
    free(t->groups);
    free(t);
}

/* ---- the table ---- */

static bool write_group(const struct funnel *f, enum group group, struct group_tally *g,
                        const struct sink *out)
{
    uint64_t abandoned = g->n[FATE_RECOVERED] + g->n[FATE_LOST] + g->n[FATE_OPEN];
    uint64_t carts = abandoned + g->n[FATE_AT_ONCE];
    struct sum risk = g->value[FATE_RECOVERED];
    sum_merge(&risk, &g->value[FATE_LOST]);
    sum_merge(&risk, &g->value[FATE_OPEN]);
    struct row r = { .n = 0 };
    row_add(&r, cell_text(f->name));
    row_add(&r, cell_c(group_names[group]));
    if (group == GROUP_ALL) {
        row_count(&r, carts);
        row_count(&r, g->n[FATE_AT_ONCE]);
        row_count(&r, abandoned);
        row_rate(&r, abandoned, carts);
    } else {
        row_blanks(&r, 2);
        row_count(&r, abandoned);
        row_blanks(&r, 4);
    }
    row_count(&r, g->n[FATE_RECOVERED]);
    row_count(&r, g->n[FATE_LOST]);
    row_count(&r, g->n[FATE_OPEN]);
    row_rate(&r, g->n[FATE_RECOVERED], g->n[FATE_RECOVERED] + g->n[FATE_LOST]);
    row_add(&r, sum_cell(&risk));
    for (int k = FATE_RECOVERED; k < FATES; k++)
        row_add(&r, sum_cell(&g->value[k]));
    sample_sort(&g->after);
    row_add(&r, sample_percentile(&g->after, 0.5));
    row_add(&r, sample_percentile(&g->after, 0.9));
    row_exact(&r, &g->after);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    (void)w;
    bool ok = true;
    for (size_t i = 0; i < t->nfunnels; i++)
        for (int g = 0; ok && t->funnels[i].abandoned.left.n && g < GROUPS; g++)
            ok = write_group(&t->funnels[i], (enum group)g, &t->groups[i][g], out);
    return ok;
}

static bool wanted(const struct plan *plan)
{
    for (size_t i = 0; i < plan->nfunnels; i++)
        if (plan->funnels[i].abandoned.left.n)
            return true;
    return false;
}

const struct measure measure_carts = {
    .name = "carts",
    .question = "how many carts are left, what are they worth, and who comes back for them",
    .population = "all carts of all customers, one after another; abandoned ones are reminded or "
                  "not. A reminder can only come to those who are not back yet: that alone makes "
                  "the recovery of `yes` look worse",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .customer = customer,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "funnel,reminder" },
};
