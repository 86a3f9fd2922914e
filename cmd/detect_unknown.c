/* detect_unknown.c - a text in none of the formats: what can be said of it, and which source could
 * read it? See detect.h. */
#include <glib.h>
#include <stdlib.h>

#include "detect.h"
#include "ingest/csv.h"
#include "ingest/shape.h"

enum { SHOWN = 40, DISTINCT_MAX = 30, VALUES_MAX = 30, DIMENSIONS_MAX = 3 };

/* What stands in the columns of a table, by index; t->n: none. */
struct roles {
    size_t time, activity;
    bool person;   /* a column identifies somebody */
    size_t values; /* columns that could be summed */
};

/* Another column has the same name: none of the two can be asked for. */
static bool has_twin(struct detect_table *t, size_t column)
{
    struct str key = csv_name(t->columns[column].name, &t->arena);
    for (size_t i = 0; i < t->n; i++)
        if (i != column && str_eq(csv_name(t->columns[i].name, &t->arena), key))
            return true;
    return false;
}

static void put_column(const struct detect_column *c, size_t records, FILE *to)
{
    fputs("#     ", to);
    print_safely(str_trim(c->name).n ? c->name : STR("(no name)"), SHOWN, to);
    fprintf(to, ": %zu of %zu filled", c->n, records);
    if (c->n) {
        fputs(", such as '", to);
        print_safely(c->samples[0], SHOWN, to);
        putc('\'', to);
    }
    if (c->time)
        fprintf(to, "; times, all read as '%s'", c->time);
    if (c->what)
        fprintf(to, "; %s", c->what);
    if (c->twin)
        fputs(str_trim(c->name).n ? "; another column has this name, too"
                                  : "; not used, as the header leaves it blank",
              to);
    if (c->by_name)
        fprintf(to, "; %s, by its name", c->kind);
    putc('\n', to);
}

/* ---- which column is what ---- */

/* Is one of the words of its name among these? */
static bool has_word(struct str name, const char *const *words, size_t n, struct arena *a)
{
    struct str rest = csv_name(name, a);
    while (rest.n) {
        struct str word = str_cut(&rest, '_');
        for (size_t i = 0; i < n; i++)
            if (str_eq(word, str_c(words[i])))
                return true;
    }
    return false;
}

/* The time of what came later than the record's beginning, or of something else. */
static bool is_of_later(const struct detect_column *c, struct arena *a)
{
    static const char *const words[] = {
        "etl",      "received",  "loaded",   "synced",    "updated",  "modified",  "closed",
        "resolved", "ship",      "shipped",  "shipping",  "delivery", "delivered", "return",
        "returned", "cancelled", "refunded", "estimated", "expected", "due",       "expiry",
        "expires",  "end",       "birth",    "birthday",  "dob",      "limit",     "last",
    };
    return has_word(c->name, words, sizeof words / sizeof *words, a);
}

/* A time that was written is more likely one than a number, and one that a program added when it
 * loaded its tables (_synced) less than any. */
static int time_rank(const struct detect_column *c, struct arena *a)
{
    return (c->number ? 0 : 1) + (is_of_later(c, a) ? 0 : 2) +
           (str_starts(c->name, STR("_")) ? 0 : 4);
}

static bool better_time(const struct detect_column *a, const struct detect_column *b,
                        struct arena *arena)
{
    int x = time_rank(a, arena), y = time_rank(b, arena);
    return x != y ? x > y : a->n > b->n;
}

static size_t distinct(const struct detect_column *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += !str_in(c->samples[i], c->samples, i);
    return n;
}

/* A column whose values can name touchpoints: few, and nearly always there. */
static bool names_things(const struct detect_column *c, size_t records)
{
    size_t longest = 0;
    for (size_t i = 0; i < c->n; i++)
        longest = c->samples[i].n > longest ? c->samples[i].n : longest;
    return c->n && !c->twin && c->n * 10 >= records * 9 && !c->time && !c->kind && !c->what &&
           longest <= 60 && distinct(c) <= DISTINCT_MAX &&
           str_find(c->name, STR("}")) == c->name.n && str_find(c->name, STR("{")) == c->name.n;
}

/* "state" is a status, unless the table has addresses. */
static bool is_of_address(struct detect_table *t, struct str key)
{
    static const char *const words[] = { "city", "country", "zip", "postcode", "postal", "region" };
    bool address = false;
    for (size_t i = 0; i < t->n && str_eq(key, STR("state")) && !address; i++)
        address = has_word(t->columns[i].name, words, sizeof words / sizeof *words, &t->arena);
    return address;
}

static bool ends_in(struct str key, const char *end)
{
    size_t n = strlen(end);
    return key.n > n && str_eq(str_from(key, key.n - n), str_c(end));
}

static size_t find_activity(struct detect_table *t)
{
    static const char *const usual[] = { "activity",   "concept_name",   "event",      "event_name",
                                         "event_type", "action",         "touchpoint", "page_type",
                                         "type",       "status",         "state",      "stage",
                                         "channel",    "incident_state", "category",   "field_name",
                                         "name",       "reason",         "page" };
    static const char *const ends[] = { "_status", "_stage", "_event", "_action" };
    for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
        for (size_t i = 0; i < t->n; i++)
            if (str_eq(csv_name(t->columns[i].name, &t->arena), str_c(usual[k])) &&
                !is_of_address(t, str_c(usual[k])) && names_things(&t->columns[i], t->records))
                return i;
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        for (size_t i = 0; i < t->n; i++)
            if (ends_in(csv_name(t->columns[i].name, &t->arena), ends[k]) &&
                names_things(&t->columns[i], t->records))
                return i;
    return t->n;
}

/* A number that is no name: those of things are called "id", "key", "number", "index", "year". */
static bool can_be_summed(const struct detect_column *c, struct arena *a)
{
    static const char *const names[] = { "id",      "key",   "no",         "number",   "index",
                                         "year",    "month", "day",        "hour",     "rate",
                                         "average", "avg",   "percentage", "code",     "zip",
                                         "lat",     "lon",   "latitude",   "longitude" };
    return c->number && !c->time && !c->kind && !c->twin &&
           !has_word(c->name, names, sizeof names / sizeof *names, a);
}

/* What a record is worth: a number whose name says so, the whole before its parts. */
static size_t find_value(struct detect_table *t)
{
    static const char *const usual[] = {
        "grand_total",  "order_total",    "total",           "total_price",
        "total_amount", "payment_value",  "amount",          "revenue",
        "sales",        "purchase_price", "purchase_amount", "transaction_amount",
        "value",        "price"
    };
    for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
        for (size_t i = 0; i < t->n; i++)
            if (str_eq(csv_name(t->columns[i].name, &t->arena), str_c(usual[k])) &&
                can_be_summed(&t->columns[i], &t->arena))
                return i;
    return t->n;
}

static struct roles find_roles(struct detect_table *t)
{
    struct roles r = { .time = t->n, .activity = find_activity(t) };
    for (size_t i = 0; i < t->n; i++) {
        const struct detect_column *c = &t->columns[i];
        if (c->time && (r.time == t->n || better_time(c, &t->columns[r.time], &t->arena)))
            r.time = i;
        r.person |= c->kind != NULL;
        r.values += can_be_summed(c, &t->arena);
    }
    return r;
}

/* Rows of nobody that is known and nothing to sum: the first column that names something. */
static void take_any_id(struct detect_table *t)
{
    struct roles r = find_roles(t);
    for (size_t i = 0; i < t->n && !r.person && !r.values && r.time < t->n; i++) {
        if (!detect_is_id(&t->columns[i], &t->arena))
            continue;
        t->columns[i].kind = "user";
        t->columns[i].by_name = r.person = true;
    }
}

/* ---- the source ---- */

/* What values say goes before what names say; then the one that is there more often. */
static bool is_best_of_kind(const struct detect_table *t, size_t column)
{
    const struct detect_column *c = &t->columns[column];
    for (size_t i = 0; i < t->n; i++) {
        const struct detect_column *o = &t->columns[i];
        if (i == column || !o->kind || strcmp(o->kind, c->kind) != 0)
            continue;
        if (o->by_name != c->by_name ? c->by_name : o->n != c->n ? o->n > c->n : i < column)
            return false;
    }
    return true;
}

static void put_identify(const struct detect_table *t, FILE *to)
{
    const char *open = "    identify: {";
    for (size_t i = 0; i < t->n; i++) {
        const struct detect_column *c = &t->columns[i];
        if (!c->kind || !is_best_of_kind(t, i))
            continue;
        fprintf(to, "%s%s: ", open, c->kind);
        detect_quoted(c->name, to);
        open = ", ";
    }
    fputs("}\n", to);
}

/* Who it is, and what the record is worth. */
static void put_person(struct detect_table *t, FILE *to)
{
    size_t value = find_value(t);
    put_identify(t, to);
    if (value == t->n)
        return;
    fputs("    attributes: {value: ", to);
    detect_quoted(t->columns[value].name, to);
    fputs("}\n", to);
}

/* Rows that tell of nobody: what can be summed, by what has few values. */
static void put_metrics(struct detect_table *t, FILE *to)
{
    size_t n = 0;
    fputs("    metrics:\n      dimensions: [", to);
    for (size_t i = 0; i < t->n && n < DIMENSIONS_MAX; i++) {
        if (t->columns[i].number || !names_things(&t->columns[i], t->records))
            continue;
        fputs(n++ ? ", " : "", to);
        detect_quoted(t->columns[i].name, to);
    }
    fputs("]\n", to);
    n = 0;
    for (size_t i = 0; i < t->n && n < VALUES_MAX; i++) {
        if (!can_be_summed(&t->columns[i], &t->arena))
            continue;
        fputs(n++ ? ", " : "      values: {", to);
        detect_quoted(t->columns[i].name, to);
        fputs(": ", to);
        detect_quoted(t->columns[i].name, to);
    }
    fprintf(to, "%s      count: rows\n", n ? "}\n" : "");
}

/* The format by its name, or written out where that does not do. */
static void put_format(const struct detect_table *t, const char *format, FILE *to)
{
    if (!t->headless && !t->latin && !t->path.n) {
        fprintf(to, "    format: %s\n", format);
        return;
    }
    fprintf(to, "    format:\n      reader: %s\n", format);
    if (t->latin)
        fputs("      encoding: cp1252\n", to);
    if (t->path.n)
        fprintf(to, "      json: {records: '%.*s'}\n", STR_ARG(t->path));
    if (!t->headless)
        return;
    fputs("      csv: {header: no, columns: [", to);
    for (size_t i = 0; i < t->n; i++)
        fprintf(to, "%s%.*s", i ? ", " : "", STR_ARG(t->columns[i].name));
    fputs("]}\n", to);
}

/* False when the user has to add to it. */
static bool put_block(struct detect_table *t, const char *format, FILE *to)
{
    struct roles r = find_roles(t);
    bool metrics = !r.person && (r.time < t->n || (r.values && !t->headless));
    put_format(t, format, to);
    if (r.time < t->n) {
        fputs("    time: {field: ", to);
        detect_quoted(t->columns[r.time].name, to);
        fprintf(to, ", formats: ['%s']}\n", t->columns[r.time].time);
    } else if (!metrics) {
        fputs("#   time: {field: NAME, formats: [...]}: say which; none looks like it. Without one "
              "it can be a side table (lookups)\n",
              to);
    }
    if (metrics && r.time == t->n)
        fputs("#   without times it may as well be a side table (lookups)\n", to);
    if (r.person)
        put_person(t, to);
    else if (metrics)
        put_metrics(t, to);
    else
        fputs("#   identify: {user: NAME}: say which; none looks like it\n", to);
    return metrics || (r.time < t->n && r.person);
}

/* What its rule says: the touchpoint is named by a column, or by the text itself ("%s"). */
static struct str rule_of(struct detect_table *t, struct arena *a)
{
    struct roles r = find_roles(t);
    if (!r.person)
        return (struct str){ 0 };
    if (r.activity == t->n)
        return STR("match: .");
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    struct str rule = STR("match: .");
    if (to) {
        fputs("when: {", to);
        detect_quoted(t->columns[r.activity].name, to);
        fputs(": .}, touchpoint: ", to);
        struct str name = t->columns[r.activity].name;
        detect_quoted(arena_printf(a, "{%.*s}", STR_ARG(name)), to);
        fclose(to);
        rule = arena_keep(a, (struct str){ text, size });
    }
    free(text);
    return rule;
}

static struct str shape_of_table(const struct detect_table *t, const char *format, struct arena *a)
{
    GString *all = g_string_new(format);
    g_string_append_len(all, t->path.p, (gssize)t->path.n);
    for (size_t i = 0; i < t->n; i++)
        g_string_append_printf(all, "\t%.*s", STR_ARG(t->columns[i].name));
    struct str shape = arena_keep(a, (struct str){ all->str, all->len });
    g_string_free(all, TRUE);
    return shape;
}

static void tell_table(struct detect_text *text, struct detect_table *t, bool json, struct arena *a)
{
    const char *format = t->document ? "json-document" : json ? "json-lines" : "csv";
    char *why = NULL, *block = NULL;
    size_t why_size = 0, block_size = 0;
    FILE *to = open_memstream(&why, &why_size);
    for (size_t i = 0; i < t->n; i++) {
        detect_column(&t->columns[i], &t->arena);
        if (!json && (has_twin(t, i) || !str_trim(t->columns[i].name).n))
            t->columns[i].time = t->columns[i].kind = NULL, t->columns[i].twin = true;
    }
    take_any_id(t);
    for (size_t i = 0; i < t->n && to; i++)
        put_column(&t->columns[i], t->records, to);
    if (to)
        fclose(to);
    to = open_memstream(&block, &block_size);
    if (to) {
        text->guess.usable = put_block(t, format, to);
        fclose(to);
    }
    text->title = t->document ? STR("JSON of no format that is known, with these paths")
                  : json      ? STR("JSON lines of no format that is known, with these paths")
                              : STR("a CSV of no format that is known, with these columns");
    text->why = arena_keep(a, (struct str){ why, why_size });
    text->guess.block = arena_keep(a, (struct str){ block, block_size });
    text->guess.rule = rule_of(t, a);
    text->guess.shape = shape_of_table(t, format, a);
    free(why);
    free(block);
}

/* ---- lines ---- */

static void tell_lines(struct detect_text *text, struct str head, struct arena *a)
{
    char *why = NULL;
    size_t size = 0;
    struct str line = { 0 };
    while (head.n && !line.n)
        line = str_trim(str_cut(&head, '\n'));
    FILE *to = open_memstream(&why, &size);
    if (to) {
        fputs("#   its first line: ", to);
        print_safely(line, 500, to);
        if (!text->guess.shape.n)
            fputs("\n#   write a format for it: docs/formats.md", to);
        putc('\n', to);
        fclose(to);
    }
    text->title = STR("lines of no format that is known");
    text->why = arena_keep(a, (struct str){ why, size });
    free(why);
}

/* A character may be cut at the end. */
static bool is_utf8(struct str head)
{
    const char *end;
    return g_utf8_validate(head.p, (gssize)head.n, &end) || end + 4 > head.p + head.n;
}

/* Of a text that is no UTF-8, most likely; what it does not know becomes a question mark. */
static struct str from_latin(struct str head, struct arena *a)
{
    gsize n = 0;
    char *text =
        g_convert_with_fallback(head.p, (gssize)head.n, "UTF-8", "CP1252", "?", NULL, &n, NULL);
    struct str kept = text ? arena_keep(a, (struct str){ text, n }) : head;
    g_free(text);
    return kept;
}

/* What a run will read of a container's log: its lines, or the JSON that they hold. Of a journal
 * and of a shipper's records the fields say more. */
static struct str unwrapped(struct str head, struct arena *a)
{
    enum wrapping kind = wrapping_of(head);
    if (kind != WRAPPED_JSON && kind != WRAPPED_CRI)
        return head;
    struct shape *shape = shape_wrapped(kind, NULL);
    struct shaped made = { 0 };
    shape->run(shape, head, false, &made);
    shape_free(shape);
    struct str lines = { made.p, made.n };
    if (kind == WRAPPED_CRI || str_starts(str_trim(lines), STR("{")))
        head = arena_keep(a, lines);
    free(made.p);
    return head;
}

void detect_unknown(struct detect_text *text, struct str head, struct arena *a)
{
    struct detect_table t = { .columns = mem_zero(DETECT_COLUMNS_MAX, sizeof *t.columns) };
    bool latin = !is_utf8(head), csv = false;
    if (latin)
        head = from_latin(head, a);
    head = unwrapped(head, a);
    bool json = detect_json(&t, head);
    t.document = detect_document(&t, head, &t.path, json);
    if (!t.document && json) { /* it was looked at for a document */
        detect_start_again(&t);
        detect_json(&t, head);
    }
    json |= t.document;
    if (!json) {
        detect_start_again(&t);
        csv = detect_csv(&t, head);
    }
    t.latin = latin;
    if (json || csv)
        tell_table(text, &t, json, a);
    if (!text->guess.usable && !json) {
        struct detect_guess lines = { .usable = false };
        detect_lines(head, &lines, a);
        if (lines.usable || !csv) {
            text->guess = lines;
            tell_lines(text, head, a);
        }
    }
    arena_free(&t.arena);
    free(t.columns);
}
