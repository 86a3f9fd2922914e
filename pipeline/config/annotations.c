/* annotations.c - see annotations.h: CSV files of annotations, as spreadsheets write them.
 *
 *     date,text,source,campaign
 *     2026-03-01,new checkout,web,
 *
 * The first line may name the columns; without it they are date and text. With these two a comma in
 * the text needs no quotes. Between cells stands what stands first in the first line: , or ; or a
 * tab.
 */
#include "config/annotations.h"

#include <glib.h>
#include <stdlib.h>

#include "base/csv_cell.h"
#include "config/keys.h"
#include "config/plan.h"

enum { DATE, TEXT, SOURCE, CAMPAIGN, COLUMNS };
static const char *const column_names[COLUMNS] = { "date", "text", "source", "campaign" };

/* One file. */
struct reading {
    const struct plan *plan;
    struct annotations *out;
    struct faults *faults;
    struct str shown, line; /* the line that is being read */
    unsigned number;
    char between;
    int columns[COLUMNS]; /* what stands in each cell */
    size_t ncolumns;
};

struct cell_text {
    struct str text;
    const char *at; /* in the line */
};

bool annotation_time(struct str text, const struct zone *zone, struct annotation *a)
{
    size_t dots = 0;
    while (dots + 1 < text.n && (text.p[dots] != '.' || text.p[dots + 1] != '.'))
        dots++;
    if (dots + 1 < text.n)
        return time_argument((struct str){ text.p, dots }, zone, &a->from) &&
               time_argument(str_from(text, dots + 2), zone, &a->until) && a->from < a->until;
    if (!time_argument(text, zone, &a->from))
        return false;
    a->until = text.n <= strlen("2026-03-01") ? zone_next_day(zone, a->from) : a->from + 1;
    return true;
}

struct str annotation_title(const struct annotation *a, struct arena *arena)
{
    if (!a->source.n && !a->campaign.n)
        return a->text;
    return arena_printf(arena, "%.*s (%s%.*s%s%s%.*s)", STR_ARG(a->text),
                        a->source.n ? "source " : "", STR_ARG(a->source),
                        a->source.n && a->campaign.n ? ", " : "", a->campaign.n ? "campaign " : "",
                        STR_ARG(a->campaign));
}

/* ---- a line ---- */

static struct place place_of(const struct reading *r, const char *at)
{
    return (struct place){ r->shown, r->line, r->number, (unsigned)(at - r->line.p) + 1 };
}

/* Capitals do not count. */
static bool names_column(struct str cell, struct str name)
{
    return cell.n == name.n && g_ascii_strncasecmp(cell.p, name.p, name.n) == 0;
}

/* Takes a cell off the front of *rest; `last`: all that is left. */
static struct cell_text take_cell(struct reading *r, struct str *rest, bool last)
{
    struct cell_text c = { .at = rest->p };
    if (!rest->n || rest->p[0] != '"') {
        c.text = last ? *rest : str_cut(rest, r->between);
        if (last)
            *rest = str_from(*rest, rest->n);
        c.text = str_trim(c.text);
        return c;
    }
    struct str quoted = csv_take_quoted(rest, &r->out->arena);
    struct str behind = str_cut(rest, r->between); /* the closing quote: nothing, as a rule */
    if (behind.n)
        quoted = arena_printf(&r->out->arena, "%.*s%.*s", STR_ARG(quoted), STR_ARG(behind));
    c.text = str_trim(quoted);
    return c;
}

static void fault(struct reading *r, const char *at, const char *what, struct str text)
{
    faults_add(r->faults, FAULT_ERROR, place_of(r, at), what, STR_ARG(text));
}

static bool known_source(const struct reading *r, struct str name)
{
    for (size_t i = 0; i < r->plan->nsources; i++)
        if (str_eq(r->plan->sources[i].name, name))
            return true;
    return !name.n;
}

static void read_annotation(struct reading *r)
{
    struct annotation a = { 0 };
    struct str cells[COLUMNS] = { { 0 } }, rest = r->line;
    const char *at[COLUMNS] = { r->line.p, r->line.p, r->line.p, r->line.p };
    for (size_t i = 0; i < r->ncolumns && (rest.n || i == 0); i++) {
        bool last = i + 1 == r->ncolumns && r->columns[i] == TEXT;
        struct cell_text c = take_cell(r, &rest, last);
        cells[r->columns[i]] = c.text;
        at[r->columns[i]] = c.at;
    }
    if (str_trim(rest).n)
        fault(r, rest.p,
              "more cells than the first line has columns: put a text with commas in "
              "quotes; too much is '%.*s'",
              rest);
    if (!annotation_time(cells[DATE], r->plan->zone, &a))
        fault(r, at[DATE], "'%.*s' is no date such as 2026-03-01 or 2026-03-01..2026-03-08",
              cells[DATE]);
    if (!cells[TEXT].n)
        fault(r, at[TEXT], "no text says what happened on '%.*s'", cells[DATE]);
    if (!known_source(r, cells[SOURCE]))
        fault(r, at[SOURCE], "there is no source '%.*s'", cells[SOURCE]);
    struct annotations *out = r->out;
    a.text = arena_keep(&out->arena, cells[TEXT]);
    a.source = arena_keep(&out->arena, cells[SOURCE]);
    a.campaign = arena_keep(&out->arena, cells[CAMPAIGN]);
    out->list = mem_grow(out->list, &out->room, out->n + 1, sizeof *out->list);
    out->list[out->n++] = a;
}

/* The first line, when it names columns. */
static bool read_columns(struct reading *r)
{
    struct str rest = r->line, names[COLUMNS];
    bool has[COLUMNS] = { false };
    for (int i = 0; i < COLUMNS; i++)
        names[i] = str_c(column_names[i]);
    struct cell_text first = take_cell(r, &rest, false);
    if (!names_column(first.text, names[DATE]) && !names_column(first.text, names[TEXT]))
        return false;
    rest = r->line;
    r->ncolumns = 0;
    while (rest.n) {
        struct cell_text c = take_cell(r, &rest, false);
        int k = 0;
        while (k < COLUMNS && !names_column(c.text, names[k]))
            k++;
        if (k == COLUMNS || has[k]) {
            fault(r, c.at,
                  "there is no column '%.*s': there are date, text, source and campaign, "
                  "each once",
                  c.text);
            return true;
        }
        has[k] = true;
        r->columns[r->ncolumns++] = k;
    }
    if (!has[DATE] || !has[TEXT])
        fault(r, r->line.p, "date and text are needed, and '%.*s' has not both", r->line);
    return true;
}

static void read_text(struct reading *r, struct str rest)
{
    size_t faults = r->faults->errors;
    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = str_from(rest, 3);
    while (rest.n && r->faults->errors < faults + FAULTS_SHOWN) {
        r->line = str_cut(&rest, '\n');
        if (r->line.n && r->line.p[r->line.n - 1] == '\r')
            r->line.n--;
        if (++r->number == 1) {
            size_t i = strcspn(arena_keep(&r->out->arena, r->line).p, ",;\t");
            r->between = i < r->line.n ? r->line.p[i] : ',';
            bool named = read_columns(r);
            if (r->faults->errors > faults)
                return;
            if (named)
                continue;
        }
        if (str_trim(r->line).n)
            read_annotation(r);
    }
}

static void read_file(const struct plan *plan, const struct annotation_file *file,
                      struct annotations *out, struct faults *faults)
{
    struct reading r = { plan, out, faults, file->shown, { 0 }, 0, ',', { DATE, TEXT }, 2 };
    char *text;
    gsize n;
    GError *why = NULL;
    if (!g_file_get_contents(file->path.p, &text, &n, &why)) {
        faults_add(faults, FAULT_ERROR, file->at, "cannot read the annotations: %s", why->message);
        g_error_free(why);
        return;
    }
    read_text(&r, arena_keep(&faults->arena, (struct str){ text, n })); /* faults show its lines */
    g_free(text);
}

/* ---- all ---- */

static int by_time(const void *x, const void *y)
{
    const struct annotation *a = x, *b = y;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->until != b->until)
        return a->until < b->until ? -1 : 1;
    int c = str_cmp(a->text, b->text);
    c = c ? c : str_cmp(a->source, b->source);
    return c ? c : str_cmp(a->campaign, b->campaign);
}

bool annotations_read(const struct plan *plan, const char *more, struct annotations *out,
                      struct faults *faults)
{
    size_t before = faults->errors;
    for (size_t i = 0; i < plan->nannotations; i++) {
        out->list = mem_grow(out->list, &out->room, out->n + 1, sizeof *out->list);
        out->list[out->n++] = plan->annotations[i];
    }
    for (size_t i = 0; i < plan->nannotation_files; i++)
        read_file(plan, &plan->annotation_files[i], out, faults);
    if (more)
        read_file(plan,
                  &(struct annotation_file){ str_c(more), str_c(more), { .file = str_c(more) } },
                  out, faults);
    if (out->n)
        qsort(out->list, out->n, sizeof *out->list, by_time);
    return faults->errors == before;
}

void annotations_free(struct annotations *a)
{
    free(a->list);
    arena_free(&a->arena);
    *a = (struct annotations){ 0 };
}
