/* clock.h - times as microseconds since 1970-01-01 00:00 UTC; time zones; time formats.
 *
 * Never asks the process's zone. Everything is resolved at load; parsing is pure and takes no lock.
 *
 * Local times: one that the clocks skip (spring) is read with the offset that was in force before
 * the gap; one that occurs twice (autumn) is the earlier of the two.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/err.h"

#define TIME_NONE INT64_MIN
#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

/* ---- zones ---- */

struct zone; /* const once made */
/* By IANA name ("Europe/Berlin"), "UTC", or an offset ("+02:00"). NULL when there is no such zone.
 */
struct zone *zone_new(struct str name);
void zone_free(struct zone *z);
/* Seconds east of UTC at an instant. */
int zone_offset_at(const struct zone *z, int64_t utc);
/* The instant at which clocks in z show `local` (microseconds as if the local clock were UTC). */
int64_t zone_to_utc(const struct zone *z, int64_t local);

/* ---- calendar (proleptic Gregorian) ---- */

/* Days since 1970-01-01 of a date; month 1..12. The date must exist (date_exists). */
int64_t days_from_date(int year, int month, int day);
void date_from_days(int64_t days, int *year, int *month, int *day);
bool date_exists(int year, int month, int day);

/* ---- formats ---- */

/* A time format is one of the names iso8601, rfc2822, epoch, epoch_ms, epoch_us, or a pattern:
 *   %Y %y %m %d %e %b %B %a %A %H %I %M %S %p %z %Z(names UTC, GMT, Z only) %f (fraction, 1 to 9
 * digits) %s (epoch seconds) %% other bytes stand for themselves; a blank stands for one or more
 * blanks. %e allows a blank-padded day. iso8601: date, optional T or blank and time to minutes,
 * seconds or fractions, optional zone (Z, +hh, +hhmm, +hh:mm). */
struct time_format {
    struct str text; /* as written */
    bool has_year;   /* false for syslog's "%b %e %H:%M:%S" */
    bool has_zone;
    struct time_op *ops;
    size_t nops;
};
/* Compiles into a; false with the reason in e. */
bool time_format_compile(struct str text, struct arena *a, struct time_format *f, struct err *e);

/* What a text says, before a year and a zone are supplied. */
struct time_parts {
    int64_t local; /* microseconds as if its clock were UTC; with no year in the format: in the year
                      2000 */
    bool has_year;
    bool has_zone;
    int32_t offset; /* seconds east, when has_zone */
    bool coarse;    /* a date without a time of day */
};

/* One thread's memory of the last text parsed with each format: the same date part need not be read
 * again. Starts as zeros. */
struct time_cache {
    const struct time_format *format;
    char head[32];
    size_t head_n;
    int64_t local;
    int32_t offset;
};

/* Reads the whole of text. False when it does not fit the format, or the date does not exist (31
 * June). */
bool time_parse(const struct time_format *f, struct str text, struct time_cache *cache,
                struct time_parts *parts);

/* The instant. zone serves when the text has none; year when it has none. TIME_NONE when the date
 * does not exist in that year (29 February). */
int64_t time_resolve(const struct time_parts *p, const struct zone *zone, int year);

/* ISO 8601 in UTC: "2026-09-01T08:00:01Z", with up to six digits of fraction when there is one. buf
 * holds at least TIME_TEXT bytes; returns the length. */
enum { TIME_TEXT = 40 };
size_t time_text(int64_t t, char *buf);

/* "90d", "30m", "24h", "1.5h", "10s", "never" (INT64_MAX) -> microseconds; a day is 86,400 s. False
 * when it is not one. */
bool duration_parse(struct str text, int64_t *micros);
/* "3 d 4 h", "12 min", "5 s": the two largest units, for people. Returns the length. */
size_t duration_text(int64_t micros, char *buf, size_t size);

/* --since and --until: an ISO date or time, read in zone z. False when it is not one. */
bool time_argument(struct str text, const struct zone *z, int64_t *t);

#endif
