/* group.c - lines of one message joined by id: see derive.h.
 *
 * Open messages stand in a hash table by id and in a list by age. A record that waits is one piece
 * of memory: its cells as offsets, then its bytes, so that handing it over is one copy.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "ingest/derive.h"

enum { FIRST_BUCKETS = 256 };
#define ABSENT UINT32_MAX

struct span {
    uint32_t at, n; /* in the bytes of the record; at is ABSENT of an absent cell */
};

struct held {
    struct held *next; /* of the same message, in the order of the file */
    uint64_t number;
    size_t bytes_n;
    char *bytes;
    struct span raw, match_text, cells[];
};

struct message {
    struct message *next_in_bucket;
    struct message *older, *newer;
    uint64_t hash;
    struct str id;
    struct held *records, *last_record;
    struct str keep[]; /* the first value seen of each; p == NULL before */
};

/* A record on its way out: one that was held, or a line of the batch at hand. */
struct leaving {
    uint64_t number;
    const struct message *message; /* NULL: a line of the batch */
    const struct held *held;
    size_t line;
};

struct group {
    const struct source *source;
    const struct group_rules *rules;
    struct message **buckets;
    size_t nbuckets, nopen;
    struct message *oldest, *newest;
    struct message **ended; /* not yet handed over */
    size_t nended, ended_room;
    struct leaving *leaving;
    size_t nleaving, leaving_room;
    struct batch out;
};

struct group *group_new(const struct source *source)
{
    struct group *g = mem_zero(1, sizeof *g);
    g->source = source;
    g->rules = source->group;
    g->nbuckets = FIRST_BUCKETS;
    g->buckets = mem_zero(g->nbuckets, sizeof *g->buckets);
    return g;
}

static void message_free(struct message *m, size_t nkeep)
{
    for (struct held *h = m->records, *next; h; h = next) {
        next = h->next;
        free(h);
    }
    for (size_t i = 0; i < nkeep; i++)
        free((char *)m->keep[i].p);
    free((char *)m->id.p);
    free(m);
}

/* ---- open messages ---- */

static struct str copy(struct str s)
{
    char *p = mem_take(s.n);
    memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

static void grow_table(struct group *g)
{
    size_t n = 2 * g->nbuckets;
    free(g->buckets);
    g->buckets = mem_zero(n, sizeof *g->buckets);
    g->nbuckets = n;
    for (struct message *m = g->oldest; m; m = m->newer) {
        struct message **bucket = &g->buckets[m->hash & (n - 1)];
        m->next_in_bucket = *bucket;
        *bucket = m;
    }
}

static void end_message(struct group *g, struct message *m)
{
    struct message **at = &g->buckets[m->hash & (g->nbuckets - 1)];
    while (*at != m)
        at = &(*at)->next_in_bucket;
    *at = m->next_in_bucket;
    *(m->older ? &m->older->newer : &g->oldest) = m->newer;
    *(m->newer ? &m->newer->older : &g->newest) = m->older;
    g->nopen--;
    g->ended = mem_grow(g->ended, &g->ended_room, g->nended + 1, sizeof *g->ended);
    g->ended[g->nended++] = m;
}

static struct message *open_message(struct group *g, struct str id)
{
    uint64_t hash = hash_bytes(id);
    struct message *m = g->buckets[hash & (g->nbuckets - 1)];
    while (m && !(m->hash == hash && str_eq(m->id, id)))
        m = m->next_in_bucket;
    if (m)
        return m;
    if (g->nopen == GROUP_OPEN_MAX)
        end_message(g, g->oldest);
    if (g->nopen == g->nbuckets)
        grow_table(g);
    struct message **bucket = &g->buckets[hash & (g->nbuckets - 1)];
    m = mem_zero(1, sizeof *m + g->rules->nkeep * sizeof *m->keep);
    m->hash = hash;
    m->id = copy(id);
    m->next_in_bucket = *bucket;
    *bucket = m;
    m->older = g->newest;
    *(g->newest ? &g->newest->newer : &g->oldest) = m;
    g->newest = m;
    g->nopen++;
    return m;
}

/* ---- records that wait ---- */

static struct span put(struct held *h, struct str s)
{
    if (!s.p)
        return (struct span){ ABSENT, 0 };
    struct span at = { (uint32_t)h->bytes_n, (uint32_t)s.n };
    if (s.n)
        memcpy(h->bytes + h->bytes_n, s.p, s.n);
    h->bytes_n += s.n;
    return at;
}

static struct str get(struct span s, const char *bytes)
{
    return s.at == ABSENT ? (struct str){ NULL, 0 } : (struct str){ bytes + s.at, s.n };
}

static void hold(struct message *m, const struct batch *b, size_t i)
{
    bool same = b->match_text[i].p == b->raw[i].p;
    size_t bytes = b->raw[i].n + (same ? 0 : b->match_text[i].n);
    for (size_t c = 0; c < b->columns; c++)
        bytes += batch_column(b, c)[i].n;
    size_t head = sizeof(struct held) + b->columns * sizeof(struct span);
    assert(bytes < ABSENT);
    struct held *h = mem_take(head + bytes);
    *h = (struct held){ .number = b->number[i], .bytes = (char *)h + head };
    h->raw = put(h, b->raw[i]);
    h->match_text = same ? h->raw : put(h, b->match_text[i]);
    for (size_t c = 0; c < b->columns; c++)
        h->cells[c] = put(h, batch_column(b, c)[i]);
    *(m->records ? &m->last_record->next : &m->records) = h;
    m->last_record = h;
}

static struct str field_of(const struct group *g, const struct batch *b, uint32_t field, size_t i)
{
    int32_t slot = field == FIELD_NONE ? -1 : g->source->slot[field];
    return slot < 0 ? (struct str){ NULL, 0 } : batch_column(b, (size_t)slot)[i];
}

static void keep_values(struct group *g, struct message *m, const struct batch *b, size_t i)
{
    for (size_t k = 0; k < g->rules->nkeep; k++) {
        struct str value = field_of(g, b, g->rules->keep[k], i);
        if (value.n && !m->keep[k].p)
            m->keep[k] = copy(value);
    }
}

/* ---- handing over ---- */

static void leave(struct group *g, struct leaving l)
{
    g->leaving = mem_grow(g->leaving, &g->leaving_room, g->nleaving + 1, sizeof *g->leaving);
    g->leaving[g->nleaving++] = l;
}

static int by_number(const void *x, const void *y)
{
    const struct leaving *a = x, *b = y;
    return (a->number > b->number) - (a->number < b->number);
}

static void hand_over_held(struct group *g, const struct leaving *l)
{
    const struct held *h = l->held;
    struct batch *out = &g->out;
    const char *bytes = arena_keep(&out->text, (struct str){ h->bytes, h->bytes_n }).p;
    size_t i = batch_add(out, get(h->raw, bytes), h->number);
    out->match_text[i] = get(h->match_text, bytes);
    for (size_t c = 0; c < out->columns; c++)
        batch_column(out, c)[i] = get(h->cells[c], bytes);
    for (size_t k = 0; k < g->rules->nkeep; k++) {
        int32_t slot = g->source->slot[g->rules->keep[k]];
        struct str value = l->message->keep[k];
        if (slot < 0 || !value.p || batch_column(out, (size_t)slot)[i].n)
            continue;
        batch_column(out, (size_t)slot)[i] = arena_keep(&out->text, value);
    }
}

static void hand_over_line(struct batch *out, const struct batch *from, size_t line)
{
    size_t i = batch_add(out, from->raw[line], from->number[line]);
    out->match_text[i] = from->match_text[line];
    for (size_t c = 0; c < out->columns; c++)
        batch_column(out, c)[i] = batch_column(from, c)[line];
}

/* b gets the records that leave, in place of its lines; its bad records stay. */
static void hand_over(struct group *g, struct batch *b)
{
    struct batch *out = &g->out;
    batch_reset(out, b->columns);
    for (size_t e = 0; e < g->nended; e++)
        for (const struct held *h = g->ended[e]->records; h; h = h->next)
            leave(g, (struct leaving){ h->number, g->ended[e], h, 0 });
    if (g->nleaving)
        qsort(g->leaving, g->nleaving, sizeof *g->leaving, by_number);
    for (size_t i = 0; i < g->nleaving; i++) {
        if (g->leaving[i].message)
            hand_over_held(g, &g->leaving[i]);
        else
            hand_over_line(out, b, g->leaving[i].line);
    }
    for (size_t e = 0; e < g->nended; e++)
        message_free(g->ended[e], g->rules->nkeep);
    g->nended = g->nleaving = 0;

    arena_adopt(&out->text, &b->text);
    struct batch was = *b;
    *b = *out;
    b->bad = was.bad;
    b->nbad = was.nbad;
    b->bad_room = was.bad_room;
    b->wants_match_text = was.wants_match_text;
    *out = was;
    out->bad = NULL;
    out->nbad = out->bad_room = 0;
}

void group_batch(struct group *g, struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        struct str id = field_of(g, b, g->rules->by, i);
        bool is_record = field_of(g, b, g->rules->record, i).n != 0;
        if (id.n == 0 && is_record) {
            leave(g, (struct leaving){ b->number[i], NULL, NULL, i });
            continue;
        }
        if (!is_record)
            batch_bad(b, b->number[i], id.n ? REJECT_JOINED : REJECT_LAYOUT, b->raw[i],
                      id.n ? NULL : "no message id and no result");
        if (id.n == 0)
            continue;
        struct message *m = open_message(g, id);
        keep_values(g, m, b, i);
        if (is_record)
            hold(m, b, i);
        if (field_of(g, b, g->rules->close, i).n)
            end_message(g, m);
    }
    hand_over(g, b);
}

void group_finish(struct group *g, struct batch *b)
{
    assert(b->n == 0);
    while (g->oldest)
        end_message(g, g->oldest);
    hand_over(g, b);
}

void group_free(struct group *g)
{
    if (!g)
        return;
    while (g->oldest)
        end_message(g, g->oldest);
    for (size_t e = 0; e < g->nended; e++)
        message_free(g->ended[e], g->rules->nkeep);
    free(g->buckets);
    free(g->ended);
    free(g->leaving);
    batch_free(&g->out);
    free(g);
}
