/* keys.c - see keys.h: the shapes of values. */
#include "config/keys.h"

#include <math.h>

#include "base/clock.h"
#include "base/limits.h"
#include "event.h"

struct str did_you_mean(struct str name, const struct str *names, size_t n, struct arena *a)
{
    enum { ALL_SHOWN = 12 };
    const struct str *near = str_nearest(name, names, n);
    if (near)
        return arena_printf(a, "; did you mean '%.*s'?", STR_ARG(*near));
    if (n == 0 || n > ALL_SHOWN)
        return STR("");
    struct str all = STR("; it can be ");
    for (size_t i = 0; i < n; i++)
        all = arena_printf(a, "%.*s%s'%.*s'", STR_ARG(all),
                           i == 0      ? ""
                           : i + 1 < n ? ", "
                                       : " or ",
                           STR_ARG(names[i]));
    return all;
}

static bool refuse(struct yaml_node *node)
{
    node->wrong = true;
    return false;
}

static bool text_is_flag(struct str s)
{
    static const char *const words[] = { "true", "false", "yes", "no", "on", "off" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(s, str_c(words[i])))
            return true;
    return false;
}

static bool check_number(struct yaml_node *node, const struct key *key, struct faults *faults)
{
    double x;
    bool whole = key->kind == VALUE_WHOLE;
    if (str_number(node->text, &x) && x >= key->min && x <= key->max && (!whole || x == floor(x)))
        return true;
    const char *kind = whole ? "a whole number" : "a number";
    if (isinf(key->min))
        yaml_error(faults, node, "'%s' must be %s", key->name, kind);
    else if (isinf(key->max))
        yaml_error(faults, node, "'%s' must be %s of %.15g or more", key->name, kind, key->min);
    else
        yaml_error(faults, node, "'%s' must be %s from %.15g to %.15g", key->name, kind, key->min,
                   key->max);
    return refuse(node);
}

static bool check_choice(struct yaml_node *node, const struct key *key, struct faults *faults)
{
    struct str names[16];
    size_t n = 0;
    while (key->choices[n])
        n++;
    for (size_t i = 0; i < n; i++)
        names[i] = str_c(key->choices[i]);
    if (str_in(node->text, names, n))
        return true;
    struct arena scratch = { 0 };
    struct str hint = did_you_mean(node->text, names, n, &scratch);
    yaml_error(faults, node, "'%s' cannot be '%.*s'%.*s", key->name, STR_ARG(node->text),
               STR_ARG(hint));
    arena_free(&scratch);
    return refuse(node);
}

static bool check_text(struct yaml_node *node, const struct key *key, enum value_kind kind,
                       struct faults *faults)
{
    if (node->kind != YAML_TEXT) {
        yaml_error(faults, node, "'%s' must be one text, not a %s", key->name,
                   node->kind == YAML_LIST ? "list" : "mapping");
        return refuse(node);
    }
    int64_t duration;
    if (kind == VALUE_FLAG && !text_is_flag(node->text)) {
        yaml_error(faults, node, "'%s' must be true or false", key->name);
        return refuse(node);
    }
    if (kind == VALUE_DURATION && !duration_parse(node->text, &duration)) {
        yaml_error(faults, node,
                   "'%.*s' is not a duration; write a number with s, m, h or d, such as 30m or 90d",
                   STR_ARG(node->text));
        return refuse(node);
    }
    if (kind == VALUE_NUMBER || kind == VALUE_WHOLE)
        return check_number(node, key, faults);
    return kind != VALUE_CHOICE || check_choice(node, key, faults);
}

/* Keys that are no text, or stand twice: of any mapping. */
static void check_names(struct yaml_node *map, struct faults *faults)
{
    if (map->n > FIELDS_MAX) {
        yaml_error(faults, map, "a mapping cannot have more than %d keys", FIELDS_MAX);
        map->n = FIELDS_MAX;
    }
    for (size_t i = 0; i < map->n; i++) {
        struct yaml_node *name = &map->keys[i];
        if (name->kind != YAML_TEXT) {
            yaml_error(faults, name, "a key must be a text");
            name->wrong = true;
            continue;
        }
        for (size_t j = 0; j < i && !name->wrong; j++) {
            if (!str_eq(map->keys[j].text, name->text))
                continue;
            yaml_error(faults, name, "'%.*s' stands twice in this mapping", STR_ARG(name->text));
            name->wrong = true;
        }
    }
}

static bool check_texts(struct yaml_node *node, const struct key *key, bool with_maps,
                        struct faults *faults)
{
    bool ok = true;
    size_t n = node->kind == YAML_LIST ? node->n : 1;
    struct yaml_node *items = node->kind == YAML_LIST ? node->items : node;
    for (size_t i = 0; i < n; i++) {
        if (items[i].kind == YAML_TEXT || items[i].wrong)
            continue;
        if (with_maps && items[i].kind == YAML_MAP && node->kind == YAML_LIST) {
            static const struct key field = { .name = "the value of a field", .kind = VALUE_TEXT };
            check_names(&items[i], faults);
            for (size_t k = 0; k < items[i].n; k++)
                if (items[i].items[k].kind == YAML_LIST || items[i].items[k].kind == YAML_MAP)
                    ok &= check_text(&items[i].items[k], &field, VALUE_TEXT, faults);
            continue;
        }
        yaml_error(faults, &items[i], "'%s' must be a text or a list of texts%s", key->name,
                   with_maps ? " and of {field: value}" : "");
        ok = false;
    }
    return ok || refuse(node);
}

static bool check_value(struct yaml_node *node, const struct key *key, enum value_kind kind,
                        struct faults *faults);

static const char *const *names_of(enum key_names which, size_t *n)
{
    *n = which == NAMES_IDENTIFIERS ? (size_t)ID_KINDS : (size_t)ATTRS;
    return which == NAMES_IDENTIFIERS ? id_kind_names : attr_names;
}

static void check_name(struct yaml_node *name, const struct key *key, struct faults *faults)
{
    if (key->of_names == NAMES_ANY)
        return;
    struct str names[ID_KINDS + ATTRS];
    size_t n;
    const char *const *list = names_of(key->of_names, &n);
    for (size_t i = 0; i < n; i++)
        names[i] = str_c(list[i]);
    if (str_in(name->text, names, n))
        return;
    struct arena scratch = { 0 };
    struct str hint = did_you_mean(name->text, names, n, &scratch);
    yaml_error(faults, name, "'%.*s' is no %s%.*s", STR_ARG(name->text),
               key->of_names == NAMES_IDENTIFIERS ? "kind of identifier" : "attribute",
               STR_ARG(hint));
    arena_free(&scratch);
    name->wrong = true;
}

static bool check_dict(struct yaml_node *node, const struct key *key, struct faults *faults)
{
    if (node->kind != YAML_MAP) {
        yaml_error(faults, node, "'%s' must be a mapping, such as {name: value}", key->name);
        return refuse(node);
    }
    check_names(node, faults);
    for (size_t i = 0; i < node->n; i++) {
        if (node->keys[i].wrong)
            continue;
        check_name(&node->keys[i], key, faults);
        struct key each = *key;
        each.name = node->keys[i].text.p;
        if (!node->keys[i].wrong)
            check_value(&node->items[i], &each, key->each, faults);
    }
    return true;
}

static bool check_maps(struct yaml_node *node, const struct key *key, struct faults *faults)
{
    if (node->kind != YAML_LIST) {
        yaml_error(faults, node, "'%s' must be a list: each %s begins with '- '", key->name,
                   key->of->what + 2);
        return refuse(node);
    }
    for (size_t i = 0; i < node->n; i++)
        if (!keys_check(&node->items[i], key->of, faults))
            node->items[i].wrong = true;
    return true;
}

static bool check_items(struct yaml_node *node, const struct key *key, struct faults *faults)
{
    size_t n = node->kind == YAML_LIST ? node->n : 1;
    struct yaml_node *items = node->kind == YAML_LIST ? node->items : node;
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        if (items[i].kind == YAML_TEXT)
            continue;
        if (items[i].kind == YAML_MAP) {
            ok &= keys_check(&items[i], key->of, faults) || refuse(&items[i]);
            continue;
        }
        yaml_error(faults, &items[i], "'%s' must be a list of texts and of mappings", key->name);
        ok = refuse(&items[i]);
    }
    return ok || refuse(node);
}

static bool check_value(struct yaml_node *node, const struct key *key, enum value_kind kind,
                        struct faults *faults)
{
    if (node->kind == YAML_NULL) {
        if (!node->wrong)
            yaml_error(faults, node, "'%s' has no value", key->name);
        return refuse(node);
    }
    switch (kind) {
    case VALUE_TEXTS:
        return check_texts(node, key, false, faults);
    case VALUE_EXAMPLES:
        return check_texts(node, key, true, faults);
    case VALUE_ITEMS:
        return check_items(node, key, faults);
    case VALUE_MAP:
        return keys_check(node, key->of, faults) || refuse(node);
    case VALUE_MAPS:
        return check_maps(node, key, faults);
    case VALUE_DICT:
        return check_dict(node, key, faults);
    case VALUE_CONDITION:
    case VALUE_FORMAT:
        if (node->kind == YAML_MAP)
            return keys_check(node, key->of, faults) || refuse(node);
        return check_text(node, key, VALUE_TEXT, faults);
    default:
        return check_text(node, key, kind, faults);
    }
}

static const struct key *find_key(const struct keys *keys, struct str name)
{
    for (size_t i = 0; i < keys->n; i++)
        if (str_eq(name, str_c(keys->list[i].name)))
            return &keys->list[i];
    return NULL;
}

static void unknown_key(struct yaml_node *name, const struct keys *keys, struct faults *faults)
{
    struct str names[64];
    size_t n = keys->n < 64 ? keys->n : 64;
    for (size_t i = 0; i < n; i++)
        names[i] = str_c(keys->list[i].name);
    struct arena scratch = { 0 };
    struct str hint = did_you_mean(name->text, names, n, &scratch);
    yaml_error(faults, name, "%s has no key '%.*s'%.*s", keys->what, STR_ARG(name->text),
               STR_ARG(hint));
    arena_free(&scratch);
}

bool keys_check(struct yaml_node *node, const struct keys *keys, struct faults *faults)
{
    if (node->kind != YAML_MAP) {
        yaml_error(faults, node, "%s must be a mapping: lines of 'key: value'", keys->what);
        return false;
    }
    check_names(node, faults);
    for (size_t i = 0; i < node->n; i++) {
        if (node->keys[i].wrong)
            continue;
        const struct key *key = find_key(keys, node->keys[i].text);
        if (key)
            check_value(&node->items[i], key, key->kind, faults);
        else
            unknown_key(&node->keys[i], keys, faults);
    }
    bool ok = true;
    for (size_t i = 0; i < keys->n; i++) {
        if (!keys->list[i].must || yaml_key(node, keys->list[i].name))
            continue;
        yaml_error(faults, node, "%s needs the key '%s'", keys->what, keys->list[i].name);
        ok = false;
    }
    return ok;
}

bool value_flag(const struct yaml_node *node)
{
    return str_eq(node->text, STR("true")) || str_eq(node->text, STR("yes")) ||
           str_eq(node->text, STR("on"));
}

double value_number(const struct yaml_node *node)
{
    double x = 0;
    str_number(node->text, &x);
    return x;
}

int64_t value_duration(const struct yaml_node *node)
{
    int64_t micros = 0;
    duration_parse(node->text, &micros);
    return micros;
}

const struct yaml_node *value_texts(const struct yaml_node *node, size_t *n)
{
    *n = node ? node->kind == YAML_LIST ? node->n : 1 : 0;
    return node && node->kind == YAML_LIST ? node->items : node;
}
