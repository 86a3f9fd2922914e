/* url.c - the parts of a URL that derived fields ask for: see derive.h. */
#include "ingest/derive.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char letter = (char)(c | 0x20);
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

char url_decode_at(struct str s, size_t *i, bool plus)
{
    char c = s.p[(*i)++];
    if (c == '+' && plus)
        return ' ';
    if (c != '%' || *i + 2 > s.n)
        return c;
    int high = hex_digit(s.p[*i]), low = hex_digit(s.p[*i + 1]);
    if (high < 0 || low < 0)
        return c;
    *i += 2;
    return (char)(high << 4 | low);
}

static bool is_plain(struct str s)
{
    return s.n == 0 || (!memchr(s.p, '%', s.n) && !memchr(s.p, '+', s.n));
}

static bool decodes_to(struct str written, struct str key)
{
    size_t i = 0, n = 0;
    while (i < written.n) {
        char c = url_decode_at(written, &i, true);
        if (n == key.n || c != key.p[n++])
            return false;
    }
    return n == key.n;
}

struct str url_decode(struct str s, bool plus, struct arena *a)
{
    if (is_plain(s))
        return s;
    char *to = arena_take(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n;)
        to[n++] = url_decode_at(s, &i, plus);
    return (struct str){ to, n };
}

bool url_is_bare_query(struct str s)
{
    size_t i = 0;
    while (i < s.n && s.p[i] != '=' && s.p[i] != '&') {
        if (s.p[i] == '/' || s.p[i] == ':')
            return false;
        i++;
    }
    return i < s.n;
}

struct str url_query(struct str url, struct str key, struct arena *a)
{
    struct str absent = { NULL, 0 };
    if (url.n == 0)
        return absent;
    struct str query = str_cut(&url, '#');
    const char *mark = query.n ? memchr(query.p, '?', query.n) : NULL;
    if (mark)
        query = str_from(query, (size_t)(mark - query.p) + 1);
    else if (!url_is_bare_query(query))
        return absent;
    while (query.n) {
        struct str value = str_cut(&query, '&');
        struct str name = str_cut(&value, '=');
        if (str_eq(name, key) || (!is_plain(name) && decodes_to(name, key)))
            return url_decode(value, true, a);
    }
    return absent;
}

/* Steps over "scheme:", when there is one. */
static struct str after_scheme(struct str url)
{
    size_t i = 0;
    for (; i < url.n; i++) {
        char c = url.p[i], letter = (char)(c | 0x20);
        bool alpha = letter >= 'a' && letter <= 'z';
        bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!alpha && !(i && other))
            break;
    }
    return i && i < url.n && url.p[i] == ':' ? str_from(url, i + 1) : url;
}

struct str url_host(struct str url)
{
    struct str absent = { NULL, 0 };
    struct str rest = after_scheme(url);
    if (!str_starts(rest, STR("//")))
        return absent;
    rest = str_from(rest, 2);
    size_t n = 0, start = 0;
    for (; n < rest.n && rest.p[n] != '/' && rest.p[n] != '?' && rest.p[n] != '#'; n++)
        if (rest.p[n] == '@')
            start = n + 1;
    struct str host = { rest.p + start, n - start };
    if (host.n && host.p[0] == '[') {
        host = str_from(host, 1);
        host = str_cut(&host, ']');
    } else {
        host = str_cut(&host, ':');
    }
    return host.n ? host : absent;
}
