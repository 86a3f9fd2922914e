/* init.c - `touchpath init`: a project that runs, to be changed into one's own.
 *
 * In:      the name of a template: a folder of rules/templates with a journey.yaml and its data.
 * Out:     a copy of it, whole or not at all; or the list of templates.
 */
#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "cmd.h"
#include "config/plan.h"

struct init_typed {
    char *rules;
};

const struct option init_options[] = {
    { "rules", 0, false, OPTION_TEXT, "DIR", offsetof(struct init_typed, rules),
      "the folder that holds templates/, instead of the one that was installed" },
    { 0 },
};

/* ---- which templates there are ---- */

enum { TEMPLATES_MAX = 100 };

struct templates {
    char *folder;
    struct str names[TEMPLATES_MAX]; /* sorted */
    size_t n;
    struct arena arena;
};

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool templates_find(struct templates *t, const char *rules, struct err *e)
{
    t->folder = g_build_filename(rules, "templates", NULL);
    GDir *dir = g_dir_open(t->folder, 0, NULL);
    if (!dir)
        return err_set(e, "there are no templates in '%s'", t->folder);
    const char *name;
    while (t->n < TEMPLATES_MAX && (name = g_dir_read_name(dir)))
        t->names[t->n++] = arena_keep(&t->arena, str_c(name));
    g_dir_close(dir);
    qsort(t->names, t->n, sizeof *t->names, by_name);
    return true;
}

static void templates_free(struct templates *t)
{
    g_free(t->folder);
    arena_free(&t->arena);
}

/* The first line of a template's project says what it is. */
static void templates_list(const struct templates *t, FILE *to)
{
    fputs("Templates for `touchpath init TEMPLATE DIR`:\n\n", to);
    for (size_t i = 0; i < t->n; i++) {
        char *path = g_build_filename(t->folder, t->names[i].p, "journey.yaml", NULL);
        char *text = NULL;
        if (g_file_get_contents(path, &text, NULL, NULL)) {
            const char *title = text + strspn(text, "# ");
            fprintf(to, "  %-8s  %.*s\n", t->names[i].p, (int)strcspn(title, "\n"), title);
        }
        g_free(text);
        g_free(path);
    }
}

/* ---- copying ---- */

static bool copy_file(const char *from, const char *to, struct err *e)
{
    GError *error = NULL;
    char *bytes = NULL;
    size_t n;
    bool ok =
        g_file_get_contents(from, &bytes, &n, &error) &&
        g_file_set_contents_full(to, bytes, (gssize)n, G_FILE_SET_CONTENTS_DURABLE, 0644, &error);
    if (!ok) {
        err_set(e, "cannot copy '%s': %s", from, error->message);
        g_error_free(error);
    }
    g_free(bytes);
    return ok;
}

static bool copy_folder(const char *from, const char *to, struct err *e)
{
    GDir *dir = g_dir_open(from, 0, NULL);
    if (!dir)
        return err_set(e, "cannot read the folder '%s': %s", from, strerror(errno));
    if (g_mkdir(to, 0755) != 0) {
        g_dir_close(dir);
        return err_set(e, "cannot make the folder '%s': %s", to, strerror(errno));
    }
    bool ok = true;
    const char *name;
    while (ok && (name = g_dir_read_name(dir))) {
        char *source = g_build_filename(from, name, NULL), *copy = g_build_filename(to, name, NULL);
        ok = g_file_test(source, G_FILE_TEST_IS_DIR) ? copy_folder(source, copy, e)
                                                     : copy_file(source, copy, e);
        g_free(source);
        g_free(copy);
    }
    g_dir_close(dir);
    return ok;
}

static void remove_folder(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        char *inner = g_build_filename(path, name, NULL);
        if (g_file_test(inner, G_FILE_TEST_IS_DIR))
            remove_folder(inner);
        else
            g_unlink(inner);
        g_free(inner);
    }
    if (dir)
        g_dir_close(dir);
    g_rmdir(path);
}

/* Copies beside the place, then puts the copy there: rename() replaces an empty folder, and no
 * other. */
static bool begin_project(const char *template, const char *dir, struct err *e)
{
    char *parent = g_path_get_dirname(dir),
         *beside = g_strdup_printf("%s.%ld", dir, (long)getpid());
    bool ok = g_mkdir_with_parents(parent, 0755) == 0 ||
              err_set(e, "cannot make the folder '%s': %s", parent, strerror(errno));
    ok = ok && copy_folder(template, beside, e);
    if (ok && g_rename(beside, dir) != 0)
        ok = errno == ENOTEMPTY || errno == EEXIST
                 ? err_set(e, "the folder '%s' is not empty: name a new one", dir)
                 : err_set(e, "cannot make the folder '%s': %s", dir, strerror(errno));
    if (!ok)
        remove_folder(beside);
    g_free(beside);
    g_free(parent);
    return ok;
}

/* ---- the subcommand ---- */

/* argv: TEMPLATE and DIR, or nothing. */
static int init(struct templates *t, int argc, char **argv, struct err *e)
{
    if (argc == 1) {
        templates_list(t, stdout);
        return DONE;
    }
    if (argc != 3) {
        complain("name a template and a new folder: touchpath init TEMPLATE DIR");
        return WRONG;
    }
    if (!str_in(str_c(argv[1]), t->names, t->n)) {
        complain_unknown("template", str_c(argv[1]), t->names, t->n);
        return WRONG;
    }
    while (strlen(argv[2]) > 1 && g_str_has_suffix(argv[2], "/"))
        argv[2][strlen(argv[2]) - 1] = '\0';
    char *template = g_build_filename(t->folder, argv[1], NULL);
    bool ok = begin_project(template, argv[2], e);
    g_free(template);
    if (!ok) {
        complain("%s", e->text);
        return COULD_NOT;
    }
    printf("%s/journey.yaml is a project that runs, on made-up data in %s/data. Try:\n"
           "    touchpath run --svg -p %s/journey.yaml -o %s/out\n",
           argv[2], argv[2], argv[2], argv[2]);
    return DONE;
}

int cmd_init(const struct command *self, int argc, char **argv)
{
    struct init_typed typed = { 0 };
    int status;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct templates t = { 0 };
    struct err e = { 0 };
    const char *rules = typed.rules ? typed.rules : rules_folder(program_path(&t.arena), &t.arena);
    if (templates_find(&t, rules, &e))
        status = init(&t, argc, argv, &e);
    else {
        complain("%s", e.text);
        status = WRONG;
    }
    templates_free(&t);
    options_free(self->options, &typed);
    return status;
}
