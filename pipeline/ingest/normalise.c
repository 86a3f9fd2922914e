/* normalise.c - see normalise.h. */
#include "ingest/normalise.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static struct str keep_lower(struct str s, struct arena *a)
{
    struct str kept = arena_keep(a, s);
    for (size_t i = 0; i < kept.n; i++)
        ((char *)kept.p)[i] = lower(kept.p[i]);
    return kept;
}

static bool same_any_case(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

static bool names_nobody(struct str s, const struct identity_rules *rules)
{
    bool zeros = true;
    for (size_t i = 0; zeros && i < s.n; i++)
        zeros = s.p[i] == '0' || s.p[i] == '-' || (s.p[i] == '+' && i == 0 && s.n > 1);
    if (!s.n || (zeros && rules->zeros_name_nobody))
        return true;
    for (size_t i = 0; i < rules->blocked.n; i++)
        if (same_any_case(s, rules->blocked.list[i]))
            return true;
    return false;
}

static struct str email(struct str s, struct arena *a)
{
    if (s.n > 7 && same_any_case(str_head(s, 7), STR("mailto:")))
        s = str_from(s, 7);
    if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        s = (struct str){ s.p + 1, s.n - 2 };
    size_t at = str_find(s, STR("@"));
    if (at == 0 || at + 1 >= s.n || memchr(s.p + at + 1, '@', s.n - at - 1))
        return (struct str){ 0 };
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == ',' || s.p[i] == ';')
            return (struct str){ 0 };
    return keep_lower(s, a);
}

static struct str phone(struct str s, struct str country, struct arena *a)
{
    enum { DIGITS_LEAST = 7, DIGITS_MOST = 15 };
    char digits[32];
    size_t n = 0;
    bool plus = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '+' && n == 0)
            plus = true;
        else if (c >= '0' && c <= '9' && n < sizeof digits)
            digits[n++] = c;
        else if (!strchr(" -./()'\t", c) || c == '\0')
            return (struct str){ 0 };
    }
    struct str d = { digits, n };
    if (!plus && str_starts(d, STR("00"))) {
        plus = true;
        d = str_from(d, 2);
    }
    if (plus || !country.n) {
        if (d.n < DIGITS_LEAST || d.n > DIGITS_MOST)
            return (struct str){ 0 };
        return arena_printf(a, "%s%.*s", plus ? "+" : "", STR_ARG(d));
    }
    if (str_starts(d, STR("0")))
        d = str_from(d, 1);
    if (d.n + country.n < DIGITS_LEAST || d.n + country.n > DIGITS_MOST)
        return (struct str){ 0 };
    return arena_printf(a, "+%.*s%.*s", STR_ARG(country), STR_ARG(d));
}

struct str id_normalise(enum id_kind kind, struct str value, const struct identity_rules *rules,
                        struct arena *a)
{
    value = str_trim(value);
    if (names_nobody(value, rules))
        return (struct str){ 0 };
    if (kind == ID_EMAIL)
        value = email(value, a);
    else if (kind == ID_PHONE)
        value = phone(value, rules->country, a);
    else
        return value;
    return names_nobody(value, rules) ? (struct str){ 0 } : value;
}
