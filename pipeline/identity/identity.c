/* identity.c - see identity.h: links to sets of identifiers, sets to numbered customers.
 *
 * In nearly all data no limit is broken. Then all of this is one pass over the whos, as fast as if
 * there were no limits; only what breaks one is looked at link by link and event by event.
 */
#include "identity/identity.h"

#include <assert.h>
#include <stdlib.h>

#include "identity/join.h"

enum { AHEAD = 16 };

/* ---- what was seen together ---- */

static void see_events(struct join *j)
{
    const struct event_set *set = j->set;
    j->begin = INT64_MAX;
    j->end = INT64_MIN;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        j->use[e->who] |= e->touch == TOUCH_NONE ? WHO_SEEN : WHO_SEEN | WHO_EVENT;
        j->out->links += e->touch == TOUCH_NONE;
        if (e->time == TIME_ALWAYS)
            continue;
        if (e->time < j->begin)
            j->begin = e->time;
        if (e->time > j->end)
            j->end = e->time;
    }
}

/* What joining the identifiers of a who will touch first. */
static void fetch_who(const struct join *j, uint32_t who)
{
    size_t n = who < j->set->whos.n && j->use[who] ? who_size(j->set, who) : 0;
    for (size_t i = 0; n > 1 && i < n; i++) {
        __builtin_prefetch(&j->sets.kind[who_id(j->set, who, i)]);
        __builtin_prefetch(&j->sets.parent[who_id(j->set, who, i)], 1);
    }
}

static void join_who(struct join *j, uint32_t who)
{
    size_t n = who_size(j->set, who);
    uint32_t first = INTERN_NONE;
    for (size_t i = 0; n > 1 && i < n; i++) {
        uint32_t id = who_id(j->set, who, i);
        if (!id_kind_joins(j->sets.kind[id]))
            continue;
        if (first == INTERN_NONE)
            first = id;
        else
            sets_join_freely(&j->sets, first, id);
    }
}

static void strong_join(struct join *j, int workers)
{
    for (uint32_t who = 0; who < j->set->whos.n; who++) {
        fetch_who(j, who + AHEAD);
        if (j->use[who])
            join_who(j, who);
    }
    sets_flatten(&j->sets);
    bool *over = mem_zero(j->set->ids.n, sizeof *over);
    if (sets_count(&j->sets, over)) {
        sets_take_apart(&j->sets, over);
        join_see(j);
        j->parted = true;
        merge_again(j, over, workers);
    }
    free(over);
}

/* ---- who stands for a set, and a who ---- */

/* Is a who rather a's than b's? Of two of a kind, one that is not shared. */
static bool is_rather(const struct join *j, uint32_t a, uint32_t b)
{
    bool shared = role_of(j, a) == ROLE_SHARED, other = role_of(j, b) == ROLE_SHARED;
    if (shared != other && j->sets.kind[a] == j->sets.kind[b])
        return other;
    return is_better_here(j, a, b);
}

static void fetch_marks(const struct join *j, uint32_t who)
{
    size_t n = who < j->set->whos.n && j->use[who] ? who_size(j->set, who) : 0;
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(&j->sets.kind[who_id(j->set, who, i)]);
        __builtin_prefetch(&j->best[who_id(j->set, who, i)], 1);
    }
}

/* Marks in best[] the identifiers that events belong by. True when a who with an event names
 * nobody. */
static bool pick_ids(struct join *j)
{
    const struct event_set *set = j->set;
    bool any = false;
    for (uint32_t who = 0; who < set->whos.n; who++) {
        uint32_t pick = INTERN_NONE;
        fetch_marks(j, who + AHEAD);
        for (size_t i = 0; j->use[who] && i < who_size(set, who); i++) {
            uint32_t id = who_id(set, who, i);
            if (role_of(j, id) != ROLE_CROWDED && (pick == INTERN_NONE || is_rather(j, id, pick)))
                pick = id;
        }
        j->pick[who] = pick;
        if (pick == INTERN_NONE)
            any |= (j->use[who] & WHO_EVENT) != 0;
        else if ((j->use[who] & WHO_EVENT) && role_of(j, pick) == ROLE_PLAIN)
            j->best[pick] = pick;
    }
    return any;
}

static void count_unidentified(struct join *j)
{
    for (size_t i = 0; i < j->set->n; i++)
        j->out->unidentified +=
            j->set->events[i].touch != TOUCH_NONE && j->pick[j->set->events[i].who] == INTERN_NONE;
}

/* ---- all of it ---- */

static void join_init(struct join *j, const struct event_set *set,
                      const struct identity_rules *rules, struct customers *out)
{
    *j = (struct join){ .set = set, .rules = rules, .out = out };
    sets_init(&j->sets, set, rules);
    j->use = mem_zero(set->whos.n, sizeof *j->use);
}

/* Where nobody belongs to several by time, a who's place holds its identifier first, and then its
 * customer. */
static void marks_init(struct join *j)
{
    size_t ids = j->set->ids.n * sizeof *j->best, whos = j->set->whos.n * sizeof *j->pick;
    sets_forget_counts(&j->sets);
    j->best = spill_take(j->set->spill, ids);
    j->out->of_who = spill_take(j->set->spill, whos);
    memset(j->best, 0xff, ids);
    memset(j->out->of_who, 0xff, whos);
    j->pick = j->role ? mem_take(whos) : j->out->of_who;
}

static void join_free(struct join *j)
{
    sets_free(&j->sets);
    free(j->use);
    free(j->role);
    free(j->seen);
    free(j->first);
    if (j->pick != j->out->of_who)
        free(j->pick);
    spill_give(j->set->spill, j->best);
}

void identity_join(const struct event_set *set, const struct identity_rules *rules,
                   const struct name_key *key, int workers, struct customers *out)
{
    assert(set->sealed);
    struct join j;
    *out = (struct customers){ .key = *key, .spill = set->spill };
    join_init(&j, set, rules, out);
    see_events(&j);
    strong_join(&j, workers);
    visitors_join(&j);
    marks_init(&j);
    if (pick_ids(&j))
        count_unidentified(&j);
    if (j.role)
        splits_make(&j);
    out->n = strongest_find(&j);
    free(j.use);
    free(j.sets.kind);
    j.use = j.sets.kind = NULL; /* names are what takes most memory */
    customers_number(&j, workers);
    log_finish(&j);
    join_free(&j);
}

void identity_know(struct event_set *set, const struct identity_rules *rules,
                   const struct refused_ids *refused, const struct name_key *key, int workers,
                   struct customers *out)
{
    struct reused reused;
    struct parted parted = { 0 };
    reused_part(set, rules, &reused);
    if (refused && refused->n) {
        struct customers agreed; /* who is meant by an identifier, only joining tells */
        identity_join(set, rules, &(struct name_key){ .raw = true }, workers, &agreed);
        agreed.reused = reused;
        consent_part(set, refused, &agreed, &parted);
        agreed.reused = (struct reused){ 0 };
        customers_free(&agreed);
    }
    identity_join(set, rules, key, workers, out);
    consent_count(out, &parted);
    out->reused = reused;
    out->parted = parted;
}

void customers_free(struct customers *c)
{
    reused_free(&c->reused);
    parted_free(&c->parted);
    spill_give(c->spill, c->of_who);
    spill_give(c->spill, c->of_id);
    free(c->canonical);
    spill_give(c->spill, c->names);
    splits_free(&c->splits);
    accounts_free(&c->accounts);
    free(c->log.refusals);
    free(c->log.crowded);
    free(c->log.shared);
    arena_free(&c->arena);
    *c = (struct customers){ 0 };
}
