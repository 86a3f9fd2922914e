/* names.h - lists of touchpoint names given in a project.
 *
 * Owns: nothing; the texts live as long as the plan.
 */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include "base/str.h"

struct names { /* touchpoint names given in the project */
    struct str *list;
    size_t n;
};

/* Is the touchpoint one of the names? */
static inline bool names_have(const struct names *names, struct str touchpoint)
{
    return str_in(touchpoint, names->list, names->n);
}

#endif
