/* suggest.c - `touchpath suggest`: what did no rule take, and which rules would?
 *
 * In:      a project and its files; of their records those that fit their format but no rule.
 * Out:     on stdout `rules:` for the most frequent kinds of them, each with an example; all that
 * is not YAML stands behind #.
 *
 * Records are alike when the fields that the rules of their source look at are, once every word
 * with a digit in it, and every UUID, counts as the same id, and paths end at their query. Words
 * with a digit never are words without, so no rule of the list takes what another is for. What
 * pages are made of (pictures, styles, scripts, fonts) is no touchpoint: it is only counted.
 */
#include <glib.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/stop.h"
#include "look.h"

struct suggest_typed {
    char *project, *source, *rules, *most;
};

#define AT(field) offsetof(struct suggest_typed, field)

const struct option suggest_options[] = {
    { "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", AT(project),
      "the project file; journey.yaml of this folder when not given" },
    { "source", 0, false, OPTION_TEXT, "NAME", AT(source),
      "the source that the FILEs belong to, instead of recognising their format" },
    { "most", 'n', false, OPTION_TEXT, "N", AT(most), "at most N rules; 20 when not given" },
    { "rules", 0, false, OPTION_TEXT, "DIR", AT(rules),
      "the folder of formats and packs, instead of the one that was installed" },
    { 0 },
};

enum { MOST = 20, EXAMPLE_MAX = 1000, VALUE_MAX = 300, KINDS_MAX = 100000 };

/* Records that are alike. */
struct kind {
    uint64_t n, number; /* number: of the first one, in the file `name` */
    size_t place;       /* in the order of their first records */
    uint32_t source;
    struct str name, rule, example; /* as YAML; example may be empty */
};

struct suggesting {
    struct look look;
    struct intern keys; /* rules as YAML, behind the number of their source */
    struct kind *kinds; /* by number in keys */
    size_t kinds_room;
    bool *judged; /* [source * nfields + field] */
    uint64_t records, unmatched, uncounted, furniture;
    struct buffer name, when, key;
};

/* ---- what a value is like ---- */

static bool is_uuid(struct str s)
{
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (i >= s.n || (dash ? s.p[i] != '-' : !g_ascii_isxdigit(s.p[i])))
            return false;
    }
    return s.n == 36 || !g_ascii_isalnum(s.p[36]);
}

/* The length of the word at the beginning of s; *id: it has a digit. */
static size_t word(struct str s, bool *id)
{
    size_t n = 0;
    for (*id = false; n < s.n && g_ascii_isalnum(s.p[n]); n++)
        *id |= g_ascii_isdigit(s.p[n]) != 0;
    return n;
}

static void add_text(struct buffer *b, const char *text)
{
    buffer_add(b, text, strlen(text));
}

/* One byte as a regex, in single quotes of YAML. */
static void add_byte(struct buffer *b, char c)
{
    if (c < ' ' || c > '~')
        c = '.'; /* not in YAML */
    else if (c == '\'')
        add_text(b, "'");
    else if (strchr("\\^$.|?*+()[]{}", c))
        add_text(b, "\\");
    buffer_add(b, &c, 1);
}

/* The regex of all values that are like it to `when`, and words for people to `name`. */
static void add_like(struct suggesting *x, struct str value)
{
    while (value.n) {
        bool id = false;
        size_t n = is_uuid(value) ? 36 : word(value, &id);
        if (n && (id || is_uuid(value))) {
            add_text(&x->when, id ? "[A-Za-z]*[0-9][A-Za-z0-9]*"
                                  : "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
            add_text(&x->name, ":id");
        } else {
            n = n ? n : 1;
            for (size_t i = 0; i < n; i++) {
                char c = value.p[i];
                add_byte(&x->when, c);
                buffer_add(&x->name, c < ' ' || c > '~' || strchr("{}'", c) ? "." : &c, 1);
            }
        }
        value = str_from(value, n);
    }
}

/* Up to three digits are a status, not an id. */
static bool is_code(struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!g_ascii_isdigit(value.p[i]))
            return false;
    return value.n <= 3;
}

static void add_condition(struct suggesting *x, struct str field, struct str value)
{
    add_text(&x->when, x->when.n ? ", '" : "'");
    for (size_t i = 0; i < field.n; i++) {
        buffer_add(&x->when, &field.p[i], field.p[i] == '\'' ? 1 : 0);
        buffer_add(&x->when, &field.p[i], 1);
    }
    if (!value.n) {
        add_text(&x->when, "': {is: ''}");
        return;
    }
    add_text(&x->name, x->name.n ? " " : "");
    add_text(&x->when, "': '^");
    if (is_code(value)) {
        buffer_add_str(&x->when, value);
        buffer_add_str(&x->name, value);
        add_text(&x->when, "$'");
        return;
    }
    size_t query = str_find(value, STR("?"));
    bool path = value.p[0] == '/', cut = !path && value.n > VALUE_MAX;
    add_like(x, path ? str_head(value, query) : str_head(value, VALUE_MAX));
    add_text(&x->when, path ? "(\\?|$)'" : cut ? "'" : "$'");
}

/* ---- one record ---- */

/* Which fields do rules look at, source by source? */
static void note_judged(struct suggesting *x)
{
    const struct plan *plan = x->look.plan;
    x->judged = mem_zero(plan->nsources * plan->nfields, sizeof *x->judged);
    for (size_t s = 0; s < plan->nsources; s++)
        for (size_t r = 0; r < plan->nrules; r++)
            for (size_t i = 0; plan->rules[r].applies[s] && i < plan->rules[r].nconds; i++)
                if (plan->rules[r].conds[i].field < plan->nfields)
                    x->judged[s * plan->nfields + plan->rules[r].conds[i].field] = true;
}

static bool is_judged(const struct suggesting *x, uint32_t source, uint32_t field)
{
    return x->judged[source * x->look.plan->nfields + field];
}

static bool fits_yaml(struct str text)
{
    if (text.n > EXAMPLE_MAX || !g_utf8_validate(text.p, (gssize)text.n, NULL))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f)
            return false;
    return true;
}

static void add_quoted(struct buffer *b, struct str text)
{
    add_text(b, "'");
    for (size_t i = 0; i < text.n; i++) {
        buffer_add(b, "'", text.p[i] == '\'' ? 1 : 0);
        buffer_add(b, &text.p[i], 1);
    }
    add_text(b, "'");
}

/* The record as `examples:` has it; empty when it cannot be written there. x->key is scratch. */
static struct str example_of(struct suggesting *x, const struct walked *r)
{
    const struct plan *plan = x->look.plan;
    const struct source *s = &plan->sources[r->source];
    x->key.n = 0;
    if (s->format->reader != READER_CSV) {
        if (s->group || s->format->reader == READER_JSON || s->format->reader == READER_MAIL ||
            !fits_yaml(r->raw))
            return (struct str){ 0 };
        add_quoted(&x->key, r->raw);
        return buffer_str(&x->key);
    }
    for (uint32_t f = 0; f < plan->nfields; f++) {
        struct str value = look_field(&x->look, r, f);
        if (!value.n || !is_judged(x, r->source, f))
            continue;
        if (!fits_yaml(value))
            return (struct str){ 0 };
        add_text(&x->key, x->key.n ? ", " : "{");
        add_quoted(&x->key, plan->fields[f]);
        add_text(&x->key, ": ");
        add_quoted(&x->key, value);
    }
    if (x->key.n)
        add_text(&x->key, "}");
    return buffer_str(&x->key);
}

/* Fills x->when and x->name; false when no rule says which fields matter. */
static bool describe(struct suggesting *x, const struct walked *r)
{
    const struct plan *plan = x->look.plan;
    bool any = false;
    x->when.n = x->name.n = 0;
    for (uint32_t f = 0; f < plan->nfields; f++) {
        if (plan->sources[r->source].slot[f] < 0 || !is_judged(x, r->source, f))
            continue;
        struct str value = look_field(&x->look, r, f);
        any |= value.n > 0;
        add_condition(x, plan->fields[f], value);
    }
    return any;
}

/* A path to a picture, style, script or font. */
static bool is_furniture(struct str path)
{
    static const char *const ends[] = {
        "css", "js",  "mjs",  "map",  "png", "jpg",   "jpeg", "gif",
        "svg", "ico", "webp", "avif", "ttf", "woff2", "woff", "eot"
    };
    path = str_head(path, str_find(path, STR("?")));
    size_t n = 0;
    while (n < path.n && g_ascii_isalnum(path.p[path.n - 1 - n]))
        n++;
    if (!path.n || path.p[0] != '/' || n == path.n || path.p[path.n - 1 - n] != '.')
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strlen(ends[i]) == n && g_ascii_strncasecmp(path.p + path.n - n, ends[i], n) == 0)
            return true;
    return false;
}

static bool any_furniture(struct suggesting *x, const struct walked *r)
{
    for (uint32_t f = 0; f < x->look.plan->nfields; f++)
        if (is_judged(x, r->source, f) && is_furniture(look_field(&x->look, r, f)))
            return true;
    return false;
}

static bool take(void *ctx, const struct walked *r)
{
    struct suggesting *x = ctx;
    struct look *l = &x->look;
    x->records++;
    if (r->taken || r->why != SAMPLE_UNMATCHED)
        return true;
    x->unmatched++;
    if (any_furniture(x, r)) {
        x->furniture++;
        return true;
    }
    if (!describe(x, r))
        x->when.n = x->name.n = 0;
    x->key.n = 0;
    buffer_add(&x->key, &r->source, sizeof r->source);
    buffer_add_str(&x->key, buffer_str(&x->when));
    uint32_t before = x->keys.n, number = intern_find(&x->keys, buffer_str(&x->key));
    if (number == INTERN_NONE && before == KINDS_MAX) {
        x->uncounted++;
        return true;
    }
    if (number == INTERN_NONE) {
        number = intern_add(&x->keys, buffer_str(&x->key));
        x->kinds = mem_grow(x->kinds, &x->kinds_room, (size_t)number + 1, sizeof *x->kinds);
        x->kinds[number] = (struct kind){ .number = r->number,
                                          .source = r->source,
                                          .name = arena_keep(&l->arena, r->name) };
        x->kinds[number].rule = arena_printf(
            &l->arena, "  - touchpoint: '%.*s'\n    source: '%.*s'\n    when: {%.*s}\n",
            STR_ARG(buffer_str(&x->name)), STR_ARG(l->plan->sources[r->source].name),
            STR_ARG(buffer_str(&x->when)));
        if (!x->when.n)
            x->kinds[number].rule = (struct str){ 0 };
        x->kinds[number].example = arena_keep(&l->arena, example_of(x, r));
    }
    x->kinds[number].n++;
    return true;
}

/* ---- telling ---- */

static int by_frequency(const void *a, const void *b)
{
    const struct kind *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static void put_share(uint64_t n, uint64_t of, FILE *to)
{
    fprintf(to, "%llu of %llu (%.1f %%)", (unsigned long long)n, (unsigned long long)of,
            of ? 100.0 * (double)n / (double)of : 0);
}

static void put_kind(const struct suggesting *x, const struct kind *k, FILE *to)
{
    fputs("# ", to);
    put_share(k->n, x->unmatched, to);
    fputs("; the first is record ", to);
    fprintf(to, "%llu of ", (unsigned long long)k->number);
    print_safely(k->name, SIZE_MAX, to);
    putc('\n', to);
    if (!k->rule.n) {
        fputs("#   of the source '", to);
        print_safely(x->look.plan->sources[k->source].name, SIZE_MAX, to);
        fputs("': no rule looks at a field that is filled in them; `touchpath explain` shows all\n",
              to);
        return;
    }
    fwrite(k->rule.p, 1, k->rule.n, to);
    if (k->example.n)
        fprintf(to, "    examples: [%.*s]\n", STR_ARG(k->example));
}

static void put_all(struct suggesting *x, size_t most, FILE *to)
{
    size_t n = x->keys.n;
    uint64_t rest = x->uncounted;
    fputs("# no rule took ", to);
    put_share(x->unmatched, x->records, to);
    fputs(" records\n", to);
    if (x->furniture) {
        fputs("# ", to);
        put_share(x->furniture, x->unmatched, to);
        fputs(": pictures, styles, scripts and fonts, which are no touchpoints\n", to);
    }
    for (size_t i = 0; i < n; i++)
        x->kinds[i].place = i;
    if (n)
        qsort(x->kinds, n, sizeof *x->kinds, by_frequency);
    bool any = false;
    for (size_t i = 0; i < n && i < most; i++)
        any |= x->kinds[i].rule.n > 0;
    if (any)
        fputs("rules:\n", to);
    for (size_t i = 0; i < n; i++)
        if (i < most)
            put_kind(x, &x->kinds[i], to);
        else
            rest += x->kinds[i].n;
    if (rest) {
        fputs("# ", to);
        put_share(rest, x->unmatched, to);
        fputs(": (other)\n", to);
    }
}

int cmd_suggest(const struct command *self, int argc, char **argv)
{
    struct suggest_typed typed = { 0 };
    int status;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct suggesting x = { .records = 0 };
    long most = MOST;
    status = WRONG;
    if ((!typed.most || option_count("most", typed.most, 1, KINDS_MAX, &most)) &&
        look_open(&x.look, typed.project, typed.rules, typed.source, argv + 1, (size_t)argc - 1)) {
        note_judged(&x);
        status = look_over(&x.look, &x.look.inputs, take, &x);
        if (status != COULD_NOT)
            put_all(&x, (size_t)most, stdout);
    }
    bool stopped = stop_asked();
    look_close(&x.look);
    intern_free(&x.keys);
    free(x.kinds);
    free(x.judged);
    free(x.name.p);
    free(x.when.p);
    free(x.key.p);
    options_free(self->options, &typed);
    if (stopped)
        stop_now();
    return status;
}
