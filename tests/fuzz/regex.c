/* regex.c - fuzz: a pattern with grok names, and a text (the input, cut at the first newline).
 *
 * A pattern that is refused has a reason and a place within it. Groups lie in the text. With the
 * JIT and without it the answer is the same, unless one of the two met its limit.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char library[] = "INT [+-]?[0-9]+\n"
                              "WORD \\b\\w+\\b\n"
                              "PAIR %{WORD:key}=%{INT:value}\n"
                              "LOOP a%{LOOP}\n"
                              "ODD a{2,1}\n";

static void must(bool good)
{
    if (!good)
        abort();
}

static void check_groups(const struct regex *r, const struct regex_scratch *s, struct str text)
{
    for (size_t i = 0; i < regex_names(r); i++) {
        struct str g = regex_group(r, s, i);
        must(regex_name(r, i).n > 0);
        must(!g.p || (g.p >= text.p && g.p <= text.p + text.n));
        must(!g.p || g.n <= (size_t)(text.p + text.n - g.p));
    }
}

/* The same pattern in the interpreter. */
static void compare(struct str pattern, const struct grok *g, struct str text,
                    const struct regex *r, enum regex_result result, struct regex_scratch *s)
{
    struct arena a = { 0 };
    struct regex_fault fault;
    struct str slow = arena_printf(&a, "(*NO_JIT)%.*s", STR_ARG(pattern));
    /* A NUL would cut the copy short, and a pattern at the length limit may be too long now. */
    struct regex *plain = slow.n == pattern.n + 9 ? regex_new(slow, g, &fault) : NULL;
    if (plain) {
        struct regex_scratch *other = regex_scratch_new();
        enum regex_result again = regex_match(plain, text, other);
        must(again == result || again == REGEX_LIMIT || result == REGEX_LIMIT);
        if (again == REGEX_YES && result == REGEX_YES)
            for (size_t i = 0; i < regex_names(r); i++)
                must(str_eq(regex_group(r, s, i), regex_group(plain, other, i)));
        regex_scratch_free(other);
    }
    regex_free(plain);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size };
    if (size == 0 || size > 4096)
        return 0;
    struct str pattern = str_cut(&rest, '\n');
    struct faults faults = { 0 };
    struct grok *g = grok_new();
    must(grok_load(g, str_c(library), "library", &faults));
    grok_load(g, rest, "rest", &faults);
    faults_free(&faults);
    grok_free(g);
    g = grok_new();
    must(grok_load(g, str_c(library), "library", &faults));
    struct regex_fault fault;
    struct regex *r = regex_new(pattern, g, &fault);
    if (!r) {
        must(fault.text[0] && fault.offset <= pattern.n);
    } else {
        struct regex_scratch *s = regex_scratch_new();
        enum regex_result result = regex_match(r, rest, s);
        must(str_eq(regex_pattern(r), pattern));
        if (result == REGEX_YES)
            check_groups(r, s, rest);
        compare(pattern, g, rest, r, result, s);
        regex_scratch_free(s);
        regex_free(r);
    }
    faults_free(&faults);
    grok_free(g);
    return 0;
}
