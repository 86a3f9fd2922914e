/* tables_shared.h - what the keys of formats and of sources share: for tables.c and
 * tables_format.c.
 */
#ifndef CONFIG_TABLES_SHARED_H
#define CONFIG_TABLES_SHARED_H

#include "config/keys.h"

extern const struct keys time_keys, lookup_keys, metrics_keys, duplicates_keys;
extern const char *const decimals[];                  /* signs before decimals */
extern const struct keys channels_keys, landing_keys; /* tables_channels.c */

#define TIME_KEY                                                                                   \
    {                                                                                              \
        .name = "time", .kind = VALUE_MAP, .of = &time_keys,                                       \
        .means = "where the time of a record stands and how it is written"                         \
    }
#define IDENTIFY_KEY                                                                               \
    {                                                                                              \
        .name = "identify", .kind = VALUE_DICT, .each = VALUE_TEXTS,                               \
        .of_names = NAMES_IDENTIFIERS,                                                             \
        .means = "which fields say who it was: kind of identifier, then a field or a list of "     \
                 "fields that are joined"                                                          \
    }
#define ATTRIBUTES_KEY                                                                             \
    {                                                                                              \
        .name = "attributes", .kind = VALUE_DICT, .each = VALUE_TEXT,                              \
        .of_names = NAMES_ATTRIBUTES, .means = "attributes that every event takes from a field"    \
    }
#define LOOKUPS_KEY                                                                                \
    {                                                                                              \
        .name = "lookups", .kind = VALUE_MAPS, .of = &lookup_keys,                                 \
        .means = "side tables, from whose rows records take fields"                                \
    }
#define DUPLICATES_KEY                                                                             \
    {                                                                                              \
        .name = "duplicates", .kind = VALUE_FORMAT, .of = &duplicates_keys,                        \
        .means = "which of the records read twice count: keep, all; once, of equal ones the "      \
                 "first; across, equal ones of different files once; by: the fields that are a "   \
                 "record's id"                                                                     \
    }
#define METRICS_KEY                                                                                \
    {                                                                                              \
        .name = "metrics", .kind = VALUE_MAP, .of = &metrics_keys,                                 \
        .means = "its rows tell of no person: their values are summed in metrics.csv"              \
    }
#define LANDING_KEY                                                                                \
    {                                                                                              \
        .name = "landing", .kind = VALUE_MAP, .of = &landing_keys,                                 \
        .means = "which fields tell how the customer came to a page, and by which browser"         \
    }
#define ENRICH_KEYS                                                                                \
    { .name = "channels",                                                                          \
      .kind = VALUE_MAP,                                                                           \
      .of = &channels_keys,                                                                        \
      .means = "how campaigns, sites and searches become channels" },                              \
        { .name = "devices",                                                                       \
          .kind = VALUE_DICT,                                                                      \
          .each = VALUE_REGEX,                                                                     \
          .means = "a class of devices, then a PCRE2 regex over the agent; the first that fits" }, \
        { .name = "browsers",                                                                      \
          .kind = VALUE_DICT,                                                                      \
          .each = VALUE_REGEX,                                                                     \
          .means = "a family of browsers, then a PCRE2 regex over the agent; the first that "      \
                   "fits" },                                                                       \
    {                                                                                              \
        .name = "pages", .kind = VALUE_DICT, .each = VALUE_REGEX,                                  \
        .means = "what stands for a part of a path, then the PCRE2 regex that such parts fit; "    \
                 "the first that fits"                                                             \
    }

#endif
