/* event_filled.c - see event_filled.h. */
#include "event_filled.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/limits.h"

enum { COLUMN_HEAD_BYTES = 2, COLUMNS_MOST = FIELDS_MAX + CSV_COLUMNS_MAX };

void column_tell(struct buffer *to, enum column_state state, struct str name)
{
    assert(state > COLUMN_ABSENT && state < COLUMN_STATES);
    name = str_head(name, COLUMN_NAME_BYTES);
    char *at = buffer_room(to, COLUMN_HEAD_BYTES);
    at[0] = (char)state;
    at[1] = (char)name.n;
    buffer_add_str(to, name);
}

bool column_next(struct str *filled, struct column_told *told)
{
    if (!filled->n)
        return false;
    size_t n = (unsigned char)filled->p[1];
    told->state = (enum column_state)filled->p[0];
    told->name = (struct str){ filled->p + COLUMN_HEAD_BYTES, n };
    *filled = str_from(*filled, COLUMN_HEAD_BYTES + n);
    return true;
}

bool filled_good(struct str filled)
{
    for (size_t columns = 0; filled.n; columns++) {
        if (columns == COLUMNS_MOST || filled.n < COLUMN_HEAD_BYTES ||
            filled.p[0] <= COLUMN_ABSENT || filled.p[0] >= COLUMN_STATES)
            return false;
        size_t n = (unsigned char)filled.p[1];
        if (n > COLUMN_NAME_BYTES || n > filled.n - COLUMN_HEAD_BYTES)
            return false;
        filled = str_from(filled, COLUMN_HEAD_BYTES + n);
    }
    return true;
}

/* The state of a column in a text; COLUMN_ABSENT when it says nothing of it. */
static enum column_state state_in(struct str filled, struct str name)
{
    struct column_told told;
    while (column_next(&filled, &told))
        if (str_eq(told.name, name))
            return told.state;
    return COLUMN_ABSENT;
}

struct str filled_join(struct str one, struct str other, struct arena *a)
{
    struct buffer joined = { 0 };
    struct column_told told;
    if (!other.n || str_eq(one, other))
        return one;
    for (struct str rest = one; column_next(&rest, &told);) {
        enum column_state state = state_in(other, told.name);
        column_tell(&joined, state > told.state ? state : told.state, told.name);
    }
    for (struct str rest = other; column_next(&rest, &told);)
        if (state_in(one, told.name) == COLUMN_ABSENT)
            column_tell(&joined, told.state, told.name);
    struct str kept = arena_keep(a, buffer_str(&joined));
    free(joined.p);
    return kept;
}

struct str filled_keep(struct str filled, struct str before, struct arena *a)
{
    return before.n && str_eq(filled, before) ? before : arena_keep(a, filled);
}
