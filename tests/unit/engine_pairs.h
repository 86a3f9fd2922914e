/* engine_pairs.h - both engines on rules and lines that bytes choose: for the fuzz target, to which
 * an engine gives the bytes, and for a test, which makes them up.
 *
 * The first bytes choose the patterns, built from pieces of log lines and what people write between
 * them; then come a seed for lines like a log's, and further lines as they stand there.
 */
#ifndef ENGINE_PAIRS_H
#define ENGINE_PAIRS_H

#include "hand_plan.h"
#include "ingest/literals.h"

struct pair_counts {
    uint64_t checks;   /* a pattern on a line, by both engines */
    uint64_t matches;  /* of those */
    uint64_t patterns; /* that PCRE2 took */
    uint64_t helped;   /* of those: the filter knows a literal */
};

struct choices {
    const uint8_t *p;
    size_t n;
};

/* The next choice of `of` ones; the first when there are no more bytes. */
static inline size_t choose(struct choices *c, size_t of)
{
    if (!c->n)
        return 0;
    c->n--;
    return *c->p++ % of;
}

/* A text that grows up to its room. */
struct piece_text {
    char p[600];
    size_t n;
};

static inline void piece_add(struct piece_text *t, const char *p, size_t n)
{
    if (n > sizeof t->p - t->n)
        n = sizeof t->p - t->n;
    memcpy(t->p + t->n, p, n);
    t->n += n;
}

static const char *const log_words[] = {
    "GET /product/",
    "POST /api/v2/cart/",
    "/checkout/payment?step=",
    "/blog/2026/09/autumn-",
    "search?q=shoes&page=",
    "utm_source=newsletter&utm_campaign=",
    " HTTP/1.1\" 200 ",
    " HTTP/1.1\" 404 ",
    " HTTP/2.0\" 503 ",
    "\"https://www.example.com/",
    "\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) ",
    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0",
    "Googlebot/2.1 (+http://www.example.com/bot.html)\"",
    "192.0.2.",
    " - - [01/Sep/2026:10:",
    " - ana@example.com [02/Sep/2026:23:",
    "status=sent (250 2.0.0 Ok: queued as 4ABC",
    "status=bounced (host mx.example.com said: 550",
    "to=<bo@example.com>, relay=mx1.example.com",
    "/thank-you.html",
    "order_id=",
    "\xc3\xa4pfel/caf\xe9",
};
enum { LOG_WORDS = sizeof log_words / sizeof *log_words };

/* A run of bytes of a word, quoted for a pattern when that is asked for. */
static inline void add_literal(struct choices *c, struct piece_text *t)
{
    const char *word = log_words[choose(c, LOG_WORDS)];
    size_t n = strlen(word), from = choose(c, n), length = 1 + choose(c, 12);
    for (size_t i = from; i < n && i < from + length; i++) {
        if (strchr("\\^$.[]|()?*+{}", word[i]))
            piece_add(t, "\\", 1);
        piece_add(t, word + i, 1);
    }
}

static inline void add_pieces(struct choices *c, struct piece_text *t, size_t most, int depth);

/* ( or (?: ..., alternatives, a quantifier. */
static inline void add_group(struct choices *c, struct piece_text *t, int depth)
{
    static const char *const heads[] = { "(?:", "(", "(?i:", "(?>", "(?=", "(?!", "(?<n>", "(?<=" };
    static const char *const tails[] = { ")", ")", ")?", ")*", ")+", "){2}", "){0,}", ")??" };
    const char *head = heads[choose(c, 8)];
    piece_add(t, head, strlen(head));
    for (size_t i = choose(c, 4);; i--) {
        add_pieces(c, t, 3, depth + 1);
        if (!i)
            break;
        piece_add(t, "|", 1);
    }
    const char *tail = tails[choose(c, 8)];
    piece_add(t, tail, strlen(tail));
}

static inline void add_pieces(struct choices *c, struct piece_text *t, size_t most, int depth)
{
    static const char *const gaps[] = {
        "\\S+",  ".*",       ".*?",      "[^\"]*", "\\d+", "\\d{1,3}",     ".{0,20}", "?",
        "+",     "*",        "[a-z]+",   "^",      "$",    "(?i)",         "\\b",     "[^ ]",
        "{2}",   "{0,3}",    "[]x]",     "\\.",    "[/?]", "[[:alnum:]]+", "\\w*",    "\\/",
        "\\x2f", "\\Q(x\\E", "(?#note)", "\\1",    "\\K",  "[\\d/-]+",     "(?s)",    "\\t",
    };
    for (size_t i = 1 + choose(c, most); i; i--) {
        size_t kind = choose(c, 16);
        if (kind < 9) {
            add_literal(c, t);
        } else if (kind < 13) {
            const char *gap = gaps[choose(c, sizeof gaps / sizeof *gaps)];
            piece_add(t, gap, strlen(gap));
        } else if (kind < 15 && depth < 3) {
            add_group(c, t, depth);
        } else {
            size_t raw = 1 + choose(c, 4);
            raw = raw < c->n ? raw : c->n;
            piece_add(t, (const char *)c->p, raw);
            c->p += raw;
            c->n -= raw;
        }
    }
}

static inline uint32_t pair_random(uint32_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* A line of words, cut and joined at random. */
static inline void random_line(uint32_t *x, struct piece_text *t)
{
    t->n = 0;
    for (uint32_t i = 1 + pair_random(x) % 6; i; i--) {
        const char *word = log_words[pair_random(x) % LOG_WORDS];
        size_t n = strlen(word), from = pair_random(x) % 3 ? 0 : pair_random(x) % n;
        piece_add(t, word + from, pair_random(x) % 3 ? n - from : pair_random(x) % (n - from + 1));
        char digits[12];
        piece_add(t, digits, (size_t)snprintf(digits, sizeof digits, "%u", pair_random(x) % 1000));
    }
    if (pair_random(x) % 8 == 0)
        for (size_t i = 0; i < t->n; i++)
            t->p[i] = t->p[i] >= 'a' && t->p[i] <= 'z' ? (char)(t->p[i] - 32) : t->p[i];
}

static inline void add_line(struct engines *e, struct str line)
{
    size_t i = batch_add(&e->batch, line, e->batch.n + 1);
    batch_column(&e->batch, 0)[i] = line;
}

/* Half of the patterns judge the field, half the whole record. */
static inline void choose_rules(struct hand_plan *h, struct choices *c, struct pair_counts *counts)
{
    struct arena a = { 0 };
    for (size_t i = 1 + choose(c, 40); i; i--) {
        struct piece_text t = { .n = 0 };
        struct needs needs;
        add_pieces(c, &t, 6, 0);
        struct str pattern = { t.p, t.n };
        hand_rule(h, true);
        if (!hand_regex(h, i % 2 ? 0 : FIELD_RAW, pattern)) {
            h->plan.nrules--;
            continue;
        }
        needs_of(pattern, &needs, &a);
        counts->helped += needs.n > 0;
        counts->patterns++;
    }
    arena_free(&a);
}

static inline void choose_lines(struct engines *e, struct choices *c, size_t lines)
{
    uint32_t x = 1;
    for (int i = 0; i < 4; i++)
        x = x * 256 + (uint32_t)choose(c, 256);
    x |= 1;
    for (size_t i = 0; i < lines; i++) {
        struct piece_text t;
        random_line(&x, &t);
        add_line(e, arena_keep(&e->batch.text, (struct str){ t.p, t.n }));
    }
    struct str rest = { (const char *)c->p, c->n };
    while (rest.n)
        add_line(e, str_cut(&rest, '\n'));
}

/* False when the engines disagree on a line; *text is what was judged then. The filter is made
 * after some hundred lines, and the second judging is from memory: both are compared. */
static inline bool engines_agree(const uint8_t *data, size_t size, size_t lines,
                                 struct pair_counts *counts, struct str *text)
{
    struct choices c = { data, size };
    struct hand_plan h;
    struct engines e;
    bool same = true;
    hand_begin(&h, 2);
    choose_rules(&h, &c, counts);
    engines_begin(&e, &h);
    choose_lines(&e, &c, lines);
    const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
    for (int round = 0; round < 2; round++) {
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (size_t i = 0; same && i < e.batch.n; i++) {
            same = same_verdict(plain[i], fast[i]);
            counts->matches += round ? 0 : plain[i]->n;
            if (!same && text)
                *text = e.batch.raw[i];
        }
    }
    counts->checks += (uint64_t)h.plan.nrules * e.batch.n;
    engines_end(&e);
    hand_end(&h);
    return same;
}

#endif
