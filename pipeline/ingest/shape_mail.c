/* shape_mail.c - an mbox, or one message (Maildir, .eml), to one JSON object a message: see shape.h
 * and mail.h.
 *
 * An mbox begins with a line "From "; there each line "From " behind an empty line (or at the
 * start) begins a message, and ">From ", ">>From " ... lose one >. Any other text is one message.
 * Of a message of more than RECORD_BYTES_MAX bytes the beginning is kept: its headers and first
 * part.
 */
#include <stdlib.h>

#include "ingest/mail.h"

struct mailbox {
    struct shape shape;    /* first */
    struct shaped line;    /* of the text, up to where it was read */
    struct shaped message; /* the one at hand */
    bool begun, mbox;      /* a line was seen; it was "From " */
    bool after_empty;
};

static void end_message(struct mailbox *m, struct shaped *out)
{
    if (str_trim((struct str){ m->message.p, m->message.n }).n)
        mail_write((struct str){ m->message.p, m->message.n }, out);
    m->message.n = 0;
}

/* Does it begin with any number of > and "From "? */
static bool quoted_from(struct str line)
{
    size_t i = 0;
    while (i < line.n && line.p[i] == '>')
        i++;
    return i && str_starts(str_from(line, i), STR("From "));
}

static void take_line(struct mailbox *m, struct shaped *out)
{
    struct str line = { m->line.p, m->line.n };
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    bool from = str_starts(line, STR("From "));
    if (!m->begun) {
        m->mbox = from;
        m->begun = line.n > 0;
        m->after_empty = true;
    }
    if (m->mbox && from && m->after_empty) {
        end_message(m, out);
    } else if (m->begun && m->message.n + line.n <= RECORD_BYTES_MAX) {
        shaped_add(&m->message, m->mbox && quoted_from(line) ? str_from(line, 1) : line);
        shaped_byte(&m->message, '\n');
    }
    m->after_empty = line.n == 0;
    m->line.n = 0;
}

static void run(struct shape *shape, struct str piece, bool last, struct shaped *out)
{
    struct mailbox *m = (struct mailbox *)shape;
    while (piece.n) {
        const char *newline = memchr(piece.p, '\n', piece.n);
        size_t n = newline ? (size_t)(newline - piece.p) : piece.n;
        if (m->line.n <= RECORD_BYTES_MAX)
            shaped_add(&m->line, str_head(piece, n));
        piece = str_from(piece, newline ? n + 1 : n);
        if (newline)
            take_line(m, out);
    }
    if (last && m->line.n)
        take_line(m, out);
    if (last)
        end_message(m, out);
}

static void release(struct shape *shape)
{
    struct mailbox *m = (struct mailbox *)shape;
    free(m->line.p);
    free(m->message.p);
    free(m);
}

struct shape *shape_mail(void)
{
    struct mailbox *m = mem_zero(1, sizeof *m);
    m->shape = (struct shape){ run, release };
    return &m->shape;
}
