/* resume.c - see resume.h. */
#include "ingest/resume.h"

/* The mark that the text passed, or ended at: the last one that was met and is the end of what was
 * read of its text. */
static const struct mark *last_met(const struct resume *r)
{
    for (size_t i = r->nmarks; i; i--)
        if (r->marks[i - 1].met && r->marks[i - 1].last)
            return &r->marks[i - 1];
    return NULL;
}

static bool met_at(const struct resume *r, uint64_t bytes)
{
    for (size_t i = 0; i < r->nmarks; i++)
        if (r->marks[i].met && r->marks[i].bytes == bytes)
            return true;
    return false;
}

static enum resume_how look_again(struct resume *r)
{
    r->from = last_met(r);
    r->whole = !r->from;
    return RESUME_AGAIN;
}

void resume_watch(struct resume *r, struct cutter *c)
{
    for (size_t i = 0; i < r->nmarks; i++)
        r->marks[i].met = false;
    cutter_watch(c, r->marks, r->nmarks);
}

enum resume_how resume_at(struct resume *r, struct cutter *c)
{
    if (!r->nmarks || r->whole)
        return RESUME_MAP;
    const struct mark *to = r->from ? r->from : &r->marks[r->nmarks - 1];
    bool reached = cutter_skip(c, to);
#ifdef MISTAKE_INODE /* tests/nightly must catch this one: the name of a file is its inode */
    r->marks[r->nmarks - 1].met = true;
#endif
    if (!reached && met_at(r, cutter_bytes(c)))
        return RESUME_NOTHING;
    if (reached && to->met && to->last) {
        r->start = to->bytes;
        r->start_record = to->records;
        return cutter_ended(c) ? RESUME_NOTHING : RESUME_MAP;
    }
    if (!r->from)
        return look_again(r);
    r->rewritten = true; /* it is not what it was a moment ago */
    return RESUME_NOTHING;
}

void resume_finish(struct resume *r, struct stream *s, struct cutter *c)
{
    r->packed = stream_packed(s);
    r->shaped = !cutter_plain(c);
    r->rewritten |= stream_rewritten(s, r->head);
    r->loose_end = cutter_loose_end(c);
    r->records = cutter_records(c);
    r->held = cutter_held(c);
}
