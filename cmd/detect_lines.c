/* detect_lines.c - lines of text in no format: where in them does the time stand, and who is it?
 * See detect.h.
 *
 * A time is looked for at the same words of every line; nine lines of ten must have it there.
 */
#include <glib.h>
#include <stdlib.h>

#include "base/clock.h"
#include "detect.h"

enum { LINES_MAX = 100, WORDS_MAX = 16, BEFORE_MAX = 8, SPAN_MAX = 6 };

struct line {
    struct str words[WORDS_MAX];
    size_t n;
    struct str text;
};

/* Where the time stands: `span` words from word `at` on, read by `format`. */
struct place_of_time {
    size_t at, span;
    const char *format;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void take_words(struct line *l, struct str text)
{
    l->text = text;
    l->n = 0;
    for (size_t i = 0; i < text.n && l->n < WORDS_MAX;) {
        while (i < text.n && is_blank(text.p[i]))
            i++;
        size_t from = i;
        while (i < text.n && !is_blank(text.p[i]))
            i++;
        if (i > from)
            l->words[l->n++] = (struct str){ text.p + from, i - from };
    }
}

/* Lines that begin with # are no records in most logs. */
static size_t take_lines(struct str head, struct line *lines)
{
    size_t n = 0;
    while (head.n && n < LINES_MAX) {
        struct str before = head, line = str_trim(str_cut(&head, '\n'));
        bool cut = !head.n && before.n == line.n && n;
        if (line.n && line.p[0] != '#' && !cut)
            take_words(&lines[n++], line);
    }
    return n;
}

/* The words from `at` on without what encloses them. */
static struct str span_of(const struct line *l, size_t at, size_t span)
{
    const char *last = l->words[at + span - 1].p + l->words[at + span - 1].n;
    struct str s = { l->words[at].p, (size_t)(last - l->words[at].p) };
    if (s.n && strchr("[(\"", s.p[0]))
        s = str_from(s, 1);
    while (s.n && strchr("])\",:;|", s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool most_lines_have(const struct line *lines, size_t n, const struct place_of_time *p,
                            struct arena *a)
{
    struct time_format f;
    struct err e = { { 0 } };
    size_t fit = 0;
    if (!time_format_compile(str_c(p->format), a, &f, &e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct time_cache cache = { 0 };
        struct time_parts parts;
        fit += lines[i].n >= p->at + p->span &&
               time_parse(&f, span_of(&lines[i], p->at, p->span), &cache, &parts);
    }
    return fit * 10 >= n * 9;
}

/* The first place, and there the longest; format is NULL when there is none. */
static struct place_of_time find_time_as_in_first(const struct line *lines, size_t n,
                                                  struct arena *a)
{
    for (size_t at = 0; n && at < BEFORE_MAX; at++) {
        for (size_t span = SPAN_MAX; span > 0; span--) {
            if (at + span > lines[0].n)
                continue;
            struct str first = span_of(&lines[0], at, span);
            struct place_of_time p = { at, span, detect_time(&first, 1, a) };
            if (p.format && most_lines_have(lines, n, &p, a))
                return p;
        }
    }
    return (struct place_of_time){ .format = NULL };
}

/* The first line may be a header. */
static struct place_of_time find_time(const struct line *lines, size_t n, struct arena *a)
{
    struct place_of_time p = find_time_as_in_first(lines, n, a);
    return p.format || n < 2 ? p : find_time_as_in_first(lines + 1, n - 1, a);
}

/* ---- who it is ---- */

static bool are_ips(const struct line *lines, size_t n, size_t word)
{
    size_t fit = 0;
    for (size_t i = 0; i < n; i++)
        fit += lines[i].n > word && detect_is_ip(lines[i].words[word]);
    return fit * 10 >= n * 9;
}

/* Not the same in all lines. */
static bool varies(const struct line *lines, size_t n, size_t word)
{
    for (size_t i = 1; i < n; i++)
        if (lines[i].n > word && !str_eq(lines[i].words[word], lines[0].words[word]))
            return true;
    return n == 1;
}

/* Things that can be found anywhere in a line. */
static const struct {
    const char *field, *kind, *regex;
} anywhere[] = {
    { "email", "email", "(?<v>[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+)" },
    { "user", "user",
      "(?i)\\b(?:user|username|login|uid|customer|client)(?:_?id)?[=:] ?\"?"
      "(?<v>[\\w.@+-]+)" },
    { "ip", "visitor", "\\b(?<v>\\d{1,3}(?:\\.\\d{1,3}){3})\\b" },
};

/* In any line? Addresses of the network: in nine of ten. */
static bool is_anywhere(const struct line *lines, size_t n, size_t k)
{
    struct regex_fault fault;
    struct regex *r = regex_new(str_c(anywhere[k].regex), NULL, &fault);
    struct regex_scratch *s = regex_scratch_new();
    size_t fit = 0;
    for (size_t i = 0; i < n && r; i++)
        fit += regex_match(r, lines[i].text, s) == REGEX_YES;
    regex_scratch_free(s);
    regex_free(r);
    return strcmp(anywhere[k].field, "ip") == 0 ? fit * 10 >= n * 9 : fit > 0;
}

/* ---- the source ---- */

static void put_regex(const struct line *lines, size_t n, const struct place_of_time *p, FILE *to)
{
    fputs("    format:\n      reader: lines\n      regex: '^\\s*", to);
    for (size_t i = 0; i < p->at; i++) {
        if (are_ips(lines, n, i))
            fputs("(?<ip>\\S+)\\s+", to);
        else
            fprintf(to, "(?<f%zu>\\S+)\\s+", i + 1);
    }
    fputs("[\\[(\"]?(?<time>", to);
    for (size_t i = 1; i < p->span; i++)
        fputs("\\S+\\s+", to);
    fputs("\\S+?)[\\])\",:;|]*(?:\\s+(?<text>.*))?$'\n", to);
}

/* "identify: {...}"; false when nothing says who it is. */
static bool put_who(const struct line *lines, size_t n, const struct place_of_time *p, FILE *to)
{
    for (size_t i = 0; i < p->at; i++) {
        if (!are_ips(lines, n, i))
            continue;
        fputs("    identify: {visitor: ip}\n", to);
        return true;
    }
    for (size_t k = 0; k < sizeof anywhere / sizeof *anywhere; k++) {
        if (!is_anywhere(lines, n, k))
            continue;
        fprintf(to, "      extract: {%s: {field: text, regex: ", anywhere[k].field);
        detect_quoted(str_c(anywhere[k].regex), to);
        fprintf(to, "}}\n    identify: {%s: %s}\n", anywhere[k].kind, anywhere[k].field);
        return true;
    }
    for (size_t i = 0; i < p->at; i++) {
        if (!varies(lines, n, i))
            continue;
        fprintf(to, "    identify: {user: f%zu}\n", i + 1);
        return true;
    }
    fputs("#   identify: {user: NAME}: say which; none looks like it\n", to);
    return false;
}

void detect_lines(struct str head, struct detect_guess *guess, struct arena *a)
{
    struct line *lines = mem_take(LINES_MAX * sizeof *lines);
    size_t n = take_lines(head, lines), size = 0;
    struct place_of_time p = find_time(lines, n, a);
    char *block = NULL;
    FILE *to = p.format ? open_memstream(&block, &size) : NULL;
    if (to) {
        put_regex(lines, n, &p, to);
        guess->usable = put_who(lines, n, &p, to);
        fprintf(to, "    time: {field: time, formats: ['%s']}\n", p.format);
        fclose(to);
        guess->block = arena_keep(a, (struct str){ block, size });
        guess->shape = guess->block;
        guess->rule = STR("match: .");
    }
    free(block);
    free(lines);
}
