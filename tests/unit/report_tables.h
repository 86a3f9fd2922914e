/* report_tables.h - tables for the tests of report/, made by hand: a small one whose figures can be
 * followed on paper, and a shop through which made-up customers walk at random (always the same
 * ones), so that as much flows into every touchpoint as out of it.
 */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include <stdlib.h>

#include "base/clock.h"
#include "measure/table.h"

static const struct column transition_columns[] = {
    { "from", UNIT_TEXT, "" },           { "to", UNIT_TEXT, "" },
    { "count", UNIT_COUNT, "" },         { "unique_paths", UNIT_COUNT, "" },
    { "customers", UNIT_COUNT, "" },     { "share_of_total", UNIT_SHARE, "" },
    { "time_median", UNIT_SECONDS, "" },
};
static const struct column touchpoint_columns[] = {
    { "touchpoint", UNIT_TEXT, "" },      { "stage", UNIT_TEXT, "" },
    { "channels", UNIT_TEXT, "" },        { "customers", UNIT_COUNT, "" },
    { "events", UNIT_COUNT, "" },         { "starts", UNIT_COUNT, "" },
    { "ends", UNIT_COUNT, "" },           { "emotion_mean", UNIT_MICROS, "" },
    { "emotion_events", UNIT_COUNT, "" }, { "pain", UNIT_MICROS, "" },
};
static const struct column stage_columns[] = {
    { "stage", UNIT_TEXT, "" },
    { "touchpoints", UNIT_COUNT, "" },
    { "customers", UNIT_COUNT, "" },
    { "journeys", UNIT_COUNT, "" },
    { "reach", UNIT_SHARE, "" },
    { "entries", UNIT_COUNT, "" },
    { "exits", UNIT_COUNT, "" },
    { "exit_rate", UNIT_SHARE, "" },
    { "to_next", UNIT_SHARE, "" },
    { "conversion", UNIT_SHARE, "" },
    { "dwell_median", UNIT_SECONDS, "" },
    { "dwell_p90", UNIT_SECONDS, "" },
    { "emotion_mean", UNIT_MICROS, "" },
    { "emotion_customers", UNIT_COUNT, "" },
    { "emotion_negative_share", UNIT_SHARE, "" },
    { "pain", UNIT_MICROS, "" },
};
#define COLUMNS_OF(list) list, sizeof(list) / sizeof *(list)

struct tables {
    struct table transitions, touchpoints, stages;
};

static inline void tables_init(struct tables *t)
{
    table_init(&t->transitions, COLUMNS_OF(transition_columns));
    table_init(&t->touchpoints, COLUMNS_OF(touchpoint_columns));
    table_init(&t->stages, COLUMNS_OF(stage_columns));
}

static inline void tables_free(struct tables *t)
{
    table_free(&t->transitions);
    table_free(&t->touchpoints);
    table_free(&t->stages);
}

static inline struct cell cell_unless_negative(int64_t seconds)
{
    return seconds < 0 ? cell_blank() : cell_i(seconds * SECOND);
}

static inline struct cell cell_share(double share)
{
    return share < 0 ? cell_blank() : cell_d(share);
}

static inline void add_row(struct table *t, const struct cell *cells)
{
    struct sink s = table_sink(t);
    s.row(s.ctx, cells);
}

/* A negative wait (seconds) is a blank. */
static inline void add_transition(struct tables *t, struct str from, struct str to, int64_t count,
                                  int64_t customers, int64_t wait)
{
    struct cell cells[] = { cell_text(from),
                            cell_text(to),
                            cell_i(count),
                            cell_i(count),
                            cell_i(customers),
                            cell_blank(),
                            cell_unless_negative(wait) };
    add_row(&t->transitions, cells);
}

enum { NO_EMOTION = -100 };
struct touch_row {
    const char *name, *stage, *channels;
    int64_t customers, events, starts, ends;
    double emotion; /* NO_EMOTION: blank */
    int64_t pain;
};
static inline void add_touchpoint(struct tables *t, const struct touch_row *r)
{
    bool felt = r->emotion > NO_EMOTION;
    struct cell cells[] = { cell_c(r->name),
                            r->stage ? cell_c(r->stage) : cell_blank(),
                            cell_c(r->channels ? r->channels : ""),
                            cell_i(r->customers),
                            cell_i(r->events),
                            cell_i(r->starts),
                            cell_i(r->ends),
                            felt ? cell_i((int64_t)(r->emotion * 1e6)) : cell_blank(),
                            cell_i(felt ? r->events : 0),
                            cell_i(r->pain * 1000000) };
    add_row(&t->touchpoints, cells);
}

struct stage_row {
    const char *name;
    int64_t touchpoints, customers, dwell, slow; /* seconds; negative: blank */
    double to_next, exit;                        /* negative: blank */
    double emotion;
    int64_t pain;
};
static inline void add_stage(struct tables *t, const struct stage_row *r)
{
    bool felt = r->emotion > NO_EMOTION;
    struct cell cells[] = { cell_c(r->name),
                            cell_i(r->touchpoints),
                            cell_i(r->customers),
                            cell_i(r->customers + r->customers / 10),
                            cell_share(0.5),
                            cell_i(r->customers + r->customers / 10),
                            cell_i((int64_t)((double)r->customers * (r->exit > 0 ? r->exit : 0))),
                            cell_share(r->exit),
                            cell_share(r->to_next),
                            cell_share(r->to_next),
                            cell_unless_negative(r->dwell),
                            cell_unless_negative(r->slow),
                            felt ? cell_i((int64_t)(r->emotion * 1e6)) : cell_blank(),
                            cell_i(felt ? r->customers / 3 : 0),
                            felt ? cell_share(0.25) : cell_blank(),
                            cell_i(r->pain * 1000000) };
    add_row(&t->stages, cells);
}

/* ---- a shop ---- */

static const char *const shop_stages[] = { "motivation", "awareness", "consideration",
                                           "purchase",   "retention", "advocacy" };

/* A touchpoint, and where customers go from it: next[i] with weight[i]; the rest leaves. */
struct shop_touch {
    const char *name, *channel;
    int stage;
    double emotion;
    int64_t pain, wait; /* typical seconds until what follows */
    int next[7], weight[7];
};
enum { SHOP_TOUCHES = 21 };
static const struct shop_touch shop[SHOP_TOUCHES] = {
    { "search ad", "website", 0, NO_EMOTION, 0, 20, { 2, 4, 5 }, { 50, 20, 10 } },
    { "social post", "website", 0, 0.4, 0, 40, { 2, 3, 5 }, { 40, 30, 10 } },
    { "landing page", "website", 1, NO_EMOTION, 0, 90, { 3, 4, 5, 2 }, { 15, 30, 25, 5 } },
    { "newsletter signup", "website", 1, 0.9, 0, 3600, { 6, 5, 13 }, { 60, 20, 2 } },
    { "product search", "website", 2, NO_EMOTION, 0, 35, { 5, 4, 7 }, { 55, 25, 4 } },
    { "product page", "website", 2, 0.2, 0, 70, { 5, 8, 4, 7, 9 }, { 22, 26, 14, 5, 3 } },
    { "newsletter opened", "email", 1, 0.3, 0, 172800, { 5, 6, 8 }, { 35, 30, 5 } },
    { "price comparison with other shops", "website", 2, -0.1, 0, 5400, { 5, 8 }, { 40, 15 } },
    { "cart", "website", 3, NO_EMOTION, 0, 60, { 10, 5, 11, 8 }, { 52, 12, 2, 4 } },
    { "question to support before buying", "support", 2, 0.1, 0, 14400, { 5, 8 }, { 30, 30 } },
    { "checkout", "website", 3, -0.3, 0, 150, { 12, 11, 10, 8 }, { 62, 16, 4, 4 } },
    { "payment error", "website", 3, -1.6, 3, 300, { 10, 14, 12 }, { 45, 15, 5 } },
    { "order placed", "shop", 3, 1.4, 0, 86400, { 13, 14, 18 }, { 80, 4, 3 } },
    { "shipping mail", "email", 4, 0.6, 0, 259200, { 15, 14, 17, 18 }, { 50, 8, 12, 6 } },
    { "support ticket opened", "support", 4, -1.1, 2, 21600, { 16, 14, 20 }, { 70, 10, 6 } },
    { "delivery", "email", 4, 0.8, 0, 432000, { 17, 14, 18, 19, 5 }, { 20, 9, 10, 6, 18 } },
    { "support reply", "support", 4, 0.2, 0, 90000, { 14, 5, 17, 20 }, { 14, 12, 14, 5 } },
    { "survey answered", "survey", 5, 0.7, 0, 604800, { 18, 19, 5 }, { 10, 8, 10 } },
    { "review written", "website", 5, 1.1, 0, 1209600, { 19, 5 }, { 8, 15 } },
    { "friend invited", "email", 5, 1.7, 0, 2592000, { 5 }, { 20 } },
    { "complaint & refund <goodwill>", "support", 4, -1.9, 5, 345600, { 16, 5 }, { 25, 5 } },
};

/* A well-known generator (Lehmer, MINSTD), so that the walks are the same everywhere. */
static inline uint32_t shop_random(uint64_t *state)
{
    *state = *state * 48271 % 2147483647;
    return (uint32_t)*state;
}

/* The touchpoint after `at`, or -1 to leave. */
static inline int shop_step(int at, uint64_t *state)
{
    int dice = (int)(shop_random(state) % 100);
    for (int i = 0; i < 7; i++) {
        dice -= shop[at].weight[i];
        if (dice < 0)
            return shop[at].next[i];
    }
    return -1;
}

enum { SHOP_START = SHOP_TOUCHES, SHOP_END, SHOP_OPEN, SHOP_NODES };

static inline struct str shop_name(int node)
{
    return node == SHOP_START  ? STR("(start)")
           : node == SHOP_END  ? STR("(end)")
           : node == SHOP_OPEN ? STR("(open)")
                               : str_c(shop[node].name);
}

static inline void shop_fill(struct tables *t, int64_t count[SHOP_NODES][SHOP_NODES])
{
    for (int i = 0; i < SHOP_NODES; i++)
        for (int j = 0; j < SHOP_NODES; j++)
            if (count[i][j])
                add_transition(t, shop_name(i), shop_name(j), count[i][j],
                               count[i][j] - count[i][j] / 7,
                               i < SHOP_TOUCHES && j < SHOP_TOUCHES ? shop[i].wait + 7 * j : -1);
    int64_t total[6] = { 0 }, left[6] = { 0 }, pain[6] = { 0 }, touches[6] = { 0 };
    for (int i = 0; i < SHOP_TOUCHES; i++) {
        int64_t n = 0;
        for (int j = 0; j < SHOP_NODES; j++)
            n += count[i][j];
        struct touch_row row = { .name = shop[i].name,
                                 .stage = shop_stages[shop[i].stage],
                                 .channels = shop[i].channel,
                                 .customers = n - n / 4,
                                 .events = n,
                                 .starts = count[SHOP_START][i],
                                 .ends = count[i][SHOP_END],
                                 .emotion = shop[i].emotion,
                                 .pain = shop[i].pain * n };
        add_touchpoint(t, &row);
        total[shop[i].stage] += n - n / 4;
        left[shop[i].stage] += count[i][SHOP_END];
        pain[shop[i].stage] += row.pain;
        touches[shop[i].stage]++;
    }
    static const double felt[] = { NO_EMOTION, 0.5, 0.1, -0.5, -0.2, 1.1 };
    static const int64_t dwell[] = { 0, 95, 2400, 400, 600000, -1 };
    for (int s = 0; s < 6; s++) {
        double exit = (double)left[s] / (double)(total[s] + 1);
        add_stage(t,
                  &(struct stage_row){ shop_stages[s], touches[s], total[s], dwell[s], dwell[s] * 9,
                                       s < 5 ? 0.9 - exit : -1, exit, felt[s], pain[s] });
    }
}

/* `walks` journeys through the shop. */
static inline void tables_shop(struct tables *t, int walks)
{
    static const int entries[] = { 0, 0, 0, 1, 1, 2, 2, 4, 5, 5 };
    int64_t count[SHOP_NODES][SHOP_NODES] = { 0 };
    uint64_t state = 20260901;
    tables_init(t);
    for (int walk = 0; walk < walks; walk++) {
        int at = entries[shop_random(&state) % 10];
        count[SHOP_START][at]++;
        for (int next; (next = shop_step(at, &state)) >= 0; at = next)
            count[at][next]++;
        count[at][shop_random(&state) % 9 ? SHOP_END : SHOP_OPEN]++;
    }
    shop_fill(t, count);
}

#endif
