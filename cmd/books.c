/* books.c - see books.h. */
#include "books.h"

#include <inttypes.h>
#include <time.h>

/* ---- counting ---- */

uint64_t events_of(const struct run *r, enum follow_up_kind kind)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < r->events.nfiles; i++) {
        const struct input_file *f = &r->events.files[i];
        for (size_t k = 0; f->rule_events && k < r->plan->nrules; k++)
            sum += r->plan->rules[k].follow_up.kind == kind ? f->rule_events[k] : 0;
    }
    return sum;
}

static void add_file(struct books *b, const struct input_file *f)
{
    b->texts++;
    b->bytes += f->bytes;
    b->damaged += f->damage.n > 0;
    b->takes_out |= f->duplicate || f->rejected[REJECT_REPEATED] > 0;
    if (f->duplicate) {
        b->copies++;
        b->copied_bytes += f->bytes;
        return;
    }
    b->records += f->records;
    b->matched += f->matched;
    b->unmatched += f->unmatched;
    b->headers += f->headers;
    for (int i = 0; i < REJECTS; i++)
        b->rejected += f->rejected[i];
}

void books_of_events(struct books *b, const struct event_set *set)
{
    b->events = set->n;
    b->outside = set->outside;
}

void books_of_world(struct books *b, const struct run *r)
{
    for (size_t i = 0; i < r->events.nfiles; i++)
        add_file(b, &r->events.files[i]);
    b->in_tables = r->world.all_events;
    b->of_nobody = r->customers.links + r->customers.unidentified;
    b->implied = events_of(r, FOLLOW_UP_IMPLIED);
    b->in_copies = b->events + b->implied - b->in_tables - b->of_nobody;
    b->takes_out |= events_of(r, FOLLOW_UP_SOON) > 0;
}

void books_of_map(struct books *b, const struct run *r)
{
    for (size_t i = 0; i < r->events.nfiles; i++) {
        const struct input_file *f = &r->events.files[i];
        add_file(b, f);
        for (size_t k = 0; f->rule_events && k < r->plan->nrules; k++) {
            const struct rule *rule = &r->plan->rules[k];
            bool gives = !rule->excludes && rule->follow_up.kind == FOLLOW_UP_NONE;
            b->by_rules += gives ? f->rule_events[k] : 0;
        }
    }
    b->events = r->events.n;
}

static bool records_balance(const struct books *b, struct err *e)
{
    if (b->records == b->matched + b->unmatched + b->rejected)
        return true;
    return err_set(e,
                   "the books do not balance: of %" PRIu64 " records %" PRIu64
                   " are accounted for. Please report this",
                   b->records, b->matched + b->unmatched + b->rejected);
}

bool books_of_map_balance(const struct books *b, struct err *e)
{
    if (!records_balance(b, e))
        return false;
    if (b->events != b->by_rules)
        return err_set(e,
                       "the books do not balance: rules gave %" PRIu64 " events, and %" PRIu64
                       " would be in the event file. Please report this",
                       b->by_rules, b->events);
    return true;
}

bool books_balance(const struct books *b, struct err *e)
{
    if (!records_balance(b, e))
        return false;
    if (b->in_copies && !b->takes_out)
        return err_set(e,
                       "the books do not balance: %" PRIu64 " events were read, %" PRIu64
                       " are in tables, %" PRIu64 " are nobody's. Please report this",
                       b->events, b->in_tables, b->of_nobody);
    return true;
}

/* ---- run.json ---- */

int64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void json_text(struct str s, FILE *to)
{
    fputc('"', to);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            fprintf(to, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(to, "\\u%04x", c);
        else
            fputc(c, to);
    }
    fputc('"', to);
}

void json_time(const char *name, int64_t ns, FILE *to)
{
    char at[TIME_TEXT];
    size_t n = time_text(ns / 1000000000 * SECOND, at);
    fprintf(to, "  \"%s\": \"%.*s\",\n", name, (int)n, at);
}

void json_count(const char *name, uint64_t count, bool last, FILE *to)
{
    fprintf(to, "\"%s\": %" PRIu64 "%s", name, count, last ? " },\n" : ", ");
}

void json_head(const struct run *r, FILE *to)
{
    fputs("{\n  \"program\": \"touchpath " VERSION "\",\n  \"project\": ", to);
    json_text(r->plan->name, to);
    fprintf(to, ",\n  \"rules\": \"%016" PRIx64 "%016" PRIx64 "\",\n", r->book.print.bits[1],
            r->book.print.bits[0]);
}

static void json_inputs(const struct event_set *set, FILE *to)
{
    fputs("  \"inputs\": [", to);
    for (size_t i = 0; i < set->nfiles; i++) {
        const struct input_file *f = &set->files[i];
        fprintf(to, "%s\n    { \"name\": ", i ? "," : "");
        json_text(f->name, to);
        fprintf(to, ", \"bytes\": %" PRIu64 ", \"records\": %" PRIu64, f->bytes, f->records);
        if (f->duplicate)
            fputs(", \"copy\": true", to);
        if (f->damage.n) {
            fputs(", \"damage\": ", to);
            json_text(f->damage, to);
        }
        fputs(" }", to);
    }
    fputs(set->nfiles ? "\n  ]\n" : "]\n", to);
}

static void json_read(const struct told_run *t, FILE *to)
{
    const struct books *b = t->books;
    int64_t now = clock_ns();
    json_head(t->run, to);
    fprintf(to, "  \"command\": \"%s\",\n", t->what);
    json_time("began", t->began, to);
    json_time("ended", now, to);
    fprintf(to, "  \"seconds\": %.3f,\n  \"texts\": { ", (double)(now - t->began) / 1e9);
    json_count("read", b->texts, false, to);
    json_count("copies", b->copies, false, to);
    json_count("damaged", b->damaged, true, to);
    fputs("  \"bytes\": { ", to);
    json_count("read", b->bytes, false, to);
    json_count("in_records", b->bytes - b->copied_bytes, false, to);
    json_count("skipped", b->copied_bytes, true, to);
    fputs("  \"records\": { ", to);
    json_count("new", b->records, false, to);
    json_count("matched", b->matched, false, to);
    json_count("unmatched", b->unmatched, false, to);
    json_count("rejected", b->rejected, false, to);
    json_count("headers", b->headers, true, to);
    fputs("  \"events\": { ", to);
    json_count("new", b->events, false, to);
}

void write_map_run(const void *told_run, FILE *to)
{
    const struct told_run *t = told_run;
    json_read(t, to);
    json_count("in_file", t->books->events, true, to);
    fputs("  \"balanced\": true,\n", to);
    json_inputs(&t->run->events, to);
    fputs("}\n", to);
}

void write_run(const void *told_run, FILE *to)
{
    const struct told_run *t = told_run;
    const struct books *b = t->books;
    json_read(t, to);
    json_count("implied", b->implied, false, to);
    json_count("in_tables", b->in_tables, false, to);
    json_count("of_nobody", b->of_nobody, false, to);
    json_count("outside_window", b->outside, false, to);
    json_count("of_copies", b->in_copies, true, to);
    fputs("  \"balanced\": true,\n", to);
    json_inputs(&t->run->events, to);
    fputs("}\n", to);
}
