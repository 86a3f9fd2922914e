/* mail.c - see mail.h. */
#include "ingest/mail.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void)
{
    g_mime_init();
}

/* ---- headers ---- */

static void write_pair(struct shaped *out, const char *name, const char *end, const char *value,
                       size_t n)
{
    if (out->n && out->p[out->n - 1] != '{')
        shaped_byte(out, ',');
    shaped_byte(out, '"');
    char *lower = g_ascii_strdown(name, -1);
    shaped_json_text(out, str_c(lower));
    shaped_add(out, str_c(end));
    shaped_add(out, STR("\":\""));
    shaped_json_text(out, (struct str){ value, n });
    shaped_byte(out, '"');
    g_free(lower);
}

/* Was the header there before? */
static bool repeated(GMimeHeaderList *headers, int at, const char *name)
{
    for (int i = 0; i < at; i++)
        if (g_ascii_strcasecmp(g_mime_header_get_name(g_mime_header_list_get_header_at(headers, i)),
                               name) == 0)
            return true;
    return false;
}

static void write_addresses(struct shaped *out, const char *name, const char *raw)
{
    InternetAddressList *list = internet_address_list_parse(NULL, raw);
    InternetAddress *first = list && internet_address_list_length(list)
                                 ? internet_address_list_get_address(list, 0)
                                 : NULL;
    if (first) {
        const char *person = internet_address_get_name(first);
        if (person && *person)
            write_pair(out, name, "_name", person, strlen(person));
        const char *address =
            INTERNET_ADDRESS_IS_MAILBOX(first)
                ? internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first))
                : NULL;
        if (address && *address)
            write_pair(out, name, "_address", address, strlen(address));
    }
    if (list)
        g_object_unref(list);
}

static void write_headers(struct shaped *out, GMimeObject *message)
{
    static const char *const addressed[] = { "from", "to", "cc", "reply-to", "sender" };
    enum { HEADERS_MAX = 200 };
    GMimeHeaderList *headers = g_mime_object_get_header_list(message);
    int n = g_mime_header_list_get_count(headers);
    for (int i = 0; i < n && i < HEADERS_MAX; i++) {
        GMimeHeader *h = g_mime_header_list_get_header_at(headers, i);
        const char *name = g_mime_header_get_name(h), *raw = g_mime_header_get_raw_value(h);
        if (!name || !raw || repeated(headers, i, name))
            continue;
        char *unfolded = g_mime_utils_header_unfold(raw);
        char *text = g_mime_utils_header_decode_text(NULL, unfolded);
        struct str value = str_trim(str_c(text));
        write_pair(out, name, "", value.p, value.n);
        for (size_t k = 0; k < sizeof addressed / sizeof *addressed; k++)
            if (g_ascii_strcasecmp(name, addressed[k]) == 0)
                write_addresses(out, name, raw);
        g_free(text);
        g_free(unfolded);
    }
}

/* ---- the body ---- */

struct parts {
    GMimeTextPart *plain, *html; /* the first of each */
};

static void see_part(GMimeObject *parent, GMimeObject *part, gpointer data)
{
    struct parts *p = data;
    (void)parent;
    if (!GMIME_IS_TEXT_PART(part))
        return;
    const char *how = g_mime_object_get_disposition(part);
    GMimeContentType *type = g_mime_object_get_content_type(part);
    if (how && g_ascii_strcasecmp(how, "attachment") == 0)
        return;
    if (!p->plain && g_mime_content_type_is_type(type, "text", "plain"))
        p->plain = GMIME_TEXT_PART(part);
    if (!p->html && g_mime_content_type_is_type(type, "text", "html"))
        p->html = GMIME_TEXT_PART(part);
}

/* HTML without its tags, in place. */
static size_t strip_tags(char *text)
{
    char *to = text;
    bool inside = false;
    for (const char *p = text; *p; p++) {
        if (*p == '<' || *p == '>')
            inside = *p == '<';
        else if (!inside)
            *to++ = *p;
    }
    return (size_t)(to - text);
}

static void write_body(struct shaped *out, GMimeMessage *message)
{
    struct parts found = { NULL, NULL };
    g_mime_message_foreach(message, see_part, &found);
    GMimeTextPart *part = found.plain ? found.plain : found.html;
    char *text = part ? g_mime_text_part_get_text(part) : NULL;
    if (!text)
        return;
    size_t n = found.plain ? strlen(text) : strip_tags(text);
    write_pair(out, "body", "", text, n < MAIL_BODY_BYTES ? n : MAIL_BODY_BYTES);
    g_free(text);
}

static void write_refused(struct str message, struct shaped *out)
{
    for (size_t i = 0; i < message.n && i < REJECT_TEXT_BYTES; i++)
        shaped_byte(out, message.p[i] == '\n' ? ' ' : message.p[i]);
    shaped_byte(out, '\n');
}

void mail_write(struct str message, struct shaped *out)
{
    pthread_once(&once, start);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(message.p, message.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
    struct shaped line = { 0 };
    shaped_byte(&line, '{');
    if (m) {
        write_headers(&line, GMIME_OBJECT(m));
        if (line.n > 1)
            write_body(&line, m);
    }
    shaped_add(&line, STR("}\n"));
    if (line.n > 3)
        shaped_add(out, (struct str){ line.p, line.n });
    else
        write_refused(message, out);
    free(line.p);
    if (m)
        g_object_unref(m);
    g_object_unref(parser);
    g_object_unref(stream);
}
