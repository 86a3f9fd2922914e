/* suppressed.c - see suppressed.h. */
#include "suppressed.h"

#include <errno.h>
#include <stdlib.h>

#include "ingest/normalise.h"

static struct str first_column(struct str line)
{
    line = str_trim(line);
    if (line.n && line.p[0] == '"') {
        struct str rest = str_from(line, 1);
        return str_cut(&rest, '"');
    }
    return str_trim(str_cut(&line, ','));
}

static bool suppress(const struct run *r, struct suppressed *s, struct str text, unsigned long line,
                     struct err *e)
{
    const char *file = r->plan->privacy.suppress.p;
    struct str value = text;
    int kind = id_kind_find(str_cut(&value, ':'));
    struct arena a = { 0 };
    if (kind < 0 || kind == ID_VISITOR)
        return err_set(e,
                       "%s:%lu: '%.*s' is no identifier: write kind:value, such as "
                       "email:ann@example.com",
                       file, line, STR_ARG(text));
    struct str normal = id_normalise((enum id_kind)kind, value, &r->plan->identity, &a);
    char *coded = arena_take(&a, normal.n + 1);
    coded[0] = (char)kind;
    if (normal.n)
        memcpy(coded + 1, normal.p, normal.n);
    uint32_t id = intern_find(&r->events.ids, (struct str){ coded, normal.n + 1 });
    uint32_t customer = id == INTERN_NONE ? CUSTOMER_NONE : r->customers.of_id[id];
    if (customer != CUSTOMER_NONE)
        s->of[customer] = true;
    arena_free(&a);
    return normal.n || err_set(e, "%s:%lu: '%.*s' names nobody: no %s is written so", file, line,
                               STR_ARG(text), id_kind_names[kind]);
}

static bool read_lines(const struct run *r, struct suppressed *s, FILE *f, struct err *e)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok = true;
    for (unsigned long number = 1; ok && (n = getline(&line, &room, f)) >= 0; number++) {
        struct str text = { line, (size_t)n };
        if (number == 1 && str_starts(text, STR("\xef\xbb\xbf")))
            text = str_from(text, 3);
        text = first_column(text);
        if (text.n && text.p[0] != '#')
            ok = suppress(r, s, text, number, e);
    }
    free(line);
    if (ok && ferror(f))
        ok = err_set(e, "cannot read '%s': %s", r->plan->privacy.suppress.p, strerror(errno));
    return ok;
}

bool suppressed_read(const struct run *r, struct suppressed *s, struct err *e)
{
    struct str path = r->plan->privacy.suppress;
    *s = (struct suppressed){ NULL };
    if (!path.n)
        return true;
    FILE *f = fopen(path.p, "r");
    if (!f)
        return err_set(e, "cannot read '%s', the list of suppressed people: %s", path.p,
                       strerror(errno));
    s->of = mem_zero((size_t)r->customers.n + 1, sizeof *s->of);
    bool ok = read_lines(r, s, f, e);
    fclose(f);
    return ok;
}

void suppressed_free(struct suppressed *s)
{
    free(s->of);
    s->of = NULL;
}
