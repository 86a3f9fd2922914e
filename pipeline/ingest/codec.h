/* codec.h - xz, lzma, bzip2, zstd and lz4 to bytes, each by its own library: what stands between
 * them and a flow.
 *
 * libarchive can do these too, but drops the buffer that it could not fill when a file was cut: of
 * a small one, everything. Here all that can be decoded before the cut is given out, as of gzip.
 *
 * Compressed data are units one after the other (streams, frames), each with checksums of its own.
 * Damage has two kinds, as in inflate.h: where the data end too early, or go on with something
 * else, the text is as good as it ever was; where contents or checksum are wrong, it is in doubt
 * from the beginning of the unit.
 *     xz data ends too early at byte N
 *     trailing garbage after the xz data at byte N
 *     xz data is damaged near byte N (stream M, which begins at byte K)
 *     checksum of the lz4 data is wrong (frame M, which begins at byte K)
 *     zstd data needs more than 2048 MiB of memory: not read (frame M, which begins at byte K)
 *
 * Owns:    the flow owns the one below it; a codec's state is its own.
 * Threads: the codecs are const; a flow belongs to one thread at a time.
 */
#ifndef INGEST_CODEC_H
#define INGEST_CODEC_H

#include "ingest/flow.h"

enum {
    CODEC_OUTPUT = 128 << 10,    /* room that run() gets; no block of zstd is larger */
    CODEC_HEAD = 4,              /* bytes that begins() looks at */
    CODEC_TAIL = 12,             /* and looks_whole() */
    CODEC_MEMORY_MIB_MAX = 2048, /* that a file may ask us to keep for looking back */
};

enum codec_end {
    CODEC_MORE,      /* wants more input, or more room */
    CODEC_DONE,      /* the unit has ended, and what checksums it has were right */
    CODEC_BAD,       /* cannot be decoded */
    CODEC_BAD_SUM,   /* was decoded, but its checksum is another */
    CODEC_TOO_LARGE, /* asks for more memory than CODEC_MEMORY_MIB_MAX */
};

/* Both moved on by what was used and what was made. */
struct codec_io {
    const uint8_t *in;
    size_t in_n;
    uint8_t *out;
    size_t out_n;
};

struct codec {
    const char *name, *unit; /* "xz", "stream" */
    bool padded;             /* zeros may follow a unit */
    /* May another unit begin so? head: CODEC_HEAD bytes, fewer at the end. NULL: only one unit. */
    bool (*begins)(struct str head);
    /* The data ran out, but do their last CODEC_TAIL bytes say that they were not cut? Then they
     * are damaged. NULL: that cannot be said, or does not matter. */
    bool (*looks_whole)(void *state, struct str tail);
    void *(*open)(void);
    void (*reset)(void *state); /* before every unit */
    /* Decodes until there is text, or no input. What was made before trouble must not depend on how
     * the input was cut. */
    enum codec_end (*run)(void *state, struct codec_io *io);
    /* The data were cut: what else can be had of them? NULL: nothing ever. Called until it makes
     * nothing; only io->out and out_n count. */
    void (*rescue)(void *state, struct codec_io *io);
    void (*close)(void *state);
};

extern const struct codec codec_xz, codec_lzma, codec_bzip2, codec_zstd, codec_lz4;

struct flow *codec_flow(struct flow *below, const struct codec *codec);

/* For codecs: does head begin like magic, or end before it could differ? */
bool codec_begins_with(struct str head, struct str magic);
/* The same for frames without text, which zstd and lz4 share. */
bool codec_begins_skippable(struct str head);
/* Ends the program when a library's state could not be had. */
void codec_need(bool had);

#endif
