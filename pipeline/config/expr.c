/* expr.c - see expr.h: words, the lexer, and a parser by recursive descent. */
#include "config/expr.h"

#include <limits.h>

const struct word_info expr_words[WORDS] = {
    [WORD_TOUCHPOINT] = { "touchpoint", TYPE_TOUCHPOINT, true, true },
    [WORD_STAGE] = { "stage", TYPE_STAGE, true, true },
    [WORD_CHANNEL] = { "channel", TYPE_CHANNEL, true, true },
    [WORD_SOURCE] = { "source", TYPE_SOURCE, true, true },
    [WORD_CAMPAIGN] = { "campaign", TYPE_TEXT, true, true },
    [WORD_CONTENT] = { "content", TYPE_TEXT, true, true },
    [WORD_KEYWORD] = { "keyword", TYPE_TEXT, true, true },
    [WORD_ITEM] = { "item", TYPE_TEXT, true, true },
    [WORD_REFERENCE] = { "reference", TYPE_TEXT, true, true },
    [WORD_MEDIUM] = { "medium", TYPE_TEXT, true, true },
    [WORD_REFERRER] = { "referrer", TYPE_TEXT, true, true },
    [WORD_DEVICE] = { "device", TYPE_TEXT, true, true },
    [WORD_BROWSER] = { "browser", TYPE_TEXT, true, true },
    [WORD_MARKETING_CHANNEL] = { "marketing_channel", TYPE_MARKETING, true, true },
    [WORD_SCORE] = { "score", TYPE_NUMBER, true, true },
    [WORD_TIME] = { "time", TYPE_TIME, true, true },
    [WORD_EMOTION] = { "emotion", TYPE_NUMBER, true, true },
    [WORD_VALUE] = { "value", TYPE_NUMBER, true, true },
    [WORD_PAIN] = { "pain", TYPE_NUMBER, true, true },
    [WORD_STATE] = { "state", TYPE_STATE, false, true },
    [WORD_PHASE] = { "phase", TYPE_PHASE, false, true },
    [WORD_SEGMENT] = { "segment", TYPE_SEGMENT, false, true },
    [WORD_CUSTOMER] = { "customer", TYPE_TEXT, false, true },
    [WORD_PATH] = { "path", TYPE_PATH, false, true },
    [WORD_FIRST_TOUCHPOINT] = { "first_touchpoint", TYPE_TOUCHPOINT, false, true },
    [WORD_LAST_TOUCHPOINT] = { "last_touchpoint", TYPE_TOUCHPOINT, false, true },
    [WORD_EVENTS] = { "events", TYPE_NUMBER, false, true },
    [WORD_SESSIONS] = { "sessions", TYPE_NUMBER, false, true },
    [WORD_TOUCHPOINTS] = { "touchpoints", TYPE_NUMBER, false, true },
    [WORD_JOURNEY] = { "journey", TYPE_NUMBER, false, true },
    [WORD_DURATION] = { "duration", TYPE_DURATION, false, true },
    [WORD_ENGAGED] = { "engaged", TYPE_DURATION, false, true },
    [WORD_TIME_TO_GOAL] = { "time_to_goal", TYPE_DURATION, false, true },
    [WORD_START] = { "start", TYPE_TIME, false, true },
    [WORD_END] = { "end", TYPE_TIME, false, true },
    [WORD_GOAL_TIME] = { "goal_time", TYPE_TIME, false, true },
    [WORD_CONVERTED] = { "converted", TYPE_FLAG, false, true },
    [WORD_LOST] = { "lost", TYPE_FLAG, false, true },
    [WORD_OPEN] = { "open", TYPE_FLAG, false, true },
    [WORD_ENDED] = { "ended", TYPE_FLAG, false, true },
    [WORD_RETURNED] = { "returned", TYPE_FLAG, false, true },
    [WORD_LEFT_TRUNCATED] = { "left_truncated", TYPE_FLAG, false, true },
    [WORD_NEW] = { "new", TYPE_FLAG, false, true },
};

/* ---- tokens ---- */

enum token_kind { TOKEN_END, TOKEN_SIGN, TOKEN_WORD, TOKEN_QUOTED };

struct token {
    enum token_kind kind;
    size_t at;       /* its first byte; of a quoted text the quote */
    struct str text; /* what it says */
    bool doubled;
};

struct parser {
    struct str text;
    struct arena *a;
    struct text_fault *fault;
    struct token now;
    size_t next; /* byte behind it */
    unsigned depth;
};

static bool word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80 || (c && memchr("_.-+:/@#%", c, 9));
}

static bool read_quoted(struct parser *p)
{
    struct str rest = str_from(p->text, p->next);
    char quote = rest.p[0], *to = arena_take(p->a, rest.n);
    size_t n = 0;
    for (size_t i = 1; i < rest.n; i++) {
        bool twice = rest.p[i] == quote && i + 1 < rest.n && rest.p[i + 1] == quote;
        if (rest.p[i] == quote && !twice) {
            p->now.kind = TOKEN_QUOTED;
            p->now.text = p->now.doubled ? (struct str){ to, n } : (struct str){ rest.p + 1, n };
            p->next += i + 1;
            return true;
        }
        p->now.doubled |= twice;
        to[n++] = rest.p[i];
        i += twice;
    }
    return text_fault_set(p->fault, p->next, "a quote is not closed");
}

/* Reads the next token; false when what stands there is none. */
static bool advance(struct parser *p)
{
    static const char *const signs[] = { "&&", "||", "!=", "!~", "==", "<=", ">=", "(", ")",
                                         ",",  "&",  "|",  "!",  "=",  "~",  "<",  ">" };
    while (p->next < p->text.n && memchr(" \t\r\n", p->text.p[p->next], 4))
        p->next++;
    struct str rest = str_from(p->text, p->next);
    p->now = (struct token){ .kind = TOKEN_END, .at = p->next };
    if (rest.n == 0)
        return true;
    if (rest.p[0] == '\'' || rest.p[0] == '"')
        return read_quoted(p);
    size_t n = 0;
    while (n < rest.n && word_byte(rest.p[n]))
        n++;
    p->now.kind = n ? TOKEN_WORD : TOKEN_SIGN;
    for (size_t i = 0; n == 0 && i < sizeof signs / sizeof *signs; i++)
        if (str_starts(rest, str_c(signs[i])))
            n = strlen(signs[i]);
    if (n == 0)
        return text_fault_set(p->fault, p->next,
                              "'%c' means nothing here; a text with such signs needs quotes",
                              rest.p[0] < ' ' || rest.p[0] > '~' ? '?' : rest.p[0]);
    p->now.text = str_head(rest, n);
    p->next += n;
    return true;
}

static bool is_sign(const struct parser *p, const char *sign)
{
    return p->now.kind == TOKEN_SIGN && str_eq(p->now.text, str_c(sign));
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->now.kind == TOKEN_WORD && str_eq(p->now.text, str_c(word));
}

/* What stands here instead of what should. */
static bool expected(struct parser *p, const char *what)
{
    if (p->now.kind == TOKEN_END)
        return text_fault_set(p->fault, p->now.at, "%s was expected, but the expression ends here",
                              what);
    return text_fault_set(p->fault, p->now.at, "%s was expected, not '%.*s'", what,
                          (int)(p->now.text.n < 40 ? p->now.text.n : 40),
                          p->now.text.n ? p->now.text.p : "");
}

static bool take_sign(struct parser *p, const char *sign, const char *what)
{
    return is_sign(p, sign) ? advance(p) : expected(p, what);
}

static struct expr *new_expr(struct parser *p, enum expr_kind kind)
{
    struct expr *x = arena_take(p->a, sizeof *x);
    x->kind = kind;
    x->at = p->now.at;
    x->from = INT64_MIN;
    x->upto = INT64_MAX;
    return x;
}

/* ---- tests ---- */

static struct expr *parse_or(struct parser *p);

static bool parse_value(struct parser *p, struct expr_value *value)
{
    if (p->now.kind != TOKEN_WORD && p->now.kind != TOKEN_QUOTED)
        return expected(p, "a value");
    *value = (struct expr_value){ p->now.text, p->now.at + (p->now.kind == TOKEN_QUOTED),
                                  p->now.doubled };
    return advance(p);
}

/* "(VALUE, VALUE ...)" */
static bool parse_values(struct parser *p, struct expr *x)
{
    size_t room = 4;
    x->values = arena_take(p->a, room * sizeof *x->values);
    if (!take_sign(p, "(", "'('"))
        return false;
    for (;;) {
        if (x->nvalues == room) {
            struct expr_value *more = arena_take(p->a, 2 * room * sizeof *more);
            memcpy(more, x->values, room * sizeof *more);
            x->values = more;
            room *= 2;
        }
        if (!parse_value(p, &x->values[x->nvalues++]))
            return false;
        if (!is_sign(p, ","))
            return take_sign(p, ")", "',' or ')'");
        if (!advance(p))
            return false;
    }
}

static bool parse_operator(struct parser *p, enum compare *compare, bool *negated)
{
    static const struct {
        const char *sign;
        enum compare compare;
        bool negated;
    } operators[] = {
        { "=", COMPARE_IS, false },    { "==", COMPARE_IS, false },  { "!=", COMPARE_IS, true },
        { "~", COMPARE_FITS, false },  { "!~", COMPARE_FITS, true }, { "<", COMPARE_LESS, false },
        { "<=", COMPARE_MOST, false }, { ">", COMPARE_MORE, false }, { ">=", COMPARE_LEAST, false },
    };
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (!is_sign(p, operators[i].sign))
            continue;
        *compare = operators[i].compare;
        *negated = operators[i].negated;
        return advance(p);
    }
    return expected(p, "one of = != ~ !~ < <= > >= or 'in'");
}

/* What is compared with it; the test itself, or its negation. */
static struct expr *parse_comparison(struct parser *p, struct expr *x)
{
    bool negated = false;
    if (x->kind == EXPR_TEST && is_word(p, "in")) {
        x->compare = COMPARE_IS;
        return advance(p) && parse_values(p, x) ? x : NULL;
    }
    x->values = arena_take(p->a, sizeof *x->values);
    x->nvalues = 1;
    if (!parse_operator(p, &x->compare, &negated) || !parse_value(p, x->values))
        return NULL;
    if (!negated)
        return x;
    struct expr *not = new_expr(p, EXPR_NOT);
    not ->at = x->at;
    not ->kids = x;
    return not ;
}

static bool unknown_word(struct parser *p)
{
    static const char *const functions[] = {
        "has", "ever", "first", "last", "count", "wait", "cell"
    };
    struct str names[WORDS + sizeof functions / sizeof *functions];
    size_t n = 0;
    for (; n < WORDS; n++)
        names[n] = str_c(expr_words[n].name);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        names[n++] = str_c(functions[i]);
    const struct str *near = str_nearest(p->now.text, names, n);
    if (near)
        return text_fault_set(p->fault, p->now.at, "there is no '%.*s'; did you mean '%.*s'?",
                              STR_ARG(str_head(p->now.text, 80)), STR_ARG(*near));
    return text_fault_set(p->fault, p->now.at,
                          "there is no '%.*s'; docs/where.md has all words (a segment is asked for "
                          "by segment = NAME)",
                          STR_ARG(str_head(p->now.text, 80)));
}

static struct expr *parse_function(struct parser *p, enum expr_kind kind)
{
    struct expr *x = new_expr(p, kind);
    if (!advance(p) || !take_sign(p, "(", "'('") || !(x->kids = parse_or(p)))
        return NULL;
    if (kind == EXPR_WAIT &&
        (!take_sign(p, ",", "',' and what it waits for") || !(x->kids->next = parse_or(p))))
        return NULL;
    if (!take_sign(p, ")", "')'"))
        return NULL;
    return kind == EXPR_COUNT || kind == EXPR_WAIT ? parse_comparison(p, x) : x;
}

static bool parse_arg(struct parser *p, struct expr *x, size_t *room)
{
    if (x->nargs == *room) {
        struct expr_value *more = arena_take(p->a, 2 * *room * sizeof *more);
        memcpy(more, x->args, *room * sizeof *more);
        x->args = more;
        *room *= 2;
    }
    return parse_value(p, &x->args[x->nargs++]);
}

/* "cell(TABLE, COLUMN, COLUMN = VALUE ...)"; what it is compared with may be left out: then it is
 * more than nothing. */
static struct expr *parse_cell(struct parser *p)
{
    size_t room = 8;
    struct expr *x = new_expr(p, EXPR_CELL);
    x->args = arena_take(p->a, room * sizeof *x->args);
    if (!advance(p) || !take_sign(p, "(", "'(' and the name of a table") ||
        !parse_arg(p, x, &room) || !take_sign(p, ",", "',' and a column of the table") ||
        !parse_arg(p, x, &room))
        return NULL;
    while (is_sign(p, ","))
        if (!advance(p) || !parse_arg(p, x, &room) ||
            !take_sign(p, "=", "'=' and what the row says in this column") ||
            !parse_arg(p, x, &room))
            return NULL;
    if (!take_sign(p, ")", "',' or ')'"))
        return NULL;
    if (p->now.kind == TOKEN_SIGN && memchr("=!<>~", p->now.text.p[0], 5) &&
        !str_eq(p->now.text, STR("!")))
        return parse_comparison(p, x);
    x->compare = COMPARE_NONE;
    x->from = 1;
    return x;
}

/* "funnel.NAME.VERB", or "funnel.'NAME'.VERB"; the name without the quotes. */
static struct expr *parse_term(struct parser *p)
{
    struct expr *x = new_expr(p, EXPR_TERM);
    x->name = p->now.text;
    if (!advance(p))
        return NULL;
    if (x->name.n == strlen("funnel.") && p->now.kind == TOKEN_QUOTED) {
        struct str name = p->now.text;
        size_t end = p->next;
        if (!advance(p))
            return NULL;
        if (p->now.kind != TOKEN_WORD || p->now.at != end || !str_starts(p->now.text, STR("."))) {
            expected(p, "'.' and a word such as converted, right behind the name,");
            return NULL;
        }
        x->name = arena_printf(p->a, "funnel.%.*s%.*s", STR_ARG(name), STR_ARG(p->now.text));
        x->quotes = p->now.at - x->at - strlen("funnel.") - name.n;
        if (!advance(p))
            return NULL;
    }
    return !is_sign(p, "(") || parse_values(p, x) ? x : NULL;
}

static struct expr *parse_test(struct parser *p)
{
    static const struct {
        const char *name;
        enum expr_kind kind;
    } functions[] = { { "has", EXPR_HAS },   { "ever", EXPR_EVER },   { "first", EXPR_FIRST },
                      { "last", EXPR_LAST }, { "count", EXPR_COUNT }, { "wait", EXPR_WAIT } };
    if (p->now.kind != TOKEN_WORD) {
        expected(p, "a word such as touchpoint, has or converted");
        return NULL;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (is_word(p, functions[i].name))
            return parse_function(p, functions[i].kind);
    if (is_word(p, "cell"))
        return parse_cell(p);
    if (str_starts(p->now.text, STR("funnel.")))
        return parse_term(p);
    struct expr *x = new_expr(p, EXPR_TEST);
    while (x->word < WORDS && !is_word(p, expr_words[x->word].name))
        x->word++;
    if (x->word == WORDS) {
        unknown_word(p);
        return NULL;
    }
    x->compare = COMPARE_NONE;
    if (!advance(p))
        return NULL;
    return expr_words[x->word].type == TYPE_FLAG ? x : parse_comparison(p, x);
}

/* ---- and, or, not ---- */

static struct expr *parse_not(struct parser *p)
{
    if (++p->depth > EXPR_DEPTH_MAX) {
        text_fault_set(p->fault, p->now.at, "brackets and '!' stand more than %d deep",
                       EXPR_DEPTH_MAX);
        return NULL;
    }
    struct expr *x = NULL;
    if (is_sign(p, "!") || is_word(p, "not")) {
        x = new_expr(p, EXPR_NOT);
        if (!advance(p) || !(x->kids = parse_not(p)))
            return NULL;
    } else if (is_sign(p, "(")) {
        if (!advance(p) || !(x = parse_or(p)) || !take_sign(p, ")", "')'"))
            return NULL;
    } else {
        x = parse_test(p);
    }
    p->depth--;
    return x;
}

/* A list of what `one` reads, between the signs. */
static struct expr *parse_list(struct parser *p, enum expr_kind kind, const char *const signs[3],
                               struct expr *(*one)(struct parser *))
{
    struct expr *list = new_expr(p, kind), **last = &list->kids;
    for (;;) {
        if (!(*last = one(p)))
            return NULL;
        last = &(*last)->next;
        if (!is_sign(p, signs[0]) && !is_sign(p, signs[1]) && !is_word(p, signs[2]))
            return list->kids->next ? list : list->kids;
        if (!advance(p))
            return NULL;
    }
}

static struct expr *parse_and(struct parser *p)
{
    static const char *const signs[] = { "&", "&&", "and" };
    return parse_list(p, EXPR_AND, signs, parse_not);
}

static struct expr *parse_or(struct parser *p)
{
    static const char *const signs[] = { "|", "||", "or" };
    return parse_list(p, EXPR_OR, signs, parse_and);
}

struct expr *expr_parse(struct str text, struct arena *a, struct text_fault *fault)
{
    struct parser p = { .text = text, .a = a, .fault = fault };
    if (text.n > EXPR_BYTES_MAX) {
        text_fault_set(fault, EXPR_BYTES_MAX, "an expression cannot be longer than %d bytes",
                       EXPR_BYTES_MAX);
        return NULL;
    }
    struct expr *x = advance(&p) ? parse_or(&p) : NULL;
    if (x && p.now.kind != TOKEN_END) {
        expected(&p, "'&', '|' or the end");
        return NULL;
    }
    return x;
}
