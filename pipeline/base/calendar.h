/* calendar.h - business hours and holidays: how much of a span of time was working time.
 *
 * Exact across changes of the clock: the hours are local times of a zone, and a day that the clocks
 * made shorter or longer has the hours that really passed.
 * Owns:    a calendar owns all it needs; it keeps no pointer to the zone.
 * Threads: const once made.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include "base/clock.h"

struct calendar;

/* Open from `from` to `to` on one weekday, in minutes of the local clock, 0 to 1440. */
struct hours {
    int weekday; /* 0 is Monday */
    int from, to;
};

/* From hours in any order that do not overlap (see hours_overlap()) and local days (of
 * days_from_date()) that are closed. Known from 1970 to 2100: before and after, all is closed. */
struct calendar *calendar_new(const struct zone *zone, const struct hours *hours, size_t nhours,
                              const int64_t *holidays, size_t nholidays);
void calendar_free(struct calendar *c);

/* Microseconds of open time from a to b; negative when b is before a. */
int64_t calendar_between(const struct calendar *c, int64_t a, int64_t b);

/* "mon-fri", "sat", "mon,wed-fri" to a set of bits, bit 0 is Monday; false when it is none. */
bool weekdays_parse(struct str text, unsigned *days);
/* "09:00-17:30"; to may be 24:00. False when it is none, or ends before it begins. */
bool hours_parse(struct str text, int *from, int *to);
/* Do two of them share a minute? */
bool hours_overlap(const struct hours *hours, size_t n);

#endif
