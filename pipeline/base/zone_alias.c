/* zone_alias.c - names of zones that exports write and the tz database does not know: see clock.h.
 *
 * The names are those of Ruby on Rails (ActiveSupport::TimeZone), which Square, Shopify, Zendesk
 * and others print.
 */
#include "base/clock.h"

struct str zone_alias(struct str name)
{
    static const struct {
        const char *name, *iana;
    } aliases[] = {
        { "International Date Line West", "Etc/GMT+12" },
        { "Midway Island", "Pacific/Midway" },
        { "American Samoa", "Pacific/Pago_Pago" },
        { "Hawaii", "Pacific/Honolulu" },
        { "Alaska", "America/Juneau" },
        { "Pacific Time (US & Canada)", "America/Los_Angeles" },
        { "Tijuana", "America/Tijuana" },
        { "Arizona", "America/Phoenix" },
        { "Mountain Time (US & Canada)", "America/Denver" },
        { "Central Time (US & Canada)", "America/Chicago" },
        { "Mexico City", "America/Mexico_City" },
        { "Central America", "America/Guatemala" },
        { "Bogota", "America/Bogota" },
        { "Lima", "America/Lima" },
        { "Eastern Time (US & Canada)", "America/New_York" },
        { "Indiana (East)", "America/Indiana/Indianapolis" },
        { "Atlantic Time (Canada)", "America/Halifax" },
        { "Santiago", "America/Santiago" },
        { "Newfoundland", "America/St_Johns" },
        { "Brasilia", "America/Sao_Paulo" },
        { "Buenos Aires", "America/Argentina/Buenos_Aires" },
        { "Azores", "Atlantic/Azores" },
        { "Edinburgh", "Europe/London" },
        { "London", "Europe/London" },
        { "Dublin", "Europe/Dublin" },
        { "Lisbon", "Europe/Lisbon" },
        { "Casablanca", "Africa/Casablanca" },
        { "Madrid", "Europe/Madrid" },
        { "Paris", "Europe/Paris" },
        { "Brussels", "Europe/Brussels" },
        { "Amsterdam", "Europe/Amsterdam" },
        { "Berlin", "Europe/Berlin" },
        { "Bern", "Europe/Zurich" },
        { "Zurich", "Europe/Zurich" },
        { "Vienna", "Europe/Vienna" },
        { "Rome", "Europe/Rome" },
        { "Prague", "Europe/Prague" },
        { "Warsaw", "Europe/Warsaw" },
        { "Stockholm", "Europe/Stockholm" },
        { "Copenhagen", "Europe/Copenhagen" },
        { "Athens", "Europe/Athens" },
        { "Helsinki", "Europe/Helsinki" },
        { "Kyiv", "Europe/Kiev" },
        { "Bucharest", "Europe/Bucharest" },
        { "Cairo", "Africa/Cairo" },
        { "Pretoria", "Africa/Johannesburg" },
        { "Jerusalem", "Asia/Jerusalem" },
        { "Istanbul", "Europe/Istanbul" },
        { "Moscow", "Europe/Moscow" },
        { "Riyadh", "Asia/Riyadh" },
        { "Nairobi", "Africa/Nairobi" },
        { "Abu Dhabi", "Asia/Muscat" },
        { "Karachi", "Asia/Karachi" },
        { "Mumbai", "Asia/Kolkata" },
        { "New Delhi", "Asia/Kolkata" },
        { "Dhaka", "Asia/Dhaka" },
        { "Bangkok", "Asia/Bangkok" },
        { "Jakarta", "Asia/Jakarta" },
        { "Beijing", "Asia/Shanghai" },
        { "Hong Kong", "Asia/Hong_Kong" },
        { "Singapore", "Asia/Singapore" },
        { "Perth", "Australia/Perth" },
        { "Tokyo", "Asia/Tokyo" },
        { "Seoul", "Asia/Seoul" },
        { "Adelaide", "Australia/Adelaide" },
        { "Brisbane", "Australia/Brisbane" },
        { "Sydney", "Australia/Sydney" },
        { "Melbourne", "Australia/Melbourne" },
        { "Auckland", "Pacific/Auckland" },
        { "Wellington", "Pacific/Auckland" },
    };
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (str_eq(name, str_c(aliases[i].name)))
            return str_c(aliases[i].iana);
    return name;
}
