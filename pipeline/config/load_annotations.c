/* load_annotations.c - `annotations:` of a project. See load.h, annotations.h. */
#include "config/load.h"

static struct str path_of(struct loader *l, struct str file)
{
    return str_starts(file, STR("/"))
               ? arena_keep(l->a, file)
               : arena_printf(l->a, "%s/%.*s", l->plan->dir.p, STR_ARG(file));
}

static void load_file(struct loader *l, const struct yaml_node *node, const struct yaml_node *file,
                      struct annotation_file *out)
{
    if (node->n > 1)
        yaml_error(l->faults, file, "'file' stands alone: its lines say the rest");
    if (!file->text.n)
        yaml_error(l->faults, file, "'file' must name a file");
    struct place at = yaml_place(file);
    at.file = arena_keep(l->a, at.file);
    at.line_text = arena_keep(l->a, at.line_text);
    *out = (struct annotation_file){ path_of(l, file->text), arena_keep(l->a, file->text), at };
}

static void check_source(struct loader *l, const struct yaml_node *source)
{
    struct str *names = arena_take(&l->scratch, l->nsources * sizeof *names + 1);
    for (size_t i = 0; i < l->nsources; i++)
        names[i] = l->sources[i].source.name;
    if (str_in(source->text, names, l->nsources) || l->incomplete)
        return;
    struct str hint = did_you_mean(source->text, names, l->nsources, &l->scratch);
    yaml_error(l->faults, source, "there is no source '%.*s'%.*s", STR_ARG(source->text),
               STR_ARG(hint));
}

static void load_annotation(struct loader *l, const struct yaml_node *node, struct annotation *out)
{
    const struct yaml_node *date = yaml_get(node, "date"), *text = yaml_get(node, "text");
    const struct yaml_node *source = yaml_get(node, "source");
    const struct yaml_node *campaign = yaml_get(node, "campaign");
    if ((!date && !yaml_key(node, "date")) || (!text && !yaml_key(node, "text")))
        yaml_error(l->faults, node, "an annotation needs 'date' and 'text', or a 'file' of them");
    if (date && !annotation_time(date->text, l->plan->zone, out))
        yaml_error(l->faults, date,
                   "'date' must be one such as 2026-03-01, or 2026-03-01..2026-03-08");
    if (text && !text->text.n)
        yaml_error(l->faults, text, "'text' must say what happened");
    if (source)
        check_source(l, source);
    out->text = text ? arena_keep(l->a, text->text) : STR("");
    out->source = source ? arena_keep(l->a, source->text) : STR("");
    out->campaign = campaign ? arena_keep(l->a, campaign->text) : STR("");
}

void load_annotations(struct loader *l, const struct yaml_node *list)
{
    struct plan *plan = l->plan;
    size_t n = list ? list->n : 0;
    plan->annotations = arena_take(l->a, n * sizeof *plan->annotations + 1);
    plan->annotation_files = arena_take(l->a, n * sizeof *plan->annotation_files + 1);
    for (size_t i = 0; i < n; i++) {
        const struct yaml_node *file = yaml_get(&list->items[i], "file");
        if (file)
            load_file(l, &list->items[i], file, &plan->annotation_files[plan->nannotation_files++]);
        else
            load_annotation(l, &list->items[i], &plan->annotations[plan->nannotations++]);
    }
}
