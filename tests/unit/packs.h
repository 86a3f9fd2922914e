/* packs.h - archives and compressed files made by libarchive's writer, for the tests of reading. */
#ifndef PACKS_H
#define PACKS_H

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include "gz.h"
#include "ingest/stream.h"
#include "unit.h"

struct member {
    const char *name;
    struct buffer text;
    int type;         /* AE_IFREG when 0 */
    const char *link; /* target of a symbolic or hard link */
};

typedef int pack_fn(struct archive *);

/* format NULL: raw, of the one member. filter NULL: none. option: as archive_write_set_options().
 */
static inline struct buffer pack(pack_fn *format, pack_fn *filter, const char *option,
                                 const struct member *members, size_t n)
{
    size_t room = 1 << 16, used = 0;
    for (size_t i = 0; i < n; i++)
        room += members[i].text.n + 4096;
    char *out = mem_take(room);
    struct archive *a = archive_write_new();
    ck_assert_int_eq(format ? format(a) : archive_write_set_format_raw(a), ARCHIVE_OK);
    if (filter)
        ck_assert_int_eq(filter(a), ARCHIVE_OK);
    if (option)
        ck_assert_int_eq(archive_write_set_options(a, option), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    ck_assert_int_eq(archive_write_open_memory(a, out, room, &used), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *entry = archive_entry_new();
        int type = members[i].type ? members[i].type : (int)AE_IFREG;
        archive_entry_set_pathname(entry, members[i].name);
        archive_entry_set_filetype(entry, (unsigned)type);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_mtime(entry, 1000000000 + (long)i, 0);
        if (members[i].link && type == AE_IFLNK)
            archive_entry_set_symlink(entry, members[i].link);
        if (members[i].link && type == AE_IFREG)
            archive_entry_set_hardlink(entry, members[i].link);
        archive_entry_set_size(entry, (int64_t)members[i].text.n);
        ck_assert_int_eq(archive_write_header(a, entry), ARCHIVE_OK);
        if (members[i].text.n)
            ck_assert_int_eq(archive_write_data(a, members[i].text.p, members[i].text.n),
                             (la_ssize_t)members[i].text.n);
        archive_entry_free(entry);
    }
    ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    struct buffer b = { 0 };
    buffer_add(&b, out, used);
    free(out);
    return b;
}

static inline const char *pack_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/touchpath-pack-%ld", (long)getpid());
    return path;
}

static inline void pack_write(const void *p, size_t n)
{
    unlink(pack_path()); /* ext4 writes a file to the disk at once that is truncated and refilled */
    FILE *f = fopen(pack_path(), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(n ? fwrite(p, 1, n, f) : 0, n);
    fclose(f);
}

/* All that a stream gives out. */
enum { TEXTS_MAX = 16 };
struct reading {
    struct buffer text[TEXTS_MAX];
    char name[TEXTS_MAX][100];
    int64_t mtime[TEXTS_MAX];
    uint64_t suspect_from[TEXTS_MAX];
    size_t n;
    uint64_t suspect_text;
    struct err err; /* the first damage */
};

static inline void read_text(struct reading *r, struct stream *s)
{
    char buf[5000];
    struct err e = { 0 };
    struct buffer *text = &r->text[r->n];
    ptrdiff_t got;
    while ((got = stream_read(s, buf, sizeof buf, &e)) > 0)
        buffer_add(text, buf, (size_t)got);
    ck_assert_int_eq(got < 0, e.text[0] != 0);
    if (got < 0)
        err_set(&r->err, "%s", e.text);
    struct str name = stream_name(s);
    snprintf(r->name[r->n], sizeof r->name[0], "%.*s",
             STR_ARG(str_from(name, strlen(pack_path()))));
    r->suspect_from[r->n] = stream_suspect_from(s);
    r->mtime[r->n++] = stream_mtime(s);
}

static inline void read_pack(struct reading *r, const char *glob)
{
    struct err e = { 0 };
    *r = (struct reading){ .suspect_text = SUSPECT_NONE };
    struct stream *s = stream_open(pack_path(), str_c(glob), &e);
    ck_assert_ptr_nonnull(s);
    int found;
    while ((found = stream_next(s, &e)) > 0 && r->n < TEXTS_MAX)
        read_text(r, s);
    if (found < 0) {
        ck_assert(e.text[0] != 0);
        err_set(&r->err, "%s", e.text);
        ck_assert_int_eq(stream_next(s, &e), 0);
    }
    r->suspect_text = stream_suspect_text(s);
    stream_close(s);
}

static inline void reading_free(struct reading *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->text[i].p);
}

#endif
