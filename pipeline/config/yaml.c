/* yaml.c - see yaml.h: libfyaml's document copied into nodes. */
#include "config/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct place whole_file(struct str file)
{
    return (struct place){ .file = file };
}

/* The bytes of a regular file; p is NULL with errno set when it cannot be read. */
static struct str slurp(const char *path, struct arena *a)
{
    struct str none = { NULL, 0 };
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return none;
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > YAML_BYTES_MAX) {
        int why = !S_ISREG(st.st_mode) ? EISDIR : EFBIG;
        close(fd);
        errno = why;
        return none;
    }
    char *bytes = arena_take(a, (size_t)st.st_size + 1);
    size_t n = 0;
    ssize_t got = 1;
    while (n < (size_t)st.st_size && got > 0) {
        got = read(fd, bytes + n, (size_t)st.st_size - n);
        n += got > 0 ? (size_t)got : 0;
    }
    int why = errno;
    close(fd);
    errno = why;
    return got < 0 ? none : (struct str){ bytes, n };
}

static void find_lines(struct yaml_doc *doc, struct arena *a)
{
    size_t n = 1;
    for (size_t i = 0; i < doc->source.n; i++)
        n += doc->source.p[i] == '\n';
    doc->lines = arena_take(a, n * sizeof *doc->lines);
    doc->nlines = 1;
    for (size_t i = 0; i < doc->source.n; i++)
        if (doc->source.p[i] == '\n')
            doc->lines[doc->nlines++] = i + 1;
}

struct copy { /* one document on its way into nodes */
    const struct yaml_doc *doc;
    struct arena *a;
    struct faults *faults;
    bool ok;
};

static void copy_scalar(struct copy *c, struct fy_node *from, struct yaml_node *to)
{
    static const enum yaml_style styles[] = {
        [FYSS_PLAIN] = YAML_PLAIN,          [FYSS_SINGLE_QUOTED] = YAML_SINGLE,
        [FYSS_DOUBLE_QUOTED] = YAML_DOUBLE, [FYSS_LITERAL] = YAML_LITERAL,
        [FYSS_FOLDED] = YAML_FOLDED,
    };
    struct fy_token *token = fy_node_get_scalar_token(from);
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    size_t n = 0;
    const char *text = fy_node_get_scalar(from, &n);
    if (!mark || !text)
        return; /* an empty value: YAML_NULL at the place that the caller gave */
    enum fy_scalar_style style = fy_token_scalar_style(token);
    to->start = mark->input_pos;
    to->style = style >= 0 && style < FYSS_MAX ? styles[style] : YAML_PLAIN;
    struct str s = { text, n };
    bool nothing = s.n == 0 || str_eq(s, STR("~")) || str_eq(s, STR("null"));
    if (to->style == YAML_PLAIN && nothing)
        return;
    to->kind = YAML_TEXT;
    to->text = arena_keep(c->a, s);
    if (memchr(to->text.p, '\0', n)) {
        yaml_error(c->faults, to, "a text cannot hold a NUL byte");
        c->ok = false;
    }
}

/* Depth is bounded: libfyaml refuses documents nested deeper than 64 levels. `start` serves nodes
 * that have no first byte of their own. */
static void copy_node(struct copy *c, struct fy_node *from, size_t start, struct yaml_node *to)
{
    to->doc = c->doc;
    to->start = start;
    if (!from)
        return;
    if (fy_node_is_alias(from) || fy_node_get_anchor(from)) {
        yaml_error(c->faults, to,
                   "anchors and aliases (& and *) cannot be used here; put a text that "
                   "begins with one of them in quotes");
        c->ok = false;
        return;
    }
    void *at = NULL;
    if (fy_node_is_scalar(from)) {
        copy_scalar(c, from, to);
    } else if (fy_node_is_sequence(from)) {
        to->kind = YAML_LIST;
        to->n = (size_t)fy_node_sequence_item_count(from);
        to->items = arena_take(c->a, (to->n + 1) * sizeof *to->items);
        for (size_t i = 0; i < to->n; i++)
            copy_node(c, fy_node_sequence_iterate(from, &at), start, &to->items[i]);
    } else {
        to->kind = YAML_MAP;
        to->n = (size_t)fy_node_mapping_item_count(from);
        to->items = arena_take(c->a, (to->n + 1) * sizeof *to->items);
        to->keys = arena_take(c->a, (to->n + 1) * sizeof *to->keys);
        for (size_t i = 0; i < to->n; i++) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(from, &at);
            copy_node(c, fy_node_pair_key(pair), start, &to->keys[i]);
            copy_node(c, fy_node_pair_value(pair), to->keys[i].start, &to->items[i]);
        }
    }
    if (to->kind == YAML_LIST && to->n)
        to->start = to->items[0].start;
    if (to->kind == YAML_MAP && to->n)
        to->start = to->keys[0].start;
}

/* What libfyaml found wrong. Its columns count characters from 1; ours count bytes. */
static void report_faults(struct fy_diag *diag, const struct yaml_doc *doc, struct faults *faults)
{
    void *at = NULL;
    const struct fy_diag_error *e;
    bool any = false;
    while ((e = fy_diag_errors_iterate(diag, &at)) != NULL) {
        size_t line = e->line > 0 ? (size_t)e->line - 1 : 0;
        size_t offset = line < doc->nlines ? doc->lines[line] : doc->source.n;
        for (int i = 1; i < e->column && offset < doc->source.n; i++) {
            offset++;
            while (offset < doc->source.n && ((unsigned char)doc->source.p[offset] & 0xc0) == 0x80)
                offset++;
        }
        faults_add(faults, FAULT_ERROR, yaml_place_at(doc, offset), "%s", e->msg);
        any = true;
    }
    if (!any)
        faults_add(faults, FAULT_ERROR, whole_file(doc->file), "this is not YAML");
}

/* Bytes that no YAML file has: NUL, and what is not UTF-8. */
static bool text_is_good(const struct yaml_doc *doc, struct faults *faults)
{
    const char *end;
    if (g_utf8_validate(doc->source.n ? doc->source.p : "", (gssize)doc->source.n, &end))
        return true;
    size_t offset = (size_t)(end - doc->source.p);
    faults_add(faults, FAULT_ERROR, yaml_place_at(doc, offset),
               "byte 0x%02x is not UTF-8 text; save the file as UTF-8",
               (unsigned char)doc->source.p[offset]);
    return false;
}

static struct yaml_node *parse(const struct yaml_doc *doc, struct fy_diag *diag, struct arena *a,
                               struct faults *faults)
{
    struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE |
                                         FYPCF_ALLOW_DUPLICATE_KEYS | FYPCF_DISABLE_ACCELERATORS,
                                .diag = diag };
    struct fy_parser *parser = fy_parser_create(&cfg);
    if (!parser || fy_parser_set_string(parser, doc->source.p, doc->source.n) != 0)
        abort(); /* no memory */
    struct yaml_node *root = arena_take(a, sizeof *root);
    root->doc = doc;
    struct copy c = { doc, a, faults, true };
    struct fy_document *fyd = fy_parse_load_document(parser);
    if (fyd) {
        copy_node(&c, fy_document_root(fyd), 0, root);
        fy_parse_document_destroy(parser, fyd);
        struct fy_document *more = fy_parse_load_document(parser);
        if (more) {
            faults_add(faults, FAULT_ERROR, whole_file(doc->file),
                       "has more than one document (a line '---'); only one is read");
            fy_parse_document_destroy(parser, more);
            c.ok = false;
        }
    }
    if (fy_parser_get_stream_error(parser)) {
        report_faults(diag, doc, faults);
        c.ok = false;
    }
    fy_parser_destroy(parser);
    return c.ok ? root : NULL;
}

static struct str why_not_read(const char *path, int why, struct arena *a)
{
    if (why == ENOENT)
        return arena_printf(a, "there is no file '%s'", path);
    if (why == EFBIG)
        return arena_printf(a, "'%s' is larger than %d bytes", path, YAML_BYTES_MAX);
    if (why == EISDIR)
        return arena_printf(a, "'%s' is not a file", path);
    return arena_printf(a, "'%s' cannot be read: %s", path, g_strerror(why));
}

struct yaml_node *yaml_read(const char *path, struct str shown, const struct yaml_node *from,
                            struct arena *a, struct faults *faults)
{
    struct yaml_doc *doc = arena_take(a, sizeof *doc);
    doc->file = arena_keep(a, shown);
    doc->source = slurp(path, a);
    if (!doc->source.p) {
        struct str why = why_not_read(path, errno, a);
        faults_add(faults, FAULT_ERROR, from ? yaml_place(from) : whole_file(doc->file), "%.*s",
                   STR_ARG(why));
        return NULL;
    }
    find_lines(doc, a);
    if (!text_is_good(doc, faults))
        return NULL;
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    diag_cfg.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (!diag)
        abort(); /* no memory */
    fy_diag_set_collect_errors(diag, true);
    struct yaml_node *root = parse(doc, diag, a, faults);
    fy_diag_destroy(diag);
    return root;
}
