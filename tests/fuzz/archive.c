/* archive.c - any bytes as a file: read all its texts, cut into blocks.
 *
 * Properties: trouble is always said in words, and only once; records and bytes that the blocks
 * hold are those that the cutter counts; what comes out does not depend on the size of blocks.
 */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
    uint64_t texts, records, bytes, hash, damaged;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void read_text(struct stream *s, size_t block_bytes, struct tally *t)
{
    struct cutter *c = cutter_open(s, block_bytes % 2, block_bytes);
    struct block b = { 0 };
    uint64_t hash[2], records = 0;
    bool last = false;
    while (cutter_next(c, &b)) {
        require(!last);
        last = b.last;
        require(b.long_record || b.first_record == records + 1);
        require(!b.long_record || b.long_record == records + 1);
        records += b.records + (b.long_record != 0);
        t->bytes += b.n + b.long_bytes;
        for (size_t i = 0; i < BLOCK_SLACK; i++)
            require(b.bytes[b.n + i] == 0);
    }
    cutter_whole_hash(c, hash);
    require(cutter_suspect_record(c) == UINT64_MAX || cutter_damage(c));
    require(cutter_suspect_record(c) == UINT64_MAX || cutter_suspect_record(c) <= records);
    t->hash = t->hash * 31 + hash[0];
    t->records += records;
    t->damaged += cutter_damage(c) != NULL;
    block_free(&b);
    cutter_close(c);
}

static struct tally read_all(const char *path, size_t block_bytes)
{
    struct tally t = { 0 };
    struct err e = { 0 };
    struct stream *s = stream_open(path, STR(""), &e);
    require(s);
    int found;
    while ((found = stream_next(s, &e)) > 0 && t.texts < 100) {
        t.texts++;
        require(stream_name(s).n >= strlen(path));
        read_text(s, block_bytes, &t);
    }
    require((found < 0) == (e.text[0] != 0));
    t.damaged += found < 0;
    require(stream_suspect_text(s) == SUSPECT_NONE || t.damaged);
    stream_close(s);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    int fd = memfd_create("fuzz", 0);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct tally small = read_all(path, 65), large = read_all(path, BLOCK_BYTES + 1);
    require(small.texts == large.texts && small.records == large.records);
    require(small.hash == large.hash && small.damaged == large.damaged);
    close(fd);
    return 0;
}
