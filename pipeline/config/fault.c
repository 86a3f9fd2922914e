/* fault.c - see fault.h. */
#include "config/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool text_fault_set(struct text_fault *f, size_t at, const char *fmt, ...)
{
    if (f->text[0])
        return false;
    va_list args;
    va_start(args, fmt);
    vsnprintf(f->text, sizeof f->text, fmt, args);
    va_end(args);
    f->at = at;
    return false;
}
