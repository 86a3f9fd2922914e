/* enrich.c - see enrich.h. */
#include "ingest/enrich.h"

#include <stdlib.h>

#include "ingest/derive.h"
#include "ingest/landing.h"

enum { KINDS = DERIVE_PAGE - DERIVE_DEVICE + 1 };

struct enrich {
    struct intern landings;               /* keys of landing_key() ... */
    struct str (*values)[LANDING_VALUES]; /* ... and what they say, by number */
    size_t values_room;
    struct intern texts[KINDS]; /* agents and paths, by kind ... */
    struct str *found[KINDS];   /* ... and what they are */
    size_t found_room[KINDS];
    struct arena arena; /* of values and found */
    struct buffer key;
};

void enrich_free(struct enrich *m)
{
    if (!m)
        return;
    intern_free(&m->landings);
    free(m->values);
    for (size_t i = 0; i < KINDS; i++) {
        intern_free(&m->texts[i]);
        free(m->found[i]);
    }
    arena_free(&m->arena);
    free(m->key.p);
    free(m);
}

void enrich_begin(struct enrich *m)
{
    if (!m)
        return;
    size_t bytes = m->landings.bytes;
    for (size_t i = 0; i < KINDS; i++)
        bytes += m->texts[i].bytes;
    if (bytes <= ENRICH_BYTES)
        return;
    intern_free(&m->landings);
    for (size_t i = 0; i < KINDS; i++)
        intern_free(&m->texts[i]);
    arena_free(&m->arena);
}

static struct enrich *memory_of(struct batch *b)
{
    if (!b->enrich)
        b->enrich = mem_zero(1, sizeof *b->enrich);
    return b->enrich;
}

/* ---- landings ---- */

size_t landings_together(const struct derive *d, size_t n)
{
    size_t together = 1;
    while (together < n && d[together].kind == DERIVE_LANDING &&
           memcmp(d[together].more, d->more, sizeof d->more) == 0)
        together++;
    return together;
}

static const struct str *landing_values(struct enrich *m, const struct channel_rules *rules,
                                        const struct landing_found *found,
                                        struct regex_scratch *scratch)
{
    m->key.n = 0;
    landing_key(found, &m->key);
    uint32_t known = m->landings.n, number = intern_add(&m->landings, buffer_str(&m->key));
    if (number == known) {
        m->values = mem_grow(m->values, &m->values_room, (size_t)number + 1, sizeof *m->values);
        landing_read(rules, found, scratch, &m->arena, m->values[number]);
    }
    return m->values[number];
}

void fill_landings(const struct source *source, const struct derive *d, size_t n, struct batch *b,
                   struct regex_scratch *scratch)
{
    struct enrich *m = memory_of(b);
    const struct channel_rules *rules = d->channels;
    const struct str *columns[LANDING_IN_AGENT];
    for (size_t k = 0; k < LANDING_IN_AGENT; k++) {
        int32_t slot = d->more[k] == FIELD_NONE ? -1 : source->slot[d->more[k]];
        columns[k] = slot < 0 ? NULL : batch_column(b, (size_t)slot);
    }
    for (size_t i = 0; i < b->n; i++) {
        struct str in[LANDING_IN_AGENT];
        struct landing_found found;
        for (size_t k = 0; k < LANDING_IN_AGENT; k++)
            in[k] = columns[k] ? columns[k][i] : (struct str){ NULL, 0 };
        bool landed = landing_find(rules, in, &found);
        const struct str *values = landed ? landing_values(m, rules, &found, scratch) : NULL;
        bool own = found.nhost && found.class == SITE_INTERNAL;
        for (size_t k = 0; k < n; k++) {
            struct str *to = batch_column(b, (size_t)source->slot[d[k].to]);
            if (values)
                to[i] = values[d[k].lookup];
            else if (own && d[k].lookup == LANDING_REFERRER_CLASS)
                to[i] = rules->classes.list[SITE_INTERNAL];
        }
    }
}

/* ---- patterns ---- */

static size_t first_fit(const struct pattern_list *list, struct str text,
                        struct regex_scratch *scratch)
{
    size_t i = 0;
    while (i < list->n && regex_match(list->regexes[i], text, scratch) != REGEX_YES)
        i++;
    return i;
}

/* From the first / of the path to ? or #. */
static struct str path_of(struct str url)
{
    url = str_cut(&url, '#');
    url = str_cut(&url, '?');
    size_t scheme = str_find(url, STR("://"));
    if (scheme < url.n && (!url.n || url.p[0] != '/')) {
        url = str_from(url, scheme + 3);
        const char *slash = url.n ? memchr(url.p, '/', url.n) : NULL;
        return slash ? str_from(url, (size_t)(slash - url.p)) : STR("/");
    }
    return url;
}

struct str path_collapsed(const struct pattern_list *pages, struct str url,
                          struct regex_scratch *scratch, struct arena *a)
{
    struct str path = path_of(url), rest = path;
    struct buffer out = { 0 };
    bool changed = false, first = true;
    while (rest.n || first) {
        size_t before = rest.n;
        struct str part = str_cut(&rest, '/');
        size_t fit = part.n ? first_fit(pages, part, scratch) : pages->n;
        if (!first)
            buffer_add(&out, "/", 1);
        buffer_add_str(&out, fit < pages->n ? pages->names[fit] : part);
        changed |= fit < pages->n;
        first = false;
        if (!rest.n && before > part.n) { /* a / at the end */
            buffer_add(&out, "/", 1);
            break;
        }
    }
    struct str made = changed ? arena_keep(a, buffer_str(&out)) : path;
    free(out.p);
    return made;
}

static struct str judged(const struct derive *d, struct str text, struct regex_scratch *scratch,
                         struct arena *a)
{
    if (d->kind == DERIVE_PAGE)
        return path_collapsed(d->patterns, text, scratch, a);
    size_t fit = first_fit(d->patterns, text, scratch);
    return fit < d->patterns->n ? d->patterns->names[fit] : STR("other");
}

void fill_patterns(const struct derive *d, const struct str *from, struct str *to, struct batch *b,
                   struct regex_scratch *scratch)
{
    struct enrich *m = memory_of(b);
    size_t kind = (size_t)(d->kind - DERIVE_DEVICE);
    for (size_t i = 0; i < b->n; i++) {
        if (!from[i].n)
            continue;
        struct intern *texts = &m->texts[kind];
        uint32_t known = texts->n, number = intern_add(texts, from[i]);
        if (number == known) {
            m->found[kind] = mem_grow(m->found[kind], &m->found_room[kind], (size_t)number + 1,
                                      sizeof *m->found[kind]);
            m->found[kind][number] = judged(d, intern_text(texts, number), scratch, &m->arena);
        }
        to[i] = m->found[kind][number];
    }
}
