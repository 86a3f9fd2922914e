/* load.c - all segments of the state as one set, with the names that texts have today.
 *
 * A text that lies in several files is one file of the set for each of them; the events belong to
 * the one that event_set_seal() will put first, and it will call the others duplicates.
 */
#include <stdlib.h>

#include "state/ledger.h"

enum { OPEN_AT_A_TIME = 32 }; /* event files; a state may have thousands */

static bool load_some(struct event_file **files, size_t n, struct rulebook *book, int workers,
                      struct event_set *set, struct err *e)
{
    bool ok = !n || event_files_load_pieces(files, n, book, workers, set, e);
    for (size_t i = 0; i < n; i++)
        event_file_close(files[i]);
    return ok;
}

static bool load_segments(struct state *s, struct rulebook *book, int workers,
                          struct event_set *set, struct err *e)
{
    struct event_file *files[OPEN_AT_A_TIME];
    struct arena a = { 0 };
    size_t n, open = 0;
    bool ok = true;
    struct str *names = segment_names(s, &n, &a);
    for (size_t i = 0; ok && i < n; i++) {
        files[open] = event_file_open(segment_path(s, names[i], &a).p, e);
        ok = files[open] != NULL;
        open += ok;
        if (ok && (open == OPEN_AT_A_TIME || i + 1 == n)) {
            ok = load_some(files, open, book, workers, set, e);
            open = 0;
        }
    }
    for (size_t i = 0; i < open; i++)
        event_file_close(files[i]);
    free(names);
    arena_free(&a);
    return ok && event_set_join_pieces(set, book->nrules, e);
}

static struct input_file *add_file(struct event_set *set, size_t *room)
{
    set->files = mem_grow(set->files, room, set->nfiles + 1, sizeof *set->files);
    return &set->files[set->nfiles++];
}

static void name_files(struct state *s, struct event_set *set)
{
    size_t n = set->nfiles, room = n;
    for (size_t i = 0; i < n; i++) {
        int64_t text = (int64_t)set->files[i].piece_of[0];
        struct rows *r = sql_ask(s->db, "SELECT name FROM text WHERE id = ?", "i", text);
        while (rows_next(r))
            set->files[i].name = arena_keep(&set->arena, rows_text(r, 0));
        r = sql_ask(s->db,
                    "SELECT DISTINCT name FROM name WHERE text = ?1 AND name <> (SELECT name FROM "
                    "text WHERE id = ?1) ORDER BY name",
                    "i", text);
        while (rows_next(r)) {
            struct input_file copy = set->files[i];
            copy.name = arena_keep(&set->arena, rows_text(r, 0));
            *add_file(set, &room) = copy;
        }
    }
}

static void add_bare(struct state *s, const struct plan *plan, struct event_set *set)
{
    size_t room = set->nfiles;
    struct rows *r = sql_ask(s->db,
                             "SELECT source, bare.name, bytes, headers, head, low, high, damage "
                             "FROM bare JOIN input ON input.id = bare.input ORDER BY bare.rowid",
                             "");
    while (rows_next(r)) {
        uint32_t source = 0;
        while (source < plan->nsources && !str_eq(plan->sources[source].name, rows_text(r, 0)))
            source++;
        if (source == plan->nsources)
            continue;
        *add_file(set, &room) = (struct input_file){
            .name = arena_keep(&set->arena, rows_text(r, 1)),
            .source = source,
            .bytes = (uint64_t)rows_int(r, 2),
            .headers = (uint64_t)rows_int(r, 3),
            .first = TIME_NONE,
            .last = TIME_NONE,
            .first_event = TIME_NONE,
            .head_hash = (uint64_t)rows_int(r, 4),
            .whole_hash = { (uint64_t)rows_int(r, 5), (uint64_t)rows_int(r, 6) },
            .damage = arena_keep(&set->arena, rows_text(r, 7)),
        };
    }
}

bool state_load(struct state *s, struct rulebook *book, const struct plan *plan, int workers,
                struct event_set *set, struct err *e)
{
    if (!load_segments(s, book, workers, set, e))
        return false;
    uint64_t events = state_events(s);
#ifdef MISTAKE_LISTING
    events = set->n;
#endif
    if (events != set->n)
        return err_set(e,
                       "the books do not balance: the ledger of '%s' has %llu events, its segments "
                       "hold %zu: see 'touchpath state verify'",
                       s->dir.p, (unsigned long long)events, set->n);
    name_files(s, set);
    add_bare(s, plan, set);
    return sql_good(s->db, e);
}

uint64_t state_events(struct state *s)
{
    return (uint64_t)sql_number(s->db, 0, "SELECT sum(events) FROM piece", "");
}

int64_t state_changes(struct state *s)
{
    return sql_number(s->db, 0, "SELECT changes FROM about", "");
}

static struct str print_text(struct print p, struct arena *a)
{
    return arena_printf(a, "%016llx%016llx", (unsigned long long)p.bits[1],
                        (unsigned long long)p.bits[0]);
}

/* An export that is written anew each night, or a number of logrotate's, was the name of many
 * texts: one line for all of them. */
#define OLD_RULES_NAMED 20

void state_old_rules(struct state *s, const struct rulebook *book,
                     void (*line)(void *ctx, const char *text), void *ctx)
{
    struct arena a = { 0 };
    size_t names = 0, more = 0;
    long long more_events = 0;
    struct rows *r = sql_ask(s->db,
                             "SELECT name, sum(events), count(DISTINCT text) FROM piece JOIN text "
                             "ON text.id = piece.text WHERE rules <> ? GROUP BY name ORDER BY name",
                             "t", print_text(book->print, &a));
    while (rows_next(r)) {
        struct str name = rows_text(r, 0);
        long long events = rows_int(r, 1), texts = rows_int(r, 2);
        if (++names > OLD_RULES_NAMED) {
            more++;
            more_events += events;
            continue;
        }
        struct str said = texts == 1
                              ? STR("it is gone, or has other contents now")
                              : arena_printf(&a, "%lld earlier contents of it are gone", texts);
        line(ctx, arena_printf(&a,
                               "'%.*s' was not read again: %.*s; events kept as the old rules made "
                               "them: %lld",
                               STR_ARG(name), STR_ARG(said), events)
                      .p);
    }
    if (more)
        line(ctx, arena_printf(&a,
                               "%zu more files were not read again; events kept as the old rules "
                               "made them: %lld; 'touchpath state list' names them",
                               more, more_events)
                      .p);
    arena_free(&a);
}

void state_made_by(struct state *s,
                   void (*made)(void *ctx, struct str rules, int64_t first, int64_t last),
                   void *ctx)
{
    struct rows *r = sql_ask(s->db,
                             "SELECT DISTINCT piece.rules, night.first, night.last FROM piece JOIN "
                             "night ON night.id = piece.night",
                             "");
    while (rows_next(r))
        made(ctx, rows_text(r, 0), rows_int(r, 1), rows_int(r, 2));
}

bool state_rules_changed(struct state *s, const struct rulebook *book,
                         void (*line)(void *ctx, const char *text), void *ctx, struct err *e)
{
    struct arena a = { 0 };
    struct str print = print_text(book->print, &a);
    struct str segment = { 0 }, last = { 0 };
    struct rows *r = sql_ask(s->db, "SELECT rules FROM night ORDER BY id DESC LIMIT 1", "");
    while (rows_next(r))
        last = arena_keep(&a, rows_text(r, 0));
    /* Announced once: by the first night with other rules than the night before. */
    bool ask = last.n && !str_eq(last, print);
    r = sql_ask(s->db,
                "SELECT name FROM piece JOIN segment ON segment.id = segment ORDER BY "
                "piece.night DESC, segment.id DESC LIMIT 1",
                "");
    while (rows_next(r))
        segment = segment_path(s, rows_text(r, 0), &a);
    struct event_file *f = ask && segment.n ? event_file_open(segment.p, e) : NULL;
    if (f)
        rulebook_differences(book, event_file_about(f)->book, line, ctx);
    event_file_close(f);
    arena_free(&a);
    return sql_good(s->db, e) && (!ask || !segment.n || f);
}
