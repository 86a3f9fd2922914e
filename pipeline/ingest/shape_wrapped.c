/* shape_wrapped.c - lines that a container's log or a journal has wrapped, taken out again: see
 * shape.h.
 *
 *     Docker      {"log":"LINE\n","stream":"stdout","time":"..."}
 *     Kubernetes  2026-09-01T08:00:00.123456789Z stdout F LINE          (CRI; P: to be continued)
 *     journald    {"__REALTIME_TIMESTAMP":"...","MESSAGE":"LINE",...}   (journalctl -o json)
 *     shippers    {"@timestamp":"...","message":"LINE",...}             (Filebeat, Logstash)
 *
 * In:      lines, piece by piece.
 * Out:     one line for each, so that they keep their numbers: of a line that goes on in the next
 *          record, an empty one. What is not wrapped so goes out as it is. A line of the journal
 *          gets what syslog puts in front: time, host, program.
 * Owns:    the line that is being put together, at most RECORD_BYTES_MAX and a piece.
 * Threads: one at a time.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "ingest/json.h"
#include "ingest/shape.h"

enum { DOCKER_PART = 16 << 10 }; /* a longer line is cut into such parts */

enum wrapped_field { LOG, JOURNAL, MESSAGE, MICROSECONDS, HOST, PROGRAM, PID, SYSLOG_PID, PARTS };

struct unwrapper {
    struct shape shape; /* first */
    enum wrapping kind;
    struct shape *inner; /* joins the lines that come out; NULL */
    struct json_paths *paths;
    struct arena arena; /* of one line */
    struct shaped line; /* of the text, up to where it was read */
    struct shaped open; /* parts of a line that goes on in the next record */
    struct shaped made; /* for the inner shape */
    bool too_long;      /* the line is, and goes out as it is */
};

static bool has(struct str s, const char *what)
{
    return str_find(s, str_c(what)) < s.n;
}

/* "2026-09-01T08:00:00.123Z stdout F " in front of a line of a container; *more: it goes on. The
 * length; 0: it is none. */
static size_t cri_prefix(struct str line, bool *more)
{
    struct str rest = line;
    struct str time = str_cut(&rest, ' '), stream = str_cut(&rest, ' ');
    struct str tag = str_cut(&rest, ' ');
    bool good = time.n >= 20 && time.p[4] == '-' && time.p[7] == '-' && time.p[10] == 'T' &&
                (str_eq(stream, STR("stdout")) || str_eq(stream, STR("stderr"))) && tag.n == 1 &&
                (tag.p[0] == 'F' || tag.p[0] == 'P');
    *more = good && tag.p[0] == 'P';
    return good ? line.n - rest.n : 0;
}

enum wrapping wrapping_of(struct str head)
{
    bool more;
    struct str line = { 0 };
    while (head.n && !line.n)
        line = str_trim(str_cut(&head, '\n'));
    if (cri_prefix(line, &more))
        return WRAPPED_CRI;
    if (!str_starts(line, STR("{")))
        return WRAPPED_NOT;
    bool cut = !head.n && line.p[line.n - 1] != '}';
    if (str_starts(line, STR("{\"log\":\"")) && cut)
        return WRAPPED_JSON;
    if (has(line, "\"log\":") && (has(line, "\"stream\":\"std") || has(line, "\"stream\": \"std")))
        return WRAPPED_JSON;
    if (has(line, "\"__REALTIME_TIMESTAMP\"") && has(line, "\"MESSAGE\""))
        return WRAPPED_JSON;
    return has(line, "\"@timestamp\"") && has(line, "\"message\"") ? WRAPPED_MESSAGE : WRAPPED_NOT;
}

/* What syslog would have put in front of a line of the journal. */
static void put_syslog(struct unwrapper *u, const struct str *v, struct shaped *out)
{
    double at;
    if (!v[PROGRAM].n || !str_number(v[MICROSECONDS], &at) || at < 0 || at > 1e17)
        return;
    char time[TIME_TEXT];
    time_text((int64_t)at, time);
    struct str host = v[HOST].n ? v[HOST] : STR("-");
    struct str pid = v[SYSLOG_PID].n ? v[SYSLOG_PID] : v[PID];
    shaped_add(out, arena_printf(&u->arena, "%s %.*s %.*s[%.*s]: ", time, STR_ARG(host),
                                 STR_ARG(v[PROGRAM]), STR_ARG(pid)));
}

/* The text of a line, without its end; its own newlines become blanks. */
static void put_text(struct shaped *out, struct str text)
{
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    size_t from = out->n;
    shaped_add(out, text);
    for (size_t i = from; i < out->n; i++)
        if (out->p[i] == '\n')
            out->p[i] = ' ';
}

/* Of a line that Docker cut, the last part ends as the line does. */
static bool take_json(struct unwrapper *u, struct str line, struct shaped *out)
{
    struct str v[PARTS];
    size_t at;
    const char *why;
    if (!json_record(u->paths, line, v, &u->arena, &at, &why))
        return false;
    struct str text = u->kind == WRAPPED_MESSAGE ? v[MESSAGE] : v[LOG].n ? v[LOG] : v[JOURNAL];
    if (!text.n) /* null, too */
        return false;
    bool docker = u->kind == WRAPPED_JSON && v[LOG].n;
    bool more = docker && text.n >= DOCKER_PART && text.p[text.n - 1] != '\n';
    if (more && u->open.n + text.n < RECORD_BYTES_MAX) {
        shaped_add(&u->open, text);
        return true;
    }
    if (u->kind == WRAPPED_JSON && !docker)
        put_syslog(u, v, out);
    shaped_add(out, (struct str){ u->open.p, u->open.n });
    u->open.n = 0;
    put_text(out, text);
    return true;
}

static bool take_cri(struct unwrapper *u, struct str line, struct shaped *out)
{
    bool more;
    size_t prefix = cri_prefix(line, &more);
    struct str text = str_from(line, prefix);
    if (!prefix)
        return false;
    if (more && u->open.n + text.n < RECORD_BYTES_MAX) {
        shaped_add(&u->open, text);
        return true;
    }
    shaped_add(out, (struct str){ u->open.p, u->open.n });
    u->open.n = 0;
    shaped_add(out, text);
    return true;
}

static void take_line(struct unwrapper *u, struct shaped *out)
{
    struct str line = { u->line.p, u->line.n };
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    bool taken =
        !u->too_long && (u->kind == WRAPPED_CRI ? take_cri(u, line, out) : take_json(u, line, out));
    if (!taken)
        shaped_add(out, line);
    arena_reset(&u->arena);
    u->line.n = 0;
    u->too_long = false;
}

/* All lines of a piece; a last one may lack its newline, and so does what comes of it. */
static void unwrap(struct unwrapper *u, struct str piece, bool last, struct shaped *out)
{
    while (piece.n) {
        if (shaped_line(&u->line, &piece)) {
            take_line(u, out);
            shaped_byte(out, '\n');
        } else if (u->line.n > RECORD_BYTES_MAX) { /* too long, whatever it is */
            shaped_add(out, (struct str){ u->line.p, u->line.n });
            u->line.n = 0;
            u->too_long = true;
        }
    }
    if (last && u->line.n)
        take_line(u, out);
    if (last && u->open.n) { /* its end never came */
        put_text(out, (struct str){ u->open.p, u->open.n });
        u->open.n = 0;
    }
}

static void run(struct shape *shape, struct str piece, bool last, struct shaped *out)
{
    struct unwrapper *u = (struct unwrapper *)shape;
    if (!u->inner) {
        unwrap(u, piece, last, out);
        return;
    }
    u->made.n = 0;
    unwrap(u, piece, last, &u->made);
    u->inner->run(u->inner, (struct str){ u->made.p, u->made.n }, last, out);
}

static void release(struct shape *shape)
{
    struct unwrapper *u = (struct unwrapper *)shape;
    shape_free(u->inner);
    json_paths_free(u->paths);
    arena_free(&u->arena);
    free(u->line.p);
    free(u->open.p);
    free(u->made.p);
    free(u);
}

struct shape *shape_wrapped(enum wrapping kind, struct shape *inner)
{
    static const char *const names[PARTS] = {
        [LOG] = "log",         [JOURNAL] = "MESSAGE",
        [MESSAGE] = "message", [MICROSECONDS] = "__REALTIME_TIMESTAMP",
        [HOST] = "_HOSTNAME",  [PROGRAM] = "SYSLOG_IDENTIFIER",
        [PID] = "_PID",        [SYSLOG_PID] = "SYSLOG_PID",
    };
    struct str paths[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        paths[i] = str_c(names[i]);
    struct unwrapper *u = mem_zero(1, sizeof *u);
    *u = (struct unwrapper){ .shape = { run, release },
                             .kind = kind,
                             .inner = inner,
                             .paths = json_paths_new(paths, PARTS) };
    return &u->shape;
}
