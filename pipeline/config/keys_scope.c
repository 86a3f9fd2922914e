/* keys_scope.c - the keys of a project that say whom its tables count, and how their paths are
 * cleaned. See keys.h and tables.c.
 */
#include "config/keys.h"

static const struct key view_list[] = {
    { .name = "since", .kind = VALUE_TEXT, .means = "leave out what was before, as --since" },
    { .name = "until",
      .kind = VALUE_TEXT,
      .means = "leave out what was at that time or later, as --until" },
    { .name = "last",
      .kind = VALUE_TEXT,
      .means = "the last days, weeks, months or years: 7d, 2w, 6mo, 1y, as --last" },
    { .name = "where",
      .kind = VALUE_TEXT,
      .means = "count only the journeys for which this expression holds, as --where" },
    { .name = "tables",
      .kind = VALUE_TEXTS,
      .means = "tables to write beside the usual ones, as --tables" },
};
KEYS(view_keys, "a view", view_list);

static const struct key paths_list[] = {
    { .name = "rename",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "a PCRE2 regex, then what stands in the name of a touchpoint instead of all that it "
               "finds there" },
    { .name = "group",
      .kind = VALUE_DICT,
      .each = VALUE_TEXTS,
      .means = "a new name, then the touchpoints that get it; * stands for any text" },
    { .name = "strip_slash",
      .kind = VALUE_FLAG,
      .means = "true: names lose the / at their end; no" },
    { .name = "collapse",
      .kind = VALUE_FLAG,
      .means = "true: a touchpoint that comes several times in a row is one step; no" },
    { .name = "exclude",
      .kind = VALUE_TEXTS,
      .means = "touchpoints that paths do not show; * stands for any text" },
    { .name = "start",
      .kind = VALUE_TEXTS,
      .means = "a path begins at the first of these; * stands for any text" },
    { .name = "end",
      .kind = VALUE_TEXTS,
      .means = "a path ends at the first of these; * stands for any text" },
    { .name = "transforms",
      .kind = VALUE_TEXTS,
      .means = "Snowplow's transforms, in order: exposure_path, first_path, unique_path, "
               "remove_if_last_and_not_all(NAME, ...), remove_if_not_all(NAME, ...)" },
};
KEYS(paths_keys, "a paths", paths_list);
