/* feed.c - see feed.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/stop.h"
#include "ingest/aside.h"
#include "ingest/feed_in.h"

struct feed *feed_new(const struct plan *plan, const struct inputs *in, size_t block_bytes,
                      const struct known_texts *known)
{
    struct feed *f = mem_zero(1, sizeof *f);
    f->plan = plan;
    f->inputs = in;
    f->known = known;
    f->block_bytes = block_bytes;
    f->lock = par_lock_new();
    f->tables_lock = par_lock_new();
    f->n = in->n;
    f->entries = mem_zero(in->n, sizeof *f->entries);
    for (size_t i = 0; i < in->n; i++)
        f->entries[i] = (struct entry){ .input = &in->list[i], .index = i, .lock = par_lock_new() };
    return f;
}

/* ---- texts ---- */

static struct text *text_new(struct feed *f, uint32_t source, size_t input, struct str name)
{
    par_lock_take(f->lock);
    struct text *t = arena_take(&f->arena, sizeof *t);
    t->name = arena_keep(&f->arena, name);
    t->number = (uint32_t)f->ntexts;
    t->source = source;
    t->input = input;
    t->limit = UINT64_MAX;
    t->suspect = SUSPECT_NONE;
    f->texts = mem_grow(f->texts, &f->texts_room, f->ntexts + 1, sizeof(struct text *));
    f->texts[f->ntexts++] = t;
    par_lock_give(f->lock);
    return t;
}

static void text_damage(struct feed *f, struct text *t, const char *why)
{
    par_lock_take(f->lock);
    t->damage = arena_keep(&f->arena, str_c(why));
    par_lock_give(f->lock);
}

/* Names and a date that stand in the block hold from there on, for the blocks after it, too. */
static void note_fields(struct feed *f, struct entry *x, const struct csv_rules *rules,
                        struct work *w)
{
    w->fields = x->fields;
    struct str text = { w->block.bytes, w->block.n };
    struct fields_said last = fields_said_after(rules, x->fields, text);
    par_lock_take(f->lock);
    if (last.names.p && !(x->fields.names.p && str_eq(last.names, x->fields.names)))
        x->fields.names = arena_keep(&f->arena, last.names);
    if (last.date.p && !(x->fields.date.p && str_eq(last.date, x->fields.date)))
        x->fields.date = arena_keep(&f->arena, last.date);
    par_lock_give(f->lock);
}

/* A second reading keeps the books of the first: it ends before the damage and does not see it. */
static void text_inherit(struct text *t, struct text *from)
{
    t->resume = from->resume;
    from->resume.marks = NULL;
    t->bytes = from->bytes;
    t->head_hash = from->head_hash;
    memcpy(t->whole_hash, from->whole_hash, sizeof t->whole_hash);
    t->damage = from->damage;
}

/* The checksum around a whole archive was wrong: its texts from a certain one on are suspect as a
 * whole. */
static void take_back(struct feed *f, const struct entry *x, const char *why)
{
    uint64_t first = x->stream ? stream_suspect_text(x->stream) : SUSPECT_NONE;
    par_lock_take(f->lock);
    for (size_t i = 0; first != SUSPECT_NONE && i < f->ntexts; i++) {
        struct text *t = f->texts[i];
        if (t->input != x->index || t->ordinal <= first)
            continue;
        t->suspect = 1;
        if (!t->damage.n)
            t->damage = arena_keep(&f->arena, str_c(why));
    }
    par_lock_give(f->lock);
}

static void text_finish(struct feed *f, struct entry *x)
{
    struct text *t = x->text;
    if (f->known)
        resume_finish(&t->resume, x->stream, x->cutter);
    t->bytes = cutter_bytes(x->cutter);
    t->cut = cutter_records(x->cutter);
    t->head_hash = cutter_head_hash(x->cutter);
    cutter_whole_hash(x->cutter, t->whole_hash);
    const struct err *damage = cutter_damage(x->cutter);
    if (damage) {
        text_damage(f, t, damage->text);
        t->suspect = cutter_suspect_record(x->cutter);
        take_back(f, x, damage->text);
    }
    if (x->again) {
        text_inherit(t, x->again);
        t->suspect = SUSPECT_NONE;
    }
    cutter_close(x->cutter);
    x->cutter = NULL;
}

/* ---- one input ---- */

/* Opens the input when it is not open, and goes on to its next text. False when there is none. */
static bool entry_next_text(struct feed *f, struct entry *x)
{
    struct err e = { { 0 } };
    if (!x->stream)
        x->stream = stream_open(x->input->path.p, x->input->member, &e);
    bool missing = !x->stream && errno == ENOENT;
    int more = x->stream ? stream_next(x->stream, &e) : -1;
    x->ordinal++;
    if (more < 0 && !x->again) {
        struct text *t = text_new(f, x->input->source, x->index, x->input->path);
        t->missing = missing;
        text_damage(f, t, e.text);
        take_back(f, x, e.text);
    }
    return more > 0;
}

/* The cutter of x->text, at its beginning. */
static void cutter_new(struct feed *f, struct entry *x)
{
    const struct source *source = &f->plan->sources[x->text->source];
    const struct format *format = source->format;
    x->cutter =
        cutter_open_as(x->stream, format->reader == READER_CSV, f->block_bytes, format->encoding);
    struct shape *shape = shape_of(source, cutter_head(x->cutter));
    if (shape)
        cutter_shape(x->cutter, shape);
    if (f->known && !f->known->final && !stream_packed(x->stream))
        cutter_hold(x->cutter);
    x->headers = 0;
    x->fields = (struct fields_said){ .names = { NULL, 0 } };
}

/* Asks what is known of the text. */
static void text_recall(struct feed *f, struct entry *x)
{
    struct resume *r = &x->text->resume;
    struct str head = cutter_head(x->cutter);
    bool whole = false;
    par_lock_take(f->lock);
    r->head = arena_keep(&f->arena, head);
    r->marks = f->known->find(f->known->ctx, x->input, r->head, &r->nmarks, &whole);
    par_lock_give(f->lock);
    r->whole = whole || f->plan->sources[x->text->source].whole || !cutter_plain(x->cutter) ||
               str_eq(x->input->path, STR("-"));
    resume_watch(r, x->cutter);
}

/* Opens the input once more, at the same text. */
static bool entry_reopen(struct entry *x)
{
    struct err e = { { 0 } };
    cutter_close(x->cutter);
    stream_close(x->stream);
    x->cutter = NULL;
    x->counted = 0;
    x->stream = stream_open(x->input->path.p, x->input->member, &e);
    for (uint32_t i = 0; x->stream && i < x->ordinal; i++)
        if (stream_next(x->stream, &e) <= 0)
            return false;
    return x->stream;
}

/* Goes to where the reading of a text begins that may be known. False when nothing of it is new. */
static bool text_resume(struct feed *f, struct entry *x, struct err *e)
{
    struct resume *r = &x->text->resume;
    enum resume_how how = resume_at(r, x->cutter);
    if (how == RESUME_AGAIN) {
        bool same = entry_reopen(x);
        if (same) {
            cutter_new(f, x);
            same = str_eq(cutter_head(x->cutter), r->head);
            resume_watch(r, x->cutter);
            same = same && text_begin(f, x, e);
        }
        how = same ? resume_at(r, x->cutter) : RESUME_NOTHING;
        r->rewritten |= !same;
    }
    r->file = x->stream ? *stream_file(x->stream) : r->file;
    r->nothing = how == RESUME_NOTHING;
    if (r->start)
        x->headers = 0;
    return !r->nothing;
}

/* Makes the next text of the input ready for its blocks. False when there is none. */
static bool entry_open_text(struct feed *f, struct entry *x)
{
    while (entry_next_text(f, x)) {
        if (x->again && x->ordinal < x->again->ordinal)
            continue;
        if (x->again && x->ordinal > x->again->ordinal)
            return false;
        struct err e = { { 0 } };
        x->text = text_new(f, x->input->source, x->index, stream_name(x->stream));
        x->text->ordinal = x->ordinal;
        if (x->again)
            x->text->limit = x->again->suspect;
        cutter_new(f, x);
        if (f->known && !x->again)
            text_recall(f, x);
        bool good = text_begin(f, x, &e);
        if (good && (!f->known || x->again || text_resume(f, x, &e)))
            return true;
        if (x->cutter)
            text_finish(f, x);
        if (!good)
            text_damage(f, x->text, e.text);
        if (!x->stream)
            return false;
    }
    return false;
}

/* The next piece of work of an input that is locked by the caller. False when it has no more. */
static bool entry_next(struct feed *f, struct entry *x, struct work *w)
{
    for (;;) {
        if (!x->cutter && !entry_open_text(f, x))
            return false;
        w->text = x->text;
        w->headers = x->headers;
        w->end = false;
        x->headers = 0;
        if (cutter_next(x->cutter, &w->block) && w->block.first_record < x->text->limit) {
            const struct format *format = f->plan->sources[x->text->source].format;
            if (format->csv.fields_line.n)
                note_fields(f, x, &format->csv, w);
            return true;
        }
        if (w->headers) { /* nothing follows them; still they count */
            w->block.n = w->block.records = w->block.first_record = 0;
            return true;
        }
        text_finish(f, x);
        w->end = true;
        if (f->plan->sources[x->text->source].ordered)
            return true;
    }
}

/* With x locked: w counts what has been read since somebody last did. A second reading does not
 * count. */
static void entry_count(struct entry *x, struct work *w, uint64_t records)
{
    if (x->again || !x->stream)
        return;
    uint64_t bytes = stream_bytes_in(x->stream);
    counted_add(&w->counted, bytes - x->counted, records);
    x->counted = bytes;
}

static void entry_close(struct entry *x)
{
    x->state = DONE;
    if (x->cutter)
        cutter_close(x->cutter);
    if (x->stream)
        stream_close(x->stream);
    x->cutter = NULL;
    x->stream = NULL;
}

/* ---- which input ---- */

/* With x locked: is there more to read from it? Else it is let go. */
static bool not_done(struct entry *x)
{
    if (x->state != DONE)
        return true;
    par_lock_give(x->lock);
    return false;
}

/* Locks x when it is free and not done. *busy is set when somebody else has it. */
static bool take(struct entry *x, bool *busy)
{
    if (par_lock_try(x->lock))
        return not_done(x);
    *busy = true;
    return false;
}

/* The next input that nobody has been given, unless somebody who helps was quicker and has read all
 * of it. */
static struct entry *take_new(struct feed *f)
{
    struct entry *x;
    do {
        par_lock_take(f->lock);
        x = f->next < f->n ? &f->entries[f->next++] : NULL;
        par_lock_give(f->lock);
        if (x)
            par_lock_take(x->lock);
    } while (x && !not_done(x));
    return x;
}

/* An input that is open: a free one, else the first that others have, when they let go. NULL when
 * all are done. */
static struct entry *take_open(struct feed *f)
{
    for (;;) {
        struct entry *wait = NULL;
        par_lock_take(f->lock);
        size_t first = f->first, end = f->next;
        par_lock_give(f->lock);
        bool prefix = true;
        for (size_t i = first; i < end; i++) {
            struct entry *x = &f->entries[i];
            bool busy = false;
            if (take(x, &busy))
                return x;
            if (busy && !wait)
                wait = x;
            prefix &= !busy;
            if (prefix)
                first = i + 1;
        }
        par_lock_take(f->lock);
        if (first > f->first)
            f->first = first;
        par_lock_give(f->lock);
        if (!wait)
            return NULL;
        par_lock_take(wait->lock);
        if (not_done(wait))
            return wait;
    }
}

bool feed_next(struct feed *f, struct work *w)
{
    while (!stop_asked()) {
        bool busy = false;
        struct entry *x = w->mine && take(w->mine, &busy) ? w->mine : NULL;
        if (!x)
            x = take_new(f);
        if (!x)
            x = take_open(f);
        if (!x)
            return false;
        if (entry_next(f, x, w)) {
            w->mine = x;
            entry_count(x, w, w->end ? 0 : w->block.records);
            if (f->plan->sources[w->text->source].ordered)
                w->held = x;
            else
                par_lock_give(x->lock);
            return true;
        }
        entry_count(x, w, 0);
        entry_close(x);
        par_lock_give(x->lock);
        w->mine = NULL;
    }
    return false;
}

void feed_done(struct work *w)
{
    if (w->held)
        par_lock_give(w->held->lock);
    w->held = NULL;
}

/* ---- second readings ---- */

/* Nothing of a text is kept: all of it is suspect, or it came from standard input, which cannot be
 * read twice. */
static void again_nothing(struct feed *f, struct text *t)
{
    struct text *empty = text_new(f, t->source, t->input, t->name);
    text_inherit(empty, t);
}

bool feed_again(struct feed *f)
{
    size_t n = f->ntexts, k = 0;
    struct entry *again = mem_zero(n, sizeof *again);
    for (size_t i = 0; i < n; i++) {
        struct text *t = f->texts[i];
        if (t->suspect == SUSPECT_NONE || t->dropped)
            continue;
        t->dropped = true;
        const struct input *input = &f->inputs->list[t->input];
        if (t->suspect <= 1 || str_eq(input->path, STR("-")))
            again_nothing(f, t);
        else
            again[k++] = (struct entry){
                .input = input, .index = t->input, .lock = par_lock_new(), .again = t
            };
    }
    for (size_t i = 0; i < f->n; i++)
        par_lock_free(f->entries[i].lock);
    free(f->entries);
    f->entries = again;
    f->n = k;
    f->next = f->first = 0;
    return k > 0;
}

size_t feed_texts(const struct feed *f)
{
    return f->ntexts;
}

struct text *feed_text(const struct feed *f, size_t number)
{
    return f->texts[number];
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++) {
        entry_close(&f->entries[i]);
        par_lock_free(f->entries[i].lock);
    }
    for (size_t i = 0; i < f->ntexts; i++) {
        group_free(f->texts[i]->group);
        free(f->texts[i]->resume.marks);
    }
    free(f->entries);
    free(f->texts);
    for (size_t i = 0; i < f->ntables; i++)
        side_table_free(f->tables[i].table);
    free(f->tables);
    par_lock_free(f->tables_lock);
    arena_free(&f->tables_arena);
    par_lock_free(f->lock);
    arena_free(&f->arena);
    free(f);
}
