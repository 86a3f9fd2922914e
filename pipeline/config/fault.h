/* fault.h - what is wrong with a text of a little language (an expression, a pattern), and at which
 * byte of it. Who asked knows where the text stands: in a project file or on the command line.
 */
#ifndef CONFIG_FAULT_H
#define CONFIG_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct text_fault {
    char text[400]; /* as of struct err; "" when nothing is wrong */
    size_t at;      /* byte of the text, from 0; may be its end */
};

/* Returns false. The first fault wins. */
bool text_fault_set(struct text_fault *f, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
