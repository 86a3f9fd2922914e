/* event_file_repeats.c - the keys of records in an event file, by which those read twice are known.
 * See event_sections.h.
 *
 * Rows ascend by file and record over all sections.
 */
#include "event_file_open.h"

size_t put_repeats(struct bytes *to, const struct repeats *r, size_t first)
{
    size_t n = r->n - first < BLOCK_ROWS ? r->n - first : BLOCK_ROWS;
    uint64_t before = 0;
    for (size_t i = first; i < first + n; i++) {
        put_number(to, r->list[i].origin - before);
        before = r->list[i].origin;
    }
    for (size_t i = first; i < first + n; i++) {
        put_u64(to, r->list[i].key[0]);
        put_u64(to, r->list[i].key[1]);
    }
    return n;
}

/* first: of the event file's input files in the set, of which there are nfiles. */
static void get_repeats(struct cursor *c, size_t rows, size_t first, size_t nfiles,
                        struct repeats *out)
{
    uint64_t origin = 0;
    size_t before = out->n;
    static const uint64_t none[2] = { 0, 0 };
    for (size_t i = 0; i < rows && !c->bad; i++) {
        uint64_t further = get_number(c);
        c->bad |= further > UINT64_MAX - origin || (i && !further);
        origin += further;
        c->bad |= origin >> ORIGIN_RECORD_BITS >= nfiles;
        if (!c->bad)
            repeats_add(out, origin + ((uint64_t)first << ORIGIN_RECORD_BITS), none);
    }
    for (size_t i = 0; i < rows && !c->bad; i++) {
        out->list[before + i].key[0] = get_u64(c);
        out->list[before + i].key[1] = get_u64(c);
    }
}

bool repeats_load(struct event_file *f, struct event_set *set, size_t first, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < f->nsections; i++) {
        const struct section *s = &f->sections[i];
        struct cursor c;
        if (s->kind != SECTION_REPEATS)
            continue;
        size_t before = set->repeats.n;
        ok = section_unpack(f, s, &c, e);
        if (ok)
            get_repeats(&c, s->rows, first, set->nfiles - first, &set->repeats);
        ok = ok && (cursor_done(&c) || section_fault(f, s, e));
        const struct repeat *list = set->repeats.list;
        if (ok && before && s->rows && list[before - 1].origin >= list[before].origin &&
            list[before - 1].origin >> ORIGIN_RECORD_BITS >= first)
            ok = section_fault(f, s, e);
    }
    return ok;
}
