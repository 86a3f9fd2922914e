/* err.h - what went wrong, and where.
 *
 * struct err    one failure of the world (no file, no disk): text with its place.
 * struct faults all faults of a project file at once, each with file:line:column, the line and a
 * caret. Threads: each belongs to one thread.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdio.h>

#include "base/arena.h"

struct err {
    char text[400]; /* lower case, no full stop, the subject in single quotes; "" when nothing is
                       wrong */
};

/* Returns false, so that a caller can write: return err_set(e, ...);
 * The first failure wins: the innermost, most exact account is the one that is read. */
bool err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Where in a file; line and col count from 1, col in bytes; line 0 means the file as a whole. */
struct place {
    struct str file;
    struct str line_text; /* the whole line, without its end */
    unsigned line, col;
};

enum { FAULTS_SHOWN = 20 };

enum severity { FAULT_ERROR, FAULT_WARNING };

struct fault {
    enum severity severity;
    struct place at;
    struct str text;
};

/* Starts as all zeros; what it shows lives in its arena. */
struct faults {
    struct arena arena;
    struct fault *list; /* the first FAULTS_SHOWN errors and as many warnings */
    size_t n, room;
    size_t errors, warnings; /* all of them, also those not kept */
};

void faults_add(struct faults *f, enum severity severity, struct place at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Prints all, in the order of file, line, column:
 *     journey.yaml:14:28: error: missing terminating ] for character class
 *       path: '^/pricing[/?'
 *                         ^
 * and, past FAULTS_SHOWN, how many more there are. */
void faults_print(const struct faults *f, FILE *to);
void faults_free(struct faults *f);

#endif
