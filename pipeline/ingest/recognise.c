/* recognise.c - see recognise.h. A trial run of the readers over the head of a file. */
#include "ingest/recognise.h"

#include <stdlib.h>

#include "ingest/aside.h"
#include "ingest/block.h"
#include "ingest/csv.h"
#include "ingest/derive.h"
#include "ingest/expect.h"
#include "ingest/fields_line.h"
#include "ingest/json.h"
#include "ingest/lines.h"
#include "ingest/shape.h"

/* One trial. */
struct trial_run {
    const struct source *source;
    const char *path; /* NULL: of no file */
    struct batch batch;
    bool *sign; /* of lines: has the record all fields of `recognise`, and what is expected? NULL:
                   none are named */
    struct regex_scratch *scratch;
    struct arena arena;
};

/* The part of text that holds at most RECOGNISE_RECORDS lines; blank ones do not count. A last line
 * without its newline may be cut: it goes, unless it is the only one. */
static struct str first_lines(struct str text)
{
    struct str rest = text;
    size_t n = 0, lines = 0;
    while (rest.n && lines < RECOGNISE_RECORDS) {
        struct str before = rest, line = str_cut(&rest, '\n');
        bool whole = before.n > line.n;
        if (!whole && lines)
            break;
        n += line.n + (whole ? 1 : 0);
        lines += str_trim(line).n != 0;
    }
    return str_head(text, n);
}

/* The same for CSV records, behind the header. */
static struct str first_csv_records(const struct csv_header *h, struct str text, struct arena *a)
{
    struct str rest = text;
    size_t n = 0;
    for (size_t records = 0; rest.n && records < RECOGNISE_RECORDS;) {
        struct str raw;
        size_t fields;
        bool good = csv_record(&rest, h->delimiter, NULL, 0, &fields, &raw, a);
        if (rest.n == 0 && (!good || text.p[text.n - 1] != '\n') && records)
            break;
        n = text.n - rest.n;
        records += raw.n != 0;
    }
    return str_head(text, n);
}

static bool time_fits(const struct source *s, struct str text)
{
    struct time_parts parts;
    for (size_t i = 0; i < s->ntimes; i++) {
        struct time_cache cache = { 0 };
        if (time_parse(&s->times[i], text, &cache, &parts))
            return true;
    }
    return false;
}

/* Of messages of several lines: the ids, of which the others may say anything; else NULL. A format
 * that names signs of its lines is known by them. */
static const struct str *message_ids(struct trial_run *t)
{
    const struct source *s = t->source;
    int32_t slot = s->group && !t->sign ? s->slot[s->group->by] : -1;
    return slot < 0 ? NULL : batch_column(&t->batch, (size_t)slot);
}

/* The share of all records of the batch, bad ones too, that have a time. */
static double share(struct trial_run *t)
{
    const struct source *s = t->source;
    size_t all = t->batch.n + t->batch.nbad, fit = 0;
    int32_t slot = s->time_field == FIELD_NONE ? -1 : s->slot[s->time_field];
    if (all == 0)
        return 0;
    if (s->time_field == FIELD_NONE && s->metrics) /* of no time: what fits is all there is */
        return (double)t->batch.n / (double)all;
    if (slot < 0)
        return 0;
    derive_columns(s, &t->batch, t->scratch);
    const struct str *times = batch_column(&t->batch, (size_t)slot);
    const struct str *ids = message_ids(t);
    for (size_t i = 0; i < t->batch.n; i++)
        fit +=
            times[i].n && (!ids || ids[i].n) && (!t->sign || t->sign[i]) && time_fits(s, times[i]);
    return (double)fit / (double)all;
}

/* Has the line, as the layout took it apart, something in every field of `recognise`? */
static bool line_signed(const struct format *f, const struct layout *l, const struct str *fields)
{
    for (size_t k = 0; k < f->nrecognise; k++) {
        size_t i = 0;
        while (i < l->nnames && !(str_eq(l->names[i], f->recognise[k]) && fields[i].n))
            i++;
        if (i == l->nnames)
            return false;
    }
    return true;
}

/* The fields that the layout of a line tells apart. */
static size_t fields_told(const struct line_reader *r, struct str line, bool *has_signs)
{
    const struct format *f = r->source->format;
    for (size_t k = 0; k < f->nlayouts; k++)
        if (layout_split(f->layouts[k], line, r->fields, r->scratch)) {
            const struct expect *unmet;
            struct str value;
            *has_signs = line_signed(f, f->layouts[k], r->fields) &&
                         line_expected(f, f->layouts[k], line, r->fields, &unmet, &value);
            return f->layouts[k]->nnames;
        }
    return 0;
}

static double try_lines(struct trial_run *t, struct str head, size_t *fields)
{
    struct line_reader reader;
    uint64_t blank = 0;
    line_reader_init(&reader, t->source, t->scratch);
    lines_split(&reader, first_lines(head), 1, &t->batch, &blank);
    bool *has_signs = arena_take(&t->arena, t->batch.n * sizeof *has_signs + 1);
    for (size_t i = 0; i < t->batch.n; i++) {
        size_t told = fields_told(&reader, t->batch.raw[i], &has_signs[i]);
        *fields = told > *fields ? told : *fields;
    }
    bool asks = t->source->format->nrecognise || t->source->format->nexpects;
    t->sign = asks ? has_signs : NULL;
    line_reader_free(&reader);
    return share(t);
}

/* Does the header have every column by which the format is recognised? */
static bool csv_recognised(const struct csv_header *h, const struct format *f, struct arena *a)
{
    for (size_t i = 0; i < f->nrecognise; i++)
        if (!str_in(csv_name(f->recognise[i], a), h->keys, h->ncolumns))
            return false;
    return true;
}

enum {
    SHORT_HEAD = 8 << 10,                  /* no more than a few rows, and no cut one */
    WHOLE_HEAD = PEEK_BYTES - BLOCK_SLACK, /* what is shorter is the whole text */
};

/* Lines with names of columns between them. */
static double try_fields(struct trial_run *t, struct str head, size_t *fields)
{
    struct fields_reader reader = { .names = { NULL, 0 } };
    const struct csv_rules *rules = &t->source->format->csv;
    /* Names are lines as well: of a short text the only row may be its last line. */
    struct str text = head.n < SHORT_HEAD ? head : first_lines(head);
    uint64_t blank = 0;
    double score = 0;
    const struct fields_said nothing = { .names = { NULL, 0 } };
    if (fields_said_after(rules, nothing, text).names.p) {
        fields_split(&reader, t->source, nothing, text, 1, &t->batch, &blank);
        for (size_t i = 0; i < reader.header.ncolumns; i++)
            *fields += reader.header.column && reader.header.column[i] >= 0;
        score = csv_recognised(&reader.header, t->source->format, &t->arena) ? share(t) : 0;
    }
    fields_reader_free(&reader);
    return score;
}

/* The head behind the header as shape_rows() makes it. */
static struct str shaped_rows(struct trial_run *t, const struct csv_header *h, struct str text)
{
    const struct csv_rules *rules = &t->source->format->csv;
    if (!csv_wants_shape(rules))
        return text;
    struct shape *shape = shape_rows(rules, h);
    struct shaped made = { 0 };
    shape->run(shape, text, false, &made);
    shape_free(shape);
    struct str kept = arena_keep(&t->arena, (struct str){ made.p, made.n });
    free(made.p);
    return kept;
}

/* The header, where it stands: of a format whose header stands elsewhere, beside the file. */
static bool find_header(struct trial_run *t, struct str head, struct csv_header *h, size_t *used)
{
    const struct csv_rules *rules = &t->source->format->csv;
    struct err e = { "" };
    struct str header;
    if (!rules->nheader_from)
        return csv_header_read(h, t->source, head, &t->arena, used, &e);
    return t->path &&
           aside_header(t->path, rules->header_from, rules->nheader_from, &t->arena, &header, &e) &&
           csv_header_take(h, t->source, header, &t->arena, &e);
}

/* Has the row something in every column by which the format is recognised? */
static bool row_filled(const struct format *f, const struct csv_header *h, const struct str *cells,
                       size_t n, struct arena *a)
{
    for (size_t k = 0; k < f->nrecognise; k++) {
        struct str key = csv_name(f->recognise[k], a);
        size_t column = 0;
        while (column < h->ncolumns && !str_eq(h->keys[column], key))
            column++;
        if (column >= n || !cells[column].n)
            return false;
    }
    return true;
}

/* Of a format without a header: is there a row with all columns by which it is recognised? */
static bool columns_filled(struct trial_run *t, const struct csv_header *h, struct str text)
{
    const struct format *f = t->source->format;
    struct str *cells = arena_take(&t->arena, CSV_COLUMNS_MAX * sizeof *cells), raw;
    size_t n;
    while (text.n && f->nrecognise) {
        bool good = csv_record(&text, h->delimiter, cells, CSV_COLUMNS_MAX, &n, &raw, &t->arena);
        n = n < CSV_COLUMNS_MAX ? n : CSV_COLUMNS_MAX;
        if (good && row_filled(f, h, cells, n, &t->arena))
            return true;
    }
    return !f->nrecognise;
}

/* Of a format without a header: a first row that does not fit may well be a header. */
static bool first_fits(struct trial_run *t)
{
    const struct source *s = t->source;
    int32_t slot = s->time_field == FIELD_NONE ? -1 : s->slot[s->time_field];
    if (slot < 0 || !t->batch.n)
        return t->batch.n > 0;
    derive_columns(s, &t->batch, t->scratch);
    return t->batch.number[0] == 1 && time_fits(s, batch_column(&t->batch, (size_t)slot)[0]);
}

static double try_csv(struct trial_run *t, struct str head, size_t *fields)
{
    if (t->source->format->csv.fields_line.n)
        return try_fields(t, head, fields);
    struct csv_header h;
    size_t used = 0;
    uint64_t blank = 0;
    if (!find_header(t, head, &h, &used) || !csv_recognised(&h, t->source->format, &t->arena))
        return 0;
    size_t found = 0;
    for (size_t i = 0; i < h.ncolumns; i++)
        found += h.column[i] >= 0;
    size_t named = t->source->format->nrecognise;
    *fields = found > named ? found : named;
    struct str rest = shaped_rows(t, &h, str_from(head, used));
    rest = first_csv_records(&h, rest, &t->arena);
    csv_split(&h, rest, 1, &t->batch, &blank);
    if (!t->source->format->csv.header && !(columns_filled(t, &h, rest) && first_fits(t)))
        return 0;
    bool only_header = t->batch.n + t->batch.nbad == 0 && t->source->format->csv.header;
    return only_header && found ? 1 : share(t);
}

/* Are the paths by which the format is recognised there, each in one record at least? */
static bool json_recognised(struct trial_run *t, struct str text)
{
    const struct format *f = t->source->format;
    struct batch found = { 0 };
    uint64_t blank = 0;
    struct json_paths *paths = json_paths_new(f->recognise, f->nrecognise);
    batch_reset(&found, f->nrecognise);
    json_split(paths, text, 1, &found, &blank);
    bool all = true;
    for (size_t c = 0; c < f->nrecognise && all; c++) {
        size_t i = 0;
        while (i < found.n && !batch_column(&found, c)[i].p)
            i++;
        all = i < found.n;
    }
    batch_free(&found);
    json_paths_free(paths);
    return all;
}

static double try_json(struct trial_run *t, struct str head, size_t *fields)
{
    const struct source *s = t->source;
    struct str text = first_lines(head);
    uint64_t blank = 0;
    if (!json_recognised(t, text))
        return 0;
    struct json_paths *paths = json_paths_new(s->columns, s->ncolumns);
    json_split(paths, text, 1, &t->batch, &blank);
    json_paths_free(paths);
    size_t found = 0;
    for (size_t c = 0; c < s->ncolumns; c++) {
        size_t i = 0;
        while (i < t->batch.n && !batch_column(&t->batch, c)[i].p)
            i++;
        found += i < t->batch.n;
    }
    *fields = found > s->format->nrecognise ? found : s->format->nrecognise;
    return share(t);
}

/* The head as its blocks will be. */
static struct str shaped_head(struct trial_run *t, struct str head)
{
    struct shape *shape = shape_of(t->source, head);
    if (!shape)
        return head;
    struct shaped made = { 0 };
    /* A text that ends here has no more to come; nor need a message be whole. */
    bool ends = head.n < WHOLE_HEAD || t->source->format->reader == READER_MAIL;
    shape->run(shape, head, ends, &made);
    shape_free(shape);
    struct str kept = arena_keep(&t->arena, (struct str){ made.p, made.n });
    free(made.p);
    return kept;
}

/* An event log says so before its first event, which may stand far behind. */
static bool is_xes(struct str head)
{
    return str_find(head, STR("<log")) < head.n && str_find(head, STR(" key=\"")) < head.n &&
           str_find(head, STR("<event")) == head.n;
}

double recognise_score(const struct source *source, struct str head, const char *path,
                       size_t *fields)
{
    struct trial_run t = { .source = source, .path = path };
    double score = 0;
    *fields = 0;
    if (str_starts(head, STR("\xef\xbb\xbf")))
        head = str_from(head, 3);
    t.scratch = regex_scratch_new();
    batch_reset(&t.batch, source->nslots);
    struct str text = head;
    head = shaped_head(&t, head);
    switch (source->format->reader) {
    case READER_LINES:
        score = try_lines(&t, head, fields);
        break;
    case READER_CSV:
        score = try_csv(&t, head, fields);
        break;
    case READER_JSON_LINES:
    case READER_JSON:
    case READER_MAIL:
        score = try_json(&t, head, fields);
        break;
    case READER_XES:
        score = try_json(&t, head, fields);
        if (!t.batch.n && !t.batch.nbad && is_xes(text)) {
            score = 1;
            *fields = source->format->nrecognise;
        }
        break;
    }
    batch_free(&t.batch);
    arena_free(&t.arena);
    regex_scratch_free(t.scratch);
    return score;
}
