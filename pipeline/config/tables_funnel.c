/* tables_funnel.c - the keys of a funnel. See keys.h and tables.c. */
#include "base/limits.h"
#include "config/keys.h"

static const char *const orders[] = { "sequential", "strict", "any", NULL };
static const char *const entries[] = { "closed", "open", NULL };
static const char *const countings[] = { "customers", "journeys", "sessions", "totals", NULL };
static const char *const breakdowns[] = {
    "channel",  "source",  "value",   "score",     "emotion",           "campaign",
    "content",  "keyword", "item",    "reference", "marketing_channel", "medium",
    "referrer", "device",  "browser", NULL
};
static const char *const places[] = { "entry", "first", "last", NULL };
static const char *const trends[] = { "day", "week", "month", NULL };

static const struct key step_list[] = {
    { .name = "any_of",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints; each of them is this step" },
    { .name = "name", .kind = VALUE_TEXT, .means = "name of the step; its touchpoints" },
    { .name = "optional", .kind = VALUE_FLAG, .means = "an attempt may leave it out; no" },
    { .name = "max_gap",
      .kind = VALUE_DURATION,
      .means = "at most this long after the step before it" },
    { .name = "min_gap",
      .kind = VALUE_DURATION,
      .means = "at least this long after the step before it" },
};
static KEYS(step_keys, "a step", step_list);

static const struct key exclusion_list[] = {
    { .name = "touchpoint",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints that must not come between" },
    { .name = "after", .kind = VALUE_TEXT, .means = "name of a required step; the first" },
    { .name = "before", .kind = VALUE_TEXT, .means = "name of a required step; the last" },
};
static KEYS(exclusion_keys, "an entry of not_between", exclusion_list);

static const struct key abandoned_list[] = {
    { .name = "touchpoint",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints of what is left, such as cart" },
    { .name = "goal",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints by which it is completed, such as order placed" },
    { .name = "within",
      .kind = VALUE_DURATION,
      .means = "a goal in this time after it was left makes it recovered; 7d" },
    { .name = "reminder",
      .kind = VALUE_TEXTS,
      .means = "touchpoints that call the customer back, such as cart mail sent" },
};
static KEYS(abandoned_keys, "an abandoned", abandoned_list);

static const struct key funnel_list[] = {
    { .name = "name", .kind = VALUE_TEXT, .must = true, .means = "name of the funnel" },
    { .name = "steps",
      .kind = VALUE_ITEMS,
      .of = &step_keys,
      .must = true,
      .means = "touchpoints in order, two or more; a step may be a mapping" },
    { .name = "window",
      .kind = VALUE_DURATION,
      .means = "time from the first step within which all others count; never" },
    { .name = "order",
      .kind = VALUE_CHOICE,
      .choices = orders,
      .means = "sequential: others may come between; strict: nothing may; any: in any order" },
    { .name = "entry",
      .kind = VALUE_CHOICE,
      .choices = entries,
      .means = "closed: everybody begins at the first step; open: at any required step" },
    { .name = "counting",
      .kind = VALUE_CHOICE,
      .choices = countings,
      .means = "what is counted: customers, journeys, sessions, or totals (all attempts)" },
    { .name = "not_between",
      .kind = VALUE_ITEMS,
      .of = &exclusion_keys,
      .means = "touchpoints that must not come between two steps" },
    { .name = "same",
      .kind = VALUE_TEXTS,
      .means = "attributes that must be the same in all steps, such as item" },
    { .name = "breakdown",
      .kind = VALUE_CHOICE,
      .choices = breakdowns,
      .means = "rows for each value of it: channel, source or an attribute" },
    { .name = "breakdown_at",
      .kind = VALUE_CHOICE,
      .choices = places,
      .means = "whose value it is: that of the entry, or of the first or last step that has one" },
    { .name = "segments",
      .kind = VALUE_TEXTS,
      .means = "rows for each of these segments of the project; who is in several counts in each" },
    { .name = "trend",
      .kind = VALUE_CHOICE,
      .choices = trends,
      .means = "rows for each day, week or month of entry" },
    { .name = "bins",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = 90,
      .means = "how many bins the histogram of times has; by the number of values" },
    { .name = "abandoned",
      .kind = VALUE_MAP,
      .of = &abandoned_keys,
      .means = "carts that are left, and whether they are recovered" },
};
KEYS(funnel_keys, "a funnel", funnel_list);
