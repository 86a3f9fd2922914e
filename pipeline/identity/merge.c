/* merge.c - joins link by link, in the order of A37 and A38, what would break a limit; see join.h.
 *
 * First persons and what they order, write and ask for; then cookies, each by the time when it was
 * first seen: joined to all that it was seen with, or shared, or refused. A set only grows, and
 * what is too large stays so: a link that was refused once is refused whenever it is asked again.
 */
#include <stdlib.h>

#include "identity/join.h"
#include "identity/pairs.h"

/* ---- crowded values (A40) ---- */

/* Links with users are counted as often as they stand there first; only where that is too many are
 * the users told apart. */
static void crowded_find(struct join *j, const struct links *links)
{
    uint32_t most = j->rules->max_persons;
    size_t first = links->first[ID_USER * ID_KINDS + ID_USER + 1];
    size_t end = links->first[(ID_USER + 1) * ID_KINDS], n = 0;
    if (!most || first == end)
        return;
    uint32_t *often = mem_zero(j->set->ids.n, sizeof *often);
    for (size_t i = first; i < end; i++)
        n += ++often[links->list[i].weak] > most;
    struct pair *pairs = mem_take((n ? end - first : 0) * sizeof *pairs);
    size_t npairs = 0;
    for (size_t i = first; n && i < end; i++)
        if (often[links->list[i].weak] > most)
            pairs[npairs++] = (struct pair){ links->list[i].weak, links->list[i].strong };
    npairs = pairs_distinct(pairs, npairs);
    for (size_t i = 0, next; i < npairs; i = next) {
        for (next = i; next < npairs && pairs[next].id == pairs[i].id; next++)
            ;
        if (next - i > most)
            crowded_add(j, pairs[i].id, (uint32_t)(next - i));
    }
    free(pairs);
    free(often);
}

/* What tells people apart: of orders, tickets and messages one person may have any number. */
static bool tells_apart(enum id_kind kind)
{
    return kind <= ID_ACCOUNT || kind == ID_COOKIE;
}

static bool may_be_crowded(const struct join *j, uint32_t id)
{
    return j->sets.kind[id] != ID_USER && role_of(j, id) == ROLE_PLAIN;
}

/* Calls for both ends of each link. Counts while pairs is NULL, then collects those that have more
 * than `most`. Returns how many pairs there are, or how many ids have too many. */
static size_t count_company(const struct join *j, const struct links *links, uint32_t *often,
                            uint32_t most, struct pair *pairs)
{
    size_t n = 0;
    for (size_t i = 0; i < links->first[ID_KINDS * ID_KINDS]; i++) {
        const struct link *link = &links->list[i];
        const uint32_t ends[] = { link->strong, link->weak };
        for (int k = 0; k < 2; k++) {
            uint32_t id = ends[k], with = ends[1 - k];
            if (!tells_apart(j->sets.kind[with]) || !may_be_crowded(j, id))
                continue;
            if (!pairs)
                n += ++often[id] == most + 1;
            else if (often[id] > most)
                pairs[n++] = (struct pair){ id, with };
        }
    }
    return n;
}

/* A value that was seen with more of them than one customer may have: an address that thousands of
 * guests typed in, though none of them has a user name. */
static void crowded_by_number(struct join *j, const struct links *links)
{
    uint32_t most = j->rules->max_identifiers;
    size_t all = links->first[ID_KINDS * ID_KINDS];
    uint32_t *often = mem_zero(most ? j->set->ids.n : 0, sizeof *often);
    if (most && count_company(j, links, often, most, NULL)) {
        struct pair *pairs = mem_take(2 * all * sizeof *pairs);
        size_t n = pairs_distinct(pairs, count_company(j, links, often, most, pairs));
        for (size_t i = 0, next; i < n; i = next) {
            for (next = i; next < n && pairs[next].id == pairs[i].id; next++)
                ;
            if (next - i > most)
                crowded_add(j, pairs[i].id, (uint32_t)(next - i));
        }
        free(pairs);
    }
    free(often);
}

/* ---- link by link ---- */

static void try_link(struct join *j, const struct link *link)
{
    if (role_of(j, link->strong) != ROLE_PLAIN || role_of(j, link->weak) != ROLE_PLAIN)
        return;
    uint32_t roots[] = { sets_root(&j->sets, link->strong), sets_root(&j->sets, link->weak) };
    if (roots[0] == roots[1])
        return;
    int broken = sets_limit(&j->sets, roots, 2);
    if (broken == LIMIT_KEPT)
        sets_join(&j->sets, roots[0], roots[1]);
    else
        refuse(j, link, broken);
}

static void try_kinds(struct join *j, const struct links *links, int strong, int weak)
{
    size_t class = (size_t)strong * ID_KINDS + (size_t)weak;
    for (size_t i = links->first[class]; i < links->first[class + 1]; i++)
        try_link(j, &links->list[i]);
}

/* ---- cookies ---- */

struct cookie {
    uint32_t id;
    int64_t first;
    struct str text;
};

static int by_first(const void *x, const void *y)
{
    const struct cookie *a = x, *b = y;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return str_cmp(a->text, b->text);
}

/* One cookie with all its links to stronger identifiers. roots has room for one more than n. */
static void try_cookie(struct join *j, uint32_t cookie, const struct link *const *links, size_t n,
                       uint32_t *roots)
{
    size_t nroots = 0;
    for (size_t i = 0; i < n; i++)
        if (role_of(j, links[i]->strong) == ROLE_PLAIN)
            roots[nroots++] = sets_root(&j->sets, links[i]->strong);
    nroots = numbers_distinct(roots, nroots);
    if (nroots > 1 && sets_limit(&j->sets, roots, nroots) != LIMIT_KEPT) {
        shared_add(j, cookie, nroots);
        return;
    }
    roots[nroots] = cookie;
    int broken = sets_limit(&j->sets, roots, nroots + 1);
    for (size_t i = 0; i < n; i++) {
        if (role_of(j, links[i]->strong) != ROLE_PLAIN)
            continue;
        if (broken == LIMIT_KEPT)
            sets_join(&j->sets, links[i]->strong, cookie);
        else
            refuse(j, links[i], broken);
    }
}

struct cookies {
    struct cookie *list; /* by first time, then value */
    size_t n;
    uint32_t *rank; /* [ids.n] place in the list */
    size_t *first;  /* [n + 1] into links */
    const struct link **links;
};

static void cookies_find(const struct join *j, const bool *over, struct cookies *c)
{
    uint32_t nids = j->set->ids.n;
    *c = (struct cookies){ .rank = mem_take(nids * sizeof *c->rank) };
    for (uint32_t id = 0; id < nids; id++)
        c->n += over[id] && j->sets.kind[id] == ID_COOKIE && role_of(j, id) == ROLE_PLAIN;
    c->list = mem_take(c->n * sizeof *c->list);
    c->n = 0;
    memset(c->rank, 0xff, nids * sizeof *c->rank);
    for (uint32_t id = 0; id < nids; id++)
        if (over[id] && j->sets.kind[id] == ID_COOKIE && role_of(j, id) == ROLE_PLAIN)
            c->list[c->n++] = (struct cookie){ id, j->first[id], intern_text(&j->set->ids, id) };
    if (c->n)
        qsort(c->list, c->n, sizeof *c->list, by_first);
    for (size_t i = 0; i < c->n; i++)
        c->rank[c->list[i].id] = (uint32_t)i;
}

/* Hangs each link of a stronger identifier with a cookie on the cookie. */
static void cookies_link(const struct links *links, struct cookies *c)
{
    size_t *at = mem_zero(c->n + 1, sizeof *at), sum = 0;
    c->first = mem_zero(c->n + 1, sizeof *c->first);
    for (int turn = 0; turn < 2; turn++) {
        for (size_t kind = 0; kind < ID_COOKIE; kind++) {
            size_t class = kind * ID_KINDS + ID_COOKIE;
            for (size_t i = links->first[class]; i < links->first[class + 1]; i++) {
                uint32_t rank = c->rank[links->list[i].weak];
                if (rank != INTERN_NONE && turn)
                    c->links[at[rank]++] = &links->list[i];
                else if (rank != INTERN_NONE)
                    at[rank]++;
            }
        }
        for (size_t i = 0; i < c->n && !turn; i++) {
            c->first[i] = sum;
            sum += at[i];
            at[i] = c->first[i];
        }
        if (!turn) {
            c->first[c->n] = sum;
            c->links = mem_take(sum * sizeof *c->links);
        }
    }
    free(at);
}

static void cookies_join(struct join *j, const bool *over, const struct links *links)
{
    struct cookies c;
    cookies_find(j, over, &c);
    cookies_link(links, &c);
    size_t most = 0;
    for (size_t i = 0; i < c.n; i++)
        if (c.first[i + 1] - c.first[i] > most)
            most = c.first[i + 1] - c.first[i];
    uint32_t *roots = mem_take((most + 1) * sizeof *roots);
    for (size_t i = 0; i < c.n; i++)
        if (c.first[i + 1] > c.first[i])
            try_cookie(j, c.list[i].id, c.links + c.first[i], c.first[i + 1] - c.first[i], roots);
    free(roots);
    free(c.list);
    free(c.rank);
    free(c.first);
    free(c.links);
}

void merge_again(struct join *j, const bool *over, int workers)
{
    struct links links;
    links_gather(j, over, workers, &links);
    crowded_find(j, &links);
    crowded_by_number(j, &links);
    for (int strong = 0; strong < ID_COOKIE; strong++)
        for (int weak = strong; weak < ID_COOKIE; weak++)
            try_kinds(j, &links, strong, weak);
    cookies_join(j, over, &links);
    try_kinds(j, &links, ID_COOKIE, ID_COOKIE);
    links_free(&links);
}
