/* small_roles.h - what the counts of each table count: needed to hide cells about few customers.
 *
 * Names of columns, joined by commas; NULL: none. A table that is not on the list says nothing of
 * how many people a row is about, and is withheld when small cells are hidden; so are the lists of
 * single persons. So whoever adds a table need not know of this, and hides too much, not too
 * little. Threads: pure; the list is const.
 */
#ifndef MEASURE_SMALL_ROLES_H
#define MEASURE_SMALL_ROLES_H

#include <stdbool.h>

struct small_role {
    const char *table;
    bool nobody;        /* counts no people: shown as it is */
    bool keep_rows;     /* the project names the rows: a small one is blanked, not left out */
    bool times;         /* times are of files, not of single events */
    const char *people; /* how many the row is about; a small one hides the row */
    const char *whole;  /* counts of the same people, in whatever unit: shown with the row */
    /* What a count counts; one that is on none of the lists counts events or parts of them. */
    const char *customers, *journeys, *attempts /* of funnels */;
    const char *free;  /* numbers that count no people: lengths, positions */
    const char *lines; /* keys of rows that add up to a total, lists joined by ';'; (all) is one
                          line  of all rows */
    const char *fold;  /* keys that the row (hidden) keeps: one such row for each */
    const char *sums;  /* counts that may be added up over rows */
    const char *rest;  /* "part/all": what is left of all must not be small either */
    const char
        *others; /* counts that are the people of another row: blank when that one is hidden */
    const char *splits; /* "a+b+c": counts that add up to a shown one */
    const char *adds;   /* counts whose sum over all rows is known elsewhere: none is the only one
                           that is blank, and those that are blank are not few together */
    const char *rates;  /* "rate=part/all"; without an entry it is over RATE_n */
    const char *of;     /* "figure/count": a figure that is of the events of that count */
};

/* NULL: the table is withheld. */
const struct small_role *small_role_find(const char *table);

/* Is name on the list? */
bool small_has(const char *list, const char *name, char between);

#endif
