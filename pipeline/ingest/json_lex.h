/* json_lex.h - the words of JSON (RFC 8259), for json.c and json_text.c only.
 *
 * In:      [p, end) of a cursor. Never reads outside it.
 * Out:     the cursor after the word; false with `why` set, the cursor at the fault.
 * Threads: pure.
 */
#ifndef INGEST_JSON_LEX_H
#define INGEST_JSON_LEX_H

#include "base/arena.h"
#include "ingest/scan.h"

struct json_cursor {
    const char *p, *end;
    const char *why;
};

static inline bool json_fault(struct json_cursor *c, const char *why)
{
    c->why = c->p < c->end ? why : "not JSON: ends too early";
    return false;
}

static inline void json_space(struct json_cursor *c)
{
    while (c->p < c->end && (unsigned char)*c->p <= ' ' &&
           (*c->p == ' ' || *c->p == '\n' || *c->p == '\t' || *c->p == '\r'))
        c->p++;
}

/* After blanks, is it this byte? Then steps over it. */
static inline bool json_takes(struct json_cursor *c, char byte)
{
    json_space(c);
    if (c->p == c->end || *c->p != byte)
        return false;
    c->p++;
    return true;
}

static inline bool json_digit(const struct json_cursor *c)
{
    return c->p < c->end && *c->p >= '0' && *c->p <= '9';
}

/* The value of four hexadecimal digits at p, or -1. */
int json_hex4(const char *p, const char *end);

/* Steps over an escape, which starts at the cursor. */
bool json_escape(struct json_cursor *c);

/* A string, from its opening quote; *inner is what stands between the quotes, still escaped. */
static inline bool json_string(struct json_cursor *c, struct str *inner, bool *escaped)
{
    const char *start = ++c->p;
    *inner = (struct str){ start, 0 };
    *escaped = false;
    for (;;) {
        c->p = scan_json_string(c->p, c->end);
        if (c->p == c->end)
            return json_fault(c, "");
        if (*c->p == '"')
            break;
        if (*c->p != '\\')
            return json_fault(c, "not JSON: a control character in a string");
        *escaped = true;
        if (!json_escape(c))
            return false;
    }
    *inner = (struct str){ start, (size_t)(c->p - start) };
    c->p++;
    return true;
}

/* A number, true, false or null. */
bool json_scalar(struct json_cursor *c);

/* The text of a string with escapes, into a. */
struct str json_unescape(struct str inner, struct arena *a);

#endif
