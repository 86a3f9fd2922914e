/* channels.c - see channels.h. */
#include "measure/channels.h"

#include <stdlib.h>

void channels_init(struct channels *c, const struct world *w)
{
    *c = (struct channels){ 0 };
    for (size_t i = 0; i < w->plan->nsources; i++)
        intern_add(&c->names, w->plan->sources[i].channel);
    for (uint32_t i = 0; w->arrivals && i < w->arrivals->names.n; i++)
        intern_add(&c->names, intern_text(&w->arrivals->names, i));
    c->of_file = mem_take(w->set->nfiles * sizeof *c->of_file);
    for (size_t i = 0; i < w->set->nfiles; i++) {
        const struct input_file *f = event_set_file(w->set, (uint32_t)i);
        c->of_file[i] = intern_find(&c->names, w->plan->sources[f->source].channel);
    }
}

void channels_free(struct channels *c)
{
    intern_free(&c->names);
    free(c->of_file);
}
