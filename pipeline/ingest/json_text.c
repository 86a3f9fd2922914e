/* json_text.c - a JSON record as one line of keys and values, or one after the other: see json.h
 * and match_text.h. The record has been read by json_record() before, so that nothing can be wrong
 * with it here. */
#include <assert.h>

#include "ingest/json.h"
#include "ingest/json_lex.h"
#include "ingest/match_text.h"

struct teller {
    struct json_cursor c;
    struct match_writer out;
    struct match_writer path; /* of the value that is being told */
    json_pair_fn *pair;       /* takes the pairs instead of `out`, their paths as written; NULL */
    void *context;
};

static void tell_value(struct teller *t);

/* Makes the path longer by one name; shorten() undoes it. */
static size_t lengthen(struct teller *t, struct str name, bool escaped)
{
    size_t before = t->path.n;
    if (before)
        match_write(&t->path, STR("."));
    name = escaped ? json_unescape(name, t->out.arena) : name;
    if (t->pair)
        match_write(&t->path, name);
    else
        match_write_name(&t->path, name);
    return before;
}

static void shorten(struct teller *t, size_t to)
{
    t->path.n = to;
}

static bool is_scalar(const struct teller *t)
{
    return *t->c.p != '{' && *t->c.p != '[';
}

/* The value at the cursor as text; empty of null. */
static struct str take_scalar(struct teller *t)
{
    bool escaped = false;
    const char *start = t->c.p;
    struct str value;
    if (*start == '"') {
        bool ok = json_string(&t->c, &value, &escaped);
        assert(ok);
        (void)ok;
        return escaped ? json_unescape(value, t->out.arena) : value;
    }
    bool ok = json_scalar(&t->c);
    assert(ok);
    (void)ok;
    return (struct str){ start, *start == 'n' ? 0 : (size_t)(t->c.p - start) };
}

/* Does the array whose inside starts at the cursor hold nothing but scalars? Looks no further than
 * to the first that is none. */
static bool only_scalars(const struct teller *t)
{
    struct teller look = *t;
    do {
        json_space(&look.c);
        if (!is_scalar(&look))
            return false;
        struct str inner;
        bool escaped;
        if (*look.c.p == '"')
            json_string(&look.c, &inner, &escaped);
        else
            json_scalar(&look.c);
    } while (json_takes(&look.c, ','));
    return true;
}

static void tell_list(struct teller *t)
{
    bool first = true;
    do {
        json_space(&t->c);
        struct str value = take_scalar(t);
        if (value.n == 0 || t->pair)
            continue;
        if (first && t->out.n)
            match_write(&t->out, STR("\t"));
        if (first)
            match_write(&t->out, match_writer_text(&t->path));
        match_write(&t->out, first ? STR("[]=") : STR("|"));
        match_write_value(&t->out, value);
        first = false;
    } while (json_takes(&t->c, ','));
}

static void tell_array(struct teller *t)
{
    t->c.p++;
    if (json_takes(&t->c, ']'))
        return;
    if (only_scalars(t)) {
        tell_list(t);
    } else {
        size_t i = 0;
        do {
            char number[24];
            int n = snprintf(number, sizeof number, "%zu", i++);
            size_t before = lengthen(t, (struct str){ number, (size_t)n }, false);
            tell_value(t);
            shorten(t, before);
        } while (json_takes(&t->c, ','));
    }
    json_takes(&t->c, ']');
}

static void tell_object(struct teller *t)
{
    t->c.p++;
    if (json_takes(&t->c, '}'))
        return;
    do {
        struct str key;
        bool escaped;
        json_space(&t->c);
        json_string(&t->c, &key, &escaped);
        size_t before = lengthen(t, key, escaped);
        json_takes(&t->c, ':');
        tell_value(t);
        shorten(t, before);
    } while (json_takes(&t->c, ','));
    json_takes(&t->c, '}');
}

static void tell_scalar(struct teller *t)
{
    struct str value = take_scalar(t), path = match_writer_text(&t->path);
    if (!t->pair)
        match_write_pair(&t->out, path, value);
    else if (value.n)
        t->pair(path, value, t->context);
}

static void tell_value(struct teller *t)
{
    json_space(&t->c);
    if (*t->c.p == '{')
        tell_object(t);
    else if (*t->c.p == '[')
        tell_array(t);
    else
        tell_scalar(t);
}

struct str json_canonical(struct str text, struct arena *a)
{
    struct teller t = { .c = { text.p, text.p + text.n, NULL } };
    match_writer_init(&t.out, a, 2 * text.n + 64);
    match_writer_init(&t.path, a, 256);
    tell_value(&t);
    return match_writer_text(&t.out);
}

void json_pairs(struct str text, json_pair_fn *pair, void *context, struct arena *a)
{
    struct teller t = { .c = { text.p, text.p + text.n, NULL }, .pair = pair, .context = context };
    match_writer_init(&t.out, a, 64);
    match_writer_init(&t.path, a, 256);
    tell_value(&t);
}
