/* files.c - where formats, packs and grok names are found. See load.h and plan.h. */
#include <glib.h>
#include <stdlib.h>
#include <unistd.h>

#include "config/load.h"

static const char *join(struct arena *a, const char *dir, const char *folder, struct str name,
                        const char *end)
{
    return arena_printf(a, "%s/%s%s%.*s%s", dir, folder, *folder ? "/" : "", STR_ARG(name), end).p;
}

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The names of the files in a folder that end so, without that end, sorted. */
static struct str *names_in(const char *dir, const char *prefix, const char *end, struct arena *a,
                            size_t *n)
{
    struct str *names = NULL;
    size_t room = 0;
    *n = 0;
    GDir *d = g_dir_open(dir, 0, NULL);
    const char *name;
    while (d && (name = g_dir_read_name(d)) != NULL) {
        if (!g_str_has_suffix(name, end) || name[0] == '.')
            continue;
        names = mem_grow(names, &room, *n + 1, sizeof *names);
        struct str stem = str_head(str_c(name), strlen(name) - strlen(end));
        names[(*n)++] = arena_printf(a, "%s%.*s", prefix, STR_ARG(stem));
    }
    if (d)
        g_dir_close(d);
    if (*n)
        qsort(names, *n, sizeof *names, by_text);
    return names;
}

const char *find_rules_file(struct loader *l, const struct yaml_node *name, const char *folder,
                            const char *kind)
{
    const char *dir = name->text.n && name->text.p[0] == '/' ? "" : l->plan->dir.p;
    const char *tries[] = { join(l->a, l->rules_dir, folder, name->text, ".yaml"),
                            join(l->a, dir, "", name->text, ""),
                            join(l->a, dir, "", name->text, ".yaml") };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (g_file_test(tries[i], G_FILE_TEST_IS_REGULAR))
            return tries[i];
    bool pack = !*folder;
    size_t n;
    struct str *names =
        names_in(join(&l->scratch, l->rules_dir, pack ? "packs" : folder, STR(""), ""),
                 pack ? "packs/" : "", ".yaml", &l->scratch, &n);
    struct str hint = did_you_mean(name->text, names, n, &l->scratch);
    yaml_error(l->faults, name, "there is no %s '%.*s'%.*s", kind, STR_ARG(name->text),
               STR_ARG(hint));
    free(names);
    return NULL;
}

void load_grok(struct loader *l)
{
    const char *dir = join(&l->scratch, l->rules_dir, "grok", STR(""), "");
    size_t n;
    struct str *names = names_in(dir, "", "", &l->scratch, &n);
    for (size_t i = 0; i < n; i++) {
        const char *path = join(l->a, l->rules_dir, "grok", names[i], "");
        gchar *bytes;
        gsize size;
        if (!g_file_get_contents(path, &bytes, &size, NULL))
            continue;
        grok_load(l->plan->grok, arena_keep(l->a, (struct str){ bytes, size }), path, l->faults);
        g_free(bytes);
    }
    free(names);
}

static bool is_folder(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

const char *rules_folder(const char *argv0, struct arena *a)
{
    const char *asked = getenv("TOUCHPATH_RULES");
    if (asked && *asked)
        return arena_keep(a, str_c(asked)).p;
    char program[4096];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n <= 0)
        n = g_snprintf(program, sizeof program, "%s", argv0 ? argv0 : "");
    program[n < (ssize_t)sizeof program ? n : (ssize_t)sizeof program - 1] = '\0';
    char *folder = g_path_get_dirname(program);
    static const char *const beside[] = { "/../rules", "/../share/touchpath/rules" };
    const char *found = NULL;
    for (size_t i = 0; i < 2 && !found; i++) {
        char *path = g_strconcat(folder, beside[i], NULL);
        char *plain = g_canonicalize_filename(path, NULL);
        if (is_folder(plain))
            found = arena_keep(a, str_c(plain)).p;
        g_free(plain);
        g_free(path);
    }
    g_free(folder);
    return found ? found : RULES_DIR;
}
