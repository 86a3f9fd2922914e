/* detect.h - inside of `touchpath detect`: files and folders to a project that reads them.
 *
 * detect_formats.c knows all formats, and which of them a text fits; detect_find.c looks at every
 * text of files, folders and archives; detect_unknown.c guesses at those in no format
 * (detect_table.c takes tables apart, detect_document.c JSON documents, detect_column.c says what a
 * column may be, detect_lines.c finds the time in a line); detect_project.c writes the project.
 * Threads: one.
 */
#ifndef CMD_DETECT_H
#define CMD_DETECT_H

#include "cmd.h"
#include "config/plan.h"

/* ---- all formats of the rules folder ---- */

struct detect_formats;

/* Each as the one source of a project; those that alone do not say enough for a source, such as
 * which column is the time, are left out. NULL when the folder cannot be read, which was said. */
struct detect_formats *detect_formats_load(const char *rules);
void detect_formats_free(struct detect_formats *f);
size_t detect_formats_count(const struct detect_formats *f);

struct detect_fit {
    const struct source *source; /* its format is the one that fits */
    size_t format, fields;       /* number among all formats; fields that it tells apart */
    double score;                /* recognise.h */
};

/* Those that the head of a text in the file `path` fits, the best one first, as a run would choose.
 * list has room for all. */
size_t detect_fits(const struct detect_formats *f, struct str head, const char *path,
                   struct detect_fit *list);

/* "packs/web, packs/ses": those with touchpoints for any of the formats named; *excluding: those
 * with rules that leave records of theirs out (texts in a). Empty when the packs cannot be read. */
struct str detect_packs(const char *rules, const struct str *formats, size_t n,
                        struct str *excluding, struct arena *a);

/* ---- texts that were looked at ---- */

/* What can be said of a text in no format. shape: the same for all texts that one source could
 * read; empty: nothing can be said. Without `usable` the user has to add to it. */
struct detect_guess {
    struct str shape;
    struct str block; /* lines of a source in YAML, from `format:` on */
    struct str rule;  /* what stands in a rule behind `source: NAME, `; empty: it gives metrics */
    bool usable;
};

struct detect_text {
    struct str path, member;     /* member is empty: the file itself */
    const struct source *source; /* NULL: in no format */
    struct detect_guess guess;
    struct str title; /* one line */
    struct str why;   /* lines that begin with # */
    bool walked;      /* found in a folder */
};

struct detection { /* starts as all zeros */
    struct arena arena;
    struct detect_text *list;
    size_t n, room;
    struct str *others; /* paths that were seen and could not be looked at */
    size_t nothers, others_room;
    bool missed; /* something that was named is in no format, or could not be read: it was said */
};
void detection_free(struct detection *d);

/* Looks at all texts of a file, or of all files below a folder (hidden ones and links to folders
 * are left out; what is empty, too). */
void detect_find(struct detection *d, const struct detect_formats *f, const char *path);

/* Of a text in none of the formats, by its first bytes: fills why, title and guess (texts in a). */
void detect_unknown(struct detect_text *text, struct str head, struct arena *a);

/* Writes the project for what was found. False when no text of it gave a source. */
bool detect_project(struct detection *d, const char *rules, FILE *to);

/* ---- YAML ---- */

/* A text as YAML has it in quotes. */
void detect_quoted(struct str text, FILE *to);

/* ---- tables (detect_table.c, detect_column.c) ---- */

enum { DETECT_SAMPLES = 100, DETECT_COLUMNS_MAX = 600 };

struct detect_column {
    struct str name;
    struct str samples[DETECT_SAMPLES]; /* that are not empty */
    size_t n;
    const char *time; /* the format that reads all of them; NULL */
    const char *kind; /* "email" and the like: what it identifies; NULL */
    const char *what; /* the same for people: "mail addresses"; NULL */
    bool by_name;     /* only its name says so */
    bool number;      /* all are numbers */
    bool twin;        /* another column has the same name, or it has none */
};

struct detect_table {
    struct detect_column *columns; /* [DETECT_COLUMNS_MAX] */
    size_t n, records;
    bool latin;      /* its text is no UTF-8 */
    bool headless;   /* a CSV whose first row is one of values */
    bool document;   /* JSON, not one object a line */
    struct str path; /* of a document, to its records; empty: each value is one */
    struct arena arena;
};

/* JSON lines or a CSV; false: neither. The table starts with columns, and zeros. */
bool detect_json(struct detect_table *t, struct str head);
bool detect_csv(struct detect_table *t, struct str head);
void detect_start_again(struct detect_table *t); /* forgets columns and records */

/* Any other JSON: its records, and the path to them (detect_document.c). lines: t holds what
 * detect_json() made of it, which stands unless it is one object around an array of records. */
bool detect_document(struct detect_table *t, struct str head, struct str *path, bool lines);

/* Says what it may be. A guess by values is made only when every sample agrees. */
void detect_column(struct detect_column *c, struct arena *a);

/* Does its name say that it names something, but not what? "deal_id" */
bool detect_is_id(const struct detect_column *c, struct arena *a);

/* The time format that reads all of n texts, by those that are tried on columns; NULL. */
const char *detect_time(const struct str *texts, size_t n, struct arena *a);
bool detect_is_ip(struct str s);
bool detect_is_email(struct str s, struct arena *a);

/* ---- lines (detect_lines.c) ---- */

/* Lines of text with a time in the same place: the guess for them. */
void detect_lines(struct str head, struct detect_guess *guess, struct arena *a);

#endif
