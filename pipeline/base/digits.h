/* digits.h - two decimal digits at a time: tables are mostly numbers and times. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <string.h>

/* Writes a number below 100 as two digits. */
static inline void digits_pair(char *p, unsigned number)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    memcpy(p, pairs + 2 * (size_t)number, 2);
}

#endif
