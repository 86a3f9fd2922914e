/* time_ops.h - a compiled time format, between time_format.c (makes it) and time_parse.c (runs it).
 */
#ifndef BASE_TIME_OPS_H
#define BASE_TIME_OPS_H

#include "base/clock.h"

enum time_op_kind {
    TIME_BYTE,  /* this byte */
    TIME_BLANK, /* one or more blanks */
    TIME_YEAR,
    TIME_YEAR_2,
    TIME_MONTH,
    TIME_MONTH_NAME,
    TIME_DAY,
    TIME_DAY_PADDED,
    TIME_DAY_NAME,
    TIME_HOUR,
    TIME_HOUR_12,
    TIME_MINUTE,
    TIME_SECOND,
    TIME_HALF, /* AM, PM */
    TIME_ZONE,
    TIME_ZONE_NAME,
    TIME_FRACTION,
    TIME_EPOCH,
    /* whole formats */
    TIME_ISO8601,
    TIME_RFC2822,
    TIME_EPOCH_S,
    TIME_EPOCH_MS,
    TIME_EPOCH_US,
    TIME_OPS
};

struct time_op {
    uint8_t kind;
    char byte;   /* TIME_BYTE */
    uint8_t min; /* digits, of numbers that may have one or two */
};

/* The whole of text as ISO 8601. */
bool time_read_iso8601(struct str text, struct time_parts *parts);

#endif
