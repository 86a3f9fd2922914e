/* schema.c - plan_schema(): the tables of keys.h as a JSON schema (draft 2020-12) for editors. */
#include "config/keys.h"
#include "config/plan.h"

static void put_text(FILE *to, const char *text)
{
    putc('"', to);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putc('\\', to);
        putc(*text, to);
    }
    putc('"', to);
}

static void put_list(FILE *to, const char *const *names, size_t n)
{
    putc('[', to);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : "", to);
        put_text(to, names[i]);
    }
    putc(']', to);
}

static void put_indent(FILE *to, int depth)
{
    fprintf(to, "\n%*s", 2 * depth, "");
}

static void put_keys(FILE *to, const struct keys *keys, int depth);

/* YAML reads 42 and yes as no texts, but a project may write them where a text is asked for. */
static const char any_scalar[] = "\"type\": [\"string\", \"number\", \"boolean\"]";
static const char scalar_or_list[] =
    "\"anyOf\": [{\"type\": [\"string\", \"number\", \"boolean\"]}, {\"type\": \"array\", "
    "\"items\": {\"type\": [\"string\", \"number\", \"boolean\"]}}]";

static void put_number(FILE *to, const struct key *key, const char *type)
{
    fprintf(to, "\"type\": \"%s\"", type);
    if (key->min > -1e300)
        fprintf(to, ", \"minimum\": %.15g", key->min);
    if (key->max < 1e300)
        fprintf(to, ", \"maximum\": %.15g", key->max);
}

static void put_kind(FILE *to, const struct key *key, enum value_kind kind, int depth);

static void put_dict(FILE *to, const struct key *key, int depth)
{
    fputs("\"type\": \"object\"", to);
    if (key->of_names != NAMES_ANY) {
        bool ids = key->of_names == NAMES_IDENTIFIERS;
        fputs(", \"propertyNames\": {\"enum\": ", to);
        put_list(to, ids ? id_kind_names : attr_names, ids ? (size_t)ID_KINDS : (size_t)ATTRS);
        putc('}', to);
    }
    fputs(", \"additionalProperties\": {", to);
    put_kind(to, key, key->each, depth);
    putc('}', to);
}

static void put_choices(FILE *to, const struct key *key)
{
    size_t n = 0;
    while (key->choices[n])
        n++;
    fputs("\"enum\": ", to);
    put_list(to, key->choices, n);
}

/* The members of a schema object that say what a value looks like. */
static void put_kind(FILE *to, const struct key *key, enum value_kind kind, int depth)
{
    switch (kind) {
    case VALUE_TEXT:
        fputs(any_scalar, to);
        break;
    case VALUE_REGEX:
        fputs("\"type\": [\"string\", \"number\"]", to);
        break;
    case VALUE_CHOICE:
        put_choices(to, key);
        break;
    case VALUE_FLAG: /* YAML 1.2 reads yes and no as texts */
        fputs("\"enum\": [true, false, \"yes\", \"no\", \"on\", \"off\"]", to);
        break;
    case VALUE_NUMBER:
        put_number(to, key, "number");
        break;
    case VALUE_WHOLE:
        put_number(to, key, "integer");
        break;
    case VALUE_DURATION:
        fputs("\"type\": \"string\", \"pattern\": \"^([0-9.]+[smhd]|never)$\"", to);
        break;
    case VALUE_TEXTS:
        fputs(scalar_or_list, to);
        break;
    case VALUE_MAP:
        put_keys(to, key->of, depth);
        break;
    case VALUE_MAPS:
        fputs("\"type\": \"array\", \"items\": {", to);
        put_keys(to, key->of, depth);
        putc('}', to);
        break;
    case VALUE_DICT:
        put_dict(to, key, depth);
        break;
    case VALUE_CONDITION:
    case VALUE_FORMAT:
        fprintf(to, "\"anyOf\": [{%s}, {", any_scalar);
        put_keys(to, key->of, depth);
        fputs("}]", to);
        break;
    case VALUE_ITEMS:
        fprintf(to, "\"anyOf\": [{%s}, {", any_scalar);
        put_keys(to, key->of, depth);
        fprintf(to, "}, {\"type\": \"array\", \"items\": {\"anyOf\": [{%s}, {", any_scalar);
        put_keys(to, key->of, depth);
        fputs("}]}}]", to);
        break;
    case VALUE_EXAMPLES:
        fputs("\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": "
              "[\"string\", \"object\"]}}]",
              to);
        break;
    }
}

static void put_keys(FILE *to, const struct keys *keys, int depth)
{
    fputs("\"type\": \"object\", \"additionalProperties\": false,", to);
    const char *must[16];
    size_t n = 0;
    for (size_t i = 0; i < keys->n; i++)
        if (keys->list[i].must && n < 16)
            must[n++] = keys->list[i].name;
    if (n) {
        fputs(" \"required\": ", to);
        put_list(to, must, n);
        putc(',', to);
    }
    fputs(" \"properties\": {", to);
    for (size_t i = 0; i < keys->n; i++) {
        const struct key *key = &keys->list[i];
        fputs(i ? "," : "", to);
        put_indent(to, depth + 1);
        put_text(to, key->name);
        fputs(": {\"description\": ", to);
        put_text(to, key->means);
        fputs(", ", to);
        put_kind(to, key, key->kind, depth + 1);
        putc('}', to);
    }
    put_indent(to, depth);
    putc('}', to);
}

void plan_schema(FILE *to)
{
    fputs("{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
          " \"title\": \"touchpath project\",\n "
          "\"description\": \"what touchpath reads, which records are touchpoints, and what a "
          "journey is\",\n ",
          to);
    put_keys(to, &project_keys, 1);
    fputs("}\n", to);
}
