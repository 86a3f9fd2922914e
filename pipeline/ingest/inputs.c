/* inputs.c - see inputs.h. */
#include "ingest/inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "ingest/block.h"
#include "ingest/globs.h"
#include "ingest/recognise.h"

/* Two scores nearer than this are the same. */
static const double same_score = 0.001;

static void add(struct inputs *in, const struct plan *plan, struct str path, struct str member,
                size_t source)
{
    if (!member.n && plan->sources[source].format)
        member = plan->sources[source].format->member;
    in->list = mem_grow(in->list, &in->room, in->n + 1, sizeof *in->list);
    in->list[in->n++] = (struct input){ arena_keep(&in->arena, path),
                                        arena_keep(&in->arena, member), (uint32_t)source };
}

static int by_source_and_name(const void *x, const void *y)
{
    const struct input *a = x, *b = y;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    int c = str_cmp(a->path, b->path);
    return c ? c : str_cmp(a->member, b->member);
}

/* In order, and each once. Of a file that is read as a whole, its members are not read again. */
static void put_in_order(struct inputs *in)
{
    size_t kept = 0;
    if (in->n)
        qsort(in->list, in->n, sizeof *in->list, by_source_and_name);
    for (size_t i = 0; i < in->n; i++) {
        const struct input *before = kept ? &in->list[kept - 1] : NULL;
        if (before && before->source == in->list[i].source &&
            str_eq(before->path, in->list[i].path) &&
            (!before->member.n || str_eq(before->member, in->list[i].member)))
            continue;
        in->list[kept++] = in->list[i];
    }
    in->n = kept;
}

/* path!member taken apart, unless there is a file of that whole name. */
static void split(struct str whole, struct arena *a, struct str *path, struct str *member)
{
    struct stat st;
    size_t at = globs_member(whole);
    if (stat(arena_keep(a, whole).p, &st) == 0)
        at = whole.n;
    *path = arena_keep(a, str_head(whole, at));
    *member = str_from(whole, at + 1);
}

/* A name is there and no folder. whose: who names it, for the message. */
static bool readable(struct str path, const char *whose, struct err *e)
{
    struct stat st;
    if (stat(path.p, &st) != 0)
        return err_set(e, "%scannot open '%s': %s", whose, path.p, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return err_set(e, "%s'%s' is a folder: name its files, or write a glob such as '%s/*'",
                       whose, path.p, path.p);
    return true;
}

/* What can be read only once, so that its beginning cannot be looked at before. */
static bool is_pipe(struct str path)
{
    struct stat st;
    return stat(path.p, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode));
}

/* A path of the project: without "./" at its start, below the project's folder. */
static struct str locate(const struct plan *plan, struct str file, struct arena *a)
{
    while (str_starts(file, STR("./")))
        file = str_from(file, 2);
    if (str_starts(file, STR("/")) || !plan->dir.n || str_eq(plan->dir, STR(".")))
        return arena_keep(a, file);
    return arena_printf(a, "%.*s/%.*s", STR_ARG(plan->dir), STR_ARG(file));
}

static void say_barred(const struct paths *found, struct str source, FILE *warn)
{
    fprintf(warn, "touchpath: warning: source '%.*s': cannot look into '%.*s'", STR_ARG(source),
            STR_ARG(found->first_barred));
    if (found->barred > 1)
        fprintf(warn, ", nor into %zu others", found->barred - 1);
    fprintf(warn, ": %s\n", strerror(found->why));
}

static bool expand(struct inputs *in, const struct plan *plan, size_t source, struct str file,
                   FILE *warn, struct err *e)
{
    struct str path, member, name = plan->sources[source].name;
    split(locate(plan, file, &in->arena), &in->arena, &path, &member);
    if (!globs_any(path)) {
        struct str whose = arena_printf(&in->arena, "source '%.*s': ", STR_ARG(name));
        if (!readable(path, whose.p, e))
            return false;
        add(in, plan, path, member, source);
        return true;
    }
    struct paths found = { 0 };
    globs_expand(path, &in->arena, &found);
    for (size_t i = 0; i < found.n; i++)
        add(in, plan, found.list[i], member, source);
    in->barred += found.barred;
    if (found.barred) {
        say_barred(&found, name, warn);
    } else if (!found.n) {
        in->empty_globs++;
        fprintf(warn, "touchpath: warning: source '%.*s': no file fits '%.*s'\n", STR_ARG(name),
                STR_ARG(path));
    }
    free(found.list);
    return true;
}

bool inputs_from_plan(struct inputs *in, const struct plan *plan, FILE *warn, struct err *e)
{
    for (size_t s = 0; s < plan->nsources; s++)
        for (size_t f = 0; f < plan->sources[s].nfiles; f++)
            if (!expand(in, plan, s, plan->sources[s].files[f], warn, e))
                return false;
    put_in_order(in);
    return true;
}

/* ---- files of the command line ---- */

/* The source that fits the head of a text best. */
static bool choose(const struct plan *plan, struct str head, const char *path, size_t *source,
                   struct err *e)
{
    double best = 0;
    size_t best_fields = 0, other = SIZE_MAX;
    for (size_t s = 0; s < plan->nsources; s++) {
        size_t fields = 0;
        double score = recognise_score(&plan->sources[s], head, path, &fields);
        if (score <= 0)
            continue;
        bool same = score >= best - same_score && score <= best + same_score;
        if (best > 0 && same && fields == best_fields) {
            other = s;
        } else if (best <= 0 || (same ? fields > best_fields : score > best)) {
            best = score;
            best_fields = fields;
            *source = s;
            other = SIZE_MAX;
        }
    }
    if (best <= 0)
        return err_set(e, "'%s' fits the format of no source: name one with --source NAME", path);
    if (other != SIZE_MAX)
        return err_set(e,
                       "'%s' fits the sources '%.*s' and '%.*s' equally well: name one with "
                       "--source NAME",
                       path, STR_ARG(plan->sources[*source].name),
                       STR_ARG(plan->sources[other].name));
    return true;
}

/* Of an archive: so many of its texts are looked at, and so much of it is read for that. What
 * stands behind them is like the first. */
enum { TEXTS_LOOKED_AT = 1000 };
static const uint64_t bytes_looked_at = UINT64_C(256) << 20;

/* The texts of a file and the sources that they fit. */
struct fits {
    struct str *members; /* empty: the file itself */
    size_t *sources;     /* SIZE_MAX: none */
    size_t n, filled, members_room, sources_room;
    struct arena arena;
};

static void add_fit(struct fits *fits, struct str member, size_t source)
{
    fits->members =
        mem_grow(fits->members, &fits->members_room, fits->n + 1, sizeof *fits->members);
    fits->sources =
        mem_grow(fits->sources, &fits->sources_room, fits->n + 1, sizeof *fits->sources);
    fits->members[fits->n] = arena_keep(&fits->arena, member);
    fits->sources[fits->n++] = source;
    fits->filled += source != SIZE_MAX;
}

/* e says why the last text fits none. False: a text fits two equally well. */
static bool find_fits(const struct plan *plan, struct stream *s, struct str path, struct fits *fits,
                      struct err *e)
{
    struct err damage = { 0 };
    while (fits->n < TEXTS_LOOKED_AT && stream_bytes_in(s) < bytes_looked_at &&
           stream_next(s, &damage) > 0) {
        struct cutter *c = cutter_open(s, false, BLOCK_BYTES);
        struct str head = cutter_peek(c), name = stream_name(s);
        size_t source = SIZE_MAX;
        bool ok = !head.n || choose(plan, head, path.p, &source, e);
        struct str member = str_from(name, path.n + 1);
        if (str_starts(member, STR("./"))) /* as globs of members have it */
            member = str_from(member, 2);
        if (head.n)
            add_fit(fits, member, source);
        cutter_close(c);
        if (!ok && source != SIZE_MAX)
            return false;
    }
    return true;
}

/* All texts of one source: the file as it was named. Else each for itself. */
static void add_fits(struct inputs *in, const struct plan *plan, const struct fits *fits,
                     struct str path, struct str member)
{
    bool same = true;
    for (size_t i = 1; i < fits->n; i++)
        same &= fits->sources[i] == fits->sources[0];
    for (size_t i = 0; i < fits->n; i++) {
        if (fits->sources[i] == SIZE_MAX || (same && i))
            continue;
        struct str only = same ? member : globs_escape(fits->members[i], &in->arena);
        add(in, plan, path, only, fits->sources[i]);
    }
}

/* The source of an empty file: the first that needs no header, as to others it would be damaged. */
static size_t source_of_nothing(const struct plan *plan)
{
    for (size_t s = 0; s < plan->nsources; s++) {
        const struct format *f = plan->sources[s].format;
        if (f->reader == READER_LINES || f->reader == READER_JSON_LINES ||
            (f->reader == READER_CSV && (!f->csv.header || f->csv.fields_line.n)))
            return s;
    }
    return 0;
}

/* Each text goes to the source that it fits; those in an archive that fit none are left out, unless
 * all do. */
static bool recognise(struct inputs *in, const struct plan *plan, struct str path,
                      struct str member, struct err *e)
{
    struct stream *s = stream_open(path.p, member, e);
    if (!s)
        return false;
    struct fits fits = { .n = 0 };
    bool ok = find_fits(plan, s, path, &fits, e) && (fits.filled || !fits.n);
    if (ok && fits.n)
        add_fits(in, plan, &fits, path, member);
    else if (ok)
        add(in, plan, path, member, source_of_nothing(plan));
    if (ok)
        e->text[0] = '\0';
    free(fits.members);
    free(fits.sources);
    arena_free(&fits.arena);
    stream_close(s);
    return ok;
}

static bool find_source(const struct plan *plan, const char *name, size_t *source, struct err *e)
{
    struct arena a = { 0 };
    struct str *names = arena_take(&a, (plan->nsources + 1) * sizeof *names);
    bool found = false;
    for (size_t s = 0; s < plan->nsources && !found; s++) {
        names[s] = plan->sources[s].name;
        found = str_eq(names[s], str_c(name));
        *source = s;
    }
    const struct str *near = found ? NULL : str_nearest(str_c(name), names, plan->nsources);
    if (near)
        err_set(e, "there is no source '%s' in the project: did you mean '%.*s'?", name,
                STR_ARG(*near));
    else if (!found)
        err_set(e, "there is no source '%s' in the project", name);
    arena_free(&a);
    return found;
}

bool inputs_from_files(struct inputs *in, const struct plan *plan, char *const *files, size_t n,
                       const char *source, struct err *e)
{
    size_t fixed = 0;
    bool known = source || plan->nsources == 1;
    if (source && !find_source(plan, source, &fixed, e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct str path = STR("-"), member = { 0 };
        bool standard = strcmp(files[i], "-") == 0;
        if (!standard)
            split(str_c(files[i]), &in->arena, &path, &member);
        if (!known && (standard || is_pipe(path)))
            return err_set(e,
                           "%s could be of any source of the project: name one with "
                           "--source NAME",
                           standard ? "standard input" : "a pipe");
        if (!standard && !readable(path, "", e))
            return false;
        if (known || standard)
            add(in, plan, path, member, fixed);
        else if (!recognise(in, plan, path, member, e))
            return false;
    }
    put_in_order(in);
    return true;
}

void inputs_free(struct inputs *in)
{
    free(in->list);
    arena_free(&in->arena);
    *in = (struct inputs){ 0 };
}
