/* time_read.c - see time_read.h. */
#include "base/time_read.h"

/* One of n English names, three letters or whole, in any case: 1 to n, or 0. */
static int read_name(struct reading *r, const char *const *names, int n)
{
    if (r->end - r->p < 3)
        return 0;
    for (int i = 0; i < n; i++) {
        const char *name = names[i];
        if ((r->p[0] | 0x20) != name[0] || (r->p[1] | 0x20) != name[1] ||
            (r->p[2] | 0x20) != name[2])
            continue;
        size_t left = (size_t)(r->end - r->p), k = 3;
        while (name[k] && k < left && (r->p[k] | 0x20) == name[k])
            k++;
        r->p += name[k] ? 3 : k;
        return i + 1;
    }
    return 0;
}

bool read_month(struct reading *r)
{
    static const char *const names[] = { "january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december" };
    return (r->month = read_name(r, names, 12)) != 0;
}

bool read_day_name(struct reading *r)
{
    static const char *const names[] = { "monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday" };
    return read_name(r, names, 7) != 0;
}

bool read_half(struct reading *r)
{
    if (r->end - r->p < 2 || (r->p[1] | 0x20) != 'm')
        return false;
    char c = (char)(r->p[0] | 0x20);
    r->pm = c == 'p';
    r->p += 2;
    return c == 'p' || c == 'a';
}

/* What may follow GMT: +3, -03:30; in Google Forms and others east is plus, too. */
static bool read_hours(struct reading *r)
{
    if (r->p == r->end || (*r->p != '+' && *r->p != '-'))
        return true;
    int sign = *r->p++ == '-' ? -1 : 1, hours, minutes = 0;
    if (!read_short(r, 1, &hours) || (read_byte(r, ':') && !read_digits(r, 2, &minutes)))
        return false;
    r->offset = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

/* Zones by their short names: those of RFC 2822, section 4.3, and those that Google and others
 * write of which only one is in use. IST, CST of China and the like are nobody's: they have several
 * meanings. */
static bool read_short_zone(struct reading *r)
{
    static const struct {
        char name[5];
        int16_t minutes;
    } zones[] = {
        { "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },  { "MST", -420 },
        { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 }, { "AKST", -540 }, { "AKDT", -480 },
        { "HST", -600 }, { "WET", 0 },    { "WEST", 60 },  { "BST", 60 },    { "CET", 60 },
        { "MEZ", 60 },   { "CEST", 120 }, { "MESZ", 120 }, { "EET", 120 },   { "EEST", 180 },
        { "MSK", 180 },  { "HKT", 480 },  { "AWST", 480 }, { "JST", 540 },   { "KST", 540 },
        { "AEST", 600 }, { "AEDT", 660 }, { "NZST", 720 }, { "NZDT", 780 },
    };
    struct str rest = { r->p, (size_t)(r->end - r->p) };
    size_t n = 0;
    while (n < rest.n && rest.p[n] >= 'A' && rest.p[n] <= 'Z')
        n++;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (!str_eq(str_head(rest, n), (struct str){ zones[i].name, strnlen(zones[i].name, 5) }))
            continue;
        r->p += n;
        r->zone = true;
        r->offset = zones[i].minutes * 60;
        return true;
    }
    return false;
}

bool read_zone_name(struct reading *r)
{
    struct str rest = { r->p, (size_t)(r->end - r->p) };
    static const struct str names[] = {
        { "UTC", 3 }, { "GMT", 3 }, { "UT", 2 }, { "Z", 1 }, { "z", 1 }
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_starts(rest, names[i])) {
            r->p += names[i].n;
            r->zone = true;
            r->offset = 0;
            return names[i].n < 2 || read_hours(r);
        }
    }
    return read_short_zone(r);
}

bool read_zone(struct reading *r)
{
    if (r->p < r->end && (*r->p | 0x20) == 'z')
        return read_zone_name(r);
    if (r->p == r->end || (*r->p != '+' && *r->p != '-'))
        return false;
    int sign = *r->p++ == '-' ? -1 : 1, hours, minutes = 0;
    if (!read_digits(r, 2, &hours))
        return false;
    bool colon = read_byte(r, ':');
    if ((colon || (r->p < r->end && digit(*r->p))) && !read_digits(r, 2, &minutes))
        return false;
    r->zone = true;
    r->offset = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

/* What is finer than a microsecond is cut. */
bool read_fraction(struct reading *r)
{
    int n = 0, value = 0;
    for (; r->p < r->end && digit(*r->p); r->p++, n++)
        if (n < 6)
            value = value * 10 + (*r->p - '0');
    for (int i = n; i < 6; i++)
        value *= 10;
    r->micros = value;
    return n >= 1 && n <= 9;
}

bool read_epoch(struct reading *r, int64_t last, int64_t *value)
{
    int64_t v = 0;
    const char *from = r->p;
    for (; r->p < r->end && digit(*r->p); r->p++) {
        v = v * 10 + (*r->p - '0');
        if (v > last)
            return false;
    }
    *value = v;
    return r->p > from;
}

bool reading_local(struct reading *r, int64_t *local)
{
    if (!reading_in_range(r))
        return false;
    if (r->epoch != TIME_NONE) {
        *local = r->epoch * SECOND + r->micros;
        r->zone = true;
        r->offset = 0;
        return true;
    }
    if (!date_exists(r->year, r->month, r->day))
        return false;
    int64_t seconds = days_from_date(r->year, r->month, r->day) * 86400 + r->hour * 3600 +
                      r->minute * 60 + r->second;
    *local = seconds * SECOND + r->micros + (r->pm ? 43200 * SECOND : 0);
    return true;
}
