/* path.c - see path.h: what cleaning does to names, once, and to each path, in parallel. */
#include "journey/path.h"

#include <stdlib.h>

#include "base/par.h"
#include "config/wildcard.h"
#include "journey/parts.h"

enum { CHUNK_JOURNEYS = 1024 };

/* What becomes of a touchpoint, by its number. */
struct fate {
    uint32_t to;     /* its number on paths */
    uint8_t changed; /* bits: 1 << CLEAN_RENAME, CLEAN_GROUP, CLEAN_SLASH */
};
struct shown { /* of a touchpoint on paths */
    bool excluded, start, end;
    bool *removed; /* [ntransforms] */
};

/* What holds of all parts. */
struct cleaner {
    const struct path_rules *rules;
    struct fate *fates;
    struct shown *shown;
    struct arena arena;
};

struct cleaning {
    const struct world *w;
    const struct cleaner *by;
    struct cleaned *out;
    struct clean_count *counts; /* [workers][CLEAN_TRANSFORM + TRANSFORMS_MAX] */
    bool **seen;                /* [workers][ntouchpoints] all false between two paths */
};

enum { COUNTS = CLEAN_TRANSFORM + TRANSFORMS_MAX };

/* ---- names ---- */

/* All that the regex finds in the name, replaced. */
static struct str replaced(const struct path_rename *rename, struct str name,
                           struct regex_scratch *scratch, struct arena *a)
{
    struct str done = STR("");
    size_t at = 0;
    while (at < name.n && regex_match_from(rename->regex, name, at, scratch) == REGEX_YES) {
        struct str found = regex_found(scratch);
        size_t from = (size_t)(found.p - name.p);
        if (found.n == 0 || from < at)
            break;
        done = arena_printf(a, "%.*s%.*s%.*s", STR_ARG(done), (int)(from - at), name.p + at,
                            STR_ARG(rename->to));
        at = from + found.n;
    }
    done = arena_printf(a, "%.*s%.*s", STR_ARG(done), STR_ARG(str_from(name, at)));
    return done.n ? done : name;
}

/* The name that a touchpoint has on paths. A name that would be empty stays. */
static struct str name_on_paths(const struct cleaner *c, struct str name, uint8_t *changed,
                                struct regex_scratch *scratch, struct arena *a)
{
    const struct path_rules *rules = c->rules;
    struct str clean = name;
    *changed = 0;
    for (size_t i = 0; i < rules->nrenames; i++)
        clean = replaced(&rules->renames[i], clean, scratch, a);
    *changed |= (uint8_t)(!str_eq(clean, name) << CLEAN_RENAME);
    for (size_t i = 0; i < rules->ngroups; i++) {
        if (!wildcards_fit(&rules->groups[i].wildcards, clean))
            continue;
        *changed |= (uint8_t)(!str_eq(clean, rules->groups[i].name) << CLEAN_GROUP);
        clean = rules->groups[i].name;
        break;
    }
    size_t n = clean.n;
    while (rules->slash && n > 1 && clean.p[n - 1] == '/')
        n--;
    *changed |= (uint8_t)((n < clean.n) << CLEAN_SLASH);
    return str_head(clean, n);
}

static void find_fates(struct cleaner *c, struct world *w)
{
    struct intern names = { 0 };
    struct arena scratch = { 0 };
    struct regex_scratch *match = regex_scratch_new();
    size_t known = w->ntouchpoints, room = known;
    for (size_t i = 0; i < known; i++)
        intern_add(&names, w->touchpoints[i].name);
    c->fates = arena_take(&c->arena, known * sizeof *c->fates);
    for (size_t i = 0; i < known; i++) {
        struct fate *f = &c->fates[i];
        struct str name = name_on_paths(c, w->touchpoints[i].name, &f->changed, match, &scratch);
        f->to = intern_add(&names, name);
        if (f->to == w->ntouchpoints) {
            w->touchpoints =
                mem_grow(w->touchpoints, &room, w->ntouchpoints + 1, sizeof *w->touchpoints);
            w->touchpoints[w->ntouchpoints] = (struct touchpoint){
                .name = arena_keep(&w->arena, name),
                .stage = w->touchpoints[i].stage,
                .company = w->touchpoints[i].company,
            };
            w->ntouchpoints++;
        }
    }
    regex_scratch_free(match);
    arena_free(&scratch);
    intern_free(&names);
}

static void find_shown(struct cleaner *c, const struct world *w)
{
    const struct path_rules *rules = c->rules;
    c->shown = arena_take(&c->arena, w->ntouchpoints * sizeof *c->shown);
    for (size_t i = 0; i < w->ntouchpoints; i++) {
        struct str name = w->touchpoints[i].name;
        struct shown *s = &c->shown[i];
        s->excluded = wildcards_fit(&rules->exclude, name);
        s->start = wildcards_fit(&rules->start, name);
        s->end = wildcards_fit(&rules->end, name);
        s->removed = arena_take(&c->arena, rules->ntransforms);
        for (size_t t = 0; t < rules->ntransforms; t++)
            s->removed[t] = wildcards_fit(&rules->transforms[t].of, name);
    }
}

/* ---- one path ---- */

struct steps {
    const struct cleaning *c;
    struct event *ev;
    int64_t *last;
    size_t n;
    struct clean_count *counts;
    bool *seen;
};

static void move_step(struct steps *s, size_t to, size_t from)
{
    s->ev[to] = s->ev[from];
    s->last[to] = s->last[from];
}

static void count(struct steps *s, size_t step, size_t before)
{
    s->counts[step].events += before - s->n;
    s->counts[step].journeys += s->n < before;
    s->counts[step].left += s->n;
}

static void take_events(struct steps *s, const struct journey *j)
{
    uint64_t changed[CLEAN_SLASH + 1] = { 0 };
    for (size_t i = 0; i < j->n; i++) {
        s->ev[i] = s->c->w->events[j->first + i];
        s->last[i] = s->ev[i].time;
        const struct fate *f = &s->c->by->fates[s->ev[i].touch];
        for (int k = CLEAN_RENAME; k <= CLEAN_SLASH; k++)
            changed[k] += f->changed >> k & 1;
        s->ev[i].touch = f->to;
    }
    s->n = j->n;
    for (int k = CLEAN_RENAME; k <= CLEAN_SLASH; k++) {
        s->counts[k].events += changed[k];
        s->counts[k].journeys += changed[k] > 0;
        s->counts[k].left += s->n;
    }
}

static void collapse(struct steps *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (n && s->ev[n - 1].touch == s->ev[i].touch)
            s->last[n - 1] = s->last[i];
        else
            move_step(s, n++, i);
    }
    s->n = n;
}

static void exclude(struct steps *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (!s->c->by->shown[s->ev[i].touch].excluded)
            move_step(s, n++, i);
    s->n = n;
}

/* A path without what it should begin or end at is empty. */
static void anchor(struct steps *s)
{
    size_t first = 0;
    if (s->c->by->rules->start.n) {
        while (first < s->n && !s->c->by->shown[s->ev[first].touch].start)
            first++;
        for (size_t i = first; i < s->n; i++)
            move_step(s, i - first, i);
        s->n -= first;
    }
    if (s->c->by->rules->end.n) {
        size_t end = 0;
        while (end < s->n && !s->c->by->shown[s->ev[end].touch].end)
            end++;
        s->n = end < s->n ? end + 1 : 0;
    }
}

static void keep_first_ones(struct steps *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool *seen = &s->seen[s->ev[i].touch];
        if (!*seen)
            move_step(s, n++, i);
        *seen = true;
    }
    s->n = n;
    for (size_t i = 0; i < n; i++)
        s->seen[s->ev[i].touch] = false;
}

/* Those of transform t: all of them, or those at the end; nothing when none would be left. */
static void remove_steps(struct steps *s, size_t t, bool at_end)
{
    size_t n = 0, end = s->n;
    while (end > 0 && s->c->by->shown[s->ev[end - 1].touch].removed[t])
        end--;
    if (end == 0)
        return;
    s->n = end;
    for (size_t i = 0; !at_end && i < end; i++)
        if (!s->c->by->shown[s->ev[i].touch].removed[t])
            move_step(s, n++, i);
    if (!at_end)
        s->n = n;
}

static void transform(struct steps *s, size_t t)
{
    switch (s->c->by->rules->transforms[t].kind) {
    case TRANSFORM_EXPOSURE:
        collapse(s);
        break;
    case TRANSFORM_FIRST:
        keep_first_ones(s);
        break;
    case TRANSFORM_REMOVE_LAST:
        remove_steps(s, t, true);
        break;
    case TRANSFORM_REMOVE:
        remove_steps(s, t, false);
        break;
    default: /* unique_path changes nothing */
        break;
    }
}

static void clean_path(struct steps *s, const struct journey *j)
{
    take_events(s, j);
    size_t before = s->n;
    if (s->c->by->rules->collapse)
        collapse(s);
    count(s, CLEAN_COLLAPSE, before);
    before = s->n;
    exclude(s);
    count(s, CLEAN_EXCLUDE, before);
    before = s->n;
    anchor(s);
    count(s, CLEAN_ANCHOR, before);
    for (size_t t = 0; t < s->c->by->rules->ntransforms; t++) {
        before = s->n;
        transform(s, t);
        count(s, CLEAN_TRANSFORM + t, before);
    }
}

static void clean_chunk(void *ctx, size_t chunk, int worker)
{
    struct cleaning *c = ctx;
    size_t from = chunk * CHUNK_JOURNEYS, to = from + CHUNK_JOURNEYS;
    if (to > c->w->njourneys)
        to = c->w->njourneys;
    if (!c->seen[worker])
        c->seen[worker] = mem_zero(c->w->ntouchpoints, sizeof(bool));
    for (size_t i = from; i < to; i++) {
        size_t first = c->out->first[i];
        struct steps s = { .c = c,
                           .ev = c->out->steps + first,
                           .last = c->out->last + first,
                           .counts = c->counts + (size_t)worker * COUNTS,
                           .seen = c->seen[worker] };
        clean_path(&s, &c->w->journeys[i]);
        c->out->n[i] = s.n;
    }
}

/* ---- all of them ---- */

void paths_open(struct world *w)
{
    if (!w->plan->paths.asked)
        return;
    struct cleaner *by = mem_zero(1, sizeof *by);
    by->rules = &w->plan->paths;
    find_fates(by, w);
    find_shown(by, w);
    w->cleaned = mem_zero(1, sizeof *w->cleaned);
    w->cleaned->cleaner = by;
    w->cleaned->spill = w->spill;
}

/* Room for the paths of the part, each as long as it can be. */
static void make_room(struct cleaned *c, const struct world *w)
{
    size_t n = 0;
    c->first = parts_fit(c->spill, c->first, &c->first_room, w->njourneys, sizeof *c->first);
    c->n = parts_fit(c->spill, c->n, &c->n_room, w->njourneys, sizeof *c->n);
    for (size_t i = 0; i < w->njourneys; i++) {
        c->first[i] = n;
        n += w->journeys[i].n;
    }
    c->steps = parts_fit(c->spill, c->steps, &c->steps_room, n, sizeof *c->steps);
    c->last = parts_fit(c->spill, c->last, &c->last_room, n, sizeof *c->last);
}

void paths_clean(struct world *w, int workers)
{
    if (!w->cleaned)
        return;
    make_room(w->cleaned, w);
    struct cleaning c = { .w = w, .by = w->cleaned->cleaner, .out = w->cleaned };
    c.counts = mem_zero((size_t)workers * COUNTS, sizeof *c.counts);
    c.seen = mem_zero((size_t)workers, sizeof *c.seen);
    par_each((w->njourneys + CHUNK_JOURNEYS - 1) / CHUNK_JOURNEYS, workers, clean_chunk, &c);
    for (size_t i = 0; i < (size_t)workers * COUNTS; i++) {
        struct clean_count *sum = &c.out->counts[i % COUNTS];
        sum->events += c.counts[i].events;
        sum->journeys += c.counts[i].journeys;
        sum->left += c.counts[i].left;
    }
    for (int i = 0; i < workers; i++)
        free(c.seen[i]);
    free(c.seen);
    free(c.counts);
}

void paths_clean_again(struct world *w, int workers)
{
    if (w->cleaned)
        memset(w->cleaned->counts, 0, sizeof w->cleaned->counts);
    paths_clean(w, workers);
}

void cleaned_free(struct cleaned *c)
{
    if (!c)
        return;
    spill_give(c->spill, c->steps);
    spill_give(c->spill, c->last);
    spill_give(c->spill, c->first);
    spill_give(c->spill, c->n);
    arena_free(&c->cleaner->arena);
    free(c->cleaner);
    free(c);
}
