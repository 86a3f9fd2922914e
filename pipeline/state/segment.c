/* segment.c - event files in the folder of segments: written so that they are whole once they are
 * named, and removed when no row of the ledger names them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/ledger.h"

struct str segment_path(const struct state *s, struct str name, struct arena *a)
{
    return arena_printf(a, "%s/%.*s", s->segments.p, STR_ARG(name));
}

struct str segment_name(int64_t night, size_t number, struct arena *a)
{
    return arena_printf(a, "%06" PRId64 "-%04zu%s", night, number, EVENT_FILE_SUFFIX);
}

static bool sync_folder(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_set(e, "cannot sync the folder '%s': %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* fsync() that failed is never tried again: the kernel may have dropped what it could not write,
 * and would then call the second try a success. */
static bool write_all(struct event_set *set, const struct rulebook *book, const char *path,
                      int workers, struct event_file_made *made, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (!f) {
        err_set(e, "cannot write '%s': %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool ok = event_file_write(set, book, f, path, workers, made, e);
    if (ok && (fflush(f) != 0 || fsync(fd) != 0))
        ok = err_set(e, "cannot write '%s': %s", path, strerror(errno));
    if (fclose(f) != 0 && ok)
        ok = err_set(e, "cannot write '%s': %s", path, strerror(errno));
    return ok;
}

bool segment_write(struct state *s, struct event_set *set, const struct rulebook *book,
                   int64_t night, size_t number, int workers, struct arena *a, struct segment *out,
                   struct err *e)
{
    out->name = segment_name(night, number, a);
    struct str path = segment_path(s, out->name, a);
    struct str temporary = arena_printf(a, "%s.tmp", path.p);
    struct event_file_made made = { 0 };
    unlink(temporary.p);
    bool ok = write_all(set, book, temporary.p, workers, &made, e);
    if (ok && rename(temporary.p, path.p) != 0)
        ok = err_set(e, "cannot write '%s': %s", path.p, strerror(errno));
    if (!ok) {
        unlink(temporary.p);
        return false;
    }
    out->bytes = made.bytes;
    out->events = made.events;
    out->print = made.print;
    return sync_folder(s->segments.p, e);
}

/* Is a file of the folder of segments named in the ledger? */
static bool is_named(struct state *s, const char *name)
{
#ifdef MISTAKE_LISTING /* tests/nightly must catch this one */
    return true;
#endif
    return sql_number(s->db, 0, "SELECT count(*) FROM segment WHERE name = ?", "t", str_c(name));
}

struct str *segment_names(struct state *s, size_t *n, struct arena *a)
{
    struct str *names = NULL;
    size_t room = 0;
    *n = 0;
#ifdef MISTAKE_LISTING
    DIR *dir = opendir(s->segments.p);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        if (d->d_name[0] == '.' || strstr(d->d_name, ".tmp"))
            continue;
        names = mem_grow(names, &room, *n + 1, sizeof *names);
        names[(*n)++] = arena_keep(a, str_c(d->d_name));
    }
    if (dir)
        closedir(dir);
    return names;
#endif
    struct rows *r = sql_ask(s->db, "SELECT name FROM segment ORDER BY id", "");
    while (rows_next(r)) {
        names = mem_grow(names, &room, *n + 1, sizeof *names);
        names[(*n)++] = arena_keep(a, rows_text(r, 0));
    }
    return names;
}

bool segments_sweep(struct state *s, struct err *e)
{
    DIR *dir = opendir(s->segments.p);
    if (!dir)
        return err_set(e, "cannot read the folder '%s': %s", s->segments.p, strerror(errno));
    struct arena a = { 0 };
    for (struct dirent *d; (d = readdir(dir));) {
        if (d->d_name[0] == '.' || is_named(s, d->d_name) || !sql_good(s->db, e))
            continue;
        unlink(segment_path(s, str_c(d->d_name), &a).p);
    }
    closedir(dir);
    arena_free(&a);
    return sql_good(s->db, e);
}
