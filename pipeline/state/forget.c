/* forget.c - a person leaves the state: see state.h and forgotten.h.
 *
 *     list of hashes -> segments without the person, safe on disk -> BEGIN ... COMMIT -> old ones
 * go
 */
#include <stdlib.h>

#include "state/forgotten.h"
#include "state/rewrite.h"

struct forget {
    struct state *s;
    struct forgetting *wish;
    struct forgotten list;
    struct rewriting r;
    struct str *hashes; /* that are new on the list; the first nids are of identifiers */
    size_t nhashes, hashes_room, nids;
};

/* ---- who it is ---- */

static void list_hash(struct forget *f, struct str hash)
{
    if (!hash.n || intern_find(&f->list.hashes, hash) != INTERN_NONE)
        return;
    intern_add(&f->list.hashes, hash);
    f->hashes = mem_grow(f->hashes, &f->hashes_room, f->nhashes + 1, sizeof *f->hashes);
    f->hashes[f->nhashes++] = hash;
}

/* One that was given away again stays off the list, which knows no time: it would hide the others.
 */
static struct str id_hash(struct forget *f, uint32_t id, struct arena *a)
{
    const struct forgetting *w = f->wish;
    return is_reused(&w->customers->reused, id) ? STR("") : forgotten_id(&f->list, w->set, id, a);
}

static bool who_is_listed(struct forget *f, uint32_t who)
{
    const struct event_set *set = f->wish->set;
    struct arena a = { 0 };
    bool listed = false;
    for (size_t i = 0; i < who_size(set, who) && !listed; i++) {
        struct str hash = id_hash(f, who_id(set, who, i), &a);
        listed = hash.n && intern_find(&f->list.hashes, hash) != INTERN_NONE;
    }
    arena_free(&a);
    return listed;
}

/* The person's identifiers; then the records that were theirs though they name none of them. */
static void list_person(struct forget *f)
{
    const struct forgetting *w = f->wish;
    for (uint32_t id = 0; id < w->set->ids.n; id++)
        if (w->customer == CUSTOMER_NONE ? id == w->id : w->customers->of_id[id] == w->customer)
            list_hash(f, id_hash(f, id, &f->r.arena));
    f->nids = f->nhashes;
    for (size_t i = 0; i < w->set->n && w->customer != CUSTOMER_NONE; i++) {
        struct event e = w->set->events[i];
        if (customer_of(w->customers, &e) != w->customer || who_is_listed(f, e.who))
            continue;
        e.who = who_as_read(&w->customers->reused, e.who);
        list_hash(f, forgotten_moment(&f->list, w->set, &e, &f->r.arena));
    }
    f->list.moments |= f->nhashes > f->nids;
}

/* ---- the transaction ---- */

static void write_list(struct forget *f)
{
    struct sql *db = f->s->db;
    sql_do(db,
           "CREATE TABLE IF NOT EXISTS forgotten(hash TEXT PRIMARY KEY, what TEXT, night INTEGER)"
           " WITHOUT ROWID",
           "");
    sql_do(db, "INSERT OR IGNORE INTO forgotten VALUES(?, 'key', ?)", "ti",
           forgotten_check(&f->list, &f->r.arena), f->r.night);
    for (size_t i = 0; i < f->nhashes; i++)
        sql_do(db, "INSERT OR IGNORE INTO forgotten VALUES(?, ?, ?)", "tti", f->hashes[i],
               i < f->nids ? STR("identifier") : STR("moment"), f->r.night);
}

static bool write_all(struct forget *f, struct err *e)
{
    struct sql *db = f->s->db;
    sql_do(db, "BEGIN IMMEDIATE", "");
    write_list(f);
    rewriting_commit(&f->r);
    sql_do(db, "COMMIT", "");
    return sql_good(db, e);
}

/* ---- the whole ---- */

static uint64_t take(void *ctx, struct event_set *set, bool *touched)
{
    const struct forget *f = ctx;
    return forgotten_take(&f->list, set, touched);
}

bool state_forget(struct state *s, struct forgetting *wish, struct err *e)
{
    struct forget f = { .s = s, .wish = wish };
    f.r = (struct rewriting){
        .s = s,
        .plan = wish->plan,
        .workers = wish->workers,
        .take = take,
        .ctx = &f,
        .why = REJECT_FORGOTTEN,
    };
    bool ok = forgotten_load(s, wish->key, &wish->plan->identity, &f.list, e);
    if (ok) {
        f.r.night = 1 + sql_number(s->db, 0, "SELECT max(id) FROM night", "");
        list_person(&f);
        ok = rewriting_all(&f.r, e) && write_all(&f, e) && segments_sweep(s, e);
    }
    wish->identifiers = f.nids;
    wish->segments = f.r.nsegments;
    wish->events = f.r.events;
    wish->records = f.r.records;
    forgotten_free(&f.list);
    free(f.hashes);
    rewriting_free(&f.r);
    return ok;
}
