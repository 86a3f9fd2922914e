/* cases.h - journeys or customers as the cases of an event log: what process mining starts from.
 *
 * Owns:    nothing.
 * Threads: one; the world is const.
 */
#ifndef REPORT_CASES_H
#define REPORT_CASES_H

#include "report/report.h"

enum case_unit {
    CASES_JOURNEYS,  /* "customer/number"; events in no journey are in no case */
    CASES_CUSTOMERS, /* all events of the customer */
};
enum cases_kind { CASES_CSV, CASES_XES };

struct cases_counts {
    uint64_t cases, events;
    uint64_t outside; /* events of the world that are in no case */
};

/* Writes all of the world's cases to a stream of the caller's, by customer and time. False when it
 * could not be written. */
bool cases_write(const struct world *w, enum case_unit unit, enum cases_kind kind,
                 enum csv_profile csv, FILE *to, struct cases_counts *counts);

#endif
