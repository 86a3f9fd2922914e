/* main.c - the way in: which subcommand, and nothing else.
 *
 * To add a subcommand: a row in the table, and a file beside this one (CONTRIBUTING.md).
 */
#include <locale.h>
#include <string.h>
#include <unistd.h>

#include "base/heap.h"
#include "cmd.h"

const struct command commands[] = {
    { "run", "[FILE...]", "read the project's logs and write the journeys",
      "Reads what the project names, or the FILEs instead, each for the source whose format it is "
      "recognised as; - is standard input. Writes a CSV table for every question and two diagrams "
      "to a folder: all of them, or, when something fails, none. Prints a short summary.",
      run_options, cmd_run },
    { "audience", "EXPR [FILE...]", "list the customers for whom an expression holds",
      "Reads the FILEs, logs or event files; without any the state, when the project or --state "
      "names one, else the logs of the project. Writes a CSV list of the customers that have a "
      "journey for which EXPR holds (docs/where.md): first and last time, journeys, value, and the "
      "fields asked for. Times, journeys and value are those of the journeys for which it holds.",
      audience_options, cmd_audience },
    { "map", "[FILE...]", "read logs as run does, and keep the events in an event file",
      "The first half of a run: reads what the project names, or the FILEs, and writes an event "
      "file, which reduce turns into reports, and beside it a run.json, which says what was read. "
      "Each machine or night can make one; the reports are "
      "those of one run over all. It holds identifiers as they are in the logs: only its owner may "
      "read it.",
      map_options, cmd_map },
    { "reduce", "EVENTFILE...", "write the journeys of event files",
      "The second half of a run: reads any number of event files that map wrote, in any order, and "
      "writes the reports that one run over all their inputs would have written.",
      reduce_options, cmd_reduce },
    { "export", "EVENTFILE...", "write the events of event files as CSV or SQLite",
      "One row an event, with its identifiers as they are in the logs: only its owner may read the "
      "file.",
      export_options, cmd_export },
    { "cases", "[FILE...]", "write the journeys as an event log: XES or CSV",
      "Reads as audience does and writes one case for each journey, with its touchpoints as "
      "activities and their times, for process mining (pm4py, ProM, Disco, Celonis). Touchpoints "
      "that lie in no journey are left out and counted.",
      cases_options, cmd_cases },
    { "check", "[PROJECT.yaml]", "check a project and try the examples of its rules",
      "Prints every fault of the project with its place, then tries each of the rules' examples: "
      "and not: on the sources that the rule applies to. Without an argument: journey.yaml.",
      check_options, cmd_check },
    { "review", "[FILE...]", "set two periods side by side: what changed, and how sure that is",
      "Compares the last six months with the six before, or any two periods. Reads the project's "
      "state when it has one; else what the project names, or the FILEs: logs, or event files of "
      "map. Writes review.csv (every figure of both, difference, interval, test), movers.csv (what "
      "came, vanished, grew, shrank) and flow_diff.dot (the transitions, up and down) to a folder; "
      "progress.csv and annotations.csv when the project has objectives and annotations. "
      "Warns where the difference may be one of the logs or rules: docs/review.md.",
      review_options, cmd_review },
    { "detect", "FILE|FOLDER...", "make a project that reads these files",
      "Tries every format there is on the first records of each file, of each member of an archive "
      "and of all files below a folder, and prints a project: a source for each format, and the "
      "packs that have rules for them; why stands there behind #. Of a CSV, JSON lines or lines in "
      "no known format it says what they may hold, and guesses at a source and a rule. The status "
      "is 2 when a file that was named is in no format.",
      detect_options, cmd_detect },
    { "explain", "FILE|-...", "show what becomes of each record of a file, and why",
      "For the first records of each file, or for one: its source and format, its fields, its time "
      "as it was read, its identifiers in their normal form, the rule that took it, and the "
      "conditions of the nearest other rule that do not hold; or why it became no event.",
      explain_options, cmd_explain },
    { "suggest", "[FILE...]", "propose rules for the records that no rule took",
      "Reads what the project names, or the FILEs. Puts records together that are alike in the "
      "fields that rules look at, ids aside, and prints `rules:` for the most frequent kinds, with "
      "their share and an example, ready to be named and pasted.",
      suggest_options, cmd_suggest },
    { "state", "list|verify|compact DIR", "show, check or tidy up a nightly state",
      "list: the nights, their gaps, what was read of which file, and by which rules. verify: "
      "reads "
      "every segment, checks its checksums, and compares it with the ledger; each fault is a line, "
      "and the status is 65 when there is one. compact: the event files of each month that is over "
      "become one for each set of rules that made them, as runs do by themselves some days later; "
      "no report changes.",
      state_options, cmd_state },
    { "customer", "ID [FILE...]", "show one customer: identifiers, why they are one, and events",
      "ID is a name as reports have it, or an identifier, kind:value. Prints the customer's "
      "identifiers, for each the record that joined it to another, and what they did, in order. "
      "Reads the project's state when it has one; else what the project names, or the FILEs: logs, "
      "or event files of map. Writes no report.",
      customer_options, cmd_customer },
    { "forget", "ID", "remove a person from the nightly state, for good",
      "ID is a name as reports have it, or an identifier, kind:value. The records of that customer "
      "leave the state, with all that their identifiers had joined; the next run writes reports as "
      "if "
      "they had never been. What remains is a list of keyed hashes, so that a file that is read "
      "again "
      "does not bring the person back. Logs, and reports that were written already, are yours to "
      "clean.",
      forget_options, cmd_forget },
    { "init", "[TEMPLATE DIR]", "begin a project from a template",
      "Copies a template to a new folder: a project with stages, touchpoints, goals and made-up "
      "data, which runs as it is and is to be changed into yours. Without arguments: which "
      "templates there are.",
      init_options, cmd_init },
    { "help", "[TOPIC]", "explain a subcommand, the reports, rules and formats",
      "Without a topic: what there is.", help_options, cmd_help },
    { 0 },
};

const struct exit_meaning exit_meanings[] = {
    { "0", "done; also when there was nothing to do" },
    { "1", "could not: no memory, a full disk, a folder that cannot be written" },
    { "2", "wrong command line, project, rules or format; also a missing file" },
    { "3", "done, but some input was damaged or could not be read; each is named" },
    { "4", "done, but a limit that you set was crossed (--max-rejects)" },
    { "65", "what was to be verified is damaged or incomplete" },
    { "75", "the state is used by another run; try again" },
    { "128+N", "ended by signal N; nothing was left half-written" },
    { 0 },
};

const struct command *command_find(struct str name)
{
    for (const struct command *c = commands; c->name; c++)
        if (str_eq(name, str_c(c->name)))
            return c;
    return NULL;
}

static void print_overview(FILE *to)
{
    fputs("touchpath makes customer journeys of logs.\n\n", to);
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, "  touchpath %-8s %-16s %s\n", c->name, c->arguments, c->what);
    fputs("\n`touchpath help` says more, `touchpath SUBCOMMAND -h` its options.\n", to);
}

static int unknown_command(const char *name)
{
    struct str names[sizeof commands / sizeof *commands];
    size_t n = 0;
    for (const struct command *c = commands; c->name; c++)
        names[n++] = str_c(c->name);
    complain_unknown("subcommand", str_c(name), names, n);
    return WRONG;
}

static int call(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return WRONG;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("touchpath " VERSION);
        return DONE;
    }
    if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
        print_overview(stdout);
        return DONE;
    }
    const struct command *command = command_find(str_c(argv[1]));
    return command ? command->call(command, argc - 1, argv + 1) : unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
    heap_prepare();
    setlocale(LC_CTYPE, "");
    int status = call(argc, argv);
    /* A summary or a manual page that could not be written in full is a failure like any other. */
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == DONE) {
        complain("cannot write to standard output");
        status = COULD_NOT;
    }
    return status;
}
