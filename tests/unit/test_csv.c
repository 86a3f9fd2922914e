/* Expectations: worked out by hand from RFC 4180 and csv.h; tests/oracle/csv_json.py compares with
 * Python's csv module on texts made by chance and on real files. */
#include "unit.h"

#include "ingest/csv.h"

/* ---- one record ---- */

static const struct {
    const char *text;
    char delimiter;
    bool good;
    const char *fields; /* joined by / */
    const char *raw, *rest;
} records[] = {
    { "a,b,c\nd", ',', true, "a/b/c", "a,b,c", "d" },
    { "a,b\r\nd", ',', true, "a/b", "a,b", "d" },
    { "a,b\r", ',', true, "a/b", "a,b", "" },
    { "a\rb,c\n", ',', true, "a\rb/c", "a\rb,c", "" },
    { "a,,\n", ',', true, "a//", "a,,", "" },
    { ",", ',', true, "/", ",", "" },
    { "\nx", ',', true, "", "", "x" },
    { "\"a,b\",\"c\nd\"\ne", ',', true, "a,b/c\nd", "\"a,b\",\"c\nd\"", "e" },
    { "\"a\"\"b\",\"\"\"\"\n", ',', true, "a\"b/\"", "\"a\"\"b\",\"\"\"\"", "" },
    { "\"\",\"\"\r\n", ',', true, "/", "\"\",\"\"", "" },
    { "\"a\"\r\nb", ',', true, "a", "\"a\"", "b" },
    { "\"a\"\r", ',', true, "a", "\"a\"", "" },
    { "5\" pipe,b\"c\"\nx", ',', true, "5\" pipe/b\"c\"", "5\" pipe,b\"c\"", "x" },
    { " \"a\",b\n", ',', true, " \"a\"/b", " \"a\",b", "" },
    { "a;b,c;d\n", ';', true, "a/b,c/d", "a;b,c;d", "" },
    { "a\t\"b\tc\"\n", '\t', true, "a/b\tc", "a\t\"b\tc\"", "" },
    { "a,\"b\"x,c\nd", ',', false, "a/b/c", "a,\"b\"x,c", "d" },
    { "\"a\" ,b\nd", ',', false, "a/b", "\"a\" ,b", "d" },
    { "\"a\rb\"\rc,d\n", ',', false, "a\rb/d", "\"a\rb\"\rc,d", "" },
    { "\"a\"x\"y,z\"\nd", ',', false, "a/z\"", "\"a\"x\"y,z\"", "d" },
    { "a,\"b\nc,d\n", ',', false, "a/b\nc,d\n", "a,\"b\nc,d\n", "" },
    { "\"", ',', false, "", "\"", "" },
    { "\"a\"\"", ',', false, "a\"\"", "\"a\"\"", "" },
};

START_TEST(test_record)
{
    struct arena a = { 0 };
    struct str rest = str_c(records[_i].text), fields[8], raw;
    size_t n;
    bool good = csv_record(&rest, records[_i].delimiter, fields, 8, &n, &raw, &a);
    char joined[100] = "";
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(joined + at, sizeof joined - at, "%s%.*s", i ? "/" : "",
                               STR_ARG(fields[i]));
    ck_assert_int_eq(good, records[_i].good);
    ck_assert_str_eq(joined, records[_i].fields);
    ck_assert_str_is(raw, records[_i].raw);
    ck_assert_str_is(rest, records[_i].rest);
    arena_free(&a);
}
END_TEST

/* More fields than there is room for are counted, not stored. */
START_TEST(test_record_room)
{
    struct arena a = { 0 };
    struct str rest = STR("a,b,c,d\n"), fields[2], raw;
    size_t n;
    ck_assert(csv_record(&rest, ',', fields, 2, &n, &raw, &a));
    ck_assert_uint_eq(n, 4);
    ck_assert_str_is(fields[1], "b");
    arena_free(&a);
}
END_TEST

/* A field ends wherever the eight bytes that are looked at together happen to end. */
START_TEST(test_every_length)
{
    char text[80];
    for (int before = 0; before < 20; before++) {
        int n = snprintf(text, sizeof text, "%.*s,%.*s\n", before, "xxxxxxxxxxxxxxxxxxxx", _i,
                         "yyyyyyyyyyyyyyyyyyyyyyyyy");
        struct arena a = { 0 };
        struct str rest = { text, (size_t)n }, fields[3], raw;
        size_t count;
        ck_assert(csv_record(&rest, ',', fields, 3, &count, &raw, &a));
        ck_assert_uint_eq(count, 2);
        ck_assert_uint_eq(fields[0].n, (size_t)before);
        ck_assert_uint_eq(fields[1].n, (size_t)_i);
        ck_assert_uint_eq(rest.n, 0);
        arena_free(&a);
    }
}
END_TEST

/* ---- borders ---- */

static const struct {
    const char *text;
    enum csv_place from;
    uint64_t n;
    size_t last, first;
    enum csv_place place;
} borders[] = {
    { "a,b\nc,d\r\ne", CSV_FIELD_START, 2, 9, 4, CSV_FIELD },
    { "a,b\n", CSV_FIELD_START, 1, 4, 4, CSV_FIELD_START },
    { "\n\n", CSV_FIELD_START, 2, 2, 1, CSV_FIELD_START },
    { "a,", CSV_FIELD_START, 0, 0, 0, CSV_FIELD_START },
    { "\"a\nb\"\nc", CSV_FIELD_START, 1, 6, 6, CSV_FIELD },
    { "\"a\"\"\nb\"\n\"", CSV_FIELD_START, 1, 8, 8, CSV_QUOTED },
    { "5\" pipe\n6\" pipe\n", CSV_FIELD_START, 2, 16, 8, CSV_FIELD_START },
    { "a;\"b\nc\"\n", CSV_FIELD_START, 2, 8, 5, CSV_FIELD_START }, /* ; delimits nothing here */
    { "\"a\"x\"\ny,\"", CSV_FIELD_START, 1, 6, 6, CSV_QUOTED },
    { "\"a\"", CSV_FIELD_START, 0, 0, 0, CSV_QUOTE_SEEN },
    { "\"\nb\"\n", CSV_QUOTE_SEEN, 1, 5, 5, CSV_FIELD_START },
    { "\nb\"\n", CSV_QUOTE_SEEN, 2, 4, 1, CSV_FIELD_START },
    { ",\"\n", CSV_QUOTE_SEEN, 0, 0, 0, CSV_QUOTED },
    { "a\n\"\n", CSV_QUOTED, 1, 4, 4, CSV_FIELD_START },
    { "\"\n", CSV_FIELD, 1, 2, 2, CSV_FIELD_START },
    { "", CSV_QUOTED, 0, 0, 0, CSV_QUOTED },
};

START_TEST(test_borders)
{
    struct csv_borders got = csv_borders(str_c(borders[_i].text), ',', borders[_i].from);
    ck_assert_uint_eq(got.n, borders[_i].n);
    ck_assert_uint_eq(got.last, borders[_i].last);
    ck_assert_int_eq(got.place, borders[_i].place);
    enum csv_place place = borders[_i].from;
    ck_assert_uint_eq(csv_first_border(str_c(borders[_i].text), ',', &place), borders[_i].first);
    ck_assert_int_eq(place, borders[_i].n ? CSV_FIELD_START : borders[_i].place);
}
END_TEST

/* ---- names, delimiters ---- */

static const struct {
    const char *name, *normal;
} names[] = {
    { "Created at", "created_at" },
    { "CPM (cost per 1,000 impressions) (USD)", "cpm_cost_per_1_000_impressions_usd" },
    { "  e-mail  ", "e_mail" },
    { "_id", "id" },
    { "Größe (mm)", "größe_mm" },
    { "#", "#" },
    { "", "" },
    { "already_normal", "already_normal" },
};

START_TEST(test_name)
{
    struct arena a = { 0 };
    ck_assert_str_is(csv_name(str_c(names[_i].name), &a), names[_i].normal);
    arena_free(&a);
}
END_TEST

static const struct {
    const char *head;
    char delimiter;
} delimiters[] = {
    { "a,b,c\n", ',' },   { "a;b;c\n1,2;3,4;5,6\n", ';' }, { "a\tb\n", '\t' },
    { "a|b|c,d\n", '|' }, { "\"a,b,c,d\";e;f\n", ';' },    { "alone\n;;;;", ',' },
    { "", ',' },          { "\"a\n,,,\";b\n", ';' },
};

START_TEST(test_delimiter)
{
    ck_assert_int_eq(csv_delimiter(str_c(delimiters[_i].head)), delimiters[_i].delimiter);
}
END_TEST

/* ---- a whole text ---- */

static struct csv_header three_columns(int32_t *column, struct str *keys)
{
    return (struct csv_header){ ',', 3, column, NULL, keys, NULL, 0, false, false, 0 };
}

START_TEST(test_split)
{
    int32_t column[] = { 1, -1, 0 };
    struct str keys[] = { STR("order"), STR("note"), STR("mail") };
    struct csv_header h = three_columns(column, keys);
    struct str text = STR("1,a\tb,x@example.com\n"
                          "\n"
                          "2,too,many,fields\r\n"
                          "\r\n"
                          "3,\"q\"\"q\",\"say \"\"hi\"\"\"\n"
                          "4,\"x\"y,z\n"
                          "5,,z\n"
                          "6,\"open,z\n");
    struct batch b = { .wants_match_text = true };
    uint64_t blank = 0;
    batch_reset(&b, 2);
    csv_split(&h, text, 10, &b, &blank);
    ck_assert_uint_eq(blank, 2);
    ck_assert_uint_eq(b.n, 3);
    ck_assert_uint_eq(b.number[0], 10);
    ck_assert_uint_eq(b.number[1], 14);
    ck_assert_uint_eq(b.number[2], 16);
    ck_assert_str_is(batch_column(&b, 0)[0], "x@example.com");
    ck_assert_str_is(batch_column(&b, 1)[0], "1");
    ck_assert_str_is(batch_column(&b, 0)[1], "say \"hi\"");
    ck_assert_str_is(b.raw[1], "3,\"q\"\"q\",\"say \"\"hi\"\"\"");
    ck_assert_str_is(batch_match_text(&b, 0), "order=1\tnote=a\\tb\tmail=x@example.com");
    ck_assert_str_is(batch_match_text(&b, 1), "order=3\tnote=q\"q\tmail=say \"hi\"");
    ck_assert_str_is(batch_match_text(&b, 2), "order=5\tmail=z");
    ck_assert_uint_eq(b.nbad, 3);
    ck_assert_uint_eq(b.bad[0].record, 12);
    ck_assert_str_eq(b.bad[0].detail, "number of fields differs from the header's");
    ck_assert_str_is(b.bad[0].text, "2,too,many,fields");
    ck_assert_str_eq(b.bad[1].detail, "text after a closing quote");
    ck_assert_uint_eq(b.bad[2].record, 17);
    ck_assert_str_eq(b.bad[2].detail, "a quote is never closed");
    batch_free(&b);
}
END_TEST

/* Growing moves the columns and keeps the cells; a reset keeps the memory. */
START_TEST(test_growing)
{
    struct batch b = { 0 };
    for (int turn = 0; turn < 2; turn++) {
        batch_reset(&b, turn ? 5 : 3);
        for (uint64_t i = 0; i < 5000; i++) {
            size_t at = batch_add(&b, STR("raw"), i);
            for (size_t c = 0; c < b.columns; c++)
                ck_assert_ptr_null(batch_column(&b, c)[at].p);
            batch_column(&b, 2)[at] = (struct str){ "xyz", i % 4 };
        }
        for (size_t i = 0; i < 5000; i++) {
            ck_assert_uint_eq(batch_column(&b, 2)[i].n, i % 4);
            ck_assert_ptr_null(batch_column(&b, 1)[i].p);
        }
    }
    batch_column(&b, 2)[4999] = STR("dropped");
    batch_drop_last(&b);
    ck_assert_uint_eq(b.n, 4999);
    ck_assert_str_is(batch_match_text(&b, 0), "raw");
    ck_assert_ptr_null(batch_column(&b, 2)[batch_add(&b, STR("raw"), 5000)].p);
    batch_free(&b);
}
END_TEST

/* ---- headers ---- */

enum { F_TIME, F_MAIL, F_ORDER, F_CITY, F_HOST, FIELDS };

/* Fields: time, mail, order and city come from columns, host is derived from city. */
struct header_case {
    const char *head;
    char delimiter;
    const char *error; /* part of it; NULL: none */
    const char *order; /* batch column of each column of the file, "-" for none */
    size_t used;
};
static const struct header_case headers[] = {
    { "Created At,Note,E-Mail,order,City\nx", 0, NULL, "0-123", 34 },
    { "created_at;e mail\r\n", 0, NULL, "01", 19 },
    { "Created At;E-Mail\n", ';', NULL, "01", 18 },
    { "\"Created\nAt\",Order\n", 0, NULL, "02", 19 },
    { "Created At,Order,Order\n", 0, "two columns are named 'order'", "", 0 },
    { "Created At,Note,Note,Order\n", 0, NULL, "0--2", 27 },
    { "Note,Order\n", 0,
      "no column 'Created At', which the source needs for the time; there are: "
      "Note, Order",
      "", 0 },
    { "Created At,City\n", 0, "no column 'E-mail', which the source needs for an identifier", "",
      0 },
    { "", 0, "no header", "", 0 },
    { "\na,b\n", 0, "the first line is empty", "", 0 },
    { "\"a,b\n", 0, "quotes", "", 0 },
    { "Created At,A\x01"
      "B,Order,\n",
      0, NULL, "0-2-", 22 },
};

static bool read_header(struct csv_header *h, struct format *f, const char *head, struct arena *a,
                        size_t *used, struct err *e)
{
    struct str columns[] = { STR("Created At"), STR("E-mail"), STR("order"), STR("city") };
    static uint32_t column_field[] = { F_TIME, F_MAIL, F_ORDER, F_CITY };
    static int32_t slot[FIELDS] = { 0, 1, 2, 3, 4 };
    static struct derive derive = { .kind = DERIVE_HOST, .from = F_CITY, .to = F_HOST };
    static struct identify identify[] = {
        { .kind = ID_EMAIL, .fields = { F_MAIL }, .nfields = 1 },
        { .kind = ID_ORDER, .fields = { F_ORDER }, .nfields = 1 },
        { .kind = ID_VISITOR, .fields = { F_HOST, F_ORDER }, .nfields = 2 },
    };
    struct source s = { .format = f,
                        .columns = columns,
                        .column_field = column_field,
                        .ncolumns = 4,
                        .nslots = FIELDS,
                        .slot = slot,
                        .derives = &derive,
                        .nderives = 1,
                        .time_field = F_TIME,
                        .identify = identify,
                        .nidentify = 3 };
    return csv_header_read(h, &s, str_c(head), a, used, e);
}

START_TEST(test_header)
{
    const struct header_case *c = &headers[_i];
    struct arena a = { 0 };
    struct err e = { "" };
    struct csv_header h;
    struct format f = { .csv = { .delimiter = c->delimiter, .header = true } };
    size_t used;
    bool ok = read_header(&h, &f, c->head, &a, &used, &e);
    ck_assert_msg(ok == !c->error, "%s", e.text);
    if (c->error) {
        ck_assert_msg(strstr(e.text, c->error) != NULL, "%s", e.text);
    } else {
        ck_assert_uint_eq(used, c->used);
        ck_assert_uint_eq(h.ncolumns, strlen(c->order));
        for (size_t i = 0; i < h.ncolumns; i++)
            ck_assert_int_eq(h.column[i], c->order[i] == '-' ? -1 : c->order[i] - '0');
    }
    arena_free(&a);
}
END_TEST

START_TEST(test_names_without_header)
{
    struct arena a = { 0 };
    struct err e = { "" };
    struct csv_header h;
    struct str columns[] = { STR("created at"), STR("x"), STR("E_MAIL") };
    struct format f = { .csv = { .names = columns, .nnames = 3 } };
    size_t used = 9;
    ck_assert_msg(read_header(&h, &f, "1|2|3\n", &a, &used, &e), "%s", e.text);
    ck_assert_uint_eq(used, 0);
    ck_assert_int_eq(h.delimiter, '|');
    ck_assert_int_eq(h.column[2], 1);
    ck_assert_str_is(h.names[2], "E_MAIL");
    ck_assert_str_is(h.keys[2], "e_mail");
    arena_free(&a);
}
END_TEST

/* The list of columns in a message is cut; one column more than CSV_COLUMNS_MAX is refused. */
START_TEST(test_wide_header)
{
    struct arena a = { 0 };
    struct err e = { "" };
    struct csv_header h;
    struct format f = { .csv = { .header = true } };
    size_t used;
    static char wide[CSV_COLUMNS_MAX * 4 + 100];
    for (size_t i = 0; i < CSV_COLUMNS_MAX; i++)
        memcpy(wide + 4 * i, "abc,", 4);
    strcpy(wide + 4 * (CSV_COLUMNS_MAX - 1), "abc\n");
    ck_assert(!read_header(&h, &f, wide, &a, &used, &e));
    ck_assert_msg(strstr(e.text, "more") != NULL, "%s", e.text);
    strcpy(wide + 4 * (CSV_COLUMNS_MAX - 1), "abc,abc\n");
    e.text[0] = '\0';
    ck_assert(!read_header(&h, &f, wide, &a, &used, &e));
    ck_assert_msg(strstr(e.text, "at most 4096") != NULL, "%s", e.text);
    arena_free(&a);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("csv");
    tcase_add_loop_test(new_case(s, "record"), test_record, 0, ROWS(records));
    tcase_add_test(new_case(s, "record room"), test_record_room);
    tcase_add_loop_test(new_case(s, "every length"), test_every_length, 0, 25);
    tcase_add_loop_test(new_case(s, "borders"), test_borders, 0, ROWS(borders));
    tcase_add_loop_test(new_case(s, "name"), test_name, 0, ROWS(names));
    tcase_add_loop_test(new_case(s, "delimiter"), test_delimiter, 0, ROWS(delimiters));
    tcase_add_test(new_case(s, "split"), test_split);
    tcase_add_test(new_case(s, "growing"), test_growing);
    tcase_add_loop_test(new_case(s, "header"), test_header, 0, ROWS(headers));
    tcase_add_test(new_case(s, "no header"), test_names_without_header);
    tcase_add_test(new_case(s, "wide header"), test_wide_header);
    return s;
}
