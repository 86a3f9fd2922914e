/* detect_find.c - which texts are there, and what each is: files, folders, members of archives. See
 * detect.h. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "detect.h"
#include "ingest/block.h"
#include "ingest/recognise.h"

enum { FOLDERS_DEEP = 64 };

void detection_free(struct detection *d)
{
    free(d->list);
    free(d->others);
    arena_free(&d->arena);
}

static void put_names(const struct str *names, size_t n, FILE *to)
{
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : " ", to);
        print_safely(names[i], 100, to);
    }
}

/* ---- one text ---- */

static void put_why(const struct detect_fit *list, size_t n, FILE *to)
{
    const struct source *s = list[0].source;
    const struct format *f = s->format;
    fprintf(to, "#   %.0f %% of its first records (up to %d) fit", 100 * list[0].score,
            RECOGNISE_RECORDS);
    if (s->time_field != FIELD_NONE)
        fputs(", and their times can be read", to);
    if (f->nrecognise) {
        fprintf(to, ";\n#   it has the %s", f->reader == READER_CSV ? "columns" : "paths");
        put_names(f->recognise, f->nrecognise, to);
    } else {
        fprintf(to, ";\n#   %zu fields are told apart", list[0].fields);
    }
    putc('\n', to);
    for (size_t i = 1; i < n; i++)
        fprintf(to, "#   less likely: %.*s (%.0f %%, %zu fields)\n",
                STR_ARG(list[i].source->format->name), 100 * list[i].score, list[i].fields);
}

static void fill_known(struct detect_text *text, const struct detect_fit *list, size_t n,
                       struct arena *a)
{
    char *why = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&why, &size);
    text->source = list[0].source;
    text->title = list[0].source->format->title;
    if (to) {
        put_why(list, n, to);
        fclose(to);
        text->why = arena_keep(a, (struct str){ why, size });
    }
    free(why);
}

static void look_at(struct detection *d, const struct detect_formats *f, struct detect_text text,
                    struct str head)
{
    struct detect_fit *fits = mem_take((detect_formats_count(f) + 1) * sizeof *fits);
    size_t n = detect_fits(f, head, text.path.p, fits);
    if (n)
        fill_known(&text, fits, n, &d->arena);
    else
        detect_unknown(&text, head, &d->arena);
    free(fits);
    d->missed |= !n && !text.guess.usable && !text.walked;
    d->list = mem_grow(d->list, &d->room, d->n + 1, sizeof *d->list);
    d->list[d->n++] = text;
}

/* ---- one file ---- */

static void add_other(struct detection *d, const char *path)
{
    d->others = mem_grow(d->others, &d->others_room, d->nothers + 1, sizeof *d->others);
    d->others[d->nothers++] = arena_keep(&d->arena, str_c(path));
}

static void could_not(struct detection *d, const char *path, const struct err *e, bool walked)
{
    d->missed |= !walked;
    add_other(d, path);
    complain("%s", e->text);
}

/* The head of the current text. False when it is empty. */
static bool look_at_text(struct detection *d, const struct detect_formats *f, struct stream *s,
                         const char *path, bool walked)
{
    struct str name = stream_name(s), file = arena_keep(&d->arena, str_c(path));
    struct cutter *c = cutter_open(s, false, BLOCK_BYTES);
    struct str head = cutter_peek(c), member = { 0 };
    if (name.n > file.n)
        member = str_from(name, file.n + 1);
    if (str_starts(member, STR("./"))) /* as globs of members have it */
        member = str_from(member, 2);
    member = arena_keep(&d->arena, member);
    if (head.n)
        look_at(d, f, (struct detect_text){ .path = file, .member = member, .walked = walked },
                head);
    bool any = head.n;
    cutter_close(c);
    return any;
}

static void find_in_file(struct detection *d, const struct detect_formats *f, const char *path,
                         bool walked)
{
    struct err e = { { 0 } };
    size_t texts = 0, filled = 0;
    struct stream *s = stream_open(path, (struct str){ 0 }, &e);
    int more = -1;
    while (s && (more = stream_next(s, &e)) > 0) {
        texts++;
        filled += look_at_text(d, f, s, path, walked);
    }
    if (more < 0)
        could_not(d, path, &e, walked);
    stream_close(s);
    if (more < 0 || filled)
        return;
    add_other(d, path);
    if (!walked) {
        complain("'%s' is empty%s", path, texts > 1 ? ": so is every member" : "");
        d->missed = true;
    }
}

/* ---- folders ---- */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void find_below(struct detection *d, const struct detect_formats *f, const char *folder,
                       int depth)
{
    struct dirent **list = NULL;
    int n = depth < FOLDERS_DEEP ? scandir(folder, &list, not_hidden, by_name) : -1;
    if (n < 0) {
        complain("cannot look into the folder '%s': %s", folder,
                 depth < FOLDERS_DEEP ? strerror(errno) : "too deep");
        d->missed = true;
    }
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    for (int i = 0; i < n; i++) {
        struct str path = arena_printf(&d->arena, "%s%s%s", folder, slash, list[i]->d_name);
        struct stat st;
        if (lstat(path.p, &st) == 0 && S_ISDIR(st.st_mode))
            find_below(d, f, path.p, depth + 1);
        else if (stat(path.p, &st) == 0 && S_ISREG(st.st_mode))
            find_in_file(d, f, path.p, true);
        free(list[i]);
    }
    free(list);
}

void detect_find(struct detection *d, const struct detect_formats *f, const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        size_t before = d->n;
        find_below(d, f, path, 0);
        if (d->n == before) {
            complain("the folder '%s' holds nothing to look at", path);
            d->missed = true;
        }
    } else {
        find_in_file(d, f, path, false);
    }
}
