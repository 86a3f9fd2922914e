/* ids.c - see ids.h. What is named gets an even number, what has no name an odd one. */
#include "report/ids.h"

#include <stdlib.h>

#include "base/intern.h"

/* Of one graph. */
struct ids {
    Agraph_t *g;
    struct intern names;
    char **texts; /* [names.n] libcgraph's own copies: it looks for marks in front of a name */
    size_t room;
    IDTYPE nameless; /* how many there are */
};

static void *ids_open(Agraph_t *g, Agdisc_t *discipline)
{
    struct ids *ids = mem_zero(1, sizeof *ids);
    (void)discipline;
    ids->g = g;
    return ids;
}

static uint32_t add_name(struct ids *ids, char *name)
{
    uint32_t before = ids->names.n, n = intern_add(&ids->names, str_c(name));
    if (n == before) {
        ids->texts = mem_grow(ids->texts, &ids->room, (size_t)n + 1, sizeof *ids->texts);
        ids->texts[n] = agstrdup(ids->g, name);
    }
    return n;
}

/* True when there is such a number. */
static long ids_map(void *state, int kind, char *name, IDTYPE *id, int create)
{
    struct ids *ids = state;
    (void)kind;
    if (!name) {
        *id = 2 * ids->nameless++ + 1;
        return 1;
    }
    uint32_t n = create ? add_name(ids, name) : intern_find(&ids->names, str_c(name));
    *id = 2 * ((IDTYPE)n + 1);
    return n != INTERN_NONE;
}

/* Nobody chooses numbers. */
static long ids_alloc(void *state, int kind, IDTYPE id)
{
    (void)state;
    (void)kind;
    (void)id;
    return 0;
}

/* All are given back at the end. */
static void ids_release(void *state, int kind, IDTYPE id)
{
    (void)state;
    (void)kind;
    (void)id;
}

static char *ids_name(void *state, int kind, IDTYPE id)
{
    const struct ids *ids = state;
    (void)kind;
    return id % 2 == 0 ? ids->texts[id / 2 - 1] : NULL;
}

static void ids_close(void *state)
{
    struct ids *ids = state;
    intern_free(&ids->names);
    free(ids->texts);
    free(ids);
}

static void ids_made(void *state, int kind, void *object)
{
    (void)state;
    (void)kind;
    (void)object;
}

static Agiddisc_t numbering = { ids_open, ids_map,   ids_alloc, ids_release,
                                ids_name, ids_close, ids_made };

/* libcgraph takes pointers to what it does not change. */
Agdisc_t ids_discipline = { &AgMemDisc, &numbering, &AgIoDisc };
