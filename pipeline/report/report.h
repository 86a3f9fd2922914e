/* report.h - tables to files.
 *
 * In:      a world and its tallies; report/ reads numbers only from tables.
 * Out:     NAME.csv for every measure of the tallies' choice, and those of flow.dot and map.dot of
 * which all tables are among them, with an artist the pictures too; all of them appear together or
 * not at all (base/output.h).
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/err.h"
#include "measure/measure.h"

enum csv_profile {
    CSV_PLAIN, /* UTF-8, quotes only where needed, LF */
    CSV_EXCEL, /* byte order mark, CR LF, every text quoted, times without T and Z, which it takes
                  for text: for English settings */
    CSV_EXCEL_SEMICOLON, /* the same with ; between cells and a comma in numbers, as where one
                            writes 1,5: a comma there keeps all of a row in one cell, and 1.5 is the
                            1st of May */
};

/* One file more, which appears together with the others. */
struct report_extra {
    const char *name; /* NULL: none */
    void (*write)(const void *ctx, FILE *to);
    const void *ctx;
};

struct report_options {
    const char *dir;
    int workers; /* 1 or more; the bytes are the same for any number */
    enum csv_profile csv;
    struct artist *artist; /* draws the diagrams; NULL: no pictures */
    bool raw_ids;          /* customers are named by their identifiers */
    double edge_share;     /* flow: edges below this share of all are folded into (other); 0.01 by
                              default */
    struct report_extra extra;
};

/* Writes everything, in two steps. First the folder and its files are opened; NULL with e set when
 * they cannot be. While the world is counted part by part, the rows of tables that stream go to
 * report_streams(). Then report_write() writes the rest; false with e set, and nothing changed in
 * dir. It frees the report, as report_abort() does, which writes nothing. The options and what they
 * point to must live as long. */
struct report;
struct report *report_open(const struct world *w, const struct choice *choice,
                           const struct report_options *options, struct err *e);
struct stream *report_streams(struct report *r, size_t *n);
bool report_write(struct report *r, struct tallies *tallies, struct err *e);
void report_abort(struct report *r);

/* What was found, in a few lines for a person: customers, journeys by state, conversion, the
 * touchpoint where most is lost, what was not understood, T_begin and T_end, warnings. */
void report_summary(const struct world *w, struct tallies *tallies, FILE *to);

/* ---- parts ---- */

/* The summary from tables that are there already (summary.c); funnels, drop_off and objectives have
 * no rows when the project has none. */
struct summary_tables {
    const struct table *touchpoints, *stages, *transitions, *funnels, *drop_off, *objectives;
};
void summary_write(const struct world *w, const struct journey_counts *journeys,
                   const struct summary_tables *tables, FILE *to);

/* A CSV writer as a sink (csv_out.c). Texts that a spreadsheet would run (beginning with = + - @
 * tab or CR) get a ' in front; bytes that are not UTF-8 become U+FFFD; numbers stay numbers. */
struct csv_out;
struct csv_out *csv_out_new(FILE *to, const struct column *columns, size_t ncolumns,
                            enum csv_profile profile); /* writes the header */
struct sink csv_out_sink(struct csv_out *c);
bool csv_out_free(struct csv_out *c); /* false: something could not be written */

/* The transition graph: transitions, touchpoints and stages are the kept tables of those names. DOT
 * text to f. */
void flow_dot(const struct table *transitions, const struct table *touchpoints,
              const struct table *stages, const char *title, double edge_share, FILE *f);
/* The journey map as a sheet. */
void map_dot(const struct table *touchpoints, const struct table *stages, const char *title,
             FILE *f);

/* ---- pictures (svg.c) ---- */

/* A process that draws: nothing that libgvc does can harm the run. To be begun before the first
 * thread; NULL with e set when it cannot be. */
struct artist;
struct artist *artist_new(struct err *e);
/* Renders DOT text (layout engine dot) to SVG. False with e set. */
bool artist_draw(struct artist *a, struct str dot, FILE *f, struct err *e);
void artist_free(struct artist *a); /* waits for its end; NULL is nobody */

#endif
