/* event_file_texts.h - the texts of an event file get their numbers in a set. Only for event_*.c.
 *
 * Texts are identifiers, links (which identifiers were seen together), lists of attributes and
 * touchpoints. The file has identifiers and links in order, each once: those of the first file of a
 * set are known to be different and are not looked up, and nobody may ever ask for their index
 * (intern_append()). A file that does not keep to the order is read all the same, by look-ups.
 *
 * In:      an open file; a set that is not sealed.
 * Owns:    struct file_texts owns its arrays.
 * Threads: one.
 */
#ifndef EVENT_FILE_TEXTS_H
#define EVENT_FILE_TEXTS_H

#include "event_file_open.h"

struct file_texts {
    uint32_t *touch, *ids, *whos, *attrs; /* the set's number of each of the file's; attrs from 1 */
    uint32_t *usual; /* [rules] the file's number of the usual touchpoint; UINT32_MAX: none is */
};

/* False with e set; out is good for file_texts_free() then, too. */
bool file_texts_load(struct event_file *f, struct event_set *set, struct file_texts *out,
                     struct err *e);
void file_texts_free(struct file_texts *texts);

#endif
