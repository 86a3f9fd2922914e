/* identity_plain.c - see identity_plain.h. */
#include "identity_plain.h"

#include <string.h>

struct pair_of {
    size_t strong, weak;
    int64_t first;
};

struct plain {
    const struct plain_net *net;
    size_t set[PLAIN_IDS]; /* the number of its set */
    bool crowded[PLAIN_IDS], shared[PLAIN_IDS];
    struct pair_of pairs[PLAIN_IDS * PLAIN_IDS];
    size_t npairs;
    struct plain_answer *out;
};

static bool holds(const struct plain_record *r, size_t id)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->ids[i] == id)
            return true;
    return false;
}

static enum id_kind kind(const struct plain *p, size_t id)
{
    return p->net->id[id].kind;
}

static bool stronger(const struct plain *p, size_t a, size_t b)
{
    if (kind(p, a) != kind(p, b))
        return kind(p, a) < kind(p, b);
    return strcmp(p->net->id[a].value, p->net->id[b].value) < 0;
}

static int64_t first_seen(const struct plain *p, size_t id)
{
    int64_t first = INT64_MAX;
    for (size_t r = 0; r < PLAIN_RECORDS; r++)
        if (holds(&p->net->record[r], id) && p->net->record[r].time < first)
            first = p->net->record[r].time;
    return first;
}

/* ---- limits: of the identifiers that are marked ---- */

static bool window_broken(const struct plain *p, const bool *in, int k)
{
    const struct id_limit *limit = &p->net->rules.limits[k];
    for (size_t a = 0; a < PLAIN_IDS; a++) {
        if (!in[a] || (int)kind(p, a) != k)
            continue;
        uint32_t n = 0; /* of those first seen from a's time on, within the window */
        int64_t start = first_seen(p, a);
        for (size_t b = 0; b < PLAIN_IDS; b++)
            if (in[b] && (int)kind(p, b) == k && first_seen(p, b) >= start &&
                (!limit->window || first_seen(p, b) - start < limit->window))
                n++;
        if (!limit->window) {
            n = 0;
            for (size_t b = 0; b < PLAIN_IDS; b++)
                n += in[b] && (int)kind(p, b) == k;
        }
        if (n > limit->most)
            return true;
    }
    return false;
}

static bool broken(const struct plain *p, const bool *in)
{
    const struct identity_rules *rules = &p->net->rules;
    uint32_t all = 0;
    for (int k = 0; k < ID_KINDS; k++) {
        if (!rules->limits[k].most)
            continue;
        if (window_broken(p, in, k))
            return true;
        for (size_t id = 0; id < PLAIN_IDS; id++)
            all += in[id] && (int)kind(p, id) == k;
    }
    return rules->max_identifiers && all > rules->max_identifiers;
}

static void mark_set(const struct plain *p, size_t set, bool *in)
{
    for (size_t id = 0; id < PLAIN_IDS; id++)
        in[id] |= p->set[id] == set;
}

static void join_sets(struct plain *p, size_t a, size_t b)
{
    size_t from = p->set[b], to = p->set[a];
    for (size_t id = 0; id < PLAIN_IDS; id++)
        if (p->set[id] == from)
            p->set[id] = to;
}

/* ---- pairs ---- */

static bool comes_before(const struct plain *p, const struct pair_of *a, const struct pair_of *b)
{
    if (kind(p, a->strong) != kind(p, b->strong))
        return kind(p, a->strong) < kind(p, b->strong);
    if (kind(p, a->weak) != kind(p, b->weak))
        return kind(p, a->weak) < kind(p, b->weak);
    if (a->first != b->first)
        return a->first < b->first;
    if (a->strong != b->strong)
        return stronger(p, a->strong, b->strong);
    return stronger(p, a->weak, b->weak);
}

static void find_pairs(struct plain *p)
{
    for (size_t a = 0; a < PLAIN_IDS; a++) {
        for (size_t b = 0; b < PLAIN_IDS; b++) {
            struct pair_of pair = { a, b, INT64_MAX };
            for (size_t r = 0; r < PLAIN_RECORDS; r++) {
                const struct plain_record *record = &p->net->record[r];
                if (a != b && holds(record, a) && holds(record, b) && record->time < pair.first)
                    pair.first = record->time;
            }
            if (pair.first == INT64_MAX || !stronger(p, a, b))
                continue;
            size_t at = p->npairs++;
            for (; at && comes_before(p, &pair, &p->pairs[at - 1]); at--)
                p->pairs[at] = p->pairs[at - 1];
            p->pairs[at] = pair;
        }
    }
}

static const struct pair_of *pair_of(const struct plain *p, size_t a, size_t b)
{
    for (size_t i = 0; i < p->npairs; i++)
        if ((p->pairs[i].strong == a && p->pairs[i].weak == b) ||
            (p->pairs[i].strong == b && p->pairs[i].weak == a))
            return &p->pairs[i];
    return NULL;
}

static void find_crowded(struct plain *p)
{
    for (size_t id = 0; id < PLAIN_IDS; id++) {
        size_t users = 0;
        size_t company = 0;
        if (kind(p, id) == ID_USER || kind(p, id) == ID_GROUP)
            continue;
        for (size_t u = 0; u < PLAIN_IDS; u++) {
            bool tells = kind(p, u) <= ID_ACCOUNT || kind(p, u) == ID_COOKIE;
            users += kind(p, u) == ID_USER && pair_of(p, u, id);
            company += tells && kind(p, id) != ID_VISITOR && pair_of(p, u, id);
        }
        p->crowded[id] = (p->net->rules.max_persons && users > p->net->rules.max_persons) ||
                         (p->net->rules.max_identifiers && company > p->net->rules.max_identifiers);
        p->out->crowded += p->crowded[id];
    }
}

/* ---- joining ---- */

static bool out_of_it(const struct plain *p, size_t id)
{
    return p->crowded[id] || p->shared[id];
}

static void try_pair(struct plain *p, const struct pair_of *pair)
{
    bool in[PLAIN_IDS] = { false };
    if (out_of_it(p, pair->strong) || out_of_it(p, pair->weak) ||
        p->set[pair->strong] == p->set[pair->weak])
        return;
    mark_set(p, p->set[pair->strong], in);
    mark_set(p, p->set[pair->weak], in);
    if (broken(p, in))
        p->out->refusals++;
    else
        join_sets(p, pair->strong, pair->weak);
}

/* The sets of stronger identifiers seen with a device; how many. */
static size_t sets_with(const struct plain *p, size_t device, bool *in, bool *with)
{
    size_t n = 0;
    bool had[PLAIN_IDS] = { false };
    for (size_t id = 0; id < PLAIN_IDS; id++) {
        with[id] = kind(p, id) < kind(p, device) && pair_of(p, id, device) && !out_of_it(p, id);
        if (!with[id])
            continue;
        mark_set(p, p->set[id], in);
        n += !had[p->set[id]];
        had[p->set[id]] = true;
    }
    return n;
}

static void try_cookie(struct plain *p, size_t cookie)
{
    bool in[PLAIN_IDS] = { false }, with[PLAIN_IDS];
    if (sets_with(p, cookie, in, with) > 1 && broken(p, in)) {
        p->shared[cookie] = true;
        p->out->shared++;
        return;
    }
    in[cookie] = true;
    bool refused = broken(p, in);
    for (size_t id = 0; id < PLAIN_IDS; id++) {
        if (with[id] && refused)
            p->out->refusals++;
        else if (with[id])
            join_sets(p, id, cookie);
    }
}

static void try_cookies(struct plain *p)
{
    bool done[PLAIN_IDS] = { false };
    for (;;) {
        size_t next = PLAIN_IDS;
        for (size_t id = 0; id < PLAIN_IDS; id++) {
            if (kind(p, id) != ID_COOKIE || done[id])
                continue;
            if (next == PLAIN_IDS || first_seen(p, id) < first_seen(p, next) ||
                (first_seen(p, id) == first_seen(p, next) && stronger(p, id, next)))
                next = id;
        }
        if (next == PLAIN_IDS)
            return;
        done[next] = true;
        if (!p->crowded[next] && first_seen(p, next) != INT64_MAX)
            try_cookie(p, next);
    }
}

/* ---- whose a record is ---- */

/* The strongest identifier that names somebody, and of a kind one that is not shared. */
static size_t speaks(const struct plain *p, const struct plain_record *r)
{
    size_t best = PLAIN_NOBODY;
    for (size_t i = 0; i < r->n; i++) {
        size_t id = r->ids[i];
        if (p->crowded[id])
            continue;
        if (best != PLAIN_NOBODY && kind(p, id) == kind(p, best) &&
            p->shared[id] != p->shared[best]) {
            best = p->shared[id] ? best : id;
            continue;
        }
        if (best == PLAIN_NOBODY || stronger(p, id, best))
            best = id;
    }
    return best;
}

static bool has_person(const struct plain *p, size_t set)
{
    for (size_t id = 0; id < PLAIN_IDS; id++)
        if (p->set[id] == set && kind(p, id) <= ID_ACCOUNT)
            return true;
    return false;
}

/* The set of whoever the device is with at record `at`; SIZE_MAX: of nobody. */
static size_t with_device(const struct plain *p, size_t device, size_t at, int64_t window)
{
    const struct plain_record *list = p->net->record, *now = &list[at];
    size_t before = PLAIN_NOBODY, after = PLAIN_NOBODY, last = PLAIN_NOBODY;
    for (size_t r = 0; r < PLAIN_RECORDS; r++) {
        size_t id = speaks(p, &list[r]);
        if (!holds(&list[r], device) || id == PLAIN_NOBODY || p->shared[id] ||
            kind(p, id) >= ID_VISITOR || (p->shared[device] && !has_person(p, p->set[id])))
            continue;
        bool earlier = list[r].time < now->time || (list[r].time == now->time && r <= at);
        if (earlier && (before == PLAIN_NOBODY || list[r].time >= list[before].time))
            before = r;
        if (!earlier && (after == PLAIN_NOBODY || list[r].time < list[after].time))
            after = r;
        if (last == PLAIN_NOBODY || list[r].time >= list[last].time)
            last = r;
    }
    if (p->shared[device] && p->net->rules.last_auth)
        return last == PLAIN_NOBODY ? last : p->set[speaks(p, &list[last])];
    if (before != PLAIN_NOBODY && (!window || now->time - list[before].time <= window))
        return p->set[speaks(p, &list[before])];
    if (after != PLAIN_NOBODY && (!window || list[after].time - now->time <= window))
        return p->set[speaks(p, &list[after])];
    return PLAIN_NOBODY;
}

static size_t set_of(struct plain *p, const size_t *meets, size_t at)
{
    size_t id = speaks(p, &p->net->record[at]);
    if (id == PLAIN_NOBODY)
        return id;
    bool visitor = kind(p, id) == ID_VISITOR;
    size_t owner = PLAIN_NOBODY;
    if (p->shared[id] || (visitor && meets[id] == 1))
        owner = with_device(p, id, at, visitor ? p->net->rules.visitor_window : 0);
    return owner == PLAIN_NOBODY ? p->set[id] : owner;
}

void plain_join(const struct plain_net *net, struct plain_answer *out)
{
    static struct plain p;
    size_t meets[PLAIN_IDS] = { 0 };
    memset(&p, 0, sizeof p);
    memset(out, 0, sizeof *out);
    p.net = net;
    p.out = out;
    for (size_t id = 0; id < PLAIN_IDS; id++)
        p.set[id] = id;
    find_pairs(&p);
    find_crowded(&p);
    for (size_t i = 0; i < p.npairs; i++)
        if (kind(&p, p.pairs[i].weak) < ID_COOKIE)
            try_pair(&p, &p.pairs[i]);
    try_cookies(&p);
    for (size_t i = 0; i < p.npairs; i++)
        if (kind(&p, p.pairs[i].strong) == ID_COOKIE && kind(&p, p.pairs[i].weak) == ID_COOKIE)
            try_pair(&p, &p.pairs[i]);
    for (size_t id = 0; id < PLAIN_IDS; id++) {
        bool in[PLAIN_IDS] = { false }, with[PLAIN_IDS];
        if (kind(&p, id) != ID_VISITOR || p.crowded[id])
            continue;
        meets[id] = sets_with(&p, id, in, with);
        p.shared[id] = meets[id] > 1 && broken(&p, in);
        out->shared += p.shared[id];
        out->apart += meets[id] > 1 && !p.shared[id];
    }
    for (size_t r = 0; r < PLAIN_RECORDS; r++) {
        size_t set = set_of(&p, meets, r);
        out->name[r] = PLAIN_NOBODY;
        for (size_t id = 0; set != PLAIN_NOBODY && id < PLAIN_IDS; id++)
            if (p.set[id] == set &&
                (out->name[r] == PLAIN_NOBODY || stronger(&p, id, out->name[r])))
                out->name[r] = id;
    }
}
