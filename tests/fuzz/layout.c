/* layout.c - fuzz: a layout and a line (the input, cut at the first newline).
 *
 * A pattern that is refused has a reason and a place within it. Of one that is taken, the fields of
 * a line that fits lie in the line, in order and apart; and put back between the texts of the
 * pattern they are the line again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ingest/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

static void check_order(struct str line, const struct str *fields, size_t n)
{
    const char *from = line.p, *end = line.p + line.n;
    for (size_t i = 0; i < n; i++) {
        must(fields[i].p >= from && fields[i].p <= end);
        must(fields[i].n <= (size_t)(end - fields[i].p));
        from = fields[i].p + fields[i].n;
    }
}

/* Layouts whose every field has a name: what the line must have been. */
static void check_joined(const struct layout *l, struct str line, const struct str *fields)
{
    const char *p = line.p;
    for (size_t i = 0; i < l->nops; i++) {
        const struct layout_op *op = &l->ops[i];
        if (op->kind != OP_TEXT) {
            if (op->name < 0)
                return;
            must(fields[op->name].p == p);
            p += fields[op->name].n;
            must(op->kind != OP_WIDTH || fields[op->name].n == op->width);
        }
        must((size_t)(line.p + line.n - p) >= op->text.n);
        must(str_starts((struct str){ p, (size_t)(line.p + line.n - p) }, op->text));
        p += op->text.n;
    }
    must(p == line.p + line.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data, size };
    if (size == 0)
        return 0;
    struct str pattern = str_cut(&rest, '\n');
    struct arena a = { 0 };
    struct layout l;
    struct regex_fault fault;
    if (!layout_compile(pattern, &a, &l, &fault)) {
        must(fault.text[0] && fault.offset <= pattern.n);
    } else {
        /* A copy of its own, so that a byte past its end is seen. */
        char *copy = malloc(rest.n + 1);
        memcpy(copy, rest.n ? rest.p : "", rest.n);
        struct str line = { copy, rest.n };
        struct str *fields = calloc(l.nnames, sizeof *fields);
        must(l.nnames > 0);
        if (layout_split(&l, line, fields, NULL)) {
            check_order(line, fields, l.nnames);
            check_joined(&l, line, fields);
        }
        free(fields);
        free(copy);
    }
    layout_free(&l);
    arena_free(&a);
    return 0;
}
