/* xes.c - any bytes as an event log in XES. Properties:
 *  - what comes out does not depend on how the text was cut into pieces;
 *  - every line is a JSON object, but for at most one, the last, which tells of a fault.
 */
#include <stdlib.h>

#include "ingest/json.h"
#include "ingest/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
    if (!ok)
        __builtin_trap();
}

static struct shaped read_in_pieces(struct str text, size_t piece)
{
    static const struct format xes = { .reader = READER_XES };
    static const struct source source = { .format = &xes };
    struct shape *s = shape_of(&source, text);
    struct shaped out = { 0 };
    for (; text.n; text = str_from(text, piece < text.n ? piece : text.n))
        s->run(s, str_head(text, piece), false, &out);
    s->run(s, (struct str){ "", 0 }, true, &out);
    shape_free(s);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct shaped whole = read_in_pieces(text, size + 1), bytes = read_in_pieces(text, 1);
    struct json_paths *none = json_paths_new(NULL, 0);
    struct arena a = { 0 };
    struct str rest = { whole.p, whole.n };

    check(whole.n == bytes.n && (!whole.n || memcmp(whole.p, bytes.p, whole.n) == 0));
    check(!whole.n || whole.p[whole.n - 1] == '\n');
    while (rest.n) {
        struct str line = str_cut(&rest, '\n'), value;
        size_t fault;
        const char *why;
        if (!json_record(none, line, &value, &a, &fault, &why))
            check(rest.n == 0);
    }
    json_paths_free(none);
    arena_free(&a);
    free(whole.p);
    free(bytes.p);
    return 0;
}
