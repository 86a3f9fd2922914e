/* svg.c - DOT text to a picture, with libgvc, in a process of its own.
 *
 * In:      DOT text.
 * Out:     SVG to a stream.
 * Owns:    the artist: a process that was forked while this one had no other thread, since what is
 * forked later may not begin any, and drawing does (Pango). It forks once more for each picture:
 * libgvc 2.42 reads freed memory when it draws a second picture after its first context was freed,
 * and frees twice what belongs to some labels within a rank; in a child that ends at once, neither
 * can harm a run or leak. Threads: one.
 */
#include <errno.h>
#include <graphviz/gvc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
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

/* ---- the wire ---- */

/* In front of each text: a request has how = DRAWN. */
enum how { DRAWN, FAILED, KILLED };
struct letter {
    enum how how;
    int signal; /* that ended the child (KILLED) */
    size_t n;   /* bytes that follow: a picture, or why there is none */
};

/* False when nobody is there. MSG_NOSIGNAL: that is for us to tell, not to die of. */
static bool put(int wire, const void *p, size_t n)
{
    while (n) {
        ssize_t sent = send(wire, p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return false;
        if (sent > 0) {
            p = (const char *)p + sent;
            n -= (size_t)sent;
        }
    }
    return true;
}

static bool take(int wire, void *p, size_t n)
{
    while (n) {
        ssize_t got = read(wire, p, n);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            p = (char *)p + got;
            n -= (size_t)got;
        }
    }
    return true;
}

static bool put_letter(int wire, struct letter letter, const char *text)
{
    return put(wire, &letter, sizeof letter) && put(wire, text, letter.n);
}

/* The caller frees the text. False when the other side is gone. */
static bool take_letter(int wire, struct letter *letter, char **text)
{
    *text = NULL;
    if (!take(wire, letter, sizeof *letter))
        return false;
    *text = mem_zero(letter->n + 1, 1);
    return take(wire, *text, letter->n);
}

/* ---- the artist ---- */

/* Draws in a process that ends with it, and sends what came out. */
static void draw(int wire, const char *dot, size_t n)
{
    struct err e = { 0 };
    char *text = NULL;
    size_t size = 0;
    agseterr(AGMAX); /* errors are ours to tell; libcgraph would print them */
    FILE *from = fmemopen((char *)dot, n, "r"), *to = open_memstream(&text, &size);
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
    fclose(to);
    put_letter(wire, (struct letter){ .how = ok ? DRAWN : FAILED, .n = size }, text);
}

/* The life of the artist: a picture for each letter, until nobody writes any more. */
static void serve(int wire)
{
    static const char gave_up[] = "cannot draw a picture: libgvc ended its process";
    struct letter letter;
    char *dot;
    while (take_letter(wire, &letter, &dot)) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            draw(wire, dot, letter.n);
            _exit(0);
        }
        while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
        if (child < 0)
            break;
        if (WIFSIGNALED(status))
            put_letter(wire, (struct letter){ KILLED, WTERMSIG(status), 0 }, "");
        else if (WEXITSTATUS(status) != 0)
            put_letter(wire, (struct letter){ .how = FAILED, .n = sizeof gave_up - 1 }, gave_up);
        free(dot);
    }
}

struct artist {
    pid_t pid;
    int wire;
};

struct artist *artist_new(struct err *e)
{
    int ends[2];
    pid_t pid = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) {
        pid = fork();
        if (pid == 0) {
            signal(SIGINT, SIG_DFL); /* nothing to tidy up */
            signal(SIGTERM, SIG_DFL);
            close(ends[0]);
            serve(ends[1]);
            _exit(0);
        }
        close(ends[1]);
        if (pid < 0)
            close(ends[0]);
    }
    if (pid < 0) {
        err_set(e, "cannot draw pictures: %s", strerror(errno));
        return NULL;
    }
    struct artist *a = mem_zero(1, sizeof *a);
    *a = (struct artist){ pid, ends[0] };
    return a;
}

void artist_free(struct artist *a)
{
    if (!a)
        return;
    close(a->wire);
    while (waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    free(a);
}

bool artist_draw(struct artist *a, struct str dot, FILE *f, struct err *e)
{
    struct letter letter;
    char *text = NULL;
    bool ok = put_letter(a->wire, (struct letter){ .n = dot.n }, dot.p) &&
              take_letter(a->wire, &letter, &text);
    if (!ok)
        err_set(e, "cannot draw a picture: the process that draws has ended");
    else if (letter.how == KILLED)
        ok = err_set(e,
                     "cannot draw a picture: libgvc was ended by signal %d; the same run "
                     "without pictures works",
                     letter.signal);
    else if (letter.how == FAILED)
        ok = err_set(e, "%.*s", (int)letter.n, text);
    else if (fwrite(text, 1, letter.n, f) != letter.n)
        ok = err_set(e, "cannot write a picture: %s", strerror(errno));
    free(text);
    return ok;
}
