/* forgotten.c - see forgotten.h: the same filter for what is in segments and for what is read again
 * later, so that both give the same set.
 */
#include "state/forgotten.h"

#include <stdlib.h>

#include "ingest/normalise.h"

/* ---- the list ---- */

static bool has_list(struct state *s)
{
    return sql_number(s->db, 0, "SELECT count(*) FROM sqlite_master WHERE name = 'forgotten'", "");
}

bool state_forgotten(struct state *s)
{
    return has_list(s) && sql_number(s->db, 0, "SELECT count(*) FROM forgotten", "");
}

struct str forgotten_check(const struct forgotten *f, struct arena *a)
{
    return namer_name(f->namer, ID_USER, STR("the key of those who were forgotten"), a);
}

bool forgotten_load(struct state *s, const struct name_key *key, const struct identity_rules *rules,
                    struct forgotten *f, struct err *e)
{
    struct arena a = { 0 };
    *f = (struct forgotten){ .rules = rules };
    if (key) {
        struct name_key hashing = *key;
        hashing.raw = false;
        f->namer = namer_new(&hashing);
    }
    if (!state_forgotten(s))
        return sql_good(s->db, e);
    bool same = false;
    struct str check = key ? forgotten_check(f, &a) : STR("");
    struct rows *r = sql_ask(s->db, "SELECT hash, what = 'moment' FROM forgotten", "");
    while (rows_next(r)) {
        same |= str_eq(rows_text(r, 0), check);
        f->moments |= rows_int(r, 1) != 0;
        intern_add(&f->hashes, rows_text(r, 0));
    }
    arena_free(&a);
    return sql_good(s->db, e) &&
           (same ||
            err_set(e,
                    "the state '%s' knows people who were forgotten by another key than today's, "
                    "and could not recognise them: bring back the key file",
                    s->dir.p));
}

void forgotten_free(struct forgotten *f)
{
    intern_free(&f->hashes);
    namer_free(f->namer);
    *f = (struct forgotten){ 0 };
}

static bool is_listed(const struct forgotten *f, struct str hash)
{
    return intern_find(&f->hashes, hash) != INTERN_NONE;
}

struct str forgotten_id(const struct forgotten *f, const struct event_set *set, uint32_t id,
                        struct arena *a)
{
    enum id_kind kind = id_kind_of(set, id);
    return !id_kind_joins(kind) ? STR("") : namer_name(f->namer, kind, id_value(set, id), a);
}

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct str forgotten_moment(const struct forgotten *f, const struct event_set *set,
                            const struct event *e, struct arena *a)
{
    size_t n = who_size(set, e->who);
    struct str *ids = arena_take(a, (n + 1) * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = intern_text(&set->ids, who_id(set, e->who, i));
    qsort(ids, n, sizeof *ids, by_text); /* numbers differ from set to set */
    struct str all = arena_printf(a, "forgotten moment:%lld", (long long)e->time);
    for (size_t i = 0; i < n; i++)
        all = arena_printf(a, "%.*s:%zu:%d:%.*s", STR_ARG(all), ids[i].n, ids[i].p[0],
                           (int)ids[i].n - 1, ids[i].p + 1);
    return namer_name(f->namer, ID_VISITOR, all, a);
}

/* ---- which records ---- */

struct taking {
    const struct forgotten *f;
    struct event_set *set;
    bool *hidden;      /* [whos.n] it names somebody forgotten */
    uint64_t *origins; /* of records that go, ascending, each once */
    size_t n, room;
};

static void look_at_whos(struct taking *t)
{
    const struct event_set *set = t->set;
    struct arena scratch = { 0 };
    bool *hidden = mem_zero((size_t)set->ids.n + 1, sizeof *hidden);
    for (uint32_t id = 0; id < set->ids.n; id++) {
        hidden[id] = is_listed(t->f, forgotten_id(t->f, set, id, &scratch));
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    t->hidden = mem_zero((size_t)set->whos.n + 1, sizeof *t->hidden);
    for (uint32_t who = 0; who < set->whos.n; who++)
        for (size_t i = 0; i < who_size(set, who); i++)
            t->hidden[who] |= hidden[who_id(set, who, i)];
    free(hidden);
}

static int by_number(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

static void list_records(struct taking *t)
{
    struct arena scratch = { 0 };
    for (size_t i = 0; i < t->set->n; i++) {
        const struct event *e = &t->set->events[i];
        bool listed = t->hidden[e->who];
        if (!listed && t->f->moments && who_size(t->set, e->who)) {
            listed = is_listed(t->f, forgotten_moment(t->f, t->set, e, &scratch));
            arena_reset(&scratch);
        }
        if (!listed)
            continue;
        t->origins = mem_grow(t->origins, &t->room, t->n + 1, sizeof *t->origins);
        t->origins[t->n++] = e->origin;
    }
    arena_free(&scratch);
    if (t->n)
        qsort(t->origins, t->n, sizeof *t->origins, by_number);
    size_t kept = 0;
    for (size_t i = 0; i < t->n; i++)
        if (!kept || t->origins[kept - 1] != t->origins[i])
            t->origins[kept++] = t->origins[i];
    t->n = kept;
}

static bool goes(const struct taking *t, const struct event *e)
{
    return t->n && bsearch(&e->origin, t->origins, t->n, sizeof *t->origins, by_number);
}

/* ---- the books ---- */

/* What a file's events say of its times, without those that went. */
struct times {
    int64_t first, last, first_event;
    uint64_t first_event_record;
    bool lost_first, lost_last, lost_first_event;
};

static void see_staying(struct times *to, const struct event *e)
{
    uint64_t record = event_record(e);
    if (e->time == TIME_ALWAYS)
        return;
    if (to->first == TIME_NONE || e->time < to->first)
        to->first = e->time;
    if (to->last == TIME_NONE || e->time > to->last)
        to->last = e->time;
    if (to->first_event == TIME_NONE || record < to->first_event_record) {
        to->first_event = e->time;
        to->first_event_record = record;
    }
}

static void see_going(struct times *to, struct input_file *f, const struct event *e)
{
    to->lost_first |= e->time == f->first;
    to->lost_last |= e->time == f->last;
    to->lost_first_event |= event_record(e) == f->first_event_record;
    if (f->rule_events && f->rule_events[e->rule])
        f->rule_events[e->rule]--;
}

static void correct_times(struct input_file *f, const struct times *t)
{
    if (t->lost_first_event) {
        f->first_event = t->first_event;
        f->first_event_record = t->first_event == TIME_NONE ? 0 : t->first_event_record;
    }
    bool none = (t->lost_first || t->lost_last) && t->first == TIME_NONE;
    if (t->lost_first || none)
        f->first = t->first;
    if (t->lost_last || none)
        f->last = t->last;
}

static uint64_t take_events(struct taking *t)
{
    struct event_set *set = t->set;
    struct times *times = mem_zero(set->nfiles + 1, sizeof *times);
    for (size_t i = 0; i < set->nfiles; i++)
        times[i].first = times[i].last = times[i].first_event = TIME_NONE;
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct event e = set->events[i];
        if (goes(t, &e)) {
            see_going(&times[event_file(&e)], &set->files[event_file(&e)], &e);
            continue;
        }
        see_staying(&times[event_file(&e)], &e);
        set->events[kept++] = e;
    }
    for (size_t i = 0; i < set->nfiles; i++)
        correct_times(&set->files[i], &times[i]);
    free(times);
    uint64_t gone = set->n - kept;
    set->n = kept;
    return gone;
}

/* ---- samples of rejected records ---- */

static bool word_is_hidden(const struct forgotten *f, struct str word, struct arena *a)
{
    for (int kind = 0; id_kind_joins((enum id_kind)kind); kind++) {
        struct str value = id_normalise((enum id_kind)kind, word, f->rules, a);
        if (value.n && is_listed(f, namer_name(f->namer, (enum id_kind)kind, value, a)))
            return true;
    }
    return false;
}

static bool names_hidden(const struct forgotten *f, struct str text, struct arena *a)
{
    static const char between[] = " \t\r\n,;\"'=&<>()[]{}|?#";
    size_t from = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] && !strchr(between, text.p[i]))
            continue;
        struct str word = { text.p + from, i - from };
        if (word.n && word_is_hidden(f, word, a))
            return true;
        from = i + 1;
    }
    return false;
}

static void take_samples(const struct forgotten *f, struct input_file *file)
{
    struct arena a = { 0 };
    size_t kept = 0;
    for (size_t i = 0; i < file->nsamples; i++) {
        const struct reject_sample *s = &file->samples[i];
        bool hide = names_hidden(f, s->text, &a) || names_hidden(f, s->detail, &a);
        arena_reset(&a);
        if (!hide)
            file->samples[kept++] = *s;
    }
    file->nsamples = kept;
    arena_free(&a);
}

/* A table without a header is read as if its first row were one: then names of columns are people.
 */
static bool take_columns(const struct forgotten *f, struct input_file *file)
{
    struct arena a = { 0 };
    struct column_told told;
    bool hide = false;
    for (struct str rest = file->filled; column_next(&rest, &told) && !hide; arena_reset(&a))
        hide = names_hidden(f, told.name, &a);
    if (hide)
        file->filled = (struct str){ 0 };
    arena_free(&a);
    return hide;
}

/* ---- */

uint64_t forgotten_take(const struct forgotten *f, struct event_set *set, bool *touched)
{
    if (!f->hashes.n)
        return 0;
    struct taking t = { .f = f, .set = set };
    look_at_whos(&t);
    list_records(&t);
    uint64_t gone = take_events(&t);
    for (size_t i = 0; i < t.n; i++) {
        size_t file = (size_t)(t.origins[i] >> ORIGIN_RECORD_BITS);
        set->files[file].matched--;
        set->files[file].rejected[REJECT_FORGOTTEN]++;
        if (touched)
            touched[file] = true;
    }
    for (size_t i = 0; i < set->nfiles; i++) {
        size_t had = set->files[i].nsamples;
        take_samples(f, &set->files[i]);
        bool gone_too = take_columns(f, &set->files[i]) || set->files[i].nsamples < had;
        if (touched)
            touched[i] |= gone_too;
    }
    if (gone)
        event_set_keep_named(set);
    free(t.hidden);
    free(t.origins);
    return gone;
}
