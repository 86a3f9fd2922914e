/* globs.c - see globs.h. glob(3) knows no **, hence our own walk: component by component. */
#include "ingest/globs.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FOLDERS_DEEP = 64 };

struct str globs_escape(struct str name, struct arena *a)
{
    char *to = arena_take(a, 3 * name.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        bool special = memchr("*?[", name.p[i], 3);
        if (special)
            to[n++] = '[';
        to[n++] = name.p[i];
        if (special)
            to[n++] = ']';
    }
    to[n] = '\0';
    return (struct str){ to, n };
}

bool globs_any(struct str path)
{
    for (size_t i = 0; i < path.n; i++)
        if (strchr("*?[", path.p[i]))
            return true;
    return false;
}

size_t globs_member(struct str path)
{
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '!' && (i == 0 || path.p[i - 1] != '['))
            return i;
    return path.n;
}

struct walk {
    struct arena *arena;
    struct paths *out;
    int depth;
};

static void walk(struct walk *w, struct str base, struct str rest);

static struct str join(struct walk *w, struct str base, struct str name)
{
    bool slash = base.n && base.p[base.n - 1] != '/';
    return arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(base), slash ? "/" : "", STR_ARG(name));
}

/* What is not there fits no glob; what cannot be looked at might. */
static void barred(struct walk *w, struct str path)
{
    if (errno == ENOENT || errno == ENOTDIR)
        return;
    if (!w->out->barred++) {
        w->out->why = errno;
        w->out->first_barred = path.n ? arena_keep(w->arena, path) : STR(".");
    }
}

/* base with `name` below it, and the components that are still to come. */
static void step(struct walk *w, struct str base, struct str name, struct str rest)
{
    struct str path = join(w, base, name);
    struct stat st;
    if (rest.n) {
        walk(w, path, rest);
    } else if (stat(path.p, &st) != 0) {
        barred(w, path);
    } else if (S_ISREG(st.st_mode)) {
        struct paths *out = w->out;
        out->list = mem_grow(out->list, &out->room, out->n + 1, sizeof *out->list);
        out->list[out->n++] = path;
    }
}

/* Every folder below base, at any depth, and base itself. */
static void any_depth(struct walk *w, struct str base, struct str name, struct str rest)
{
    struct str path = join(w, base, name);
    struct stat st;
    if (lstat(path.p, &st) == 0 && S_ISDIR(st.st_mode))
        walk(w, path, rest);
}

static void walk(struct walk *w, struct str base, struct str rest)
{
    struct str all = rest, component = str_cut(&rest, '/');
    while (rest.n && rest.p[0] == '/')
        rest = str_from(rest, 1);
    bool deep = str_eq(component, STR("**"));
    if (deep && !rest.n)
        rest = STR("*");
    if (!globs_any(component)) {
        step(w, base, component, rest);
        return;
    }
    if (w->depth == FOLDERS_DEEP)
        return;
    w->depth++;
    if (deep)
        walk(w, base, rest);
    struct str pattern = arena_keep(w->arena, component);
    DIR *dir = opendir(base.n ? base.p : ".");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (fnmatch(pattern.p, entry->d_name, FNM_PERIOD) != 0)
            continue;
        struct str name = str_c(entry->d_name);
        if (deep)
            any_depth(w, base, name, all);
        else
            step(w, base, name, rest);
    }
    if (dir)
        closedir(dir);
    else
        barred(w, base);
    w->depth--;
}

void globs_expand(struct str glob, struct arena *a, struct paths *out)
{
    struct walk w = { a, out, 0 };
    struct str base = { "", 0 };
    if (str_starts(glob, STR("/"))) {
        base = STR("/");
        while (str_starts(glob, STR("/")))
            glob = str_from(glob, 1);
    }
    walk(&w, base, glob);
}
