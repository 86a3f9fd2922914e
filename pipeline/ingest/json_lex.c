/* json_lex.c - see json_lex.h. */
#include "ingest/json_lex.h"

int json_hex4(const char *p, const char *end)
{
    if (end - p < 4)
        return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned char c = (unsigned char)p[i];
        unsigned char letter = c | 0x20;
        if (c >= '0' && c <= '9')
            value = value * 16 + (c - '0');
        else if (letter >= 'a' && letter <= 'f')
            value = value * 16 + (letter - 'a' + 10);
        else
            return -1;
    }
    return value;
}

bool json_escape(struct json_cursor *c)
{
    if (c->end - c->p < 2) {
        c->p = c->end;
        return json_fault(c, "");
    }
    char kind = c->p[1];
    if (kind == 'u') {
        if (json_hex4(c->p + 2, c->end) < 0)
            return json_fault(c, "not JSON: \\u without four hexadecimal digits");
        c->p += 6;
        return true;
    }
    if (kind == '\0' || !strchr("\"\\/bfnrt", kind))
        return json_fault(c, "not JSON: an unknown escape in a string");
    c->p += 2;
    return true;
}

static bool digits(struct json_cursor *c)
{
    if (!json_digit(c))
        return json_fault(c, "not JSON: a number that lacks digits");
    while (json_digit(c))
        c->p++;
    return true;
}

static bool number(struct json_cursor *c)
{
    if (*c->p == '-')
        c->p++;
    if (c->p < c->end && *c->p == '0') {
        c->p++;
        if (json_digit(c))
            return json_fault(c, "not JSON: a number that starts with 0");
    } else if (!digits(c)) {
        return false;
    }
    if (c->p < c->end && *c->p == '.') {
        c->p++;
        if (!digits(c))
            return false;
    }
    if (c->p < c->end && (*c->p == 'e' || *c->p == 'E')) {
        c->p++;
        if (c->p < c->end && (*c->p == '+' || *c->p == '-'))
            c->p++;
        return digits(c);
    }
    return true;
}

static bool word(struct json_cursor *c, struct str literal)
{
    if (!str_starts((struct str){ c->p, (size_t)(c->end - c->p) }, literal))
        return json_fault(c, "not JSON: an unknown word");
    c->p += literal.n;
    return true;
}

bool json_scalar(struct json_cursor *c)
{
    if (c->p == c->end)
        return json_fault(c, "");
    switch (*c->p) {
    case 't':
        return word(c, STR("true"));
    case 'f':
        return word(c, STR("false"));
    case 'n':
        return word(c, STR("null"));
    default:
        if (*c->p == '-' || json_digit(c))
            return number(c);
        return json_fault(c, "not JSON: a value is expected");
    }
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

/* The character of the \u escape at *p, which has been checked; steps over it, and over its second
 * half when it has one. */
static uint32_t take_code(const char **p, const char *end)
{
    uint32_t code = (uint32_t)json_hex4(*p + 2, end);
    *p += 6;
    if (code < 0xd800 || code > 0xdfff)
        return code;
    if (code > 0xdbff || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
        return 0xfffd;
    uint32_t low = (uint32_t)json_hex4(*p + 2, end);
    if (low < 0xdc00 || low > 0xdfff)
        return 0xfffd;
    *p += 6;
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

struct str json_unescape(struct str inner, struct arena *a)
{
    char *to = arena_take(a, inner.n), *start = to;
    const char *p = inner.p, *end = inner.p + inner.n;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        size_t n = (size_t)((slash ? slash : end) - p);
        memcpy(to, p, n);
        to += n;
        p += n;
        if (!slash)
            break;
        if (p[1] == 'u') {
            to = put_utf8(to, take_code(&p, end));
            continue;
        }
        static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
        const char *hit = strchr(from, p[1]);
        *to++ = hit ? into[hit - from] : p[1];
        p += 2;
    }
    return (struct str){ start, (size_t)(to - start) };
}
