/* show.c - see show.h. Blanks erase, since not every terminal knows an order for it. */
#include "show.h"

#include <stdio.h>
#include <sys/ioctl.h>

/* One less than there are: in the last column, some terminals go on to the next line. */
static size_t columns(void)
{
    struct winsize size;
    if (ioctl(fileno(stderr), TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return 79;
    return size.ws_col - 1u;
}

void progress_show(void *ctx, const struct progress *p)
{
    struct progress_shown *shown = ctx;
    char line[PROGRESS_LINE];
    size_t n = progress_line(p, columns(), line);
    int rest = shown->n > n ? (int)(shown->n - n) : 0;
    fprintf(stderr, "\r%s%*s", line, rest, "");
    shown->n = n;
}

void progress_erase(struct progress_shown *shown)
{
    if (shown->n)
        fprintf(stderr, "\r%*s\r", (int)shown->n, "");
    shown->n = 0;
}
