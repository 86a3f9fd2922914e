/* find.c - which texts of the ledger begin as a text does; for ingest (known.h).
 */
#include <stdlib.h>

#include "state/ledger.h"

struct found {
    struct mark *list;
    size_t n, room;
    bool broken;
};

static void add_marks(struct state *s, int64_t text, int64_t end, struct found *to)
{
    struct rows *r = sql_ask(s->db,
                             "SELECT bytes, records, low, high FROM mark WHERE text = ? ORDER BY "
                             "bytes",
                             "i", text);
    while (rows_next(r)) {
        to->list = mem_grow(to->list, &to->room, to->n + 1, sizeof *to->list);
        to->list[to->n++] = (struct mark){
            .bytes = (uint64_t)rows_int(r, 0),
            .records = (uint64_t)rows_int(r, 1),
            .hash = { (uint64_t)rows_int(r, 2), (uint64_t)rows_int(r, 3) },
            .text = (uint64_t)text,
            .last = rows_int(r, 0) == end,
        };
    }
}

static int by_place(const void *x, const void *y)
{
    const struct mark *a = x, *b = y;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? -1 : 1;
    return (a->text > b->text) - (a->text < b->text);
}

/* Rows of text: id, bytes, head, and whether what was read of it ends within a record, so that one
 * cannot go on from there. Does one begin as the other? */
static void add_alike(struct state *s, struct rows *r, struct str head, struct found *to)
{
    while (rows_next(r)) {
        struct str known = rows_text(r, 2);
        if (str_starts(head, known) || str_starts(known, head))
            add_marks(s, rows_int(r, 0), rows_int(r, 1), to);
        else
            continue;
        to->broken |= rows_int(r, 3) != 0;
    }
}

/* Texts of the source, and those of sources that the project has no more: a source that got another
 * name reads its files again, and their old events go. */
#define ALIKE                                                                                      \
    "SELECT id, bytes, head, loose OR damage <> '' OR source <> ?1 FROM text WHERE (source = ?1 "  \
    "OR "                                                                                          \
    "source NOT IN present) AND "

static struct mark *find(void *ctx, const struct input *input, struct str head, size_t *n,
                         bool *whole)
{
    struct state *s = ctx;
    struct str source = s->night->plan->sources[input->source].name;
    struct str lead = str_head(head, LEAD_BYTES);
    struct found found = { 0 };
    *whole = s->night->rebuild;
    *n = 0;
    if (!head.n)
        return NULL;
#ifdef MISTAKE_INODE /* tests/nightly must catch this one */
    struct stat st = { 0 };
    stat(input->path.p, &st);
    int64_t text = sql_number(s->db, 0,
                              "SELECT max(text) FROM name JOIN input ON input.id = name.input "
                              "WHERE inode = ?",
                              "i", (int64_t)st.st_ino);
    int64_t end = sql_number(s->db, 0, "SELECT bytes FROM text WHERE id = ?", "i", text);
    if (text && end <= (int64_t)st.st_size)
        add_marks(s, text, end, &found);
    *n = found.n;
    return found.list;
#endif
    struct arena a = { 0 };
    if (lead.n == LEAD_BYTES) {
        add_alike(s, sql_ask(s->db, ALIKE "lead = ?2", "tb", source, lead), head, &found);
        add_alike(s, sql_ask(s->db, ALIKE "lead = ?2", "tb", source, lead_hidden(lead, &a)), head,
                  &found);
        add_alike(s, sql_ask(s->db, ALIKE "bytes < 64", "t", source), head, &found);
    } else {
        add_alike(s,
                  sql_ask(s->db, ALIKE "(substr(lead, 1, 1) = ?2 OR head = x'')", "tb", source,
                          str_head(lead, 1)),
                  head, &found);
    }
    arena_free(&a);
    if (found.n)
        qsort(found.list, found.n, sizeof *found.list, by_place);
    *n = found.n;
    *whole |= found.broken;
    return found.list;
}

const struct known_texts *state_known(struct state *s, const struct night *n)
{
    s->night = n;
    sql_do(s->db,
           "CREATE TEMP TABLE IF NOT EXISTS present(source TEXT PRIMARY KEY); DELETE FROM present",
           "");
    for (size_t i = 0; i < n->plan->nsources; i++)
        sql_do(s->db, "INSERT OR IGNORE INTO present VALUES(?)", "t", n->plan->sources[i].name);
    s->known = (struct known_texts){ .ctx = s, .final = n->final, .find = find };
    return &s->known;
}
