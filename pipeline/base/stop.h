/* stop.h - SIGINT and SIGTERM ask the run to stop; it stops where nothing is half-written.
 */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>

/* From now on the two signals are noted instead of ending the program. */
void stop_watch(void);

/* Was one of them seen? Asked once per block and per table. Any thread. */
bool stop_asked(void);

/* Ends the program by the signal that was seen, so that the status is 128 + its number for a shell.
 * Call when everything temporary has been removed. Does not return when stop_asked(). */
void stop_now(void);

#endif
