/* detect.c - `touchpath detect`: which of the formats is this file in, and how is that written in a
 * project?
 *
 * In:      files, and the formats of the rules folder, each tried on the first records of each file
 *          as `run` tries those of a project (ingest/recognise.h).
 * Out:     on stdout the `sources:` of a project; all that is not YAML of it stands behind #.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/plan.h"
#include "detect.h"
#include "ingest/block.h"
#include "ingest/recognise.h"

struct detect_typed {
    char *rules;
};

const struct option detect_options[] = {
    { "rules", 0, false, OPTION_TEXT, "DIR", offsetof(struct detect_typed, rules),
      "the folder of formats and packs, instead of the one that was installed" },
    { 0 },
};

/* ---- the formats, each as the one source of a project ---- */

enum { FORMATS_MAX = 1000 };

struct formats {
    struct plan *plans[FORMATS_MAX];
    size_t n;
};

static const struct source *source_of(const struct formats *f, size_t i)
{
    return &f->plans[i]->sources[0];
}

/* NULL: the format alone does not say enough for a source, such as which column is the time. */
static struct plan *plan_of(const char *format, const char *rules)
{
    char *path = NULL;
    int fd = g_file_open_tmp("touchpath-XXXXXX", &path, NULL);
    if (fd < 0)
        return NULL;
    char *text = g_strdup_printf("sources:\n  - name: x\n    files: [x]\n    format: '%s'\n"
                                 "rules:\n  - {touchpoint: x, match: x}\n",
                                 format);
    size_t n = strlen(text);
    bool written = write(fd, text, n) == (ssize_t)n;
    close(fd);
    struct faults faults = { 0 };
    struct plan *plan = written ? plan_load(path, rules, &faults) : NULL;
    faults_free(&faults);
    g_unlink(path);
    g_free(path);
    g_free(text);
    return plan;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool load_formats(struct formats *f, const char *rules)
{
    char *names[FORMATS_MAX];
    size_t n = 0;
    char *folder = g_build_filename(rules, "formats", NULL);
    GDir *dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir && n < FORMATS_MAX && (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".yaml") && !strchr(name, '\''))
            names[n++] = g_strndup(name, strlen(name) - strlen(".yaml"));
    if (dir)
        g_dir_close(dir);
    else
        complain("cannot open the folder of formats '%s'", folder);
    g_free(folder);
    if (n)
        qsort(names, n, sizeof *names, by_text);
    for (size_t i = 0; i < n; i++) {
        struct plan *plan = plan_of(names[i], rules);
        if (plan)
            f->plans[f->n++] = plan;
        g_free(names[i]);
    }
    return dir;
}

/* ---- one file ---- */

struct fit {
    size_t format, fields;
    double score;
};

/* The better one first: as inputs_from_files() chooses. */
static int by_fit(const void *a, const void *b)
{
    static const double same = 0.001;
    const struct fit *x = a, *y = b;
    if (x->score > y->score + same || x->score < y->score - same)
        return x->score > y->score ? -1 : 1;
    if (x->fields != y->fields)
        return x->fields > y->fields ? -1 : 1;
    return x->format < y->format ? -1 : 1;
}

static size_t find_fits(const struct formats *f, struct str head, struct fit *list)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        struct fit x = { .format = i };
        x.score = recognise_score(source_of(f, i), head, &x.fields);
        if (x.score > 0)
            list[n++] = x;
    }
    if (n)
        qsort(list, n, sizeof *list, by_fit);
    return n;
}

static void put_names(const struct str *names, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : " ", to);
        print_safely(names[i], 100, to);
    }
}

static void put_why(const struct source *s, const struct fit *fit, FILE *to)
{
    const struct format *f = s->format;
    fprintf(to, "#   %.0f %% of its first records (up to %d) fit", 100 * fit->score,
            RECOGNISE_RECORDS);
    if (s->time_field != FIELD_NONE)
        fputs(", and their times can be read", to);
    if (f->nrecognise) {
        fprintf(to, ";\n#   it has the %s", f->reader == READER_CSV ? "columns" : "paths");
        put_names(f->recognise, f->nrecognise, to);
    } else {
        fprintf(to, ";\n#   %zu fields are told apart", fit->fields);
    }
    putc('\n', to);
}

static void put_found(const struct formats *f, struct str path, const struct fit *list, size_t n,
                      FILE *to)
{
    const struct source *s = source_of(f, list[0].format);
    fputs("# ", to);
    print_safely(path, SIZE_MAX, to);
    fputs(": ", to);
    print_safely(s->format->title, SIZE_MAX, to);
    putc('\n', to);
    put_why(s, &list[0], to);
    for (size_t i = 1; i < n; i++) {
        const struct source *other = source_of(f, list[i].format);
        fprintf(to, "#   less likely: %.*s (%.0f %%, %zu fields)\n", STR_ARG(other->format->name),
                100 * list[i].score, list[i].fields);
    }
    detect_begin(path, to);
    fprintf(to, "    format: %.*s\n", STR_ARG(s->format->name));
}

/* The head of the first text of a file. */
static bool detect_file(const struct formats *f, const char *file, bool *found)
{
    struct err e = { { 0 } };
    struct stream *s = stream_open(file, (struct str){ 0 }, &e);
    if (!s || stream_next(s, &e) <= 0) {
        complain("%s", e.text[0] ? e.text : "it holds nothing to look at");
        stream_close(s);
        return false;
    }
    struct cutter *c = cutter_open(s, false, BLOCK_BYTES);
    struct str head = cutter_peek(c);
    if (!head.n)
        complain("'%s' is empty", file);
    struct fit *list = mem_take((f->n + 1) * sizeof *list);
    size_t n = head.n ? find_fits(f, head, list) : 0;
    if (n)
        put_found(f, str_c(file), list, n, stdout);
    *found = n || (head.n && detect_unknown(str_c(file), head, stdout));
    free(list);
    cutter_close(c);
    stream_close(s);
    return true;
}

int cmd_detect(const struct command *self, int argc, char **argv)
{
    struct detect_typed typed = { 0 };
    int status = DONE;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct arena a = { 0 };
    struct formats f = { .n = 0 };
    if (argc < 2) {
        complain("say which files: touchpath detect FILE...");
        status = WRONG;
    } else if (!load_formats(&f, typed.rules ? typed.rules : rules_folder(program_path(&a), &a))) {
        status = WRONG;
    } else {
        puts("sources:");
    }
    for (int i = 1; i < argc && f.n; i++) {
        bool found = false;
        if (!detect_file(&f, argv[i], &found) || !found)
            status = WRONG;
    }
    for (size_t i = 0; i < f.n; i++)
        plan_free(f.plans[i]);
    arena_free(&a);
    options_free(self->options, &typed);
    return status;
}
