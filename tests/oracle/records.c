/* records.c - prints what our CSV and JSON readers make of a file, for csv_json.py to compare.
 *
 *     records csv FILE          each record as a JSON array; of every record with as many fields as
 *                               the first, a last element {"match": canonical text}
 *     records json FILE PATHS   each line as an array of the values of PATHS (a file, one a line;
 *                               null: absent), with the same last element; false for a line that is
 *                               no JSON object
 * Blank lines print nothing. Ends with status 2 when two of our own ways of reading disagree.
 */
#include <stdio.h>
#include <stdlib.h>

#include "config/plan.h"
#include "ingest/csv.h"
#include "ingest/json.h"

static struct str slurp(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    char *p = NULL;
    size_t n = 0, room = 0, got = 1;
    while (got) {
        p = mem_grow(p, &room, n + 65536, 1);
        got = fread(p + n, 1, 65536, f);
        n += got;
    }
    fclose(f);
    /* Of the very size, so that reading past the end is seen by the sanitizers. */
    p = mem_resize(p, n);
    return (struct str){ p, n };
}

static void print_text(struct str s)
{
    putchar('"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void disagree(uint64_t number, const char *what)
{
    fprintf(stderr, "record %llu: csv_split and csv_record differ: %s\n",
            (unsigned long long)number, what);
    exit(2);
}

struct csv_file {
    struct csv_header h;
    struct batch batch;
    struct str *fields;
};

/* Reads the whole text by csv_split() as well, as a file whose columns are those of its first
 * record. */
static void split_csv(struct csv_file *f, struct str text, size_t ncolumns, struct arena *a)
{
    uint64_t blank = 0;
    f->h.ncolumns = ncolumns;
    f->h.column = arena_take(a, ncolumns * sizeof *f->h.column);
    f->h.keys = arena_take(a, ncolumns * sizeof *f->h.keys);
    for (size_t i = 0; i < ncolumns; i++) {
        f->h.column[i] = (int32_t)i;
        f->h.keys[i] = arena_printf(a, "c%zu", i);
    }
    f->batch.wants_match_text = true;
    batch_reset(&f->batch, ncolumns);
    csv_split(&f->h, text, 1, &f->batch, &blank);
}

static void print_csv_record(const struct csv_file *f, size_t n, bool good, struct str raw,
                             uint64_t number, size_t *at)
{
    const struct batch *b = &f->batch;
    putchar('[');
    for (size_t i = 0; i < n; i++) {
        printf(i ? "," : "");
        print_text(f->fields[i]);
    }
    bool ours = *at < b->n && b->number[*at] == number;
    if (ours != (good && n == f->h.ncolumns))
        disagree(number, "one takes it, the other does not");
    if (ours) {
        if (!str_eq(b->raw[*at], raw))
            disagree(number, "the text of the record");
        for (size_t i = 0; i < n; i++)
            if (!str_eq(batch_column(b, i)[*at], f->fields[i]))
                disagree(number, "a field");
        printf(",{\"match\":");
        print_text(batch_match_text(b, *at));
        printf("}");
        ++*at;
    }
    puts("]");
}

static void print_csv(struct str text)
{
    struct arena a = { 0 };
    struct csv_file f = { .h.delimiter = csv_delimiter(text) };
    f.fields = arena_take(&a, CSV_COLUMNS_MAX * sizeof *f.fields);
    size_t n, at = 0;
    struct str raw, rest = text;
    while (rest.n && (rest.p[0] == '\n' || rest.p[0] == '\r'))
        rest = str_from(rest, 1);
    if (rest.n) {
        csv_record(&rest, f.h.delimiter, f.fields, CSV_COLUMNS_MAX, &n, &raw, &a);
        split_csv(&f, text, n, &a);
    }
    rest = text;
    for (uint64_t number = 1; rest.n; number++) {
        bool good = csv_record(&rest, f.h.delimiter, f.fields, CSV_COLUMNS_MAX, &n, &raw, &a);
        if (raw.n)
            print_csv_record(&f, n, good, raw, number, &at);
    }
    if (at != f.batch.n)
        disagree(0, "csv_split has records to spare");
    batch_free(&f.batch);
    arena_free(&a);
}

static void print_json(struct str text, struct str list)
{
    struct arena a = { 0 };
    struct batch b = { .wants_match_text = true };
    struct str rest = list;
    size_t n = 0, room = 0, i = 0, bad = 0;
    struct str *paths = NULL;
    uint64_t blank = 0;
    while (rest.n) {
        paths = mem_grow(paths, &room, n + 1, sizeof *paths);
        paths[n++] = str_cut(&rest, '\n');
    }
    struct json_paths *p = json_paths_new(paths, n);
    batch_reset(&b, n);
    json_split(p, text, 1, &b, &blank);
    while (i < b.n || bad < b.nbad) {
        if (bad < b.nbad && (i == b.n || b.bad[bad].record < b.number[i])) {
            bad++;
            puts("false");
            continue;
        }
        putchar('[');
        for (size_t c = 0; c < n; c++) {
            struct str value = batch_column(&b, c)[i];
            if (value.p)
                print_text(value);
            else
                printf("null");
            putchar(',');
        }
        printf("{\"match\":");
        print_text(batch_match_text(&b, i));
        puts("}]");
        i++;
    }
    json_paths_free(p);
    batch_free(&b);
    arena_free(&a);
    free(paths);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "csv") == 0) {
        struct str text = slurp(argv[2]);
        print_csv(text);
        free((char *)text.p);
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "json") == 0) {
        struct str text = slurp(argv[2]), paths = slurp(argv[3]);
        print_json(text, paths);
        free((char *)text.p);
        free((char *)paths.p);
        return 0;
    }
    fprintf(stderr, "usage: records csv FILE | records json FILE PATHS\n");
    return 1;
}
