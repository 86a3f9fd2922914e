/* gen.c - makes what the bench reads, the same bytes every time: a log of 200 MB in combined
 * format, about 800,000 lines; or events of cases in CSV.
 *
 * All of it is invented. What matters for speed is like in real shop logs: 24,000 addresses with a
 * skewed share of the requests, few agents, paths of which a fifth are seen once, a referrer that
 * is often the page before, 25 days in order. Events: 12 a case on average, 30 activities of which
 * one follows another far more often than the rest, in order of time, cases interleaved.
 * Nights: a CSV for each, with customers who come for a month and leave ten events on average.
 * Usage: gen [BYTES] > access.log      gen events N > events.csv      gen nights DAYS N FOLDER
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ADDRESSES = 24000, AGENTS = 320, DAYS = 25, LINE_BYTES = 243 };

static uint64_t state = 88172645463325252u;

/* xorshift64 */
static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static unsigned below(unsigned n)
{
    return (unsigned)(next() >> 33) % n;
}

/* Small numbers far more often than large ones. */
static unsigned skewed(unsigned n)
{
    double u = (double)(next() >> 11) / 9007199254740992.0;
    return (unsigned)(u * u * u * n);
}

enum { WORDS = 26 };

static const char *word_of(unsigned n)
{
    static const char *const words[WORDS] = {
        "kettle", "teapot", "grinder", "scale", "mug",    "filter", "beans", "tray",  "spoon",
        "press",  "pot",    "drip",    "steam", "milk",   "foam",   "roast", "dark",  "light",
        "gift",   "set",    "travel",  "home",  "office", "steel",  "glass", "paper",
    };
    return words[n % WORDS];
}

static const char *word(void)
{
    return word_of(below(WORDS));
}

/* A request path of a shop; some carry campaign parameters or ids that are seen once. */
static void path(char *p, size_t size)
{
    static const char *const campaigns[] = { "spring_sale", "autumn", "kettle-week", "brand",
                                             "retarget" };
    static const char *const sources[] = { "newsletter", "google", "ads", "social" };
    unsigned kind = below(100), id = skewed(9000);
    if (kind < 34)
        snprintf(p, size, "/product/%u/%s-%s", id, word_of(id), word_of(id / WORDS));
    else if (kind < 44)
        snprintf(p, size, "/static/img/%s_%u.jpg", word(), skewed(4000));
    else if (kind < 52)
        snprintf(p, size, "/category/%s?page=%u", word(), below(9));
    else if (kind < 60)
        snprintf(p, size, "/?utm_source=%s&utm_medium=cpc&utm_campaign=%s&gclid=%08x%08x",
                 sources[below(4)], campaigns[below(5)], below(1u << 30), below(1u << 30));
    else if (kind < 66)
        snprintf(p, size, "/search?q=%s+%s&sort=%s", word(), word(), below(2) ? "price" : "new");
    else if (kind < 70)
        snprintf(p, size, "/cart/add?item=%u", skewed(9000));
    else if (kind < 73)
        snprintf(p, size, "/cart");
    else if (kind < 76)
        snprintf(p, size, "/checkout/%s", below(2) ? "shipping" : "payment");
    else if (kind < 77)
        snprintf(p, size, "/checkout/thank-you?order=%u", 100000 + below(900000));
    else if (kind < 81)
        snprintf(p, size, "/blog/%s-%s-%u", word_of(id), word_of(id / WORDS), id % 300);
    else if (kind < 83)
        snprintf(p, size, "/account/%s", below(2) ? "orders" : "settings");
    else if (kind < 85)
        snprintf(p, size, "/help/%s", word());
    else if (kind < 89)
        snprintf(p, size, "/api/v2/stock?sku=%u&session=%08x", skewed(9000), below(1u << 30));
    else if (kind < 90)
        snprintf(p, size, "/review?product=%u", skewed(9000));
    else
        snprintf(p, size, "/");
}

static void agent(char *p, size_t size, unsigned number)
{
    static const char *const systems[] = { "X11; Linux x86_64", "Windows NT 10.0; Win64; x64",
                                           "Macintosh; Intel Mac OS X 10_15_7",
                                           "Linux; Android 15; Pixel 9",
                                           "iPhone; CPU iPhone OS 18_6 like Mac OS X" };
    if (number % 40 == 7)
        snprintf(p, size, "Mozilla/5.0 (compatible; ExampleBot/%u.%u; +http://bot%u.example.org/)",
                 number % 9, number % 5, number);
    else
        snprintf(p, size,
                 "Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%u.0.%u.0 "
                 "Safari/537.36",
                 systems[number % 5], 100 + number % 40, number * 7);
}

static void referrer(char *p, size_t size, const char *page_before)
{
    unsigned from = below(10);
    if (from < 6 && page_before[0])
        snprintf(p, size, "https://shop.example.com%.*s", (int)strcspn(page_before, "?"),
                 page_before);
    else if (from == 9)
        snprintf(p, size, "https://search.example.net/?q=%s+%s", word(), word());
    else
        snprintf(p, size, "-");
}

static int access_log(uint64_t wanted)
{
    static char page_before[ADDRESSES][200];
    static const unsigned statuses[] = { 200, 200, 200, 200, 200, 200, 200, 304, 302, 404, 500 };
    uint64_t written = 0;
    double seconds = 0, step = DAYS * 86400.0 / (double)(wanted / LINE_BYTES + 1);
    while (written < wanted) {
        char p[200], a[200], from[260], user[16] = "-", when[64];
        unsigned who = skewed(ADDRESSES);
        path(p, sizeof p);
        agent(a, sizeof a, who % AGENTS);
        referrer(from, sizeof from, page_before[who]);
        seconds += step * (0.5 + (double)below(1000) / 1000);
        time_t t = 1785542400 + (time_t)seconds;
        struct tm tm;
        strftime(when, sizeof when, "%d/%b/%Y:%H:%M:%S +0000", gmtime_r(&t, &tm));
        if (who % 3 == 0 && strncmp(p, "/checkout", 9) == 0)
            snprintf(user, sizeof user, "u%u", who);
        int n = printf("%u.%u.%u.%u - %s [%s] \"%s %s HTTP/1.1\" %u %u \"%s\" \"%s\"\n",
                       10 + who % 200, who / 200 % 250, who * 7 % 250, who * 13 % 250, user, when,
                       strncmp(p, "/cart/add", 9) == 0 ? "POST" : "GET", p,
                       statuses[below(sizeof statuses / sizeof *statuses)], 300 + skewed(90000),
                       from, a);
        if (n < 0)
            return 1;
        written += (uint64_t)n;
        memcpy(page_before[who], p, sizeof p);
    }
    return fflush(stdout) != 0;
}

enum { ACTIVITIES = 30 };
static const char *const verbs[] = { "view", "ask about", "order", "pay", "return", "review" };
static const char *const things[] = { "kettle", "teapot", "grinder", "scale", "mug" };

/* In 2025: no event of a file may be later than the file. */
static int events(unsigned n)
{
    enum { EVENTS_A_CASE = 12, YEAR = 365 * 86400 };
    unsigned cases = n / EVENTS_A_CASE + 1;
    unsigned char *last = calloc(cases, 1);
    if (!last)
        return 1;
    printf("case,activity,time\n");
    double seconds = 0, step = (double)YEAR / n;
    for (unsigned i = 0; i < n; i++) {
        unsigned who = below(cases), what = (last[who] + skewed(ACTIVITIES)) % ACTIVITIES;
        last[who] = (unsigned char)what;
        seconds += step;
        time_t t = 1735689600 + (time_t)seconds;
        struct tm tm;
        char when[32];
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
        if (printf("C%07u,%s %s,%s\n", who, verbs[what % 6], things[what / 6], when) < 0)
            return 1;
    }
    free(last);
    return fflush(stdout) != 0;
}

static int night(FILE *to, unsigned day, unsigned n)
{
    enum { EVENTS_A_CUSTOMER = 10, DAYS_HERE = 30, DAY = 86400, FIRST_DAY = 20544 };
    unsigned fresh = n / EVENTS_A_CUSTOMER + 1;
    double seconds = 0, step = (double)DAY / n;
    fputs("case,activity,time\n", to);
    for (unsigned i = 0; i < n; i++) {
        unsigned who = (day + DAYS_HERE - skewed(DAYS_HERE)) * fresh + below(fresh);
        unsigned what = (who * 7 + day + skewed(ACTIVITIES)) % ACTIVITIES;
        seconds += step;
        time_t t = (time_t)(FIRST_DAY + day) * DAY + (time_t)seconds;
        struct tm tm;
        char when[32];
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
        fprintf(to, "C%09u,%s %s,%s\n", who, verbs[what % 6], things[what / 6], when);
    }
    return ferror(to);
}

static int nights(unsigned days, unsigned n, const char *folder)
{
    for (unsigned day = 0; day < days; day++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%03u.csv", folder, day);
        FILE *to = fopen(path, "w");
        int bad = !to || night(to, day, n);
        if (!to || fclose(to) != 0 || bad)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "events") == 0)
        return events((unsigned)strtoul(argv[2], NULL, 10));
    if (argc == 5 && strcmp(argv[1], "nights") == 0)
        return nights((unsigned)strtoul(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10),
                      argv[4]);
    return access_log(argc > 1 ? strtoull(argv[1], NULL, 10) : 200000000);
}
