/* help.c - `touchpath help`: what there is, and each topic.
 *
 * What it says of reports comes from the registry of measures, of options from their tables.
 */
#include <glib.h>

#include "cmd.h"
#include "config/plan.h"
#include "map_review.h"
#include "review.h"

const struct option help_options[] = { { 0 } };

static const char *const unit_meanings[] = {
    [UNIT_TEXT] = "text",
    [UNIT_COUNT] = "count",
    [UNIT_SHARE] = "share, 0 to 1",
    [UNIT_NUMBER] = "number",
    [UNIT_MICROS] = "decimal number",
    [UNIT_SECONDS] = "seconds",
    [UNIT_TIME] = "time, ISO 8601 in UTC",
    [UNIT_FLAG] = "yes or no",
};

static void print_paragraph(const char *text, FILE *to)
{
    fputs("  ", to);
    print_wrapped(text, 2, 2, to);
}

static void print_column(const struct column *column, FILE *to)
{
    enum { INDENT = 27 };
    char *text = g_strdup_printf("%s (%s)", column->what, unit_meanings[column->unit]);
    fprintf(to, "  %-24s ", column->name);
    print_wrapped(text, INDENT, INDENT, to);
    g_free(text);
}

static void print_review_table(const struct review_table *t, FILE *to)
{
    fprintf(to, "\n%s.csv (of touchpath review)\n", t->name);
    print_paragraph(t->question, to);
    print_paragraph(t->population, to);
    fputc('\n', to);
    for (size_t c = 0; c < t->ncolumns; c++)
        print_column(&t->columns[c], to);
}

static void print_reports(FILE *to)
{
    fprintf(to, "The tables that a run writes, version %d of their columns.\n", REPORT_VERSION);
    for (size_t i = 0; measures[i]; i++) {
        const struct measure *m = measures[i];
        fprintf(to, "\n%s.csv%s\n", m->name, m->on_request ? " (on request: --tables)" : "");
        print_paragraph(m->question, to);
        print_paragraph(m->population, to);
        fputc('\n', to);
        for (size_t c = 0; c < m->ncolumns; c++)
            print_column(&m->columns[c], to);
    }
    print_review_table(&review_table, to);
    print_review_table(&movers_table, to);
    print_review_table(&trend_table, to);
    print_review_table(&progress_table, to);
    print_review_table(&annotations_table, to);
    print_review_table(&map_diff_table, to);
}

static void print_rules(FILE *to)
{
    fputs("A rule says what a record must look like, and what it means then:\n"
          "\n"
          "  rules:\n"
          "    - touchpoint: product page\n"
          "      stage: consideration\n"
          "      when: {method: GET, path: '^/product/(?<item>[^/?]+)', status: {min: 200, max: "
          "299}}\n"
          "      examples: ['203.0.113.7 - - [01/Sep/2026:10:00:00 +0200] \"GET /product/42 "
          "HTTP/1.1\" "
          "200 5 \"-\" \"x\"']\n"
          "\n"
          "  when      field: condition, and all must hold. A condition is a regex (PCRE2), or\n"
          "            {is: text}, {in: [texts]}, {prefix: text}, {min: number, max: number}\n"
          "  match     a regex over the whole record\n"
          "  also      true: the search goes on after this rule; else the first that fits wins\n"
          "  by        company: sent by us; opens and extends no journey\n"
          "  examples  records that the rule must take; not: records that it must leave.\n"
          "            `touchpath check` tries both\n"
          "\n"
          "Named groups become identifiers (",
          to);
    for (int i = 0; i < ID_KINDS; i++)
        fprintf(to, "%s%s", i ? ", " : "", id_kind_names[i]);
    fputs(")\nor attributes (", to);
    for (int i = 0; i < ATTRS; i++)
        fprintf(to, "%s%s", i ? ", " : "", attr_names[i]);
    fputs(").\nThe project's own rules come first, then those of the packs that include: names.\n"
          "docs/rules.md tells it all.\n",
          to);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_formats(FILE *to)
{
    struct arena a = { 0 };
    const char *rules = rules_folder(program_path(&a), &a);
    char *path = g_build_filename(rules, "formats", NULL);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".yaml"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(".yaml")));
    if (dir)
        g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    fputs("A format says how a record is taken apart. A source names one: `format: combined`.\n\n",
          to);
    for (guint i = 0; i < names->len; i++)
        fprintf(to, "  %s\n", (char *)names->pdata[i]);
    fprintf(to, "\nEach is a file of '%s'; docs/formats.md tells how to write one.\n", path);
    g_ptr_array_free(names, TRUE);
    g_free(path);
    arena_free(&a);
}

const struct topic topics[] = {
    { "reports", "every table that a run writes, and every column", print_reports },
    { "rules", "how a rule is written", print_rules },
    { "formats", "how logs are taken apart, and which formats are known", print_formats },
    { "man", "the manual page: touchpath help man | man -l -", man_print },
    { "completion", "for bash: . <(touchpath help completion)", completion_print },
    { "schema", "the JSON schema of a project file, for editors", plan_schema },
    { 0 },
};

static void print_overview(FILE *to)
{
    fputs("touchpath makes customer journeys of the logs that you already have.\n\nSubcommands:\n",
          to);
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, "  %-6s %-16s %s\n", c->name, c->arguments, c->what);
    fputs("\nTopics (touchpath help TOPIC):\n", to);
    for (const struct topic *t = topics; t->name; t++)
        fprintf(to, "  %-23s %s\n", t->name, t->what);
    fputs("\nExit statuses:\n", to);
    for (const struct exit_meaning *m = exit_meanings; m->status; m++)
        fprintf(to, "  %-23s %s\n", m->status, m->what);
    fputs("\ntouchpath --version says which touchpath this is.\n", to);
}

static int explain(const char *name, FILE *to)
{
    struct str names[64];
    size_t n = 0;
    const struct command *command = command_find(str_c(name));
    if (command) {
        usage_print(command, to);
        return DONE;
    }
    for (const struct topic *t = topics; t->name; t++) {
        if (strcmp(t->name, name) == 0) {
            t->print(to);
            return DONE;
        }
        names[n++] = str_c(t->name);
    }
    for (const struct command *c = commands; c->name; c++)
        names[n++] = str_c(c->name);
    complain_unknown("topic", str_c(name), names, n);
    return WRONG;
}

int cmd_help(const struct command *self, int argc, char **argv)
{
    int status;
    if (!options_parse(self, NULL, &argc, argv, &status))
        return status;
    if (argc > 2) {
        complain("help takes one topic, not %d", argc - 1);
        return WRONG;
    }
    if (argc == 2)
        return explain(argv[1], stdout);
    print_overview(stdout);
    return DONE;
}
