/* expr_check.c - see expr.h: do the names of an expression exist, and what are its numbers. */
#include "base/regex.h"
#include "config/expr.h"
#include "config/keys.h"
#include "config/sequence.h"

const char *const path_end_names[PATH_ENDS] = { "(start)", "(end)", "(open)" };

/* Byte `offset` of a value as a byte of the expression: with doubled quotes only its beginning is
 * known. */
static size_t value_at(const struct expr_value *v, size_t offset)
{
    return v->doubled ? v->at : v->at + offset;
}

static bool unknown(struct text_fault *fault, size_t at, const char *what, struct str name,
                    struct names_known known)
{
    struct arena scratch = { 0 };
    struct str hint = did_you_mean(name, known.list, known.n, &scratch);
    text_fault_set(fault, at, "there is no %s '%.*s'%.*s", what, STR_ARG(str_head(name, 100)),
                   STR_ARG(hint));
    arena_free(&scratch);
    return false;
}

static bool touchpoint_known(const struct expr_names *names, struct str name)
{
    return str_in(name, names->touchpoints.list, names->touchpoints.n) ||
           (names->gives && names->gives(names->ctx, name));
}

bool sequence_check(const struct sequence *s, const struct expr_names *names,
                    struct text_fault *fault)
{
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = 0; k < s->items[i].nnames; k++) {
            const struct sequence_name *name = &s->items[i].names[k];
            bool end = false;
            for (int e = 0; e < PATH_ENDS; e++)
                end = end || str_eq(name->text, str_c(path_end_names[e]));
            if (!end && !touchpoint_known(names, name->text))
                return unknown(fault, name->at, "touchpoint", name->text, names->touchpoints);
        }
    }
    return true;
}

static bool check_pattern(const struct expr_value *v, const struct expr_names *names,
                          struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct sequence s;
    struct text_fault own = { 0 };
    bool ok = sequence_parse(v->text, &scratch, &s, &own) && sequence_check(&s, names, &own);
    if (!ok)
        text_fault_set(fault, value_at(v, own.at), "%s", own.text);
    arena_free(&scratch);
    return ok;
}

static bool check_regex(const struct expr_value *v, struct text_fault *fault)
{
    struct regex_fault why;
    struct regex *r = regex_new(v->text, NULL, &why);
    if (!r)
        return text_fault_set(fault, value_at(v, why.offset), "%s", why.text);
    regex_free(r);
    return true;
}

/* ---- numbers ---- */

/* from <= x <= upto for a value that covers low to high: a day, or one number. */
static void set_range(struct expr *x, int64_t low, int64_t high)
{
    bool below = x->compare == COMPARE_LESS, above = x->compare == COMPARE_MORE;
    if (x->compare == COMPARE_IS || x->compare == COMPARE_LEAST)
        x->from = low;
    if (x->compare == COMPARE_IS || x->compare == COMPARE_MOST)
        x->upto = high;
    if (below) {
        x->from = low == INT64_MIN ? INT64_MAX : INT64_MIN;
        x->upto = low == INT64_MIN ? INT64_MIN : low - 1;
    }
    if (above) {
        x->from = high == INT64_MAX ? INT64_MAX : high + 1;
        x->upto = high == INT64_MAX ? INT64_MIN : INT64_MAX;
    }
}

static bool read_number(struct expr *x, struct text_fault *fault)
{
    double any;
    int64_t micros;
    const struct expr_value *v = x->values;
    if (!str_number(v->text, &any) || !str_micros(v->text, &micros))
        return text_fault_set(fault, v->at, "'%.*s' is not a number such as 3 or 12.5",
                              STR_ARG(str_head(v->text, 80)));
    set_range(x, micros, micros);
    return true;
}

static bool read_duration(struct expr *x, struct text_fault *fault)
{
    int64_t micros;
    const struct expr_value *v = x->values;
    if (!duration_parse(v->text, &micros))
        return text_fault_set(fault, v->at, "'%.*s' is not a duration such as 30m, 12h or 2d",
                              STR_ARG(str_head(v->text, 80)));
    set_range(x, micros, micros);
    return true;
}

/* A date is the whole of its day in the zone. */
static bool read_time(struct expr *x, const struct expr_names *names, struct text_fault *fault)
{
    int64_t low, high;
    const struct expr_value *v = x->values;
    if (!time_argument(v->text, names->zone, &low))
        return text_fault_set(fault, v->at,
                              "'%.*s' is no date or time such as 2026-09-01 or 2026-09-01T08:00",
                              STR_ARG(str_head(v->text, 80)));
    high = low;
    if (v->text.n == strlen("2026-09-01")) {
        int64_t local = low + zone_offset_at(names->zone, low) * SECOND;
        int64_t days = local >= 0 ? local / DAY : -((DAY - 1 - local) / DAY);
        high = zone_to_utc(names->zone, (days + 1) * DAY) - 1;
    }
    set_range(x, low, high);
    return true;
}

static bool check_numbers(struct expr *x, enum word_type type, const struct expr_names *names,
                          struct text_fault *fault)
{
    const char *name = x->kind == EXPR_COUNT  ? "count"
                       : x->kind == EXPR_CELL ? "cell"
                       : x->kind == EXPR_WAIT ? "wait"
                                              : expr_words[x->word].name;
    if (x->compare == COMPARE_FITS)
        return text_fault_set(fault, x->at, "'%s' is a %s: compare it with = != < <= > >=", name,
                              type == TYPE_NUMBER     ? "number"
                              : type == TYPE_DURATION ? "duration"
                                                      : "time");
    if (x->nvalues != 1)
        return text_fault_set(fault, x->at, "'%s' cannot be 'in' a list: use < and >", name);
    return type == TYPE_NUMBER     ? read_number(x, fault)
           : type == TYPE_DURATION ? read_duration(x, fault)
                                   : read_time(x, names, fault);
}

/* ---- names ---- */

static bool check_name(const struct expr *x, const struct expr_value *v,
                       const struct expr_names *names, struct text_fault *fault)
{
    static const struct str states[] = { { "converted", 9 }, { "lost", 4 }, { "open", 4 } };
    static const struct str phases[] = { { "before", 6 }, { "after", 5 } };
    struct names_known known = { 0 };
    switch (expr_words[x->word].type) {
    case TYPE_TOUCHPOINT:
        return touchpoint_known(names, v->text) ||
               unknown(fault, v->at, "touchpoint", v->text, names->touchpoints);
    case TYPE_STAGE:
        known = names->stages;
        break;
    case TYPE_CHANNEL:
        known = names->channels;
        break;
    case TYPE_MARKETING:
        known = names->marketing;
        if (known.n == 0)
            return text_fault_set(fault, x->at,
                                  "the project has no marketing channels: include packs/channels");
        break;
    case TYPE_SOURCE:
        known = names->sources;
        break;
    case TYPE_SEGMENT:
        known = names->segments;
        break;
    case TYPE_STATE:
        known = (struct names_known){ states, 3 };
        break;
    case TYPE_PHASE:
        known = (struct names_known){ phases, 2 };
        break;
    default:
        return true;
    }
    return str_in(v->text, known.list, known.n) ||
           unknown(fault, v->at, expr_words[x->word].name, v->text, known);
}

static bool check_test(struct expr *x, const struct expr_names *names, struct text_fault *fault)
{
    enum word_type type = expr_words[x->word].type;
    if (type == TYPE_FLAG)
        return true;
    if (type == TYPE_NUMBER || type == TYPE_DURATION || type == TYPE_TIME)
        return check_numbers(x, type, names, fault);
    if (type == TYPE_PATH)
        return x->compare == COMPARE_FITS
                   ? check_pattern(x->values, names, fault)
                   : text_fault_set(fault, x->at,
                                    "'path' is compared with ~ and a pattern such as "
                                    "'home -> .* -> cart'");
    if (x->compare != COMPARE_IS && x->compare != COMPARE_FITS)
        return text_fault_set(fault, x->at, "'%s' is a text: compare it with = != ~ !~ or 'in'",
                              expr_words[x->word].name);
    if (x->compare == COMPARE_FITS && (type == TYPE_SEGMENT || type == TYPE_STATE))
        return text_fault_set(fault, x->at, "'%s' is compared with = != or 'in'",
                              expr_words[x->word].name);
    if (x->compare == COMPARE_FITS)
        return check_regex(x->values, fault);
    for (size_t i = 0; i < x->nvalues; i++)
        if (!check_name(x, &x->values[i], names, fault))
            return false;
    return true;
}

bool expr_check(struct expr *x, bool event, const struct expr_names *names,
                struct text_fault *fault)
{
    bool of_journey = x->kind >= EXPR_HAS;
    if (event && of_journey)
        return text_fault_set(fault, x->at,
                              "this is about a journey: it cannot stand here, where "
                              "single events are meant");
    if (x->kind == EXPR_TEST && event && !expr_words[x->word].of_event)
        return text_fault_set(fault, x->at,
                              "'%s' is about a journey: it cannot stand here, where single events "
                              "are meant",
                              expr_words[x->word].name);
    if (x->kind == EXPR_TEST && !check_test(x, names, fault))
        return false;
    if (x->kind == EXPR_COUNT && !check_numbers(x, TYPE_NUMBER, names, fault))
        return false;
    if (x->kind == EXPR_CELL && x->compare != COMPARE_NONE &&
        !check_numbers(x, TYPE_NUMBER, names, fault))
        return false;
    if (x->kind == EXPR_WAIT && !check_numbers(x, TYPE_DURATION, names, fault))
        return false;
    for (struct expr *kid = x->kids; kid; kid = kid->next)
        if (!expr_check(kid, event || (of_journey && x->kind != EXPR_TERM), names, fault))
            return false;
    return true;
}
