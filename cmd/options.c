/* options.c - option tables: fed to GLib's parser, and printed for -h.
 */
#include <errno.h>
#include <glib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"

enum { OPTIONS_MAX = 40 };

const struct option common_options[] = {
    { .name = "help", .letter = 'h', .what = "show this and end" },
    { 0 },
};

void complain(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("touchpath: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
}

void complain_unknown(const char *thing, struct str name, const struct str *names, size_t n)
{
    const struct str *near = str_nearest(name, names, n);
    if (near)
        complain("no %s '%.*s': did you mean '%.*s'?", thing, STR_ARG(name), STR_ARG(*near));
    else
        complain("no %s '%.*s': `touchpath help` lists what there is", thing, STR_ARG(name));
}

const char *program_path(struct arena *a)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    return n > 0 ? arena_keep(a, (struct str){ path, (size_t)n }).p : "touchpath";
}

bool option_count(const char *name, const char *text, long min, long max, long *value)
{
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    bool fine = end != text && !*end && !errno && *value >= min && *value <= max;
    if (!fine)
        complain("--%s '%s' is not a whole number from %ld to %ld", name, text, min, max);
    return fine;
}

/* Where GLib puts a value; copied to the subcommand's struct afterwards, whose flags are bool. */
union slot {
    gint flag;
    char *text;
};

static size_t add_entries(const struct option *options, GOptionEntry *entries, union slot *slots,
                          size_t n)
{
    for (const struct option *o = options; o->name; o++, n++) {
        g_assert(n < OPTIONS_MAX);
        /* FILENAME: bytes as typed, whatever the locale. */
        GOptionArg kind = o->kind == OPTION_FLAG ? G_OPTION_ARG_NONE : G_OPTION_ARG_FILENAME;
        entries[n] = (GOptionEntry){ o->name, o->letter, 0, kind, &slots[n], o->what, o->argument };
    }
    return n;
}

/* Options that say which time and journeys are meant, where there are none to say it of. */
static const struct {
    const char *command, *options, *why;
} not_here[] = {
    { "review", "since until", "two periods are named by --a and --b, by --last, or by --around" },
    { "review", "view",
      "a view is one time: name two by --a and --b, and its journeys by --where" },
    { "map", "where view", "journeys are made by reduce: say it there" },
    { "export", "where view",
      "events are no journeys yet: 'touchpath cases --where' writes those of some journeys, "
      "'touchpath run --where EXPR --tables events' too" },
    { "customer", "where view",
      "it shows all of one customer: 'touchpath audience EXPR' lists several" },
    { "explain suggest", "since until last where view",
      "it looks at records before they have a time or belong to a journey" },
    { "check detect forget", "since until last where view", "it counts nothing" },
};

static bool has_word(const char *words, struct str word)
{
    struct str rest = str_c(words);
    while (rest.n)
        if (str_eq(str_cut(&rest, ' '), word))
            return true;
    return false;
}

/* NULL when there is nothing more to say than that it is unknown. */
static const char *why_not_here(const struct command *command, struct str option)
{
    for (size_t i = 0; i < sizeof not_here / sizeof *not_here; i++)
        if (has_word(not_here[i].command, str_c(command->name)) &&
            has_word(not_here[i].options, option))
            return not_here[i].why;
    return NULL;
}

static void say_wrong_option(const struct command *command, const GError *error)
{
    const char *dashes = strstr(error->message, "--");
    if (g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) && dashes) {
        struct str option = str_c(dashes + 2);
        const char *why = why_not_here(command, str_head(option, str_find(option, STR("="))));
        if (why) {
            complain("%s has no '%s': %s", command->name, dashes, why);
            return;
        }
        struct str names[OPTIONS_MAX];
        size_t n = 0;
        for (const struct option *o = command->options; o->name; o++)
            if (!o->hidden)
                names[n++] = str_c(o->name);
        const struct str *near = str_nearest(str_c(dashes + 2), names, n);
        if (near) {
            complain("no option '%s': did you mean '--%.*s'?", dashes, STR_ARG(*near));
            return;
        }
    }
    complain("%c%s: `touchpath %s -h` lists the options", g_ascii_tolower(error->message[0]),
             error->message + 1, command->name);
}

static const struct option *option_of_letter(const struct option *options, char letter)
{
    for (const struct option *o = options; o->name; o++)
        if (letter && o->letter == letter)
            return o;
    return NULL;
}

static const struct option *option_of_name(const struct option *options, const char *name)
{
    for (const struct option *o = options; o->name; o++)
        if (strcmp(o->name, name) == 0)
            return o;
    return NULL;
}

static bool wants_argument(const struct command *command, const char *word)
{
    if (word[0] != '-')
        return false;
    const struct option *o = word[1] == '-'        ? option_of_name(command->options, word + 2)
                             : word[1] && !word[2] ? option_of_letter(command->options, word[1])
                                                   : NULL;
    return o && o->kind == OPTION_TEXT;
}

/* -j4 becomes --workers=4, since GLib wants a blank there; the words are the caller's to free. */
static GPtrArray *part_letters(const struct command *command, int argc, char **argv)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (wants_argument(command, argv[i])) {
            i++;
            continue;
        }
        const char *word = argv[i];
        const struct option *o =
            word[0] == '-' && word[1] ? option_of_letter(command->options, word[1]) : NULL;
        if (!o || o->kind != OPTION_TEXT)
            continue;
        argv[i] = g_strdup_printf("--%s=%s", o->name, word + 2);
        g_ptr_array_add(words, argv[i]);
    }
    return words;
}

bool options_parse(const struct command *command, void *values, int *argc, char **argv, int *status)
{
    GOptionEntry entries[OPTIONS_MAX + 1] = { 0 };
    union slot slots[OPTIONS_MAX] = { 0 };
    size_t help = add_entries(command->options, entries, slots, 0);
    add_entries(common_options, entries, slots, help);

    GOptionContext *context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    GError *error = NULL;
    GPtrArray *words = part_letters(command, *argc, argv);
    bool fine = g_option_context_parse(context, argc, &argv, &error);
    g_ptr_array_free(words, TRUE);
    g_option_context_free(context);

    for (size_t i = 0; i < help; i++) {
        const struct option *o = &command->options[i];
        char *at = (char *)values + o->at;
        if (o->kind == OPTION_FLAG)
            *(bool *)at = slots[i].flag != 0;
        else
            *(char **)at = slots[i].text;
    }
    if (!fine) {
        say_wrong_option(command, error);
        g_error_free(error);
        *status = WRONG;
    } else if (slots[help].flag) {
        usage_print(command, stdout);
        *status = DONE;
        fine = false;
    } else if (*argc > 1 && strcmp(argv[1], "--") == 0) {
        memmove(argv + 1, argv + 2, (size_t)(*argc - 1) * sizeof *argv);
        --*argc;
    }
    if (!fine)
        options_free(command->options, values);
    return fine;
}

void options_free(const struct option *options, void *values)
{
    for (const struct option *o = options; o->name; o++)
        if (o->kind == OPTION_TEXT) {
            char **text = (char **)(void *)((char *)values + o->at);
            g_free(*text);
            *text = NULL;
        }
}

/* ---- -h ---- */

void print_wrapped(const char *text, size_t from, size_t indent, FILE *to)
{
    char **words = g_strsplit(text, " ", -1);
    size_t column = from;
    for (char **w = words; *w; w++) {
        size_t n = strlen(*w);
        if (w != words && column + 1 + n > 78) {
            fprintf(to, "\n%*s", (int)indent, "");
            column = indent;
        } else if (w != words) {
            fputc(' ', to);
            column++;
        }
        fputs(*w, to);
        column += n;
    }
    fputc('\n', to);
    g_strfreev(words);
}

static void print_options(const struct option *options, FILE *to)
{
    enum { INDENT = 28 };
    for (const struct option *o = options; o->name; o++) {
        if (o->hidden)
            continue;
        char *letter = o->letter ? g_strdup_printf("-%c,", o->letter) : g_strdup("");
        char *head = g_strdup_printf("  %-3s --%s%s%s", letter, o->name, o->argument ? "=" : "",
                                     o->argument ? o->argument : "");
        fprintf(to, "%-*s", INDENT, head);
        if (strlen(head) >= INDENT)
            fprintf(to, "\n%*s", INDENT, "");
        print_wrapped(o->what, INDENT, INDENT, to);
        g_free(head);
        g_free(letter);
    }
}

void usage_print(const struct command *command, FILE *to)
{
    fprintf(to, "touchpath %s [OPTION...] %s\n\n", command->name, command->arguments);
    print_wrapped(command->more, 0, 0, to);
    fputs("\nOptions:\n", to);
    print_options(command->options, to);
    print_options(common_options, to);
}
