/* output.c - see output.h. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct output_file {
    struct str temporary, final; /* paths */
    FILE *stream;
};

struct output {
    struct arena arena;
    struct str dir;
    struct output_file *files;
    size_t n, room;
};

/* mkdir -p */
static bool make_folder(const char *path, struct err *e)
{
    char *p = mem_take(strlen(path) + 1);
    strcpy(p, path);
    bool ok = true;
    for (char *slash = p + 1; ok; slash++) {
        slash += strcspn(slash, "/");
        char was = *slash;
        *slash = '\0';
        if (mkdir(p, 0777) != 0 && errno != EEXIST)
            ok = err_set(e, "cannot make the folder '%s': %s", p, strerror(errno));
        *slash = was;
        if (!was)
            break;
    }
    struct stat st;
    if (ok && (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)))
        ok = err_set(e, "cannot write to '%s': it is not a folder", path);
    free(p);
    return ok;
}

struct output *output_open(const char *dir, struct err *e)
{
    if (!make_folder(dir, e))
        return NULL;
    struct output *out = mem_zero(1, sizeof *out);
    out->dir = arena_keep(&out->arena, str_c(dir));
    return out;
}

/* mkstemp makes 0600; a report is read by others. */
static void let_others_read(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
}

FILE *output_file(struct output *out, const char *name, struct err *e)
{
    FILE *stream = output_file_private(out, name, e);
    if (stream)
        let_others_read(fileno(stream));
    return stream;
}

FILE *output_file_private(struct output *out, const char *name, struct err *e)
{
    struct output_file f;
    f.final = arena_printf(&out->arena, "%s/%s", out->dir.p, name);
    f.temporary = arena_printf(&out->arena, "%s/.%s.XXXXXX", out->dir.p, name);
    int fd = mkstemp((char *)f.temporary.p);
    if (fd < 0) {
        err_set(e, "cannot write '%s': %s", f.final.p, strerror(errno));
        return NULL;
    }
    f.stream = fdopen(fd, "w");
    out->files = mem_grow(out->files, &out->room, out->n + 1, sizeof *out->files);
    out->files[out->n++] = f;
    return f.stream;
}

static bool sync_folder(const struct output *out, struct err *e)
{
    int fd = open(out->dir.p, O_RDONLY);
    /* Some file systems cannot sync a folder (EINVAL); they have nothing to sync then. */
    bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    if (!ok)
        err_set(e, "cannot sync the folder '%s': %s", out->dir.p, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool finish(struct output_file *f, struct err *e)
{
    bool ok = !ferror(f->stream) && fflush(f->stream) == 0 && fsync(fileno(f->stream)) == 0;
    if (!ok)
        err_set(e, "cannot write '%s': %s", f->final.p, strerror(errno ? errno : EIO));
    if (fclose(f->stream) != 0 && ok)
        ok = err_set(e, "cannot write '%s': %s", f->final.p, strerror(errno));
    f->stream = NULL;
    return ok;
}

bool output_commit(struct output *out, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < out->n; i++)
        ok = finish(&out->files[i], e);
    for (size_t i = 0; ok && i < out->n; i++) {
        struct output_file *f = &out->files[i];
        if (rename(f->temporary.p, f->final.p) != 0)
            ok = err_set(e, "cannot write '%s': %s", f->final.p, strerror(errno));
        else
            f->temporary.n = 0;
    }
    if (ok)
        ok = sync_folder(out, e);
    output_abort(out);
    return ok;
}

void output_abort(struct output *out)
{
    if (!out)
        return;
    for (size_t i = 0; i < out->n; i++) {
        struct output_file *f = &out->files[i];
        if (f->stream)
            fclose(f->stream);
        if (f->temporary.n)
            unlink(f->temporary.p);
    }
    free(out->files);
    arena_free(&out->arena);
    free(out);
}
