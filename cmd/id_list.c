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

static bool read_lines(FILE *f, struct id_line *at, id_line_fn each, void *ctx, struct err *e)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok = true;
    while (ok && (n = getline(&line, &room, f)) >= 0) {
        struct str text = { line, (size_t)n };
        if (++at->number == 1 && str_starts(text, STR("\xef\xbb\xbf")))
            text = str_from(text, 3);
        for (int i = 0; i < ID_LIST_COLUMNS; i++)
            at->column[i] = take_column(&text);
        if (at->column[0].n && at->column[0].p[0] != '#')
            ok = each(ctx, at, e);
    }
    free(line);
    if (ok && ferror(f))
        ok = err_set(e, "cannot read '%s': %s", at->file, strerror(errno));
    return ok;
}

bool id_list_read(const char *path, const char *called, id_line_fn each, void *ctx, struct err *e)
{
    struct id_line at = { .file = path };
    FILE *f = fopen(path, "r");
    if (!f)
        return err_set(e, "cannot read '%s', %s: %s", path, called, strerror(errno));
    bool ok = read_lines(f, &at, each, ctx, e);
    fclose(f);
    return ok;
}

bool id_line_coded(const struct id_line *line, const struct plan *plan, struct arena *a,
                   struct str *coded, struct err *e)
{
    struct str text = line->column[0], value = text;
    int kind = id_kind_find(str_cut(&value, ':'));
    if (kind < 0 || kind == ID_VISITOR)
        return err_set(e,
                       "%s:%lu: '%.*s' is no identifier: write kind:value, such as "
                       "email:ann@example.com",
                       line->file, line->number, STR_ARG(text));
    struct str normal = id_normalise((enum id_kind)kind, value, &plan->identity, a);
    if (!normal.n)
        return err_set(e, "%s:%lu: '%.*s' names nobody: no %s is written so", line->file,
                       line->number, STR_ARG(text), id_kind_names[kind]);
    char *bytes = arena_take(a, normal.n + 1);
    bytes[0] = (char)kind;
    memcpy(bytes + 1, normal.p, normal.n);
    *coded = (struct str){ bytes, normal.n + 1 };
    return true;
}
