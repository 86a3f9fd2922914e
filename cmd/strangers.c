/* strangers.c - files of which nothing could be used: are they of another system? See steps.h.
 *
 * In:      the books of a run; the head of each such file, read once more.
 * Out:     messages on stderr.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "detect.h"
#include "ingest/block.h"
#include "nightly.h"

/* Not one record could be read: its header lacks what the source needs, or all of them fail. */
static bool nothing_read(const struct input_file *f)
{
    static const enum reject unread[] = { REJECT_LAYOUT, REJECT_TIME, REJECT_CUT, REJECT_TOO_LONG };
    uint64_t failed = 0;
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++)
        failed += f->rejected[unread[i]];
    return f->matched == 0 && failed == f->records && (f->records || f->damage.n);
}

/* Not one record names somebody. That is so of honest files, too. */
static bool nobody_named(const struct input_file *f)
{
    uint64_t nobody = f->rejected[REJECT_NO_IDENTIFIER];
    return f->matched == 0 && nobody && nobody + f->rejected[REJECT_LAYOUT] == f->records;
}

/* Is the other one of two formats beyond doubt? */
static bool fits_better(const struct detect_fit *a, const struct detect_fit *b)
{
    static const double same = 0.001;
    return a->score > b->score + same || (a->score > b->score - same && a->fields > b->fields);
}

/* "path!member" taken apart at the first `!` before which there is a file; member may be empty. */
static bool find_file(struct str name, struct arena *a, struct str *path, struct str *member)
{
    struct stat st;
    for (size_t at = name.n; at > 0; at--) {
        if (at < name.n && name.p[at] != '!')
            continue;
        *path = arena_keep(a, str_head(name, at));
        *member = str_from(name, at + 1);
        if (stat(path->p, &st) == 0)
            return S_ISREG(st.st_mode);
    }
    return false;
}

/* The text of that name in an archive: its glob would mean others, too. */
static int go_to(struct stream *s, struct str name, struct err *e)
{
    int more;
    while ((more = stream_next(s, e)) > 0 && !str_eq(stream_name(s), name))
        continue;
    return more;
}

/* The format that the text fits best, when it is not `own`; no source: none. `sure`: only when it
 * fits better than its own, which has signs of its own, too. */
static struct detect_fit best_fit(const struct detect_formats *formats, struct str name,
                                  const struct format *own, bool sure)
{
    struct detect_fit best = { .source = NULL }, mine = { .source = NULL };
    struct arena a = { 0 };
    struct str path, member;
    struct err e = { { 0 } };
    struct stream *s = NULL;
    if (find_file(name, &a, &path, &member))
        s = stream_open(path.p, (struct str){ 0 }, &e);
    if (s && go_to(s, name, &e) > 0) {
        struct cutter *c = cutter_open(s, false, BLOCK_BYTES);
        struct detect_fit *list = mem_take((detect_formats_count(formats) + 1) * sizeof *list);
        size_t n = detect_fits(formats, cutter_peek(c), path.p, list);
        for (size_t i = 0; i < n; i++)
            if (str_eq(list[i].source->format->name, own->name))
                mine = list[i];
        if (n && (!sure || fits_better(&list[0], &mine)))
            best = list[0];
        free(list);
        cutter_close(c);
    }
    stream_close(s);
    arena_free(&a);
    if (best.source && str_eq(best.source->format->name, own->name))
        best.source = NULL;
    return best;
}

static int by_source_and_name(const void *x, const void *y)
{
    const struct input_file *a = *(const struct input_file *const *)x,
                            *b = *(const struct input_file *const *)y;
    return a->source != b->source ? (a->source < b->source ? -1 : 1) : str_cmp(a->name, b->name);
}

/* In an order that does not depend on which thread read what: those of a night are not sealed. */
static const struct input_file **in_order(const struct event_set *read, struct arena *a)
{
    const struct input_file **files = arena_take(a, (read->nfiles + 1) * sizeof *files);
    for (size_t i = 0; i < read->nfiles; i++)
        files[i] = &read->files[i];
    qsort(files, read->nfiles, sizeof *files, by_source_and_name);
    return files;
}

bool any_strangers(const struct plan *plan, const struct event_set *read,
                   const struct run_wishes *w)
{
    struct detect_formats *formats = NULL;
    struct arena a = { 0 };
    bool any = false;
    const struct input_file **files = in_order(read, &a);
    for (size_t i = 0; i < read->nfiles; i++) {
        const struct input_file *f = files[i];
        const struct source *source = &plan->sources[f->source];
        const struct format *own = source->format;
        bool unread = nothing_read(f), known = own->nrecognise || own->reader == READER_LINES;
        if (!unread && !(known && nobody_named(f)))
            continue;
        if (!formats)
            formats = detect_formats_load(w->rules ? w->rules : rules_folder(program_path(&a), &a));
        if (!formats)
            break;
        struct detect_fit fit = best_fit(formats, f->name, own, !unread);
        if (!fit.source)
            continue;
        struct str as = own->name.n ? own->name : STR("its source says");
        say(w, "'%.*s' cannot be read as '%.*s' (source '%.*s'): it looks like '%.*s', %.*s",
            STR_ARG(f->name), STR_ARG(as), STR_ARG(source->name), STR_ARG(fit.source->format->name),
            STR_ARG(fit.source->format->title));
        any = true;
    }
    detect_formats_free(formats);
    arena_free(&a);
    return any;
}
