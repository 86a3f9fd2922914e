/* find_customer.c - see find_customer.h. */
#include "find_customer.h"

#include "cmd.h"
#include "ingest/normalise.h"

static uint32_t find_value(const struct finding *s, int kind, struct str value, struct arena *a)
{
    char *coded = arena_take(a, value.n + 1);
    coded[0] = (char)kind;
    if (value.n)
        memcpy(coded + 1, value.p, value.n);
    return intern_find(&s->events->ids, (struct str){ coded, value.n + 1 });
}

/* "kind:value" as a number of an identifier; the value may be written in any way that the sources
 * may write it, as customers are named ("ann@example.com in shop"), or be the keyed hash that
 * identity.csv shows. */
static uint32_t find_id(const struct finding *s, struct str text, struct arena *a)
{
    struct str value = text;
    int kind = id_kind_find(str_cut(&value, ':'));
    if (kind < 0)
        return INTERN_NONE;
    struct str normal = id_normalise((enum id_kind)kind, value, &s->plan->identity, a);
    uint32_t id = find_value(s, kind, normal, a);
    if (id == INTERN_NONE)
        id = find_value(s, kind, value, a);
    if (id != INTERN_NONE || s->key->raw)
        return id;
    struct arena scratch = { 0 };
    struct namer *namer = namer_new(s->key);
    for (uint32_t i = 0; i < s->events->ids.n && id == INTERN_NONE; i++) {
        if ((int)id_kind_of(s->events, i) == kind &&
            str_eq(value, namer_name(namer, (enum id_kind)kind, id_value(s->events, i), &scratch)))
            id = i;
        arena_reset(&scratch);
    }
    namer_free(namer);
    arena_free(&scratch);
    return id;
}

/* A customer by the name that reports use; names are in order unless they are shown raw. */
static uint32_t find_name(const struct finding *s, struct str name)
{
    struct arena scratch = { 0 };
    struct namer *namer = namer_new(s->key);
    uint32_t found = CUSTOMER_NONE;
    for (uint32_t c = 0; c < s->customers->n && found == CUSTOMER_NONE; c++) {
        uint32_t id = s->customers->canonical[c];
        enum id_kind kind = id_kind_of(s->events, id);
        if (str_eq(name, namer_name(namer, kind, id_value(s->events, id), &scratch)))
            found = c;
        arena_reset(&scratch);
    }
    namer_free(namer);
    arena_free(&scratch);
    return found;
}

static const struct with_many *listed(const struct with_many *list, size_t n, uint32_t id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].id == id)
            return &list[i];
    return NULL;
}

uint32_t find_customer(const struct finding *s, const char *wanted, uint32_t *seen)
{
    struct str text = str_c(wanted);
    const struct identity_log *log = &s->customers->log;
    struct arena a = { 0 };
    uint32_t id = find_id(s, text, &a);
    arena_free(&a);
    *seen = INTERN_NONE;
    if (id == INTERN_NONE) {
        uint32_t customer = find_name(s, text);
        if (customer == CUSTOMER_NONE)
            complain("there is no customer '%s': give a name as journeys.csv has it, or an "
                     "identifier such as email:ann@example.com",
                     wanted);
        return customer;
    }
    const struct with_many *crowded = listed(log->crowded, log->ncrowded, id);
    const struct with_many *shared = listed(log->shared, log->nshared, id);
    if (crowded)
        complain("'%s' was seen with %u users and names nobody; ask for one of them, or raise "
                 "max_persons in identity:",
                 wanted, crowded->n);
    else if (shared)
        complain("'%s' is a device of %u customers; ask for one of them", wanted, shared->n);
    else if (s->customers->of_id[id] == CUSTOMER_NONE)
        *seen = id;
    return crowded || shared ? CUSTOMER_NONE : s->customers->of_id[id];
}
