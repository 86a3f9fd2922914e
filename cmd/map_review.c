/* map_review.c - see map_review.h.
 *
 *     the earlier map: the ledger of the state, or a folder of reports
 *     the later one:   the same, or  events -> who is who -> journeys -> tables
 */
#include "map_review.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/output.h"
#include "base/stop.h"
#include "report/draw.h"

struct str map_scope(const struct run_wishes *w, struct arena *a)
{
    const struct run_typed *t = &w->typed;
    const char *const options[][2] = { { "since", t->since }, { "until", t->until },
                                       { "last", t->last },   { "view", t->view },
                                       { "where", t->where }, { "level", t->level } };
    struct str scope = STR("");
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i][1])
            scope = arena_printf(a, "%.*s%s--%s %s", STR_ARG(scope), scope.n ? " " : "",
                                 options[i][0], options[i][1]);
    return scope;
}

/* ---- maps that are there ---- */

static enum status read_kept(struct run *r, const struct run_wishes *w, const char *name,
                             struct kept_map *out, struct err *e)
{
    struct state *s;
    enum status opened = look_at_state(r, w, &s, e);
    if (opened != DONE)
        return opened;
    struct arena a = { 0 };
    struct str nearest, csv = state_map(s, str_c(name), &nearest, &a);
    state_close(s);
    bool ok = csv.n > 0;
    if (!ok && nearest.n)
        err_set(e,
                "the state keeps no map '%s': the last one before it is '%.*s', and `touchpath "
                "state list` has them all",
                name, STR_ARG(nearest));
    else if (!ok)
        err_set(e, "the state keeps no map '%s', nor one before it", name);
    ok = ok && kept_map_read(csv, name, out, e);
    arena_free(&a);
    return ok ? DONE : WRONG;
}

static enum status find_map(struct run *r, const struct run_wishes *w, const char *name,
                            struct kept_map *out, struct err *e)
{
    struct stat st;
    if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
        return kept_map_of_folder(name, out, e) ? DONE : WRONG;
    if (wants_state(r, w))
        return read_kept(r, w, name, out, e);
    err_set(e, "'%s' is no folder of a report, and without a state no map is kept", name);
    return WRONG;
}

/* ---- the map of now ---- */

static enum status make_map(struct run *r, struct run_wishes *w, struct kept_map *out,
                            struct err *e)
{
    struct arena a = { 0 };
    struct choice choice = { { false } };
    enum status status = world_of_history(r, w, e);
    if (status != DONE)
        return status;
    choice_add_list(&choice, STR("touchpoints,stages,transitions"), &(struct str){ 0 });
    tallies_make(&r->world, &choice, w->workers, &r->tallies);
    if (stop_asked())
        return COULD_NOT;
    bool made = kept_map_make(&r->world, &r->tallies, map_scope(w, &a), out);
    assert(made);
    (void)made;
    arena_free(&a);
    return DONE;
}

/* ---- files ---- */

static struct str title_of(const struct run *r, const struct kept_map *a, const struct kept_map *b,
                           struct arena *arena)
{
    GString *title = g_string_new(NULL);
    draw_name(title, r->plan->name);
    g_string_append(title, title->len ? " · " : "");
    draw_period(title, a->begin, a->end, r->plan->zone);
    g_string_append(title, " → ");
    draw_period(title, b->begin, b->end, r->plan->zone);
    struct str kept = arena_keep(arena, (struct str){ title->str, title->len });
    g_string_free(title, TRUE);
    return kept;
}

static struct str diff_dot(const struct run *r, const struct run_wishes *w,
                           const struct kept_map *a, const struct kept_map *b)
{
    struct arena arena = { 0 };
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f)
        return (struct str){ 0 };
    map_diff_dot(a, b, title_of(r, a, b, &arena).p, w->edge_share, f);
    arena_free(&arena);
    if (fclose(f) == 0)
        return (struct str){ text, n };
    free(text);
    return (struct str){ 0 };
}

static bool write_dot(struct run *r, const struct run_wishes *w, const struct kept_map *a,
                      const struct kept_map *b, struct output *out, struct err *e)
{
    struct str dot = diff_dot(r, w, a, b);
    FILE *f = output_file(out, "map_diff.dot", e);
    bool ok = f != NULL;
    if (ok && (dot.n == 0 || fwrite(dot.p, 1, dot.n, f) != dot.n))
        ok = err_set(e, "cannot write '%s/map_diff.dot': %s", w->out, strerror(errno));
    if (ok && r->artist) {
        f = output_file(out, "map_diff.svg", e);
        ok = f && artist_draw(r->artist, dot, f, e);
    }
    free((char *)dot.p);
    return ok;
}

static bool write_csv(const struct run_wishes *w, const struct kept_map *a,
                      const struct kept_map *b, struct output *out, struct err *e)
{
    FILE *f = output_file(out, "map_diff.csv", e);
    if (!f)
        return false;
    errno = 0;
    struct csv_out *csv = csv_out_new(f, map_diff_columns, MAP_DIFF_COLUMNS, w->csv);
    struct sink to = csv_out_sink(csv);
    bool ok = map_diff_rows(a, b, &to);
    ok = csv_out_free(csv) && ok;
    return ok ||
           err_set(e, "cannot write '%s/map_diff.csv': %s", w->out, strerror(errno ? errno : EIO));
}

static bool write_all(struct run *r, const struct run_wishes *w, const struct kept_map *a,
                      const struct kept_map *b, struct err *e)
{
    struct output *out = output_open(w->out, e);
    if (!out)
        return false;
    if (write_csv(w, a, b, out, e) && write_dot(r, w, a, b, out, e))
        return output_commit(out, e);
    output_abort(out);
    return false;
}

/* ---- what is said ---- */

static const char *scope_text(struct str scope)
{
    return scope.n ? scope.p : "everything";
}

static void warn_of_scopes(const struct kept_map *a, const struct kept_map *b)
{
    if (a->scope_known && b->scope_known && !str_eq(a->scope, b->scope))
        complain("warning: the earlier map is of '%s', the later one of '%s': what differs may be "
                 "that alone",
                 scope_text(a->scope), scope_text(b->scope));
    if (!a->journeys || !b->journeys)
        complain("warning: the %s map has no journeys", a->journeys ? "later" : "earlier");
}

struct changes {
    size_t rows, fresh, gone, moved;
};

static bool count_change(void *ctx, const struct cell *cells)
{
    struct changes *c = ctx;
    if (str_eq(cells[0].text, STR("transition")))
        return true;
    c->rows++;
    if (cells[3].blank)
        return true;
    c->fresh += str_eq(cells[3].text, STR("new"));
    c->gone += str_eq(cells[3].text, STR("gone"));
    c->moved += str_eq(cells[3].text, STR("moved"));
    return true;
}

static void say_changes(const struct run *r, const struct run_wishes *w, const struct kept_map *a,
                        const struct kept_map *b)
{
    const struct kept_map *const both[] = { a, b };
    struct changes c = { 0 };
    struct sink to = { count_change, &c };
    map_diff_rows(a, b, &to);
    for (int i = 0; i < 2; i++) {
        GString *when = g_string_new(NULL);
        draw_period(when, both[i]->begin, both[i]->end, r->plan->zone);
        printf("%-12s %s: %lld journeys\n", i ? "later map" : "earlier map", when->str,
               (long long)both[i]->journeys);
        g_string_free(when, TRUE);
    }
    printf("stages and touchpoints: %zu, of which %zu are new, %zu gone, %zu in another stage\n"
           "\nDifference written to '%s'\n",
           c.rows, c.fresh, c.gone, c.moved, w->out);
}

/* A map may have been kept when more was shown. */
static bool may_show(const struct run *r, const struct kept_map *m, const char *name)
{
    if (m->min_cell >= r->plan->privacy.min_cell || r->plan->privacy.min_cell < 2)
        return true;
    complain("the map '%s' has what is about fewer than %lld customers, which is not to be shown; "
             "say --min-cell 0 to have it all the same (docs/privacy.md)",
             name, (long long)r->plan->privacy.min_cell);
    return false;
}

/* ---- the sentence ---- */

static bool wishes_fit(struct run *r, struct run_wishes *w)
{
    const struct run_typed *t = &w->typed;
    if (t->map && !t->by && !t->around && !t->period_a && !t->period_b && !t->notes)
        return !(t->to_map && (t->last || t->where || w->nfiles)) ||
               (complain("--last, --where and FILEs are about now, not about --to-map"), false);
    (void)r;
    complain("%s", t->map ? "--map goes with --to-map, --last and --where, not with two periods"
                          : "--to-map goes with --map");
    return false;
}

enum status map_review(struct run *r, struct run_wishes *w, struct err *e)
{
    struct kept_map a = { 0 }, b = { 0 };
    if (!load_plan(r, w) || !wishes_fit(r, w) || !know_window(r, w))
        return WRONG;
    enum status status = find_map(r, w, w->typed.map, &a, e);
    if (status == DONE && !may_show(r, &a, w->typed.map))
        status = WRONG;
    if (status == DONE && !hire_artist(r, w, e))
        status = COULD_NOT;
    if (status == DONE)
        status = w->typed.to_map ? find_map(r, w, w->typed.to_map, &b, e) : make_map(r, w, &b, e);
    if (status == DONE && !may_show(r, &b, w->typed.to_map))
        status = WRONG;
    if (status == DONE) {
        if (r->plan->privacy.min_cell > 1)
            kept_maps_share(&a, &b);
        warn_of_scopes(&a, &b);
        status = write_all(r, w, &a, &b, e) ? DONE : COULD_NOT;
    }
    if (status == DONE && !w->quiet)
        say_changes(r, w, &a, &b);
    kept_map_free(&a);
    kept_map_free(&b);
    return status;
}

const struct review_table map_diff_table = {
    .name = "map_diff",
    .question = "what has changed on the map since one that was kept (--map)",
    .population =
        "every stage, touchpoint and transition that one of the two maps has; a count is of "
        "all journeys of its map, and what is more or less is so per journey",
    .columns = map_diff_columns,
    .ncolumns = MAP_DIFF_COLUMNS,
};
