/* err.c - see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdlib.h>

bool err_set(struct err *e, const char *fmt, ...)
{
    if (e->text[0])
        return false;
    va_list args;
    va_start(args, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, args);
    va_end(args);
    return false;
}

void faults_add(struct faults *f, enum severity severity, struct place at, const char *fmt, ...)
{
    size_t *count = severity == FAULT_ERROR ? &f->errors : &f->warnings;
    if (++*count > FAULTS_SHOWN)
        return;
    char text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    f->list = mem_grow(f->list, &f->room, f->n + 1, sizeof *f->list);
    at.file = arena_keep(&f->arena, at.file);
    at.line_text = arena_keep(&f->arena, at.line_text);
    f->list[f->n++] = (struct fault){ severity, at, arena_keep(&f->arena, str_c(text)) };
}

static int by_place(const void *x, const void *y)
{
    const struct fault *a = x, *b = y;
    int c = str_cmp(a->at.file, b->at.file);
    if (!c)
        c = (a->at.line > b->at.line) - (a->at.line < b->at.line);
    if (!c)
        c = (a->at.col > b->at.col) - (a->at.col < b->at.col);
    return c ? c : str_cmp(a->text, b->text);
}

/* A terminal would obey control bytes, and the text may be anybody's: they are shown as '?'. */
static void print_text(struct str s, FILE *to)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        fputc((c < ' ' && c != '\t') || c == 0x7f ? '?' : c, to);
    }
}

/* The line and a caret under its column. Tabs are kept in the caret's line, so that it stands
 * right; of UTF-8 only the first byte of each character takes a place. */
static void print_caret(struct place at, FILE *to)
{
    enum { WIDEST = 160 };
    struct str line = at.line_text;
    size_t col = at.col ? at.col - 1 : 0;
    if (col > line.n)
        col = line.n;
    size_t from = col > WIDEST / 2 && line.n > WIDEST ? col - WIDEST / 2 : 0;
    line = str_head(str_from(line, from), WIDEST);
    fputs("  ", to);
    print_text(line, to);
    fputs("\n  ", to);
    for (size_t i = 0; i < col - from; i++) {
        if (line.p[i] == '\t')
            fputc('\t', to);
        else if (((unsigned char)line.p[i] & 0xc0) != 0x80)
            fputc(' ', to);
    }
    fputs("^\n", to);
}

void faults_print(const struct faults *f, FILE *to)
{
    if (f->n)
        qsort(f->list, f->n, sizeof *f->list, by_place);
    for (size_t i = 0; i < f->n; i++) {
        const struct fault *x = &f->list[i];
        fprintf(to, "%.*s:", STR_ARG(x->at.file));
        if (x->at.line)
            fprintf(to, "%u:%u:", x->at.line, x->at.col);
        fprintf(to, " %s: ", x->severity == FAULT_ERROR ? "error" : "warning");
        print_text(x->text, to);
        fputc('\n', to);
        if (x->at.line && x->at.line_text.n)
            print_caret(x->at, to);
    }
    if (f->errors > FAULTS_SHOWN)
        fprintf(to, "... and %zu more errors\n", f->errors - FAULTS_SHOWN);
    if (f->warnings > FAULTS_SHOWN)
        fprintf(to, "... and %zu more warnings\n", f->warnings - FAULTS_SHOWN);
}

void faults_free(struct faults *f)
{
    free(f->list);
    arena_free(&f->arena);
    *f = (struct faults){ 0 };
}
