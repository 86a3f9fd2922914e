/* state.c - `touchpath state`: what a nightly state holds, whether it is sound; fewer, larger
 * files.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/par.h"
#include "cmd.h"
#include "history.h"
#include "memory.h"

struct typed {
    char *wait, *zone, *memory;
    bool network, all;
};

const struct option state_options[] = {
    { "wait", 0, false, OPTION_TEXT, "SECONDS", offsetof(struct typed, wait),
      "how long to wait for a run to end that uses the state; not at all when not given" },
    { "allow-network-state", 0, false, OPTION_FLAG, NULL, offsetof(struct typed, network),
      "the state may be on a network file system" },
    { "all", 0, false, OPTION_FLAG, NULL, offsetof(struct typed, all),
      "compact: the running month, too" },
    MEMORY_OPTION(offsetof(struct typed, memory)),
    { 0 },
};

static enum status verify(struct state *s, struct err *e)
{
    size_t faults;
    if (!state_verify(s, par_workers(0), stdout, &faults, e))
        return COULD_NOT;
    return faults ? INCOMPLETE : DONE;
}

static enum status list(struct state *s, struct err *e)
{
    struct zone *utc = zone_new(STR("UTC"));
    bool ok = state_list(s, utc, stdout, e);
    zone_free(utc);
    return ok ? DONE : COULD_NOT;
}

static enum status compact(struct state *s, bool all, struct err *e)
{
    struct compacting c = { .before = all ? INT64_MAX : (int64_t)time(NULL) * SECOND,
                            .workers = par_workers(0) };
    if (!state_compact(s, &c, e))
        return COULD_NOT;
    if (c.before_files)
        printf("%" PRIu64 " event files became %" PRIu64 "\n", c.before_files, c.after_files);
    else
        printf("nothing to merge: no month%s has several event files of the same rules\n",
               all ? "" : " that is over");
    return DONE;
}

static enum status look(const char *what, bool all, const struct state_wishes *wishes,
                        struct err *e)
{
    struct state *s;
    enum status opened = open_state(wishes, &s, e);
    if (opened != DONE)
        return opened;
    enum status status = strcmp(what, "verify") == 0    ? verify(s, e)
                         : strcmp(what, "compact") == 0 ? compact(s, all, e)
                                                        : list(s, e);
    state_close(s);
    return status;
}

int cmd_state(const struct command *self, int argc, char **argv)
{
    struct typed typed = { 0 };
    struct spill *spill = NULL;
    struct err e = { { 0 } };
    int status;
    long wait = 0;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    status = WRONG;
    bool compacts = argc > 1 && strcmp(argv[1], "compact") == 0;
    bool known =
        argc > 1 && (compacts || strcmp(argv[1], "list") == 0 || strcmp(argv[1], "verify") == 0);
    if (argc != 3 || !known)
        complain("say 'list', 'verify' or 'compact', and the folder of the state");
    else if (typed.all && !compacts)
        complain("--all goes with 'compact' only");
    else if ((!typed.wait || option_count("wait", typed.wait, 0, 1000000, &wait)) &&
             memory_limit(typed.memory, 0, &spill))
        status = (int)look(argv[1], typed.all,
                           &(struct state_wishes){
                               .dir = argv[2],
                               .wait = wait,
                               .network = typed.network,
                               .only_look = true,
                               .spill = spill,
                           },
                           &e);
    if (e.text[0])
        complain("%s", e.text);
    spill_free(spill);
    options_free(self->options, &typed);
    return status;
}
