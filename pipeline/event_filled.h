/* event_filled.h - which columns of an input file hold something: for who looks for what was left
 * out of an export, or never used of it.
 *
 * struct input_file keeps it as one text, since all that is done with it is to carry it along: for
 * each column a byte of enum column_state, a byte of length, and the beginning of its name. An
 * empty text says that nobody looked, as in event files of programs that did not know of it.
 * Threads: pure.
 */
#ifndef EVENT_FILLED_H
#define EVENT_FILLED_H

#include "base/arena.h"

/* Of two that are told of one column, the higher one is true of both together. */
enum column_state {
    COLUMN_ABSENT, /* asked for, and not there; is not told */
    COLUMN_UNUSED, /* there, and nobody asked for it */
    COLUMN_EMPTY,  /* asked for and there, and no record has a value in it */
    COLUMN_FILLED,
    COLUMN_STATES
};

enum { COLUMN_NAME_BYTES = 120 }; /* names are cut to that */

struct column_told {
    enum column_state state;
    struct str name;
};

/* Appends to a text that is made (base/buffer.h). */
struct buffer;
void column_tell(struct buffer *to, enum column_state state, struct str name);

/* Takes the next one off the front of *filled, which filled_good() holds of; false at the end. */
bool column_next(struct str *filled, struct column_told *told);
bool filled_good(struct str filled);

/* What two parts of one file say together, into a; when nobody looked at one of them, what the
 * other says. */
struct str filled_join(struct str one, struct str other, struct arena *a);

/* A copy in a, or `before`, which stands there already, when it says the same: most files of a
 * source do. */
struct str filled_keep(struct str filled, struct str before, struct arena *a);

#endif
