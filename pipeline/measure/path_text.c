/* path_text.c - see path_text.h. */
#include "measure/path_text.h"

#include <stdio.h>
#include <stdlib.h>

void path_names_init(struct path_names *names, const struct world *w)
{
    names->links = mem_zero(w->ntouchpoints, sizeof *names->links);
    for (size_t i = 0; i < w->ntouchpoints; i++) {
        struct path_link *link = &names->links[i];
        link->name = w->touchpoints[i].name;
        if (link->name.n + PATH_BETWEEN.n > PATH_LINK)
            continue;
        if (link->name.n)
            memcpy(link->text, link->name.p, link->name.n);
        memcpy(link->text + link->name.n, PATH_BETWEEN.p, PATH_BETWEEN.n);
    }
}

void path_names_free(struct path_names *names)
{
    free(names->links);
    *names = (struct path_names){ 0 };
}

void path_text_cut(struct buffer *to, size_t more)
{
    char text[40];
    int n = snprintf(text, sizeof text, "... (%zu more)", more);
    buffer_add(to, text, (size_t)n);
}
