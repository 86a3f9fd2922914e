/* keys_flows.c - the keys of a project that ask for flows and waits. See keys.h and tables.c. */
#include "config/keys.h"

static const char *const countings[] = { "journeys", "customers", NULL };
static const char *const rules[] = { "first", "each", NULL };
static const char *const occurrences[] = { "first", "last", NULL };
static const char *const ends[] = { "begin", "end", NULL };
static const char *const clocks[] = { "all", "business", NULL };
static const char *const cases[] = { "reference", "ticket", "customer", NULL };

enum { STEPS_MAX = 50 }; /* on either side of an anchor */

#define HOURS_KEY                                                                                  \
    {                                                                                              \
        .name = "hours", .kind = VALUE_CHOICE, .choices = clocks,                                  \
        .means = "business: only time within the hours of 'calendar' counts; all"                  \
    }

static const struct key flows_list[] = {
    { .name = "anchor",
      .kind = VALUE_TEXT,
      .means = "where steps are counted from: start, end, a touchpoint, or a path pattern such as "
               "'cart -> .* -> order'; start" },
    { .name = "occurrence",
      .kind = VALUE_CHOICE,
      .choices = occurrences,
      .means = "which touchpoint or match of the anchor in a journey: first or last; first" },
    { .name = "at",
      .kind = VALUE_CHOICE,
      .choices = ends,
      .means = "which end of a match of the pattern is step 0: begin or end; begin" },
    { .name = "before",
      .kind = VALUE_WHOLE,
      .max = STEPS_MAX,
      .means = "steps shown before the anchor; 5" },
    { .name = "after",
      .kind = VALUE_WHOLE,
      .max = STEPS_MAX,
      .means = "steps shown after the anchor; 5" },
    { .name = "top",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = 1000,
      .means = "touchpoints that each step shows, the rest is (other); 10" },
    { .name = "counting",
      .kind = VALUE_CHOICE,
      .choices = countings,
      .means = "count journeys, or customers by their first journey; journeys" },
    { .name = "zeta",
      .kind = VALUE_NUMBER,
      .max = 1000,
      .means = "standard deviations from the mean that make a time an outlier; 3" },
};
KEYS(flows_keys, "a flows", flows_list);

static const struct key wait_list[] = {
    { .name = "name", .kind = VALUE_TEXT, .means = "name of the wait; 'from -> to'" },
    { .name = "from",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints that the wait begins with" },
    { .name = "to",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints that the wait ends with" },
    { .name = "rule",
      .kind = VALUE_CHOICE,
      .choices = rules,
      .means = "first: the first from to the first to after it; each: every from to the next to "
               "before another from; first" },
    HOURS_KEY,
    { .name = "counting",
      .kind = VALUE_CHOICE,
      .choices = countings,
      .means = "look within journeys, or at all that a customer did; customers" },
    { .name = "within", .kind = VALUE_DURATION, .means = "a good time: how many were this quick?" },
};
KEYS(wait_keys, "a wait", wait_list);

static const struct key sla_list[] = {
    { .name = "first_response",
      .kind = VALUE_DURATION,
      .means = "time within which the first answer is promised" },
    { .name = "resolution",
      .kind = VALUE_DURATION,
      .means = "time within which the solution is promised" },
};
static KEYS(sla_keys, "an sla", sla_list);

static const struct key support_list[] = {
    { .name = "opened",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints that open a case" },
    { .name = "answered",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints that are an answer of a person, not of a machine" },
    { .name = "solved",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "touchpoints that solve a case" },
    { .name = "reopened", .kind = VALUE_TEXTS, .means = "touchpoints that open it again" },
    { .name = "by",
      .kind = VALUE_CHOICE,
      .choices = cases,
      .means = "what tells cases apart: the attribute reference, the identifier ticket, or the "
               "customer alone; reference" },
    HOURS_KEY,
    { .name = "sla", .kind = VALUE_MAP, .of = &sla_keys, .means = "what was promised" },
};
KEYS(support_keys, "a support", support_list);

static const struct key calendar_list[] = {
    { .name = "hours",
      .kind = VALUE_DICT,
      .each = VALUE_TEXTS,
      .must = true,
      .means = "weekdays (mon-fri, sat), then the hours of opening: 09:00-17:00, or several" },
    { .name = "holidays",
      .kind = VALUE_TEXTS,
      .means = "days on which nobody works: dates, or a file with one on each line" },
};
KEYS(calendar_keys, "a calendar", calendar_list);

static const struct key compare_list[] = {
    { .name = "a", .kind = VALUE_TEXT, .must = true, .means = "name of a segment" },
    { .name = "b",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "name of the segment that it is compared with" },
};
KEYS(compare_keys, "a compare", compare_list);
