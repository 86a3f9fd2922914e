/* reports.c - folders of reports: one a night, named for its date, and `latest`.
 *
 *     OUT/2026-11-22/        2026-11-22-2: the second one of that day
 *     OUT/latest -> 2026-11-22
 *
 * A report is written to a folder with a dot in front, and gets its name when all is in it. Then
 * `latest` is switched by one rename(). The ledger knows the folders, so that none but ours are
 * ever removed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/ledger.h"

#define TEMPORARY ".touchpath-"

/* The folder as the ledger calls it: without links and dots, so that it is one name. */
static struct str whole_path(const char *out, struct arena *a)
{
    char *path = realpath(out, NULL);
    struct str whole = arena_keep(a, str_c(path ? path : out));
    free(path);
    return whole;
}

/* Removes a folder of ours: its files, and itself. It has no folders in it. */
static void remove_folder(const char *path)
{
    struct arena a = { 0 };
    DIR *dir = opendir(path);
    for (struct dirent *d; dir && (d = readdir(dir));)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            unlink(arena_printf(&a, "%s/%s", path, d->d_name).p);
    if (dir)
        closedir(dir);
    rmdir(path);
    arena_free(&a);
}

/* A run that was killed may have left `latest` as it was. */
static bool is_latest(const char *out, struct str path, struct arena *a)
{
    char name[256];
    ssize_t n = readlink(arena_printf(a, "%s/latest", out).p, name, sizeof name);
    return n > 0 && str_eq(str_from(path, strlen(out) + 1), (struct str){ name, (size_t)n });
}

struct str state_report_is_there(struct state *s, const char *out, struct str wishes,
                                 struct arena *a)
{
    struct str name = { 0 };
    struct stat st;
    struct rows *r =
        sql_ask(s->db,
                "SELECT name FROM report WHERE folder = ? AND wishes = ? AND changes = "
                "(SELECT changes FROM about) AND id = (SELECT max(id) FROM report "
                "WHERE folder = ?1)",
                "tb", whole_path(out, a), wishes);
    while (rows_next(r))
        name = arena_printf(a, "%s/%.*s", out, STR_ARG(rows_text(r, 0)));
    return name.n && stat(name.p, &st) == 0 && is_latest(out, name, a) ? name : (struct str){ 0 };
}

/* What runs that were killed left below out, and links that were not switched. */
static void remove_leftovers(const char *out)
{
    struct arena a = { 0 };
    DIR *dir = opendir(out);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        if (!str_starts(str_c(d->d_name), STR(TEMPORARY)))
            continue;
        struct str path = arena_printf(&a, "%s/%s", out, d->d_name);
        if (unlink(path.p) != 0)
            remove_folder(path.p);
    }
    if (dir)
        closedir(dir);
    arena_free(&a);
}

bool state_report_begin(struct state *s, const char *out, int64_t now, const struct zone *zone,
                        struct arena *a, struct report_place *place, struct err *e)
{
    int year, month, day;
    struct stat st;
    (void)s;
    if (mkdir(out, 0777) != 0 && errno != EEXIST)
        return err_set(e, "cannot make the folder '%s': %s", out, strerror(errno));
    remove_leftovers(out);
    int64_t local = now + zone_offset_at(zone, now) * SECOND;
    date_from_days(local / DAY, &year, &month, &day);
    place->name = arena_printf(a, "%04d-%02d-%02d", year, month, day);
    struct str date = place->name;
    place->final = arena_printf(a, "%s/%s", out, date.p);
    for (int i = 2; lstat(place->final.p, &st) == 0; i++) {
        place->name = arena_printf(a, "%s-%d", date.p, i);
        place->final = arena_printf(a, "%s/%s", out, place->name.p);
    }
    place->temporary = arena_printf(a, "%s/" TEMPORARY "%s", out, place->name.p);
    return true;
}

static bool sync_path(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    if (!ok)
        err_set(e, "cannot sync the folder '%s': %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* `latest` is a link to the new folder from one moment to the next. */
static bool switch_latest(const char *out, const struct report_place *place, struct arena *a,
                          struct err *e)
{
    struct str link = arena_printf(a, "%s/" TEMPORARY "latest", out);
    struct str latest = arena_printf(a, "%s/latest", out);
    struct stat st;
    if (lstat(latest.p, &st) == 0 && !S_ISLNK(st.st_mode))
        return err_set(e, "'%s' is not a link of ours: rename it", latest.p);
    unlink(link.p);
    if (symlink(place->name.p, link.p) != 0 || rename(link.p, latest.p) != 0)
        return err_set(e, "cannot switch '%s': %s", latest.p, strerror(errno));
    return sync_path(out, e);
}

static void remove_old(struct state *s, const char *out, struct str folder, int64_t keep,
                       struct arena *a)
{
    struct rows *r = sql_ask(s->db,
                             "SELECT name FROM report WHERE folder = ?1 AND id NOT IN (SELECT id "
                             "FROM report WHERE folder = ?1 ORDER BY id DESC LIMIT ?2)",
                             "ti", folder, keep);
    while (rows_next(r))
        remove_folder(arena_printf(a, "%s/%.*s", out, STR_ARG(rows_text(r, 0))).p);
    sql_do(s->db,
           "DELETE FROM report WHERE folder = ?1 AND id NOT IN (SELECT id FROM report WHERE folder "
           "= ?1 ORDER BY id DESC LIMIT ?2)",
           "ti", folder, keep);
}

bool state_report_end(struct state *s, const char *out, struct str wishes, int64_t keep,
                      const struct report_place *place, struct err *e)
{
    struct arena a = { 0 };
    struct str folder = whole_path(out, &a);
    /* Known before it is there: a folder that nobody knows would never be removed. */
    sql_do(s->db, "DELETE FROM report WHERE folder = ? AND name = ?", "tt", folder, place->name);
    sql_do(s->db,
           "INSERT INTO report(folder, name, wishes, changes, night) VALUES(?, ?, ?, (SELECT "
           "changes FROM about), (SELECT max(id) FROM night))",
           "ttb", folder, place->name, wishes);
    bool ok = sql_good(s->db, e) && sync_path(place->temporary.p, e);
    if (ok && rename(place->temporary.p, place->final.p) != 0)
        ok = err_set(e, "cannot make '%s': %s", place->final.p, strerror(errno));
    ok = ok && switch_latest(out, place, &a, e);
    if (ok && keep)
        remove_old(s, out, folder, keep, &a);
    ok = ok && sql_good(s->db, e);
    arena_free(&a);
    return ok;
}

void state_since_report(struct state *s, const char *out, struct since_report *sums)
{
    struct arena a = { 0 };
    *sums = (struct since_report){ 0 };
    struct rows *r = sql_ask(s->db,
                             "SELECT count(*), sum(events), sum(records), sum(late), sum(beyond), "
                             "min(id), max(id) FROM night WHERE id > coalesce((SELECT max(night) "
                             "FROM report WHERE folder = ?), 0)",
                             "t", whole_path(out, &a));
    while (rows_next(r))
        *sums = (struct since_report){
            .nights = (uint64_t)rows_int(r, 0),
            .events = (uint64_t)rows_int(r, 1),
            .records = (uint64_t)rows_int(r, 2),
            .late = (uint64_t)rows_int(r, 3),
            .beyond = (uint64_t)rows_int(r, 4),
            .first = rows_int(r, 5),
            .last = rows_int(r, 6),
        };
    arena_free(&a);
}
