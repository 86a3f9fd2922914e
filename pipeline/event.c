/* event.c - see event.h: what stands behind the numbers, adding, merging. Sealing is in
 * event_seal.c. */
#include "event.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/sort_few.h"

const char *const id_kind_names[ID_KINDS] = { "user",   "email",   "phone",  "account", "order",
                                              "ticket", "message", "cookie", "visitor", "group" };
const char *const attr_names[ATTRS] = { "value",    "score",     "emotion",
                                        "campaign", "content",   "keyword",
                                        "item",     "reference", "marketing_channel",
                                        "medium",   "referrer",  "device",
                                        "browser" };
const char *const reject_names[REJECTS + 1] = {
    "does not fit the format", "too long",         "no time",
    "no identifier",           "before 1970",      "later than its file",
    "outside the window",      "duplicate file",   "joined to a message",
    "cut by damage",           "forgotten person", "excluded",
    "record read before",      "fits no rule",
};

/* The list of choices of a key: it ends with NULL. */
const char *const excluded_names[EXCLUDED_CLASSES + 1] = {
    "", "crawler", "monitor", "preview", "scanner", "library", "staff", "test", "other", NULL,
};

static int name_find(struct str name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (str_eq(name, str_c(names[i])))
            return i;
    return -1;
}

int id_kind_find(struct str name)
{
    return name_find(name, id_kind_names, ID_KINDS);
}

int attr_find(struct str name)
{
    return name_find(name, attr_names, ATTRS);
}

/* ---- books ---- */

static void see_time(struct input_file *f, int64_t time)
{
    if (time == TIME_NONE)
        return;
    if (f->first == TIME_NONE || time < f->first)
        f->first = time;
    if (f->last == TIME_NONE || time > f->last)
        f->last = time;
}

void input_file_add(struct input_file *into, const struct input_file *from)
{
    into->matched += from->matched;
    into->metrics += from->metrics;
    into->unmatched += from->unmatched;
    into->headers += from->headers;
    for (int r = 0; r < REJECTS; r++)
        into->rejected[r] += from->rejected[r];
    see_time(into, from->first);
    see_time(into, from->last);
    if (from->first_event != TIME_NONE &&
        (into->first_event == TIME_NONE || from->first_event_record < into->first_event_record)) {
        into->first_event = from->first_event;
        into->first_event_record = from->first_event_record;
    }
}

/* ---- a set ---- */

void event_set_init(struct event_set *set)
{
    *set = (struct event_set){ 0 };
    intern_add(&set->attrs, (struct str){ "", 0 });
}

void event_set_spill(struct event_set *set, struct spill *spill)
{
    assert(!set->n && !set->ids.n);
    set->spill = spill;
    set->repeats.spill = spill;
    struct intern *texts[] = { &set->ids, &set->whos, &set->attrs };
    for (int i = 0; i < 3; i++)
        texts[i]->spill = texts[i]->arena.spill = spill;
}

void event_set_free(struct event_set *set)
{
    spill_give(set->spill, set->events);
    intern_free(&set->touchpoints);
    intern_free(&set->ids);
    intern_free(&set->whos);
    intern_free(&set->attrs);
    metrics_free(&set->metrics);
    repeats_free(&set->repeats);
    free(set->files);
    arena_free(&set->arena);
    *set = (struct event_set){ 0 };
}

void event_set_add(struct event_set *set, const struct event *e)
{
    assert(!set->sealed);
    if (set->n == set->room)
        set->events =
            spill_grow(set->spill, set->events, &set->room, set->n + 1, sizeof *set->events);
    set->events[set->n++] = *e;
}

/* ---- merging ---- */

static uint32_t *renumber(struct intern *into, const struct intern *from)
{
    uint32_t *number = mem_take(from->n * sizeof *number);
    for (uint32_t i = 0; i < from->n; i++)
        number[i] = intern_add(into, intern_text(from, i));
    return number;
}

/* A who is a list of numbers, and these are other ones now. */
static uint32_t *renumber_whos(struct intern *into, const struct intern *from, const uint32_t *ids)
{
    uint32_t *number = mem_take(from->n * sizeof *number);
    uint32_t *list = NULL;
    size_t room = 0;
    for (uint32_t i = 0; i < from->n; i++) {
        struct str old = intern_text(from, i);
        size_t n = old.n / sizeof *list;
        list = mem_grow(list, &room, n, sizeof *list);
        if (n)
            memcpy(list, old.p, old.n);
        for (size_t k = 0; k < n; k++)
            list[k] = ids[list[k]];
        sort_few(list, n);
        number[i] = intern_add(into, (struct str){ (const char *)list, old.n });
    }
    free(list);
    return number;
}

/* The first part need not be renumbered. */
static void take_over(struct event_set *set, struct event_set *part)
{
    struct event_set old = *set;
    *set = *part;
    set->files = old.files;
    set->nfiles = old.nfiles;
    set->metrics = old.metrics;
    set->repeats = old.repeats;
    set->arena = old.arena;
    arena_adopt(&set->arena, &part->arena);
    *part = old;
    part->metrics = (struct metrics){ .sums = NULL };
    part->repeats = (struct repeats){ .spill = set->spill };
    part->files = NULL;
    part->nfiles = 0;
    part->arena = (struct arena){ 0 };
}

void event_set_merge(struct event_set *set, struct event_set *part)
{
    assert(!set->sealed && !part->sealed && !part->files && set->spill == part->spill);
    metrics_merge(&set->metrics, &part->metrics);
    repeats_merge(&set->repeats, &part->repeats);
    if (!set->n && !set->touchpoints.n && !set->ids.n && !set->whos.n && set->attrs.n <= 1) {
        take_over(set, part);
        event_set_free(part);
        return;
    }
    uint32_t *touch = renumber(&set->touchpoints, &part->touchpoints);
    uint32_t *ids = renumber(&set->ids, &part->ids);
    uint32_t *attrs = renumber(&set->attrs, &part->attrs);
    uint32_t *who = renumber_whos(&set->whos, &part->whos, ids);
    set->events = spill_grow(set->spill, set->events, &set->room, set->n + part->n, sizeof *set->events);
    for (size_t i = 0; i < part->n; i++) {
        struct event e = part->events[i];
        e.touch = touch_renumber(touch, e.touch);
        e.attrs = attrs[e.attrs];
        e.who = who[e.who];
        set->events[set->n + i] = e;
    }
    set->n += part->n;
    arena_adopt(&set->arena, &part->arena);
    free(touch);
    free(ids);
    free(attrs);
    free(who);
    event_set_free(part);
}

/* ---- texts behind the numbers ---- */

size_t who_size(const struct event_set *set, uint32_t who)
{
    return intern_text(&set->whos, who).n / sizeof(uint32_t);
}

uint32_t who_id(const struct event_set *set, uint32_t who, size_t i)
{
    uint32_t id;
    memcpy(&id, intern_text(&set->whos, who).p + i * sizeof id, sizeof id);
    return id;
}

enum id_kind id_kind_of(const struct event_set *set, uint32_t id)
{
    return (enum id_kind)(unsigned char)intern_text(&set->ids, id).p[0];
}

struct str id_value(const struct event_set *set, uint32_t id)
{
    return str_from(intern_text(&set->ids, id), 1);
}

struct str attrs_text(const struct event_set *set, uint32_t attrs, enum attr a)
{
    struct str rest = intern_text(&set->attrs, attrs);
    enum { HEAD = 1 + sizeof(uint32_t) };
    while (rest.n >= HEAD) {
        uint32_t n;
        memcpy(&n, rest.p + 1, sizeof n);
        enum attr found = (enum attr)(unsigned char)rest.p[0];
        assert(n <= rest.n - HEAD);
        if (found == a)
            return (struct str){ rest.p + HEAD, n };
        if (found > a)
            break;
        rest = str_from(rest, HEAD + (size_t)n);
    }
    return (struct str){ NULL, 0 };
}

bool attrs_micros(const struct event_set *set, uint32_t attrs, enum attr a, int64_t *micros)
{
    struct str text = attrs_text(set, attrs, a);
    return text.p && str_micros(text, micros);
}

const struct input_file *event_set_file(const struct event_set *set, uint32_t place)
{
    assert(set->sealed && place < set->nfiles);
    return &set->files[place];
}
