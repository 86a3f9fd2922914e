/* size.c - see size.h. */
#include "base/size.h"

enum { SIZE_LEAST = 64 << 10 };
static const double size_most = 1e15;

bool size_parse(struct str text, size_t *bytes)
{
    static const char units[] = "KMGT";
    double size, times = 1;
    if (text.n > 1 && (text.p[text.n - 1] | 0x20) == 'b')
        text.n -= text.n > 2 && text.p[text.n - 2] == 'i' ? 2 : 1;
    for (size_t i = 0; text.n && units[i]; i++) {
        times *= 1024;
        if ((text.p[text.n - 1] & ~0x20) != units[i])
            continue;
        text.n--;
        if (!str_number(text, &size) || !(size * times >= SIZE_LEAST) || size * times > size_most)
            return false;
        *bytes = (size_t)(size * times);
        return true;
    }
    return false;
}
