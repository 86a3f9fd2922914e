/* project.c - a project file as bytes. Property: there is a plan, or an error that says why not,
 * and never both; a plan keeps its promises (every slot is within the batch, every rule's fields
 * have one where it applies).
 *
 * The file lies in memory (memfd), so that nothing is written. Formats are those of rules/.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        __builtin_trap();
}

static void check_source(const struct plan *p, const struct source *s)
{
    check(s->format && s->zone && s->ncolumns <= s->nslots && s->time_field < p->nfields);
    for (size_t i = 0; i < p->nfields; i++)
        check(s->slot[i] < (int32_t)s->nslots);
    for (size_t i = 0; i < s->nslots; i++)
        check(s->slot[s->column_field[i]] == (int32_t)i);
    for (size_t i = 0; i < s->nderives; i++)
        check(s->derives[i].from < p->nfields && s->derives[i].to < p->nfields &&
              s->slot[s->derives[i].to] >= 0);
}

static void check_plan(const struct plan *p)
{
    for (size_t i = 0; i < p->nsources; i++)
        check_source(p, &p->sources[i]);
    for (size_t i = 0; i < p->nrules; i++) {
        const struct rule *r = &p->rules[i];
        for (size_t s = 0; s < p->nsources; s++)
            for (size_t c = 0; c < r->nconds && r->applies[s]; c++)
                check(r->conds[c].field == FIELD_RAW ? p->sources[s].needs_raw
                                                     : p->sources[s].slot[r->conds[c].field] >= 0);
        for (size_t c = 0; c < r->nconds; c++)
            check((r->conds[c].kind == COND_REGEX) == (r->conds[c].regex != NULL));
        check(r->stage == STAGE_NONE || r->stage < p->nstages);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("project", 0);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct faults faults = { 0 };
    struct plan *plan = plan_load(path, "rules", &faults);
    close(fd);
    check((plan != NULL) == (faults.errors == 0));
    char *said;
    size_t n;
    FILE *to = open_memstream(&said, &n);
    faults_print(&faults, to);
    fclose(to);
    check(plan || n > 0);
    free(said);
    if (plan)
        check_plan(plan);
    plan_free(plan);
    faults_free(&faults);
    return 0;
}
