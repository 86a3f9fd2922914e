/* table_file.c - see table_file.h. CSV that is to be compressed goes to memory first, a few
 * megabytes at a time. */
#include "report/table_file.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

const char *const table_file_names[TABLE_FILE_KINDS] = { "csv", "csv.zst", "sqlite" };

enum { LEVEL = 3, MEMORY_BYTES = 4 << 20 };

struct table_file {
    FILE *to;
    const char *path;
    enum table_file_kind kind;
    struct csv_out *csv;
    struct sqlite_out *sqlite;
    FILE *memory; /* what csv writes to when it is to be compressed */
    char *text;   /* of memory */
    size_t text_n;
    ZSTD_CStream *zstd;
    char *packed;
    bool failed;
};

/* Compresses what memory holds, which is empty then. */
static void pack(struct table_file *t, ZSTD_EndDirective end)
{
    if (fflush(t->memory) != 0) {
        t->failed = true;
        return;
    }
    off_t size = ftello(t->memory);
    ZSTD_inBuffer in = { t->text, size < 0 ? 0 : (size_t)size, 0 };
    for (size_t left = 1; !t->failed && (end == ZSTD_e_end ? left > 0 : in.pos < in.size);) {
        ZSTD_outBuffer out = { t->packed, MEMORY_BYTES, 0 };
        left = ZSTD_compressStream2(t->zstd, &out, &in, end);
        t->failed = ZSTD_isError(left) || fwrite(t->packed, 1, out.pos, t->to) != out.pos;
    }
    t->failed |= fseeko(t->memory, 0, SEEK_SET) != 0;
}

static bool packed_row(void *ctx, const struct cell *cells)
{
    struct table_file *t = ctx;
    struct sink csv = csv_out_sink(t->csv);
    bool ok = csv.row(csv.ctx, cells);
    if (ftello(t->memory) >= MEMORY_BYTES)
        pack(t, ZSTD_e_continue);
    return ok && !t->failed;
}

static void begin_packing(struct table_file *t)
{
    t->memory = open_memstream(&t->text, &t->text_n);
    t->zstd = ZSTD_createCStream();
    t->packed = mem_take(MEMORY_BYTES);
    t->failed = !t->memory || !t->zstd ||
                ZSTD_isError(ZSTD_CCtx_setParameter(t->zstd, ZSTD_c_compressionLevel, LEVEL)) ||
                ZSTD_isError(ZSTD_CCtx_setParameter(t->zstd, ZSTD_c_checksumFlag, 1));
}

struct table_file *table_file_new(FILE *to, const char *path, enum table_file_kind kind,
                                  const char *name, const struct column *columns, size_t ncolumns,
                                  struct err *e)
{
    struct table_file *t = mem_zero(1, sizeof *t);
    *t = (struct table_file){ .to = to, .path = path, .kind = kind };
    if (kind == TABLE_FILE_CSV_ZST)
        begin_packing(t);
    if (kind == TABLE_FILE_SQLITE)
        t->sqlite = sqlite_out_new(path, name, columns, ncolumns, e);
    else if (!t->failed)
        t->csv = csv_out_new(t->memory ? t->memory : to, columns, ncolumns, CSV_PLAIN);
    if (t->sqlite || t->csv)
        return t;
    table_file_free(t, e);
    return NULL;
}

struct sink table_file_sink(struct table_file *t)
{
    if (t->sqlite)
        return sqlite_out_sink(t->sqlite);
    return t->memory ? (struct sink){ packed_row, t } : csv_out_sink(t->csv);
}

bool table_file_free(struct table_file *t, struct err *e)
{
    bool ok = true;
    if (t->sqlite)
        ok = sqlite_out_free(t->sqlite, t->to, e);
    if (t->csv)
        ok = csv_out_free(t->csv) && ok;
    if (t->csv && t->memory)
        pack(t, ZSTD_e_end);
    ok = ok && !t->failed && !ferror(t->to);
    if (!ok)
        err_set(e, "cannot write '%s': %s", t->path, strerror(errno ? errno : EIO));
    if (t->memory)
        fclose(t->memory);
    free(t->text);
    free(t->packed);
    ZSTD_freeCStream(t->zstd);
    free(t);
    return ok;
}
