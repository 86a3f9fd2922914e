/* landing.c - see landing.h. */
#include "ingest/landing.h"

#include "ingest/derive.h"

/* ---- what counts in a URL ---- */

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* A name of a parameter, decoded, in lower case; longer ones are none of ours. */
static struct str plain_name(struct str name, char to[64])
{
    size_t n = 0;
    if (str_starts(name, STR("amp;")))
        name = str_from(name, 4);
    for (size_t i = 0; i < name.n; n++) {
        if (n == 64)
            return (struct str){ NULL, 0 };
        to[n] = lower(url_decode_at(name, &i, true));
    }
    return (struct str){ to, n };
}

static bool is_blank(struct str coded)
{
    for (size_t i = 0; i < coded.n;) {
        char c = url_decode_at(coded, &i, true);
        if ((unsigned char)c > ' ' && c != 0x7f)
            return false;
    }
    return true;
}

static void take_parameter(const struct channel_rules *rules, struct str name, struct str value,
                           struct landing_found *found)
{
    uint32_t number = intern_find(&rules->parameters, name);
    if (number == INTERN_NONE || is_blank(value))
        return;
    size_t what = rules->parameter_of[number];
    if (what >= LANDING_VALUES) {
        if (!found->click)
            found->click = &rules->click_ids[what - LANDING_VALUES];
    } else if (!found->part[what].n) {
        found->part[what] = value;
        found->coded[what] = true;
    }
}

static void take_parameters(const struct channel_rules *rules, struct str query,
                            struct landing_found *found)
{
    while (query.n) {
        char buffer[64];
        struct str value = str_cut(&query, '&');
        struct str name = plain_name(str_cut(&value, '='), buffer);
        if (name.n && value.n)
            take_parameter(rules, name, value, found);
    }
}

/* The text behind ? in s; s itself when it is nothing but a query, as IIS logs it. */
static struct str query_in(struct str s)
{
    const char *mark = s.n ? memchr(s.p, '?', s.n) : NULL;
    if (mark)
        return str_from(s, (size_t)(mark - s.p) + 1);
    return url_is_bare_query(s) ? s : (struct str){ NULL, 0 };
}

/* Of the query, and of the fragment, where some sites put them. */
static void take_url(const struct channel_rules *rules, struct str url, struct landing_found *found)
{
    struct str fragment = url, query = query_in(str_cut(&fragment, '#'));
    take_parameters(rules, query, found);
    if (fragment.n)
        take_parameters(rules, query_in(fragment), found);
}

static bool has_parameters(const struct landing_found *found)
{
    bool any = found->click != NULL;
    for (size_t i = 0; i < LANDING_PARAMETERS; i++)
        any |= found->part[i].n > 0;
    return any;
}

/* ---- the referrer ---- */

/* Lower case, without www. and a dot at its end; nothing when it is no host. */
static size_t plain_host(struct str host, char to[HOST_BYTES_MAX])
{
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n > HOST_BYTES_MAX)
        return 0;
    for (size_t i = 0; i < host.n; i++) {
        if ((unsigned char)host.p[i] <= ' ' || host.p[i] == 0x7f)
            return 0;
        to[i] = lower(host.p[i]);
    }
    if (host.n > 4 && memcmp(to, "www.", 4) == 0) {
        memmove(to, to + 4, host.n - 4);
        host.n -= 4;
    }
    return host.n;
}

static bool is_host_of_page(const struct str *in, const struct landing_found *found)
{
    char to[HOST_BYTES_MAX];
    struct str host = url_host(in[LANDING_IN_PAGE]);
    if (!host.n) {
        host = in[LANDING_IN_HOST];
        host = str_cut(&host, ':');
    }
    size_t n = plain_host(host, to);
    return n && n == found->nhost && memcmp(to, found->host, n) == 0;
}

static void find_words(const struct channel_rules *rules, struct str url,
                       struct landing_found *found)
{
    struct str query = query_in(str_cut(&url, '#'));
    while (query.n && !found->words.n) {
        char buffer[64];
        struct str value = str_cut(&query, '&');
        struct str name = plain_name(str_cut(&value, '='), buffer);
        if (intern_find(&rules->words, name) != INTERN_NONE && !is_blank(value))
            found->words = value;
    }
}

static void find_referrer(const struct channel_rules *rules, const struct str *in,
                          struct landing_found *found)
{
    struct str url = in[LANDING_IN_REFERRER];
    found->nhost = plain_host(url_host(url), found->host);
    if (!found->nhost)
        return;
    found->class = is_host_of_page(in, found)
                       ? (size_t)SITE_INTERNAL
                       : site_class(rules, (struct str){ found->host, found->nhost });
    if (str_eq(rules->classes.list[found->class], STR("search")))
        find_words(rules, url, found);
}

bool landing_find(const struct channel_rules *rules, const struct str *in,
                  struct landing_found *found)
{
    for (size_t i = 0; i < LANDING_PARAMETERS; i++) {
        struct str given = in[LANDING_IN_SOURCE + i];
        found->part[i] = given.n ? str_trim(given) : (struct str){ NULL, 0 };
        found->coded[i] = false;
    }
    found->click = NULL;
    found->nhost = 0;
    found->class = SITE_OTHER;
    found->words = (struct str){ NULL, 0 };
    take_url(rules, in[LANDING_IN_PAGE], found);
    find_referrer(rules, in, found);
    if (!has_parameters(found) && found->nhost)
        take_url(rules, in[LANDING_IN_REFERRER], found);
    return has_parameters(found) || (found->nhost && found->class != SITE_INTERNAL);
}

static void add_text(struct buffer *key, struct str s)
{
    buffer_add(key, &s.n, sizeof s.n);
    buffer_add_str(key, s);
}

void landing_key(const struct landing_found *found, struct buffer *key)
{
    for (size_t i = 0; i < LANDING_PARAMETERS; i++) {
        add_text(key, found->part[i]);
        buffer_add(key, &found->coded[i], sizeof found->coded[i]);
    }
    add_text(key, found->click ? found->click->name : (struct str){ NULL, 0 });
    add_text(key, (struct str){ found->host, found->nhost });
    buffer_add(key, &found->class, sizeof found->class);
    add_text(key, found->words);
}

/* ---- judged ---- */

/* Without signs that end lines and cells, and no longer than can be shown; no character is cut in
 * two. */
static struct str clean(char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            text[i] = ' ';
    struct str s = str_trim((struct str){ text, n });
    if (s.n > LANDING_TEXT_BYTES) {
        s.n = LANDING_TEXT_BYTES;
        while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
            s.n--;
        s = str_trim(s);
    }
    return s.n ? s : (struct str){ NULL, 0 };
}

static struct str decoded(struct str s, bool coded, bool small, struct arena *a)
{
    if (!s.n)
        return (struct str){ NULL, 0 };
    char *to = arena_take(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        char c = coded ? url_decode_at(s, &i, true) : s.p[i++];
        to[n++] = small ? lower(c) : c;
    }
    return clean(to, n);
}

static void fill_source(const struct channel_rules *rules, const struct landing_found *found,
                        struct str values[LANDING_VALUES])
{
    bool external = found->nhost && found->class != SITE_INTERNAL;
    if (found->click) {
        if (!values[LANDING_SOURCE].n)
            values[LANDING_SOURCE] = found->click->source;
        if (!values[LANDING_MEDIUM].n)
            values[LANDING_MEDIUM] = found->click->medium;
        values[LANDING_CLICK_ID] = found->click->name;
    } else if (external && !values[LANDING_SOURCE].n && !values[LANDING_MEDIUM].n) {
        struct str medium = rules->mediums[found->class];
        values[LANDING_SOURCE] = values[LANDING_REFERRER];
        values[LANDING_MEDIUM] = medium.n ? medium : rules->mediums[SITE_OTHER];
    }
}

void landing_read(const struct channel_rules *rules, const struct landing_found *found,
                  struct regex_scratch *scratch, struct arena *a, struct str values[LANDING_VALUES])
{
    for (size_t i = 0; i < LANDING_VALUES; i++)
        values[i] = (struct str){ NULL, 0 };
    for (size_t i = 0; i < LANDING_PARAMETERS; i++)
        values[i] =
            decoded(found->part[i], found->coded[i], i == LANDING_SOURCE || i == LANDING_MEDIUM, a);
    if (found->nhost) {
        values[LANDING_REFERRER] = arena_keep(a, (struct str){ found->host, found->nhost });
        values[LANDING_REFERRER_CLASS] = rules->classes.list[found->class];
    }
    if (!values[LANDING_KEYWORD].n)
        values[LANDING_KEYWORD] = decoded(found->words, true, false, a);
    fill_source(rules, found, values);
    if (values[LANDING_SOURCE].n)
        values[LANDING_SITE] = rules->classes.list[site_class(rules, values[LANDING_SOURCE])];
    values[LANDING_CHANNEL] = channel_for(rules, values, scratch);
}
