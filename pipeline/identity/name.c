/* name.c - see identity.h: the key that hides identifiers, and names made with it. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <nettle/hmac.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "identity/identity.h"

enum { KEY_BYTES = 32, NAME_BYTES = 16 };
static const char hex_digits[] = "0123456789abcdef";

static void hex_write(const unsigned char *bytes, size_t n, char *to)
{
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = hex_digits[bytes[i] >> 4];
        to[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
}

/* ---- the key's file ---- */

static bool key_parse(struct str text, unsigned char *key)
{
    text = str_trim(text);
    if (text.n != 2 * KEY_BYTES)
        return false;
    for (size_t i = 0; i < KEY_BYTES; i++) {
        int high = g_ascii_xdigit_value(text.p[2 * i]);
        int low = g_ascii_xdigit_value(text.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static bool key_read(int fd, const char *path, unsigned char *key, struct err *e)
{
    char text[256];
    size_t n = 0;
    ssize_t got;
    while (n < sizeof text && (got = read(fd, text + n, sizeof text - n)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(e, "cannot read the key file '%s': %s", path, strerror(errno));
        n += (size_t)got;
    }
    if (n == sizeof text || !key_parse((struct str){ text, n }, key))
        return err_set(e,
                       "the key file '%s' does not hold 64 hex digits; bring back the right file, "
                       "or remove it to get a new key and with it new names for all customers",
                       path);
    return true;
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        p += put;
        n -= (size_t)put;
    }
    return true;
}

static bool random_bytes(unsigned char *p, size_t n)
{
    while (n) {
        ssize_t got = getrandom(p, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

/* So that the name outlives a crash too: a key that was used and is lost cannot be made again. */
static bool sync_folder_of(const char *path)
{
    char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    g_free(folder);
    return ok;
}

/* Makes the file under another name first, so that it appears whole. That it is there already, made
 * by another run a moment ago, is fine: the caller reads it. */
static bool key_make(const char *path, struct arena *a, struct err *e)
{
    unsigned char key[KEY_BYTES];
    char text[2 * KEY_BYTES + 1];
    bool ok = false;
    size_t n = strlen(path);
    char *name = arena_take(a, n + sizeof ".XXXXXX");
    memcpy(name, path, n);
    memcpy(name + n, ".XXXXXX", sizeof ".XXXXXX");
    int fd = mkstemp(name);
    if (fd < 0)
        goto cannot;
    if (!random_bytes(key, sizeof key))
        goto cannot;
    hex_write(key, sizeof key, text);
    text[2 * KEY_BYTES] = '\n';
    if (!write_all(fd, text, sizeof text) || fsync(fd) < 0)
        goto cannot;
    if (link(name, path) < 0 && errno != EEXIST)
        goto cannot;
    if (!sync_folder_of(path))
        goto cannot;
    ok = true;
    goto out;
cannot:
    err_set(e,
            "cannot make the key file '%s': %s; name a file that can be written with "
            "`identity: {key: FILE}`, or use --raw-ids",
            path, strerror(errno));
out:
    if (fd >= 0) {
        unlink(name);
        close(fd);
    }
    return ok;
}

bool name_key_load(const char *path, struct name_key *key, struct err *e)
{
    *key = (struct name_key){ 0 };
    struct arena scratch = { 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && key_make(path, &scratch, e))
        fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        err_set(e, "cannot read the key file '%s': %s", path, strerror(errno));
    arena_free(&scratch);
    bool ok = fd >= 0 && key_read(fd, path, key->bytes, e);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* ---- names ---- */

struct namer {
    bool raw;
    struct hmac_sha256_ctx hmac; /* the key is in it, and no text yet */
};

struct namer *namer_new(const struct name_key *key)
{
    struct namer *namer = mem_zero(1, sizeof *namer);
    namer->raw = key->raw;
    hmac_sha256_set_key(&namer->hmac, sizeof key->bytes, key->bytes);
    return namer;
}

void namer_free(struct namer *namer)
{
    free(namer);
}

struct str namer_name(struct namer *namer, enum id_kind kind, struct str value, struct arena *a)
{
    return namer_name_as(namer, str_c(id_kind_names[kind]), value, a);
}

struct str namer_name_as(struct namer *namer, struct str prefix, struct str value, struct arena *a)
{
    size_t n = prefix.n + 1 + value.n;
    char *text = arena_take(a, n >= 2 * NAME_BYTES || namer->raw ? n + 1 : 2 * NAME_BYTES);
    memcpy(text, prefix.p, prefix.n);
    text[prefix.n] = ':';
    if (value.n)
        memcpy(text + prefix.n + 1, value.p, value.n);
    if (namer->raw)
        return (struct str){ text, n };

    unsigned char digest[NAME_BYTES];
    hmac_sha256_update(&namer->hmac, n, (const uint8_t *)text);
    hmac_sha256_digest(&namer->hmac, sizeof digest, digest); /* and is as at the start again */
    hex_write(digest, NAME_BYTES, text);
    return (struct str){ text, 2 * NAME_BYTES };
}
