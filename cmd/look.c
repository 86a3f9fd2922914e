/* look.c - see look.h. */
#include "look.h"

#include "base/stop.h"

bool look_open(struct look *l, const char *project, const char *rules, const char *source,
               char *const *files, size_t nfiles)
{
    struct faults faults = { 0 };
    struct err e = { { 0 } };
    const char *folder = rules ? rules : rules_folder(program_path(&l->arena), &l->arena);
    l->plan = plan_load(project ? project : "journey.yaml", folder, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    if (!l->plan)
        return false;
    bool found = nfiles ? inputs_from_files(&l->inputs, l->plan, files, nfiles, source, &e)
                        : inputs_from_plan(&l->inputs, l->plan, stderr, &e);
    if (!found)
        complain("%s", e.text);
    return found;
}

void look_close(struct look *l)
{
    inputs_free(&l->inputs);
    if (l->plan)
        plan_free(l->plan);
    arena_free(&l->arena);
}

/* ---- walking ---- */

struct looking {
    struct look *look;
    walk_fn *record;
    void *ctx;
};

static bool pass_on(void *ctx, const struct walked *record)
{
    struct looking *x = ctx;
    return x->record(x->ctx, record);
}

static void say_damage(void *ctx, struct str name, struct str damage)
{
    struct looking *x = ctx;
    x->look->damaged = true;
    fputs("touchpath: ", stderr);
    print_safely(name, SIZE_MAX, stderr);
    fputs(": ", stderr);
    print_safely(damage, SIZE_MAX, stderr);
    putc('\n', stderr);
}

enum status look_over(struct look *l, const struct inputs *in, walk_fn *record, void *ctx)
{
    struct looking x = { l, record, ctx };
    struct err e = { { 0 } };
    stop_watch();
    if (!walk(l->plan, in, pass_on, say_damage, &x, &e))
        return COULD_NOT;
    return l->damaged ? DAMAGED : DONE;
}

struct str look_field(const struct look *l, const struct walked *r, uint32_t field)
{
    if (field == FIELD_RAW)
        return batch_match_text(r->batch, r->row);
    int32_t column = l->plan->sources[r->source].slot[field];
    return column < 0 ? (struct str){ 0 } : batch_column(r->batch, (size_t)column)[r->row];
}

struct str look_field_name(const struct look *l, uint32_t field)
{
    return field == FIELD_RAW ? STR("the record") : l->plan->fields[field];
}
