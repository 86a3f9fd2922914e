/* test_landing.c - URLs and referrers to landings, by the rules of rules/packs/channels.yaml;
 * agents and paths by those of devices.yaml and pages.yaml. Expectations by hand from
 * docs/channels.md.
 */
#include "base/regex.h"
#include "ingest/enrich.h"
#include "ingest/landing.h"
#include "project_text.h"

static struct project_text p;
static struct regex_scratch *scratch;

static void load(void)
{
    project_begin(&p);
    project_load(&p,
                 "include: [packs/channels, packs/devices, packs/pages]\n"
                 "channels: {own: [shop.example.com]}\n"
                 "sources: [{name: w, files: x, format: combined}]\n"
                 "rules: [{touchpoint: page, when: {path: .}}]\n",
                 true);
    ck_assert_msg(p.plan != NULL, "%s", p.said);
    scratch = regex_scratch_new();
}

static void unload(void)
{
    regex_scratch_free(scratch);
    project_end(&p);
}

static const struct {
    const char *page, *referrer;
    const char *source, *medium, *campaign, *keyword, *channel; /* NULL: nothing */
} landings[] = {
    /* no landing at all */
    { "/", "", NULL, NULL, NULL, NULL, NULL },
    { "", "", NULL, NULL, NULL, NULL, NULL },
    { "/?a=b&utm_source=&utm_medium=%20&utm_campaign=+", "", NULL, NULL, NULL, NULL, NULL },
    { "/?utm_sourcex=a&xutm_source=b", "-", NULL, NULL, NULL, NULL, NULL },
    { "/", "https://www.shop.example.com/a?b=c", NULL, NULL, NULL, NULL, NULL },
    { "/", "https://m.shop.example.com:8443/", NULL, NULL, NULL, NULL, NULL },
    { "https://cafe.example.org/b", "https://www.cafe.example.org/a", NULL, NULL, NULL, NULL,
      NULL },
    { "/utm_source=a", "", NULL, NULL, NULL, NULL, NULL },
    /* percent signs and pluses */
    { "/?utm_source=a%62c&utm_medium=e%2Dmail&utm_campaign=1%2B1+%26+2%253", "", "abc", "e-mail",
      "1+1 & 2%3", NULL, "email" },
    { "/?%75tm_source=Abc%", "", "abc%", NULL, NULL, NULL, "unassigned" },
    { "/?utm_source=a%0D%0ab%00c%zz", "", "a  b c%zz", NULL, NULL, NULL, "unassigned" },
    /* twice: the first that is not blank */
    { "/?utm_source=&utm_source=b&utm_source=c", "", "b", NULL, NULL, NULL, "unassigned" },
    { "/?pk_source=a&utm_source=b", "", "a", NULL, NULL, NULL, "unassigned" },
    { "/?UTM_SOURCE=b&amp;Utm_Medium=SMS", "", "b", "sms", NULL, NULL, "sms" },
    /* where they stand */
    { "/#utm_source=a", "", "a", NULL, NULL, NULL, "unassigned" },
    { "/#/page?x=1&utm_source=a", "", "a", NULL, NULL, NULL, "unassigned" },
    { "/?utm_source=a#utm_source=b", "", "a", NULL, NULL, NULL, "unassigned" },
    { "utm_source=a&utm_medium=sms", "", "a", "sms", NULL, NULL, "sms" },
    { "/?a=1?utm_source=x&utm_source=y", "", "y", NULL, NULL, NULL, "unassigned" },
    { "/", "https://r.example.net/?utm_source=a&utm_medium=sms", "a", "sms", NULL, NULL, "sms" },
    { "/?utm_medium=sms", "https://r.example.net/?utm_source=a", NULL, "sms", NULL, NULL, "sms" },
    { "/", "https://shop.example.com/?utm_source=a&utm_medium=sms", "a", "sms", NULL, NULL, "sms" },
    /* click ids give what parameters do not */
    { "/?gclid=x", "https://www.google.com/", "google", "cpc", NULL, NULL, "paid search" },
    { "/?gclid=x&utm_source=partner", "", "partner", "cpc", NULL, NULL, "paid other" },
    { "/?GCLID=x&utm_medium=email", "", "google", "email", NULL, NULL, "organic search" },
    { "/?fbclid=x&gclid=y", "", "facebook", "social", NULL, NULL, "organic social" },
    { "/?gclid=", "", NULL, NULL, NULL, NULL, NULL },
    /* a campaign without a source is of the site that led here */
    { "/?utm_campaign=x", "https://www.bing.com/", "bing.com", "organic", "x", NULL,
      "organic search" },
    { "/?utm_campaign=x", "", NULL, NULL, "x", NULL, "unassigned" },
    /* words of a search, of search sites only */
    { "/", "https://www.bing.com/search?q=tea+pot%21&form=x", "bing.com", "organic", NULL,
      "tea pot!", "organic search" },
    { "/", "https://yandex.ru/search?text=%D1%87%D0%B0%D0%B9", "yandex.ru", "organic", NULL, "чай",
      "organic search" },
    { "/", "https://de.search.yahoo.com/search?p=tee", "de.search.yahoo.com", "organic", NULL,
      "tee", "organic search" },
    { "/", "https://blog.example.org/?q=tea", "blog.example.org", "referral", NULL, NULL,
      "referral" },
    { "/?utm_term=booked", "https://www.bing.com/?q=said", "bing.com", "organic", NULL, "booked",
      "organic search" },
    /* hosts */
    { "/", "HTTPS://WWW.Google.CO.UK/", "google.co.uk", "organic", NULL, NULL, "organic search" },
    { "/", "//google.com", "google.com", "organic", NULL, NULL, "organic search" },
    { "/", "https://google.com./", "google.com", "organic", NULL, NULL, "organic search" },
    { "/", "https://google.example.com/", "google.example.com", "referral", NULL, NULL,
      "referral" },
    { "/", "https://notbing.com/", "notbing.com", "referral", NULL, NULL, "referral" },
    { "/", "https://bing.com.example.org/", "bing.com.example.org", "referral", NULL, NULL,
      "referral" },
    { "/", "https://blog.google/", "blog.google", "referral", NULL, NULL, "referral" },
    { "/", "https://a:b@bing.com:443/", "bing.com", "organic", NULL, NULL, "organic search" },
    { "/", "android-app://com.google.android.gm/", "com.google.android.gm", "email", NULL, NULL,
      "email" },
    { "/", "https://www.youtube.com/watch", "youtube.com", "referral", NULL, NULL,
      "organic video" },
    { "/", "https://192.0.2.1/", "192.0.2.1", "referral", NULL, NULL, "referral" },
    { "/", "https://[2001:db8::1]/", "2001:db8::1", "referral", NULL, NULL, "referral" },
    { "/", "https://evil\nhost/", NULL, NULL, NULL, NULL, NULL },
    { "/", "https:///path", NULL, NULL, NULL, NULL, NULL },
    { "/", "about:blank", NULL, NULL, NULL, NULL, NULL },
};

static void same(struct str got, const char *want)
{
    if (want)
        ck_assert_str_is(got, want);
    else
        ck_assert_msg(!got.n, "got '%.*s', expected nothing", STR_ARG(got));
}

START_TEST(test_landing)
{
    struct str in[LANDING_IN_AGENT] = { str_c(landings[_i].page), str_c(landings[_i].referrer) };
    struct str values[LANDING_VALUES] = { { NULL, 0 } };
    struct landing_found found;
    struct arena a = { 0 };
    bool landed = landing_find(&p.plan->channels, in, &found);
    ck_assert_int_eq(landed, landings[_i].channel != NULL);
    if (landed)
        landing_read(&p.plan->channels, &found, scratch, &a, values);
    same(values[LANDING_SOURCE], landings[_i].source);
    same(values[LANDING_MEDIUM], landings[_i].medium);
    same(values[LANDING_CAMPAIGN], landings[_i].campaign);
    same(values[LANDING_KEYWORD], landings[_i].keyword);
    same(values[LANDING_CHANNEL], landings[_i].channel);
    arena_free(&a);
}
END_TEST

/* What a tracker took apart comes first, as it is. */
START_TEST(test_taken_apart)
{
    struct str in[LANDING_IN_AGENT] = { STR("/?utm_source=a&utm_medium=sms"), STR("") };
    in[LANDING_IN_SOURCE] = STR(" Some%20List ");
    in[LANDING_IN_CAMPAIGN] = STR("x");
    struct str values[LANDING_VALUES];
    struct landing_found found;
    struct arena a = { 0 };
    ck_assert(landing_find(&p.plan->channels, in, &found));
    landing_read(&p.plan->channels, &found, scratch, &a, values);
    ck_assert_str_is(values[LANDING_SOURCE], "some%20list");
    ck_assert_str_is(values[LANDING_MEDIUM], "sms");
    ck_assert_str_is(values[LANDING_CAMPAIGN], "x");
    arena_free(&a);
}
END_TEST

/* One byte more than is kept, and no character cut in two; a host too long to be one. */
START_TEST(test_long)
{
    char page[1000] = "/?utm_campaign=a", url[600] = "https://";
    for (size_t i = strlen(page); i < 900; i += 2)
        memcpy(page + i, "\xc3\xa9", 2);
    memset(url + 8, 'a', 400);
    struct str in[LANDING_IN_AGENT] = { str_c(page), str_c(url) };
    struct str values[LANDING_VALUES];
    struct landing_found found;
    struct arena a = { 0 };
    ck_assert(landing_find(&p.plan->channels, in, &found));
    landing_read(&p.plan->channels, &found, scratch, &a, values);
    ck_assert_uint_eq(values[LANDING_CAMPAIGN].n, LANDING_TEXT_BYTES - 1);
    ck_assert(!values[LANDING_REFERRER].n && !values[LANDING_SOURCE].n);
    arena_free(&a);
}
END_TEST

/* A host beside the path, as logs of several hosts have it. */
START_TEST(test_own_host)
{
    struct str in[LANDING_IN_AGENT] = { STR("/"), STR("https://cafe.example.org/") };
    struct landing_found found;
    ck_assert(landing_find(&p.plan->channels, in, &found));
    in[LANDING_IN_HOST] = STR("Cafe.example.org:443");
    ck_assert(!landing_find(&p.plan->channels, in, &found));
    ck_assert_uint_eq(found.class, SITE_INTERNAL);
}
END_TEST

static const struct {
    const char *agent, *device, *browser;
} agents[] = {
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
      "desktop", "edge" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
      "Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
      "mobile", "safari" },
    { "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "CriOS/126.0 Mobile/15E148 Safari/604.1",
      "tablet", "chrome" },
    { "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
      "Chrome/126.0.0.0 Mobile Safari/537.36",
      "mobile", "chrome" },
    { "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) "
      "SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36",
      "tablet", "samsung internet" },
    { "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "desktop",
      "firefox" },
    { "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0 "
      "Safari/537.36 WebAppManager",
      "tv", "chrome" },
    { "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", "bot" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 "
      "[FBAN/FBIOS;FBAV/468.0]",
      "mobile", "in an app" },
    { "curl/8.5.0", "bot", "bot" },
    { "something", "other", "other" },
};

START_TEST(test_agent)
{
    const struct enrich_rules *e = &p.plan->enrich;
    const struct derive device = { .kind = DERIVE_DEVICE, .patterns = &e->devices };
    const struct derive browser = { .kind = DERIVE_BROWSER, .patterns = &e->browsers };
    struct batch b = { 0 };
    batch_reset(&b, 0);
    for (int twice = 0; twice < 2; twice++) {
        struct str from = str_c(agents[_i].agent), to[2] = { { NULL, 0 } };
        b.n = 1;
        fill_patterns(&device, &from, &to[0], &b, scratch);
        fill_patterns(&browser, &from, &to[1], &b, scratch);
        ck_assert_str_is(to[0], agents[_i].device);
        ck_assert_str_is(to[1], agents[_i].browser);
    }
    batch_free(&b);
}
END_TEST

static const struct {
    const char *url, *path;
} paths[] = {
    { "/order/123", "/order/:id" },
    { "/order/123/", "/order/:id/" },
    { "/order/123?x=1#y", "/order/:id" },
    { "/a//1", "/a//:id" },
    { "/", "/" },
    { "", "" },
    { "12", ":id" },
    { "/ORD-1001/items", "/:id/items" },
    { "/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301/x", "/u/:uuid/x" },
    { "/blog/2026-09-01/tea-pots", "/blog/:date/tea-pots" },
    { "/f/9e107d9d372bb6826bd81d3542a419d6", "/f/:hex" },
    { "/s/a8Fk2Ls9QmZ41xYw0TbR", "/s/:id" },
    { "/unsubscribe/anna%40example.com", "/unsubscribe/:email" },
    { "https://shop.example.com/p/77?a=b", "/p/:id" },
    { "https://shop.example.com", "/" },
    { "https://shop.example.com?x=/1", "/" },
    { "/product/blue-tea-pot-2", "/product/blue-tea-pot-2" },
    { "/r?to=http://x/1", "/r" },
    { "/deadbeefdeadbeef", "/deadbeefdeadbeef" },
};

START_TEST(test_path)
{
    struct arena a = { 0 };
    ck_assert_str_is(path_collapsed(&p.plan->enrich.pages, str_c(paths[_i].url), scratch, &a),
                     paths[_i].path);
    arena_free(&a);
}
END_TEST

/* As many classes and parameters as there may be, and one more. */
static const struct {
    int classes, parameters;
    const char *said; /* "": nothing */
} limits[] = {
    { 198, 0, "" },
    { 199, 0, "at most 200 classes" },
    { 0, 200, "" },
    { 0, 201, "at most 200 parameters" },
};

START_TEST(test_limits)
{
    struct project_text few;
    char *text = NULL;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    fputs("channels:\n  own: a.example\n  rules: [{channel: x}]\n  sites: {", to);
    for (int i = 0; i < limits[_i].classes; i++)
        fprintf(to, "%sc%d: h%d.example", i ? ", " : "", i, i);
    fputs("}\n  click_ids: {", to);
    for (int i = 0; i < limits[_i].parameters; i++)
        fprintf(to, "%sp%d: a / b", i ? ", " : "", i);
    fputs("}\nsources: [{name: w, files: x, format: combined}]\n"
          "rules: [{touchpoint: page, when: {path: .}}]\n",
          to);
    fclose(to);
    project_begin(&few);
    project_load(&few, text, false);
    ck_assert_msg(!limits[_i].said[0] == (few.plan != NULL), "%s", few.said);
    ck_assert_msg(strstr(few.said, limits[_i].said) != NULL, "%s", few.said);
    project_end(&few);
    free(text);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("landing");
    tcase_add_loop_test(new_case(s, "limits"), test_limits, 0, ROWS(limits));
    struct {
        const char *name;
        const TTest *test;
        int rows;
    } cases[] = {
        { "landing", test_landing, ROWS(landings) },
        { "taken apart", test_taken_apart, 1 },
        { "long", test_long, 1 },
        { "own host", test_own_host, 1 },
        { "agent", test_agent, ROWS(agents) },
        { "path", test_path, ROWS(paths) },
    };
    for (int i = 0; i < ROWS(cases); i++) {
        TCase *c = new_case(s, cases[i].name);
        tcase_add_checked_fixture(c, load, unload);
        tcase_add_loop_test(c, cases[i].test, 0, cases[i].rows);
    }
    return s;
}
