/* detect_table.c - a CSV or JSON lines of which nothing is known, taken apart. See detect.h. */
#include "detect.h"
#include "ingest/csv.h"
#include "ingest/json.h"

static void add_sample(struct detect_table *t, size_t column, struct str value)
{
    struct detect_column *c = &t->columns[column];
    value = str_trim(value);
    if (value.n && c->n < DETECT_SAMPLES)
        c->samples[c->n++] = value;
}

/* A first row of values is no header: an address or a time in it, or half of it numbers. */
static bool is_row_of_values(const struct str *cells, size_t n, struct arena *a)
{
    size_t numbers = 0;
    for (size_t i = 0; i < n; i++) {
        struct str cell = str_trim(cells[i]);
        double x;
        bool number = str_number(cell, &x);
        numbers += number;
        if (!number && cell.n && (detect_time(&cell, 1, a) || detect_is_email(cell, a)))
            return true;
    }
    return numbers * 2 >= n;
}

static void take_header(struct detect_table *t, const struct str *fields)
{
    t->headless = is_row_of_values(fields, t->n, &t->arena);
    for (size_t i = 0; i < t->n; i++)
        t->columns[i].name =
            t->headless ? arena_printf(&t->arena, "column%zu", i + 1) : str_trim(fields[i]);
}

/* A header and nothing behind it: three names at least, each a few words. */
static bool is_only_header(const struct detect_table *t, struct str head)
{
    bool good = !t->headless && t->n >= 3 && head.p[head.n - 1] == '\n';
    for (size_t i = 0; i < t->n && good; i++)
        good = t->columns[i].name.n > 0 && t->columns[i].name.n <= 60;
    return good;
}

/* Two columns at least, and every row has as many as the first one. */
bool detect_csv(struct detect_table *t, struct str head)
{
    struct str rest = head, raw, fields[DETECT_COLUMNS_MAX];
    char delimiter = csv_delimiter(head);
    size_t n;
    if (!rest.n ||
        !csv_record(&rest, delimiter, fields, DETECT_COLUMNS_MAX, &t->n, &raw, &t->arena) ||
        t->n < 2 || t->n > DETECT_COLUMNS_MAX)
        return false;
    take_header(t, fields);
    if (t->headless)
        rest = head;
    while (rest.n && t->records < DETECT_SAMPLES) {
        bool good = csv_record(&rest, delimiter, fields, DETECT_COLUMNS_MAX, &n, &raw, &t->arena);
        if (rest.n == 0 && head.p[head.n - 1] != '\n' && t->records)
            break; /* the head may be cut here */
        if (!raw.n)
            continue;
        if (!good || n != t->n)
            return false;
        for (size_t i = 0; i < n; i++)
            add_sample(t, i, fields[i]);
        t->records++;
    }
    return t->records > 0 || is_only_header(t, head);
}

static size_t column_named(struct detect_table *t, struct str name)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->columns[i].name, name))
            return i;
    if (t->n == DETECT_COLUMNS_MAX)
        return DETECT_COLUMNS_MAX;
    t->columns[t->n].name = arena_keep(&t->arena, name);
    return t->n++;
}

/* Lists of plain values have no path of their own. */
static void take_pair(struct str path, struct str value, void *context)
{
    struct detect_table *t = context;
    size_t i = column_named(t, path);
    if (i < DETECT_COLUMNS_MAX)
        add_sample(t, i, value);
}

void detect_start_again(struct detect_table *t)
{
    memset(t->columns, 0, DETECT_COLUMNS_MAX * sizeof *t->columns);
    t->n = t->records = 0;
}

/* Every line is an object. */
bool detect_json(struct detect_table *t, struct str head)
{
    struct json_paths *none = json_paths_new(NULL, 0);
    bool good = true;
    while (good && head.n && t->records < DETECT_SAMPLES) {
        struct str before = head, line = str_trim(str_cut(&head, '\n'));
        size_t at;
        const char *why;
        if (!line.n)
            continue;
        good = json_record(none, line, NULL, &t->arena, &at, &why);
        if (!good && before.p[before.n - 1] != '\n' && !head.n && t->records) {
            good = true; /* cut */
            break;
        }
        if (good)
            json_pairs(line, take_pair, t, &t->arena);
        t->records += good;
    }
    json_paths_free(none);
    return good && t->records > 0;
}
