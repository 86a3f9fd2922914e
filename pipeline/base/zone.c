/* zone.c - time zones as two sorted tables, made once: see clock.h.
 *
 * GLib knows the rules (the tz database, with the rule that goes on after its last entry). It is
 * asked at load only, since it counts references and locks. Its intervals are numbered in order, so
 * that cutting a span in two wherever the numbers at its ends differ finds every change, however
 * close together they are.
 */
#include <glib.h>
#include <stdlib.h>

#include "base/clock.h"

enum { FIRST_YEAR = 1900, LAST_YEAR = 2100 };

struct change {
    int64_t utc;    /* the offset holds from this instant on */
    int64_t local;  /* and for local times from this one on: see zone_to_utc() */
    int64_t offset; /* microseconds east */
};

struct zone {
    struct change *changes; /* by time; the first one holds for all times before it too */
    size_t n, room;
};

static void add_change(struct zone *z, int64_t second, int32_t offset)
{
    int64_t east = offset * SECOND, utc = second * SECOND, before = east;
    if (z->n) {
        before = z->changes[z->n - 1].offset;
        if (before == east)
            return; /* another name for the same clock */
    }
    z->changes = mem_grow(z->changes, &z->room, z->n + 1, sizeof *z->changes);
    int64_t local = utc + (before > east ? before : east);
    z->changes[z->n++] = (struct change){ utc, local, east };
}

struct span {
    int64_t at; /* seconds */
    int interval;
};

static struct span look(GTimeZone *tz, int64_t at)
{
    return (struct span){ at, g_time_zone_find_interval(tz, G_TIME_TYPE_UNIVERSAL, at) };
}

static void find_changes(struct zone *z, GTimeZone *tz, struct span from, struct span to)
{
    if (from.interval == to.interval)
        return;
    if (to.at - from.at == 1) {
        add_change(z, to.at, g_time_zone_get_offset(tz, to.interval));
        return;
    }
    struct span middle = look(tz, from.at + (to.at - from.at) / 2);
    find_changes(z, tz, from, middle);
    find_changes(z, tz, middle, to);
}

/* "+02:00", "+0200", "-7", "+5:30" */
static bool offset_name(struct str name, int32_t *seconds)
{
    if (name.n < 2 || (name.p[0] != '+' && name.p[0] != '-'))
        return false;
    int digits[4], n = 0;
    bool colon = false;
    for (size_t i = 1; i < name.n; i++) {
        char c = name.p[i];
        if (c == ':' && !colon && n >= 1 && n <= 2 && name.n - i == 3) {
            colon = true;
            if (n == 1) {
                digits[1] = digits[0];
                digits[0] = 0;
                n = 2;
            }
        } else if (c >= '0' && c <= '9' && n < 4) {
            digits[n++] = c - '0';
        } else {
            return false;
        }
    }
    int hours = n == 1 ? digits[0] : n ? digits[0] * 10 + digits[1] : 0;
    int minutes = n == 4 ? digits[2] * 10 + digits[3] : 0;
    if (n == 0 || n == 3 || hours > 23 || minutes > 59)
        return false;
    *seconds = (name.p[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

/* GLib would also take the path of a file, and a rule such as "CET-1CEST". Names with digits have
 * an area ("Etc/GMT+5"), but for a few old ones such as EST5EDT, which are such rules as well. */
static bool iana_name(struct str name)
{
    bool area = false, digits = false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (c == '\0' || (!letter && (i == 0 || !strchr("0123456789/_+-", c))))
            return false;
        area = area || c == '/';
        digits = digits || (c >= '0' && c <= '9');
    }
    return name.n && name.n < 64 && (area || !digits);
}

struct zone *zone_new(struct str name)
{
    struct zone *z = mem_zero(1, sizeof *z);
    int32_t offset = 0;
    if (str_eq(name, STR("UTC")) || str_eq(name, STR("GMT")) || str_eq(name, STR("Z")) ||
        offset_name(name, &offset)) {
        add_change(z, 0, offset);
        return z;
    }
    struct arena a = { 0 };
    GTimeZone *tz = iana_name(name) ? g_time_zone_new_identifier(arena_keep(&a, name).p) : NULL;
    arena_free(&a);
    if (!tz) {
        zone_free(z);
        return NULL;
    }
    struct span from = look(tz, days_from_date(FIRST_YEAR, 1, 1) * 86400);
    struct span to = look(tz, days_from_date(LAST_YEAR + 1, 1, 1) * 86400);
    add_change(z, from.at, g_time_zone_get_offset(tz, from.interval));
    find_changes(z, tz, from, to);
    g_time_zone_unref(tz);
    return z;
}

void zone_free(struct zone *z)
{
    if (!z)
        return;
    free(z->changes);
    free(z);
}

int zone_offset_at(const struct zone *z, int64_t utc)
{
    size_t low = 0, high = z->n; /* the change that holds is in [low, high) */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle].utc <= utc)
            low = middle;
        else
            high = middle;
    }
    return (int)(z->changes[low].offset / SECOND);
}

/* A change that skips local times and one that repeats them are one case: up to the later of the
 * two readings of the change itself, the offset before it is the one to use. */
int64_t zone_to_utc(const struct zone *z, int64_t local)
{
    size_t low = 0, high = z->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle].local <= local)
            low = middle;
        else
            high = middle;
    }
    return local - z->changes[low].offset;
}

int64_t zone_next_day(const struct zone *z, int64_t utc)
{
    int64_t local = utc + zone_offset_at(z, utc) * SECOND, of_day = local % DAY;
    return zone_to_utc(z, local - of_day + (of_day < 0 ? 0 : DAY));
}
