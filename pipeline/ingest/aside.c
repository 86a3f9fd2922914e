/* aside.c - see aside.h: finding and reading what stands beside a text. */
#include "ingest/aside.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "ingest/globs.h"
#include "ingest/side_table.h"

enum { HEADER_MAX = 64 << 10 };

/* ---- which file ---- */

static struct str folder_of(struct str path)
{
    while (path.n && path.p[path.n - 1] != '/')
        path.n--;
    return path;
}

static struct str base_of(struct str path)
{
    return str_from(path, folder_of(path).n);
}

/* Length of the longest piece that both have. */
static size_t common(struct str a, struct str b)
{
    size_t best = 0;
    for (size_t i = 0; i < a.n; i++) {
        for (size_t k = 0; k < b.n; k++) {
            size_t n = 0;
            while (i + n < a.n && k + n < b.n && a.p[i + n] == b.p[k + n])
                n++;
            best = n > best ? n : best;
        }
    }
    return best;
}

/* The file that a glob means for a text in `path`; empty: none. */
static struct str choose_file(struct str glob, struct str path, struct arena *a)
{
    struct paths found = { 0 };
    struct stat st;
    struct str best = { NULL, 0 };
    size_t most = 0;
    if (!globs_any(glob)) {
        struct str file = arena_keep(a, glob);
        return stat(file.p, &st) == 0 && S_ISREG(st.st_mode) ? file : best;
    }
    globs_expand(glob, a, &found);
    for (size_t i = 0; i < found.n; i++) {
        size_t n = common(base_of(found.list[i]), base_of(path));
        if (best.p && (n < most || (n == most && str_cmp(found.list[i], best) > 0)))
            continue;
        best = found.list[i];
        most = n;
    }
    free(found.list);
    return best;
}

/* The file and member of a place, seen from a text in `path`; relative ones are below dir. */
static enum aside resolve(struct str place, struct str path, struct str dir, struct arena *a,
                          struct str *file, struct str *member)
{
    size_t at = globs_member(place);
    *member = str_from(place, at + 1);
    struct str glob = str_head(place, at);
    if (!glob.n) {
        *file = arena_keep(a, path);
        return str_eq(path, STR("-")) ? ASIDE_ABSENT : ASIDE_FOUND;
    }
    if (glob.p[0] != '/' && dir.n)
        glob = arena_printf(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(glob));
    *file = choose_file(glob, path, a);
    return file->n ? ASIDE_FOUND : ASIDE_ABSENT;
}

/* ---- its text ---- */

enum aside aside_read(struct str file, struct str member, uint32_t ordinal, struct shape *shape,
                      size_t most, struct shaped *out, struct err *e)
{
    struct stream *s = stream_open(file.p, member, e);
    enum aside how = s ? ASIDE_FOUND : ASIDE_BAD;
    for (uint32_t i = 0; how == ASIDE_FOUND && i < ordinal; i++) {
        int more = stream_next(s, e);
        how = more > 0 ? ASIDE_FOUND : more < 0 ? ASIDE_BAD : ASIDE_ABSENT;
    }
    /* A file that is no archive has one text, whatever member is asked for. */
    if (how == ASIDE_FOUND && !shape && member.n && str_eq(stream_name(s), file))
        how = ASIDE_ABSENT;
    if (how == ASIDE_FOUND) {
        struct intake *in = intake_open(s, (struct str){ NULL, 0 });
        if (shape)
            intake_shape(in, shape, (struct str){ NULL, 0 });
        out->p = mem_grow(NULL, &out->room, HEADER_MAX, 1);
        out->n = 0;
        while (out->n < most && !intake_ended(in)) {
            out->p = mem_grow(out->p, &out->room, out->n + HEADER_MAX, 1);
            size_t room = most - out->n < HEADER_MAX ? most - out->n : HEADER_MAX, got;
            got = intake_fill(in, out->p + out->n, room);
            out->n += got;
            if (got < room)
                break;
        }
        const struct err *damage = intake_damage(in);
        if (damage) {
            err_set(e, "%s", damage->text);
            how = ASIDE_BAD;
        }
        intake_close(in);
    } else {
        shape_free(shape);
    }
    stream_close(s);
    return how;
}

static struct str without_mark(struct str s)
{
    return str_starts(s, STR("\xef\xbb\xbf")) ? str_from(s, 3) : s;
}

bool aside_header(const char *path, const struct str *places, size_t n, struct arena *a,
                  struct str *header, struct err *e)
{
    struct str folder = folder_of(str_c(path));
    if (folder.n > 1)
        folder.n--;
    for (size_t i = 0; i < n; i++) {
        struct str file, member;
        struct shaped text = { 0 };
        enum aside how = resolve(places[i], str_c(path), folder, a, &file, &member);
        if (how == ASIDE_FOUND)
            how = aside_read(file, member, 1, NULL, HEADER_MAX, &text, e);
        if (how == ASIDE_FOUND) {
            struct str kept = without_mark(arena_keep(a, (struct str){ text.p, text.n }));
            *header = str_cut(&kept, '\n');
        }
        free(text.p);
        if (how == ASIDE_BAD)
            return false;
        if (how == ASIDE_FOUND)
            return true;
    }
    return err_set(e, "its header stands elsewhere (csv: header_from), but '%.*s' is not there",
                   STR_ARG(places[0]));
}

/* ---- side tables ---- */

bool side_table_shared(const struct lookup *l)
{
    return l->file.n && l->file.p[0] != '!';
}

struct side_table *side_table_load(const struct lookup *l, const char *path, struct str member,
                                   uint32_t ordinal, struct str dir, struct err *e)
{
    struct arena a = { 0 };
    struct shaped text = { 0 };
    struct str file = arena_keep(&a, str_c(path)), inside = member;
    struct json_rules records = { .records = l->records, .nrecords = l->nrecords };
    struct err why = { { 0 } };
    enum aside how = ASIDE_FOUND;
    struct side_table *t = NULL;
    if (l->file.n)
        how = resolve(l->file, str_c(path), dir, &a, &file, &inside);
    else if (str_eq(file, STR("-")))
        how = ASIDE_ABSENT;
    if (how == ASIDE_FOUND)
        how = aside_read(file, inside, l->file.n ? 1 : ordinal,
                         l->file.n ? NULL : shape_json(&records), (size_t)ASIDE_BYTES_MAX + 1,
                         &text, &why);
    struct str whole = without_mark((struct str){ text.p, text.n });
    if (how == ASIDE_ABSENT && !l->file.n)
        err_set(e, "its side table stands in the same document, and standard input cannot be read "
                   "twice: give a file");
    else if (how == ASIDE_ABSENT)
        err_set(e, "the side table '%.*s' is not there", STR_ARG(l->file));
    else if (how == ASIDE_BAD)
        err_set(e, "the side table '%.*s': %s", STR_ARG(l->file), why.text);
    else if (text.n > ASIDE_BYTES_MAX)
        err_set(e, "the side table '%.*s' is larger than %d MiB", STR_ARG(l->file),
                ASIDE_BYTES_MAX >> 20);
    else
        t = side_table_new(l, whole, e);
    free(text.p);
    arena_free(&a);
    return t;
}
