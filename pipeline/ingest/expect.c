/* expect.c - see expect.h. */
#include "ingest/expect.h"

#include <stdlib.h>

#include "base/net.h"
#include "ingest/lines.h"

static bool is_nothing(const struct format *f, struct str value)
{
    return !value.n || str_eq(value, STR("-")) || str_in(value, f->empty, f->nempty);
}

static bool is_address(struct str value)
{
    static const struct net_range all = { .bits = 0 };
    return nets_have(&all, 1, value);
}

/* What resolves addresses writes names of hosts; nginx writes unix: for a socket. */
static bool is_host_name(struct str value)
{
    if (str_eq(value, STR("unix:")))
        return true;
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_')
            return false;
    }
    return value.n > 0;
}

/* Does an address stand behind the value, before the first quote or bracket? Then the value is
 * something that was put in front of it: a month, a host, a process. */
static bool address_behind(struct str line, struct str value)
{
    const char *p = value.p + value.n, *end = line.p + line.n;
    while (p < end && *p != '"' && *p != '[') {
        while (p < end && *p == ' ')
            p++;
        const char *from = p;
        while (p < end && *p != ' ' && *p != '"' && *p != '[')
            p++;
        if (is_address((struct str){ from, (size_t)(p - from) }))
            return true;
    }
    return false;
}

static bool is_status(struct str value)
{
    if (str_eq(value, STR("0")) || value.n != 3)
        return value.n == 1 && value.p[0] == '0';
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < '0' || value.p[i] > '9')
            return false;
    return true;
}

static bool meets(const struct expect *x, struct str line, struct str value)
{
    double number;
    switch (x->kind) {
    case EXPECT_ADDRESS:
        return is_address(value) || (is_host_name(value) && !address_behind(line, value));
    case EXPECT_STATUS:
        return is_status(value);
    case EXPECT_NUMBER:
        return str_number(value, &number);
    }
    return true;
}

bool line_expected(const struct format *f, const struct layout *l, struct str line,
                   const struct str *fields, const struct expect **unmet, struct str *value)
{
    for (const struct expect *x = f->expects; x < f->expects + f->nexpects; x++) {
        int i = layout_name(l, x->field);
        if (i < 0 || is_nothing(f, fields[i]) || meets(x, line, fields[i]))
            continue;
        *unmet = x;
        *value = fields[i];
        return false;
    }
    return true;
}

static size_t widest(const struct format *f)
{
    size_t n = 0;
    for (size_t k = 0; k < f->nlayouts; k++)
        n = f->layouts[k]->nnames > n ? f->layouts[k]->nnames : n;
    return n;
}

bool expectations_met(const struct format *f, struct str head, struct regex_scratch *scratch,
                      struct err *e)
{
    const struct expect *unmet, *first = NULL;
    struct str value, shown = { NULL, 0 };
    bool met = false;
    struct str *fields = mem_zero(widest(f) + 1, sizeof *fields);
    for (size_t n = 0; f->nexpects && head.n && n < EXPECT_LINES && !met; n++) {
        struct str before = head, line = str_cut(&head, '\n');
        if (before.n == line.n && n) /* without its newline: it may be cut */
            break;
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        size_t k = 0;
        while (k < f->nlayouts && !layout_split(f->layouts[k], line, fields, scratch))
            k++;
        if (k == f->nlayouts)
            continue;
        met = line_expected(f, f->layouts[k], line, fields, &unmet, &value);
        if (!met && !first) {
            first = unmet;
            shown = value;
        }
    }
    free(fields);
    if (met || !first)
        return true;
    return err_set(e, "no line of this format: its '%.*s' would be '%.*s', which is %s",
                   STR_ARG(first->field), STR_ARG(str_head(shown, 60)),
                   first->kind == EXPECT_ADDRESS  ? "no address of a visitor"
                   : first->kind == EXPECT_STATUS ? "no HTTP status"
                                                  : "no number");
}
