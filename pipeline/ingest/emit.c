/* emit.c - see emit.h.
 *
 * Records are taken AHEAD at a time: first all their identifiers are coded and hashed, then what
 * the look-ups will touch is asked for, then they are looked up. The tables are larger than the
 * caches, and waiting for one record after the other was a quarter of the CPU of a whole run.
 */
#include "ingest/emit.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/sort_few.h"
#include "ingest/normalise.h"
#include "ingest/value_numbers.h"

enum { WHO_CACHE_BYTES = 64 << 20, AHEAD = 32 };

struct emitter {
    const struct plan *plan;
    const struct source *source;
    struct event_set *out;
    struct regex_scratch *scratch;
    uint32_t *touch_of; /* [plan.nrules] of rules with a fixed name; INTERN_NONE: not asked yet */
    struct buffer raw;  /* the identifiers of records as they stand there */
    struct buffer list; /* attributes or identifiers in their coded form */
    struct buffer name; /* of a touchpoint or attribute made from a template */
    /* The identifiers of a record, seen before, with numbers (value_numbers.h) for all fields of
     * one but the first; noted: who that is. */
    struct intern raw_ids;
    uint32_t epoch;     /* of the numbers */
    struct arena arena; /* scratch of one record */
};

struct emitter *emitter_new(const struct plan *plan, uint32_t source, struct event_set *out,
                            struct regex_scratch *scratch)
{
    struct emitter *em = mem_zero(1, sizeof *em);
    em->plan = plan;
    em->source = &plan->sources[source];
    em->out = out;
    em->scratch = scratch;
    em->touch_of = mem_take(plan->nrules * sizeof *em->touch_of);
    for (size_t i = 0; i < plan->nrules; i++)
        em->touch_of[i] = INTERN_NONE;
    return em;
}

void emitter_free(struct emitter *em)
{
    if (!em)
        return;
    free(em->touch_of);
    free(em->raw.p);
    free(em->list.p);
    free(em->name.p);
    intern_free(&em->raw_ids);
    arena_free(&em->arena);
    free(em);
}

/* A byte that says what it is, 4 bytes of length, and room for the n bytes themselves: the coded
 * form of identifiers and attributes (event.h). */
static char *text_coded(struct buffer *t, unsigned char what, uint32_t n)
{
    char *to = buffer_room(t, 1 + sizeof n + n);
    to[0] = (char)what;
    memcpy(to + 1, &n, sizeof n);
    return to + 1 + sizeof n;
}

static struct str field_text(const struct emitter *em, const struct batch *b, size_t i,
                             uint32_t field)
{
    if (field == FIELD_RAW)
        return batch_match_text(b, i);
    int32_t column = em->source->slot[field];
    return column < 0 ? (struct str){ 0 } : batch_column(b, (size_t)column)[i];
}

/* The text of a named group: the rule's pattern is run once more, on the field that it judges. */
static struct str group_text(struct emitter *em, const struct batch *b, size_t i,
                             const struct rule *rule, uint32_t cond, uint32_t group)
{
    const struct cond *c = &rule->conds[cond];
    if (regex_match(c->regex, field_text(em, b, i, c->field), em->scratch) != REGEX_YES)
        return (struct str){ 0 };
    return regex_group(c->regex, em->scratch, group);
}

static struct str fill(struct emitter *em, const struct batch *b, size_t i, const struct rule *rule,
                       const struct template *t)
{
    if (t->nparts == 1 && t->parts[0].kind == PART_TEXT)
        return t->parts[0].text;
    em->name.n = 0;
    for (size_t p = 0; p < t->nparts; p++) {
        const struct part *part = &t->parts[p];
        struct str s = part->kind == PART_TEXT ? part->text
                       : part->kind == PART_FIELD
                           ? field_text(em, b, i, part->field)
                           : group_text(em, b, i, rule, part->cond, part->group);
        buffer_add(&em->name, s.p, s.n);
    }
    return buffer_str(&em->name);
}

/* ---- who ---- */

/* Appends an identifier to em->raw in its coded form, the value as it stands in the record. */
static void raw_id(struct emitter *em, enum id_kind kind, const struct str *parts, size_t n)
{
    uint32_t length = (uint32_t)n - 1;
    for (size_t i = 0; i < n; i++)
        length += (uint32_t)parts[i].n;
    char *to = text_coded(&em->raw, (unsigned char)kind, length);
    for (size_t i = 0; i < n; i++) {
        if (i)
            *to++ = ' ';
        if (parts[i].n)
            memcpy(to, parts[i].p, parts[i].n);
        to += parts[i].n;
    }
}

/* Appends an identifier of the source in short, to be looked up. */
static void short_id(struct emitter *em, const struct batch *b, size_t i, const struct identify *id,
                     struct str first)
{
    uint32_t numbers[IDENTIFY_FIELDS_MAX];
    size_t more = (id->nfields - 1) * sizeof *numbers;
    for (size_t f = 1; f < id->nfields; f++)
        numbers[f - 1] = value_numbers_at(b, em->source->slot[id->fields[f]], i);
    /* How many parts there are, too: else a text could be made that looks like others in short. */
    unsigned what = (unsigned)id->kind | (unsigned)id->nfields << 4;
    char *to = text_coded(&em->raw, (unsigned char)what, (uint32_t)(first.n + more));
    memcpy(to, first.p, first.n);
    if (more)
        memcpy(to + first.n, numbers, more);
}

/* Appends the record's identifiers to em->raw, in short or as they stand there. */
static void collect_ids(struct emitter *em, const struct batch *b, const struct wanted *record,
                        bool in_short)
{
    const struct verdict *v = record->verdict;
    size_t i = record->record;
    for (size_t k = 0; k < em->source->nidentify; k++) {
        const struct identify *id = &em->source->identify[k];
        struct str parts[IDENTIFY_FIELDS_MAX] = { field_text(em, b, i, id->fields[0]) };
        if (!parts[0].n)
            continue;
        if (in_short) {
            short_id(em, b, i, id, parts[0]);
            continue;
        }
        for (size_t f = 1; f < id->nfields; f++)
            parts[f] = field_text(em, b, i, id->fields[f]);
        raw_id(em, id->kind, parts, id->nfields);
    }
    for (uint32_t r = 0; r < v->n; r++) {
        const struct rule *rule = &em->plan->rules[v->rules[r]];
        for (size_t c = 0; c < rule->ncaptures; c++) {
            const struct capture *cap = &rule->captures[c];
            if (cap->id < 0)
                continue;
            struct str value = group_text(em, b, i, rule, cap->cond, cap->group);
            if (value.n)
                raw_id(em, (enum id_kind)cap->id, &value, 1);
        }
    }
}

/* The number of the identifiers coded in rest, normalised; INTERN_NONE when none is left. */
static uint32_t who_of_raw(struct emitter *em, struct str rest)
{
    struct event_set *out = em->out;
    em->list.n = 0;
    while (rest.n) {
        unsigned char kind = (unsigned char)rest.p[0];
        uint32_t length;
        memcpy(&length, rest.p + 1, sizeof length);
        struct str value = str_head(str_from(rest, 1 + sizeof length), length);
        rest = str_from(rest, 1 + sizeof length + length);
        value = id_normalise((enum id_kind)kind, value, &em->plan->identity, &em->arena);
        if (!value.n)
            continue;
        char *coded = arena_take(&em->arena, value.n + 1);
        coded[0] = (char)kind;
        memcpy(coded + 1, value.p, value.n);
        uint32_t id = intern_add(&out->ids, (struct str){ coded, value.n + 1 });
        buffer_add(&em->list, &id, sizeof id);
    }
    arena_reset(&em->arena);
    uint32_t n = (uint32_t)(em->list.n / sizeof(uint32_t)), kept = 0;
    if (!n)
        return INTERN_NONE;
    uint32_t *ids = (uint32_t *)(void *)em->list.p; /* from malloc: aligned */
    sort_few(ids, n);
    for (uint32_t i = 0; i < n; i++)
        if (!kept || ids[kept - 1] != ids[i])
            ids[kept++] = ids[i];
    return intern_add(&out->whos, (struct str){ em->list.p, kept * sizeof *ids });
}

/* A text of a buffer, to be looked up in a table. */
struct key {
    size_t first, n;
    uint32_t hash;
};

static struct str key_str(const struct buffer *buffer, const struct key *k)
{
    return (struct str){ buffer->p + k->first, k->n };
}

/* Hashes n keys and fetches what finding them in the table will touch. */
static void fetch(const struct intern *in, const struct buffer *buffer, struct key *keys, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        keys[i].hash = intern_hash(key_str(buffer, &keys[i]));
        intern_prefetch_slot(in, keys[i].hash);
    }
    for (size_t i = 0; i < n; i++)
        intern_prefetch_text(in, keys[i].hash, keys[i].n);
}

/* The who of a record, of whose identifiers k is the short form. */
static uint32_t who(struct emitter *em, const struct batch *b, const struct wanted *record,
                    const struct key *k)
{
    struct str id = key_str(&em->raw, k);
    if (!id.n)
        return INTERN_NONE;
    uint32_t before = em->raw_ids.n;
    uint32_t *known = intern_add_noted(&em->raw_ids, id, k->hash);
    if (em->raw_ids.n > before) {
        size_t end = em->raw.n;
        collect_ids(em, b, record, false);
        *known = who_of_raw(em, str_from(buffer_str(&em->raw), end));
        em->raw.n = end;
    }
    return *known;
}

/* The who of each of n records, AHEAD at most. */
static void find_whos(struct emitter *em, const struct batch *b, const struct wanted *list,
                      size_t n, uint32_t *whos)
{
    struct key keys[AHEAD];
    if (em->raw_ids.bytes > WHO_CACHE_BYTES || em->epoch != b->numbers->epoch)
        intern_free(&em->raw_ids);
    em->epoch = b->numbers->epoch;
    em->raw.n = 0;
    for (size_t i = 0; i < n; i++) {
        keys[i].first = em->raw.n;
        collect_ids(em, b, &list[i], true);
        keys[i].n = em->raw.n - keys[i].first;
    }
    fetch(&em->raw_ids, &em->raw, keys, n);
    for (size_t i = 0; i < n; i++)
        whos[i] = who(em, b, &list[i], &keys[i]);
}

/* ---- touchpoint and attributes ---- */

/* Of a rule that joins some kinds only: a who of these. */
static uint32_t who_for(struct emitter *em, uint32_t who, const struct rule *rule)
{
    if (!rule->link || rule->links == UINT16_MAX)
        return who;
    struct event_set *out = em->out;
    em->name.n = 0;
    for (size_t i = 0; i < who_size(out, who); i++) {
        uint32_t id = who_id(out, who, i);
        if (rule->links >> id_kind_of(out, id) & 1)
            buffer_add(&em->name, &id, sizeof id);
    }
    return intern_add(&out->whos, buffer_str(&em->name));
}

/* A template may find nothing to fill in. */
static uint32_t name_touchpoint(struct emitter *em, struct str name)
{
    return intern_add(&em->out->touchpoints, name.n ? name : STR("(blank)"));
}

static uint32_t touchpoint(struct emitter *em, const struct batch *b, size_t i, uint16_t number)
{
    const struct rule *rule = &em->plan->rules[number];
    if (rule->link)
        return TOUCH_NONE;
    if (!rule->name.n)
        return name_touchpoint(em, str_trim(fill(em, b, i, rule, &rule->touchpoint)));
    if (em->touch_of[number] == INTERN_NONE)
        em->touch_of[number] = intern_add(&em->out->touchpoints, rule->name);
    return em->touch_of[number];
}

/* What is empty leaves what stands there. */
static void put_value(struct str *values, uint32_t *set, enum attr attr, struct str s)
{
    if (!s.n)
        return;
    values[attr] = s;
    *set |= UINT32_C(1) << attr;
}

/* Appends the attributes of an event to em->list. Later ones win: the source's, the rule's, its
 * named groups'. */
static void collect_attributes(struct emitter *em, const struct batch *b, size_t i,
                               const struct rule *rule)
{
    if (rule->link || (!em->source->nattributes && !rule->nattrs && !rule->ncaptures))
        return;
    struct str values[ATTRS];
    uint32_t set = 0; /* bits: these have a value */
    _Static_assert(ATTRS <= 32, "a bit for each");
    for (size_t k = 0; k < em->source->nattributes; k++) {
        const struct attribute *at = &em->source->attributes[k];
        put_value(values, &set, at->attr, field_text(em, b, i, at->field));
    }
    for (size_t k = 0; k < rule->nattrs; k++) {
        struct str s = fill(em, b, i, rule, &rule->attrs[k].text);
        put_value(values, &set, rule->attrs[k].attr,
                  s.n && s.p == em->name.p ? arena_keep(&em->arena, s) : s);
    }
    for (size_t k = 0; k < rule->ncaptures; k++) {
        const struct capture *cap = &rule->captures[k];
        if (cap->attr >= 0)
            put_value(values, &set, (enum attr)cap->attr,
                      group_text(em, b, i, rule, cap->cond, cap->group));
    }
    for (; set; set &= set - 1) {
        unsigned k = (unsigned)__builtin_ctz(set);
        struct str s = str_trim(values[k]);
        if (s.n)
            memcpy(text_coded(&em->list, (unsigned char)k, (uint32_t)s.n), s.p, s.n);
    }
    if (rule->nattrs)
        arena_reset(&em->arena);
}

/* ---- events ---- */

/* Adds n events, AHEAD at most, once the attributes coded in em->list are looked up. */
static void add_events(struct emitter *em, struct event *events, struct key *keys, size_t n)
{
    if (em->list.n)
        fetch(&em->out->attrs, &em->list, keys, n);
    for (size_t i = 0; i < n; i++) {
        struct str list = key_str(&em->list, &keys[i]);
        events[i].attrs = list.n ? intern_add_hashed(&em->out->attrs, list, keys[i].hash) : 0;
        event_set_add(em->out, &events[i]);
    }
    em->list.n = 0;
}

static void emit_group(struct emitter *em, const struct batch *b, struct wanted *list, size_t n)
{
    uint32_t whos[AHEAD];
    struct event events[AHEAD];
    struct key keys[AHEAD];
    size_t ready = 0;
    find_whos(em, b, list, n, whos);
    em->list.n = 0;
    for (size_t i = 0; i < n; i++) {
        list[i].named = whos[i] != INTERN_NONE;
        for (uint32_t r = 0; list[i].named && r < list[i].verdict->n; r++) {
            uint16_t rule = list[i].verdict->rules[r];
            keys[ready].first = em->list.n;
            collect_attributes(em, b, list[i].record, &em->plan->rules[rule]);
            keys[ready].n = em->list.n - keys[ready].first;
            events[ready++] = (struct event){
                .time = list[i].time,
                .origin = list[i].origin,
                .who = who_for(em, whos[i], &em->plan->rules[rule]),
                .touch = touchpoint(em, b, list[i].record, rule),
                .rule = rule,
                .flags = list[i].coarse ? EVENT_COARSE : 0,
            };
            if (ready == AHEAD) {
                add_events(em, events, keys, ready);
                ready = 0;
            }
        }
    }
    add_events(em, events, keys, ready);
}

void emit_records(struct emitter *em, const struct batch *b, struct wanted *list, size_t n)
{
    for (size_t i = 0; i < n; i += AHEAD)
        emit_group(em, b, list + i, n - i < AHEAD ? n - i : AHEAD);
}
