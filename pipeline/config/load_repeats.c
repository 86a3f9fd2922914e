/* load_repeats.c - the key `duplicates` of a source or format: how a record that was read twice is
 * known. See load.h.
 */
#include "config/load.h"

static void load_id(struct loader *l, struct source_draft *s, const struct yaml_node *by)
{
    struct repeats_rules *rules = &s->source.repeats;
    size_t n;
    const struct yaml_node *items = value_texts(by, &n);
    rules->policy = REPEATS_BY;
    if (n > REPEATS_FIELDS_MAX || n == 0) {
        yaml_error(l->faults, by, "the id of a record is made of 1 to %d fields, not %zu",
                   REPEATS_FIELDS_MAX, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        rules->fields[rules->nfields++] = source_field(l, s, &items[i]);
}

static void load_word(struct loader *l, struct source_draft *s, const struct yaml_node *word)
{
    static const struct {
        const char *name;
        enum repeats_policy policy;
    } words[] = { { "keep", REPEATS_KEEP },
                  { "once", REPEATS_ONCE },
                  { "across", REPEATS_ACROSS } };
    enum { WORDS = sizeof words / sizeof *words };
    struct str names[WORDS];
    for (int i = 0; i < WORDS; i++) {
        names[i] = str_c(words[i].name);
        if (!str_eq(names[i], word->text))
            continue;
        s->source.repeats.policy = (uint8_t)words[i].policy;
        return;
    }
    struct str hint = did_you_mean(word->text, names, WORDS, &l->scratch);
    yaml_error(l->faults, word,
               "'duplicates' is keep, once, across or {by: fields}, not '%.*s'%.*s",
               STR_ARG(word->text), STR_ARG(hint));
}

void load_repeats(struct loader *l, struct source_draft *s)
{
    const struct yaml_node *own = yaml_get(s->node, "duplicates"), *node = own;
    if (!own && !yaml_key(s->node, "duplicates"))
        node = s->format->duplicates;
    if (!node)
        return;
    if (own && s->source.metrics && !str_eq(own->text, STR("across")) &&
        !str_eq(own->text, STR("keep"))) {
        yaml_error(
            l->faults, own,
            "rows of 'metrics' are only summed by day, dimensions and value: 'duplicates' is "
            "'keep', or 'across' for exports that overlap");
        return;
    }
    const struct yaml_node *by = yaml_get(node, "by");
    if (by)
        load_id(l, s, by);
    else if (node->kind == YAML_TEXT)
        load_word(l, s, node);
}
