/* detect.c - `touchpath detect`: which formats are these files in, and how is that written in a
 * project?
 *
 * In:      files and folders, and the formats of the rules folder, each tried on the first records
 *          of each text as `run` tries those of a project (ingest/recognise.h).
 * Out:     on stdout a project that reads them; all that is not YAML of it stands behind #.
 */
#include "detect.h"

struct detect_typed {
    char *rules;
};

const struct option detect_options[] = {
    { "rules", 0, false, OPTION_TEXT, "DIR", offsetof(struct detect_typed, rules),
      "the folder of formats and packs, instead of the one that was installed" },
    { 0 },
};

int cmd_detect(const struct command *self, int argc, char **argv)
{
    struct detect_typed typed = { 0 };
    int status = DONE;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct arena a = { 0 };
    const char *rules = typed.rules ? typed.rules : rules_folder(program_path(&a), &a);
    struct detect_formats *formats = NULL;
    if (argc < 2)
        complain("say which files or folders: touchpath detect FILE...");
    else
        formats = detect_formats_load(rules);
    struct detection found = { .n = 0 };
    for (int i = 1; i < argc && formats; i++)
        detect_find(&found, formats, argv[i]);
    bool any = formats && detect_project(&found, rules, stdout);
    if (!any || found.missed)
        status = WRONG;
    detection_free(&found);
    detect_formats_free(formats);
    arena_free(&a);
    options_free(self->options, &typed);
    return status;
}
