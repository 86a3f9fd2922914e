/* messages.c - see messages.h. */
#include "config/messages.h"

#include <stdlib.h>

/* An event of a touchpoint that the rule names. */
struct seen {
    uint32_t source, who, reference;
    bool other; /* not the touchpoint that others come after, or that they imply */
    int64_t time;
    uint64_t origin;
    size_t event;
};

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_message(const struct seen *a, const struct seen *b)
{
    int c = by_number(a->source, b->source);
    if (!c)
        c = by_number(a->who, b->who);
    return c ? c : by_number(a->reference, b->reference);
}

static int by_message_then_time(const void *x, const void *y)
{
    const struct seen *a = x, *b = y;
    int c = by_message(a, b);
    if (!c)
        c = (a->time > b->time) - (a->time < b->time);
    if (!c)
        c = a->other - b->other;
    return c ? c : by_number(a->origin, b->origin);
}

/* For each list of attributes the number of its reference; 0 is none. malloced. */
static uint32_t *references(const struct event_set *set)
{
    uint32_t *numbers = mem_zero(set->attrs.n, sizeof *numbers);
    struct intern texts = { 0 };
    for (uint32_t i = 0; i < set->attrs.n; i++) {
        struct str text = attrs_text(set, i, ATTR_REFERENCE);
        if (text.n)
            numbers[i] = intern_add(&texts, text) + 1;
    }
    intern_free(&texts);
    return numbers;
}

/* All events that a rule looks at, message by message; malloced. */
static struct seen *collect(const struct event_set *set, const struct follow_up *f, size_t *n)
{
    struct seen *list = NULL;
    size_t room = 0;
    uint32_t *reference = references(set), one = intern_find(&set->touchpoints, f->one);
    bool *others = mem_zero(set->touchpoints.n + (size_t)1, sizeof *others);
    for (size_t i = 0; i < f->others.n; i++) {
        uint32_t touch = intern_find(&set->touchpoints, f->others.list[i]);
        others[touch == INTERN_NONE ? set->touchpoints.n : touch] = true;
    }
    *n = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        if (e->touch == TOUCH_NONE || (e->touch != one && !others[e->touch]))
            continue;
        list = mem_grow(list, &room, *n + 1, sizeof *list);
        list[(*n)++] = (struct seen){ event_set_file(set, event_file(e))->source,
                                      e->who,
                                      reference[e->attrs],
                                      e->touch != one,
                                      e->time,
                                      e->origin,
                                      i };
    }
    if (*n)
        qsort(list, *n, sizeof *list, by_message_then_time);
    free(reference);
    free(others);
    return list;
}

static size_t end_of_message(const struct seen *list, size_t first, size_t n)
{
    size_t end = first + 1;
    while (end < n && by_message(&list[first], &list[end]) == 0)
        end++;
    return end;
}

static void count(struct event_set *set, uint64_t origin, size_t rule)
{
    struct input_file *f = &set->files[origin >> ORIGIN_RECORD_BITS];
    if (f->rule_events) /* it is there: the file gave events */
        f->rule_events[rule]++;
}

/* ---- too soon ---- */

static int by_origin(const void *x, const void *y)
{
    return by_number(*(const uint64_t *)x, *(const uint64_t *)y);
}

/* The records among one message's that came too soon, added to origins. */
static size_t too_soon(const struct follow_up *f, const struct seen *list, size_t n,
                       uint64_t *origins)
{
    size_t found = 0, latest = n;
    for (size_t i = 0; i < n; i++) {
        if (!list[i].other)
            latest = i;
        else if (latest < n && list[i].time - list[latest].time <= f->within)
            origins[found++] = list[i].origin;
    }
    return found;
}

static void drop_records(struct event_set *set, const uint64_t *origins, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        if (!bsearch(&e->origin, origins, n, sizeof *origins, by_origin)) {
            set->events[kept++] = *e;
            continue;
        }
        struct input_file *file = &set->files[event_file(e)];
        if (file->rule_events && file->rule_events[e->rule])
            file->rule_events[e->rule]--;
    }
    set->n = kept;
}

static void exclude_soon(const struct plan *plan, size_t rule, struct event_set *set)
{
    const struct follow_up *f = &plan->rules[rule].follow_up;
    size_t n, found = 0, records = 0;
    struct seen *list = collect(set, f, &n);
    uint64_t *origins = mem_take((n + 1) * sizeof *origins);
    for (size_t first = 0, end; first < n; first = end) {
        end = end_of_message(list, first, n);
        found += too_soon(f, list + first, end - first, origins + found);
    }
    if (found)
        qsort(origins, found, sizeof *origins, by_origin);
    for (size_t i = 0; i < found; i++) /* a record may have given several events */
        if (!records || origins[records - 1] != origins[i])
            origins[records++] = origins[i];
    bool drops = !plan->rules[rule].labels;
    if (drops)
        drop_records(set, origins, records);
    for (size_t i = 0; i < records; i++) {
        struct input_file *file = &set->files[origins[i] >> ORIGIN_RECORD_BITS];
        count(set, origins[i], rule);
        if (drops && file->matched) {
            file->matched--;
            file->rejected[REJECT_EXCLUDED]++;
        }
    }
    free(origins);
    free(list);
}

/* ---- implied ---- */

static void add_implied(const struct plan *plan, size_t rule, struct event_set *set)
{
    const struct follow_up *f = &plan->rules[rule].follow_up;
    size_t n, before = set->n;
    struct seen *list = collect(set, f, &n);
    for (size_t first = 0, end; first < n; first = end) {
        bool has = false;
        end = end_of_message(list, first, n);
        for (size_t i = first; i < end; i++)
            has = has || !list[i].other;
        if (has)
            continue;
        struct event e = set->events[list[first].event];
        e.rule = (uint16_t)rule;
        e.touch = TOUCH_NONE; /* it may have no number yet */
        set->events = spill_grow(set->spill, set->events, &set->room, set->n + 1, sizeof *set->events);
        set->events[set->n++] = e;
        count(set, e.origin, rule);
    }
    if (set->n > before) {
        uint32_t touch = event_set_know_touchpoint(set, f->one);
        for (size_t i = before; i < set->n; i++)
            set->events[i].touch = touch;
    }
    free(list);
}

void messages_finish(const struct plan *plan, struct event_set *set)
{
    for (int implied = 0; implied < 2; implied++)
        for (size_t i = 0; i < plan->nrules; i++) {
            const struct rule *rule = &plan->rules[i];
            if (rule->follow_up.kind == FOLLOW_UP_SOON && !implied)
                exclude_soon(plan, i, set);
            else if (rule->follow_up.kind == FOLLOW_UP_IMPLIED && implied)
                add_implied(plan, i, set);
        }
}
