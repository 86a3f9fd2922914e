/* match_text.c - see match_text.h. */
#include "ingest/match_text.h"

void match_writer_init(struct match_writer *w, struct arena *a, size_t guess)
{
    *w = (struct match_writer){ .arena = a, .room = guess };
    w->p = arena_take(a, guess);
}

/* Room for n more bytes; false when that is past the limit. */
static bool has_room(struct match_writer *w, size_t n)
{
    if (w->full || n > MATCH_TEXT_BYTES_MAX || w->n + n > MATCH_TEXT_BYTES_MAX) {
        w->full = true;
        return false;
    }
    if (w->n + n > w->room) {
        size_t room = 2 * (w->n + n);
        char *p = arena_take(w->arena, room);
        if (w->n)
            memcpy(p, w->p, w->n);
        w->p = p;
        w->room = room;
    }
    return true;
}

void match_write(struct match_writer *w, struct str s)
{
    if (s.n == 0 || !has_room(w, s.n))
        return;
    memcpy(w->p + w->n, s.p, s.n);
    w->n += s.n;
}

void match_write_value(struct match_writer *w, struct str value)
{
    if (!has_room(w, 2 * value.n))
        return;
    char *to = w->p + w->n;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        char letter = c == '\t' ? 't' : c == '\r' ? 'r' : c == '\n' ? 'n' : c == '\\' ? '\\' : 0;
        if (letter) {
            *to++ = '\\';
            *to++ = letter;
        } else {
            *to++ = c;
        }
    }
    w->n = (size_t)(to - w->p);
}

void match_write_name(struct match_writer *w, struct str name)
{
    if (has_room(w, name.n))
        w->n += str_normal_name(name, w->p + w->n);
}

void match_write_pair(struct match_writer *w, struct str key, struct str value)
{
    if (value.n == 0)
        return;
    if (w->n)
        match_write(w, STR("\t"));
    match_write(w, key);
    match_write(w, STR("="));
    match_write_value(w, value);
}

struct str match_writer_text(const struct match_writer *w)
{
    return (struct str){ w->p, w->n };
}
