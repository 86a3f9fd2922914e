/* suppressed.c - see suppressed.h. */
#include "suppressed.h"

#include <stdlib.h>

#include "id_list.h"

struct reading {
    const struct run *run;
    struct suppressed *out;
};

static bool suppress(void *ctx, const struct id_line *line, struct err *e)
{
    const struct reading *r = ctx;
    const struct customers *c = &r->run->customers;
    struct arena a = { 0 };
    struct str coded;
    bool ok = id_line_coded(line, r->run->plan, &a, &coded, e);
    uint32_t id = ok ? intern_find(&r->run->events.ids, coded) : INTERN_NONE;
    uint32_t customer = id == INTERN_NONE ? CUSTOMER_NONE : c->of_id[id];
    if (customer != CUSTOMER_NONE)
        r->out->of[customer] = true;
    arena_free(&a);
    return ok;
}

/* All that is left of those who refused, and the devices that they share. */
static void leave_out_refused(const struct customers *c, struct suppressed *s)
{
    for (uint32_t id = 0; id < c->parted.nids; id++)
        if (c->parted.is[id] && c->of_id[id] != CUSTOMER_NONE)
            s->of[c->of_id[id]] = true;
}

bool suppressed_read(const struct run *r, struct suppressed *s, struct err *e)
{
    const struct privacy_rules *rules = &r->plan->privacy;
    struct reading reading = { r, s };
    *s = (struct suppressed){ NULL };
    if (!rules->suppress.n && !rules->consent.n)
        return true;
    s->of = mem_zero((size_t)r->customers.n + 1, sizeof *s->of);
    leave_out_refused(&r->customers, s);
    return !rules->suppress.n ||
           id_list_read(rules->suppress.p, "the list of suppressed people", suppress, &reading, e);
}

void suppressed_free(struct suppressed *s)
{
    free(s->of);
    s->of = NULL;
}
