/* event_file_open.h - an event file that is open: where its sections are, and what the small ones
 * say. Only for event_*.c.
 */
#ifndef EVENT_FILE_OPEN_H
#define EVENT_FILE_OPEN_H

#include "event_rulebook.h"
#include "event_sections.h"

struct section {
    enum section_kind kind;
    uint32_t rows;
    uint64_t at, length, check; /* of all of it, its head and checksum too */
};

struct event_file {
    int fd;
    struct event_file_about about;
    struct rulebook book;
    struct input_file *files; /* in arena */
    struct section *sections;
    size_t nsections;
    uint64_t rows[SECTION_KINDS]; /* of all sections of a kind */
    struct packer *packer;
    struct bytes buffer, plain; /* the section that is being read, and unpacked */
    struct arena arena;
};

/* The section of a kind of which every file has exactly one. */
const struct section *section_only(const struct event_file *f, enum section_kind kind);

/* Reads a section into buffer and verifies its checksum; its payload is in c then. Any number of
 * threads may do that, each with a buffer of its own. */
bool section_read(const struct event_file *f, const struct section *s, struct bytes *buffer,
                  struct cursor *c, struct err *e);

/* The same, of a section that is one packed stream (book, files, touchpoints). */
bool section_unpack(struct event_file *f, const struct section *s, struct cursor *c, struct err *e);

/* Adds all metrics of the file to a set in which its input files are those from first on. */
bool metrics_load(struct event_file *f, struct event_set *set, size_t first, struct err *e);

/* Adds the keys of all records of the file. */
bool repeats_load(struct event_file *f, struct event_set *set, size_t first, struct err *e);

/* Sets e: the section is not as it must be although its checksum is right. */
bool section_fault(const struct event_file *f, const struct section *s, struct err *e);

/* Adds the whole of a file to a set, as event_files_load_pieces() does, by numbers of rules and
 * sources that are known; nrules: how many rules the set's files know. keep: the events; else they
 * are checked and forgotten. */
bool event_file_take(struct event_file *f, const struct renumbering *renumbering, size_t nrules,
                     bool keep, int workers, struct event_set *set, struct err *e);

/* A cursor at its end, not bad. */
static inline bool cursor_done(const struct cursor *c)
{
    return !c->bad && !c->n;
}

#endif
