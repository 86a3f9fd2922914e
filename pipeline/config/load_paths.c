/* load_paths.c - `paths:`: how paths are cleaned (definitions.md 2.4). See load.h. */
#include "config/load.h"
#include "config/wildcard.h"

const char *const transform_names[TRANSFORMS] = { "exposure_path", "first_path", "unique_path",
                                                  "remove_if_last_and_not_all",
                                                  "remove_if_not_all" };

static bool flag(const struct yaml_node *map, const char *key)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node && value_flag(node);
}

static void load_renames(struct loader *l, const struct yaml_node *dict, struct path_rules *rules)
{
    rules->renames = arena_take(l->a, (dict ? dict->n : 0) * sizeof *rules->renames + 1);
    for (size_t i = 0; dict && i < dict->n; i++)
        rules->renames[rules->nrenames++] =
            (struct path_rename){ load_regex(l, &dict->keys[i]), dict->items[i].text };
}

static void load_groups(struct loader *l, const struct yaml_node *dict, struct path_rules *rules)
{
    rules->groups = arena_take(l->a, (dict ? dict->n : 0) * sizeof *rules->groups + 1);
    for (size_t i = 0; dict && i < dict->n; i++)
        rules->groups[rules->ngroups++] =
            (struct path_group){ dict->keys[i].text, load_names(l, &dict->items[i]) };
}

/* Could a path hold the touchpoint? When names are made by regex or lose a /, any might. */
static bool path_may_hold(const struct loader *l, const struct path_rules *rules, struct str name)
{
    if (l->incomplete || rules->nrenames || rules->slash || wildcard_any(name))
        return true;
    for (size_t i = 0; i < rules->ngroups; i++)
        if (str_eq(rules->groups[i].name, name))
            return true;
    return some_rule_gives(l, name);
}

static struct names load_shown(struct loader *l, const struct yaml_node *texts,
                               const struct path_rules *rules)
{
    size_t n, known;
    const struct yaml_node *items = value_texts(texts, &n);
    for (size_t i = 0; i < n; i++) {
        if (path_may_hold(l, rules, items[i].text))
            continue;
        struct str *names = fixed_names(l, &known);
        struct str hint = did_you_mean(items[i].text, names, known, &l->scratch);
        yaml_error(l->faults, &items[i], "no rule gives the touchpoint '%.*s'%.*s",
                   STR_ARG(items[i].text), STR_ARG(hint));
    }
    return load_names(l, texts);
}

/* "NAME, NAME)" */
static struct names removed_names(struct loader *l, struct str rest)
{
    struct names of = { arena_take(l->a, (rest.n + 1) * sizeof *of.list), 0 };
    rest.n--;
    while (rest.n)
        of.list[of.n++] = str_trim(str_cut(&rest, ','));
    return of;
}

static void load_transform(struct loader *l, const struct yaml_node *text,
                           const struct path_rules *rules, struct path_transform *to)
{
    struct str rest = text->text, names[TRANSFORMS];
    struct str name = str_trim(str_cut(&rest, '('));
    to->kind = 0;
    while (to->kind < TRANSFORMS && !str_eq(name, str_c(transform_names[to->kind])))
        to->kind++;
    if (to->kind == TRANSFORMS) {
        for (int i = 0; i < TRANSFORMS; i++)
            names[i] = str_c(transform_names[i]);
        struct str hint = did_you_mean(name, names, TRANSFORMS, &l->scratch);
        yaml_error(l->faults, text, "there is no transform '%.*s'%.*s", STR_ARG(name),
                   STR_ARG(hint));
        return;
    }
    bool removes = to->kind >= TRANSFORM_REMOVE_LAST;
    bool closed = rest.n && rest.p[rest.n - 1] == ')';
    if (removes ? !closed : rest.n > 0) {
        yaml_error(l->faults, text,
                   removes ? "'%.*s' needs the touchpoints that it removes, such "
                             "as '%.*s(direct)'"
                           : "'%.*s' takes nothing in brackets",
                   STR_ARG(name), STR_ARG(name));
        return;
    }
    if (removes)
        to->of = removed_names(l, rest);
    for (size_t i = 0; i < to->of.n; i++)
        if (!path_may_hold(l, rules, to->of.list[i]))
            yaml_error(l->faults, text, "no rule gives the touchpoint '%.*s'",
                       STR_ARG(to->of.list[i]));
}

static void load_transforms(struct loader *l, const struct yaml_node *texts,
                            struct path_rules *rules)
{
    size_t n;
    const struct yaml_node *items = value_texts(texts, &n);
    if (n > TRANSFORMS_MAX) {
        yaml_error(l->faults, texts, "there cannot be more than %d transforms", TRANSFORMS_MAX);
        return;
    }
    rules->transforms = arena_take(l->a, n * sizeof *rules->transforms + 1);
    rules->ntransforms = n;
    for (size_t i = 0; i < n; i++)
        load_transform(l, &items[i], rules, &rules->transforms[i]);
}

void load_paths(struct loader *l, const struct yaml_node *paths)
{
    struct path_rules *rules = &l->plan->paths;
    if (!paths)
        return;
    rules->asked = true;
    load_renames(l, yaml_get(paths, "rename"), rules);
    load_groups(l, yaml_get(paths, "group"), rules);
    rules->slash = flag(paths, "strip_slash");
    rules->collapse = flag(paths, "collapse");
    rules->exclude = load_shown(l, yaml_get(paths, "exclude"), rules);
    rules->start = load_shown(l, yaml_get(paths, "start"), rules);
    rules->end = load_shown(l, yaml_get(paths, "end"), rules);
    load_transforms(l, yaml_get(paths, "transforms"), rules);
}
