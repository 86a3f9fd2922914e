/* list.c - what a state holds, for people; and whether all of it is as it was written.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "state/ledger.h"

/* ---- list ---- */

static void list_nights(struct state *s, const struct zone *zone, FILE *to)
{
    int64_t before = TIME_NONE;
    fputs("night  at                     records    events      late  data from             to\n",
          to);
    struct rows *r = sql_ask(s->db,
                             "SELECT id, at, records, events, late, first, last, rules FROM night "
                             "ORDER BY id",
                             "");
    struct str rules = { 0 };
    struct arena a = { 0 };
    while (rows_next(r)) {
        char first[TIME_TEXT] = "-", last[TIME_TEXT] = "-";
        int64_t at;
        if (rows_int(r, 5) != TIME_NONE)
            first[time_text(rows_int(r, 5), first)] = 0;
        if (rows_int(r, 6) != TIME_NONE)
            last[time_text(rows_int(r, 6), last)] = 0;
        if (time_argument(rows_text(r, 1), zone, &at)) {
            if (before != TIME_NONE && at - before > 2 * DAY)
                fprintf(to, "       (gap: no run for %" PRId64 " days)\n", (at - before) / DAY);
            before = at;
        }
        if (rules.n && !str_eq(rules, rows_text(r, 7)))
            fputs("       (the rules changed)\n", to);
        rules = arena_keep(&a, rows_text(r, 7));
        fprintf(to, "%5" PRId64 "  %-20.*s %9" PRId64 " %9" PRId64 " %9" PRId64 "  %-20s  %s\n",
                rows_int(r, 0), STR_ARG(rows_text(r, 1)), rows_int(r, 2), rows_int(r, 3),
                rows_int(r, 4), first, last);
    }
    arena_free(&a);
}

static void list_texts(struct state *s, FILE *to)
{
    fputs("\nsource        bytes read    records     events  pieces  name\n", to);
    struct rows *r =
        sql_ask(s->db,
                "SELECT source, text.bytes, sum(piece.records), sum(piece.events), count(*), name, "
                "damage, count(DISTINCT rules), EXISTS (SELECT 1 FROM name WHERE text = text.id) "
                "FROM text JOIN piece ON piece.text = text.id GROUP BY text.id ORDER BY source, "
                "name, text.id",
                "");
    while (rows_next(r))
        fprintf(to, "%-12.*s %11" PRId64 " %10" PRId64 " %10" PRId64 " %7" PRId64 "  %.*s%s%s%s\n",
                STR_ARG(rows_text(r, 0)), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3),
                rows_int(r, 4), STR_ARG(rows_text(r, 5)), rows_int(r, 8) ? "" : " (gone)",
                rows_text(r, 6).n ? " (damaged)" : "",
                rows_int(r, 7) > 1 ? " (with different rules)" : "");
}

static void list_rules(struct state *s, FILE *to)
{
    fputs("\nrules                             pieces     events\n", to);
    struct rows *r = sql_ask(s->db,
                             "SELECT rules, count(*), sum(events) FROM piece GROUP BY rules ORDER "
                             "BY min(night), rules",
                             "");
    while (rows_next(r))
        fprintf(to, "%-32.*s %7" PRId64 " %10" PRId64 "\n", STR_ARG(rows_text(r, 0)),
                rows_int(r, 1), rows_int(r, 2));
}

/* An event file counts to the month of its newest night. */
static void list_months(struct state *s, FILE *to)
{
    fputs("\nmonth    event files     events        bytes\n", to);
    struct rows *r = sql_ask(s->db,
                             "SELECT substr(at, 1, 7), count(*), sum(segment.events), "
                             "sum(segment.bytes) FROM segment JOIN night ON night.id = "
                             "segment.night GROUP BY 1 ORDER BY 1",
                             "");
    while (rows_next(r))
        fprintf(to, "%-7.*s %12" PRId64 " %10" PRId64 " %12" PRId64 "\n", STR_ARG(rows_text(r, 0)),
                rows_int(r, 1), rows_int(r, 2), rows_int(r, 3));
}

static void list_maps(struct state *s, FILE *to)
{
    if (!sql_number(s->db, 0, "SELECT count(*) FROM sqlite_master WHERE name = 'map'", ""))
        return;
    fputs("\nmap             night   journeys      bytes  of\n", to);
    struct rows *r = sql_ask(s->db,
                             "SELECT name, night, journeys, length(text), scope FROM map ORDER BY "
                             "id",
                             "");
    while (rows_next(r)) {
        struct str scope = rows_text(r, 4);
        fprintf(to, "%-14.*s %6" PRId64 " %10" PRId64 " %10" PRId64 "  %.*s\n",
                STR_ARG(rows_text(r, 0)), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3),
                STR_ARG(scope.n ? scope : STR("everything")));
    }
}

bool state_list(struct state *s, const struct zone *zone, FILE *to, struct err *e)
{
    list_nights(s, zone, to);
    list_texts(s, to);
    list_rules(s, to);
    list_months(s, to);
    list_maps(s, to);
    struct rows *r = sql_ask(s->db, "SELECT count(*), sum(bytes), sum(events) FROM segment", "");
    while (rows_next(r))
        fprintf(to, "\n%" PRId64 " segments, %" PRId64 " bytes, %" PRId64 " events\n",
                rows_int(r, 0), rows_int(r, 1), rows_int(r, 2));
    return sql_good(s->db, e);
}

/* ---- verify ---- */

struct verify {
    struct state *s;
    FILE *to;
    size_t faults;
    struct arena a;
};

static void fault(struct verify *v, const char *what)
{
    fprintf(v->to, "%s\n", what);
    v->faults++;
}

/* The pieces that the file of a segment holds, against those that the ledger says. */
static void verify_pieces(struct verify *v, int64_t segment, const struct event_file_about *about)
{
    for (size_t i = 0; i < about->nfiles; i++) {
        const struct input_file *f = &about->files[i];
        bool found = false;
        struct rows *r = sql_ask(v->s->db,
                                 "SELECT bytes, records, matched, headers FROM piece WHERE segment "
                                 "= ? AND text = ? AND first_byte = ?",
                                 "iii", segment, (int64_t)f->piece_of[0], (int64_t)f->first_byte);
        while (rows_next(r))
            found = rows_int(r, 0) == (int64_t)f->bytes && rows_int(r, 1) == (int64_t)f->records &&
                    rows_int(r, 2) == (int64_t)f->matched && rows_int(r, 3) == (int64_t)f->headers;
        if (!found)
            fault(v, arena_printf(&v->a,
                                  "the segment '%s' and the ledger do not agree about '%.*s' from "
                                  "byte %" PRIu64 " on",
                                  about->path.p, STR_ARG(f->name), f->first_byte)
                         .p);
    }
    int64_t pieces =
        sql_number(v->s->db, 0, "SELECT count(*) FROM piece WHERE segment = ?", "i", segment);
    if (pieces != (int64_t)about->nfiles)
        fault(v, arena_printf(&v->a, "the segment '%s' holds %zu pieces, the ledger has %" PRId64,
                              about->path.p, about->nfiles, pieces)
                     .p);
}

static void verify_segment(struct verify *v, int64_t id, struct str name, int64_t bytes,
                           int64_t events, int workers)
{
    struct err e = { { 0 } };
    struct str path = segment_path(v->s, name, &v->a);
    struct event_file *f = event_file_open(path.p, &e);
    if (f && event_file_verify(f, workers, &e)) {
        const struct event_file_about *about = event_file_about(f);
        if ((int64_t)about->bytes != bytes || (int64_t)about->events != events)
            fault(
                v,
                arena_printf(&v->a, "the segment '%s' is not the one that was written", path.p).p);
        verify_pieces(v, id, about);
    }
    if (e.text[0])
        fault(v, e.text);
    event_file_close(f);
}

static void verify_rows(struct verify *v)
{
    static const struct {
        const char *count, *what;
    } rules[] = {
        { "SELECT count(*) FROM piece WHERE records <> matched + unmatched + rejected",
          "parts of texts have records that are neither matched nor unmatched nor rejected" },
        { "SELECT count(*) FROM text WHERE damage = '' AND bytes <> (SELECT sum(bytes) FROM piece "
          "WHERE text = text.id)",
          "texts were read further than their parts reach" },
        { "SELECT count(*) FROM text WHERE damage = '' AND records <> (SELECT sum(records + "
          "headers) FROM piece WHERE text = text.id)",
          "texts have more or fewer records than their parts" },
        { "SELECT count(*) FROM piece a JOIN piece b ON a.text = b.text AND a.first_byte < "
          "b.first_byte AND a.first_byte + a.bytes > b.first_byte",
          "parts of texts overlap" },
        { "SELECT count(*) FROM piece WHERE segment NOT IN (SELECT id FROM segment)",
          "parts of texts are in no segment" },
        { "SELECT count(*) FROM segment WHERE events <> (SELECT sum(events) FROM piece WHERE "
          "segment = segment.id)",
          "segments hold more or fewer events than their parts" },
        { "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
          "faults were found by SQLite in the ledger" },
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        int64_t n = sql_number(v->s->db, 0, rules[i].count, "");
        if (n)
            fault(v, arena_printf(&v->a, "%" PRId64 " %s", n, rules[i].what).p);
    }
}

bool state_verify(struct state *s, int workers, FILE *to, size_t *faults, struct err *e)
{
    struct verify v = { .s = s, .to = to };
    struct rows *r = sql_ask(s->db, "SELECT id, name, bytes, events FROM segment ORDER BY id", "");
    while (rows_next(r))
        verify_segment(&v, rows_int(r, 0), arena_keep(&v.a, rows_text(r, 1)), rows_int(r, 2),
                       rows_int(r, 3), workers);
    verify_rows(&v);
    arena_free(&v.a);
    *faults = v.faults;
    return sql_good(s->db, e);
}
