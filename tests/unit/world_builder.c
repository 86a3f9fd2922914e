/* world_builder.c - see world_builder.h. */
#include "world_builder.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "journey/arrivals.h"

enum { STAGES_ROOM = 8 };

#define SEPTEMBER (INT64_C(1788220800) * SECOND) /* 2026-09-01 00:00 UTC */

void builder_init(struct builder *b, ...)
{
    *b = (struct builder){ 0 };
    event_set_init(&b->set);
    b->plan.stages = arena_take(&b->plan.arena, STAGES_ROOM * sizeof *b->plan.stages);
    b->plan.flows.steps = (struct step_rules){ .after = 5, .top = 10, .zeta = 3 };
    va_list names;
    va_start(names, b);
    for (const char *name; (name = va_arg(names, const char *));) {
        assert(b->plan.nstages < STAGES_ROOM);
        b->plan.stages[b->plan.nstages++] = str_c(name);
    }
    va_end(names);
}

uint32_t builder_source(struct builder *b, const char *name, const char *channel)
{
    uint32_t i = (uint32_t)b->plan.nsources++;
    b->sources = mem_grow(b->sources, &b->sources_room, i + 1, sizeof *b->sources);
    b->sources[i] = (struct source){ .name = str_c(name), .channel = str_c(channel) };
    b->files = mem_grow(b->files, &b->files_room, i + 1, sizeof *b->files);
    b->files[i] = (struct input_file){
        .name = arena_printf(&b->plan.arena, "%s.log", name),
        .source = i,
        .place = i,
        .first = TIME_NONE,
        .last = TIME_NONE,
        .first_event = TIME_NONE,
    };
    return i;
}

uint32_t builder_touchpoint(struct builder *b, const char *name, uint8_t stage)
{
    uint32_t i = intern_add(&b->set.touchpoints, str_c(name));
    assert(i == b->plan.nrules && (stage == STAGE_NONE || stage < b->plan.nstages));
    b->touchpoints = mem_grow(b->touchpoints, &b->touchpoints_room, i + 1, sizeof *b->touchpoints);
    b->touchpoints[i] =
        (struct touchpoint){ .name = intern_text(&b->set.touchpoints, i), .stage = stage };
    b->rules = mem_grow(b->rules, &b->rules_room, i + 1, sizeof *b->rules);
    b->rules[i] = (struct rule){
        .label = arena_printf(&b->plan.arena, "journey.yaml:%u %s", i + 1, name),
        .name = b->touchpoints[i].name,
        .stage = stage,
        .emotion = EMOTION_NONE,
    };
    b->plan.nrules++;
    return i;
}

/* Keeps where the next customer's events and journeys begin, at place n. */
static void bound(struct builder *b, size_t n)
{
    b->customer_first =
        mem_grow(b->customer_first, &b->customer_room, n + 1, sizeof *b->customer_first);
    b->journey_first =
        mem_grow(b->journey_first, &b->journey_room, n + 1, sizeof *b->journey_first);
    b->customer_first[n] = b->world.n;
    b->journey_first[n] = b->world.njourneys;
}

/* The customer is the user of that name: one identifier, alone in a who. */
static void name_user(struct builder *b, uint32_t customer, const char *name)
{
    char text[100] = { ID_USER };
    int n = snprintf(text + 1, sizeof text - 1, "%s", name);
    uint32_t id = intern_add(&b->set.ids, (struct str){ text, (size_t)n + 1 });
    b->who = intern_add(&b->set.whos, (struct str){ (const char *)&id, sizeof id });
    b->customers.of_id = mem_grow(b->customers.of_id, &b->of_id_room, id + 1, sizeof id);
    b->customers.of_who = mem_grow(b->customers.of_who, &b->of_who_room, b->who + 1, sizeof id);
    b->customers.canonical =
        mem_grow(b->customers.canonical, &b->canonical_room, customer + 1, sizeof id);
    b->customers.of_id[id] = b->customers.of_who[b->who] = customer;
    b->customers.canonical[customer] = id;
}

void builder_customer(struct builder *b, const char *name)
{
    uint32_t i = b->customers.n++;
    b->customers.names =
        mem_grow(b->customers.names, &b->names_room, (size_t)i + 1, sizeof *b->customers.names);
    b->customers.names[i] = arena_keep(&b->customers.arena, str_c(name));
    name_user(b, i, name);
    b->inside = false;
    bound(b, i);
}

struct journey *builder_journey(struct builder *b, enum journey_state state)
{
    size_t i = b->world.njourneys++;
    b->journeys = mem_grow(b->journeys, &b->journeys_room, i + 1, sizeof *b->journeys);
    b->journeys[i] = (struct journey){
        .first = b->world.n,
        .customer = b->customers.n - 1,
        .number = (uint32_t)(i - b->journey_first[b->customers.n - 1]) + 1,
        .sessions = 1,
        .state = (uint8_t)state,
        .goal_time = TIME_NONE,
    };
    b->inside = true;
    return &b->journeys[i];
}

static struct event *add_event(struct builder *b, double seconds, uint32_t touch, uint32_t source,
                               uint32_t session)
{
    size_t i = b->world.n++;
    b->world.events = mem_grow(b->world.events, &b->events_room, i + 1, sizeof(struct event));
    b->world.session = mem_grow(b->world.session, &b->session_room, i + 1, sizeof(uint32_t));
    b->world.session[i] = session;
    b->files[source].records++;
    b->world.events[i] = (struct event){
        .time = SEPTEMBER + (int64_t)(seconds * 1e6),
        .origin = (uint64_t)source << ORIGIN_RECORD_BITS | b->files[source].records,
        .who = b->who,
        .touch = touch,
        .rule = (uint16_t)touch,
    };
    return &b->world.events[i];
}

struct event *builder_event(struct builder *b, double seconds, uint32_t touch, uint32_t source)
{
    assert(b->inside);
    struct journey *j = &b->journeys[b->world.njourneys - 1];
    j->n++;
    return add_event(b, seconds, touch, source, b->touchpoints[touch].company ? 0 : j->number);
}

struct event *builder_outside(struct builder *b, double seconds, uint32_t touch, uint32_t source)
{
    b->inside = false;
    return add_event(b, seconds, touch, source, 0);
}

void builder_attr(struct builder *b, enum attr attr, const char *text)
{
    struct event *e = &b->world.events[b->world.n - 1];
    struct str old = intern_text(&b->set.attrs, e->attrs);
    uint32_t n = (uint32_t)strlen(text);
    char *list = arena_take(&b->set.arena, old.n + 5 + n);
    if (old.n)
        memcpy(list, old.p, old.n);
    list[old.n] = (char)attr;
    memcpy(list + old.n + 1, &n, sizeof n);
    memcpy(list + old.n + 5, text, n);
    e->attrs = intern_add(&b->set.attrs, (struct str){ list, old.n + 5 + n });
}

/* The times of the events that the customer made. */
static void bound_journey(struct builder *b, struct journey *j)
{
    bool any = false;
    for (size_t i = j->first; i < j->first + j->n; i++) {
        if (b->touchpoints[b->world.events[i].touch].company)
            continue;
        j->start = any ? j->start : b->world.events[i].time;
        j->end = b->world.events[i].time;
        any = true;
    }
    if (j->state == JOURNEY_CONVERTED && j->goal_time == TIME_NONE)
        j->goal_time = j->end;
}

static void keep_books(struct builder *b)
{
    for (size_t i = 0; i < b->world.n; i++) {
        const struct event *e = &b->world.events[i];
        struct input_file *f = &b->files[event_file(e)];
        if (!f->rule_events)
            f->rule_events = arena_take(&b->set.arena, b->plan.nrules * sizeof *f->rule_events);
        f->rule_events[e->rule]++;
        f->matched++;
        f->first = f->first == TIME_NONE || e->time < f->first ? e->time : f->first;
        f->last = f->last == TIME_NONE || e->time > f->last ? e->time : f->last;
    }
    for (size_t i = 0; i < b->plan.nrules; i++) {
        b->rules[i].applies = arena_take(&b->plan.arena, b->plan.nsources * sizeof(bool));
        for (size_t s = 0; s < b->plan.nsources; s++)
            b->rules[i].applies[s] = true;
    }
}

const struct world *builder_world(struct builder *b)
{
    bound(b, b->customers.n);
    for (size_t i = 0; i < b->world.njourneys; i++)
        bound_journey(b, &b->journeys[i]);
    keep_books(b);
    b->plan.sources = b->sources;
    b->plan.rules = b->rules;
    b->set.files = b->files;
    b->set.nfiles = b->plan.nsources;
    b->set.sealed = true;
    b->world.plan = &b->plan;
    b->world.set = &b->set;
    b->world.customers = &b->customers;
    b->world.to = b->customers.n;
    b->world.all_events = b->world.n;
    b->world.touchpoints = b->touchpoints;
    b->world.ntouchpoints = b->set.touchpoints.n;
    b->world.customer_first = b->customer_first;
    b->world.journeys = b->journeys;
    b->world.journey_first = b->journey_first;
    figures_read(&b->world);
    arrivals_free(b->world.arrivals);
    b->world.arrivals = NULL;
    arrivals_open(&b->world);
    arrivals_find(&b->world);
    return &b->world;
}

void builder_free(struct builder *b)
{
    b->set.files = NULL;
    event_set_free(&b->set);
    calendar_free(b->plan.flows.calendar);
    arena_free(&b->plan.arena);
    arena_free(&b->customers.arena);
    free(b->customers.names);
    free(b->customers.of_id);
    free(b->customers.of_who);
    free(b->customers.canonical);
    free(b->touchpoints);
    free(b->rules);
    free(b->journeys);
    free(b->files);
    free(b->sources);
    free(b->customer_first);
    free(b->journey_first);
    free(b->world.events);
    free(b->world.session);
    free(b->world.figures);
    arrivals_free(b->world.arrivals);
}

/* ---- random worlds ---- */

/* splitmix64: the next number below n. */
unsigned builder_below(uint64_t *seed, unsigned n)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (unsigned)((z ^ z >> 31) % n);
}

static void random_attrs(struct builder *b, uint64_t *seed)
{
    char text[16];
    if (builder_below(seed, 4) == 0) {
        snprintf(text, sizeof text, "%u.%02u", builder_below(seed, 100), builder_below(seed, 100));
        builder_attr(b, ATTR_VALUE, text);
    }
    if (builder_below(seed, 4) == 0) {
        snprintf(text, sizeof text, "%d.%u", (int)builder_below(seed, 3) - 2,
                 builder_below(seed, 10));
        builder_attr(b, ATTR_EMOTION, text);
    }
    if (builder_below(seed, 6) == 0) {
        static const char *const channels[] = { "paid search", "referral", "email", "direct" };
        builder_attr(b, ATTR_MARKETING_CHANNEL, channels[builder_below(seed, 4)]);
    }
}

static double random_journey(struct builder *b, uint64_t *seed, double time, unsigned longest)
{
    struct journey *j = builder_journey(b, (enum journey_state)builder_below(seed, JOURNEY_STATES));
    j->after = j->number > 1 && builder_below(seed, 2);
    j->value = builder_below(seed, 1000000);
    for (unsigned n = 1 + builder_below(seed, longest); n; n--) {
        unsigned touch = builder_below(seed, builder_below(seed, 2) ? 3 : 8);
        builder_event(b, time, touch, builder_below(seed, 2));
        random_attrs(b, seed);
        time += builder_below(seed, 3) ? builder_below(seed, 5000) / 8.0 : 0;
    }
    return time;
}

/* One of each kind of rule for flows and waits, over the touchpoints of builder_random(). */
static void random_flows(struct builder *b, uint64_t *seed)
{
    static struct str map[] = { { "ad", 2 }, { "page", 4 }, { "cart", 4 }, { "order", 5 } };
    static struct str helped[] = { { "call", 4 }, { "review", 6 } };
    static const struct hours hours[] = { { 1, 0, 5 }, { 1, 60, 300 }, { 2, 540, 1020 } };
    struct flow_rules *f = &b->plan.flows;
    struct zone *utc = zone_new(STR("UTC"));
    struct names all = { map, 4 }, call = { helped, 1 }, review = { helped + 1, 1 };
    f->map = all;
    f->calendar = calendar_new(utc, hours, sizeof hours / sizeof *hours, NULL, 0);
    zone_free(utc);
    f->nwaits = 8;
    f->waits = arena_take(&b->plan.arena, f->nwaits * sizeof *f->waits);
    for (unsigned i = 0; i < f->nwaits; i++)
        f->waits[i] = (struct wait){
            .name = STR("wait"),
            .from = i % 3 ? call : all,
            .to = i % 3 == 1 ? review : call,
            .each = i & 1,
            .business = i & 2,
            .counting = i & 4 ? COUNT_JOURNEYS : COUNT_CUSTOMERS,
            .within = 100 * SECOND,
        };
    f->support = (struct support_rules){ .opened = { map, 1 },
                                         .answered = call,
                                         .solved = review,
                                         .reopened = { map + 1, 1 },
                                         .by = CASE_CUSTOMER,
                                         .first_response = 60 * SECOND,
                                         .resolution = 300 * SECOND };
    static const enum anchor anchors[] = { ANCHOR_START, ANCHOR_END, ANCHOR_TOUCHPOINT };
    enum anchor anchor = anchors[builder_below(seed, 3)];
    f->steps =
        (struct step_rules){ .anchor = anchor,
                             .touchpoint = map[1],
                             .before = anchor == ANCHOR_START ? 0 : 4,
                             .after = anchor == ANCHOR_END ? 0 : 3,
                             .top = 2,
                             .counting = builder_below(seed, 2) ? COUNT_CUSTOMERS : COUNT_JOURNEYS,
                             .zeta = 1 };
    if (anchor == ANCHOR_TOUCHPOINT && *seed & 1) {
        f->steps.anchor = ANCHOR_PATTERN;
        f->steps.pattern = STR("[page|call] -> .* -> cart");
        f->steps.last = *seed & 2;
        f->steps.at_end = *seed & 4;
    }
    b->rules[builder_below(seed, 8)].awaits = true;
    static struct saved_segment segments[] = {
        { .name = { "callers", 7 }, .where = { "has(touchpoint = call)", 22 } },
        { .name = { "readers", 7 }, .where = { "has(touchpoint = page)", 22 } },
    };
    b->plan.segments = segments;
    b->plan.nsegments = 2;
    for (int i = 0; i < 2; i++)
        f->compare[i] = segments[i].name;
}

void builder_random(struct builder *b, uint64_t seed, unsigned customers, unsigned longest)
{
    static const char *const names[] = { "ad",    "ad > banner", "call",   "cart",
                                         "order", "page",        "review", "ticket" };
    builder_init(b, "awareness", "consideration", "purchase", "retention", NULL);
    builder_source(b, "web", "website");
    builder_source(b, "desk", "support");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        unsigned stage = builder_below(&seed, 5);
        builder_touchpoint(b, names[i], stage < 4 ? (uint8_t)stage : STAGE_NONE);
        if (builder_below(&seed, 2))
            b->rules[i].emotion = (int)builder_below(&seed, 5) * 1000000 - 2000000;
        b->rules[i].pain = builder_below(&seed, 2) * 1500000;
    }
    uint64_t rules_seed = seed;
    random_flows(b, &rules_seed);
    for (unsigned c = builder_below(&seed, customers + 1); c; c--) {
        char name[16];
        snprintf(name, sizeof name, "c%08u", customers - c);
        builder_customer(b, name);
        double time = builder_below(&seed, 1000000);
        for (unsigned n = builder_below(&seed, 4); n; n--) {
            time = random_journey(b, &seed, time, longest);
            if (builder_below(&seed, 3) == 0)
                builder_outside(b, time, builder_below(&seed, 8), 1);
            time += 10;
        }
    }
}
