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
 * Known from 1900 to 2100; before and after that the nearest offset known is used. */
struct zone *zone_new(struct str name);
void zone_free(struct zone *z);
/* The IANA name that a name of Ruby on Rails stands for, else the name itself. */
struct str zone_alias(struct str name);
/* Seconds east of UTC at an instant. */
int zone_offset_at(const struct zone *z, int64_t utc);
/* The instant at which clocks in z show `local` (microseconds as if the local clock were UTC). */
int64_t zone_to_utc(const struct zone *z, int64_t local);
/* The instant at which the day after that of `utc` begins in z. */
int64_t zone_next_day(const struct zone *z, int64_t utc);

/* ---- calendar (proleptic Gregorian) ---- */

/* Days since 1970-01-01 of a date; month 1..12. The date must exist (date_exists). */
int64_t days_from_date(int year, int month, int day);
void date_from_days(int64_t days, int *year, int *month, int *day);
bool date_exists(int year, int month, int day);

/* ---- formats ---- */

/* A time format is one of these names, or a pattern.
 *   iso8601   2010-12-30, with an optional T or blank and 14:32, 14:32:00 or 14:32:00.5 (or ,5);
 *             then an optional zone, after a blank or none: Z, UTC, GMT, +01, +0100, +01:00
 *   rfc2822   [Tue,] 31 Aug 2010 20:36[:28] +0000, the zone also Z, UT, UTC, GMT; a remark in
 *             parentheses may follow
 *   epoch, epoch_ms, epoch_us   seconds (milliseconds, microseconds) since 1970, not negative; the
 *             first two with decimals, too
 * In a pattern:
 *   %Y 4 digits      %y 2 digits: 69 to 99 are 19..        %m %d %H %I  1 or 2 digits, 2 when
 * another %e  %d, after any number of blanks                                  number follows or
 * precedes %M %S 2 digits   %b %B %a %A  English names, three letters or whole, any case %p AM or
 * PM      %z +hh, +hhmm, +hh:mm, Z              %Z UTC, UT, GMT, Z, GMT+3 %f fraction, 1 to 9 digits %s
 * seconds since 1970              %% a percent sign a blank stands for one or more blanks; other
 * bytes for themselves. Strict: 31 June and 24:00 are no times. The name of a day is not compared
 * with the date. A second 60 (a leap second) is read as the last microsecond of its minute, so that
 * times keep their order. Digits of a fraction past the sixth are cut. */
struct time_format {
    struct str text; /* as written */
    bool has_year;   /* false for syslog's "%b %e %H:%M:%S" */
    bool has_zone;
    bool coarse; /* a date without a time of day (iso8601: said by each text) */
    struct time_op *ops;
    size_t nops;
    size_t head;     /* ops that a time_cache may answer for */
    bool short_tail; /* behind them stand two digits of a second, and a zone at most */
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

/* One thread's memory of the last text parsed with a format: the same date, hour and minute need
 * not be read again, nor the same zone behind the second. It never changes an answer. Starts as
 * zeros. */
struct time_cache {
    const struct time_format *format;
    char head[32];
    size_t head_n;
    int64_t local;
    int32_t offset;
    bool tail_known;
    char tail[10]; /* what stood behind the two digits of the second, and its offset */
    uint8_t tail_n;
    int32_t tail_offset;
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
