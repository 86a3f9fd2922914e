/* world_builder.h - a small struct world by hand, for suites of measures and reports.
 *
 *     struct builder b;
 *     builder_init(&b, "awareness", "purchase", NULL);
 *     uint32_t web = builder_source(&b, "web", "website");
 *     uint32_t ad = builder_touchpoint(&b, "ad", 0), order = builder_touchpoint(&b, "order", 1);
 *     builder_customer(&b, "anna");
 *     builder_journey(&b, JOURNEY_CONVERTED);
 *     builder_event(&b, 10, ad, web);
 *     builder_event(&b, 70, order, web);
 *     const struct world *w = builder_world(&b);
 *     ...
 *     builder_free(&b);
 *
 * Everything is given in the order in which it stands in a world: touchpoints and customers by
 * name, events by time. Each touchpoint has one rule with its number, each source one file. A suite
 * includes world_builder.c itself: the Makefile links a suite with unit.c only.
 */
#ifndef WORLD_BUILDER_H
#define WORLD_BUILDER_H

#include "journey/journeys.h"

struct builder {
    struct world world;
    struct plan plan;
    struct event_set set;
    struct customers customers;
    uint32_t who; /* of the customer that was begun last */
    struct touchpoint *touchpoints;
    struct rule *rules;
    struct journey *journeys;
    struct input_file *files;
    struct source *sources;
    size_t *customer_first, *journey_first;
    size_t touchpoints_room, rules_room, journeys_room, files_room, sources_room, events_room,
        session_room, names_room, of_id_room, of_who_room, canonical_room, customer_room,
        journey_room;
    bool inside; /* events belong to the last journey */
};

/* The names of the stages, then NULL. */
void builder_init(struct builder *b, ...);
uint32_t builder_source(struct builder *b, const char *name, const char *channel);
uint32_t builder_touchpoint(struct builder *b, const char *name, uint8_t stage);
void builder_customer(struct builder *b, const char *name);

/* Of the last customer. The result is good until the next one; `after`, `value` and the like may be
 * set in it. */
struct journey *builder_journey(struct builder *b, enum journey_state state);

/* Of the last journey; seconds after 2026-09-01 00:00 UTC. */
struct event *builder_event(struct builder *b, double seconds, uint32_t touch, uint32_t source);
/* Of the last customer, but in no journey; ends the last journey. */
struct event *builder_outside(struct builder *b, double seconds, uint32_t touch, uint32_t source);
/* Gives the last event one more attribute; attributes in ascending order. */
void builder_attr(struct builder *b, enum attr attr, const char *text);

/* Start and end of the journeys and the books of the files are counted here. */
const struct world *builder_world(struct builder *b);
void builder_free(struct builder *b);

/* A world from a seed: 8 touchpoints in 4 stages or none, 2 sources, up to `customers` customers
 * with up to 4 journeys and some unattached events each; equal times, repeats, emotions, pains,
 * values, all states. */
void builder_random(struct builder *b, uint64_t seed, unsigned customers, unsigned longest);

/* A number below n, the next of the seed's (splitmix64). */
unsigned builder_below(uint64_t *seed, unsigned n);

#endif
