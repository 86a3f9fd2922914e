/* str.h - text as a borrowed slice: where it starts and how long it is.
 *
 * Log lines hold NULs and live in one big block, so text is never a C string here
 * unless a name says so (`_c`). A slice is good as long as what it points into.
 * Threads: pure.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p; /* may be NULL when n is 0 */
    size_t n;      /* bytes */
};

/* For a literal: STR("abc"). */
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })

/* For printf("%.*s", STR_ARG(s)); the text must be shorter than INT_MAX. */
#define STR_ARG(s) (int)(s).n, (s).n ? (s).p : ""

static inline struct str str_c(const char *c)
{
    return (struct str){ c, c ? strlen(c) : 0 };
}

/* memcmp() == 0 for what is mostly short and mostly equal: words instead of a call. */
static inline bool bytes_eq(const char *a, const char *b, size_t n)
{
    enum { LONG = 64 };
    uint64_t x, y;
    if (n < sizeof x || n > LONG)
        return n == 0 || memcmp(a, b, n) == 0;
    for (size_t i = 0; i < n - sizeof x; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        if (x != y)
            return false;
    }
    memcpy(&x, a + n - sizeof x, sizeof x); /* the last eight, some of them once more */
    memcpy(&y, b + n - sizeof y, sizeof y);
    return x == y;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && bytes_eq(a.p, b.p, a.n);
}

/* By bytes, unsigned; a prefix comes before what it is a prefix of. For qsort: <0, 0, >0. */
static inline int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static inline bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* The text from byte `from` on; empty when there is none. */
static inline struct str str_from(struct str s, size_t from)
{
    return from < s.n ? (struct str){ s.p + from, s.n - from } : (struct str){ s.p, 0 };
}

static inline struct str str_head(struct str s, size_t n)
{
    return (struct str){ s.p, n < s.n ? n : s.n };
}

/* Takes the text before the next sep off the front of *rest and steps over sep.
 * With no sep left, takes all that remains. */
static inline struct str str_cut(struct str *rest, char sep)
{
    const char *hit = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    struct str head = { rest->p, hit ? (size_t)(hit - rest->p) : rest->n };
    size_t step = head.n + (hit ? 1 : 0);
    if (step) {
        rest->p += step;
        rest->n -= step;
    }
    return head;
}

/* Without blanks (space, tab, CR, LF) at both ends. */
struct str str_trim(struct str s);

/* Where `needle` first stands in `s`, or s.n when it does not. An empty needle stands at 0. */
size_t str_find(struct str s, struct str needle);

/* Is `s` one of the n texts? */
bool str_in(struct str s, const struct str *texts, size_t n);

/* A decimal number ("12", "-0.5", "1e3") that is the whole of s; false when it is not one. */
bool str_number(struct str s, double *value);

/* A decimal amount as millionths, exact: "12.5" -> 12500000. A leading currency sign or letters,
 * a currency behind it, blanks and a leading apostrophe are stepped over; digits past the sixth are
 * cut. A comma may be the fraction's sign, and either sign may stand between groups of three:
 * "12,50", "1.234,56", "1,234,567". False when s is no amount, does not fit, or can be read in two
 * ways: "1,234". Sums of these do not depend on their order, which is why money is
 * never a double. */
bool str_micros(struct str s, int64_t *micros);

/* The nearest of the n names by edit distance, for "did you mean"; NULL when none is near
 * (more than a third of the letters differ). */
const struct str *str_nearest(struct str name, const struct str *names, size_t n);

/* Writes the form in which names of columns are compared to `to`, which has room for name.n bytes;
 * returns its length. Lower case, runs of anything but letters, digits and bytes >= 0x80 as one
 * `_`, none at the ends; a name of nothing else, such as "#", stays as it is. */
size_t str_normal_name(struct str name, char *to);

#endif
