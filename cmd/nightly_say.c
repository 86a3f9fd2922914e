/* nightly_say.c - what a night says of itself: the log, run.json, digest.txt, --dry-run. See
 * nightly.h.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "books.h"
#include "nightly.h"

/* ---- the log ---- */

static void log_line(const struct run_wishes *w, int level, const char *text)
{
    char at[TIME_TEXT];
    if (!w->typed.log)
        return;
    if (strcmp(w->typed.log, "syslog") == 0) {
        openlog("touchpath", LOG_PID, LOG_USER);
        syslog(level, "%s", text);
        closelog();
        return;
    }
    FILE *f = fopen(w->typed.log, "a");
    if (!f)
        return; /* checked when the run began; a line is not worth the night */
    at[time_text((int64_t)time(NULL) * SECOND, at)] = 0;
    fprintf(f, "%s touchpath[%ld] %s\n", at, (long)getpid(), text);
    fclose(f);
}

void say(const struct run_wishes *w, const char *fmt, ...)
{
    char text[2000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    complain("%s", text);
    log_line(w, LOG_WARNING, text);
}

void note(const struct run_wishes *w, const char *fmt, ...)
{
    char text[2000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (w->typed.verbose)
        complain("%s", text);
    log_line(w, LOG_INFO, text);
}

/* ---- the books ---- */

bool night_balances(const struct told *t, struct err *e)
{
    const struct night *n = t->n;
    if (n->bytes_read != n->bytes_taken + n->bytes_skipped)
        return err_set(e,
                       "the books do not balance: %" PRIu64 " bytes were read, %" PRIu64
                       " are in records and %" PRIu64 " were skipped. Please report this",
                       n->bytes_read, n->bytes_taken, n->bytes_skipped);
    if (n->records != n->matched + n->unmatched + n->rejected)
        return err_set(e,
                       "the books do not balance: of %" PRIu64 " records %" PRIu64
                       " are accounted for. Please report this",
                       n->records, n->matched + n->unmatched + n->rejected);
    bool copies = events_of(t->r, FOLLOW_UP_SOON) > 0;
    for (size_t i = 0; i < t->r->events.nfiles; i++)
        copies |=
            t->r->events.files[i].duplicate || t->r->events.files[i].rejected[REJECT_REPEATED] > 0;
    if (t->duplicates && !copies)
        return err_set(e,
                       "the books do not balance: %" PRIu64 " events are in segments, %" PRIu64
                       " in tables, %" PRIu64 " are nobody's. Please report this",
                       t->in_segments, t->in_tables, t->nobodys);
    return true;
}

/* ---- run.json ---- */

static void json_texts(const struct told *t, FILE *to)
{
    const struct night *n = t->n;
    bool first = true;
    fputs("  \"opened\": [", to);
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *x = &n->texts.list[i];
        fprintf(to, "%s\n    { \"name\": ", first ? "" : ",");
        json_text(x->name, to);
        fprintf(to, ", \"what\": \"%s\", \"from\": %" PRIu64 ", \"to\": %" PRIu64,
                fate_names[n->fates[i].fate], x->start, x->bytes);
        if (n->fates[i].why) {
            fputs(", \"why\": ", to);
            json_text(str_c(n->fates[i].why), to);
        }
        if (x->damage.n) {
            fputs(", \"damage\": ", to);
            json_text(x->damage, to);
        }
        fputs(" }", to);
        first = false;
    }
    fputs(first ? "]\n" : "\n  ]\n", to);
}

void write_run_json(const struct told *t, FILE *to)
{
    const struct night *n = t->n;
    json_head(t->r, to);
    json_time("began", t->began, to);
    json_time("ended", t->ended, to);
    fprintf(to, "  \"seconds\": %.3f,\n  \"night\": %" PRId64 ",\n",
            (double)(t->ended - t->began) / 1e9, n->number);
    fputs("  \"inputs\": { ", to);
    json_count("found", n->found, false, to);
    json_count("unchanged", n->unchanged, false, to);
    json_count("opened", n->inputs.n, false, to);
    json_count("damaged", n->damaged, true, to);
    fputs("  \"texts\": { ", to);
    for (int i = 0; i < FATES; i++)
        json_count(fate_names[i], n->count[i], i + 1 == FATES, to);
    fputs("  \"bytes\": { ", to);
    json_count("read", n->bytes_read, false, to);
    json_count("in_records", n->bytes_taken, false, to);
    json_count("skipped", n->bytes_skipped, false, to);
    json_count("waiting", n->bytes_held, true, to);
    fputs("  \"records\": { ", to);
    json_count("new", n->records, false, to);
    json_count("matched", n->matched, false, to);
    json_count("unmatched", n->unmatched, false, to);
    json_count("rejected", n->rejected, false, to);
    json_count("of_earlier_days", n->late, false, to);
    json_count("very_late", n->beyond, true, to);
    fputs("  \"events\": { ", to);
    json_count("new", n->events, false, to);
    json_count("in_segments", t->in_segments, false, to);
    json_count("implied", t->implied, false, to);
    json_count("in_tables", t->in_tables, false, to);
    json_count("of_nobody", t->nobodys, false, to);
    json_count("of_copies", t->duplicates, false, to);
    json_count("outside_window", t->outside, true, to);
    fputs("  \"balanced\": true,\n", to);
    json_texts(t, to);
    fputs("}\n", to);
}

/* ---- digest.txt ---- */

static void digest_of_texts(const struct night *n, FILE *to)
{
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *x = &n->texts.list[i];
        const struct fated *f = &n->fates[i];
        if (x->damage.n)
            fprintf(to, "- could not read all of %.*s: %.*s\n", STR_ARG(x->name),
                    STR_ARG(x->damage));
        else if (f->why)
            fprintf(to, "- %.*s: %s%s\n", STR_ARG(x->name),
                    f->fate == FATE_PUT_OFF ? "not read tonight: " : "", f->why);
    }
}

void write_digest(const struct told *t, struct tallies *tallies, FILE *to)
{
    const struct since_report *s = &t->since;
    fprintf(to, "%.*s: what is new\n\n", STR_ARG(t->r->plan->name));
    fprintf(to, "%" PRIu64 " records and %" PRIu64 " events since the last report", s->records,
            s->events);
    if (s->nights > 1)
        fprintf(to, ", of %" PRIu64 " runs", s->nights);
    fputs(".\n", to);
    if (s->late)
        fprintf(to,
                "%" PRIu64 " records are of earlier days: figures of days that you have seen have "
                "changed.\n",
                s->late);
    if (s->beyond)
        fprintf(to, "%" PRIu64 " of them came later than the project's late window.\n", s->beyond);
    digest_of_texts(t->n, to);
    fputs("\n", to);
    report_summary(&t->r->world, tallies, to);
}

/* ---- --dry-run ---- */

void write_fates(const struct told *t, FILE *to)
{
    const struct night *n = t->n;
    fprintf(to, "%zu inputs, of which %zu have not changed\n", n->found, n->unchanged);
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *x = &n->texts.list[i];
        const struct fated *f = &n->fates[i];
        fprintf(to, "%-8s  %.*s", fate_names[f->fate], STR_ARG(x->name));
        if (f->fate == FATE_NEW || f->fate == FATE_GROWN || f->fate == FATE_AGAIN)
            fprintf(to, ": %" PRIu64 " bytes from byte %" PRIu64 " on", x->bytes - x->start,
                    x->start);
        fprintf(to, "%s%s\n", f->why ? ": " : "", f->why ? f->why : "");
    }
}
