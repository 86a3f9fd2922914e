/* normalise.c - see normalise.h. */
#include "ingest/normalise.h"

#include <glib.h>

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

/* ---- letters of other alphabets ---- */

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* One form of what looks the same (Unicode normalisation), in small letters, without marks that are
 * not seen (direction of writing, joints), any blank as ' ', trimmed. signs: digits and dashes of
 * any script become those of ASCII. What is no UTF-8 stays as it is. */
static struct str plain_text(struct str s, GNormalizeMode form, bool signs, struct arena *a)
{
    enum { UTF8_MOST = 4 };
    if (is_ascii(s) || !g_utf8_validate(s.p, (gssize)s.n, NULL))
        return s;
    char *text = g_utf8_normalize(s.p, (gssize)s.n, form);
    char *to = arena_take(a, strlen(text) * UTF8_MOST + 1);
    struct str plain = { to, 0 };
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_unichar_tolower(g_utf8_get_char(p));
        GUnicodeType type = g_unichar_type(c);
        if (type == G_UNICODE_FORMAT)
            continue;
        if (type == G_UNICODE_SPACE_SEPARATOR)
            c = ' ';
        else if (signs && (type == G_UNICODE_DASH_PUNCTUATION || c == 0x2212)) /* minus */
            c = '-';
        else if (signs && type == G_UNICODE_DECIMAL_NUMBER)
            c = (gunichar)('0' + g_unichar_digit_value(c));
        plain.n += (size_t)g_unichar_to_utf8(c, to + plain.n);
    }
    g_free(text);
    return str_trim(plain);
}

static struct str email(struct str s, struct arena *a)
{
    s = plain_text(s, G_NORMALIZE_NFC, false, a);
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

/* ---- telephone numbers ---- */

enum { DIGITS_LEAST = 7, DIGITS_MOST = 15, DIGITS_ROOM = 32 };

/* Without "tel:", and without an extension behind ";" or "ext" or "x": who answers the number is
 * nobody's affair. */
static struct str dialled(struct str s)
{
    if (s.n > 4 && same_any_case(str_head(s, 4), STR("tel:")))
        s = str_from(s, 4);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ';' || lower(s.p[i]) == 'x' || lower(s.p[i]) == 'e')
            return str_head(s, i);
    return s;
}

/* The digits of a number as it may be written; false when other signs are in it. "(0)" behind a
 * calling code is what one dials within the country, and goes. */
static bool digits_of(struct str s, char *digits, size_t *n, bool *plus)
{
    *n = 0;
    *plus = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool again = *plus || (*n >= 2 && digits[0] == '0' && digits[1] == '0');
        if (c == '+' && *n == 0)
            *plus = true;
        else if (again && *n && str_starts(str_from(s, i), STR("(0)")))
            i += 2;
        else if (c >= '0' && c <= '9' && *n < DIGITS_ROOM)
            digits[(*n)++] = c;
        else if (c == '\0' || !strchr(" -./()'\t", c))
            return false;
    }
    return true;
}

/* What is dialled before a number of another country, and before one of the same. Most countries
 * have 00 and 0; these have something else. */
static const struct dialling {
    const char *country, *abroad, *trunk;
} dialling[] = {
    { "1", "011", "1" },   { "7", "810", "8" },   { "39", "00", "" },    { "34", "00", "" },
    { "45", "00", "" },    { "47", "00", "" },    { "48", "00", "" },    { "30", "00", "" },
    { "351", "00", "" },   { "352", "00", "" },   { "420", "00", "" },   { "81", "010", "0" },
    { "61", "0011", "0" }, { "65", "000", "" },   { "852", "001", "" },  { "36", "00", "06" },
    { "62", "001", "0" },  { "66", "001", "0" },  { "82", "001", "0" },  { "886", "002", "0" },
    { "234", "009", "0" }, { "254", "000", "0" }, { "255", "000", "0" }, { "225", "00", "" },
    { "229", "00", "" },   { "378", "00", "" },
};

static struct dialling dialling_of(struct str country)
{
    for (size_t i = 0; i < sizeof dialling / sizeof *dialling; i++)
        if (str_eq(country, str_c(dialling[i].country)))
            return dialling[i];
    return (struct dialling){ NULL, "00", "0" };
}

/* E.164 with a table of our own: libphonenumber is C++, and its data change monthly. */
static struct str phone(struct str s, struct str country, struct arena *a)
{
    char digits[DIGITS_ROOM];
    struct str d = { digits, 0 };
    bool plus;
    s = plain_text(s, G_NORMALIZE_NFKC, true, a);
    if (!digits_of(dialled(s), digits, &d.n, &plus))
        return (struct str){ 0 };
    struct dialling how = dialling_of(country);
    if (!plus && str_starts(d, str_c(how.abroad)) && d.n > strlen(how.abroad) + DIGITS_LEAST) {
        plus = true;
        d = str_from(d, strlen(how.abroad));
    } else if (!plus && str_starts(d, STR("00"))) { /* as it is written nearly everywhere */
        plus = true;
        d = str_from(d, 2);
    }
    if (plus || !country.n) {
        if (d.n < DIGITS_LEAST || d.n > DIGITS_MOST)
            return (struct str){ 0 };
        return arena_printf(a, "%s%.*s", plus ? "+" : "", STR_ARG(d));
    }
    if (*how.trunk && str_starts(d, str_c(how.trunk)))
        d = str_from(d, strlen(how.trunk));
    if (d.n + country.n < DIGITS_LEAST || d.n + country.n > DIGITS_MOST)
        return (struct str){ 0 };
    return arena_printf(a, "+%.*s%.*s", STR_ARG(country), STR_ARG(d));
}

/* ---- ids of known shapes ---- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f');
}

/* 8-4-4-4-12 hex digits (RFC 9562). */
static bool is_uuid(struct str s)
{
    bool ok = s.n == 36;
    for (size_t i = 0; ok && i < s.n; i++)
        ok = i == 8 || i == 13 || i == 18 || i == 23 ? s.p[i] == '-' : is_hex(s.p[i]);
    return ok;
}

static struct str without(struct str s, char open, char close)
{
    bool both = s.n > 2 && s.p[0] == open && s.p[s.n - 1] == close;
    return both ? (struct str){ s.p + 1, s.n - 2 } : s;
}

/* "GA1.2.1234567890.1693555200": where a cookie of Google Analytics was set, then the client's id,
 * which is what its exports have. */
static struct str without_ga(struct str s)
{
    struct str rest = s;
    struct str version = str_cut(&rest, '.'), depth = str_cut(&rest, '.');
    bool ga = version.n == 3 && str_starts(version, STR("GA")) && depth.n && rest.n > 2 &&
              memchr(rest.p, '.', rest.n);
    return ga ? rest : s;
}

/* The same id as one system writes it and as another does. */
static struct str known_shape(enum id_kind kind, struct str s, struct arena *a)
{
    if ((s.n == 36 || s.n == 38) && is_uuid(without(s, '{', '}')))
        return keep_lower(without(s, '{', '}'), a);
    if (kind == ID_MESSAGE)
        return str_trim(without(s, '<', '>'));
    if (kind == ID_COOKIE)
        return without_ga(s);
    if ((kind == ID_ORDER || kind == ID_TICKET) && s.n > 1 && s.p[0] == '#')
        return str_trim(str_from(s, 1));
    return s;
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
    else if (kind == ID_VISITOR)
        return value;
    else
        value = known_shape(kind, value, a);
    return names_nobody(value, rules) ? (struct str){ 0 } : value;
}
