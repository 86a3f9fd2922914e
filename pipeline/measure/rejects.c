/* rejects.c - the first few records of each file and reason that became no event, also those that
 * fit no rule. */
#include <glib.h>

#include "measure/all.h"

static const struct column columns[] = {
    { "source", UNIT_TEXT, "source of the project" },
    { "file", UNIT_TEXT, "file, or archive!member" },
    { "record", UNIT_COUNT, "number of the record in the file, from 1" },
    { "reason", UNIT_TEXT, "why it became no event" },
    { "detail", UNIT_TEXT, "what exactly was wrong, where that is known" },
    { "text", UNIT_TEXT,
      "beginning of the record; bytes that cannot be shown are written as \\xNN" },
};

/* Bytes that are no printable UTF-8 as \xNN. */
static struct str readable(GString *to, struct str s)
{
    g_string_truncate(to, 0);
    for (size_t i = 0; i < s.n;) {
        gunichar c = g_utf8_get_char_validated(s.p + i, (gssize)(s.n - i));
        bool shown = c != (gunichar)-1 && c != (gunichar)-2 && g_unichar_isprint(c);
        size_t n = shown ? (size_t)g_unichar_to_utf8(c, NULL) : 1;
        if (shown)
            g_string_append_len(to, s.p + i, (gssize)n);
        else
            g_string_append_printf(to, "\\x%02x", (unsigned)(unsigned char)s.p[i]);
        i += n;
    }
    return (struct str){ to->str, to->len };
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    bool ok = true;
    GString *detail = g_string_new(NULL), *text = g_string_new(NULL);
    for (size_t i = 0; ok && i < w->set->nfiles; i++) {
        const struct input_file *f = event_set_file(w->set, (uint32_t)i);
        for (size_t s = 0; ok && s < f->nsamples; s++) {
            const struct reject_sample *sample = &f->samples[s];
            struct row r = { .n = 0 };
            row_add(&r, cell_text(w->plan->sources[f->source].name));
            row_add(&r, cell_text(f->name));
            row_count(&r, sample->record);
            row_add(&r, cell_c(reject_names[sample->why]));
            row_add(&r,
                    sample->detail.n ? cell_text(readable(detail, sample->detail)) : cell_blank());
            row_add(&r, cell_text(readable(text, sample->text)));
            ok = row_send(&r, out, sizeof columns / sizeof *columns);
        }
    }
    g_string_free(detail, TRUE);
    g_string_free(text, TRUE);
    return ok;
}

const struct measure measure_rejects = {
    .name = "rejects",
    .question = "what do the records look like that became no event",
    .population = "the first few records of each file and reason; coverage.csv counts all of them",
    COLUMNS(columns),
    .table = table,
};
