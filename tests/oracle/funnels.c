/* funnels.c - what every unit of a project did in its funnels, a JSON line each, for funnels.py.
 *
 *     funnels PROJECT RULES_DIR
 */
#include <stdlib.h>

#include "config/rulebook.h"
#include "identity/identity.h"
#include "ingest/ingest.h"
#include "measure/funnel.h"

static void put_name(struct str s)
{
    printf("\"%.*s\"", STR_ARG(s));
}

static void put_attempt(const struct funnel *f, const struct attempt *a)
{
    printf("[%u, %u, %d, %lld, %lld, [", a->first, a->deepest, a->converted, (long long)a->entry,
           (long long)a->reached);
    for (size_t s = 0; s < f->nsteps; s++) {
        fputs(s ? ", " : "", stdout);
        if (a->events[s])
            printf("%llu", (unsigned long long)event_record(a->events[s]));
        else
            fputs("null", stdout);
    }
    fputs("]]", stdout);
}

struct showing {
    const struct world *w;
    const struct funnel *f;
};

static void put_touchpoint(const struct world *w, const struct event *e)
{
    if (e)
        put_name(w->touchpoints[e->touch].name);
    else
        fputs("null", stdout);
}

static void show(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    const struct showing *s = ctx;
    struct drop d = funnel_drop(r, unit);
    fputs("[", stdout);
    put_name(s->f->name);
    fputs(", ", stdout);
    put_name(s->w->customers->names[unit->customer]);
    fputs(", ", stdout);
    put_attempt(s->f, &unit->best);
    fputs(", ", stdout);
    if (unit->has_matured)
        put_attempt(s->f, &unit->matured);
    else
        fputs("null", stdout);
    printf(", \"%s\", ", drop_kind_names[d.kind]);
    put_touchpoint(s->w, d.next);
    fputs(", ", stdout);
    put_touchpoint(s->w, d.from);
    printf(", %lld]\n", (long long)d.dwell);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: funnels PROJECT RULES_DIR\n");
        return 1;
    }
    struct faults faults = { 0 };
    struct plan *plan = plan_load(argv[1], argv[2], &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    if (!plan)
        return 1;
    struct err e = { 0 };
    struct inputs inputs = { 0 };
    struct event_set events;
    struct customers customers;
    struct world w;
    struct name_key key = { .raw = true };
    struct ingest_options options = {
        .workers = 1,
        .block_bytes = BLOCK_BYTES,
        .since = TIME_NONE,
        .until = INT64_MAX,
    };
    if (!inputs_from_plan(&inputs, plan, stderr, &e) ||
        !ingest(plan, &inputs, &options, &events, &e)) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    plan_seal(plan, &events, 1);
    identity_join(&events, &plan->identity, &key, 1, &customers);
    world_make(plan, &events, &customers, 1, &w);
    for (size_t i = 0; i < plan->nfunnels; i++) {
        struct showing s = { &w, &plan->funnels[i] };
        struct funnel_reader *r = funnel_reader_new(&w, s.f);
        for (uint32_t c = 0; c < customers.n; c++)
            funnel_read(r, c, show, &s);
        funnel_reader_free(r);
    }
    world_free(&w);
    customers_free(&customers);
    event_set_free(&events);
    inputs_free(&inputs);
    plan_free(plan);
    return 0;
}
