/* detect_unknown.c - a file in none of the formats: what can be said of its columns? See detect.h.
 *
 * A guess is made only when every sample of the column that is not empty agrees with it.
 */
#include <glib.h>
#include <stdlib.h>

#include "base/clock.h"
#include "detect.h"
#include "ingest/csv.h"
#include "ingest/json.h"
#include "ingest/normalise.h"

enum { SAMPLES = 100, COLUMNS_MAX = 300, SHOWN = 40 };

struct column {
    struct str name;
    struct str samples[SAMPLES]; /* that are not empty */
    size_t n;
    const char *time; /* the format that reads all of them; NULL */
    const char *what; /* "email" and the like; NULL */
};

struct table {
    struct column *columns; /* [COLUMNS_MAX] */
    size_t n, records;
    struct arena arena;
};

/* ---- taking it apart ---- */

static void add_sample(struct table *t, size_t column, struct str value)
{
    struct column *c = &t->columns[column];
    value = str_trim(value);
    if (value.n && c->n < SAMPLES)
        c->samples[c->n++] = value;
}

/* A CSV: two columns at least, and every row has as many as the first one. */
static bool take_csv(struct table *t, struct str head)
{
    struct str rest = head, raw, fields[COLUMNS_MAX];
    char delimiter = csv_delimiter(head);
    size_t n;
    if (!rest.n || !csv_record(&rest, delimiter, fields, COLUMNS_MAX, &t->n, &raw, &t->arena) ||
        t->n < 2 || t->n > COLUMNS_MAX)
        return false;
    for (size_t i = 0; i < t->n; i++)
        t->columns[i].name = str_trim(fields[i]);
    while (rest.n && t->records < SAMPLES) {
        bool good = csv_record(&rest, delimiter, fields, COLUMNS_MAX, &n, &raw, &t->arena);
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
    return t->records > 0;
}

static size_t column_named(struct table *t, struct str name)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->columns[i].name, name))
            return i;
    if (t->n == COLUMNS_MAX)
        return COLUMNS_MAX;
    t->columns[t->n].name = name;
    return t->n++;
}

/* The pairs of "path=value<TAB>path=value"; lists of values have no path of their own. */
static void take_pairs(struct table *t, struct str pairs)
{
    while (pairs.n) {
        struct str pair = str_head(pairs, str_find(pairs, STR("\t")));
        struct str name = str_head(pair, str_find(pair, STR("=")));
        struct str value = str_from(pair, name.n + 1);
        pairs = str_from(pairs, pair.n + 1);
        bool list = name.n > 2 && str_eq(str_from(name, name.n - 2), STR("[]"));
        size_t i = list ? COLUMNS_MAX : column_named(t, name);
        if (i < COLUMNS_MAX)
            add_sample(t, i, value);
    }
}

/* JSON lines: every line is an object. */
static bool take_json(struct table *t, struct str head)
{
    struct json_paths *none = json_paths_new(NULL, 0);
    bool good = true;
    while (good && head.n && t->records < SAMPLES) {
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
            take_pairs(t, json_canonical(line, &t->arena));
        t->records += good;
    }
    json_paths_free(none);
    return good && t->records > 0;
}

/* ---- what a column may be ---- */

/* The first that reads all samples is taken; of two ways to read a date the commoner one. */
static const char *const time_formats[] = {
    "iso8601",           "rfc2822",           "%d/%b/%Y:%H:%M:%S %z", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",    "%d.%m.%Y",          "%m/%d/%Y %H:%M:%S",    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y",          "%d/%m/%Y %H:%M:%S",    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",          "%Y/%m/%d %H:%M:%S", "%b %d, %Y %I:%M %p",   "%b %d, %Y",
};

static bool reads_all(const struct column *c, const char *format, struct arena *a)
{
    struct time_format f;
    struct err e = { { 0 } };
    if (!time_format_compile(str_c(format), a, &f, &e))
        return false;
    for (size_t i = 0; i < c->n; i++) {
        struct time_cache cache = { 0 };
        struct time_parts parts;
        if (!time_parse(&f, c->samples[i], &cache, &parts))
            return false;
    }
    return true;
}

/* Numbers are times only when they lie between 2000 and 2100. */
static const char *epoch_of(const struct column *c)
{
    static const double from = 946684800, to = 4102444800;
    size_t seconds = 0, millis = 0;
    for (size_t i = 0; i < c->n; i++) {
        double x;
        if (!str_number(c->samples[i], &x))
            return NULL;
        seconds += x >= from && x < to;
        millis += x >= 1000 * from && x < 1000 * to;
    }
    return seconds == c->n ? "epoch" : millis == c->n ? "epoch_ms" : NULL;
}

static const char *time_of(const struct column *c, struct arena *a)
{
    for (size_t i = 0; i < sizeof time_formats / sizeof *time_formats; i++)
        if (reads_all(c, time_formats[i], a))
            return time_formats[i];
    return epoch_of(c);
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_uuid(struct str s, struct arena *a)
{
    (void)a;
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !is_hex(s.p[i]))
            return false;
    }
    return true;
}

static bool is_email(struct str s, struct arena *a)
{
    static const struct identity_rules none = { .zeros_name_nobody = false };
    return str_find(s, STR(" ")) == s.n && id_normalise(ID_EMAIL, s, &none, a).n;
}

/* With + or a blank in it, so that numbers of orders are not taken for phones. */
static bool is_phone(struct str s, struct arena *a)
{
    static const struct identity_rules none = { .zeros_name_nobody = false };
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        digits += s.p[i] >= '0' && s.p[i] <= '9';
        if (!strchr("+0123456789 ()-/.", s.p[i]))
            return false;
    }
    return digits >= 7 && s.p[0] == '+' && id_normalise(ID_PHONE, s, &none, a).n;
}

static bool is_ip(struct str s, struct arena *a)
{
    size_t parts = 0;
    (void)a;
    while (s.n) {
        struct str part = str_cut(&s, '.');
        double x;
        if (part.n < 1 || part.n > 3 || !str_number(part, &x) || x < 0 || x > 255)
            return false;
        parts++;
    }
    return parts == 4;
}

static const struct shape_guess {
    const char *what, *kind;
    bool (*is)(struct str s, struct arena *a);
} guesses[] = {
    { "mail addresses", "email", is_email },
    { "phone numbers", "phone", is_phone },
    { "UUIDs", "user", is_uuid },
    { "IP addresses", NULL, is_ip },
};

static const struct shape_guess *guess_of(const struct column *c, struct arena *a)
{
    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
        size_t fit = 0;
        for (size_t i = 0; i < c->n; i++)
            fit += guesses[g].is(c->samples[i], a);
        if (c->n && fit == c->n)
            return &guesses[g];
    }
    return NULL;
}

/* ---- telling ---- */

static void put_column(struct column *c, size_t records, struct arena *a, FILE *to)
{
    const struct shape_guess *guess = guess_of(c, a);
    c->time = c->n && !guess ? time_of(c, a) : NULL;
    c->what = guess ? guess->kind : NULL;
    fputs("#     ", to);
    print_safely(c->name, SHOWN, to);
    fprintf(to, ": %zu of %zu filled", c->n, records);
    if (c->n) {
        fputs(", such as '", to);
        print_safely(c->samples[0], SHOWN, to);
        putc('\'', to);
    }
    if (c->time)
        fprintf(to, "; times, all read as '%s'", c->time);
    if (guess)
        fprintf(to, "; %s", guess->what);
    putc('\n', to);
}

static bool is_first_of_kind(const struct table *t, size_t column)
{
    const char *what = t->columns[column].what;
    for (size_t i = 0; what && i < column; i++)
        if (t->columns[i].what && strcmp(t->columns[i].what, what) == 0)
            return false;
    return what;
}

static void put_block(const struct table *t, struct str path, const char *format, FILE *to)
{
    const struct column *time = NULL;
    detect_begin(path, to);
    fprintf(to, "    format: %s\n", format);
    for (size_t i = 0; i < t->n; i++)
        if (t->columns[i].time && (!time || t->columns[i].n > time->n))
            time = &t->columns[i];
    if (time) {
        fputs("    time: {field: ", to);
        detect_quoted(time->name, to);
        fprintf(to, ", formats: ['%s']}\n", time->time);
    } else {
        fputs("#   time: {field: NAME, formats: [...]}: say which; none looks like it\n", to);
    }
    bool any = false;
    for (size_t i = 0; i < t->n; i++) {
        if (!is_first_of_kind(t, i))
            continue;
        fprintf(to, "%s%s: ", any ? ", " : "    identify: {", t->columns[i].what);
        detect_quoted(t->columns[i].name, to);
        any = true;
    }
    fputs(any ? "}\n" : "#   identify: {user: NAME}: say which; none looks like it\n", to);
}

static void put_first_line(struct str head, FILE *to)
{
    struct str line = { 0 };
    while (head.n && !line.n)
        line = str_trim(str_cut(&head, '\n'));
    fputs("lines of no format that is known\n#   its first line: ", to);
    print_safely(line, 500, to);
    fputs("\n#   write a format for it: docs/formats.md\n", to);
}

bool detect_unknown(struct str path, struct str head, FILE *to)
{
    struct table t = { .columns = mem_zero(COLUMNS_MAX, sizeof *t.columns) };
    bool json = take_json(&t, head);
    if (!json) {
        memset(t.columns, 0, COLUMNS_MAX * sizeof *t.columns);
        t.n = t.records = 0;
    }
    bool csv = !json && take_csv(&t, head);
    fputs("# ", to);
    print_safely(path, SIZE_MAX, to);
    fputs(": ", to);
    if (json || csv) {
        fprintf(to, "%s of no format that is known, with these %s\n", json ? "JSON lines" : "a CSV",
                json ? "paths" : "columns");
        for (size_t i = 0; i < t.n; i++)
            put_column(&t.columns[i], t.records, &t.arena, to);
        put_block(&t, path, json ? "json-lines" : "csv", to);
    } else {
        put_first_line(head, to);
    }
    arena_free(&t.arena);
    free(t.columns);
    return json || csv;
}

/* ---- YAML ---- */

void detect_quoted(struct str text, FILE *to)
{
    putc('\'', to);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '\'')
            putc(c, to);
        putc(c < ' ' || c == 0x7f ? '?' : c, to);
    }
    putc('\'', to);
}

/* The letters and digits of the file's name up to its first dot. */
void detect_begin(struct str path, FILE *to)
{
    size_t from = path.n;
    while (from > 0 && path.p[from - 1] != '/')
        from--;
    size_t end = from;
    while (end < path.n && path.p[end] != '.')
        end++;
    fputs("  - name: '", to);
    for (size_t i = from; i < end; i++)
        putc(g_ascii_isalnum(path.p[i]) || path.p[i] == '_' ? path.p[i] : '-', to);
    fputs("'\n    files: [", to);
    detect_quoted(path, to);
    fputs("]\n", to);
}
