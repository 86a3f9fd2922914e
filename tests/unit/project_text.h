/* project_text.h - a project that a test gives as text, read as the program would read it.
 *
 * Each text becomes journey.yaml in a folder of its own, which is then the working folder; formats
 * are those of rules/ of this repository. What was wrong comes back as printed, without the lines
 * that show the source, unless they are asked for.
 */
#ifndef PROJECT_TEXT_H
#define PROJECT_TEXT_H

#include <stdlib.h>
#include <unistd.h>

#include "config/plan.h"
#include "unit.h"

struct project_text {
    char folder[64];
    char rules[4096];
    struct faults faults;
    struct plan *plan;
    char *said; /* all diagnostics */
};

static inline void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

/* Starts a folder and goes there. */
static inline void project_begin(struct project_text *p)
{
    static char rules[4096];
    *p = (struct project_text){ .folder = "/tmp/touchpath-unit-XXXXXX" };
    if (!rules[0])
        ck_assert_ptr_nonnull(realpath("rules", rules));
    memcpy(p->rules, rules, sizeof rules);
    ck_assert_ptr_nonnull(mkdtemp(p->folder));
    ck_assert_int_eq(chdir(p->folder), 0);
}

/* Drops the lines that show the source and its caret: they begin with two blanks. */
static inline void drop_source_lines(char *said)
{
    char *to = said;
    for (char *line = said; *line;) {
        size_t n = strcspn(line, "\n");
        n += line[n] == '\n';
        if (strncmp(line, "  ", 2) != 0) {
            memmove(to, line, n);
            to += n;
        }
        line += n;
    }
    *to = '\0';
}

static inline void project_load(struct project_text *p, const char *text, bool with_source)
{
    write_file("journey.yaml", text);
    p->plan = plan_load("journey.yaml", p->rules, &p->faults);
    size_t n;
    FILE *to = open_memstream(&p->said, &n);
    faults_print(&p->faults, to);
    fclose(to);
    if (!with_source)
        drop_source_lines(p->said);
}

static inline void project_end(struct project_text *p)
{
    plan_free(p->plan);
    faults_free(&p->faults);
    free(p->said);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", p->folder);
    ck_assert_int_eq(system(command), 0);
}

#endif
