/* memory.c - see memory.h. */
#include "memory.h"

#include <stdlib.h>

#include "cmd.h"
#include "journey/journeys.h"

enum { LIMIT_LEAST = 64 << 10 };

/* 1G is 2^30 bytes, as are 1GB and 1GiB. */
static bool read_size(struct str text, size_t *bytes)
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
        if (!str_number(text, &size) || !(size * times >= LIMIT_LEAST) || size * times > 1e15)
            return false;
        *bytes = (size_t)(size * times);
        return true;
    }
    return false;
}

/* /tmp is memory on many machines; /var/tmp is what is to outlive a boot. */
static const char *folder(void)
{
    const char *wish = getenv("TMPDIR");
    return wish && *wish ? wish : "/var/tmp";
}

bool memory_limit(const char *typed, struct spill **out)
{
    const char *text = typed ? typed : getenv("TOUCHPATH_MEMORY");
    size_t bytes;
    struct err e = { 0 };
    *out = NULL;
    if (!text || (!typed && !*text))
        return true;
    if (!read_size(str_c(text), &bytes))
        complain("%s '%s' is not a size such as 2G or 500M, from 64K on",
                 typed ? "--memory" : "TOUCHPATH_MEMORY", text);
    else if (!(*out = spill_new(folder(), bytes, &e)))
        complain("%s", e.text);
    return *out;
}

size_t memory_part(void)
{
    const char *wish = getenv("TOUCHPATH_PART");
    long long events = wish ? atoll(wish) : 0;
    return events > 0 ? (size_t)events : PART_EVENTS;
}
