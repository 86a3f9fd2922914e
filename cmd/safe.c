/* safe.c - bytes of logs on a terminal. See cmd.h: print_safely(). */
#include <glib.h>

#include "cmd.h"

/* The bytes of the character that text begins with when it may be shown as it is; else 0. */
static size_t shown_as_it_is(struct str text)
{
    gunichar c = g_utf8_get_char_validated(text.p, (gssize)text.n);
    if (c == (gunichar)-1 || c == (gunichar)-2)
        return 0;
    return g_unichar_isprint(c) ? (size_t)g_unichar_to_utf8(c, NULL) : 0;
}

void print_safely(struct str text, size_t most, FILE *to)
{
    struct str rest = str_head(text, most);
    while (rest.n) {
        size_t n = shown_as_it_is(rest);
        if (n)
            fwrite(rest.p, 1, n, to);
        else
            fprintf(to, "\\x%02x", (unsigned char)*rest.p);
        rest = str_from(rest, n ? n : 1);
    }
    if (text.n > most)
        fprintf(to, "... (%zu bytes)", text.n);
}
