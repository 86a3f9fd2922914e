/* csv_cell.c - see csv_cell.h. */
#include "base/csv_cell.h"

struct str csv_take_quoted(struct str *rest, struct arena *a)
{
    char *to = arena_take(a, rest->n);
    size_t n = 0, i = 1;
    for (; i < rest->n; i++) {
        if (rest->p[i] == '"' && (i + 1 == rest->n || rest->p[i + 1] != '"'))
            break;
        to[n++] = rest->p[i];
        i += rest->p[i] == '"';
    }
    *rest = str_from(*rest, i < rest->n ? i + 1 : i);
    return (struct str){ to, n };
}
