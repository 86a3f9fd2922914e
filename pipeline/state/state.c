/* state.c - opening a state: its folder, its lock. See state.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "state/ledger.h"

/* ---- the folder ---- */

/* Numbers of statfs(2). flock() and SQLite's locks hold on one machine only there, if at all. */
static const struct {
    unsigned long magic;
    const char *name;
} network_kinds[] = {
    { 0x6969, "NFS" },       { 0xff534d42, "CIFS" }, { 0xfe534d42, "SMB" },
    { 0x517b, "SMB" },       { 0x5346414f, "AFS" },  { 0x73757245, "Coda" },
    { 0x00c36400, "Ceph" },  { 0x01021997, "9P" },   { 0x0bd00bd0, "Lustre" },
    { 0x65735546, "FUSE" },  { 0x47504653, "GPFS" }, { 0x19830326, "BeeGFS" },
    { 0x7461636f, "OCFS2" }, { 0x01161970, "GFS2" },
};

const char *network_kind(unsigned long type)
{
    for (size_t i = 0; i < sizeof network_kinds / sizeof *network_kinds; i++)
        if ((type & 0xffffffff) == network_kinds[i].magic)
            return network_kinds[i].name;
    return NULL;
}

static bool folder_is_local(const char *dir, struct err *e)
{
    struct statfs fs;
    if (statfs(dir, &fs) != 0)
        return err_set(e, "cannot look at the folder '%s': %s", dir, strerror(errno));
    const char *kind = network_kind((unsigned long)fs.f_type);
    return !kind ||
           err_set(e,
                   "the state '%s' is on a file system of kind %s, where locks cannot be relied "
                   "upon: keep it on a local disk, or say --allow-network-state",
                   dir, kind);
}

static bool make_private(const char *dir, struct err *e)
{
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_set(e, "cannot make the folder '%s': %s", dir, strerror(errno));
    struct stat st;
    if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
        return err_set(e, "the state '%s' is not a folder", dir);
    if (st.st_mode & 077)
        return err_set(e,
                       "others may read the state '%s', which holds the identifiers of customers: "
                       "chmod 700 it",
                       dir);
    return true;
}

/* ---- the lock ---- */

static void holder(int fd, char *text, size_t size)
{
    ssize_t n = pread(fd, text, size - 1, 0);
    text[n > 0 ? n : 0] = 0;
    text[strcspn(text, " \n")] = 0;
    if (!text[0])
        snprintf(text, size, "unknown");
}

/* errno, and whose the state is when that may be the reason. */
static void cannot_lock(const char *dir, struct err *e)
{
    const char *why = strerror(errno);
    struct stat st;
    struct passwd *owner = NULL;
    if (errno == EACCES && stat(dir, &st) == 0 && st.st_uid != geteuid())
        owner = getpwuid(st.st_uid);
    if (owner)
        err_set(e,
                "cannot lock the state '%s': %s; it belongs to the user '%s', who alone can use it",
                dir, why, owner->pw_name);
    else
        err_set(e, "cannot lock the state '%s': %s", dir, why);
}

static enum state_opened lock(struct state *s, int64_t wait, struct err *e)
{
    char pid[40];
    const struct timespec pause = { 0, 100000000 };
    struct arena a = { 0 };
    s->lock = open(arena_printf(&a, "%s/lock", s->dir.p).p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    arena_free(&a);
    if (s->lock < 0) {
        cannot_lock(s->dir.p, e);
        return STATE_FAILED;
    }
    int64_t until = now_ns() + wait * 1000000000;
    while (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            cannot_lock(s->dir.p, e);
            return STATE_FAILED;
        }
        if (now_ns() >= until) {
            holder(s->lock, pid, sizeof pid);
            err_set(e, "the state '%s' is used by another run (process %s); --wait SECONDS waits",
                    s->dir.p, pid);
            return STATE_LOCKED;
        }
        nanosleep(&pause, NULL);
    }
    int n = snprintf(pid, sizeof pid, "%-10ld\n", (long)getpid());
    /* Only for the message above: a full disk need not stop here. */
    if (pwrite(s->lock, pid, (size_t)n, 0) < 0)
        errno = 0;
    return STATE_OPEN;
}

/* ---- */

static enum state_opened open_in(struct state *s, const struct state_wishes *wishes, struct err *e)
{
    if (wishes->imagine && access(s->dir.p, F_OK) != 0)
        return (s->db = ledger_imagine(e)) ? STATE_OPEN : STATE_FAILED;
    if (wishes->only_look && access(s->dir.p, F_OK) != 0) {
        err_set(e, "there is no state '%s': no run has made one yet", s->dir.p);
        return STATE_FAILED;
    }
    if (!make_private(s->dir.p, e) || (!wishes->network && !folder_is_local(s->dir.p, e)))
        return STATE_FAILED;
    enum state_opened locked = lock(s, wishes->wait, e);
    if (locked != STATE_OPEN)
        return locked;
    if (!make_private(s->segments.p, e) || !ledger_open(s, e))
        return STATE_FAILED;
    return s->only_look || segments_sweep(s, e) ? STATE_OPEN : STATE_FAILED;
}

enum state_opened state_open(const struct state_wishes *wishes, struct state **out, struct err *e)
{
    struct state *s = mem_zero(1, sizeof *s);
    s->dir = arena_printf(&s->arena, "%s", wishes->dir);
    s->segments = arena_printf(&s->arena, "%s/segments", wishes->dir);
    s->lock = -1;
    s->only_look = wishes->only_look || wishes->imagine;
    s->spill = wishes->spill;
    enum state_opened opened = open_in(s, wishes, e);
    if (opened != STATE_OPEN) {
        state_close(s);
        s = NULL;
    }
    *out = s;
    return opened;
}

void state_close(struct state *s)
{
    if (!s)
        return;
    sql_close(s->db);
    if (s->lock >= 0)
        close(s->lock);
    arena_free(&s->arena);
    free(s);
}

void night_free(struct night *n)
{
    inputs_free(&n->inputs);
    read_texts_free(&n->texts);
    event_set_free(&n->set);
    free(n->fates);
    *n = (struct night){ 0 };
}
