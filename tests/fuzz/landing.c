/* landing.c - fuzz: lines of a page's URL and its referrer, by rules/packs/channels.yaml.
 *
 * What is no landing says so twice; what is one has a channel and values that end no line and are
 * not too long; two that have the same key are read alike; a path without ids has none on the
 * second look that the first left.
 */
#include <stdlib.h>

#include "base/regex.h"
#include "config/plan.h"
#include "ingest/enrich.h"
#include "ingest/landing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

static struct plan *plan_of_packs(void)
{
    char path[] = "/tmp/touchpath-fuzz-XXXXXX";
    static const char text[] = "include: [packs/channels, packs/pages]\n"
                               "channels: {own: [shop.example.com]}\n"
                               "sources: [{name: w, files: x, format: combined}]\n"
                               "rules: [{touchpoint: page, when: {path: .}}]\n";
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    must(f && fputs(text, f) >= 0 && fclose(f) == 0);
    struct faults faults = { 0 };
    struct plan *plan = plan_load(path, "rules", &faults);
    remove(path);
    must(plan != NULL);
    faults_free(&faults);
    return plan;
}

static void check_values(const struct str values[LANDING_VALUES])
{
    must(values[LANDING_CHANNEL].n > 0);
    for (size_t i = 0; i < LANDING_VALUES; i++) {
        must(values[i].n <= (i == LANDING_REFERRER || i == LANDING_SOURCE
                                 ? (size_t)HOST_BYTES_MAX
                                 : (size_t)LANDING_TEXT_BYTES));
        for (size_t k = 0; k < values[i].n; k++)
            must((unsigned char)values[i].p[k] >= ' ' && values[i].p[k] != 0x7f);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct plan *plan; /* read once: it costs more than a thousand landings */
    if (!plan)
        plan = plan_of_packs();
    struct regex_scratch *scratch = regex_scratch_new();
    struct str rest = { (const char *)data, size };
    struct arena a = { 0 };
    struct buffer key[2] = { { 0 }, { 0 } };
    while (rest.n) {
        struct str in[LANDING_IN_AGENT] = { { NULL, 0 } };
        in[LANDING_IN_PAGE] = str_cut(&rest, '\n');
        in[LANDING_IN_REFERRER] = str_cut(&rest, '\n');
        struct landing_found found[2];
        struct str values[LANDING_VALUES], again[LANDING_VALUES];
        bool landed = landing_find(&plan->channels, in, &found[0]);
        must(landed == landing_find(&plan->channels, in, &found[1]));
        for (int i = 0; i < 2 && landed; i++) {
            key[i].n = 0;
            landing_key(&found[i], &key[i]);
            landing_read(&plan->channels, &found[i], scratch, &a, i ? again : values);
        }
        if (landed) {
            must(str_eq(buffer_str(&key[0]), buffer_str(&key[1])));
            check_values(values);
            for (size_t i = 0; i < LANDING_VALUES; i++)
                must(str_eq(values[i], again[i]));
        }
        struct str path = path_collapsed(&plan->enrich.pages, in[LANDING_IN_PAGE], scratch, &a);
        must(!path.n || !memchr(path.p, '?', path.n));
    }
    free(key[0].p);
    free(key[1].p);
    arena_free(&a);
    regex_scratch_free(scratch);
    return 0;
}
