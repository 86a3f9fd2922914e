/* time.c - fuzz: a time format and two texts (the input, cut at newlines).
 *
 * A format that is refused has a reason. A time that is read, written by time_text() and read again
 * as iso8601 is the same. What was read before never changes what a text says.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

static void there_and_back(const struct time_parts *p)
{
    static const struct str iso = { "iso8601", 7 };
    int64_t t = time_resolve(p, NULL, 2024), again;
    if (t == TIME_NONE || t < days_from_date(1, 1, 1) * DAY ||
        t >= days_from_date(9999, 12, 31) * DAY)
        return; /* its zone puts it outside the years that can be written with four digits */
    struct arena a = { 0 };
    struct time_format f;
    struct err e = { 0 };
    struct time_cache cache = { 0 };
    struct time_parts back;
    char buf[TIME_TEXT];
    must(time_format_compile(iso, &a, &f, &e));
    struct str text = { buf, time_text(t, buf) };
    must(time_parse(&f, text, &cache, &back));
    must(time_resolve(&back, NULL, 0) == t && !back.coarse && back.has_zone);
    must(time_argument(text, NULL, &again) && again == t);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size };
    if (size == 0)
        return 0;
    struct str format = str_cut(&rest, '\n'), first = str_cut(&rest, '\n'), second = rest;
    struct arena a = { 0 };
    struct time_format f;
    struct err e = { 0 };
    if (!time_format_compile(format, &a, &f, &e)) {
        must(e.text[0]);
    } else {
        struct time_cache cold = { 0 }, warm = { 0 };
        struct time_parts p = { 0 }, q = { 0 };
        if (time_parse(&f, first, &warm, &p))
            there_and_back(&p);
        bool fits = time_parse(&f, second, &cold, &p);
        must(time_parse(&f, second, &warm, &q) == fits);
        if (fits) {
            must(p.local == q.local && p.has_year == q.has_year && p.has_zone == q.has_zone &&
                 p.coarse == q.coarse && (!p.has_zone || p.offset == q.offset));
            there_and_back(&p);
        }
    }
    int64_t micros;
    if (duration_parse(first, &micros)) {
        char buf[40];
        must(micros >= 0);
        must(duration_text(micros, buf, sizeof buf) < sizeof buf);
    }
    arena_free(&a);
    return 0;
}
