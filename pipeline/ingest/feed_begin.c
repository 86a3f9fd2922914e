/* feed_begin.c - what must be known of a text before its first block: see feed_in.h. */
#include "ingest/aside.h"
#include "ingest/expect.h"
#include "ingest/feed_in.h"
#include "ingest/lines.h"

/* Times without a year may find one in the first lines of the text. */
static void look_for_year(struct text *t, const struct source *source, struct str head)
{
    while (head.n && head.p[head.n - 1] != '\n')
        head.n--;
    if (source->format->reader != READER_LINES)
        return;
    struct batch first = { 0 };
    struct regex_scratch *scratch = regex_scratch_new();
    struct line_reader lines;
    struct when when;
    uint64_t blank = 0;
    batch_reset(&first, source->nslots);
    line_reader_init(&lines, source, scratch);
    lines_split(&lines, head, 1, &first, &blank);
    derive_columns(source, &first, scratch);
    when_init(&when, source);
    year_guess_look(&t->guess, &when, &first);
    line_reader_free(&lines);
    regex_scratch_free(scratch);
    batch_free(&first);
}

/* The header of a text that stands elsewhere. */
static bool header_from(struct csv_header *h, const struct entry *x, const struct source *source,
                        struct arena *a, struct err *e)
{
    const struct csv_rules *rules = &source->format->csv;
    struct str header;
    return aside_header(x->input->path.p, rules->header_from, rules->nheader_from, a, &header, e) &&
           csv_header_take(h, source, header, a, e);
}

/* The side tables of a text: those that do not depend on it are read once. */
static bool tables_begin(struct feed *f, struct entry *x, const struct source *source,
                         struct err *e)
{
    bool ok = true;
    par_lock_take(f->tables_lock);
    struct side_table **list = arena_take(&f->tables_arena, source->nlookups * sizeof *list);
    for (size_t i = 0; i < source->nlookups && ok; i++) {
        const struct lookup *l = &source->lookups[i];
        for (size_t k = 0; k < f->ntables && side_table_shared(l); k++)
            if (f->tables[k].of == l)
                list[i] = f->tables[k].table;
        if (list[i])
            continue;
        list[i] =
            side_table_load(l, x->input->path.p, x->input->member, x->ordinal, f->plan->dir, e);
        ok = list[i] != NULL;
        f->tables = mem_grow(f->tables, &f->tables_room, f->ntables + 1, sizeof *f->tables);
        if (ok)
            f->tables[f->ntables++] = (struct loaded){ l, list[i] };
    }
    par_lock_give(f->tables_lock);
    x->text->tables = (const struct side_table *const *)list;
    return ok;
}

/* Reads the header, and sees to it that blocks begin behind it. */
static bool csv_begin(struct feed *f, struct entry *x, const struct source *source, struct err *e)
{
    const struct csv_rules *rules = &source->format->csv;
    struct text *t = x->text;
    if (rules->fields_line.n) {
        cutter_delimiter(x->cutter, 0);
        return true;
    }
    struct arena own = { 0 };
    size_t used = 0;
    bool ok = rules->nheader_from
                  ? header_from(&t->header, x, source, &own, e)
                  : csv_header_read(&t->header, source, cutter_peek(x->cutter), &own, &used, e);
    par_lock_take(f->lock);
    arena_adopt(&f->arena, &own);
    par_lock_give(f->lock);
    if (!ok)
        return false;
    cutter_delimiter(x->cutter, t->header.delimiter);
    cutter_drop(x->cutter, used, t->header.records);
    x->headers = t->header.records;
    if (csv_wants_shape(rules))
        cutter_shape(x->cutter, shape_rows(rules, &t->header));
    return true;
}

/* A day is left for clocks and zones that are wrong. That of a member counts for
 * nothing: programs that make archives write what they like there. */
static int64_t latest_of(int64_t mtime_seconds)
{
    bool known = mtime_seconds > days_from_date(1990, 1, 1) * 86400 &&
                 mtime_seconds < days_from_date(9999, 12, 30) * 86400;
    return known ? mtime_seconds * SECOND + DAY : INT64_MAX;
}

/* Records of several lines are no lines yet. */
static bool is_expected(struct entry *x, const struct format *f, struct err *e)
{
    if (!f->nexpects || f->multiline.start || f->multiline.end)
        return true;
    struct regex_scratch *scratch = regex_scratch_new();
    bool met = expectations_met(f, cutter_peek(x->cutter), scratch, e);
    regex_scratch_free(scratch);
    return met;
}

bool text_begin(struct feed *f, struct entry *x, struct err *e)
{
    struct text *t = x->text;
    const struct source *source = &f->plan->sources[t->source];
    if (source->format->reader == READER_CSV && !csv_begin(f, x, source, e))
        return false;
    if (!is_expected(x, source->format, e))
        return false;
    if (source->nlookups && !tables_begin(f, x, source, e))
        return false;
    t->latest = latest_of(stream_file_mtime(x->stream));
    year_guess_init(&t->guess, source, stream_mtime(x->stream));
    if (source->ordered)
        look_for_year(t, source, cutter_peek(x->cutter));
    if (source->group)
        t->group = group_new(source);
    return true;
}
