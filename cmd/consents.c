/* consents.c - see consents.h. */
#include "consents.h"

#include <stdlib.h>

#include "base/clock.h"
#include "id_list.h"

struct word {
    int64_t time; /* TIME_ALWAYS: none is given */
    bool refused;
};

struct reading {
    const struct plan *plan;
    struct arena *arena;
    struct intern ids;
    struct word *words; /* [ids.n] */
    size_t room;
};

static bool read_word(const struct reading *r, const struct id_line *line, struct word *word,
                      struct err *e)
{
    struct str text = line->column[1], time = line->column[2];
    *word = (struct word){ TIME_ALWAYS, str_eq(text, STR("refused")) };
    if (!word->refused && !str_eq(text, STR("given")))
        return err_set(e, "%s:%lu: '%.*s' is no consent: write given or refused", line->file,
                       line->number, STR_ARG(text));
    return !time.n || time_argument(time, r->plan->zone, &word->time) ||
           err_set(e, "%s:%lu: '%.*s' is no date or time, such as 2026-09-01", line->file,
                   line->number, STR_ARG(time));
}

static bool add(void *ctx, const struct id_line *line, struct err *e)
{
    struct reading *r = ctx;
    struct word word;
    struct str coded;
    if (line->number == 1 && str_eq(line->column[0], STR("identifier")))
        return true;
    if (!id_line_coded(line, r->plan, r->arena, &coded, e) || !read_word(r, line, &word, e))
        return false;
    if (coded.p[0] == ID_GROUP)
        return err_set(e, "%s:%lu: a group is of many persons: write an identifier of the one",
                       line->file, line->number);
    uint32_t known = r->ids.n, id = intern_add(&r->ids, coded);
    r->words = mem_grow(r->words, &r->room, (size_t)id + 1, sizeof *r->words);
    if (id == known || word.time >= r->words[id].time)
        r->words[id] = word;
    return true;
}

/* In the order in which they came. */
static void list_refused(const struct reading *r, struct consents *out)
{
    out->refused.list = arena_take(&out->arena, (r->ids.n + 1) * sizeof *out->refused.list);
    for (uint32_t id = 0; id < r->ids.n; id++)
        if (r->words[id].refused)
            out->refused.list[out->refused.n++] = arena_keep(&out->arena, intern_text(&r->ids, id));
}

bool consents_read(const struct plan *plan, struct consents *out, struct err *e)
{
    struct str path = plan->privacy.consent;
    *out = (struct consents){ .refused = { .sources = plan->sources } };
    if (!path.n)
        return true;
    struct reading r = { .plan = plan, .arena = &out->arena };
    bool ok = id_list_read(path.p, "the list of consents", add, &r, e);
    if (ok)
        list_refused(&r, out);
    else
        consents_free(out);
    intern_free(&r.ids);
    free(r.words);
    return ok;
}

void consents_free(struct consents *c)
{
    arena_free(&c->arena);
    *c = (struct consents){ 0 };
}
