/* stop.c - see stop.h. */
#include "base/stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t seen;

static void note(int signal_number)
{
    seen = signal_number;
}

void stop_watch(void)
{
    /* A second signal of the same kind ends the program at once: SA_RESETHAND. */
    struct sigaction action = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool stop_asked(void)
{
    return seen != 0;
}

void stop_now(void)
{
    int number = seen;
    if (!number)
        return;
    signal(number, SIG_DFL);
    raise(number);
}
