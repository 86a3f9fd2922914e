/* where.c - fuzz: an expression about journeys, or (when the input begins with a newline) a path
 * pattern.
 *
 * What is refused has a reason and a place within the text. What is taken holds or does not, the
 * same each time; its negation says the opposite; and a pattern has a place exactly where it holds,
 * but for matches of the ends alone.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/world_builder.c"
#include "config/expr.h"
#include "journey/pattern.h"
#include "journey/where.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

static void check_pattern(const struct world *w, struct str text)
{
    struct text_fault fault = { { 0 }, 0 };
    struct pattern *p = pattern_compile(w, text, &fault);
    struct pattern_place first, last, *all = malloc(64 * sizeof *all);
    if (!p)
        must(fault.text[0] && fault.at <= text.n);
    for (size_t i = 0; p && i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        size_t n = pattern_places(p, w, j, OCCURRENCE_FIRST, &first);
        must(n <= pattern_holds(p, w, j));
        must(n == pattern_places(p, w, j, OCCURRENCE_LAST, &last));
        size_t several = pattern_places(p, w, j, OCCURRENCE_ALL, all);
        must((several > 0) == (n > 0) && several <= j->n);
        must(!n || (first.first <= last.first && first.first == all[0].first));
        for (size_t k = 0; k < several; k++)
            must(all[k].first <= all[k].last && all[k].last < j->n &&
                 (!k || all[k].first > all[k - 1].last));
    }
    free(all);
    pattern_free(p);
}

static void check_where(const struct world *w, struct str text)
{
    struct text_fault fault = { { 0 }, 0 }, none = { { 0 }, 0 };
    struct where *where = where_compile(w, text, WHERE_JOURNEY, NULL, &fault);
    must(where ? where_check(w->plan, text, &none) : fault.text[0] && fault.at <= text.n);
    if (!where)
        return;
    char *turned = malloc(text.n + 4);
    size_t n = 0;
    turned[n++] = '!';
    turned[n++] = '(';
    memcpy(turned + n, text.n ? text.p : "", text.n);
    n += text.n;
    turned[n++] = ')';
    struct where *not = where_compile(w, (struct str){ turned, n }, WHERE_JOURNEY, NULL, &none);
    must(not || n > EXPR_BYTES_MAX || strstr(none.text, "deep"));
    for (size_t i = 0; i < w->njourneys; i++) {
        bool holds = where_holds(where, w, &w->journeys[i]);
        must(holds == where_holds(where, w, &w->journeys[i]));
        must(!not || holds != where_holds(not, w, &w->journeys[i]));
    }
    where_free(not );
    where_free(where);
    free(turned);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct saved_segment segment = { .name = { "loyal", 5 }, .where = { "journey > 1", 11 } };
    struct builder b;
    builder_random(&b, 7, 6, 10);
    struct zone *utc = zone_new(STR("UTC"));
    b.plan.zone = utc;
    b.plan.segments = &segment;
    b.plan.nsegments = 1;
    const struct world *w = builder_world(&b);
    struct str text = { (const char *)data, size };
    if (size && data[0] == '\n')
        check_pattern(w, str_from(text, 1));
    else
        check_where(w, text);
    zone_free(utc);
    builder_free(&b);
    return 0;
}
