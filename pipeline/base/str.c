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

/* The same behind it: "12.50 EUR", "12,50 €". */
static struct str amount_head(struct str s)
{
    size_t n = s.n;
    while (n && isalpha((unsigned char)s.p[n - 1]))
        n--;
    if (n && blank(s.p[n - 1]))
        s.n = n;
    while (s.n &&
           (blank(s.p[s.n - 1]) || s.p[s.n - 1] == '$' || (unsigned char)s.p[s.n - 1] >= 0x80))
        s.n--;
    return s;
}

/* Is the whole part made of groups of three digits with `sign` in between? */
static bool in_groups(struct str whole, char sign)
{
    size_t digits = 0;
    bool first = true;
    for (size_t i = 0; i < whole.n; i++) {
        if (whole.p[i] != sign) {
            digits++;
            continue;
        }
        if (first ? digits == 0 || digits > 3 : digits != 3)
            return false;
        first = false;
        digits = 0;
    }
    return first || digits == 3;
}

/* Where the fraction's sign stands, s.n when there is none; *group is the sign between groups of
 * three digits, 0 for none. False when both readings are possible ("1,234") or none. */
static bool amount_signs(struct str s, size_t *point, char *group)
{
    size_t dots = 0, commas = 0, last = s.n;
    for (size_t i = 0; i < s.n; i++) {
        dots += s.p[i] == '.';
        commas += s.p[i] == ',';
        last = s.p[i] == '.' || s.p[i] == ',' ? i : last;
    }
    *group = 0;
    *point = last;
    if (commas == 0 && dots <= 1)
        return true;
    if (commas == 1 && dots == 0)
        return s.n - last != 4 || last > 3 || last == 0 || s.p[0] == '0';
    if (commas && dots)
        *group = s.p[last] == '.' ? ',' : '.';
    else
        *group = s.p[last];
    if (!commas || !dots)
        *point = s.n;
    return in_groups(str_head(s, *point), *group);
}

bool str_micros(struct str s, int64_t *micros)
{
    s = str_trim(s);
    bool minus = s.n && s.p[0] == '-';
    if (minus)
        s = str_from(s, 1);
    s = amount_head(amount_start(s));
    if (!minus && s.n && (s.p[0] == '-' || s.p[0] == '+')) {
        minus = s.p[0] == '-';
        s = str_from(s, 1);
    }
    size_t point, digits = 0, i = 0;
    char group;
    if (!amount_signs(s, &point, &group))
        return false;
    uint64_t whole = 0, part = 0;
    for (; i < point && (isdigit((unsigned char)s.p[i]) || (group && s.p[i] == group)); i++) {
        if (s.p[i] == group)
            continue;
        digits++;
        whole = whole * 10 + (uint64_t)(s.p[i] - '0');
        if (whole > (uint64_t)INT64_MAX / 1000000 - 1)
            return false;
    }
    if (i == point && i < s.n) {
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

size_t str_normal_name(struct str name, char *to)
{
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c - 'A' + 'a');
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80)) {
            gap = true;
            continue;
        }
        if (gap && n)
            to[n++] = '_';
        gap = false;
        to[n++] = (char)c;
    }
    if (n == 0 && name.n) {
        memcpy(to, name.p, name.n);
        n = name.n;
    }
    return n;
}
