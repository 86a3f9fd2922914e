/* str.c - see str.h. */
#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n && blank(s.p[0]))
        s = str_from(s, 1);
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

size_t str_find(struct str s, struct str needle)
{
    if (needle.n == 0)
        return 0;
    for (size_t at = 0; s.n - at >= needle.n && at < s.n; at++) {
        const char *hit = memchr(s.p + at, needle.p[0], s.n - at - needle.n + 1);
        if (!hit)
            return s.n;
        at = (size_t)(hit - s.p);
        if (memcmp(hit, needle.p, needle.n) == 0)
            return at;
    }
    return s.n;
}

bool str_in(struct str s, const struct str *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, texts[i]))
            return true;
    return false;
}

bool str_number(struct str s, double *value)
{
    char text[64];
    if (s.n == 0 || s.n >= sizeof text)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789+-.eE", s.p[i]) || s.p[i] == '\0')
            return false;
    memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    char *end;
    *value = strtod(text, &end);
    return end == text + s.n && isfinite(*value);
}

/* Steps over what stands before an amount: an apostrophe, blanks, letters or bytes of a currency
 * sign. */
static struct str amount_start(struct str s)
{
    if (s.n && s.p[0] == '\'')
        s = str_from(s, 1);
    while (s.n && (blank(s.p[0]) || s.p[0] == '$' || isalpha((unsigned char)s.p[0]) ||
                   (unsigned char)s.p[0] >= 0x80))
        s = str_from(s, 1);
    return s;
}

bool str_micros(struct str s, int64_t *micros)
{
    s = str_trim(s);
    bool minus = s.n && s.p[0] == '-';
    if (minus)
        s = str_from(s, 1);
    s = amount_start(s);
    if (!minus && s.n && (s.p[0] == '-' || s.p[0] == '+')) {
        minus = s.p[0] == '-';
        s = str_from(s, 1);
    }
    uint64_t whole = 0, part = 0;
    size_t digits = 0, i = 0;
    for (; i < s.n && isdigit((unsigned char)s.p[i]); i++, digits++) {
        whole = whole * 10 + (uint64_t)(s.p[i] - '0');
        if (whole > (uint64_t)INT64_MAX / 1000000 - 1)
            return false;
    }
    if (i < s.n && s.p[i] == '.') {
        i++;
        uint64_t unit = 100000;
        for (; i < s.n && isdigit((unsigned char)s.p[i]); i++, digits++, unit /= 10)
            part += unit * (uint64_t)(s.p[i] - '0');
    }
    if (digits == 0 || i != s.n)
        return false;
    int64_t all = (int64_t)(whole * 1000000 + part);
    *micros = minus ? -all : all;
    return true;
}

/* Edit distance (Levenshtein), given up above `most`. Names longer than the row are never near. */
static size_t distance(struct str a, struct str b, size_t most)
{
    enum { LONGEST = 63 };
    size_t row[LONGEST + 1];
    if (a.n > LONGEST || b.n > LONGEST)
        return most + 1;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            bool same = tolower((unsigned char)a.p[i - 1]) == tolower((unsigned char)b.p[j - 1]);
            size_t change = diagonal + (same ? 0 : 1);
            size_t left = row[j - 1] + 1, above = row[j] + 1;
            diagonal = row[j];
            row[j] = change < left ? change : left;
            if (above < row[j])
                row[j] = above;
        }
    }
    return row[b.n];
}

const struct str *str_nearest(struct str name, const struct str *names, size_t n)
{
    const struct str *best = NULL;
    size_t most = name.n / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(name, names[i], most);
        if (d < most || (d == most && !best)) {
            best = &names[i];
            most = d;
        }
    }
    return best;
}
