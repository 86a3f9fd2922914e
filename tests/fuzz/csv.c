/* csv.c - any bytes as CSV. The first byte chooses the delimiter, the second where the text is cut.
 * Properties:
 *  - records and blank lines make up the whole text: none lost, none twice, numbers in order;
 *  - csv_split() takes what csv_record() takes, with the same fields;
 *  - csv_borders() finds the same ends of records, also piece by piece;
 *  - splitting up to a border and from it on gives the same records;
 *  - fields that are written anew, quoted, are read as they were.
 */
#include <stdlib.h>

#include "ingest/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLUMNS = 3 };

static void check(bool ok)
{
    if (!ok)
        __builtin_trap();
}

static bool same(const struct batch *x, const struct batch *y)
{
    if (x->n != y->n || x->nbad != y->nbad)
        return false;
    for (size_t i = 0; i < x->n; i++) {
        if (x->number[i] != y->number[i] || !str_eq(x->raw[i], y->raw[i]) ||
            !str_eq(batch_match_text(x, i), batch_match_text(y, i)))
            return false;
        for (size_t c = 0; c < x->columns; c++)
            if (!str_eq(batch_column(x, c)[i], batch_column(y, c)[i]))
                return false;
    }
    for (size_t i = 0; i < x->nbad; i++)
        if (x->bad[i].record != y->bad[i].record || !str_eq(x->bad[i].text, y->bad[i].text))
            return false;
    return true;
}

/* Writes the fields with quotes around each, reads them again. */
static void check_again(const struct str *fields, size_t n, char delimiter, struct arena *a)
{
    size_t room = 3 * n, used = 0, found;
    for (size_t i = 0; i < n; i++)
        room += 2 * fields[i].n;
    char *text = arena_take(a, room);
    for (size_t i = 0; i < n; i++) {
        if (i)
            text[used++] = delimiter;
        text[used++] = '"';
        for (size_t k = 0; k < fields[i].n; k++) {
            if (fields[i].p[k] == '"')
                text[used++] = '"';
            text[used++] = fields[i].p[k];
        }
        text[used++] = '"';
    }
    struct str rest = { text, used }, raw, *again = arena_take(a, n * sizeof *again);
    check(csv_record(&rest, delimiter, again, n, &found, &raw, a));
    check(found == n && rest.n == 0 && raw.n == used);
    for (size_t i = 0; i < n; i++)
        check(str_eq(fields[i], again[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct str text = { (const char *)data + 2, size - 2 };
    int32_t column[COLUMNS] = { 2, 0, 1 };
    struct str keys[COLUMNS] = { STR("a"), STR("b"), STR("c") };
    struct csv_header h = { ",;\t|"[data[0] % 4], COLUMNS, column, NULL, keys, NULL, 0, false, false, 0 };
    struct batch whole = { .wants_match_text = true }, parts = { .wants_match_text = true };
    struct arena a = { 0 };
    uint64_t blank = 0, blank_parts = 0, number = 1, ends = 0;
    size_t at = 0, bad = 0;

    batch_reset(&whole, COLUMNS);
    csv_split(&h, text, 1, &whole, &blank);
    for (struct str rest = text; rest.n; number++) {
        struct str before = rest, fields[8], raw;
        size_t n;
        bool good = csv_record(&rest, h.delimiter, fields, 8, &n, &raw, &a);
        check(rest.n < before.n && rest.p + rest.n == before.p + before.n);
        const char *end = rest.p;
        ends += end[-1] == '\n' && raw.p + raw.n < end; /* not inside an open quote */
        if (raw.n == 0 && before.p[0] != '"') {
            blank--;
        } else if (good && n == COLUMNS) {
            check(at < whole.n && whole.number[at] == number && str_eq(whole.raw[at], raw));
            for (size_t i = 0; i < COLUMNS; i++)
                check(str_eq(batch_column(&whole, (size_t)column[i])[at], fields[i]));
            at++;
        } else {
            check(bad < whole.nbad && whole.bad[bad].record == number);
            bad++;
        }
        if (good)
            check_again(fields, n < 8 ? n : 8, h.delimiter, &a);
    }
    check(at == whole.n && bad == whole.nbad && blank == 0);

    struct csv_borders borders = csv_borders(text, h.delimiter, CSV_FIELD_START);
    check(borders.n == ends && borders.n + (borders.last < text.n) == number - 1);
    size_t cut = text.n * data[1] / 255;
    struct csv_borders left = csv_borders(str_head(text, cut), h.delimiter, CSV_FIELD_START);
    struct csv_borders right = csv_borders(str_from(text, cut), h.delimiter, left.place);
    check(left.n + right.n == borders.n && right.place == borders.place);
    enum csv_place place = left.place;
    size_t first = csv_first_border(str_from(text, cut), h.delimiter, &place);
    check((first != 0) == (right.n != 0) && first <= right.last);

    size_t border = cut + first;
    if (first) {
        batch_reset(&parts, COLUMNS);
        csv_split(&h, str_head(text, border), 1, &parts, &blank_parts);
        csv_split(&h, str_from(text, border), left.n + 2, &parts, &blank_parts);
        check(same(&whole, &parts));
    }
    batch_free(&whole);
    batch_free(&parts);
    arena_free(&a);
    return 0;
}
