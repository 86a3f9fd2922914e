/* detect_project.c - what was found, as a project: one source for all texts of a format (or of a
 * shape that is guessed at), the packs that have rules for them, and rules for what is guessed. See
 * detect.h. */
#include <glib.h>
#include <stdlib.h>

#include "detect.h"
#include "ingest/globs.h"

enum { TOLD_MAX = 10 }; /* texts of a source that are named in its comment */

/* The texts of one source. */
struct group {
    const struct detect_text **texts;
    size_t n, room;
    struct str name;
};

struct groups {
    struct group *list;
    size_t n, room;
    struct arena *arena;
};

/* ---- YAML ---- */

void detect_quoted(struct str text, FILE *to)
{
    putc('\'', to);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '\'')
            putc(c, to);
        putc(c < ' ' || c == 0x7f ? '?' : c, to);
    }
    putc('\'', to);
}

/* ---- which text is of which source ---- */

static bool one_source(const struct detect_text *a, const struct detect_text *b)
{
    if (a->source || b->source)
        return a->source == b->source;
    return str_eq(a->guess.shape, b->guess.shape);
}

static struct group *group_of(struct groups *all, const struct detect_text *text)
{
    for (size_t i = 0; i < all->n; i++)
        if (one_source(all->list[i].texts[0], text))
            return &all->list[i];
    all->list = mem_grow(all->list, &all->room, all->n + 1, sizeof *all->list);
    all->list[all->n] = (struct group){ .n = 0 };
    return &all->list[all->n++];
}

/* What a user has to add to is a source only when it is all that was asked for; else it is told
 * apart, so that the rest is a project that runs. */
static bool gives_source(const struct detection *d, const struct detect_text *t)
{
    return t->source || t->guess.usable || (t->guess.shape.n && d->n == 1);
}

static void make_groups(struct groups *all, const struct detection *d)
{
    for (size_t i = 0; i < d->n; i++) {
        if (!gives_source(d, &d->list[i]))
            continue;
        struct group *g = group_of(all, &d->list[i]);
        g->texts = mem_grow(g->texts, &g->room, g->n + 1, sizeof *g->texts);
        g->texts[g->n++] = &d->list[i];
    }
}

/* ---- names ---- */

static struct str base_of(struct str path)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    return str_from(path, from);
}

static struct str folder_of(struct str path)
{
    return str_head(path, path.n - base_of(path).n);
}

/* The letters and digits of a file's name up to its first dot. */
static struct str stem_of(struct str path, struct arena *a)
{
    struct str base = base_of(path);
    struct str stem = arena_keep(a, str_head(base, str_find(base, STR("."))));
    char *p = (char *)stem.p;
    for (size_t i = 0; i < stem.n; i++)
        if (!g_ascii_isalnum(p[i]) && p[i] != '_')
            p[i] = '-';
    return stem.n ? stem : STR("source");
}

/* Of a known format: as the format; else as the first file. No two alike. */
static void name_groups(struct groups *all)
{
    for (size_t i = 0; i < all->n; i++) {
        struct group *g = &all->list[i];
        const struct detect_text *t = g->texts[0];
        struct str name = t->source ? t->source->format->name
                                    : stem_of(t->member.n ? t->member : t->path, all->arena);
        g->name = name;
        for (unsigned k = 2;; k++) {
            size_t same = 0;
            while (same < i && !str_eq(all->list[same].name, g->name))
                same++;
            if (same == i)
                break;
            g->name = arena_printf(all->arena, "%.*s-%u", STR_ARG(name), k);
        }
    }
}

/* ---- files ---- */

/* Names that begin and end alike, below one folder. */
struct common {
    struct str folder, begin, end;
    bool deep; /* not all of them in that folder itself */
};

static size_t same_begin(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n])
        n++;
    return n;
}

static size_t same_end(struct str a, struct str b)
{
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[a.n - 1 - n] == b.p[b.n - 1 - n])
        n++;
    return n;
}

static struct common common_of(const struct group *g)
{
    struct str first = g->texts[0]->path, base = base_of(first);
    struct common c = { folder_of(first), base, base, false };
    for (size_t i = 1; i < g->n; i++) {
        struct str path = g->texts[i]->path, name = base_of(path);
        struct str folder = folder_of(path);
        c.deep |= !str_eq(folder, folder_of(first));
        c.folder = folder_of(str_head(c.folder, same_begin(c.folder, folder)));
        c.begin = str_head(c.begin, same_begin(c.begin, name));
        c.end = str_from(c.end, c.end.n - same_end(c.end, name));
    }
    /* The next file of the kind has another number. */
    while (c.begin.n && g_ascii_isdigit(c.begin.p[c.begin.n - 1]))
        c.begin.n--;
    while (c.end.n && g_ascii_isdigit(c.end.p[0]))
        c.end = str_from(c.end, 1);
    if (str_find(c.end, STR(":2,")) < c.end.n) /* what became of a message of a Maildir */
        c.end = (struct str){ 0 };
    return c;
}

static bool fits(const struct common *c, struct str path)
{
    struct str name = base_of(path);
    bool there = c->deep ? str_starts(path, c->folder) : str_eq(folder_of(path), c->folder);
    return there && name.n >= c->begin.n + c->end.n && str_starts(name, c->begin) &&
           str_eq(str_from(name, name.n - c->end.n), c->end);
}

static bool is_of_group(const struct group *g, struct str path)
{
    for (size_t i = 0; i < g->n; i++)
        if (str_eq(g->texts[i]->path, path))
            return true;
    return false;
}

/* The texts of a group that are files found in a folder. The caller frees its list. */
static struct group files_of(const struct group *g)
{
    struct group files = { .n = 0 };
    files.texts = mem_grow(NULL, &files.room, g->n, sizeof *files.texts);
    for (size_t i = 0; i < g->n; i++)
        if (g->texts[i]->walked && !g->texts[i]->member.n)
            files.texts[files.n++] = g->texts[i];
    return files;
}

/* A glob for all of these files, when it means no other file that was seen; empty: there is none.
 */
static struct str glob_of(const struct group *g, const struct detection *d, struct arena *a)
{
    const struct str none = { 0 };
    if (g->n < 2)
        return none;
    struct common c = common_of(g);
    if (g->n < 4 && !c.begin.n)
        return none;
    for (size_t i = 0; i < d->n; i++)
        if (fits(&c, d->list[i].path) && !is_of_group(g, d->list[i].path))
            return none;
    for (size_t i = 0; i < d->nothers; i++)
        if (fits(&c, d->others[i]))
            return none;
    struct str begin = globs_escape(c.begin, a), end = globs_escape(c.end, a),
               folder = globs_escape(c.folder, a);
    return arena_printf(a, "%.*s%s%.*s*%.*s", STR_ARG(folder), c.deep ? "**/" : "", STR_ARG(begin),
                        STR_ARG(end));
}

/* Is the text all that its file gives to any source? Then it need not be named within it. */
static bool is_all_of_file(const struct group *g, const struct detection *d, struct str path)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct detect_text *t = &d->list[i];
        if (str_eq(t->path, path) && !one_source(t, g->texts[0]))
            return false;
    }
    return true;
}

static void put_files(const struct group *g, const struct detection *d, struct arena *a, FILE *to)
{
    struct group files = files_of(g);
    struct str glob = glob_of(&files, d, a);
    const char *between = "";
    fputs("    files: [", to);
    if (glob.n) {
        detect_quoted(glob, to);
        between = ", ";
    }
    for (size_t i = 0; i < g->n; i++) {
        const struct detect_text *t = g->texts[i];
        if (glob.n && t->walked && !t->member.n)
            continue;
        bool whole = !t->member.n || is_all_of_file(g, d, t->path);
        if (i && whole && str_eq(g->texts[i - 1]->path, t->path))
            continue;
        struct str file = globs_escape(t->path, a);
        if (!whole)
            file = arena_printf(a, "%.*s!%.*s", STR_ARG(file), STR_ARG(globs_escape(t->member, a)));
        fputs(between, to);
        detect_quoted(file, to);
        between = ", ";
    }
    fputs("]\n", to);
    free(files.texts);
}

/* ---- the project ---- */

static void put_text(const struct detect_text *t, FILE *to)
{
    fputs("# ", to);
    print_safely(t->path, SIZE_MAX, to);
    if (t->member.n) {
        putc('!', to);
        print_safely(t->member, SIZE_MAX, to);
    }
    fputs(": ", to);
    print_safely(t->title, SIZE_MAX, to);
    putc('\n', to);
}

static void put_source(const struct group *g, const struct detection *d, struct arena *a, FILE *to)
{
    const struct detect_text *t = g->texts[0];
    put_text(t, to);
    fwrite(t->why.p, 1, t->why.n, to);
    for (size_t i = 1; i < g->n && i < TOLD_MAX; i++)
        put_text(g->texts[i], to);
    if (g->n > TOLD_MAX)
        fprintf(to, "# and %zu more like these\n", g->n - TOLD_MAX);
    fprintf(to, "  - name: '%.*s'\n", STR_ARG(g->name));
    if (t->source && t->source->format->channel.n) {
        fputs("    channel: ", to);
        detect_quoted(t->source->format->channel, to);
        putc('\n', to);
    }
    put_files(g, d, a, to);
    if (t->source)
        fprintf(to, "    format: %.*s\n", STR_ARG(t->source->format->name));
    else
        fwrite(t->guess.block.p, 1, t->guess.block.n, to);
}

static void put_include(const struct groups *all, const char *rules, FILE *to)
{
    struct str *formats = arena_take(all->arena, (all->n + 1) * sizeof *formats);
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        if (all->list[i].texts[0]->source)
            formats[n++] = all->list[i].texts[0]->source->format->name;
    struct str excluding, packs = detect_packs(rules, formats, n, &excluding, all->arena);
    if (packs.n)
        fprintf(to, "include: [%.*s]\n", STR_ARG(packs));
    if (packs.n && excluding.n) /* whom to leave out is for the user to say */
        fprintf(to, "#   add %.*s, and machines (crawlers, monitors, scanners) are no customers\n",
                STR_ARG(excluding));
}

/* Of what is guessed at, nobody has written rules. */
static void put_rules(const struct groups *all, FILE *to)
{
    bool any = false;
    for (size_t i = 0; i < all->n; i++) {
        const struct group *g = &all->list[i];
        const struct detect_guess *guess = &g->texts[0]->guess;
        if (g->texts[0]->source || !guess->usable || !guess->rule.n)
            continue;
        if (!any)
            fputs("rules: # guesses, too: say what each record means to a customer\n", to);
        any = true;
        if (!str_eq(guess->rule, STR("match: .")))
            fprintf(to, "  - {source: '%.*s', %.*s}\n", STR_ARG(g->name), STR_ARG(guess->rule));
        fprintf(to, "  - {source: '%.*s', match: ., touchpoint: '%.*s'}\n", STR_ARG(g->name),
                STR_ARG(g->name));
    }
}

/* The formats of the pack xes, whose cases are nobody's guess. */
static bool is_event_log(struct str format)
{
    return str_eq(format, STR("xes")) || str_eq(format, STR("xes-csv")) ||
           str_eq(format, STR("cases-csv"));
}

/* Cases of an event log are whole, however long their pauses, and one of them may be called 0. */
static void put_cases(const struct groups *all, FILE *to)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct source *source = all->list[i].texts[0]->source;
        if (!source || !is_event_log(source->format->name))
            return;
    }
    if (all->n)
        fputs("journey: {inactivity: never} # a case is one journey\n"
              "identity: {blocked: [none]} # a case may be called 0, which elsewhere is nobody\n",
              to);
}

bool detect_project(struct detection *d, const char *rules, FILE *to)
{
    struct groups all = { .arena = &d->arena };
    make_groups(&all, d);
    name_groups(&all);
    put_include(&all, rules, to);
    if (all.n)
        fputs("sources:\n", to);
    for (size_t i = 0; i < all.n; i++)
        put_source(&all.list[i], d, &d->arena, to);
    put_rules(&all, to);
    put_cases(&all, to);
    for (size_t i = 0; i < d->n; i++) {
        if (gives_source(d, &d->list[i]))
            continue;
        put_text(&d->list[i], to);
        fwrite(d->list[i].why.p, 1, d->list[i].why.n, to);
    }
    for (size_t i = 0; i < all.n; i++)
        free(all.list[i].texts);
    free(all.list);
    return all.n;
}
