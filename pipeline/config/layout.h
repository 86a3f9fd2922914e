/* layout.h - how a line is taken apart, compiled from a delimiter pattern or a regex.
 *
 * A delimiter pattern is text with fields in it: '%{ip} %{} %{user} [%{time}] "%{request}"
 * %{status}'.
 *   %{name}    takes everything up to the text that follows it (or to the end when nothing does)
 *   %{name:15} takes exactly 15 bytes
 *   %{}        takes and forgets; %{:15} forgets 15 bytes
 * A name has letters, digits and _, and no digit first. A blank in the pattern stands for exactly
 * one blank. A field right after a double quote and right before one ends at the first quote that
 * has no backslash before it (a backslash that is itself escaped does not count). Two fields touch
 * only when the first has a width. A regex layout takes its named groups as fields.
 */
#ifndef CONFIG_LAYOUT_H
#define CONFIG_LAYOUT_H

#include "base/regex.h"

enum layout_op_kind {
    OP_TEXT /* must stand here */,
    OP_UNTIL /* field up to text */,
    OP_QUOTED /* field up to an unescaped quote, where text must stand */,
    OP_WIDTH,
    OP_REST
};

struct layout_op {
    enum layout_op_kind kind;
    struct str text; /* OP_TEXT; OP_UNTIL, OP_QUOTED: the text that ends the field, which is also
                        consumed */
    uint32_t width;  /* OP_WIDTH */
    int32_t name;    /* index in layout.names, or -1: take and forget */
};

struct layout {
    struct str text; /* as written */
    struct layout_op *ops;
    size_t nops;
    struct str *names; /* its fields */
    size_t nnames;
    bool trailing; /* more text after the last op is allowed and forgotten: set by the caller */
    struct regex *regex; /* instead of ops; group i of it is names[i] */
};

/* Both compile into a; false with the reason in *fault, its offset counted in the pattern. The
 * regex is freed by layout_free(). */
bool layout_compile(struct str pattern, struct arena *a, struct layout *out,
                    struct regex_fault *fault);
bool layout_compile_regex(struct str pattern, const struct grok *names, struct arena *a,
                          struct layout *out, struct regex_fault *fault);
void layout_free(struct layout *l);

/* The index of a field name in l, or -1. */
int layout_name(const struct layout *l, struct str name);

/* What a field of lines always is, or the lines are of another format: `expect:`. */
enum expect_kind {
    EXPECT_ADDRESS, /* an address, or the name of a host behind which no address stands */
    EXPECT_STATUS,  /* of HTTP: three digits */
    EXPECT_NUMBER,
};
struct expect {
    struct str field; /* of a layout */
    enum expect_kind kind;
};

#endif
