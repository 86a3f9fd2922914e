/* detect.h - inside of `touchpath detect`: the block of a project for a file.
 */
#ifndef CMD_DETECT_H
#define CMD_DETECT_H

#include "cmd.h"

/* A text as YAML has it in quotes. */
void detect_quoted(struct str text, FILE *to);

/* "  - name: NAME" and "    files: [PATH]": the name is made of the path. */
void detect_begin(struct str path, FILE *to);

/* Of a text in none of the formats that there are, by its first bytes: the columns of a CSV or the
 * paths of JSON lines, with what they may be, and the block; of others the first line. True when a
 * block was written. */
bool detect_unknown(struct str path, struct str head, FILE *to);

#endif
