/* wildcard.c - see wildcard.h. */
#include "config/wildcard.h"

bool wildcard_fits(struct str pattern, struct str name)
{
    /* When something does not fit, only the last star can take more. */
    size_t p = 0, n = 0, star = pattern.n, taken = 0;
    while (n < name.n) {
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            taken = n;
        } else if (p < pattern.n && pattern.p[p] == name.p[n]) {
            p++;
            n++;
        } else if (star < pattern.n) {
            p = star + 1;
            n = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.p[p] == '*')
        p++;
    return p == pattern.n;
}
