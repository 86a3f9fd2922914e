/* channels.h - the distinct channels of a project by number, and which one a file's events have.
 *
 * Owns:    its arrays; texts stay good as long as it.
 * Threads: const once made.
 */
#ifndef MEASURE_CHANNELS_H
#define MEASURE_CHANNELS_H

#include "journey/journeys.h"

struct channels {
    struct intern names; /* by number */
    uint32_t *of_file;   /* [set.nfiles] by the file's place */
};

void channels_init(struct channels *c, const struct world *w);
void channels_free(struct channels *c);

static inline uint32_t channel_of(const struct channels *c, const struct event *e)
{
    return c->of_file[event_file(e)];
}

#endif
