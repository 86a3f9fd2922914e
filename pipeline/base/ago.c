/* ago.c - see ago.h. */
#include "base/ago.h"

bool ago_parse(struct str text, struct ago *ago)
{
    static const char *const units[] = { "d", "w", "mo", "y" };
    size_t digits = 0;
    ago->n = 0;
    while (digits < text.n && digits < 4 && text.p[digits] >= '0' && text.p[digits] <= '9')
        ago->n = 10 * ago->n + (text.p[digits++] - '0');
    for (int i = 0; i < 4; i++) {
        if (!str_eq(str_from(text, digits), str_c(units[i])))
            continue;
        ago->unit = (enum ago_unit)i;
        return ago->n > 0;
    }
    return false;
}

static int64_t day_of(int64_t t, const struct zone *z)
{
    int64_t local = t + zone_offset_at(z, t) * SECOND;
    return local / DAY - (local % DAY < 0);
}

int64_t ago_before(struct ago ago, int64_t t, const struct zone *z)
{
    int64_t days = day_of(t, z);
    if (ago.unit == AGO_DAYS || ago.unit == AGO_WEEKS)
        return zone_to_utc(z, (days - ago.n * (ago.unit == AGO_WEEKS ? 7 : 1)) * DAY);
    int year, month, day;
    date_from_days(days, &year, &month, &day);
    int months = 12 * year + month - 1 - ago.n * (ago.unit == AGO_YEARS ? 12 : 1);
    year = months / 12 - (months % 12 < 0);
    month = months - 12 * year + 1;
    if (year < 1)
        return days_from_date(1, 1, 1) * DAY;
    while (!date_exists(year, month, day))
        day--;
    return zone_to_utc(z, days_from_date(year, month, day) * DAY);
}
