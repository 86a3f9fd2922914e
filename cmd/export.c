/* export.c - `touchpath export`: the events of event files as a table, before anybody is joined.
 *
 * In:      event files; no project: what rules and sources mean stands in them.
 * Out:     one file, whole or not at all, that only its owner may read: identifiers are as in the
 * logs. Rows are sorted by time, then by where they stood.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/output.h"
#include "base/par.h"
#include "base/stop.h"
#include "measure/row.h"
#include "memory.h"
#include "report/table_file.h"
#include "steps.h"

struct export_typed {
    char *out, *as, *workers, *since, *until, *last, *memory;
};

#define AT(field) offsetof(struct export_typed, field)

const struct option export_options[] = {
    { "output", 'o', false, OPTION_TEXT, "FILE", AT(out), "the file to write" },
    { "as", 0, false, OPTION_TEXT, "csv|csv.zst|sqlite", AT(as),
      "what to write; by the end of FILE's name when not given (.csv, .csv.zst, .sqlite)" },
    { "workers", 'j', false, OPTION_TEXT, "N", AT(workers),
      "threads; all processors when not given; the output does not depend on it" },
    { "since", 0, false, OPTION_TEXT, "TIME", AT(since),
      "leave out what was before (ISO 8601, a date or a time, in UTC when it names no zone)" },
    { "until", 0, false, OPTION_TEXT, "TIME", AT(until),
      "leave out what was at that time or later" },
    { "last", 0, false, OPTION_TEXT, "N(d|w|mo|y)", AT(last),
      "the last days, weeks, months or years before today, or before --until: 7d, 2w, 6mo, 1y" },
    MEMORY_OPTION(AT(memory)),
    { 0 },
};

static const struct column columns[] = {
    { "time", UNIT_TIME, "when it happened" },
    { "touchpoint", UNIT_TEXT, "what happened; blank: only who is who (link:)" },
    { "stage", UNIT_TEXT, "stage of its rule; blank when it has none" },
    { "channel", UNIT_TEXT, "channel of its source" },
    { "source", UNIT_TEXT, "source of the project that it comes from" },
    { "by", UNIT_TEXT, "who acts: customer or company" },
    { "file", UNIT_TEXT, "file that it was read from" },
    { "record", UNIT_COUNT, "number of the record in the file, from 1" },
    { "rule", UNIT_TEXT, "rule that made it" },
    { "user", UNIT_TEXT, "identifiers of this kind, several with ' | ' between them" },
    { "email", UNIT_TEXT, "the same" },
    { "phone", UNIT_TEXT, "the same" },
    { "account", UNIT_TEXT, "the same" },
    { "order", UNIT_TEXT, "the same" },
    { "ticket", UNIT_TEXT, "the same" },
    { "message", UNIT_TEXT, "the same" },
    { "cookie", UNIT_TEXT, "the same" },
    { "visitor", UNIT_TEXT, "the same" },
    { "group", UNIT_TEXT, "the same" },
    { "value", UNIT_MICROS, "its value; blank when it has none that is a number" },
    { "score", UNIT_MICROS, "its score; blank when it has none that is a number" },
    { "emotion", UNIT_MICROS, "its emotion as it was read; blank when it has none" },
    { "campaign", UNIT_TEXT, "its campaign" },
    { "content", UNIT_TEXT, "its content" },
    { "keyword", UNIT_TEXT, "its search words" },
    { "item", UNIT_TEXT, "the thing that it is about" },
    { "reference", UNIT_TEXT, "order, ticket or message that it belongs to" },
    { "coarse", UNIT_FLAG, "only the date of its time is known" },
    { "marketing_channel", UNIT_TEXT,
      "channel by which the customer arrived with it (docs/channels.md); without direct, which "
      "only sessions tell" },
    { "medium", UNIT_TEXT, "medium of the campaign or link that led here" },
    { "referrer", UNIT_TEXT, "site or source that led here" },
    { "device", UNIT_TEXT, "class of device" },
    { "browser", UNIT_TEXT, "family of browser" },
};

struct exporting {
    const char *path;
    enum table_file_kind kind;
    int workers;
    struct window window;
    struct run run; /* event files, book, events */
};

/* ---- rows ---- */

/* All identifiers of a kind; the text lives in a. */
static struct cell ids_of(const struct event_set *set, uint32_t who, enum id_kind kind,
                          struct arena *a)
{
    struct str all = { NULL, 0 };
    for (size_t i = 0; i < who_size(set, who); i++) {
        uint32_t id = who_id(set, who, i);
        struct str value = id_value(set, id);
        if (id_kind_of(set, id) != kind)
            continue;
        all = !all.p ? arena_keep(a, value)
                     : arena_printf(a, "%.*s | %.*s", STR_ARG(all), STR_ARG(value));
    }
    return all.p ? cell_text(all) : cell_blank();
}

static void add_attributes(struct row *r, const struct event_set *set, const struct event *e,
                           enum attr from, enum attr to)
{
    for (enum attr attr = from; attr <= to; attr++) {
        int64_t micros;
        struct str text = attrs_text(set, e->attrs, attr);
        if (attr > ATTR_EMOTION)
            row_add(r, text.p ? cell_text(text) : cell_blank());
        else
            row_add(r, attrs_micros(set, e->attrs, attr, &micros) ? cell_i(micros) : cell_blank());
    }
}

static bool send_event(const struct exporting *x, const struct event *e, const struct sink *to,
                       struct arena *a)
{
    const struct event_set *set = &x->run.events;
    const struct input_file *file = event_set_file(set, event_file(e));
    const struct book_rule *rule = &x->run.book.rules[e->rule];
    const struct book_source *source = &x->run.book.sources[file->source];
    struct row r = { .n = 0 };
    bool link = e->touch == TOUCH_NONE;
    row_add(&r, e->time == TIME_ALWAYS ? cell_blank() : cell_i(e->time));
    row_add(&r, link ? cell_blank() : cell_text(intern_text(&set->touchpoints, e->touch)));
    row_add(&r, rule->stage.n ? cell_text(rule->stage) : cell_blank());
    row_add(&r, cell_text(source->channel));
    row_add(&r, cell_text(source->name));
    row_add(&r, cell_c(rule->company ? "company" : "customer"));
    row_add(&r, cell_text(file->name));
    row_count(&r, event_record(e));
    row_add(&r, cell_text(rule->label));
    for (enum id_kind kind = ID_USER; kind < ID_KINDS; kind++)
        row_add(&r, ids_of(set, e->who, kind, a));
    add_attributes(&r, set, e, ATTR_VALUE, ATTR_REFERENCE);
    row_add(&r, cell_i(e->flags & EVENT_COARSE));
    add_attributes(&r, set, e, ATTR_MARKETING_CHANNEL, ATTR_BROWSER);
    return row_send(&r, to, sizeof columns / sizeof *columns);
}

/* Who is who without a time is so at all times. */
static bool is_asked(const struct exporting *x, const struct event *e)
{
    return e->time == TIME_ALWAYS || (e->time >= x->window.from && e->time < x->window.until);
}

static int by_time(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

static bool send_events(struct exporting *x, const struct sink *to)
{
    struct event_set *set = &x->run.events;
    struct arena a = { 0 };
    bool ok = true;
    par_sort_spilled(set->spill, set->events, set->n, sizeof *set->events, by_time, x->workers);
    for (size_t i = 0; ok && i < set->n; i++) {
        ok = (!is_asked(x, &set->events[i]) || send_event(x, &set->events[i], to, &a)) &&
             !stop_asked();
        arena_reset(&a);
    }
    arena_free(&a);
    return ok;
}

/* ---- files ---- */

/* Every touchpoint keeps its name, however many there are. */
static void seal(struct exporting *x)
{
    struct intern names = { 0 };
    for (uint32_t i = 0; i < x->run.events.touchpoints.n; i++)
        intern_add(&names, intern_text(&x->run.events.touchpoints, i));
    event_set_seal(&x->run.events, &names, x->workers);
    intern_free(&names);
}

static bool read_files(struct exporting *x, char *const *names, size_t n, struct err *e)
{
    struct run *r = &x->run;
    r->event_files = mem_zero(n, sizeof(struct event_file *));
    for (; r->nevent_files < n; r->nevent_files++)
        if (!(r->event_files[r->nevent_files] = event_file_open(names[r->nevent_files], e)))
            return false;
    event_set_init(&r->events);
    event_set_spill(&r->events, r->spill);
    if (!event_files_load(r->event_files, n, &r->book, x->workers, &r->events, e))
        return false;
    seal(x);
    return true;
}

static bool write_file(struct exporting *x, struct err *e)
{
    struct str name;
    struct output *out = output_of_path(x->path, &name, e);
    if (!out)
        return false;
    FILE *to = output_file_private(out, name.p, e);
    struct table_file *table = to ? table_file_new(to, x->path, x->kind, "events", columns,
                                                   sizeof columns / sizeof *columns, e)
                                  : NULL;
    if (table) {
        struct sink sink = table_file_sink(table);
        bool ok = send_events(x, &sink);
        if (table_file_free(table, e) && ok && !stop_asked())
            return output_commit(out, e);
    }
    output_abort(out);
    return false;
}

/* ---- the command line ---- */

/* FILE.csv */
static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n > k && text[n - k - 1] == '.' && strcmp(text + n - k, end) == 0;
}

static bool read_kind(const struct export_typed *typed, struct exporting *x)
{
    for (int i = 0; i < TABLE_FILE_KINDS; i++) {
        const char *name = table_file_names[i];
        if (typed->as ? strcmp(typed->as, name) == 0 : ends_with(typed->out, name)) {
            x->kind = (enum table_file_kind)i;
            return true;
        }
    }
    if (typed->as)
        complain("--as '%s' is none of 'csv', 'csv.zst' and 'sqlite'; 'touchpath cases' writes XES",
                 typed->as);
    else
        complain("what is '%s' to be? Say it with --as csv, csv.zst or sqlite", typed->out);
    return false;
}

/* There is no project that says in which zone a date is. */
static bool read_window(const struct export_typed *typed, struct exporting *x)
{
    struct zone *utc = zone_new(STR("UTC"));
    struct window_asked asked = { str_c(typed->since), str_c(typed->until), str_c(typed->last) };
    bool both = typed->since && typed->last, ok = !both && window_read(&asked, utc, &x->window);
    if (both)
        complain("--since says already where the time begins: leave --last out");
    zone_free(utc);
    return ok;
}

static bool read_wishes(const struct export_typed *typed, size_t nfiles, struct exporting *x)
{
    long workers = 0;
    if (typed->workers && !option_count("workers", typed->workers, 1, WORKERS_MAX, &workers))
        return false;
    x->workers = par_workers((int)workers);
    x->path = typed->out;
    if (!typed->out)
        complain("say with -o which file to write");
    else if (!nfiles)
        complain("export needs event files: write one with 'touchpath map'");
    else
        return read_window(typed, x) && read_kind(typed, x);
    return false;
}

static int export(struct exporting *x, char *const *names, size_t n)
{
    struct err e = { "" };
    stop_watch();
    int status = !read_files(x, names, n, &e) ? WRONG : write_file(x, &e) ? DONE : COULD_NOT;
    bool stopped = status == COULD_NOT && stop_asked();
    if (status != DONE && !stopped)
        complain("%s", e.text);
    run_free(&x->run);
    if (stopped)
        stop_now();
    return status;
}

int cmd_export(const struct command *self, int argc, char **argv)
{
    struct export_typed typed = { 0 };
    struct exporting x = { .path = NULL };
    int status;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    status = WRONG;
    if (read_wishes(&typed, (size_t)(argc - 1), &x) && memory_limit(typed.memory, 0, &x.run.spill))
        status = export(&x, argv + 1, (size_t)(argc - 1));
    options_free(self->options, &typed);
    return status;
}
