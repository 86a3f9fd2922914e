/* id_list.c - see id_list.h. */
#include "id_list.h"

#include <errno.h>
#include <stdlib.h>

#include "event.h"
#include "ingest/normalise.h"

static struct str take_column(struct str *rest)
{
    *rest = str_trim(*rest);
    if (!rest->n || rest->p[0] != '"')
        return str_trim(str_cut(rest, ','));
    struct str text = str_from(*rest, 1);
    struct str column = str_cut(&text, '"');
    str_cut(&text, ',');
    *rest = text;
    return str_trim(column);
}

static void read_lines(FILE *f, struct id_line *at, id_line_fn each, void *ctx,
                       struct faults *faults)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    while ((n = getline(&line, &room, f)) >= 0) {
        struct str text = { line, (size_t)n };
        if (++at->number == 1 && str_starts(text, STR("\xef\xbb\xbf")))
            text = str_from(text, 3);
        while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
            text.n--;
        at->text = text;
        for (int i = 0; i < ID_LIST_COLUMNS; i++)
            at->column[i] = take_column(&text);
        if (at->column[0].n && at->column[0].p[0] != '#')
            each(ctx, at, faults);
    }
    free(line);
}

void id_list_read(struct str path, const char *called, id_line_fn each, void *ctx,
                  struct faults *faults)
{
    struct id_line at = { .file = path };
    FILE *f = fopen(path.p, "r");
    errno = f ? 0 : errno;
    if (f)
        read_lines(f, &at, each, ctx, faults);
    if (!f || ferror(f))
        faults_add(faults, FAULT_ERROR, (struct place){ .file = path }, "cannot read %s: %s",
                   called, strerror(errno ? errno : EIO));
    if (f)
        fclose(f);
}

struct place id_line_place(const struct id_line *line, int column)
{
    struct str c = line->column[column];
    size_t at = c.p ? (size_t)(c.p - line->text.p) : line->text.n;
    return (struct place){ line->file, line->text, line->number, (unsigned)at + 1 };
}

bool id_line_coded(const struct id_line *line, const struct plan *plan, struct arena *a,
                   struct str *coded, struct faults *faults)
{
    struct str text = line->column[0], value = text;
    int kind = id_kind_find(str_cut(&value, ':'));
    if (kind < 0 || kind == ID_VISITOR) {
        faults_add(faults, FAULT_ERROR, id_line_place(line, 0),
                   "'%.*s' is no identifier: write kind:value, such as email:ann@example.com",
                   STR_ARG(text));
        return false;
    }
    struct str normal = id_normalise((enum id_kind)kind, value, &plan->identity, a);
    if (!normal.n) {
        faults_add(faults, FAULT_ERROR, id_line_place(line, 0),
                   "'%.*s' names nobody: no %s is written so", STR_ARG(text), id_kind_names[kind]);
        return false;
    }
    char *bytes = arena_take(a, normal.n + 1);
    bytes[0] = (char)kind;
    memcpy(bytes + 1, normal.p, normal.n);
    *coded = (struct str){ bytes, normal.n + 1 };
    return true;
}
