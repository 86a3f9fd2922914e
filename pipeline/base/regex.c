/* regex.c - see regex.h. The only file that knows PCRE2.
 *
 * NEVER_UTF, since "(*UTF)" at the start of a pattern would switch UTF on and the fast path checks
 * no text for it. No callouts: a pattern's (?C) does nothing, as none is set.
 */
#include "base/regex.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/grok.h"
#include "base/limits.h"

enum {
    /* Above these the machine code gets large and slow to make: the interpreter does such ones. */
    JIT_CODE_MAX = 64 << 10,
    JIT_FRAME_MAX = 16 << 10,
    JIT_GROUPS_MAX = 128,
    JIT_STACK_FIRST = 32 << 10,
    JIT_STACK_MAX = 1 << 20,
    PAIRS_FIRST = 16,
    AUDIT_EVERY = 1000, /* matches with JIT, of which one is done again without */
};

struct group {
    struct str name;
    uint32_t number;
};

struct regex {
    struct arena arena;
    pcre2_code *code;
    bool jit;
    uint32_t pairs; /* groups, and the whole match */
    struct group *groups;
    size_t ngroups;
    struct str pattern;
};

struct regex_scratch {
    pcre2_match_data *data, *other; /* of the last match, and for the audit */
    uint32_t pairs;                 /* that both have room for */
    uint32_t until_audit;           /* matches with JIT */
    size_t disagreements;
    const struct regex *disagreed; /* the first such pattern */
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    struct str text; /* of the last match */
    uint32_t set;    /* groups from this number on took no part in it */
};

static _Noreturn void no_memory(void)
{
    fputs("touchpath: no memory left for a regex\n", stderr);
    exit(1);
}

static int by_number(const void *x, const void *y)
{
    const struct group *a = x, *b = y;
    return (a->number > b->number) - (a->number < b->number);
}

/* PCRE2's table: entries of equal size, each a group number of two bytes and a name that ends with
 * a NUL. */
static void read_names(struct regex *r)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR entry = NULL;
    pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &entry);
    r->groups = arena_take(&r->arena, count * sizeof *r->groups);
    r->ngroups = count;
    for (uint32_t i = 0; i < count; i++, entry += size) {
        r->groups[i].number = (uint32_t)entry[0] << 8 | entry[1];
        r->groups[i].name = arena_keep(&r->arena, str_c((const char *)entry + 2));
    }
    if (count)
        qsort(r->groups, count, sizeof *r->groups, by_number);
}

static void compile_jit(struct regex *r)
{
    size_t code = 0, frame = 0, made = 0;
    pcre2_pattern_info(r->code, PCRE2_INFO_SIZE, &code);
    pcre2_pattern_info(r->code, PCRE2_INFO_FRAMESIZE, &frame);
    if (code > JIT_CODE_MAX || frame > JIT_FRAME_MAX || r->pairs > JIT_GROUPS_MAX)
        return;
    if (pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE) != 0)
        return; /* not on this processor, or switched off by (*NO_JIT) */
    pcre2_pattern_info(r->code, PCRE2_INFO_JITSIZE, &made);
    r->jit = made > 0;
}

static pcre2_code *compile(const struct grok_text *t, struct str pattern, struct regex_fault *fault)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context)
        no_memory();
    pcre2_set_max_pattern_length(context, PATTERN_BYTES_MAX);
    uint32_t options =
        PCRE2_DUPNAMES | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF;
    int number = 0;
    PCRE2_SIZE offset = 0;
    PCRE2_SPTR text = (PCRE2_SPTR)(t->n ? t->p : "");
    pcre2_code *code = pcre2_compile(text, t->n, options, &number, &offset, context);
    pcre2_compile_context_free(context);
    if (!code) {
        pcre2_get_error_message(number, (PCRE2_UCHAR *)fault->text, sizeof fault->text);
        bool open = number == PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS && offset >= t->n;
        fault->offset = open ? pattern.n : grok_origin(t, offset);
        if (fault->offset > pattern.n)
            fault->offset = pattern.n;
    }
    return code;
}

struct regex *regex_new(struct str pattern, const struct grok *names, struct regex_fault *fault)
{
    struct grok_text text = { 0 };
    pcre2_code *code = NULL;
    *fault = (struct regex_fault){ 0 };
    if (grok_expand(names, pattern, &text, fault))
        code = compile(&text, pattern, fault);
    grok_text_free(&text);
    if (!code)
        return NULL;
    struct regex *r = mem_zero(1, sizeof *r);
    r->code = code;
    r->pattern = arena_keep(&r->arena, pattern);
    uint32_t groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    r->pairs = groups + 1;
    read_names(r);
    compile_jit(r);
    return r;
}

void regex_free(struct regex *r)
{
    if (!r)
        return;
    pcre2_code_free(r->code);
    arena_free(&r->arena);
    free(r);
}

struct str regex_pattern(const struct regex *r)
{
    return r->pattern;
}

size_t regex_names(const struct regex *r)
{
    return r->ngroups;
}

struct str regex_name(const struct regex *r, size_t i)
{
    return r->groups[i].name;
}

static void make_room(struct regex_scratch *s, uint32_t pairs)
{
    pcre2_match_data_free(s->data);
    pcre2_match_data_free(s->other);
    s->pairs = pairs;
    s->data = pcre2_match_data_create(pairs, NULL);
    s->other = pcre2_match_data_create(pairs, NULL);
    if (!s->data || !s->other)
        no_memory();
}

struct regex_scratch *regex_scratch_new(void)
{
    struct regex_scratch *s = mem_zero(1, sizeof *s);
    make_room(s, PAIRS_FIRST);
    s->until_audit = AUDIT_EVERY;
    s->context = pcre2_match_context_create(NULL);
    if (!s->context)
        no_memory();
    pcre2_set_match_limit(s->context, REGEX_MATCH_LIMIT);
    pcre2_set_heap_limit(s->context, REGEX_HEAP_KIB);
    s->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MAX, NULL);
    if (s->stack) /* NULL where PCRE2 was built without JIT */
        pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void regex_scratch_free(struct regex_scratch *s)
{
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_data_free(s->other);
    pcre2_match_context_free(s->context);
    pcre2_jit_stack_free(s->stack);
    free(s);
}

/* A definite answer, no limit that was met: the two ways of matching count differently. */
static bool definite(int rc)
{
    return rc > 0 || rc == PCRE2_ERROR_NOMATCH;
}

/* Matches once more, in the interpreter, what JIT has just matched with the result rc. JIT's answer
 * stands in any case: which matches are tried twice depends on the number of threads, what comes
 * out must not. */
static void audit(const struct regex *r, struct str text, size_t from, struct regex_scratch *s,
                  int rc)
{
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");
    s->until_audit = AUDIT_EVERY;
    int again = pcre2_match(r->code, subject, text.n, from, PCRE2_NO_JIT, s->other, s->context);
    if (!definite(rc) || !definite(again))
        return;
    size_t ends = again > 0 ? 2 * (size_t)again * sizeof(PCRE2_SIZE) : 0;
    if (again == rc &&
        memcmp(pcre2_get_ovector_pointer(s->data), pcre2_get_ovector_pointer(s->other), ends) == 0)
        return;
    if (!s->disagreements++)
        s->disagreed = r;
}

enum regex_result regex_match(const struct regex *r, struct str text, struct regex_scratch *s)
{
    return regex_match_from(r, text, 0, s);
}

enum regex_result regex_match_from(const struct regex *r, struct str text, size_t from,
                                   struct regex_scratch *s)
{
    if (r->pairs > s->pairs)
        make_room(s, r->pairs);
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.p ? text.p : "");
    int rc = r->jit ? pcre2_jit_match(r->code, subject, text.n, from, 0, s->data, s->context)
                    : pcre2_match(r->code, subject, text.n, from, 0, s->data, s->context);
    if (r->jit && --s->until_audit == 0)
        audit(r, text, from, s, rc);
    s->text = text;
    s->set = rc > 0 ? (uint32_t)rc : 0;
    if (rc == PCRE2_ERROR_NOMATCH)
        return REGEX_NO;
    /* Whatever else it may be (matches, stack, heap, recursion), it is a limit that was met. */
    return rc > 0 ? REGEX_YES : REGEX_LIMIT;
}

size_t regex_disagreements(const struct regex_scratch *s, const struct regex **first)
{
    *first = s->disagreed;
    return s->disagreements;
}

struct str regex_group(const struct regex *r, const struct regex_scratch *s, size_t i)
{
    uint32_t number = r->groups[i].number;
    if (number >= s->set)
        return (struct str){ NULL, 0 };
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->data) + 2 * (size_t)number;
    if (ends[0] == PCRE2_UNSET || ends[1] < ends[0])
        return (struct str){ NULL, 0 };
    return (struct str){ (s->text.p ? s->text.p : "") + ends[0], ends[1] - ends[0] };
}

struct str regex_found(const struct regex_scratch *s)
{
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(s->data);
    if (ends[1] < ends[0]) /* \K in a look-ahead can do that */
        return (struct str){ s->text.p, 0 };
    return (struct str){ (s->text.p ? s->text.p : "") + ends[0], ends[1] - ends[0] };
}
