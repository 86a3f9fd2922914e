/* review_notes.c - see review.h: what happened in the periods of a review, annotations.csv. */
#include "review.h"

#include "measure/row.h"
#include "report/draw.h"

static const struct column columns[] = {
    { "period", UNIT_TEXT,
      "a, b, a and b, or between them; before, after: what the review does not look at" },
    { "from", UNIT_TIME, "when it was, or began" },
    { "until", UNIT_TIME, "when it was over; a date is a whole day of the project's time zone" },
    { "text", UNIT_TEXT, "what happened" },
    { "source", UNIT_TEXT, "the source that it is about; blank: not said" },
    { "campaign", UNIT_TEXT, "the campaign that it is about; blank: not said" },
};

bool know_annotations(const struct run *r, const struct run_wishes *w, struct annotations *out)
{
    struct faults faults = { 0 };
    bool ok = annotations_read(r->plan, w->typed.notes, out, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    return ok;
}

static bool is_in(const struct annotation *n, const struct period *p)
{
    return n->from < p->until && n->until > p->from;
}

/* --a need not be the earlier one. */
static const char *period_of(const struct annotation *n, const struct period *a,
                             const struct period *b)
{
    int64_t first = a->from < b->from ? a->from : b->from;
    int64_t last = a->until > b->until ? a->until : b->until;
    return is_in(n, a)         ? (is_in(n, b) ? "a and b" : "a")
           : is_in(n, b)       ? "b"
           : n->from >= last   ? "after"
           : n->until <= first ? "before"
                               : "between";
}

bool annotation_rows(const struct annotations *notes, const struct period *a,
                     const struct period *b, const struct sink *out)
{
    bool ok = true;
    for (size_t i = 0; ok && i < notes->n; i++) {
        const struct annotation *n = &notes->list[i];
        struct row r = { .n = 0 };
        row_add(&r, cell_c(period_of(n, a, b)));
        row_add(&r, cell_i(n->from));
        row_add(&r, cell_i(n->until));
        row_add(&r, cell_text(n->text));
        row_add(&r, n->source.n ? cell_text(n->source) : cell_blank());
        row_add(&r, n->campaign.n ? cell_text(n->campaign) : cell_blank());
        ok = row_send(&r, out, sizeof columns / sizeof *columns);
    }
    return ok;
}

enum { SAID = 8 };

void say_annotations(const struct annotations *notes, const struct period *a,
                     const struct period *b, const struct zone *zone)
{
    struct arena arena = { 0 };
    size_t said = 0, in = 0;
    GString *text = g_string_new(NULL);
    for (size_t i = 0; i < notes->n; i++) {
        const struct annotation *n = &notes->list[i];
        const char *period = period_of(n, a, b);
        if (strcmp(period, "before") == 0 || strcmp(period, "after") == 0 || in++ >= SAID)
            continue;
        g_string_append_printf(text, "  %-8s ", period);
        size_t at = text->len, date = strlen("2026-03-01");
        draw_period(text, n->from, n->until - 1, zone);
        if (strncmp(text->str + at, text->str + text->len - date, date) == 0)
            g_string_truncate(text, at + date); /* a single day */
        g_string_append(text, ": ");
        draw_name(text, annotation_title(n, &arena));
        g_string_append_c(text, '\n');
        said++;
    }
    if (in > said)
        g_string_append_printf(text, "  %zu more: annotations.csv\n", in - said);
    if (in)
        printf("\nWhat happened\n%s", text->str);
    g_string_free(text, TRUE);
    arena_free(&arena);
}

const struct review_table annotations_table = {
    .name = "annotations",
    .question = "what happened in the two periods, and before, between and after them",
    .population =
        "the annotations of the project and those of --notes; written when there are some",
    COLUMNS(columns),
};
