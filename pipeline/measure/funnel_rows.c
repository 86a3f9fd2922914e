/* funnel_rows.c - see funnel_rows.h. */
#include "measure/funnel_rows.h"

#include "journey/pause.h"

bool funnels_wanted(const struct plan *plan)
{
    return plan->nfunnels > 0;
}

struct str funnel_step_name(const struct funnel *f, uint32_t step, struct arena *a)
{
    if (f->order != FUNNEL_ANY)
        return f->steps[step].name;
    return arena_printf(a, "any %u of %zu", step + 1, f->nsteps);
}

static struct str add_names(struct str text, const struct names *names, struct arena *a)
{
    for (size_t i = 0; i < names->n; i++)
        text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n ? " | " : "",
                            STR_ARG(names->list[i]));
    return text;
}

struct str funnel_step_touchpoints(const struct funnel *f, uint32_t step, struct arena *a)
{
    struct str text = { 0 };
    if (f->order != FUNNEL_ANY)
        return add_names(text, &f->steps[step].any_of, a);
    for (size_t s = 0; s < f->nsteps; s++)
        text = add_names(text, &f->steps[s].any_of, a);
    return text;
}

void row_step(struct row *r, const struct funnel *f, uint32_t step, struct arena *a)
{
    row_add(r, cell_text(f->name));
    row_count(r, step + 1U);
    row_add(r, cell_text(funnel_step_name(f, step, a)));
}

int64_t funnel_value(const struct world *w, const struct funnel *f, const struct attempt *a,
                     uint32_t step)
{
    (void)f;
    for (uint32_t s = step + 1; s-- > 0;)
        if (a->events[s] && event_value(w, a->events[s]))
            return event_value(w, a->events[s]);
    return 0;
}

int64_t funnel_span(int64_t from, int64_t to)
{
    uint64_t time = elapsed(from, to);
    return time > INT64_MAX ? INT64_MAX : (int64_t)time;
}

const struct event *funnel_matched_before(const struct attempt *a, uint32_t step)
{
    for (uint32_t s = step; s-- > 0;)
        if (a->events[s])
            return a->events[s];
    return NULL;
}
