/* customer.c - `touchpath customer ID`: who is that, why, and what did they do?
 *
 * In:      a project, and its state or what it names, or the files of the command line, event
 *          files or logs.
 * Out:     on stdout the customer's identifiers, for each the record that joined it, and the events
 *          in order, each with its record.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/stop.h"
#include "find_customer.h"
#include "history.h"
#include "identity/why.h"
#include "journey/journeys.h"

struct showing {
    struct run run;
    struct name_key key; /* that the project names with; customers.key may be raw */
    struct namer *namer;
    struct arena arena;
};

/* ---- showing ---- */

static struct str shown_id(struct showing *s, uint32_t id)
{
    enum id_kind kind = id_kind_of(&s->run.events, id);
    struct str name = namer_name(s->namer, kind, id_value(&s->run.events, id), &s->arena);
    return s->run.customers.key.raw
               ? name
               : arena_printf(&s->arena, "%s:%.*s", id_kind_names[kind], STR_ARG(name));
}

static void put_time(int64_t time, FILE *to)
{
    char text[TIME_TEXT];
    if (time == TIME_ALWAYS)
        fputs("at all times", to);
    else
        print_safely((struct str){ text, time_text(time, text) }, SIZE_MAX, to);
}

static void put_record(const struct showing *s, uint64_t origin, FILE *to)
{
    const struct event e = { .origin = origin };
    print_safely(event_set_file(&s->run.events, event_file(&e))->name, SIZE_MAX, to);
    fprintf(to, " record %llu", (unsigned long long)event_record(&e));
}

static void show_identifiers(struct showing *s, uint32_t customer, FILE *to)
{
    size_t n;
    struct joined *list = customer_why(&s->run.events, &s->run.customers, customer, &n);
    fprintf(to, "customer ");
    print_safely(s->run.customers.names[customer], SIZE_MAX, to);
    fprintf(to, "\n\n%zu identifier%s\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        fputs("  ", to);
        print_safely(shown_id(s, list[i].id), SIZE_MAX, to);
        if (list[i].with != INTERN_NONE) {
            fputs("\n      with ", to);
            print_safely(shown_id(s, list[i].with), SIZE_MAX, to);
            fputs(": ", to);
            put_record(s, list[i].origin, to);
            fputs(", ", to);
            put_time(list[i].time, to);
        }
        putc('\n', to);
    }
    free(list);
}

static void show_events(struct showing *s, uint32_t customer, FILE *to)
{
    const struct world *w = &s->run.world;
    size_t first = events_begin(w, customer), end = events_end(w, customer);
    fprintf(to, "\n%zu event%s\n", end - first, end - first == 1 ? "" : "s");
    for (size_t i = first; i < end; i++) {
        const struct event *e = &w->events[i];
        fputs("  ", to);
        put_time(e->time, to);
        fputs("  ", to);
        print_safely(w->touchpoints[e->touch].name, SIZE_MAX, to);
        fputs("  (", to);
        put_record(s, e->origin, to);
        if (s->run.customers.of_who[e->who] >= CUSTOMER_BY_TIME)
            fputs("; by who was signed in on a shared device", to);
        fputs(")\n", to);
    }
}

/* ---- the subcommand ---- */

/* No key is made for raw names. */
static bool know_key(struct showing *s, const struct run_wishes *w, struct err *e)
{
    const char *file = s->run.plan->identity.key_file.p;
    s->key.raw = w->raw_ids && access(file, F_OK) != 0;
    if (!s->key.raw && !name_key_load(file, &s->key, e))
        return false;
    struct name_key shown = s->key;
    shown.raw = w->raw_ids;
    s->namer = namer_new(&shown);
    return true;
}

/* The sentence. */
static enum status show(struct showing *s, struct run_wishes *w, const char *wanted, struct err *e)
{
    struct run *r = &s->run;
    if (!load_plan(r, w) || !read_people_lists(r) || !know_window(r, w))
        return WRONG;
    r->plan->accounts.level = false; /* a customer is a person here, whatever tables count */
    enum status status = read_history(r, w, e);
    if (status != DONE)
        return status;
    if (stop_asked() || !know_key(s, w, e) || !know_customers(r, w, e))
        return COULD_NOT;
    const struct finding finding = { r->plan, &r->events, &r->customers, &s->key };
    uint32_t id, customer = find_customer(&finding, wanted, &id);
    if (id != INTERN_NONE)
        complain("'%s' was seen, but no event is theirs", wanted);
    if (customer == CUSTOMER_NONE)
        return WRONG;
    show_identifiers(s, customer, stdout);
    world_make(r->plan, &r->events, &r->customers, w->workers, &r->world);
    show_events(s, customer, stdout);
    return DONE;
}

int cmd_customer(const struct command *self, int argc, char **argv)
{
    struct run_wishes w;
    int status;
    if (!wishes_read(self, &w, argc, argv, &status))
        return status;
    if (!w.nfiles) {
        complain("say which customer: a name as journeys.csv has it, or an identifier such as "
                 "email:ann@example.com");
        wishes_free(self, &w);
        return WRONG;
    }
    struct showing s = { 0 };
    struct err e = { 0 };
    const char *wanted = w.files[0];
    w.files++;
    w.nfiles--;
    stop_watch();
    status = show(&s, &w, wanted, &e);
    namer_free(s.namer);
    arena_free(&s.arena);
    return end_history(&s.run, &w, self, status, &e);
}
