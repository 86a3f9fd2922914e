/* idle.c - see idle.h. */
#include "measure/idle.h"

#include <stdlib.h>

/* What the files of a source say of each column that they name. */
struct columns {
    struct intern names;
    struct column {
        enum column_state state;
        uint64_t unused; /* files in which nobody asked for it */
    } * list;
    size_t room;
};

static void add_file(struct columns *c, const struct input_file *f)
{
    struct column_told told;
    for (struct str rest = f->filled; column_next(&rest, &told);) {
        uint32_t i = intern_add(&c->names, told.name);
        size_t had = c->room;
        c->list = mem_grow(c->list, &c->room, c->names.n, sizeof *c->list);
        memset(c->list + had, 0, (c->room - had) * sizeof *c->list);
        if (told.state > c->list[i].state)
            c->list[i].state = told.state;
        c->list[i].unused += told.state == COLUMN_UNUSED;
    }
}

static bool at_will(const struct source *s, uint32_t field)
{
    for (size_t i = 0; i < s->nidentify; i++)
        if (s->identify[i].at_will && s->identify[i].fields[0] == field)
            return true;
    return false;
}

static bool same_name(struct str one, struct str other)
{
    char a[COLUMN_NAME_BYTES], b[COLUMN_NAME_BYTES];
    one = (struct str){ a, str_normal_name(str_head(one, sizeof a), a) };
    return str_eq(one, (struct str){ b, str_normal_name(other, b) });
}

/* The column of the source that a file calls so; ncolumns when today's project has no use for it.
 */
static size_t used_as(const struct source *s, struct str name)
{
    bool loose = s->format->reader == READER_CSV;
    for (size_t c = 0; c < s->ncolumns; c++)
        if (str_eq(str_head(s->columns[c], COLUMN_NAME_BYTES), name) ||
            (loose && same_name(s->columns[c], name)))
            return c;
    return s->ncolumns;
}

static bool is_missed(const struct source *s, struct str name)
{
    size_t c = used_as(s, name);
    return c < s->ncolumns && !(s->masks && s->masks[c].drop) && !at_will(s, s->column_field[c]);
}

void idle_tell(const struct world *w, uint32_t source, idle_told *tell, void *ctx)
{
    const struct source *s = &w->plan->sources[source];
    struct columns c = { .list = NULL };
    uint64_t unused = 0;
    for (size_t i = 0; s->ncolumns && i < w->set->nfiles; i++) { /* a retired one has none */
        const struct input_file *f = event_set_file(w->set, (uint32_t)i);
        if (f->source == source && !f->duplicate)
            add_file(&c, f);
    }
    for (uint32_t i = 0; i < c.names.n; i++)
        if (c.list[i].state == COLUMN_EMPTY && is_missed(s, intern_text(&c.names, i)))
            tell(ctx, source, IDLE_EMPTY, intern_text(&c.names, i), 0);
    for (uint32_t i = 0; i < c.names.n; i++) {
        struct str name = intern_text(&c.names, i);
        if (c.list[i].state != COLUMN_UNUSED || used_as(s, name) < s->ncolumns)
            continue;
        if (unused++ < IDLE_SHOWN)
            tell(ctx, source, IDLE_UNUSED, name, c.list[i].unused);
    }
    if (unused > IDLE_SHOWN)
        tell(ctx, source, IDLE_MORE, (struct str){ 0 }, unused - IDLE_SHOWN);
    intern_free(&c.names);
    free(c.list);
}
