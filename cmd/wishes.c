/* wishes.c - the options of `touchpath run`: from what was typed to what it means. See run.h.
 */
#include <stdlib.h>

#include "run.h"

#define AT(field) offsetof(struct run_typed, field)

const struct option run_options[] = {
    PROJECT_OPTION,
    { "output", 'o', false, OPTION_TEXT, "DIR", AT(out),
      "the folder to write to; it is made when it is missing; 'out' when not given" },
    READING_OPTIONS,
    { "where", 0, false, OPTION_TEXT, "EXPR", READING_AT(where),
      "count only the journeys for which this holds, such as 'has(touchpoint = cart) & !converted' "
      "(docs/where.md)" },
    { "raw-ids", 0, false, OPTION_FLAG, NULL, READING_AT(raw_ids),
      "name customers by their identifiers, not by a keyed hash" },
    { "events", 0, false, OPTION_FLAG, NULL, AT(events),
      "write events.csv too: one row an event; the same as --tables events" },
    { "tables", 0, false, OPTION_TEXT, "NAME,...|all", AT(tables),
      "write these tables too, which a run leaves out unless asked ('touchpath help reports' lists "
      "them)" },
    { "svg", 0, false, OPTION_FLAG, NULL, AT(svg), "draw the diagrams too" },
    { "csv", 0, false, OPTION_TEXT, "plain|excel", AT(csv),
      "how tables are written: plain (UTF-8, LF), or so that Excel opens them by a double click" },
    { "edges", 0, false, OPTION_TEXT, "SHARE", AT(edges),
      "fold what is rarer than this share of all steps into (other) in the diagram; 0.01 when not "
      "given" },
    { "max-rejects", 0, false, OPTION_TEXT, "N|N%", AT(max_rejects),
      "end with status 4 when more records than this could not be used" },
    { "quiet", 'q', false, OPTION_FLAG, NULL, READING_AT(quiet),
      "print no summary, and no progress on a terminal" },
    { 0 },
};

static bool read_csv(struct run_wishes *w)
{
    const char *text = w->typed.csv;
    bool excel = text && strcmp(text, "excel") == 0;
    w->csv = excel ? CSV_EXCEL : CSV_PLAIN;
    if (!text || excel || strcmp(text, "plain") == 0)
        return true;
    complain("--csv '%s' is neither 'plain' nor 'excel'", text);
    return false;
}

/* In the order of measures[]. Of the caller, to free(). */
static struct str *table_names(size_t *n)
{
    struct str *names = mem_zero(MEASURES_MAX, sizeof *names);
    for (*n = 0; measures[*n]; ++*n)
        names[*n] = str_c(measures[*n]->name);
    return names;
}

static bool tables_known(struct choice *choice, struct str list)
{
    struct str unknown;
    size_t n;
    if (choice_add_list(choice, list, &unknown))
        return true;
    struct str *names = table_names(&n);
    complain_unknown("table", unknown, names, n);
    free(names);
    return false;
}

static bool read_tables(struct run_wishes *w)
{
    w->tables = choice_default();
    if (w->typed.events)
        choice_add(&w->tables, STR("events"));
    return tables_known(&w->tables, str_c(w->typed.tables));
}

static bool read_edges(struct run_wishes *w)
{
    w->edge_share = 0.01;
    if (!w->typed.edges)
        return true;
    if (str_number(str_c(w->typed.edges), &w->edge_share) && w->edge_share >= 0 &&
        w->edge_share <= 1)
        return true;
    complain("--edges '%s' is not a share from 0 to 1", w->typed.edges);
    return false;
}

static bool read_max_rejects(struct run_wishes *w)
{
    w->max_rejects = -1;
    struct str text = str_c(w->typed.max_rejects);
    if (!w->typed.max_rejects)
        return true;
    w->max_rejects_share = text.n && text.p[text.n - 1] == '%';
    if (w->max_rejects_share)
        text.n--;
    if (str_number(text, &w->max_rejects) && w->max_rejects >= 0) {
        if (w->max_rejects_share)
            w->max_rejects /= 100;
        return true;
    }
    complain("--max-rejects '%s' is neither a number of records nor a percentage such as 0.5%%",
             w->typed.max_rejects);
    return false;
}

bool wishes_read(const struct command *self, struct run_wishes *w, int argc, char **argv,
                 int *status)
{
    *w = (struct run_wishes){ 0 };
    if (!options_parse(self, &w->typed, &argc, argv, status))
        return false;
    w->out = w->typed.out ? w->typed.out : "out";
    w->svg = w->typed.svg;
    w->quiet = w->typed.reading.quiet;
    if (reading_read(&w->reading, &w->typed.reading, argv + 1, (size_t)(argc - 1)) && read_csv(w) &&
        read_edges(w) && read_max_rejects(w) && read_tables(w))
        return true;
    wishes_free(self, w);
    *status = WRONG;
    return false;
}

bool wishes_in_plan(struct run_wishes *w, const struct plan *plan)
{
    const struct saved_view *view = w->reading.view;
    choice_add_wanted(&w->tables, plan);
    for (size_t i = 0; i < plan->tables.n; i++)
        if (!tables_known(&w->tables, plan->tables.list[i]))
            return false;
    for (size_t i = 0; view && i < view->tables.n; i++)
        if (!tables_known(&w->tables, view->tables.list[i]))
            return false;
    return true;
}

void wishes_free(const struct command *self, struct run_wishes *w)
{
    options_free(self->options, &w->typed);
}
