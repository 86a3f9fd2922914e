/* excluded.c - records of machines and staff, by class and rule: counted from the books, no tally.
 */
#include <stdlib.h>

#include "measure/all.h"

static const struct column columns[] = {
    { "source", UNIT_TEXT, "source of the project; (all): all of them" },
    { "class", UNIT_TEXT,
      "who it was: crawler, monitor, preview, scanner, library, staff, test, other; (all): any" },
    { "rule", UNIT_TEXT, "rule that took the records; (all): any of the class" },
    { "left_out", UNIT_FLAG, "yes: the records are no events; no: they were only counted" },
    { "records", UNIT_COUNT, "how many" },
    { "share", UNIT_SHARE, "of the records of the source that fit its format and window" },
    { "share_n", UNIT_COUNT, "these: matched + unmatched + excluded" },
    { "share_low", UNIT_SHARE, "lower end of the Wilson 95 % interval" },
    { "share_high", UNIT_SHARE, "upper end" },
};

/* What the files of one source say; the last is of all. */
struct counted {
    uint64_t *records; /* [plan.nrules] */
    uint64_t judged;
};

static struct counted *count(const struct world *w)
{
    size_t nsources = w->plan->nsources, nrules = w->plan->nrules;
    struct counted *list = mem_zero(nsources + 1, sizeof *list);
    for (size_t s = 0; s <= nsources; s++)
        list[s].records = mem_zero(nrules, sizeof *list[s].records);
    for (size_t i = 0; i < w->set->nfiles; i++) {
        const struct input_file *f = event_set_file(w->set, (uint32_t)i);
        struct counted *both[] = { &list[f->source], &list[nsources] };
        for (int k = 0; k < 2 && !f->duplicate; k++) {
            both[k]->judged += f->matched + f->unmatched + f->rejected[REJECT_EXCLUDED];
            for (size_t r = 0; f->rule_events && r < nrules; r++)
                if (w->plan->rules[r].excludes != EXCLUDED_NOT)
                    both[k]->records[r] += f->rule_events[r];
        }
    }
    return list;
}

/* The last three columns need all of the first: a row goes out whole. */
static bool line(const struct sink *out, struct str source, const char *class, struct str rule,
                 bool labels, uint64_t records, uint64_t judged)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_text(source));
    row_add(&r, cell_c(class));
    row_add(&r, cell_text(rule));
    row_add(&r, cell_i(!labels));
    row_count(&r, records);
    row_rate(&r, records, judged);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

/* Of one class, or with EXCLUDED_NOT of any; of rules that only count, or of the others. */
static uint64_t sum(const struct plan *plan, const struct counted *c, int class, bool labels)
{
    uint64_t records = 0;
    for (size_t r = 0; r < plan->nrules; r++) {
        const struct rule *rule = &plan->rules[r];
        if (rule->labels == labels && (class == EXCLUDED_NOT || rule->excludes == class))
            records += c->records[r];
    }
    return records;
}

/* The records of all rules of one label, as of its first rule: what a project says of its staff may
 * be several rules. 0 for the others. */
static uint64_t of_label(const struct plan *plan, const struct counted *c, size_t rule)
{
    const struct rule *this = &plan->rules[rule];
    uint64_t records = 0;
    for (size_t r = 0; r < plan->nrules; r++) {
        const struct rule *other = &plan->rules[r];
        if (other->excludes != this->excludes || other->labels != this->labels ||
            !str_eq(other->label, this->label))
            continue;
        if (r < rule)
            return 0;
        records += c->records[r];
    }
    return records;
}

static bool class_rows(const struct sink *out, const struct plan *plan, struct str source,
                       const struct counted *c, int class, bool labels)
{
    uint64_t records = sum(plan, c, class, labels);
    if (!records)
        return true;
    bool ok = line(out, source, excluded_names[class], STR("(all)"), labels, records, c->judged);
    for (size_t r = 0; r < plan->nrules && ok; r++) {
        const struct rule *rule = &plan->rules[r];
        records = rule->excludes == class && rule->labels == labels ? of_label(plan, c, r) : 0;
        if (records)
            ok = line(out, source, excluded_names[class], rule->label, labels, records, c->judged);
    }
    return ok;
}

/* A project drops or labels; event files of before may have done the other. */
static bool rows(const struct sink *out, const struct plan *plan, struct str source,
                 const struct counted *c)
{
    const struct str all = STR("(all)");
    bool ok = true;
    for (int labels = 0; labels < 2 && ok; labels++) {
        uint64_t records = sum(plan, c, EXCLUDED_NOT, labels);
        if (!records && (labels || sum(plan, c, EXCLUDED_NOT, true)))
            continue;
        ok = line(out, source, "(all)", all, labels, records, c->judged);
        for (int class = EXCLUDED_CRAWLER; class < EXCLUDED_CLASSES && ok; class ++)
            ok = class_rows(out, plan, source, c, class, labels);
    }
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    struct counted *list = count(w);
    size_t n = w->plan->nsources;
    bool ok = true;
    for (size_t s = 0; s < n && ok; s++)
        if (!w->plan->sources[s].metrics)
            ok = rows(out, w->plan, w->plan->sources[s].name, &list[s]);
    ok = ok && rows(out, w->plan, STR("(all)"), &list[n]);
    for (size_t s = 0; s <= n; s++)
        free(list[s].records);
    free(list);
    return ok;
}

static bool wanted(const struct plan *plan)
{
    return plan->excludes;
}

const struct measure measure_excluded = {
    .name = "excluded",
    .question = "how much of what was read was machines and staff",
    .population =
        "the records that rules with 'exclude' took; of a source they add up to 'rejected "
        "excluded' of coverage.csv; written when the project has such rules",
    .on_request = true,
    .wanted = wanted,
    COLUMNS(columns),
    .table = table,
    .review = { .keys = "source,class,rule", .whole = "rule" },
};
