/* regex.h - PCRE2 behind one door, and grok names for it.
 *
 * A pattern is compiled once, with JIT, in byte mode (a URL with one Latin-1 byte must still
 * match), and is const from then on; what a match writes to is a struct regex_scratch, one a
 * thread. `$` matches at the very end only; `\C` is refused. (engines.md 2.4 says why each limit is
 * what it is: limits.h.)
 */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/err.h"

struct regex;         /* compiled, shared, const */
struct regex_scratch; /* one thread's: match data, context, JIT stack */

/* A library of grok names: `%{NAME}` and `%{NAME:field}` in patterns stand for what a file of
 * "NAME pattern" lines says (in rules/grok); what follows a second colon (a type) means nothing.
 * Names may contain names. A field is letters, digits and _, no digit first, 32 bytes at most. No
 * name is looked for in a character class, in \Q...\E and after a backslash: `%\{` is the two
 * characters. Starts empty; NULL means no names are known. */
struct grok;
struct grok *grok_new(void);
/* Reads "NAME pattern" lines; `#` begins a comment line. Later names replace earlier ones. A name
 * that stands for a pattern with unbalanced parentheses is an error; what libraries written for
 * Logstash mean otherwise than PCRE2 (\h, a class in a class) is a warning. False when there was an
 * error; the other lines are taken in any case. */
bool grok_load(struct grok *g, struct str text, const char *file, struct faults *faults);
void grok_free(struct grok *g);

/* Why a pattern was refused, and at which byte of the pattern as the user wrote it (before grok
 * names were expanded): 0 to its length. What is wrong within a name is said of its `%{`. */
struct regex_fault {
    char text[200];
    size_t offset;
};

/* Compiles. NULL with *fault filled when the pattern is wrong or too long. The caller frees. */
struct regex *regex_new(struct str pattern, const struct grok *names, struct regex_fault *fault);
void regex_free(struct regex *r);

struct str regex_pattern(const struct regex *r); /* as the user wrote it */

/* Named groups, by number: how many there are, and the name of each; with duplicate names each
 * group is its own. The index i is what regex_group() takes. */
size_t regex_names(const struct regex *r);
struct str regex_name(const struct regex *r, size_t i);

struct regex_scratch *regex_scratch_new(void);
void regex_scratch_free(struct regex_scratch *s);

enum regex_result {
    REGEX_NO,
    REGEX_YES,
    REGEX_LIMIT /* gave up: the pattern backtracks without end on this text */
};

enum regex_result regex_match(const struct regex *r, struct str text, struct regex_scratch *s);
/* The same for what begins at byte `from` or later: ^ is still the beginning of text. */
enum regex_result regex_match_from(const struct regex *r, struct str text, size_t from,
                                   struct regex_scratch *s);

/* One match in a thousand that JIT did is done again in PCRE2's interpreter: how often the two gave
 * different answers, which is a fault of PCRE2, and the first pattern on which they did (NULL:
 * none). JIT's answer is the one that counts: the same for any number of threads. */
size_t regex_disagreements(const struct regex_scratch *s, const struct regex **first);

/* After REGEX_YES for r: the text of named group i, a slice into the matched text; p is NULL when
 * the group took no part. */
struct str regex_group(const struct regex *r, const struct regex_scratch *s, size_t i);

/* After REGEX_YES: all that the pattern matched, a slice into the matched text; may be empty. */
struct str regex_found(const struct regex_scratch *s);

#endif
