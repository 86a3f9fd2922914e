/* people_lists.c - see people_lists.h. */
#include "people_lists.h"

#include <stdlib.h>

#include "base/clock.h"
#include "id_list.h"

/* ---- consent ---- */

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
                      struct faults *faults)
{
    struct str text = line->column[1], time = line->column[2];
    *word = (struct word){ TIME_ALWAYS, str_eq(text, STR("refused")) };
    if (!word->refused && !str_eq(text, STR("given"))) {
        faults_add(faults, FAULT_ERROR, id_line_place(line, 1),
                   "'%.*s' is no consent: write given or refused", STR_ARG(text));
        return false;
    }
    if (time.n && !time_argument(time, r->plan->zone, &word->time)) {
        faults_add(faults, FAULT_ERROR, id_line_place(line, 2),
                   "'%.*s' is no date or time, such as 2026-09-01", STR_ARG(time));
        return false;
    }
    return true;
}

static void add_word(void *ctx, const struct id_line *line, struct faults *faults)
{
    struct reading *r = ctx;
    struct word word;
    struct str coded;
    if (line->number == 1 && str_eq(line->column[0], STR("identifier")))
        return;
    bool ok = id_line_coded(line, r->plan, r->arena, &coded, faults);
    if (!read_word(r, line, &word, faults) || !ok)
        return;
    if (coded.p[0] == ID_GROUP) {
        faults_add(faults, FAULT_ERROR, id_line_place(line, 0),
                   "a group is of many persons: write an identifier of the one");
        return;
    }
    uint32_t known = r->ids.n, id = intern_add(&r->ids, coded);
    r->words = mem_grow(r->words, &r->room, (size_t)id + 1, sizeof *r->words);
    if (id == known || word.time >= r->words[id].time)
        r->words[id] = word;
}

/* In the order in which they came. */
static void list_refused(const struct reading *r, struct people_lists *out)
{
    out->refused.list = arena_take(&out->arena, (r->ids.n + 1) * sizeof *out->refused.list);
    for (uint32_t id = 0; id < r->ids.n; id++)
        if (r->words[id].refused)
            out->refused.list[out->refused.n++] = arena_keep(&out->arena, intern_text(&r->ids, id));
}

static void read_consent(const struct plan *plan, struct people_lists *out, struct faults *faults)
{
    struct reading r = { .plan = plan, .arena = &out->arena };
    id_list_read(plan->privacy.consent, "the list of consents", add_word, &r, faults);
    list_refused(&r, out);
    intern_free(&r.ids);
    free(r.words);
}

/* ---- suppressed ---- */

struct suppressing {
    const struct plan *plan;
    struct people_lists *out;
};

static void add_suppressed(void *ctx, const struct id_line *line, struct faults *faults)
{
    const struct suppressing *s = ctx;
    struct people_lists *out = s->out;
    struct str coded;
    if (!id_line_coded(line, s->plan, &out->arena, &coded, faults))
        return;
    out->suppressed = mem_grow(out->suppressed, &out->suppressed_room, out->nsuppressed + 1,
                               sizeof *out->suppressed);
    out->suppressed[out->nsuppressed++] = coded;
}

/* ---- both ---- */

bool people_lists_read(const struct plan *plan, struct people_lists *out, struct faults *faults)
{
    size_t before = faults->errors;
    out->refused.sources = plan->sources;
    if (plan->privacy.consent.n)
        read_consent(plan, out, faults);
    if (plan->privacy.suppress.n)
        id_list_read(plan->privacy.suppress, "the list of suppressed people", add_suppressed,
                     &(struct suppressing){ plan, out }, faults);
    return faults->errors == before;
}

void people_lists_free(struct people_lists *l)
{
    free(l->suppressed);
    arena_free(&l->arena);
    *l = (struct people_lists){ 0 };
}
