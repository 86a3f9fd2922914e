/* path_text.h - the text of a path: the names of its touchpoints, joined by " > ".
 *
 * Tables that have a row a journey write hundreds of bytes of them a row, so names that are short
 * are copied as a whole, with what joins them, in steps whose length a compiler knows.
 * Owns:    its copies of the names; the texts are the caller's.
 * Threads: const once made.
 */
#ifndef MEASURE_PATH_TEXT_H
#define MEASURE_PATH_TEXT_H

#include "base/buffer.h"
#include "journey/journeys.h"

enum { PATH_LINK = 32 };

struct path_link {
    char text[PATH_LINK]; /* the name and " > ", when both fit */
    struct str name;
};

struct path_names {
    struct path_link *links; /* [ntouchpoints] */
};

void path_names_init(struct path_names *names, const struct world *w);
void path_names_free(struct path_names *names);

#define PATH_BETWEEN STR(" > ")

/* Appends a step and what joins it to the next one; path_text_end() takes the last of these away.
 */
static inline void path_text_add(struct buffer *to, const struct path_names *names, uint32_t touch)
{
    const struct path_link *link = &names->links[touch];
    size_t n = link->name.n + PATH_BETWEEN.n;
    char *at = buffer_room(to, n < PATH_LINK ? PATH_LINK : n);
    memcpy(at, link->text, PATH_LINK);
    if (n > PATH_LINK) {
        memcpy(at, link->name.p, link->name.n);
        memcpy(at + link->name.n, PATH_BETWEEN.p, PATH_BETWEEN.n);
    } else {
        to->n -= PATH_LINK - n;
    }
}

/* Of a path that is not empty. */
static inline void path_text_end(struct buffer *to)
{
    to->n -= PATH_BETWEEN.n;
}

/* Ends a text that is cut short: " > ... (7 more)". */
void path_text_cut(struct buffer *to, size_t more);

#endif
