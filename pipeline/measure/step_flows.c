/* step_flows.c - the same steps as a Sankey diagram wants them: how many go from each node of a
 * step to each node of the next. See steps.h.
 */
#include "measure/all.h"
#include "measure/steps.h"

static const struct column columns[] = {
    { "step", UNIT_COUNT, "place of from, counted as in the table steps" },
    { "from", UNIT_TEXT, "touchpoint at that step, (start), (end), (open) or (other)" },
    { "to", UNIT_TEXT, "the same at the next step" },
    { "n", UNIT_COUNT, "journeys, or customers as flows.counting says, that go this way" },
    { "share", UNIT_SHARE, "n over the population: the column sums to 1 at every step" },
    { "population", UNIT_COUNT, "as in the table steps" },
    { "low", UNIT_SHARE, "lower end of the 95 % interval of share" },
    { "high", UNIT_SHARE, "upper end of the 95 % interval of share" },
};

static bool write_step(const struct step_tally *t, const struct world *w, size_t step,
                       const bool *shown, const struct sink *out)
{
    const struct links *from = &t->links[step];
    struct links folded = { 0 };
    uint32_t other = (uint32_t)w->ntouchpoints + NODE_OTHER;
    for (uint32_t i = 0; i < from->keys.n; i++) {
        uint32_t a = (uint32_t)(from->keys.keys[i] >> 32), b = (uint32_t)from->keys.keys[i];
        a = shown[step * t->nnodes + a] ? a : other;
        b = shown[(step + 1) * t->nnodes + b] ? b : other;
        uint32_t known = folded.keys.n, at = key_map_add(&folded.keys, key_of(a, b));
        if (at == known) {
            folded.counts =
                mem_grow(folded.counts, &folded.room, (size_t)at + 1, sizeof *folded.counts);
            folded.counts[at] = 0;
        }
        folded.counts[at] += from->counts[i];
    }
    struct ranked *rows = mem_take(folded.keys.n * sizeof *rows + 1);
    for (uint32_t i = 0; i < folded.keys.n; i++) {
        uint64_t key = folded.keys.keys[i];
        rows[i] = (struct ranked){ folded.counts[i], node_name(w, (uint32_t)(key >> 32)),
                                   node_name(w, (uint32_t)key), key, i };
    }
    qsort(rows, folded.keys.n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (uint32_t i = 0; ok && i < folded.keys.n; i++) {
        struct row r = { .n = 0 };
        row_add(&r, cell_i(t->first + (int64_t)step));
        row_add(&r, cell_text(rows[i].a));
        row_add(&r, cell_text(rows[i].b));
        row_count(&r, rows[i].n);
        row_rate(&r, rows[i].n, t->population);
        ok = row_send(&r, out, sizeof columns / sizeof *columns);
    }
    free(rows);
    key_map_free(&folded.keys);
    free(folded.counts);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    const struct step_tally *t = tally;
    bool *shown = step_tally_shown(t, w), ok = true;
    for (size_t s = 0; ok && s + 1 < t->nsteps; s++)
        ok = write_step(t, w, s, shown, out);
    free(shown);
    return ok;
}

const struct measure measure_step_flows = {
    .name = "step_flows",
    .question = "how many go from each touchpoint of a step to each one of the next: the data of a "
                "Sankey diagram",
    .population = "as in the table steps: all of it flows out of every step and into the next",
    COLUMNS(columns),
    .on_request = true,
    .wanted = steps_wanted,
    .begin = step_tally_begin,
    .begin_as = step_tally_begin_as,
    .add = step_tally_add,
    .merge = step_tally_merge,
    .table = table,
    .free = step_tally_free,
};
