/* json.c - any bytes as JSON lines. Properties:
 *  - a line is a record or a bad record or blank, with its number and its text;
 *  - what a logger put before an object is no part of it;
 *  - whether a line is JSON does not depend on what is asked for, nor on blanks around it;
 *  - of a line that is refused, the fault lies inside it, and there is a reason;
 *  - an object's text, which a path gave, is JSON again and gives the same values, unless a key
 *    with a dot in it stands for the same path;
 *  - the canonical text holds no newline and no NUL-dependent surprises: it is the same twice.
 */
#include <stdlib.h>

#include "ingest/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PATHS = 5 };

static void check(bool ok)
{
    if (!ok)
        __builtin_trap();
}

/* An object at path "o" with a member "a", against the path "o.a". */
static void check_object(struct str object, struct str member, struct arena *a)
{
    struct str path = STR("a"), value;
    size_t at;
    const char *why;
    struct json_paths *p = json_paths_new(&path, 1);
    check(json_record(p, object, &value, a, &at, &why));
    check((value.p != NULL) == (member.p != NULL) && str_eq(value, member));
    json_paths_free(p);
}

/* May the line hold a key "o.a" beside "o"? A path means either, and the last one holds. */
static bool dotted_key(struct str line)
{
    return str_find(line, STR("o.a")) < line.n || (line.n && memchr(line.p, '\\', line.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct str names[PATHS] = { STR("a"), STR("o"), STR("o.a"), STR("l.0"), STR("l.1.a") };
    struct json_paths *paths = json_paths_new(names, PATHS), *none = json_paths_new(NULL, 0);
    struct batch b = { .wants_match_text = true };
    struct arena a = { 0 };
    uint64_t blank = 0, number = 1;
    size_t at = 0, bad = 0;

    batch_reset(&b, PATHS);
    json_split(paths, text, 1, &b, &blank);
    for (struct str rest = text; rest.n; number++) {
        struct str line = str_cut(&rest, '\n'), values[PATHS];
        size_t fault;
        const char *why;
        if (str_trim(line).n == 0) {
            blank--;
            continue;
        }
        line = json_behind_prefix(line);
        bool good = json_record(none, str_trim(line), NULL, &a, &fault, &why);
        check(json_record(paths, line, values, &a, &fault, &why) == good);
        if (!good) {
            check(fault <= line.n && why && why[0]);
            check(bad < b.nbad && b.bad[bad].record == number);
            bad++;
            continue;
        }
        check(at < b.n && b.number[at] == number && str_starts(line, b.raw[at]));
        for (size_t i = 0; i < PATHS; i++)
            check(str_eq(values[i], batch_column(&b, i)[at]));
        if (values[1].n && values[1].p[0] == '{' && values[1].p > line.p &&
            values[1].p < line.p + line.n && values[2].p && !dotted_key(line))
            check_object(values[1], values[2], &a);
        struct str told = json_canonical(line, &a);
        check(str_eq(told, batch_match_text(&b, at)));
        at++;
    }
    check(at == b.n && bad == b.nbad && blank == 0);
    batch_free(&b);
    arena_free(&a);
    json_paths_free(paths);
    json_paths_free(none);
    return 0;
}
