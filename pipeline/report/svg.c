/* svg.c - DOT text to a picture, with libgvc.
 *
 * In:      DOT text.
 * Out:     SVG to a stream.
 * Owns:    a child process, for the length of a call. libgvc 2.42 reads freed memory when it draws
 * a second picture after its first context was freed, and frees twice what belongs to some labels
 * within a rank; in a child that ends at once, neither can harm a run or leak. Threads: one.
 */
#include <errno.h>
#include <graphviz/gvc.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/ids.h"
#include "report/report.h"

static bool has_plugin(GVC_t *gvc, const char *kind, const char *name)
{
    int n = 0;
    bool found = false;
    char **names = gvPluginList(gvc, kind, &n, NULL);
    for (int i = 0; names && i < n; i++) {
        found = found || strcmp(names[i], name) == 0;
        free(names[i]);
    }
    free(names);
    return found;
}

/* What libcgraph or libgvc said last, on one line. */
static void last_words(char *text, size_t size)
{
    char *said = aglasterr();
    snprintf(text, size, "%s", said && *said ? said : "no reason given");
    text[strcspn(text, "\r\n")] = '\0';
    free(said);
}

/* Frees nothing: the process ends. */
static bool render(GVC_t *gvc, Agraph_t *g, FILE *f, struct err *e)
{
    char *svg = NULL, why[200];
    unsigned n = 0;
    if (!has_plugin(gvc, "layout", "dot") || !has_plugin(gvc, "render", "svg"))
        return err_set(e, "cannot draw pictures: libgvc finds no plugin for 'dot' and 'svg'; "
                          "install the package 'graphviz', or run 'dot -c' as root");
    if (gvLayout(gvc, g, "dot") != 0) {
        last_words(why, sizeof why);
        return err_set(e, "cannot lay out a picture: %s", why);
    }
    bool ok = gvRenderData(gvc, g, "svg", &svg, &n) == 0 && svg;
    if (!ok) {
        last_words(why, sizeof why);
        err_set(e, "cannot draw a picture: %s", why);
    } else if (fwrite(svg, 1, n, f) != n)
        ok = err_set(e, "cannot write a picture: %s", strerror(errno));
    return ok;
}

/* ---- the child that draws ---- */

/* Runs in the child. Returns its exit status: what it wrote is the picture (0) or the reason (1).
 */
static int draw(struct str dot, FILE *to)
{
    struct err e = { 0 };
    agseterr(AGMAX); /* errors are ours to tell; libcgraph would print them */
    FILE *from = fmemopen((char *)dot.p, dot.n, "r");
    Agraph_t *g = from ? agread(from, &ids_discipline) : NULL;
    bool ok = false;
    if (g)
        ok = render(gvContext(), g, to, &e);
    else {
        char why[200];
        last_words(why, sizeof why);
        err_set(&e, "cannot read the DOT text of a picture: %s", why);
    }
    if (!ok)
        fputs(e.text, to);
    return fclose(to) == 0 && ok ? 0 : 1;
}

/* All that the child says, as text that the caller frees. */
static struct str listen(int from)
{
    char *text = NULL;
    size_t n = 0, room = 0;
    for (;;) {
        enum { PIECE = 1 << 16 };
        text = mem_grow(text, &room, n + PIECE, 1);
        ssize_t got = read(from, text + n, PIECE);
        if (got > 0)
            n += (size_t)got;
        else if (got == 0 || errno != EINTR)
            return (struct str){ text, n };
    }
}

static bool told(struct str said, int status, FILE *f, struct err *e)
{
    if (WIFSIGNALED(status))
        return err_set(e,
                       "cannot draw a picture: libgvc was ended by signal %d; the same run "
                       "without pictures works",
                       WTERMSIG(status));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, "%.*s", STR_ARG(said.n ? said : STR("cannot draw a picture")));
    if (fwrite(said.p, 1, said.n, f) != said.n)
        return err_set(e, "cannot write a picture: %s", strerror(errno));
    return true;
}

bool dot_to_svg(struct str dot, FILE *f, struct err *e)
{
    int ends[2], status = 0;
    if (pipe(ends) != 0)
        return err_set(e, "cannot draw a picture: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        FILE *to = fdopen(ends[1], "w");
        _exit(to ? draw(dot, to) : 1);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_set(e, "cannot draw a picture: %s", strerror(errno));
    }
    struct str said = listen(ends[0]);
    close(ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    bool ok = told(said, status, f, e);
    free((char *)said.p);
    return ok;
}
