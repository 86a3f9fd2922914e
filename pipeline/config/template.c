/* template.c - texts with places to fill in: '{event}', 'ticket {status}'. See load.h.
 *
 * A name in braces is a named group of the rule, else a field. {{ and }} stand for { and }.
 */
#include "config/load.h"

static bool find_group(const struct rule *rule, struct str name, struct part *out)
{
    for (size_t c = 0; c < rule->nconds; c++) {
        const struct regex *r = rule->conds[c].regex;
        for (size_t g = 0; r && g < regex_names(r); g++) {
            if (!str_eq(regex_name(r, g), name))
                continue;
            *out = (struct part){ .kind = PART_GROUP, .cond = (uint32_t)c, .group = (uint32_t)g };
            return true;
        }
    }
    return false;
}

static struct part place_part(struct loader *l, struct rule_draft *draft,
                              const struct yaml_node *text, struct str name, size_t offset)
{
    struct part part;
    if (find_group(&draft->rule, name, &part))
        return part;
    part = (struct part){ .kind = PART_FIELD, .field = load_field(l, name, text) };
    rule_uses(draft, part.field, yaml_place_in(text, offset), false);
    return part;
}

/* Text up to the next place, with doubled braces made single; *at moves behind it. False at a brace
 * that stands alone. */
static bool plain_part(struct str text, size_t *at, struct arena *a, struct str *out)
{
    char *to = arena_take(a, text.n - *at + 1);
    size_t n = 0;
    while (*at < text.n) {
        char c = text.p[*at];
        if (c == '{' || c == '}') {
            bool twice = *at + 1 < text.n && text.p[*at + 1] == c;
            if (!twice && c == '}')
                return false;
            if (!twice)
                break;
            ++*at;
        }
        to[n++] = c;
        ++*at;
    }
    *out = (struct str){ to, n };
    return true;
}

bool load_template(struct loader *l, struct rule_draft *draft, const struct yaml_node *text,
                   struct template *out)
{
    struct str s = text->text;
    out->parts = arena_take(l->a, (s.n + 1) * sizeof *out->parts);
    out->nparts = 0;
    for (size_t at = 0; at < s.n;) {
        struct str plain;
        if (!plain_part(s, &at, l->a, &plain)) {
            faults_add(l->faults, FAULT_ERROR, yaml_place_in(text, at),
                       "there is no '{' before this '}'; write }} for a brace");
            return false;
        }
        if (plain.n)
            out->parts[out->nparts++] = (struct part){ .kind = PART_TEXT, .text = plain };
        if (at == s.n)
            break;
        struct str rest = str_from(s, at + 1);
        size_t n = str_find(rest, STR("}"));
        if (n == rest.n || n == 0) {
            faults_add(l->faults, FAULT_ERROR, yaml_place_in(text, at),
                       n ? "this '{' has no '}'; write {{ for a brace"
                         : "a field or named group must stand between { and }");
            return false;
        }
        out->parts[out->nparts++] = place_part(l, draft, text, str_head(rest, n), at + 1);
        at += n + 2;
    }
    return true;
}

struct str template_fixed(const struct template *t)
{
    if (t->nparts == 0)
        return STR("");
    if (t->nparts == 1 && t->parts[0].kind == PART_TEXT)
        return t->parts[0].text;
    return (struct str){ NULL, 0 };
}

bool template_gives(const struct template *t, struct str name)
{
    bool open = false; /* a place before: any text may stand here */
    for (size_t i = 0; i < t->nparts; i++) {
        if (t->parts[i].kind != PART_TEXT) {
            open = true;
            continue;
        }
        struct str text = t->parts[i].text;
        bool last = i + 1 == t->nparts;
        if (!open && !str_starts(name, text))
            return false;
        if (open && last)
            return name.n >= text.n && str_eq(str_from(name, name.n - text.n), text);
        size_t at = open ? str_find(name, text) : 0;
        if (at == name.n && text.n)
            return false;
        name = str_from(name, at + text.n);
        open = false;
    }
    return open || name.n == 0;
}
