/* cmd.h - what the files of the command line share: the table of subcommands, options as tables,
 * and exit statuses.
 *
 * From the two tables come the parser, -h, the manual page (man.c) and the shell completion
 * (completion.c); so none of them can say something that another does not.
 * Threads: the main one only.
 */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

/* The same for every subcommand; exit_meanings[] says them in words. A signal ends with 128 + it.
 */
enum status {
    DONE = 0,
    COULD_NOT = 1,
    WRONG = 2,
    DAMAGED = 3,
    CROSSED = 4,
    INCOMPLETE = 65,
    BUSY = 75
};

struct exit_meaning {
    const char *status, *what;
};
extern const struct exit_meaning exit_meanings[]; /* ends with NULL */

/* ---- options ---- */

enum option_kind {
    OPTION_FLAG, /* a bool */
    OPTION_TEXT, /* a char *, NULL when not given; options_free() frees it */
};

struct option {
    const char *name; /* NULL ends a table */
    char letter;      /* or 0 */
    bool hidden;      /* for tests: in no help text */
    enum option_kind kind;
    const char *argument; /* "DIR", "plain|excel": what -h calls it, and what completion offers */
    size_t at;            /* offsetof() its variable in the subcommand's struct */
    const char *what;     /* one sentence, no full stop */
};

struct command {
    const char *name;      /* NULL ends the table */
    const char *arguments; /* what stands after the options */
    const char *what;      /* one sentence, no full stop */
    const char *more;      /* a paragraph for -h and the manual page */
    const struct option *options;
    int (*call)(const struct command *self, int argc, char **argv); /* argv[0] is its name */
};

extern const struct command commands[];
extern const struct option common_options[]; /* every subcommand has these: -h */
const struct command *command_find(struct str name);

/* Takes the options out of argv: values is the subcommand's own struct, all zeros before. What is
 * left is counted in *argc, from argv[1]. False when the program shall end with *status: help was
 * asked for and given, or the command line is wrong and that was said. */
bool options_parse(const struct command *command, void *values, int *argc, char **argv,
                   int *status);
void options_free(const struct option *options, void *values);

/* A whole number between min and max; false, said on stderr, when text is not one. */
bool option_count(const char *name, const char *text, long min, long max, long *value);

void usage_print(const struct command *command, FILE *to);

/* ---- talk ---- */

/* "touchpath: " and the text, a line on stderr. */
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Text in lines of at most 78 columns: the first starts at column `from`, where `to` stands, the
 * others at `indent`. */
void print_wrapped(const char *text, size_t from, size_t indent, FILE *to);

/* complain() that there is no such thing as name, with the nearest of the n names. */
void complain_unknown(const char *thing, struct str name, const struct str *names, size_t n);

/* Bytes of logs go to a terminal, and nothing in them may be an order to it: what is no printable
 * character of UTF-8 is written as \x1b. At most `most` bytes of the text; then it says how many
 * there are. */
void print_safely(struct str text, size_t most, FILE *to);

/* The path of this program, to find its rules by. Lives in a. */
const char *program_path(struct arena *a);

/* ---- subcommands, and the parts of help that are made from the tables ---- */

extern const struct option run_options[], map_options[], reduce_options[], export_options[],
    audience_options[], cases_options[], check_options[], detect_options[], suggest_options[],
    explain_options[], customer_options[], forget_options[], init_options[], help_options[],
    review_options[], state_options[];
int cmd_run(const struct command *self, int argc, char **argv);
int cmd_map(const struct command *self, int argc, char **argv);
int cmd_reduce(const struct command *self, int argc, char **argv);
int cmd_export(const struct command *self, int argc, char **argv);
int cmd_audience(const struct command *self, int argc, char **argv);
int cmd_cases(const struct command *self, int argc, char **argv);
int cmd_check(const struct command *self, int argc, char **argv);
int cmd_review(const struct command *self, int argc, char **argv);
int cmd_detect(const struct command *self, int argc, char **argv);
int cmd_suggest(const struct command *self, int argc, char **argv);
int cmd_explain(const struct command *self, int argc, char **argv);
int cmd_state(const struct command *self, int argc, char **argv);
int cmd_customer(const struct command *self, int argc, char **argv);
int cmd_forget(const struct command *self, int argc, char **argv);
int cmd_init(const struct command *self, int argc, char **argv);
int cmd_help(const struct command *self, int argc, char **argv);
void man_print(FILE *to);
void completion_print(FILE *to);

/* What `touchpath help TOPIC` knows besides the subcommands. */
struct topic {
    const char *name, *what;
    void (*print)(FILE *to);
};
extern const struct topic topics[]; /* ends with NULL */

#endif
