/* links.c - links between identifiers in the order in which they are taken (A37); see join.h.
 *
 * Within two kinds they are sorted in place by time (radix.h); equal times by the values, which are
 * read only then.
 */
#include <assert.h>
#include <stdlib.h>

#include "identity/join.h"
#include "identity/radix.h"

static_assert(sizeof(struct link) == RADIX_ITEM, "sorted by radix.h");

/* ---- gathering ---- */

/* All identifiers of a who that are no visitors stood in one set. */
static bool is_of(const struct join *j, const bool *of, uint32_t who)
{
    size_t n = j->use[who] ? who_size(j->set, who) : 0;
    for (size_t i = 0; n > 1 && i < n; i++)
        if (id_kind_joins(j->sets.kind[who_id(j->set, who, i)]))
            return of[who_id(j->set, who, i)];
    return false;
}

/* Calls for each pair of a who's identifiers; counts when list is NULL. */
static void add_pairs(const struct join *j, uint32_t who, size_t *at, struct link *list)
{
    size_t n = who_size(j->set, who);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            uint32_t a = who_id(j->set, who, i), b = who_id(j->set, who, k);
            if (!id_kind_joins(j->sets.kind[a]) || !id_kind_joins(j->sets.kind[b]))
                continue;
            bool in_order = j->sets.kind[a] != j->sets.kind[b] ? j->sets.kind[a] < j->sets.kind[b]
                                                               : is_better(j->set, a, b);
            uint32_t strong = in_order ? a : b, weak = in_order ? b : a;
            size_t class = (size_t)j->sets.kind[strong] * ID_KINDS + j->sets.kind[weak];
            if (list)
                list[at[class]] = (struct link){ j->seen[who].time, strong, weak, who };
            at[class]++;
        }
    }
}

/* ---- sorting ---- */

struct tied {
    struct str strong, weak;
    struct link link;
};

static int by_values(const void *x, const void *y)
{
    const struct tied *a = x, *b = y;
    int c = str_cmp(a->strong, b->strong);
    if (!c)
        c = str_cmp(a->weak, b->weak);
    return c;
}

/* Links of one time, by the values of their identifiers. */
static void sort_tied(void *ctx, void *list, size_t n)
{
    const struct event_set *set = ((const struct join *)ctx)->set;
    struct link *links = list;
    struct tied *tied = mem_take(n * sizeof *tied);
    for (size_t i = 0; i < n; i++)
        tied[i] = (struct tied){ intern_text(&set->ids, links[i].strong),
                                 intern_text(&set->ids, links[i].weak), links[i] };
    qsort(tied, n, sizeof *tied, by_values);
    for (size_t i = 0; i < n; i++)
        links[i] = tied[i].link;
    free(tied);
}

void links_gather(struct join *j, const bool *of, int workers, struct links *out)
{
    enum { CLASSES = ID_KINDS * ID_KINDS };
    size_t at[CLASSES] = { 0 };
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        if (is_of(j, of, who))
            add_pairs(j, who, at, NULL);
    out->first[0] = 0;
    for (size_t c = 0; c < CLASSES; c++) {
        out->first[c + 1] = out->first[c] + at[c];
        at[c] = out->first[c];
    }
    out->list = mem_take(out->first[CLASSES] * sizeof *out->list);
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        if (is_of(j, of, who))
            add_pairs(j, who, at, out->list);
    for (size_t c = 0; c < CLASSES; c++)
        radix_sort(out->list + out->first[c], out->first[c + 1] - out->first[c], RADIX_SIGNED,
                   sort_tied, j, workers);
}

void links_free(struct links *l)
{
    free(l->list);
    *l = (struct links){ 0 };
}
