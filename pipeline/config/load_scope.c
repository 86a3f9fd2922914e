/* load_scope.c - `segments:` and `views:`: expressions with a name. See load.h and expr.h. */
#include "base/ago.h"
#include "config/expr.h"
#include "config/funnel_words.h"
#include "config/load.h"
#include "config/sequence.h"

static bool rules_give(const void *ctx, struct str touchpoint)
{
    const struct loader *l = ctx;
    return l->incomplete || some_rule_gives(l, touchpoint);
}

static struct expr_names names_of_project(struct loader *l, const struct yaml_node *segments)
{
    size_t n, nchannels = 0, all = segments ? segments->n : 0;
    struct names marketing = l->plan->channels.channels;
    struct str *touchpoints = fixed_names(l, &n);
    struct str *sources = arena_take(&l->scratch, l->nsources * sizeof *sources + 1);
    struct str *channels =
        arena_take(&l->scratch, (l->nsources + marketing.n) * sizeof *channels + 1);
    for (size_t i = 0; i < l->nsources; i++) {
        sources[i] = l->sources[i].source.name;
        struct str channel = l->sources[i].source.channel;
        if (!str_in(channel, channels, nchannels))
            channels[nchannels++] = channel;
    }
    for (size_t i = 0; i < marketing.n; i++)
        if (!str_in(marketing.list[i], channels, nchannels))
            channels[nchannels++] = marketing.list[i];
    struct str *names = arena_take(&l->scratch, all * sizeof *names + 1);
    for (size_t i = 0; i < all; i++)
        names[i] = segments->keys[i].text;
    return (struct expr_names){
        .touchpoints = { touchpoints, n },
        .stages = { l->plan->stages, l->plan->nstages },
        .channels = { channels, nchannels },
        .marketing = { marketing.list, marketing.n },
        .sources = { sources, l->nsources },
        .segments = { names, all },
        .gives = rules_give,
        .ctx = l,
        .zone = l->plan->zone,
    };
}

/* Said at its very byte. NULL when it is wrong. */
static struct expr *check_where(struct loader *l, const struct yaml_node *text,
                                const struct expr_names *names)
{
    struct text_fault fault = { 0 };
    struct expr *x = expr_parse(text->text, &l->scratch, &fault);
    if (x && expr_check(x, false, names, &fault))
        return x;
    faults_add(l->faults, FAULT_ERROR, yaml_place_in(text, fault.at), "%s", fault.text);
    return NULL;
}

/* ---- segments that are made of segments ---- */

struct segment_draft {
    const struct yaml_node *where;
    const struct expr *expr; /* NULL: a fault of it was said */
    bool begun, done;
    int depth; /* segments on the longest way down, itself counted */
};

static bool find_depth(struct loader *l, struct segment_draft *drafts, size_t i);

/* Goes through what the segment is made of; false when a fault was said. */
static bool depth_below(struct loader *l, struct segment_draft *drafts, size_t i,
                        const struct expr *x)
{
    struct segment_draft *d = &drafts[i];
    bool is_segment = x->kind == EXPR_TEST && x->word == WORD_SEGMENT;
    for (size_t v = 0; is_segment && v < x->nvalues; v++) {
        size_t other = 0;
        while (!str_eq(l->plan->segments[other].name, x->values[v].text))
            other++;
        if (!find_depth(l, drafts, other))
            return false;
        if (d->depth < drafts[other].depth + 1)
            d->depth = drafts[other].depth + 1;
        if (d->depth <= SEGMENTS_DEEP_MAX)
            continue;
        faults_add(l->faults, FAULT_ERROR, yaml_place_in(d->where, x->values[v].at),
                   "segments that are made of segments stand more than %d deep", SEGMENTS_DEEP_MAX);
        return false;
    }
    for (const struct expr *kid = x->kids; kid; kid = kid->next)
        if (!depth_below(l, drafts, i, kid))
            return false;
    return true;
}

/* Fills depth; false when a fault was said of it, or of one that it is made of. */
static bool find_depth(struct loader *l, struct segment_draft *drafts, size_t i)
{
    struct segment_draft *d = &drafts[i];
    if (d->begun && !d->done && d->expr)
        yaml_error(l->faults, d->where, "the segment '%.*s' is made of itself",
                   STR_ARG(l->plan->segments[i].name));
    if (d->begun || !d->expr)
        return d->done;
    d->begun = true;
    d->depth = 1;
    d->done = depth_below(l, drafts, i, d->expr);
    if (!d->done)
        d->expr = NULL;
    return d->done;
}

/* ---- views ---- */

static struct str text_of(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node ? node->text : STR("");
}

static void check_time(struct loader *l, const struct yaml_node *view, const char *key)
{
    const struct yaml_node *node = yaml_get(view, key);
    int64_t t;
    if (node && !time_argument(node->text, l->plan->zone, &t))
        yaml_error(l->faults, node, "'%s' must be a date or time such as 2026-09-01", key);
}

static void load_view(struct loader *l, const struct yaml_node *name, const struct yaml_node *node,
                      const struct expr_names *names, struct saved_view *view)
{
    const struct yaml_node *where = yaml_get(node, "where"), *last = yaml_get(node, "last");
    struct ago ago;
    check_time(l, node, "since");
    check_time(l, node, "until");
    if (last && !ago_parse(last->text, &ago))
        yaml_error(l->faults, last, "'last' must be a number with d, w, mo or y, such as 6mo");
    if (last && yaml_get(node, "since"))
        yaml_error(l->faults, last, "'since' says already where the view begins: leave one out");
    if (where)
        check_where(l, where, names);
    *view = (struct saved_view){
        .name = name->text,
        .since = text_of(node, "since"),
        .until = text_of(node, "until"),
        .last = text_of(node, "last"),
        .where = text_of(node, "where"),
        .tables = load_names(l, yaml_get(node, "tables")),
        .at = yaml_place(name),
        .where_at = where ? yaml_place(where) : yaml_place(name),
    };
}

void load_segments(struct loader *l, const struct yaml_node *project)
{
    struct plan *plan = l->plan;
    const struct yaml_node *segments = yaml_get(project, "segments");
    const struct yaml_node *views = yaml_get(project, "views");
    struct expr_names names = names_of_project(l, segments);
    plan->nsegments = segments ? segments->n : 0;
    plan->segments = arena_take(l->a, plan->nsegments * sizeof *plan->segments + 1);
    struct segment_draft *drafts = arena_take(&l->scratch, plan->nsegments * sizeof *drafts + 1);
    for (size_t i = 0; i < plan->nsegments; i++) {
        const struct yaml_node *where = &segments->items[i];
        plan->segments[i] =
            (struct saved_segment){ segments->keys[i].text, where->text, yaml_place(where) };
        if (!where->wrong)
            drafts[i] =
                (struct segment_draft){ .where = where, .expr = check_where(l, where, &names) };
    }
    for (size_t i = 0; i < plan->nsegments; i++)
        find_depth(l, drafts, i);
    plan->views = arena_take(l->a, (views ? views->n : 0) * sizeof *plan->views + 1);
    for (size_t i = 0; views && i < views->n; i++)
        if (!views->items[i].wrong)
            load_view(l, &views->keys[i], &views->items[i], &names, &plan->views[plan->nviews++]);
}

/* ---- patterns by themselves ---- */

void check_pattern_text(struct loader *l, const struct yaml_node *text)
{
    struct text_fault fault = { 0 };
    struct sequence s;
    struct expr_names names = names_of_project(l, NULL);
    bool ok = sequence_parse(text->text, &l->scratch, &s, &fault);
    if (ok && !l->plan->paths.asked) /* else it may be a name that only `paths` gives */
        ok = sequence_check(&s, &names, &fault);
    if (!ok)
        faults_add(l->faults, FAULT_ERROR, yaml_place_in(text, fault.at), "%s", fault.text);
}

/* ---- words of funnels ---- */

static void check_words_of(struct loader *l, const struct yaml_node *where)
{
    struct text_fault fault = { 0 };
    struct expr *x = where ? expr_parse(where->text, &l->scratch, &fault) : NULL;
    if (x && !funnel_words_check(l->plan, x, &fault))
        faults_add(l->faults, FAULT_ERROR, yaml_place_in(where, fault.at), "%s", fault.text);
}

void check_funnel_words(struct loader *l, const struct yaml_node *project)
{
    const struct yaml_node *segments = yaml_get(project, "segments");
    const struct yaml_node *views = yaml_get(project, "views");
    if (l->faults->errors)
        return;
    for (size_t i = 0; segments && i < segments->n; i++)
        check_words_of(l, &segments->items[i]);
    for (size_t i = 0; views && i < views->n; i++)
        check_words_of(l, yaml_get(&views->items[i], "where"));
}

/* ---- segments that tables ask for ---- */

static bool asks_cell(struct loader *l, size_t segment, bool *seen);

static bool expr_asks_cell(struct loader *l, const struct expr *x, bool *seen)
{
    const struct plan *p = l->plan;
    bool of_segments = x->kind == EXPR_TEST && x->word == WORD_SEGMENT, asks = x->kind == EXPR_CELL;
    for (size_t v = 0; of_segments && v < x->nvalues; v++)
        for (size_t i = 0; !asks && i < p->nsegments; i++)
            asks = str_eq(p->segments[i].name, x->values[v].text) && asks_cell(l, i, seen);
    for (const struct expr *kid = x->kids; kid && !asks; kid = kid->next)
        asks = expr_asks_cell(l, kid, seen);
    return asks;
}

/* Does a segment ask for cells of tables, itself or by one that it is made of? Not when it was
 * seen.
 */
static bool asks_cell(struct loader *l, size_t segment, bool *seen)
{
    struct text_fault said = { 0 };
    if (seen[segment])
        return false;
    seen[segment] = true;
    struct expr *x = expr_parse(l->plan->segments[segment].where, &l->scratch, &said);
    return x && expr_asks_cell(l, x, seen);
}

bool plain_segment(struct loader *l, const struct yaml_node *name, const char *what,
                   size_t *segment)
{
    const struct plan *p = l->plan;
    struct str *names = arena_take(&l->scratch, p->nsegments * sizeof *names + 1);
    for (size_t i = 0; i < p->nsegments; i++)
        names[i] = p->segments[i].name;
    for (*segment = 0; *segment < p->nsegments; ++*segment)
        if (str_eq(names[*segment], name->text))
            break;
    if (*segment == p->nsegments) {
        yaml_error(l->faults, name, "there is no segment '%.*s'%.*s", STR_ARG(name->text),
                   STR_ARG(did_you_mean(name->text, names, p->nsegments, &l->scratch)));
        return false;
    }
    bool *seen = arena_take(&l->scratch, p->nsegments * sizeof *seen + 1);
    if (!asks_cell(l, *segment, seen))
        return true;
    yaml_error(l->faults, name,
               "the segment '%.*s' asks for a cell of a table; only others can be %s",
               STR_ARG(name->text), what);
    return false;
}
