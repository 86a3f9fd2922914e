/* man.c - the manual page touchpath(1) in roff, made from the tables of subcommands and options.
 */
#include "cmd.h"

/* Text as roff takes it literally: no escape, no request at the start of a line, real hyphens. */
static void put(const char *text, FILE *to)
{
    for (const char *c = text; *c; c++) {
        bool first = c == text || c[-1] == '\n';
        if (*c == '\\')
            fputs("\\e", to);
        else if (*c == '-')
            fputs("\\-", to);
        else if ((*c == '.' || *c == '\'') && first)
            fprintf(to, "\\&%c", *c);
        else
            fputc(*c, to);
    }
}

static void put_options(const struct option *options, FILE *to)
{
    for (const struct option *o = options; o->name; o++) {
        if (o->hidden)
            continue;
        fputs(".TP\n", to);
        if (o->letter)
            fprintf(to, "\\fB\\-%c\\fR, ", o->letter);
        fputs("\\fB\\-\\-", to);
        put(o->name, to);
        fputs("\\fR", to);
        if (o->argument) {
            fputs("=\\fI", to);
            put(o->argument, to);
            fputs("\\fR", to);
        }
        fputc('\n', to);
        put(o->what, to);
        fputs(".\n", to);
    }
}

static void put_command(const struct command *c, FILE *to)
{
    fprintf(to, ".SS \"touchpath %s \\fR[\\fIOPTION\\fR...] \\fI%s\\fR\"\n", c->name, c->arguments);
    put(c->more, to);
    fputc('\n', to);
    put_options(c->options, to);
    put_options(common_options, to);
}

static void put_lists(FILE *to)
{
    fputs(".SH TOPICS\n.B touchpath help\n.I TOPIC\n", to);
    for (const struct topic *t = topics; t->name; t++) {
        fprintf(to, ".TP\n.B %s\n", t->name);
        put(t->what, to);
        fputc('\n', to);
    }
    fputs(".SH EXIT STATUS\n", to);
    for (const struct exit_meaning *m = exit_meanings; m->status; m++) {
        fprintf(to, ".TP\n.B %s\n", m->status);
        put(m->what, to);
        fputc('\n', to);
    }
}

void man_print(FILE *to)
{
    fputs(".TH TOUCHPATH 1 \"\" \"touchpath " VERSION "\" \"User Commands\"\n"
          ".SH NAME\n"
          "touchpath \\- make customer journeys of logs\n"
          ".SH SYNOPSIS\n",
          to);
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, ".B touchpath %s\n[\\fIOPTION\\fR...] \\fI%s\\fR\n.br\n", c->name,
                c->arguments);
    fputs(".B touchpath \\-\\-version\n"
          ".SH DESCRIPTION\n"
          "touchpath reads the logs that a business already has, compressed and archived as they "
          "lie,\n"
          "maps their lines to touchpoints and stages by the rules of a project file, joins the\n"
          "identifiers of one person across sources, and writes every customer's path as CSV "
          "tables\n"
          "and Graphviz diagrams.\n"
          ".SH SUBCOMMANDS\n",
          to);
    for (const struct command *c = commands; c->name; c++)
        put_command(c, to);
    put_lists(to);
    fputs(".SH ENVIRONMENT\n"
          ".TP\n.B TOUCHPATH_RULES\n"
          "The folder of formats and packs, when \\-\\-rules does not name one.\n"
          ".TP\n.B TOUCHPATH_MEMORY\n"
          "The limit to memory, when \\-\\-memory does not name one.\n"
          ".TP\n.B TMPDIR\n"
          "Where temporary files are when there is a limit to memory; /var/tmp without it.\n"
          ".SH FILES\n"
          ".TP\n.I journey.yaml\n"
          "The project file of the current folder.\n"
          ".SH EXAMPLES\n"
          ".nf\n"
          "touchpath check journey.yaml\n"
          "touchpath run \\-o out/september \\-\\-since 2026\\-09\\-01 \\-\\-until 2026\\-10\\-01\n"
          "zcat access.log.*.gz | touchpath run \\-\\-source web \\-\n"
          ".fi\n",
          to);
}
