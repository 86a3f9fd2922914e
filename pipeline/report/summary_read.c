/* summary_read.c - see summary_read.h. */
#include "report/summary_read.h"

#include "base/limits.h"
#include "report/draw.h"

enum {
    NAMES_SHOWN = 3,   /* in a warning */
    SOURCES_SHOWN = 6, /* the rest is in coverage.csv */
};

/* ---- what was read ---- */

struct books {
    uint64_t records, matched, unmatched, rejected[REJECTS];
};

/* Left out by wish, forgotten, read elsewhere, or part of another record: nobody misses these. */
static bool is_loss(size_t reason)
{
    return reason != REJECT_WINDOW && reason != REJECT_DUPLICATE && reason != REJECT_JOINED &&
           reason != REJECT_FORGOTTEN && reason != REJECT_EXCLUDED && reason != REJECT_REPEATED;
}

/* The commonest reason of those that are losses, or of those that are not; REJECTS for none. */
static size_t most_rejects(const struct books *b, bool losses)
{
    size_t most = REJECTS;
    for (size_t r = 0; r < REJECTS; r++)
        if (is_loss(r) == losses && b->rejected[r] &&
            (most == REJECTS || b->rejected[r] > b->rejected[most]))
            most = r;
    return most;
}

/* ", 0.4 % not understood (mostly: its time cannot be read)" over the rejects that are losses or
 * those that are not; nothing when there are none. */
static void put_rejects(GString *to, const struct books *b, bool losses, const char *what)
{
    uint64_t sum = 0;
    size_t most = most_rejects(b, losses);
    for (size_t r = 0; r < REJECTS; r++)
        sum += is_loss(r) == losses ? b->rejected[r] : 0;
    if (sum == 0)
        return;
    g_string_append(to, ", ");
    draw_share(to, (double)sum / (double)b->records);
    g_string_append_printf(to, " %s (%s%s)", what, sum > b->rejected[most] ? "mostly: " : "",
                           reject_names[most]);
}

static struct books books_of(const struct world *w, size_t source)
{
    struct books b = { 0 };
    for (size_t i = 0; i < w->set->nfiles; i++) {
        const struct input_file *f = &w->set->files[i];
        if (f->source != source)
            continue;
        b.records += f->records;
        b.matched += f->matched;
        b.unmatched += f->unmatched;
        for (size_t r = 0; r < REJECTS; r++)
            b.rejected[r] += f->rejected[r];
    }
    return b;
}

static void put_source(GString *to, const struct world *w, size_t source)
{
    struct books b = books_of(w, source);
    g_string_append(to, "  ");
    draw_name(to, w->plan->sources[source].name);
    g_string_append(to, ": ");
    draw_number_of(to, (int64_t)b.records, "record");
    if (b.records) {
        double all = (double)b.records;
        g_string_append(to, ", ");
        draw_share(to, (double)b.matched / all);
        g_string_append(to, " used, ");
        draw_share(to, (double)b.unmatched / all);
        g_string_append(to, " fit no rule");
        put_rejects(to, &b, true, "not understood");
        put_rejects(to, &b, false, "left out");
    }
    g_string_append_c(to, '\n');
}

static void put_sources(GString *to, const struct world *w)
{
    size_t n = w->plan->nsources;
    g_string_append(to, "Read\n");
    for (size_t i = 0; i < n && i < SOURCES_SHOWN; i++)
        put_source(to, w, i);
    if (n > SOURCES_SHOWN)
        g_string_append_printf(to, "  and %zu more sources: see coverage.csv\n", n - SOURCES_SHOWN);
}

/* ---- warnings ---- */

/* A source of which nothing came is what a newcomer must see first: a wrong format or rule. */
static void warn_unused(GString *to, const struct world *w)
{
    size_t shown = 0;
    for (size_t s = 0; s < w->plan->nsources; s++) {
        struct books b = books_of(w, s);
        size_t most = most_rejects(&b, true);
        if (b.matched || (!b.unmatched && most == REJECTS))
            continue;
        if (++shown > NAMES_SHOWN)
            continue;
        g_string_append(to, shown > 1 ? ", " : "! Nothing used of ");
        draw_name(to, w->plan->sources[s].name);
        bool rules = most == REJECTS || b.unmatched >= b.rejected[most];
        g_string_append_printf(to, " (%s)", rules ? "fits no rule" : reject_names[most]);
    }
    if (shown > NAMES_SHOWN)
        g_string_append_printf(to, " and %zu more", shown - NAMES_SHOWN);
    if (shown)
        g_string_append(to, ": see coverage.csv and rejects.csv\n");
}

/* NULL: it never happened. */
static const struct touchpoint *happened(const struct world *w, struct str touchpoint)
{
    for (size_t i = 0; i < w->ntouchpoints; i++)
        if (str_eq(w->touchpoints[i].name, touchpoint))
            return &w->touchpoints[i];
    return NULL;
}

static void warn_touchpoints(GString *to, const struct world *w)
{
    const struct names *goal = &w->plan->journey.goal;
    for (size_t i = 0; i < goal->n && i < NAMES_SHOWN; i++) {
        const struct touchpoint *t = happened(w, goal->list[i]);
        if (t && !t->company)
            continue;
        g_string_append(to, "! The goal '");
        draw_name(to, goal->list[i]);
        g_string_append(to,
                        t ? "' is what the company does (by: company in its rule): that wins no "
                            "journey\n"
                          : "' never happened\n");
    }
    if (happened(w, STR("(other)")))
        g_string_append_printf(to, "! More than %d names of touchpoints: the rarest are (other)\n",
                               TOUCHPOINTS_MAX - 1);
}

static void warn_short(GString *to, const struct world *w)
{
    int64_t wait = w->plan->journey.inactivity;
    if (w->begin == TIME_NONE || w->end == TIME_NONE)
        return;
    if (w->end < w->begin) {
        g_string_append(
            to, "! One source ends before another begins (coverage.csv has their times):\n"
                "  which journeys are lost or still open says little yet. Leave one out, or "
                "say\n  sparse: true of one that may be silent\n");
        return;
    }
    if (wait == INT64_MAX)
        return;
    if ((w->end - w->begin) / 2 >= wait)
        return;
    g_string_append(to, "! The logs cover ");
    draw_duration(to, w->end - w->begin);
    g_string_append(to, ", but a journey counts as lost only after ");
    draw_duration(to, wait);
    g_string_append(to, " without a sign:\n  conversion and lost journeys say little yet "
                        "(journey: inactivity: in the project)\n");
}

static void warn_silent(GString *to, const struct world *w)
{
    if (w->nsilent == 0)
        return;
    g_string_append(to, "! No record for a long time: ");
    for (size_t i = 0; i < w->nsilent && i < NAMES_SHOWN; i++) {
        g_string_append(to, i ? ", " : "");
        draw_name(to, w->silent[i]);
    }
    if (w->nsilent > NAMES_SHOWN)
        g_string_append_printf(to, " and %zu more", w->nsilent - NAMES_SHOWN);
    g_string_append(to, " (not counted for the end of the period)\n");
}

static void warn_damage(GString *to, const struct world *w)
{
    const struct input_file *first = NULL;
    size_t damaged = 0;
    for (size_t i = 0; i < w->set->nfiles; i++) {
        const struct input_file *f = event_set_file(w->set, (uint32_t)i);
        if (f->damage.n == 0)
            continue;
        first = first ? first : f;
        damaged++;
    }
    if (!damaged)
        return;
    g_string_append(to, "! Damaged, read as far as possible: ");
    draw_name(to, first->name);
    if (damaged > 1)
        g_string_append_printf(to, " and %zu more", damaged - 1);
    g_string_append(to, " (see coverage.csv)\n");
}

static void warn_refused(GString *to, const struct world *w)
{
    if (w->customers->log.visitors_apart == 0)
        return;
    g_string_append(to, "! ");
    draw_number_of(to, (int64_t)w->customers->log.visitors_apart, "visitor");
    g_string_append(to, " (address and browser) shared by several customers: kept apart\n");
}

/* What joining left apart or took as nobody's, and where it is told one by one. */
static void warn_identity(GString *to, const struct world *w)
{
    const struct identity_log *log = &w->customers->log;
    const struct {
        uint64_t n;
        const char *what;
    } said[] = { { log->nrefusals, "refused merge" },
                 { log->ncrowded, "crowded value" },
                 { log->nshared, "shared device" },
                 { w->customers->unidentified, "unidentified event" } };
    const char *before = "! Identity: ";
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (!said[i].n)
            continue;
        g_string_append(to, before);
        draw_count(to, (int64_t)said[i].n);
        g_string_append_printf(to, " %s%s", said[i].what, said[i].n == 1 ? "" : "s");
        before = ", ";
    }
    if (*before == ',')
        g_string_append(to, " (see identity.csv; `--tables identity` writes it)\n");
}

void summary_read(GString *to, const struct world *w)
{
    put_sources(to, w);
    warn_unused(to, w);
    warn_touchpoints(to, w);
    warn_short(to, w);
    warn_silent(to, w);
    warn_damage(to, w);
    warn_refused(to, w);
    warn_identity(to, w);
}
