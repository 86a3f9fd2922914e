/* channels.h - the distinct channels of a project by number, and which one an event has: that of
 * its file's source, or the one by which the customer arrived (arrivals.h).
 *
 * Owns:    its arrays; texts stay good as long as it.
 * Threads: const once made.
 */
#ifndef MEASURE_CHANNELS_H
#define MEASURE_CHANNELS_H

#include "journey/arrivals.h"

struct channels {
    struct intern names; /* by number, which are those of world.arrivals */
    uint32_t *of_file;   /* [set.nfiles] by the file's place */
};

void channels_init(struct channels *c, const struct world *w);
void channels_free(struct channels *c);

static inline uint32_t channel_of(const struct channels *c, const struct event *e)
{
    return c->of_file[event_file(e)];
}

/* The channel that the event arrived by, else that of its source. */
static inline uint32_t channel_of_touch(const struct channels *c, const struct world *w,
                                        const struct event *e)
{
    return w->arrivals ? touch_channel(w, e) : channel_of(c, e);
}

#endif
