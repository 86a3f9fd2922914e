/* load_flows.c - flows, map, waits, support, compare and calendar: what they ask for, and whether
 * the touchpoints that they name exist. See load.h, flow_rules.h.
 */
#include <glib.h>
#include <stdlib.h>

#include "config/expr.h"
#include "config/load.h"

static bool text_is(const struct yaml_node *map, const char *key, const char *text)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node && str_eq(node->text, str_c(text));
}

static double number(const struct yaml_node *map, const char *key, double otherwise)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node ? value_number(node) : otherwise;
}

/* A duration that is longer than nothing; 0 when it is not given. */
static int64_t positive(struct loader *l, const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t micros = node ? value_duration(node) : 0;
    if (node && micros <= 0)
        yaml_error(l->faults, node, "'%s' must be longer than nothing", key);
    return micros;
}

/* `hours: business` needs a calendar. */
static bool business(struct loader *l, const struct yaml_node *map)
{
    bool asked = text_is(map, "hours", "business");
    if (asked && !l->plan->flows.calendar)
        yaml_error(l->faults, yaml_get(map, "hours"),
                   "business hours need a 'calendar', such as calendar: {hours: {mon-fri: "
                   "09:00-17:00}}");
    return asked;
}

/* ---- calendar ---- */

struct days {
    int64_t *list;
    size_t n, room;
};

static bool day_parse(struct str text, int64_t *day)
{
    static const size_t start[] = { 0, 5, 8 }, length[] = { 4, 2, 2 };
    int part[3] = { 0 };
    if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-')
        return false;
    for (int i = 0; i < 3; i++)
        for (size_t k = start[i]; k < start[i] + length[i]; k++) {
            if (text.p[k] < '0' || text.p[k] > '9')
                return false;
            part[i] = part[i] * 10 + (text.p[k] - '0');
        }
    if (!date_exists(part[0], part[1], part[2]))
        return false;
    *day = days_from_date(part[0], part[1], part[2]);
    return true;
}

static void add_day(struct days *days, int64_t day)
{
    days->list = mem_grow(days->list, &days->room, days->n + 1, sizeof *days->list);
    days->list[days->n++] = day;
}

/* A date on each line; after it, and on lines that begin with #, a remark. */
static void read_holidays(struct loader *l, const struct yaml_node *name, struct days *days)
{
    struct str path =
        str_starts(name->text, STR("/"))
            ? name->text
            : arena_printf(&l->scratch, "%s/%.*s", l->plan->dir.p, STR_ARG(name->text));
    char *text;
    gsize size;
    if (!g_file_get_contents(path.p, &text, &size, NULL)) {
        yaml_error(l->faults, name,
                   "'%.*s' is neither a date such as 2026-12-25 nor a file that can be read",
                   STR_ARG(name->text));
        return;
    }
    struct str rest = { text, size };
    for (unsigned line = 1; rest.n; line++) {
        struct str all = str_trim(str_cut(&rest, '\n'));
        int64_t day;
        if (all.n == 0 || all.p[0] == '#')
            continue;
        if (day_parse(str_head(all, 10), &day)) {
            add_day(days, day);
            continue;
        }
        yaml_error(l->faults, name,
                   "line %u of '%.*s' does not begin with a date such as "
                   "2026-12-25",
                   line, STR_ARG(name->text));
        break;
    }
    g_free(text);
}

static void load_hours(struct loader *l, const struct yaml_node *map, struct hours **hours,
                       size_t *n)
{
    size_t room = 0;
    for (size_t i = 0; map && i < map->n; i++) {
        unsigned days = 0;
        if (map->keys[i].wrong || map->items[i].wrong)
            continue;
        if (!weekdays_parse(map->keys[i].text, &days)) {
            yaml_error(l->faults, &map->keys[i],
                       "'%.*s' is no weekday or range of them; write mon, sat,sun or mon-fri",
                       STR_ARG(map->keys[i].text));
            continue;
        }
        size_t ntexts;
        const struct yaml_node *texts = value_texts(&map->items[i], &ntexts);
        for (size_t k = 0; k < ntexts; k++) {
            struct hours h;
            if (!hours_parse(texts[k].text, &h.from, &h.to)) {
                yaml_error(l->faults, &texts[k],
                           "'%.*s' is no time of opening; write one such as 09:00-17:30",
                           STR_ARG(texts[k].text));
                continue;
            }
            for (h.weekday = 0; h.weekday < 7; h.weekday++) {
                if (!(days >> h.weekday & 1))
                    continue;
                *hours = mem_grow(*hours, &room, *n + 1, sizeof **hours);
                (*hours)[(*n)++] = h;
            }
            if (!hours_overlap(*hours, *n))
                continue;
            yaml_error(l->faults, &texts[k], "these hours overlap others of the same day");
            return;
        }
    }
}

static void load_calendar(struct loader *l, const struct yaml_node *node)
{
    if (!node)
        return;
    struct hours *hours = NULL;
    struct days days = { 0 };
    size_t nhours = 0, n;
    load_hours(l, yaml_get(node, "hours"), &hours, &nhours);
    const struct yaml_node *holidays = value_texts(yaml_get(node, "holidays"), &n);
    for (size_t i = 0; i < n; i++) {
        int64_t day;
        if (day_parse(holidays[i].text, &day))
            add_day(&days, day);
        else
            read_holidays(l, &holidays[i], &days);
    }
    l->plan->flows.calendar = calendar_new(l->plan->zone, hours, nhours, days.list, days.n);
    free(hours);
    free(days.list);
}

/* ---- the rest ---- */

/* A touchpoint that is called so stands in quotes, in a pattern. */
static bool is_pattern(struct str anchor)
{
    return str_find(anchor, STR("->")) < anchor.n || (anchor.n && anchor.p[0] == '[');
}

static void load_steps(struct loader *l, const struct yaml_node *node)
{
    struct step_rules *s = &l->plan->flows.steps;
    const struct yaml_node *anchor = yaml_get(node, "anchor");
    s->given = node;
    s->anchor = !anchor || text_is(node, "anchor", "start") ? ANCHOR_START
                : text_is(node, "anchor", "end")            ? ANCHOR_END
                : is_pattern(anchor->text)                  ? ANCHOR_PATTERN
                                                            : ANCHOR_TOUCHPOINT;
    if (s->anchor == ANCHOR_PATTERN) {
        check_pattern_text(l, anchor);
        s->pattern = arena_keep(l->a, anchor->text);
    }
    s->last = text_is(node, "occurrence", "last");
    s->at_end = text_is(node, "at", "end");
    if (yaml_get(node, "occurrence") && s->anchor < ANCHOR_TOUCHPOINT)
        yaml_error(l->faults, yaml_get(node, "occurrence"),
                   "'occurrence' says nothing without an anchor within the journey");
    if (yaml_get(node, "at") && s->anchor != ANCHOR_PATTERN)
        yaml_error(
            l->faults, yaml_get(node, "at"),
            "'at' says nothing without a pattern as 'anchor', such as 'cart -> .* -> order'");
    if (s->anchor == ANCHOR_TOUCHPOINT) {
        if (!l->plan->paths.asked) /* else it may be a name that only `paths` gives */
            load_touchpoints(l, anchor);
        s->touchpoint = arena_keep(l->a, anchor->text);
    }
    s->before = s->anchor == ANCHOR_START ? 0 : (unsigned)number(node, "before", 5);
    s->after = s->anchor == ANCHOR_END ? 0 : (unsigned)number(node, "after", 5);
    s->top = (unsigned)number(node, "top", 10);
    s->counting = text_is(node, "counting", "customers") ? COUNT_CUSTOMERS : COUNT_JOURNEYS;
    s->zeta = number(node, "zeta", 3);
}

static void load_map(struct loader *l, const struct yaml_node *project)
{
    const struct yaml_node *node = yaml_get(project, "map");
    l->plan->flows.map = load_touchpoints(l, yaml_get(project, "map"));
    const struct names *map = &l->plan->flows.map;
    size_t n;
    const struct yaml_node *texts = value_texts(node, &n);
    for (size_t i = 0; i < n; i++)
        if (str_in(map->list[i], map->list, i))
            yaml_error(l->faults, &texts[i], "'%.*s' stands twice in the map",
                       STR_ARG(map->list[i]));
}

static struct str wait_name(struct loader *l, const struct yaml_node *node, const struct wait *w)
{
    const struct yaml_node *name = yaml_get(node, "name");
    if (name)
        return arena_keep(l->a, name->text);
    struct str text = STR("");
    for (int side = 0; side < 2; side++) {
        const struct names *names = side ? &w->to : &w->from;
        for (size_t i = 0; i < names->n; i++)
            text = arena_printf(l->a, "%.*s%s%.*s", STR_ARG(text),
                                i      ? " or "
                                : side ? " -> "
                                       : "",
                                STR_ARG(names->list[i]));
    }
    return text;
}

static void load_waits(struct loader *l, const struct yaml_node *list)
{
    struct flow_rules *f = &l->plan->flows;
    f->waits = arena_take(l->a, (list ? list->n : 0) * sizeof *f->waits + 1);
    for (size_t i = 0; list && i < list->n; i++) {
        const struct yaml_node *node = &list->items[i];
        if (node->wrong)
            continue;
        struct wait *w = &f->waits[f->nwaits++];
        w->from = load_touchpoints(l, yaml_get(node, "from"));
        w->to = load_touchpoints(l, yaml_get(node, "to"));
        w->name = wait_name(l, node, w);
        w->each = text_is(node, "rule", "each");
        w->business = business(l, node);
        w->counting = text_is(node, "counting", "journeys") ? COUNT_JOURNEYS : COUNT_CUSTOMERS;
        w->within = positive(l, node, "within");
    }
}

static void load_support(struct loader *l, const struct yaml_node *node)
{
    struct support_rules *s = &l->plan->flows.support;
    if (!node)
        return;
    const struct yaml_node *sla = yaml_get(node, "sla");
    s->opened = load_touchpoints(l, yaml_get(node, "opened"));
    s->answered = load_touchpoints(l, yaml_get(node, "answered"));
    s->solved = load_touchpoints(l, yaml_get(node, "solved"));
    s->reopened = load_touchpoints(l, yaml_get(node, "reopened"));
    s->by = text_is(node, "by", "ticket")     ? CASE_TICKET
            : text_is(node, "by", "customer") ? CASE_CUSTOMER
                                              : CASE_REFERENCE;
    s->business = business(l, node);
    s->first_response = positive(l, sla, "first_response");
    s->resolution = positive(l, sla, "resolution");
}

/* ---- compare ---- */

static void load_compare(struct loader *l, const struct yaml_node *node)
{
    static const char *const sides[] = { "a", "b" };
    for (size_t s = 0; s < 2; s++) {
        const struct yaml_node *name = yaml_get(node, sides[s]);
        size_t segment;
        if (name && plain_segment(l, name, "compared", &segment))
            l->plan->flows.compare[s] = l->plan->segments[segment].name;
    }
}

void load_flows(struct loader *l, const struct yaml_node *project)
{
    load_calendar(l, yaml_get(project, "calendar"));
    load_steps(l, yaml_get(project, "flows"));
    load_map(l, project);
    load_waits(l, yaml_get(project, "waits"));
    load_support(l, yaml_get(project, "support"));
    load_compare(l, yaml_get(project, "compare"));
}
