/* explain.c - `touchpath explain`: what becomes of each record of a file, and why?
 *
 * In:      a project and some of its files.
 * Out:     on stdout, for the first records of the files, or one of them: source, fields, time,
 *          identifiers, and which rule took it, or why none did (explain_*.c).
 */
#include <stdlib.h>

#include "base/buffer.h"
#include "base/stop.h"
#include "explain.h"

struct explain_typed {
    char *project, *source, *rules, *records, *record;
};

#define AT(field) offsetof(struct explain_typed, field)

const struct option explain_options[] = {
    { "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", AT(project),
      "the project file; journey.yaml of this folder when not given" },
    { "source", 0, false, OPTION_TEXT, "NAME", AT(source),
      "the source that the FILEs belong to, instead of recognising their format" },
    { "records", 0, false, OPTION_TEXT, "N", AT(records),
      "the first N records of each file; 10 when not given" },
    { "record", 0, false, OPTION_TEXT, "K", AT(record), "record K of each file, and no other" },
    { "rules", 0, false, OPTION_TEXT, "DIR", AT(rules),
      "the folder of formats and packs, instead of the one that was installed" },
    { 0 },
};

enum { RECORDS = 10 };

struct explaining {
    struct look look;
    uint64_t most;             /* of a text are shown; when not: */
    uint64_t number;           /* of the one that is shown; 0 */
    const struct input *input; /* of the walk */
    struct buffer name;        /* of its text */
    uint64_t of_text;          /* shown */
    size_t shown;
};

/* Lines that were joined to a message are told with it; alone only when they are asked for. */
static bool is_wanted(const struct explaining *x, const struct walked *r)
{
    return x->number ? r->number == x->number : x->of_text < x->most && r->why != REJECT_JOINED;
}

static bool is_last(const struct explaining *x, const struct walked *r)
{
    bool joins = x->look.plan->sources[r->source].group; /* lines may be told out of order */
    return x->number ? !joins && r->number >= x->number : x->of_text >= x->most;
}

static bool explain_one(void *ctx, const struct walked *r)
{
    struct explaining *x = ctx;
    if (!str_eq(r->name, buffer_str(&x->name))) {
        x->name.n = 0;
        buffer_add_str(&x->name, r->name);
        x->of_text = 0;
    }
    if (is_wanted(x, r)) {
        explain_record(&x->look, r, stdout);
        x->of_text++;
        x->shown++;
    }
    /* Behind a member of an archive, "path!member", stand others. */
    return !is_last(x, r) || r->name.n > x->input->path.n;
}

static enum status explain_all(struct explaining *x)
{
    enum status status = DONE;
    const struct inputs *in = &x->look.inputs;
    for (size_t i = 0; i < in->n && status != COULD_NOT; i++) {
        x->input = &in->list[i];
        const struct inputs one = { .list = &in->list[i], .n = 1 };
        status = look_over(&x->look, &one, explain_one, x);
    }
    return status;
}

static enum status explain(struct explaining *x, const struct explain_typed *typed, int argc,
                           char **argv)
{
    long n = RECORDS, k = 0;
    if (argc < 2) {
        complain("say which file: touchpath explain FILE, or - for standard input");
        return WRONG;
    }
    if (typed->records && typed->record) {
        complain("--records and --record cannot go together");
        return WRONG;
    }
    if ((typed->records && !option_count("records", typed->records, 1, 1000000000, &n)) ||
        (typed->record && !option_count("record", typed->record, 1, 1000000000000, &k)))
        return WRONG;
    if (!look_open(&x->look, typed->project, typed->rules, typed->source, argv + 1,
                   (size_t)argc - 1))
        return WRONG;
    x->most = (uint64_t)n;
    x->number = (uint64_t)k;
    enum status status = explain_all(x);
    if (!x->shown && status == DONE && k) {
        complain("there is no record %ld", k);
        return WRONG;
    }
    if (!x->shown && status == DONE)
        complain("there are no records in it");
    return status;
}

int cmd_explain(const struct command *self, int argc, char **argv)
{
    struct explain_typed typed = { 0 };
    int status;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct explaining x = { .shown = 0 };
    status = explain(&x, &typed, argc, argv);
    bool stopped = stop_asked();
    look_close(&x.look);
    free(x.name.p);
    options_free(self->options, &typed);
    if (stopped)
        stop_now();
    return status;
}
