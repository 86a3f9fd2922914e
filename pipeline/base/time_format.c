/* time_format.c - time formats compiled to ops: see clock.h. time_parse.c runs them. */
#include "base/time_ops.h"

#include <stdio.h>

struct directive {
    char letter;
    uint8_t kind;
    const char *what; /* two directives of one format may not both say it */
};

static const struct directive directives[] = {
    { 'Y', TIME_YEAR, "the year" },           { 'y', TIME_YEAR_2, "the year" },
    { 'm', TIME_MONTH, "the month" },         { 'b', TIME_MONTH_NAME, "the month" },
    { 'B', TIME_MONTH_NAME, "the month" },    { 'd', TIME_DAY, "the day" },
    { 'e', TIME_DAY_PADDED, "the day" },      { 'a', TIME_DAY_NAME, "the day's name" },
    { 'A', TIME_DAY_NAME, "the day's name" }, { 'H', TIME_HOUR, "the hour" },
    { 'I', TIME_HOUR_12, "the hour" },        { 'M', TIME_MINUTE, "the minute" },
    { 'S', TIME_SECOND, "the second" },       { 'p', TIME_HALF, "AM or PM" },
    { 'z', TIME_ZONE, "the zone" },           { 'Z', TIME_ZONE_NAME, "the zone" },
    { 'f', TIME_FRACTION, "the fraction" },   { 's', TIME_EPOCH, "the epoch second" },
};
enum { DIRECTIVES = sizeof directives / sizeof *directives };

static const struct directive *find_directive(char letter)
{
    for (size_t i = 0; i < DIRECTIVES; i++)
        if (directives[i].letter == letter)
            return &directives[i];
    return NULL;
}

static const struct directive *of_kind(uint8_t kind)
{
    for (size_t i = 0; i < DIRECTIVES; i++)
        if (directives[i].kind == kind)
            return &directives[i];
    return NULL;
}

static bool has(const struct time_format *f, uint8_t kind)
{
    for (size_t i = 0; i < f->nops; i++)
        if (f->ops[i].kind == kind)
            return true;
    return false;
}

/* Names of whole formats. */
static bool named(struct str text, struct arena *a, struct time_format *f)
{
    static const struct {
        const char *name;
        uint8_t kind;
        bool zone;
    } names[] = {
        { "iso8601", TIME_ISO8601, false },  { "rfc2822", TIME_RFC2822, true },
        { "epoch", TIME_EPOCH_S, true },     { "epoch_ms", TIME_EPOCH_MS, true },
        { "epoch_us", TIME_EPOCH_US, true },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq(text, str_c(names[i].name)))
            continue;
        f->ops = arena_take(a, sizeof *f->ops);
        f->ops[0].kind = names[i].kind;
        f->nops = 1;
        f->has_year = true;
        f->has_zone = names[i].zone;
        return true;
    }
    return false;
}

static bool is_number(uint8_t kind)
{
    return kind == TIME_YEAR || kind == TIME_YEAR_2 || kind == TIME_MONTH || kind == TIME_DAY ||
           kind == TIME_HOUR || kind == TIME_HOUR_12 || kind == TIME_MINUTE ||
           kind == TIME_SECOND || kind == TIME_FRACTION || kind == TIME_EPOCH;
}

/* Numbers that touch one another have all their digits: "%Y%m%d". */
static void set_widths(struct time_format *f)
{
    for (size_t i = 0; i < f->nops; i++) {
        bool touches = (i && is_number(f->ops[i - 1].kind)) ||
                       (i + 1 < f->nops && is_number(f->ops[i + 1].kind));
        f->ops[i].min = touches ? 2 : 1;
    }
}

/* What the cache may skip when its text is the same: all ops before the first that changes from
 * second to second, when those after it say nothing of the date, the hour and the minute (else a
 * half-read time would have to be kept). The head ends at an op whose end does not depend on what
 * follows. Failing that, all ops: the whole text must be the same then. */
static size_t head_ops(const struct time_format *f)
{
    size_t n = 0;
    while (n < f->nops && f->ops[n].kind != TIME_SECOND && f->ops[n].kind != TIME_FRACTION &&
           f->ops[n].kind != TIME_EPOCH)
        n++;
    for (size_t i = n; i < f->nops; i++) {
        uint8_t k = f->ops[i].kind;
        if (k != TIME_SECOND && k != TIME_FRACTION && k != TIME_HALF && k != TIME_ZONE &&
            k != TIME_ZONE_NAME && k != TIME_BYTE && k != TIME_BLANK)
            return f->nops;
    }
    if (n == 0 || n == f->nops || f->ops[n - 1].kind != TIME_BYTE)
        return f->nops;
    return n;
}

static bool has_short_tail(const struct time_format *f)
{
    if (f->head == f->nops || f->ops[f->head].kind != TIME_SECOND)
        return false;
    for (size_t i = f->head + 1; i < f->nops; i++) {
        uint8_t k = f->ops[i].kind;
        if (k != TIME_ZONE && k != TIME_ZONE_NAME && k != TIME_BYTE && k != TIME_BLANK)
            return false;
    }
    return true;
}

static bool check(const struct time_format *f, struct err *e)
{
    struct str t = f->text;
    for (size_t i = 0; i < f->nops; i++) {
        const struct directive *one = of_kind(f->ops[i].kind);
        for (size_t j = 0; one && j < i; j++) {
            const struct directive *other = of_kind(f->ops[j].kind);
            if (other && strcmp(one->what, other->what) == 0)
                return err_set(e, "time format '%.*s' says %s twice", STR_ARG(t), one->what);
        }
    }
    bool month = has(f, TIME_MONTH) || has(f, TIME_MONTH_NAME);
    bool day = has(f, TIME_DAY) || has(f, TIME_DAY_PADDED);
    bool hour = has(f, TIME_HOUR) || has(f, TIME_HOUR_12);
    if (has(f, TIME_EPOCH)) {
        if (month || day || hour || f->has_year || has(f, TIME_MINUTE) || has(f, TIME_SECOND) ||
            has(f, TIME_HALF))
            return err_set(e, "time format '%.*s': %%s says it all, nothing else may but %%f",
                           STR_ARG(t));
        return true;
    }
    if (!month || !day)
        return err_set(e, "time format '%.*s' needs a month and a day, or %%s", STR_ARG(t));
    if (has(f, TIME_HOUR_12) != has(f, TIME_HALF))
        return err_set(e, "time format '%.*s': %%I and %%p need one another", STR_ARG(t));
    if (has(f, TIME_MINUTE) && !hour)
        return err_set(e, "time format '%.*s' has minutes but no hour", STR_ARG(t));
    if (has(f, TIME_SECOND) && !has(f, TIME_MINUTE))
        return err_set(e, "time format '%.*s' has seconds but no minutes", STR_ARG(t));
    if (has(f, TIME_FRACTION) && !has(f, TIME_SECOND))
        return err_set(e, "time format '%.*s' has a fraction but no seconds", STR_ARG(t));
    return true;
}

/* One op off the front of *rest. */
static bool compile_op(struct str *rest, struct time_op *op, const struct time_format *f,
                       struct err *e)
{
    char c = rest->p[0];
    *rest = str_from(*rest, 1);
    *op = (struct time_op){ .kind = TIME_BYTE, .byte = c };
    if (c == ' ') {
        op->kind = TIME_BLANK;
        while (rest->n && rest->p[0] == ' ')
            *rest = str_from(*rest, 1);
        return true;
    }
    if (c != '%')
        return true;
    if (!rest->n)
        return err_set(e, "time format '%.*s' ends with a lone '%%': write '%%%%' for one",
                       STR_ARG(f->text));
    char letter = rest->p[0];
    *rest = str_from(*rest, 1);
    if (letter == '%')
        return true;
    const struct directive *d = find_directive(letter);
    if (!d)
        return err_set(
            e,
            "time format '%.*s': '%%%c' is not known; known are "
            "%%Y %%y %%m %%b %%B %%d %%e %%a %%A %%H %%I %%M %%S %%p %%z %%Z %%f %%s %%%%",
            STR_ARG(f->text), letter >= ' ' && letter < 127 ? letter : '?');
    op->kind = d->kind;
    return true;
}

bool time_format_compile(struct str text, struct arena *a, struct time_format *f, struct err *e)
{
    *f = (struct time_format){ .text = arena_keep(a, text) };
    if (text.n == 0)
        return err_set(e, "an empty time format");
    if (text.n > 200)
        return err_set(e, "a time format of %zu bytes: 200 is all", text.n);
    if (named(text, a, f))
        return true;
    if (!memchr(text.p, '%', text.n))
        return err_set(e,
                       "time format '%.*s' is neither iso8601, rfc2822, epoch, epoch_ms, epoch_us "
                       "nor a pattern with %% in it",
                       STR_ARG(f->text));
    f->ops = arena_take(a, text.n * sizeof *f->ops);
    for (struct str rest = text; rest.n; f->nops++)
        if (!compile_op(&rest, &f->ops[f->nops], f, e))
            return false;
    f->has_year = has(f, TIME_YEAR) || has(f, TIME_YEAR_2);
    if (!check(f, e))
        return false;
    set_widths(f);
    f->head = head_ops(f);
    f->short_tail = has_short_tail(f);
    f->coarse = !has(f, TIME_HOUR) && !has(f, TIME_HOUR_12) && !has(f, TIME_EPOCH);
    f->has_year = f->has_year || has(f, TIME_EPOCH);
    f->has_zone = has(f, TIME_ZONE) || has(f, TIME_ZONE_NAME) || has(f, TIME_EPOCH);
    return true;
}
