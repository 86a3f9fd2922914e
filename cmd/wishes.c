/* wishes.c - the options of `touchpath run`, `map` and `reduce`: from what was typed to what it
 * means. See run.h.
 */
#include <stdlib.h>

#include "base/par.h"
#include "event_file.h"
#include "memory.h"
#include "run.h"

#define AT(field) offsetof(struct run_typed, field)

/* Each option once; what a subcommand takes is a list of them. */
/* clang-format off */
#define PROJECT \
    { "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", AT(project), \
      "the project file; journey.yaml of this folder when not given" }
#define FOLDER \
    { "output", 'o', false, OPTION_TEXT, "DIR", AT(out), \
      "the folder to write to; it is made when it is missing; 'out' when not given" }
#define FILE_OUT \
    { "output", 'o', false, OPTION_TEXT, "FILE", AT(out), \
      "the event file to write; 'events" EVENT_FILE_SUFFIX "' when not given" }
#define WORKERS \
    { "workers", 'j', false, OPTION_TEXT, "N", AT(workers), \
      "threads; all processors when not given; the output does not depend on it" }
#define MEMORY MEMORY_OPTION(AT(memory))
#define SINCE \
    { "since", 0, false, OPTION_TEXT, "TIME", AT(since), \
      "leave out what was before (ISO 8601, a date or a time, in the project's time zone)" }
#define UNTIL \
    { "until", 0, false, OPTION_TEXT, "TIME", AT(until), \
      "leave out what was at that time or later" }
#define LAST \
    { "last", 0, false, OPTION_TEXT, "N(d|w|mo|y)", AT(last), \
      "the last days, weeks, months or years before today, or before --until: 7d, 2w, 6mo, 1y" }
#define VIEW \
    { "view", 0, false, OPTION_TEXT, "NAME", AT(view), \
      "the time, journeys and tables that 'views:' of the project has under this name" }
#define WHERE \
    { "where", 0, false, OPTION_TEXT, "EXPR", AT(where), \
      "count only the journeys for which this holds, such as 'has(touchpoint = cart) & !converted' " \
      "(docs/where.md)" }
#define LIST_OUT \
    { "output", 'o', false, OPTION_TEXT, "FILE", AT(out), \
      "the file to write, which only its owner may read; standard output when not given" }
#define FIELDS \
    { "fields", 0, false, OPTION_TEXT, "NAME,...", AT(fields), \
      "more columns: those of customers.csv ('touchpath help reports'), and with --raw-ids kinds " \
      "of identifiers such as email" }
#define LOG_AS \
    { "as", 0, false, OPTION_TEXT, "csv|xes", AT(as), \
      "what to write; by the end of FILE's name when not given, and CSV on standard output" }
#define CASE \
    { "case", 0, false, OPTION_TEXT, "journey|customer", AT(unit), \
      "what a case is; a journey when not given" }
#define LEVEL \
    { "level", 0, false, OPTION_TEXT, "person|account", AT(level), \
      "whom tables count: persons, or the accounts that the project's 'accounts:' makes of them" }
#define SOURCE \
    { "source", 0, false, OPTION_TEXT, "NAME", AT(source), \
      "the source that the FILEs belong to, instead of recognising their format" }
#define RAW_IDS \
    { "raw-ids", 0, false, OPTION_FLAG, NULL, AT(raw_ids), \
      "name customers by their identifiers, not by a keyed hash" }
#define RAW_IDS_HERE \
    { "raw-ids", 0, false, OPTION_FLAG, NULL, AT(raw_ids), \
      "show identifiers as they are, not as keyed hashes" }
#define EVENTS \
    { "events", 0, false, OPTION_FLAG, NULL, AT(events), \
      "write events.csv too: one row an event; the same as --tables events" }
#define TABLES \
    { "tables", 0, false, OPTION_TEXT, "NAME,...|all", AT(tables), \
      "write these tables too, which a run leaves out unless asked ('touchpath help reports' lists " \
      "them)" }
#define ONLY \
    { "only", 0, false, OPTION_TEXT, "NAME,...", AT(only), \
      "write these tables and no others, whatever the project asks for, and the diagrams that show " \
      "nothing else; a run that is asked less is faster" }
#define MIN_CELL \
    { "min-cell", 0, false, OPTION_TEXT, "K", AT(min_cell), \
      "show nothing that is about fewer than K customers, instead of what 'privacy:' of the " \
      "project says; 0: show everything (docs/privacy.md)" }
#define SVG \
    { "svg", 0, false, OPTION_FLAG, NULL, AT(svg), "draw the diagrams too" }
#define CSV \
    { "csv", 0, false, OPTION_TEXT, "plain|excel|excel-semicolon", AT(csv), \
      "how tables are written: plain (UTF-8, LF), or so that Excel opens them by a double click: "  \
      "excel where one writes 1.5, excel-semicolon where one writes 1,5" }
#define EDGES \
    { "edges", 0, false, OPTION_TEXT, "SHARE", AT(edges), \
      "fold what is rarer than this share of all steps into (other) in the diagram; 0.01 when not " \
      "given" }
#define RULES \
    { "rules", 0, false, OPTION_TEXT, "DIR", AT(rules), \
      "the folder of formats and packs, instead of the one that was installed" }
#define MAX_REJECTS \
    { "max-rejects", 0, false, OPTION_TEXT, "N|N%", AT(max_rejects), \
      "end with status 4 when more records than this could not be used" }
#define QUIET \
    { "quiet", 'q', false, OPTION_FLAG, NULL, AT(quiet), \
      "print no summary, and no progress on a terminal" }
#define ENGINE \
    { "engine", 0, true, OPTION_TEXT, "fast|plain", AT(engine), \
      "plain: try every pattern on every record with PCRE2 alone; the output is the same" }
#define BLOCK \
    { "block", 0, true, OPTION_TEXT, "BYTES", AT(block), "read in blocks of this size" }
#define STATE \
    { "state", 0, false, OPTION_TEXT, "DIR", AT(state), \
      "read only what is new since the last run with this state, and measure all that it holds; " \
      "instead of the project's 'state:'" }
#define WAIT \
    { "wait", 0, false, OPTION_TEXT, "SECONDS", AT(wait), \
      "how long to wait for another run to end that uses the state; not at all when not given" }
#define NETWORK \
    { "allow-network-state", 0, false, OPTION_FLAG, NULL, AT(network), \
      "the state may be on a network file system: you see to it that one machine at a time uses it" }
#define DRY_RUN \
    { "dry-run", 0, false, OPTION_FLAG, NULL, AT(dry_run), \
      "say what would be read, and keep nothing" }
#define KEEP \
    { "keep", 0, false, OPTION_TEXT, "N", AT(keep), \
      "remove all but the newest N folders of reports of this state" }
#define FINAL \
    { "final", 0, false, OPTION_FLAG, NULL, AT(final), \
      "take a last line without a newline, too, which otherwise waits for its end" }
#define REBUILD \
    { "rebuild", 0, false, OPTION_FLAG, NULL, AT(rebuild), \
      "read again all that is still there, with the rules of today" }
#define LOG \
    { "log", 0, false, OPTION_TEXT, "FILE|syslog", AT(log), \
      "write there what the run did" }
#define SUMMARY \
    { "summary", 0, false, OPTION_FLAG, NULL, AT(summary), \
      "print one line when done" }
#define VERBOSE \
    { "verbose", 'v', false, OPTION_FLAG, NULL, AT(verbose), \
      "say on stderr what became of each file" }
#define PERIOD_A \
    { "a", 0, false, OPTION_TEXT, "FROM..TO", AT(period_a), \
      "the earlier period, from FROM to before TO (ISO 8601, in the project's time zone)" }
#define PERIOD_B \
    { "b", 0, false, OPTION_TEXT, "FROM..TO", AT(period_b), "the later period, with which it is compared" }
#define AROUND \
    { "around", 0, false, OPTION_TEXT, "DATE", AT(around), \
      "compare the time from DATE on with as long a time before it; --last says how long, 4w when " \
      "not given" }
#define BY \
    { "by", 0, false, OPTION_TEXT, "month|week|quarter", AT(by), \
      "write trend.csv instead: every figure of each whole month, ISO week or quarter of --last; 1y " \
      "when not given" }
#define NOTES \
    { "notes", 0, false, OPTION_TEXT, "FILE", AT(notes), \
      "lines of DATE,TEXT that say what happened, beside the project's 'annotations:'" }
#define MAP \
    { "map", 0, false, OPTION_TEXT, "NAME|DIR", AT(map), \
      "write instead what has changed since a map that the state keeps ('touchpath state list'), or that " \
      "of a folder of reports: map_diff.csv, map_diff.dot" }
#define TO_MAP \
    { "to-map", 0, false, OPTION_TEXT, "NAME|DIR", AT(to_map), \
      "with --map: compare it with this map, not with what there is now" }
#define PERIODS \
    { "last", 0, false, OPTION_TEXT, "LENGTH", AT(last), \
      "compare the time up to the end of yesterday, such as 4w, 6mo or 1y, with as long a time before " \
      "it; 6mo when not given" }
#define REVIEW_OUT \
    { "output", 'o', false, OPTION_TEXT, "DIR", AT(out), \
      "the folder to write to; it is made when it is missing; 'review' when not given" }
#define KEPT \
    { "state", 0, false, OPTION_TEXT, "DIR", AT(state), \
      "the state that nightly runs keep; instead of the project's 'state:'" }
/* clang-format on */

const struct option run_options[] = {
    PROJECT, FOLDER, WORKERS, SINCE,    UNTIL, LAST,  VIEW,   WHERE,       SOURCE,
    RAW_IDS, EVENTS, TABLES,  SVG,      CSV,   EDGES, RULES,  MAX_REJECTS, QUIET,
    STATE,   FINAL,  DRY_RUN, REBUILD,  KEEP,  WAIT,  LOG,    SUMMARY,     VERBOSE,
    NETWORK, ENGINE, BLOCK,   MIN_CELL, LEVEL, ONLY,  MEMORY, { 0 },
};

const struct option audience_options[] = {
    PROJECT, LIST_OUT, FIELDS, WORKERS, SINCE,  UNTIL, LAST,     VIEW,  WHERE,  SOURCE, RULES,
    RAW_IDS, CSV,      QUIET,  KEPT,    ENGINE, BLOCK, MIN_CELL, LEVEL, MEMORY, { 0 },
};

const struct option review_options[] = {
    PROJECT, REVIEW_OUT, PERIODS, PERIOD_A, PERIOD_B, AROUND, BY,     NOTES, MAP,
    TO_MAP,  WORKERS,    WHERE,   SOURCE,   TABLES,   SVG,    CSV,    EDGES, RULES,
    QUIET,   KEPT,       ENGINE,  BLOCK,    MIN_CELL, LEVEL,  MEMORY, { 0 },
};

const struct option cases_options[] = {
    PROJECT, LIST_OUT, LOG_AS, CASE,  WORKERS, SINCE,  UNTIL, LAST,     VIEW,  WHERE,  SOURCE,
    RULES,   RAW_IDS,  CSV,    QUIET, KEPT,    ENGINE, BLOCK, MIN_CELL, LEVEL, MEMORY, { 0 },
};

const struct option customer_options[] = {
    PROJECT, WORKERS, SINCE, UNTIL, LAST, SOURCE, RULES, RAW_IDS_HERE, KEPT, MEMORY, { 0 },
};

const struct option map_options[] = {
    PROJECT, FILE_OUT, WORKERS, SINCE, UNTIL,  LAST,  SOURCE,
    RULES,   QUIET,    ENGINE,  BLOCK, MEMORY, { 0 },
};

const struct option reduce_options[] = {
    PROJECT, FOLDER, WORKERS, SINCE, UNTIL,       LAST,  VIEW,     WHERE, RAW_IDS, EVENTS, TABLES,
    SVG,     CSV,    EDGES,   RULES, MAX_REJECTS, QUIET, MIN_CELL, LEVEL, ONLY,    MEMORY, { 0 },
};

static bool read_csv(struct run_wishes *w)
{
    const char *text = w->typed.csv;
    static const char *const names[] = {
        [CSV_PLAIN] = "plain", [CSV_EXCEL] = "excel", [CSV_EXCEL_SEMICOLON] = "excel-semicolon"
    };
    w->csv = CSV_PLAIN;
    for (size_t i = 0; text && i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            w->csv = (enum csv_profile)i;
            return true;
        }
    if (!text)
        return true;
    complain("--csv '%s' is none of 'plain', 'excel' and 'excel-semicolon'", text);
    return false;
}

static bool read_engine(struct run_wishes *w)
{
    const char *text = w->typed.engine;
    w->plain = text && strcmp(text, "plain") == 0;
    if (!text || w->plain || strcmp(text, "fast") == 0)
        return true;
    complain("--engine '%s' is neither 'fast' nor 'plain'", text);
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

bool tables_known(struct choice *choice, struct str list)
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

static bool read_only(struct run_wishes *w)
{
    struct choice none = { { false } };
    w->tables = none;
    if (w->typed.events || w->typed.tables) {
        complain("--only '%s' says already which tables: leave %s out", w->typed.only,
                 w->typed.tables ? "--tables" : "--events");
        return false;
    }
    if (!tables_known(&w->tables, str_c(w->typed.only)))
        return false;
    if (memcmp(&w->tables, &none, sizeof none) != 0)
        return true;
    complain("--only names no table: 'touchpath help reports' lists them");
    return false;
}

static bool read_tables(struct run_wishes *w)
{
    if (w->typed.only)
        return read_only(w);
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

static bool read_numbers(struct run_wishes *w)
{
    long workers = 0, block = BLOCK_BYTES, wait = 0, keep = 0, cell = -1;
    if (w->typed.workers && !option_count("workers", w->typed.workers, 1, WORKERS_MAX, &workers))
        return false;
    if (w->typed.block && !option_count("block", w->typed.block, 16, 1L << 30, &block))
        return false;
    if (w->typed.wait && !option_count("wait", w->typed.wait, 0, 1000000, &wait))
        return false;
    if (w->typed.keep && !option_count("keep", w->typed.keep, 1, 100000, &keep))
        return false;
    if (w->typed.min_cell && !option_count("min-cell", w->typed.min_cell, 0, 1000000, &cell))
        return false;
    w->min_cell = cell;
    w->wait = wait;
    w->keep = keep;
    w->workers = par_workers((int)workers);
    w->block_bytes = (size_t)block;
    return true;
}

bool wishes_read(const struct command *self, struct run_wishes *w, int argc, char **argv,
                 int *status)
{
    *w = (struct run_wishes){ 0 };
    if (!options_parse(self, &w->typed, &argc, argv, status))
        return false;
    w->project = w->typed.project ? w->typed.project : "journey.yaml";
    w->out = w->typed.out;
    w->rules = w->typed.rules;
    w->source = w->typed.source;
    w->files = argv + 1;
    w->nfiles = (size_t)(argc - 1);
    w->raw_ids = w->typed.raw_ids;
    w->svg = w->typed.svg;
    w->quiet = w->typed.quiet;
    if (read_numbers(w) && read_csv(w) && read_engine(w) && read_edges(w) && read_max_rejects(w) &&
        read_tables(w)) {
        if (w->typed.since && w->typed.last)
            complain("--since says already where the time begins: leave --last out");
        else if (!w->source || w->nfiles)
            return true;
        else
            complain("--source '%s' says whose the FILEs are: name at least one", w->source);
    }
    wishes_free(self, w);
    *status = WRONG;
    return false;
}

void wishes_free(const struct command *self, struct run_wishes *w)
{
    options_free(self->options, &w->typed);
}
