/* people.c - see people.h. */
#include "people.h"

#include <stdlib.h>

#include "cmd.h"

enum { PEOPLE_ALWAYS = 5 }; /* the first columns of customers.csv */

static bool add_column(struct people_columns *c, struct column column, int from)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->from[i] == from)
            return true;
    if (c->n == PEOPLE_COLUMNS_MAX) {
        complain("--fields cannot name more than %d columns", PEOPLE_COLUMNS_MAX);
        return false;
    }
    c->list[c->n] = column;
    c->from[c->n++] = from;
    return true;
}

static bool unknown_field(const struct measure *customers, struct str field)
{
    struct str names[PEOPLE_COLUMNS_MAX + ID_KINDS];
    size_t n = 0;
    for (size_t i = 0; i < customers->ncolumns; i++)
        names[n++] = str_c(customers->columns[i].name);
    for (size_t i = 0; i < ID_GROUP; i++)
        names[n++] = str_c(id_kind_names[i]);
    complain_unknown("field", field, names, n);
    return false;
}

static bool add_field(struct people_columns *c, const struct measure *customers, struct str field,
                      bool raw_ids)
{
    for (size_t i = 0; i < customers->ncolumns; i++)
        if (str_eq(field, str_c(customers->columns[i].name)))
            return add_column(c, customers->columns[i], (int)i);
    int kind = id_kind_find(field);
    if (kind < 0 || kind == ID_GROUP) /* a group is nobody's own */
        return unknown_field(customers, field);
    if (!raw_ids) {
        complain("the field '%.*s' shows identifiers of people: ask for it with --raw-ids",
                 STR_ARG(field));
        return false;
    }
    struct column ids = { id_kind_names[kind], UNIT_TEXT, "identifiers of this kind" };
    return add_column(c, ids, -1 - kind);
}

bool people_columns_read(struct people_columns *c, struct str fields, bool raw_ids)
{
    const struct measure *customers = measure_find("customers");
    *c = (struct people_columns){ 0 };
    for (size_t i = 0; i < PEOPLE_ALWAYS; i++)
        add_column(c, customers->columns[i], (int)i);
    while (fields.n) {
        struct str field = str_trim(str_cut(&fields, ','));
        if (field.n && !add_field(c, customers, field, raw_ids))
            return false;
    }
    return true;
}

/* ---- identifiers, by customer ---- */

struct listing {
    const struct world *w;
    const struct people_columns *columns;
    const struct sink *out;
    const bool *left_out; /* [customers.n], or NULL */
    struct people_count count;
    uint32_t customer; /* of the row */
    uint32_t *ids; /* numbers of identifiers, by customer, kind and value; NULL: not asked for */
    size_t *first; /* [customers.n + 1] */
    struct arena arena;
};

/* qsort has no context: what is compared stands in the items. */
struct owned_id {
    uint32_t id;
    enum id_kind kind;
    struct str value;
};

static int by_kind(const void *x, const void *y)
{
    const struct owned_id *a = x, *b = y;
    return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind)
                              : str_cmp(a->value, b->value);
}

static void find_ids(struct listing *l)
{
    const struct event_set *set = l->w->set;
    const struct customers *customers = l->w->customers;
    struct owned_id *list = mem_take(set->ids.n * sizeof *list);
    size_t n = 0;
    for (uint32_t id = 0; id < set->ids.n; id++)
        list[n++] = (struct owned_id){ id, id_kind_of(set, id), id_value(set, id) };
    qsort(list, n, sizeof *list, by_kind);
    l->first = mem_zero((size_t)customers->n + 2, sizeof *l->first);
    l->ids = mem_take(n * sizeof *l->ids);
    for (size_t i = 0; i < n; i++)
        if (customers->of_id[list[i].id] != CUSTOMER_NONE)
            l->first[customers->of_id[list[i].id] + 2]++;
    for (size_t c = 2; c < (size_t)customers->n + 2; c++)
        l->first[c] += l->first[c - 1];
    for (size_t i = 0; i < n; i++)
        if (customers->of_id[list[i].id] != CUSTOMER_NONE)
            l->ids[l->first[customers->of_id[list[i].id] + 1]++] = list[i].id;
    free(list);
}

static struct cell ids_of(struct listing *l, enum id_kind kind)
{
    const struct event_set *set = l->w->set;
    struct str text = STR("");
    for (size_t i = l->first[l->customer]; i < l->first[l->customer + 1]; i++)
        if (id_kind_of(set, l->ids[i]) == kind)
            text = arena_printf(&l->arena, "%.*s%s%.*s", STR_ARG(text), text.n ? "; " : "",
                                STR_ARG(id_value(set, l->ids[i])));
    return text.n ? cell_text(text) : cell_blank();
}

static bool write_row(void *ctx, const struct cell *cells)
{
    struct listing *l = ctx;
    struct cell row[PEOPLE_COLUMNS_MAX];
    /* Rows come in the order of customers; the name is the very text of its customer. */
    while (l->w->customers->names[l->customer].p != cells[0].text.p)
        l->customer++;
    if (l->left_out && l->left_out[l->customer]) {
        l->count.left_out++;
        return true;
    }
    for (size_t i = 0; i < l->columns->n; i++) {
        int from = l->columns->from[i];
        row[i] = from < 0 ? ids_of(l, (enum id_kind)(-1 - from)) : cells[from];
    }
    l->count.listed++;
    bool ok = l->out->row(l->out->ctx, row);
    arena_reset(&l->arena);
    return ok;
}

bool people_write(const struct world *w, const struct people_columns *c, const bool *left_out,
                  const struct sink *out, struct people_count *count)
{
    struct listing l = { .w = w, .columns = c, .out = out, .left_out = left_out };
    for (size_t i = 0; i < c->n && !l.ids; i++)
        if (c->from[i] < 0)
            find_ids(&l);
    struct sink sink = { write_row, &l };
    bool ok = measure_find("customers")->table(NULL, w, &sink);
    *count = l.count;
    free(l.ids);
    free(l.first);
    arena_free(&l.arena);
    return ok;
}
