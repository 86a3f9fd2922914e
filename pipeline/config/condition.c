/* condition.c - what `when` asks of a field, and the records that a rule gives as examples. See
 * load.h.
 */
#include <math.h>

#include "config/load.h"

const struct yaml_node *condition_regex(const struct yaml_node *value)
{
    return value->kind == YAML_TEXT ? value : yaml_get(value, "regex");
}

static void keep_texts(struct loader *l, const struct yaml_node *texts, struct cond *out)
{
    struct names names = load_names(l, texts);
    out->texts = names.list;
    out->ntexts = names.n;
}

static bool load_kind(struct loader *l, const struct yaml_node *value, struct cond *out)
{
    const struct yaml_node *is = yaml_get(value, "is"), *in = yaml_get(value, "in");
    const struct yaml_node *prefix = yaml_get(value, "prefix"), *regex = condition_regex(value);
    const struct yaml_node *min = yaml_get(value, "min"), *max = yaml_get(value, "max");
    const struct yaml_node *net = yaml_get(value, "net");
    int kinds = !!is + !!in + !!prefix + !!regex + !!net + (min || max);
    if (kinds != 1) {
        yaml_error(l->faults, value,
                   "a condition is one of: a regex, is, in, prefix, net, or min and max");
        return false;
    }
    if (regex) {
        if (regex->text.n == 0)
            faults_add(l->faults, FAULT_WARNING, yaml_place(regex),
                       "an empty regex fits every text; {is: ''} asks for an empty one");
        out->kind = COND_REGEX;
        out->regex = load_regex(l, regex);
        return out->regex != NULL;
    }
    if (min || max) {
        out->kind = COND_RANGE;
        out->min = min ? value_number(min) : -INFINITY;
        out->max = max ? value_number(max) : INFINITY;
        if (out->min > out->max)
            yaml_error(l->faults, min, "'min' is larger than 'max': no value is in between");
        return out->min <= out->max;
    }
    if (net)
        return load_nets(l, net, out);
    out->kind = is ? COND_IS : in ? COND_IN : COND_PREFIX;
    keep_texts(l, is ? is : in ? in : prefix, out);
    return true;
}

bool load_condition(struct loader *l, struct rule_draft *draft, const struct yaml_node *field,
                    const struct yaml_node *value, struct cond *out)
{
    *out = (struct cond){ .at = yaml_place(value), .field = FIELD_RAW };
    if (field) {
        out->field = load_field(l, field->text, field);
        rule_uses(draft, out->field, yaml_place(field), false);
    }
    for (size_t i = 0; value->kind == YAML_MAP && i < value->n; i++)
        if (value->keys[i].wrong || value->items[i].wrong)
            return false;
    return load_kind(l, value, out);
}

static void load_example(struct loader *l, struct rule_draft *draft, const struct yaml_node *node,
                         bool want)
{
    struct rule *rule = &draft->rule;
    struct example *e = &rule->examples[rule->nexamples++];
    *e = (struct example){ .want = want, .at = yaml_place(node) };
    if (node->kind == YAML_TEXT) {
        e->text = arena_keep(l->a, node->text);
        return;
    }
    e->fields = arena_take(l->a, node->n * sizeof *e->fields + 1);
    e->values = arena_take(l->a, node->n * sizeof *e->values + 1);
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *name = &node->keys[i];
        if (name->wrong)
            continue;
        uint32_t field = load_field(l, name->text, name);
        rule_uses(draft, field, yaml_place(name), true);
        e->fields[e->nfields] = field;
        e->values[e->nfields++] = arena_keep(l->a, node->items[i].text);
    }
}

void load_examples(struct loader *l, struct rule_draft *draft)
{
    static const char *const keys[] = { "not", "examples" };
    size_t n[2];
    const struct yaml_node *items[2];
    for (int want = 0; want < 2; want++)
        items[want] = value_texts(yaml_get(draft->node, keys[want]), &n[want]);
    draft->rule.examples = arena_take(l->a, (n[0] + n[1]) * sizeof *draft->rule.examples + 1);
    for (int want = 1; want >= 0; want--)
        for (size_t i = 0; i < n[want]; i++)
            load_example(l, draft, &items[want][i], want == 1);
}
