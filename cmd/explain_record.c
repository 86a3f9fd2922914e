/* explain_record.c - a record as text: where it stands, fields, time, who. See explain.h. */
#include <stdlib.h>

#include "explain.h"
#include "ingest/lines.h"
#include "ingest/normalise.h"
#include "ingest/tell.h"

static const char *const readers[] = {
    "lines", "csv", "json-lines", "json-document", "mail", "xes"
};

static void put_quoted(struct str text, FILE *to)
{
    putc('\'', to);
    print_safely(text, EXPLAIN_SHOWN, to);
    putc('\'', to);
}

/* ---- head ---- */

static void put_fate(const struct look *l, const struct walked *r, FILE *to)
{
    if (!r->taken) {
        fprintf(to, "no event: %s", reject_names[r->why]);
        if (r->detail.n) {
            fputs(" (", to);
            print_safely(r->detail, EXPLAIN_SHOWN, to);
            putc(')', to);
        }
    } else if (l->plan->sources[r->source].metrics) {
        fputs("metrics, no event", to);
    } else {
        fprintf(to, "%zu event%s", r->nevents, r->nevents == 1 ? "" : "s");
    }
    putc('\n', to);
}

/* Of lines: the layout that takes it apart, from 1; 0 when there is only one, or none fits. */
static size_t layout_of(const struct format *f, struct str raw)
{
    struct regex_scratch *scratch = regex_scratch_new();
    size_t found = 0;
    for (size_t i = 0; f->nlayouts > 1 && i < f->nlayouts && !found; i++) {
        struct str *fields = mem_take((f->layouts[i]->nnames + 1) * sizeof *fields);
        if (layout_split(f->layouts[i], raw, fields, scratch))
            found = i + 1;
        free(fields);
    }
    regex_scratch_free(scratch);
    return found;
}

static void put_source(const struct source *s, const struct walked *r, FILE *to)
{
    fputs("  source      ", to);
    print_safely(s->name, EXPLAIN_SHOWN, to);
    fputs(": format ", to);
    print_safely(s->format->name.n ? s->format->name : STR("of its own"), EXPLAIN_SHOWN, to);
    fprintf(to, ", reader %s", readers[s->format->reader]);
    size_t layout = s->format->reader == READER_LINES ? layout_of(s->format, r->raw) : 0;
    if (layout)
        fprintf(to, ", layout %zu of %zu", layout, s->format->nlayouts);
    putc('\n', to);
}

static void put_fields(const struct look *l, const struct source *s, const struct walked *r,
                       FILE *to)
{
    fputs("  fields\n", to);
    for (size_t i = 0; i < s->nslots; i++) {
        struct str value = batch_column(r->batch, i)[r->row];
        if (!value.n)
            continue;
        fputs("    ", to);
        print_safely(l->plan->fields[s->column_field[i]], EXPLAIN_SHOWN, to);
        fputs(i < s->ncolumns ? " = " : " = (made) ", to);
        put_quoted(value, to);
        putc('\n', to);
    }
}

/* ---- time ---- */

/* The format that reads it; NULL: none. */
static const struct time_format *format_of(const struct source *s, struct str text,
                                           struct time_parts *parts)
{
    for (size_t i = 0; i < s->ntimes; i++) {
        struct time_cache cache = { 0 };
        if (time_parse(&s->times[i], text, &cache, parts))
            return &s->times[i];
    }
    return NULL;
}

static void put_zone(const struct look *l, const struct source *s, const struct walked *r,
                     const struct time_parts *parts, FILE *to)
{
    struct str named =
        s->zone_field == FIELD_NONE ? (struct str){ 0 } : str_trim(look_field(l, r, s->zone_field));
    int offset = parts->has_zone ? parts->offset : s->zone ? zone_offset_at(s->zone, r->time) : 0;
    if (!parts->has_zone && named.n) {
        fputs("zone ", to);
        put_quoted(named, to);
        fputs(", which the record names", to);
        return;
    }
    int minutes = (offset < 0 ? -offset : offset) / 60;
    fprintf(to, "zone %c%02d:%02d, %s", offset < 0 ? '-' : '+', minutes / 60, minutes % 60,
            parts->has_zone ? "as written" : "of the source or project");
}

static void put_time(const struct look *l, const struct source *s, const struct walked *r, FILE *to)
{
    if (s->time_field == FIELD_NONE) {
        fputs("  time        its source has none\n", to);
        return;
    }
    struct str text = look_field(l, r, s->time_field);
    struct time_parts parts = { 0 };
    const struct time_format *format = text.n ? format_of(s, text, &parts) : NULL;
    fputs("  time        ", to);
    print_safely(look_field_name(l, s->time_field), EXPLAIN_SHOWN, to);
    if (!text.n) {
        fputs(" is empty\n", to);
        return;
    }
    fputs(" = ", to);
    put_quoted(text, to);
    if (!format || r->time == TIME_NONE) {
        fputs(format ? ": there is no such time\n" : ": no format of the source reads it\n", to);
        return;
    }
    char utc[TIME_TEXT];
    size_t n = time_text(r->time, utc);
    fprintf(to, "\n              read as '%.*s': %.*s, ", STR_ARG(format->text), (int)n, utc);
    put_zone(l, s, r, &parts, to);
    if (!parts.has_year)
        fputs(", year guessed", to);
    fputs(r->coarse ? ", a date only\n" : "\n", to);
}

/* ---- who ---- */

static struct str as_written(struct look *l, const struct identify *id, const struct walked *r)
{
    struct str text = look_field(l, r, id->fields[0]);
    for (size_t i = 1; text.n && i < id->nfields; i++)
        text = arena_printf(&l->arena, "%.*s %.*s", STR_ARG(text),
                            STR_ARG(look_field(l, r, id->fields[i])));
    return text;
}

static bool was_shown(struct str shown, struct str value)
{
    return str_find(shown, value) < shown.n;
}

/* Those of the source; a list of their normal forms, each behind its kind and before a newline. */
static struct str put_own_ids(struct look *l, const struct source *s, const struct walked *r,
                              FILE *to)
{
    struct str shown = STR("\n");
    for (size_t i = 0; i < s->nidentify; i++) {
        const struct identify *id = &s->identify[i];
        struct str text = as_written(l, id, r);
        if (!text.n)
            continue;
        struct str normal = id_normalise(id->kind, text, &l->plan->identity, &l->arena);
        fprintf(to, "    %s = ", id_kind_names[id->kind]);
        if (normal.n)
            put_quoted(normal, to);
        else
            fputs("nobody", to);
        if (!str_eq(normal, text)) {
            fputs(", written ", to);
            put_quoted(text, to);
        }
        putc('\n', to);
        shown = arena_printf(&l->arena, "%.*s%s:%.*s\n", STR_ARG(shown), id_kind_names[id->kind],
                             STR_ARG(normal));
    }
    return shown;
}

/* Those that named groups of rules found. */
static bool put_rule_ids(struct look *l, const struct walked *r, struct str shown, FILE *to)
{
    bool any = false;
    if (!r->nevents)
        return false;
    uint32_t who = r->events->events[r->first_event].who;
    for (size_t i = 0; i < who_size(r->events, who); i++) {
        uint32_t id = who_id(r->events, who, i);
        const char *kind = id_kind_names[id_kind_of(r->events, id)];
        struct str value = id_value(r->events, id);
        if (was_shown(shown, arena_printf(&l->arena, "\n%s:%.*s\n", kind, STR_ARG(value))))
            continue;
        fprintf(to, "    %s = ", kind);
        put_quoted(value, to);
        fputs(", by its rule\n", to);
        any = true;
    }
    return any;
}

static void put_ids(struct look *l, const struct source *s, const struct walked *r, FILE *to)
{
    fputs("  identifiers\n", to);
    struct str shown = put_own_ids(l, s, r, to);
    if (!put_rule_ids(l, r, shown, to) && shown.n == 1)
        fputs("    none\n", to);
}

/* ---- what it became ---- */

static void put_events(const struct look *l, const struct walked *r, FILE *to)
{
    const struct event_set *set = r->events;
    if (r->nevents)
        fputs("  events\n", to);
    for (size_t i = 0; i < r->nevents; i++) {
        const struct event *e = &set->events[r->first_event + i];
        const struct rule *rule = &l->plan->rules[e->rule];
        fputs("    ", to);
        if (e->touch == TOUCH_NONE)
            fputs("no touchpoint: it says who is who", to);
        else
            put_quoted(intern_text(&set->touchpoints, e->touch), to);
        if (rule->stage != STAGE_NONE) {
            fputs(", stage ", to);
            put_quoted(l->plan->stages[rule->stage], to);
        }
        for (int a = 0; a < ATTRS; a++) {
            struct str text = attrs_text(set, e->attrs, (enum attr)a);
            if (!text.p)
                continue;
            fprintf(to, ", %s ", attr_names[a]);
            put_quoted(text, to);
        }
        putc('\n', to);
    }
}

static void put_metrics(const struct look *l, const struct source *s, const struct walked *r,
                        FILE *to)
{
    const struct metrics_rules *m = s->metrics;
    fputs("  metrics\n", to);
    for (size_t i = 0; i < m->nvalues; i++) {
        int64_t micros;
        fputs("    ", to);
        print_safely(m->names[i], EXPLAIN_SHOWN, to);
        if (m->values[i] == FIELD_NONE) { /* the number of rows */
            fputs(" = 1\n", to);
            continue;
        }
        struct str text = look_field(l, r, m->values[i]);
        if (tell_number(text, m->comma, &micros))
            fprintf(to, " = %.15g\n", (double)micros / 1e6);
        else
            fputs(": no number\n", to);
    }
}

void explain_record(struct look *l, const struct walked *r, FILE *to)
{
    const struct source *s = &l->plan->sources[r->source];
    print_safely(r->name, SIZE_MAX, to);
    fprintf(to, " record %llu: ", (unsigned long long)r->number);
    put_fate(l, r, to);
    fputs("  text        ", to);
    put_quoted(r->raw, to);
    putc('\n', to);
    put_source(s, r, to);
    if (r->batch) {
        put_fields(l, s, r, to);
        put_time(l, s, r, to);
        if (s->metrics) {
            put_metrics(l, s, r, to);
        } else {
            put_ids(l, s, r, to);
            explain_rules(l, r, to);
            put_events(l, r, to);
        }
    }
    putc('\n', to);
    arena_reset(&l->arena);
}
