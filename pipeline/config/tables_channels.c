/* tables_channels.c - the keys of `channels:` and `landing:`. See keys.h and tables.c. */
#include "config/tables_shared.h"

#define PARAMETERS(part, says)                                                                     \
    {                                                                                              \
        .name = part, .kind = VALUE_TEXTS, .means = "parameters of a URL that hold " says          \
    }

static const struct key parameter_list[] = {
    PARAMETERS("source", "the site or list that a campaign ran on"),
    PARAMETERS("medium", "the kind of campaign: cpc, email, social"),
    PARAMETERS("campaign", "the name of the campaign"),
    PARAMETERS("content", "the advertisement or link of the campaign"),
    PARAMETERS("keyword", "the words that an advertisement was booked for"),
};
static KEYS(parameter_keys, "a parameters", parameter_list);

static const struct key channel_rule_list[] = {
    { .name = "channel", .kind = VALUE_TEXT, .must = true, .means = "name of the channel" },
    { .name = "when",
      .kind = VALUE_DICT,
      .each = VALUE_TEXTS,
      .means = "source, medium, campaign, content, keyword, click_id, site, referrer or "
               "referrer_class, then a PCRE2 regex over its value, or a list of values; all of "
               "them" },
};
static KEYS(channel_rule_keys, "a channel rule", channel_rule_list);

static const struct key channels_list[] = {
    { .name = "own",
      .kind = VALUE_TEXTS,
      .means = "your own hosts: a link from there, or from a host below, is no landing" },
    { .name = "parameters",
      .kind = VALUE_MAP,
      .of = &parameter_keys,
      .means = "parameters of a URL that tell of a campaign" },
    { .name = "click_ids",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "a parameter that advertisers add to links, then 'source / medium' that it stands "
               "for" },
    { .name = "sites",
      .kind = VALUE_DICT,
      .each = VALUE_TEXTS,
      .means = "a class of sites (search, social), then its hosts; google.* is any top-level "
               "domain; a name without a dot is a source as campaigns write it" },
    { .name = "mediums",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "a class of sites, then the medium of a plain link from there" },
    { .name = "words",
      .kind = VALUE_TEXTS,
      .means = "parameters of a search site's URL that hold the words of the search" },
    { .name = "rules",
      .kind = VALUE_MAPS,
      .of = &channel_rule_keys,
      .means = "which landings came by which channel; the first that fits wins" },
};
KEYS(channels_keys, "a channels", channels_list);

#define LANDING_FIELD(part, says)                                                                  \
    {                                                                                              \
        .name = part, .kind = VALUE_TEXT, .means = "the field that holds " says                    \
    }

static const struct key landing_list[] = {
    LANDING_FIELD("page", "the URL of the page, or its path and query"),
    LANDING_FIELD("referrer", "the URL that led there"),
    LANDING_FIELD("host", "the host of the page, where it stands alone"),
    LANDING_FIELD("source", "the source of the campaign, taken apart already"),
    LANDING_FIELD("medium", "its medium"),
    LANDING_FIELD("campaign", "its name"),
    LANDING_FIELD("content", "its advertisement or link"),
    LANDING_FIELD("keyword", "the words that it was booked for"),
    LANDING_FIELD("agent", "the browser as it names itself"),
};
KEYS(landing_keys, "a landing", landing_list);
