/* yaml.h - a YAML file as a tree of nodes, each of which knows where it stands.
 *
 * In:      a file; faults get what is wrong with it as YAML.
 * Out:     nodes: texts, lists and mappings, nothing else. Anchors, aliases and second documents
 * are refused: a project says what it says where it says it. Owns:    everything lives in the arena
 * that the caller gives. Threads: one, while a project is loaded. The only part that knows
 * libfyaml.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include "base/err.h"

enum { YAML_BYTES_MAX = 8 << 20 }; /* of one file */

enum yaml_kind { YAML_NULL, YAML_TEXT, YAML_LIST, YAML_MAP };
enum yaml_style { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED };

struct yaml_doc {
    struct str file;   /* as the user named it */
    struct str source; /* its bytes */
    size_t *lines;     /* offset at which each line starts */
    size_t nlines;
};

struct yaml_node {
    const struct yaml_doc *doc;
    enum yaml_kind kind;
    enum yaml_style style;   /* YAML_TEXT */
    bool wrong;              /* a fault of it was said already: yaml_get() passes over it */
    struct str text;         /* YAML_TEXT; followed by a NUL */
    size_t start;            /* offset in the source of its first byte, within its quotes */
    struct yaml_node *keys;  /* YAML_MAP: [n] */
    struct yaml_node *items; /* YAML_MAP: the values, [n]; YAML_LIST: [n] */
    size_t n;
};

/* Reads the file at `path`; `shown` is what messages call it. An empty file is a YAML_NULL node.
 * NULL when it cannot be read or is no YAML: the fault then stands at `from` (which may be NULL)
 * when the file is not there, else in the file itself. */
struct yaml_node *yaml_read(const char *path, struct str shown, const struct yaml_node *from,
                            struct arena *a, struct faults *faults);

/* The value of a key of a mapping; NULL when map is none, has no such key, or its value is wrong.
 */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* The key itself, for its place; NULL when there is none. */
const struct yaml_node *yaml_key(const struct yaml_node *map, const char *key);

/* Where a node begins: at its opening quote when it has one. */
struct place yaml_place(const struct yaml_node *node);
/* Where byte `offset` of a text stands in the file, whatever its style and escapes. */
struct place yaml_place_in(const struct yaml_node *node, size_t offset);

/* For an offset in the source. */
struct place yaml_place_at(const struct yaml_doc *doc, size_t offset);

void yaml_error(struct faults *faults, const struct yaml_node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void yaml_warning(struct faults *faults, const struct yaml_node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
