/* event_number.h - the numbers that a set gets in an event file: they depend on what the set says
 * alone. Only for event_*.c.
 *
 * In:      a set that is not sealed, whose files are in order.
 * Out:     its events in the order of the file, and for each thing with a number its place there.
 * Owns:    struct numbers owns its arrays.
 */
#ifndef EVENT_NUMBER_H
#define EVENT_NUMBER_H

#include "event.h"

/* x_order[place in the file] = number in the set; x_place the other way round. */
struct numbers {
    uint32_t *id_order, *id_place;       /* [ids.n] by XXH3-64 of kind and value, then the text */
    uint32_t *touch_order, *touch_place; /* [touchpoints.n] by name */
    uint32_t *who_order, *who_place;     /* [whos.n] by strongest identifier, then the others */
    size_t *who_first;                   /* [whos.n + 1] by the set's number: into who_ids */
    uint32_t *who_ids; /* places of identifiers: the strongest first, the others ascending */
    uint32_t *attr_order, *attr_place; /* [attrs.n] 0 first, then as the events name them */
    uint32_t nattrs;                   /* that are named, with 0 */
    uint32_t *attrs_before;            /* [blocks] how many the events before a block name */
    uint32_t *usual;                   /* [nrules] place of the first touchpoint of a rule; 0 */
    bool *rule_used;                   /* [nrules] some event is of it */
};

void numbers_make(struct event_set *set, size_t nrules, size_t block_rows, int workers,
                  struct numbers *out);
void numbers_free(struct numbers *numbers);

#endif
