/* decide.c - what became of each text that was opened tonight (struct fated).
 *
 * First each text by itself, by the marks that it met; then the texts of this night against each
 * other, as two of them may be the same, or the beginning of one another.
 */
#include <assert.h>
#include <stdlib.h>

#include "state/ledger.h"

const char *const fate_names[FATES] = {
    "new", "grown", "again", "known", "part", "bare", "put off"
};

/* ---- by itself ---- */

/* Of the marks that were met the one that says most: one where t itself ends, as all of t is known
 * then, whatever else begins like it; then one at the end of what was read of its text; then the
 * last one. */
static const struct mark *met(const struct read_text *t)
{
    const struct mark *best = NULL;
    int most = -1;
    for (size_t i = 0; i < t->nmarks; i++) {
        const struct mark *m = &t->marks[i];
        int says = 2 * (m->bytes == t->bytes) + m->last;
        if (m->met && says >= most) {
            best = m;
            most = says;
        }
    }
    return best;
}

/* Was it damaged, or of a source that is no more? */
static bool is_stale(struct state *s, const struct night *n, const struct read_text *t,
                     int64_t text)
{
    return sql_number(s->db, 0, "SELECT damage <> '' OR source <> ? FROM text WHERE id = ?", "ti",
                      n->plan->sources[t->source].name, text);
}

/* A damaged text that begins like t and lay in the same file: it was mended, or is now whole. */
static int64_t mended(struct state *s, const struct night *n, const struct read_text *t)
{
    int64_t input = ledger_input(s, n->plan->sources[t->source].name, &n->inputs.list[t->input]);
    int64_t found = 0;
    struct rows *r =
        sql_ask(s->db,
                "SELECT text.id, head FROM text, name WHERE name.input = ? AND "
                "name.text = text.id AND damage <> '' AND name.name = ? AND head <> x''",
                "it", input, t->name);
    while (rows_next(r)) {
        struct str head = rows_text(r, 1);
        if (str_starts(t->head, head) || str_starts(head, t->head))
            found = rows_int(r, 0);
    }
    return found;
}

/* Is the text shorter than one that is known and begins alike? It may be a copy in the making. */
static bool looks_cut(const struct read_text *t)
{
    if (t->packed)
        return false;
    for (size_t i = 0; i < t->nmarks; i++)
        if (!t->marks[i].met && t->marks[i].bytes > t->bytes)
            return true;
    return false;
}

/* Did it look so before, and has not changed since? */
static bool has_waited(struct state *s, const struct night *n, const struct read_text *t)
{
    return sql_number(s->db, 0,
                      "SELECT count(*) FROM input WHERE source = ? AND path = ? AND member = ? AND "
                      "waits AND device = ? AND inode = ? AND size = ? AND changed = ? AND moved = "
                      "?",
                      "tttiiiii", n->plan->sources[t->source].name, n->inputs.list[t->input].path,
                      n->inputs.list[t->input].member, (int64_t)t->file.device,
                      (int64_t)t->file.inode, (int64_t)t->file.size, t->file.changed,
                      t->file.moved);
}

static struct fated put_off(const char *why, bool waits)
{
    return (struct fated){ .fate = FATE_PUT_OFF, .why = why, .waits = waits };
}

static struct fated read_whole(struct state *s, const struct night *n, const struct read_text *t,
                               const struct mark *m)
{
    const struct input_file *books = t->set_file == INTERN_NONE ? NULL : &n->set.files[t->set_file];
    int64_t old = m && m->last ? (int64_t)m->text : 0;
    if (old && m->bytes == t->bytes && !n->rebuild && !is_stale(s, n, t, old))
        return (struct fated){ .fate = FATE_KNOWN, .text = old };
    if (!old)
        old = mended(s, n, t);
    if (old)
        return (struct fated){ .fate = FATE_AGAIN, .text = old, .was_records = m ? m->records : 0 };
    if (m && m->bytes == t->bytes)
        return (struct fated){ .fate = FATE_PART };
    if (!books || !books->records)
        return (struct fated){ .fate = FATE_BARE };
    if (looks_cut(t) && !has_waited(s, n, t))
        return put_off("it is the beginning of a longer file, and may be a copy in the making",
                       true);
    return (struct fated){ .fate = FATE_NEW, .why = t->nmarks ? "begins like another text" : NULL };
}

static struct fated decide_alone(struct state *s, const struct night *n, struct read_text *t)
{
    const struct mark *m = met(t);
    if (t->missing) {
        /* Rotated or compressed since files were searched for: the next night finds it under its
         * new name. Nothing is damaged. */
        t->damage = (struct str){ 0 };
        return put_off("it was renamed or removed before it could be opened", false);
    }
    if (t->rewritten)
        return put_off("it was written anew while it was read", false);
    if (t->start || (t->set_file == INTERN_NONE && m)) {
        assert(m);
        if (t->damage.n)
            return put_off("what was added to it is damaged", false);
        if (!m->last)
            return (struct fated){ .fate = FATE_PART };
        return (struct fated){ .fate = t->bytes == m->bytes ? FATE_KNOWN : FATE_GROWN,
                               .text = (int64_t)m->text };
    }
    return read_whole(s, n, t, m);
}

/* ---- the texts of this night among each other ---- */

struct ranked {
    struct state *s;
    const struct night *n;
    const struct read_text *t;
    struct fated *f;
    bool named; /* its file is one that held the text before */
};

static bool has_events(const struct ranked *x)
{
    return x->f->fate == FATE_NEW || x->f->fate == FATE_GROWN || x->f->fate == FATE_AGAIN;
}

static bool same_bytes(const struct read_text *a, const struct read_text *b)
{
    return a->bytes == b->bytes && a->hash[0] == b->hash[0] && a->hash[1] == b->hash[1];
}

/* Those that are the same known text stand together, the one that shall go on first. */
static int by_text(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->f->text != b->f->text)
        return a->f->text < b->f->text ? -1 : 1;
    if (has_events(a) != has_events(b))
        return has_events(a) ? -1 : 1;
    if (a->named != b->named)
        return a->named ? -1 : 1;
    if (a->t->bytes != b->t->bytes)
        return a->t->bytes > b->t->bytes ? -1 : 1;
    return str_cmp(a->t->name, b->t->name);
}

/* Of several texts that are a known one, one goes on. */
static void settle_known(struct ranked *list, size_t n)
{
    qsort(list, n, sizeof *list, by_text);
    for (size_t i = 1, first = 0; i < n; i++) {
        if (!list[i].f->text || list[i].f->text != list[first].f->text) {
            first = i;
            continue;
        }
        if (!has_events(&list[first]))
            continue;
        if (!has_events(&list[i]))
            list[i].f->fate = FATE_PART; /* the other one has grown beyond it */
        else if (same_bytes(list[i].t, list[first].t))
            list[i].f->fate = FATE_KNOWN;
        else
            *list[i].f = put_off("another file goes on where this one does", false);
    }
}

static int by_head(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->t->source != b->t->source)
        return a->t->source < b->t->source ? -1 : 1;
    int c = str_cmp(a->t->head, b->t->head);
    if (c)
        return c;
    if (a->t->bytes != b->t->bytes)
        return a->t->bytes < b->t->bytes ? -1 : 1;
    for (int i = 0; i < 2; i++)
        if (a->t->hash[i] != b->t->hash[i])
            return a->t->hash[i] < b->t->hash[i] ? -1 : 1;
    /* What is in the ledger already before what is new. */
    if ((a->f->fate == FATE_NEW) != (b->f->fate == FATE_NEW))
        return a->f->fate == FATE_NEW ? 1 : -1;
    return str_cmp(a->t->name, b->t->name);
}

/* New texts that are the same as another one, or the beginning of it. */
static void settle_new(struct ranked *list, size_t n, const struct read_text *texts)
{
    qsort(list, n, sizeof *list, by_head);
    for (size_t i = 0, first = 0; i < n; i++) {
        struct ranked *x = &list[i];
        bool again = i && x->t->source == list[first].t->source &&
                     same_bytes(x->t, list[first].t) && x->t->bytes;
        if (!again)
            first = i;
        if (x->f->fate != FATE_NEW)
            continue;
        if (again && has_events(&list[first])) {
            x->f->fate = FATE_KNOWN;
            x->f->text = -(list[first].t - texts) - 1; /* of this night */
            if (list[first].f->fate != FATE_NEW)
                x->f->text = list[first].f->text;
            continue;
        }
        const struct ranked *next = i + 1 < n ? &list[i + 1] : NULL;
        while (next && next < list + n && next->t->source == x->t->source &&
               same_bytes(x->t, next->t))
            next++;
        if (!next || next >= list + n || x->t->packed || next->t->source != x->t->source ||
            !has_events(next) || next->t->bytes <= x->t->bytes ||
            !str_starts(next->t->head, x->t->head) || has_waited(x->s, x->n, x->t))
            continue;
        *x->f =
            put_off("it is the beginning of a longer file, and may be a copy in the making", true);
    }
}

/* Copies of a text that has been put off after all are put off, too. */
static void settle_copies(struct night *n)
{
    for (size_t i = 0; i < n->texts.n; i++) {
        struct fated *f = &n->fates[i];
        if (f->fate == FATE_KNOWN && f->text < 0 && n->fates[-f->text - 1].fate == FATE_PUT_OFF)
            *f = n->fates[-f->text - 1];
    }
}

void state_decide(struct state *s, struct night *n)
{
    size_t count = n->texts.n;
    n->fates = mem_zero(count, sizeof *n->fates);
    struct ranked *list = mem_zero(count, sizeof *list);
    for (size_t i = 0; i < count; i++) {
        struct read_text *t = &n->texts.list[i];
        n->fates[i] = decide_alone(s, n, t);
        list[i] = (struct ranked){ s, n, t, &n->fates[i], false };
        list[i].named =
            sql_number(s->db, 0, "SELECT count(*) FROM name WHERE text = ? AND name = ?", "it",
                       n->fates[i].text, t->name) > 0;
    }
    settle_known(list, count);
    settle_new(list, count, n->texts.list);
    settle_copies(n);
    free(list);
    for (size_t i = 0; i < count; i++) {
        n->count[n->fates[i].fate]++;
        n->damaged += n->texts.list[i].damage.n > 0;
    }
}
