/* shape_lines.c - records of several lines, joined to one: see shape.h and reader.h.
 *
 * With a `start`, a line that fits it begins a record; with an `end`, a line that fits it is the
 * last one of its record; with both, lines between a record's end and the next start are records of
 * their own. A record of more than RECORD_BYTES_MAX bytes goes on as a line that is too long.
 */
#include <stdlib.h>

#include "ingest/shape.h"

struct joiner {
    struct shape shape; /* first */
    const struct multiline_rules *rules;
    struct regex_scratch *scratch;
    struct shaped line; /* of the text, up to where it was read */
    bool open;          /* a record has begun and is not ended */
};

static bool fits(const struct joiner *j, const struct regex *r, struct str line)
{
    return r && regex_match(r, line, j->scratch) == REGEX_YES;
}

static void take_line(struct joiner *j, struct shaped *out)
{
    struct str line = { j->line.p, j->line.n };
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    bool begins = j->rules->start ? fits(j, j->rules->start, line) : !j->open;
    if (j->open && begins) {
        shaped_byte(out, '\n');
        j->open = false;
    }
    if (j->open)
        shaped_add(out, j->rules->join);
    shaped_add(out, line);
    j->open = begins || j->open;
    if (!j->open || fits(j, j->rules->end, line)) {
        shaped_byte(out, '\n');
        j->open = false;
    }
    j->line.n = 0;
}

static void run(struct shape *shape, struct str piece, bool last, struct shaped *out)
{
    struct joiner *j = (struct joiner *)shape;
    while (piece.n) {
        if (shaped_line(&j->line, &piece)) {
            take_line(j, out);
        } else if (j->line.n > RECORD_BYTES_MAX) { /* no pattern looks further than this */
            shaped_add(out, (struct str){ j->line.p, j->line.n });
            j->line.n = 0;
            j->open = true;
        }
    }
    if (last && j->line.n)
        take_line(j, out);
    if (last && j->open)
        shaped_byte(out, '\n');
    j->open = j->open && !last;
}

static void release(struct shape *shape)
{
    struct joiner *j = (struct joiner *)shape;
    regex_scratch_free(j->scratch);
    free(j->line.p);
    free(j);
}

struct shape *shape_lines(const struct multiline_rules *rules)
{
    struct joiner *j = mem_zero(1, sizeof *j);
    *j = (struct joiner){ .shape = { run, release },
                          .rules = rules,
                          .scratch = regex_scratch_new() };
    return &j->shape;
}
