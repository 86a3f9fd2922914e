/* wildcard.h - names with *, which stands for any text.
 *
 * Threads: pure.
 */
#ifndef CONFIG_WILDCARD_H
#define CONFIG_WILDCARD_H

#include "config/names.h"

/* Does the text have a *? */
static inline bool wildcard_any(struct str text)
{
    return text.n && memchr(text.p, '*', text.n);
}

/* Is the whole of name what the pattern says? In time of both lengths multiplied, at most. */
bool wildcard_fits(struct str pattern, struct str name);

static inline bool wildcards_fit(const struct names *patterns, struct str name)
{
    for (size_t i = 0; i < patterns->n; i++)
        if (wildcard_fits(patterns->list[i], name))
            return true;
    return false;
}

#endif
