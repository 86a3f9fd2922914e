/* memory.c - see memory.h. */
#include "memory.h"

#include <stdlib.h>

#include "base/size.h"
#include "cmd.h"
#include "journey/journeys.h"

/* /tmp is memory on many machines; /var/tmp is what is to outlive a boot. */
static const char *folder(void)
{
    const char *wish = getenv("TMPDIR");
    return wish && *wish ? wish : "/var/tmp";
}

bool memory_limit(const char *typed, size_t of_project, struct spill **out)
{
    const char *text = typed ? typed : getenv("TOUCHPATH_MEMORY");
    size_t bytes = of_project;
    bool said = text && (typed || *text);
    struct err e = { 0 };
    *out = NULL;
    if (said && !size_parse(str_c(text), &bytes)) {
        complain("%s '%s' is not a size such as 2G or 500M, from 64K on",
                 typed ? "--memory" : "TOUCHPATH_MEMORY", text);
        return false;
    }
    if (bytes && !(*out = spill_new(folder(), bytes, &e)))
        complain("%s", e.text);
    return !bytes || *out;
}

size_t memory_part(void)
{
    const char *wish = getenv("TOUCHPATH_PART");
    long long events = wish ? atoll(wish) : 0;
    return events > 0 ? (size_t)events : PART_EVENTS;
}
