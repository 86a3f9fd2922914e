/* detect_formats.c - all formats of the rules folder, and the packs that have rules for them. See
 * detect.h. */
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "detect.h"
#include "ingest/recognise.h"

enum { NAMES_MAX = 1000 };

struct detect_formats {
    struct plan *plans[NAMES_MAX];
    size_t n;
};

/* A project given as text. Its faults are nobody's business here. */
static struct plan *plan_of(const char *text, const char *rules)
{
    char *path = NULL;
    int fd = g_file_open_tmp("touchpath-XXXXXX", &path, NULL);
    if (fd < 0)
        return NULL;
    size_t n = strlen(text);
    bool written = write(fd, text, n) == (ssize_t)n;
    close(fd);
    struct faults faults = { 0 };
    struct plan *plan = written ? plan_load(path, rules, &faults) : NULL;
    faults_free(&faults);
    g_unlink(path);
    g_free(path);
    return plan;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the YAML files in a folder of the rules, sorted; the caller g_free()s each. */
static bool names_in(const char *rules, const char *folder, char **names, size_t *n)
{
    char *path = g_build_filename(rules, folder, NULL);
    GDir *dir = g_dir_open(path, 0, NULL);
    *n = 0;
    for (const char *name; dir && *n < NAMES_MAX && (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".yaml") && !strchr(name, '\''))
            names[(*n)++] = g_strndup(name, strlen(name) - strlen(".yaml"));
    if (dir)
        g_dir_close(dir);
    else
        complain("cannot open the folder of %s '%s'", folder, path);
    g_free(path);
    if (*n)
        qsort(names, *n, sizeof *names, by_text);
    return dir;
}

struct detect_formats *detect_formats_load(const char *rules)
{
    char *names[NAMES_MAX];
    size_t n;
    if (!names_in(rules, "formats", names, &n))
        return NULL;
    struct detect_formats *f = mem_take(sizeof *f);
    f->n = 0;
    for (size_t i = 0; i < n; i++) {
        char *text = g_strdup_printf("sources:\n  - name: x\n    files: [x]\n    format: '%s'\n"
                                     "rules:\n  - {touchpoint: x, match: x}\n",
                                     names[i]);
        struct plan *plan = plan_of(text, rules);
        if (plan)
            f->plans[f->n++] = plan;
        g_free(text);
        g_free(names[i]);
    }
    return f;
}

void detect_formats_free(struct detect_formats *f)
{
    for (size_t i = 0; f && i < f->n; i++)
        plan_free(f->plans[i]);
    free(f);
}

size_t detect_formats_count(const struct detect_formats *f)
{
    return f->n;
}

/* The better one first: as inputs_from_files() chooses. */
static int by_fit(const void *a, const void *b)
{
    static const double same = 0.001;
    const struct detect_fit *x = a, *y = b;
    if (x->score > y->score + same || x->score < y->score - same)
        return x->score > y->score ? -1 : 1;
    if (x->fields != y->fields)
        return x->fields > y->fields ? -1 : 1;
    return x->format < y->format ? -1 : 1;
}

size_t detect_fits(const struct detect_formats *f, struct str head, const char *path,
                   struct detect_fit *list)
{
    static const double least = 0.2; /* fewer records fit by chance */
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) {
        struct detect_fit x = { .source = &f->plans[i]->sources[0], .format = i };
        x.score = recognise_score(x.source, head, path, &x.fields);
        if (x.score >= least)
            list[n++] = x;
    }
    if (n)
        qsort(list, n, sizeof *list, by_fit);
    return n;
}

/* ---- packs ---- */

/* Has any rule of the pack a touchpoint for the sources of the plan; or, excludes, does any leave
 * records of theirs out? Labels of rules begin with their file: "packs/web:42 home". */
static bool pack_applies(const struct plan *plan, const char *pack, bool excludes)
{
    char *label = g_strdup_printf("packs/%s:", pack);
    bool any = false;
    for (size_t r = 0; r < plan->nrules; r++)
        for (size_t s = 0; s < plan->nsources && !any; s++)
            any = plan->rules[r].applies[s] &&
                  (plan->rules[r].excludes != EXCLUDED_NOT) == excludes &&
                  str_starts(plan->rules[r].label, str_c(label));
    g_free(label);
    return any;
}

struct str detect_packs(const char *rules, const struct str *formats, size_t n,
                        struct str *excluding, struct arena *a)
{
    char *packs[NAMES_MAX];
    size_t npacks;
    struct str list = { 0 };
    *excluding = list;
    if (!n || !names_in(rules, "packs", packs, &npacks))
        return list;
    GString *text = g_string_new("include: [");
    for (size_t i = 0; i < npacks; i++)
        g_string_append_printf(text, "%s'packs/%s'", i ? ", " : "", packs[i]);
    g_string_append(text, "]\nchannels: {own: [example.com]}\nsources:\n");
    for (size_t i = 0; i < n; i++)
        g_string_append_printf(text, "  - {name: s%zu, files: [x], format: '%.*s'}\n", i,
                               STR_ARG(formats[i]));
    struct plan *plan = plan_of(text->str, rules);
    g_string_free(text, TRUE);
    for (size_t i = 0; i < npacks; i++) {
        for (int excludes = 0; plan && excludes < 2; excludes++) {
            struct str *to = excludes ? excluding : &list;
            if (pack_applies(plan, packs[i], excludes))
                *to = arena_printf(a, "%.*s%spacks/%s", STR_ARG(*to), to->n ? ", " : "", packs[i]);
        }
        g_free(packs[i]);
    }
    plan_free(plan);
    return list;
}
