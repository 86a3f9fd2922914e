/* stream.c - see stream.h: which decoders a file needs, and its texts one after the other. */
#include "ingest/stream.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "ingest/archive.h"
#include "ingest/codec.h"

enum { AROUND_FILE = 2, AROUND_MEMBER = 1 }; /* compressions that are undone */

struct stream {
    struct arena arena;
    struct str path;
    const char *glob;        /* NULL: all */
    struct flow *whole;      /* the file without its compression; NULL once members owns it */
    struct members *members; /* NULL: no archive */
    struct flow *archive;    /* what members reads */
    struct flow *text;       /* the current one; ours to close when it is a member's */
    bool begun;
    bool nested; /* the current text is an archive itself */
    int64_t file_mtime, mtime;
    char *name;
    size_t name_n, name_room;
    uint64_t *starts; /* [texts] where each text's header stands in the archive */
    size_t texts, starts_room;
};

static void set_name(struct stream *s, struct str member)
{
    size_t n = s->path.n + (member.n ? 1 + member.n : 0);
    s->name = mem_grow(s->name, &s->name_room, n + 1, 1);
    memcpy(s->name, s->path.p, s->path.n);
    if (member.n) {
        s->name[s->path.n] = '!';
        memcpy(s->name + s->path.n + 1, member.p, member.n);
    }
    s->name[n] = 0;
    s->name_n = n;
}

struct stream *stream_open(const char *path, struct str member, struct err *e)
{
    int64_t mtime;
    struct flow *file = flow_file(path, &mtime, e);
    if (!file)
        return NULL;
    struct stream *s = mem_zero(1, sizeof *s);
    s->path = arena_keep(&s->arena, str_c(path));
    s->glob = member.n ? arena_keep(&s->arena, member).p : NULL;
    s->whole = file;
    s->file_mtime = s->mtime = mtime;
    set_name(s, (struct str){ 0 });
    return s;
}

static const struct codec *const codecs[] = {
    [PACK_BZIP2] = &codec_bzip2, [PACK_XZ] = &codec_xz,     [PACK_LZMA] = &codec_lzma,
    [PACK_LZ4] = &codec_lz4,     [PACK_ZSTD] = &codec_zstd,
};

/* Decoders upon a flow, as its first bytes ask for; at most `levels`. */
static struct flow *unpack(struct flow *f, int levels)
{
    for (; levels; levels--) {
        struct str head = flow_peek(f, ARCHIVE_HEAD);
        enum packing packing = archive_recognise(head);
        if (inflate_recognise(head))
            f = flow_gzip(f);
        else if (packing < sizeof codecs / sizeof *codecs && codecs[packing])
            f = codec_flow(f, codecs[packing]);
        else if (packing != PACK_NONE && !packing_has_members(packing))
            f = archive_filter(f, packing);
        else
            break;
    }
    return f;
}

static void begin(struct stream *s)
{
    s->begun = true;
    s->whole = unpack(s->whole, AROUND_FILE);
    enum packing packing = archive_recognise(flow_peek(s->whole, ARCHIVE_HEAD));
    if (!packing_has_members(packing))
        return;
    s->archive = s->whole;
    s->members = members_open(s->whole, packing);
    s->whole = NULL;
}

static bool wanted(const struct stream *s, const char *name)
{
    if (!s->glob)
        return true;
    if (strncmp(name, "./", 2) == 0)
        name += 2;
    return fnmatch(s->glob, name, 0) == 0 ||
           (strncmp(s->glob, "**/", 3) == 0 && fnmatch(s->glob + 3, name, 0) == 0);
}

static void leave_text(struct stream *s)
{
    if (s->members)
        flow_close(s->text);
    s->text = NULL;
    s->mtime = s->file_mtime;
    set_name(s, (struct str){ 0 });
}

static int next_member(struct stream *s, struct err *e)
{
    int found;
    do
        found = members_next(s->members, e);
    while (found > 0 && !wanted(s, members_name(s->members).p));
    if (found <= 0)
        return found;
    s->starts = mem_grow(s->starts, &s->starts_room, s->texts + 1, sizeof *s->starts);
    s->starts[s->texts++] = members_position(s->members);
    s->text = unpack(members_flow(s->members), AROUND_MEMBER);
    s->nested = packing_has_members(archive_recognise(flow_peek(s->text, ARCHIVE_HEAD)));
    members_mtime(s->members, &s->mtime);
    set_name(s, members_name(s->members));
    return 1;
}

int stream_next(struct stream *s, struct err *e)
{
    bool first = !s->begun;
    leave_text(s);
    if (first)
        begin(s);
    if (s->members)
        return next_member(s, e);
    if (!first)
        return 0;
    s->text = s->whole;
    s->texts = 1;
    return 1;
}

struct str stream_name(const struct stream *s)
{
    return (struct str){ s->name, s->name_n };
}

bool stream_packed(const struct stream *s)
{
    return s->members || (s->whole && flow_root(s->whole) != s->whole);
}

const struct file_state *stream_file(const struct stream *s)
{
    return flow_file_state(s->members ? s->archive : s->whole);
}

bool stream_rewritten(const struct stream *s, struct str head)
{
    return !stream_packed(s) && flow_file_rewritten(s->whole, head);
}

int64_t stream_mtime(const struct stream *s)
{
    return s->mtime;
}

int64_t stream_file_mtime(const struct stream *s)
{
    return s->file_mtime;
}

ptrdiff_t stream_read(struct stream *s, void *buf, size_t n, struct err *e)
{
    if (s->nested) {
        err_set(e, "an archive inside an archive is not read: unpack it first");
        return -1;
    }
    return s->text ? flow_read(s->text, buf, n, e) : 0;
}

uint64_t stream_suspect_from(const struct stream *s)
{
    return s->text && !s->nested ? flow_doubt(s->text) : SUSPECT_NONE;
}

uint64_t stream_suspect_text(const struct stream *s)
{
    uint64_t from = s->members ? flow_doubt(s->archive) : NO_DOUBT;
    if (from == NO_DOUBT)
        return SUSPECT_NONE;
    size_t i = s->texts;
    while (i && s->starts[i - 1] > from)
        i--;
    return i ? i - 1 : 0;
}

uint64_t stream_unit(const struct stream *s)
{
    return s->text ? flow_unit(s->text) : 0;
}

uint64_t stream_bytes_in(const struct stream *s)
{
    return flow_file_bytes(s->members ? s->archive : s->whole);
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    leave_text(s);
    members_close(s->members);
    flow_close(s->whole);
    free(s->starts);
    free(s->name);
    arena_free(&s->arena);
    free(s);
}
