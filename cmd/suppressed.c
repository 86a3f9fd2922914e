/* suppressed.c - see suppressed.h. */
#include "suppressed.h"

#include <stdlib.h>

/* All that is left of those who refused, and the devices that they share. */
static void leave_out_refused(const struct customers *c, struct suppressed *s)
{
    for (uint32_t id = 0; id < c->parted.nids; id++)
        if (c->parted.is[id] && c->of_id[id] != CUSTOMER_NONE)
            s->of[c->of_id[id]] = true;
}

void suppressed_find(struct run *r, struct suppressed *s)
{
    const struct privacy_rules *rules = &r->plan->privacy;
    *s = (struct suppressed){ NULL };
    if (!rules->suppress.n && !rules->consent.n)
        return;
    s->of = mem_zero((size_t)r->customers.n + 1, sizeof *s->of);
    leave_out_refused(&r->customers, s);
    intern_index(&r->events.ids);
    for (size_t i = 0; i < r->lists.nsuppressed; i++) {
        uint32_t id = intern_find(&r->events.ids, r->lists.suppressed[i]);
        uint32_t customer = id == INTERN_NONE ? CUSTOMER_NONE : r->customers.of_id[id];
        if (customer != CUSTOMER_NONE)
            s->of[customer] = true;
    }
}

void suppressed_free(struct suppressed *s)
{
    free(s->of);
    s->of = NULL;
}
