/* Expectations: by hand from shape.h and reader.h; the layouts of the texts are those of formats.md
 * (Shopify, Salesforce, Zendesk, Twitter, mParticle, BigQuery, SNS). Each text is given in pieces
 * of every size, and must come out the same. */
#include "project_text.h"

#include "base/buffer.h"
#include "ingest/shape.h"

static struct shaped run_pieces(struct shape *s, struct str text, size_t piece)
{
    struct shaped out = { 0 };
    for (size_t at = 0; at < text.n; at += piece)
        s->run(s, str_head(str_from(text, at), piece), false, &out);
    s->run(s, (struct str){ "", 0 }, true, &out);
    shape_free(s);
    return out;
}

/* Loads a project with this format, to read the format's keys as users write them. */
static const struct format *format_of(struct project_text *p, const char *format)
{
    char text[2000];
    snprintf(text, sizeof text,
             "project: x\nsources:\n  - name: s\n    files: [x]\n    format: {%s}\n"
             "    time: {field: t}\n    identify: {user: u}\n"
             "rules:\n  - {touchpoint: t, match: '.'}\n",
             format);
    project_begin(p);
    project_load(p, text, true);
    ck_assert_msg(p->plan && !p->said[0], "%s", p->said);
    return p->plan->sources[0].format;
}

static void check_all_sizes(const struct format *f, const struct csv_header *h, struct str text,
                            const char *want)
{
    for (size_t piece = 1; piece <= text.n + 1; piece++) {
        const struct source source = { .format = f };
        struct shape *s = h ? shape_rows(&f->csv, h) : shape_of(&source, text);
        ck_assert_ptr_nonnull(s);
        struct shaped got = run_pieces(s, text, piece);
        ck_assert_msg(str_eq((struct str){ got.p, got.n }, str_c(want)),
                      "pieces of %zu:\n%.*s\n-- not\n%s", piece, (int)got.n, got.p, want);
        free(got.p);
    }
}

/* ---- JSON ---- */

#define JSON(keys) "reader: json-document, json: {" keys "}"
#define TOO_EARLY "{\n"

static const struct {
    const char *format, *text, *want;
} documents[] = {
    /* one value after the other, arrays, and what is neither */
    { "reader: json-document", "{\"a\":1}{\"a\":2}\n\n{\"a\":\n 3}",
      "{\"a\":1}\n{\"a\":2}\n{\"a\":  3}\n" },
    { "reader: json-document", "[{\"a\":\"]}\\\"\"}, {\"b\":[{}]} ,\n7]",
      "{\"a\":\"]}\\\"\"}\n{\"b\":[{}]}\n7\n" },
    { "reader: json-document", "GET / 200\nx", "GET\n/\n200\nx\n" },
    { "reader: json-document", "", "" },
    { "reader: json-document", "[]", "" },
    /* cut in the middle: within a record, between two, in a key */
    { "reader: json-document", "[{\"a\":1},{\"a\":", "{\"a\":1}\n{\"a\":\n" },
    { "reader: json-document", "[{\"a\":1},", "{\"a\":1}\n" TOO_EARLY },
    { JSON("records: 't[*]'"), "{\"t\":[{\"a\":1}],\"us", "{\"a\":1}\n" TOO_EARLY },
    /* on the way to the records */
    { JSON("records: 'tickets[*]'"),
      "{\"n\":[1,{\"tickets\":[8]}],\"tickets\":[{\"id\":1},{\"id\":2}],\"users\":[{\"id\":9}]}",
      "{\"id\":1}\n{\"id\":2}\n" },
    { JSON("records: '$[*].tweet', prefix: window.YTD"),
      "window.YTD.tweets.part0 = [\n{\"tweet\" : {\"id\":\"1\"}},{\"tweet\":{\"id\":\"2\"}}];\n",
      "{\"id\":\"1\"}\n{\"id\":\"2\"}\n" },
    { JSON("records: 'a.b'"), "{\"a\":{\"b\":{\"c\":1},\"d\":2},\"b\":3}{\"a\":{\"b\":4}}",
      "{\"c\":1}\n4\n" },
    { JSON("records: 'a[*].b[*]'"),
      "{\"a\":[{\"b\":[{\"c\":1},{\"c\":2}]},{\"b\":[]},{\"b\":[{\"c\":3}]}]}",
      "{\"c\":1}\n{\"c\":2}\n{\"c\":3}\n" },
    /* another document: its head, which is no record */
    { JSON("records: 'tickets[*]'"), "{\"users\":[{\"id\":1}],\n\"n\":2}",
      "{\"users\":[{\"id\":1}], \"n\":2}\n" },
    { JSON("records: 'tickets[*]'"), "{\"tickets\":[]}", "" },
    { JSON("records: 'tickets[*]'"), "{}", "" },
    { JSON("prefix: window.YTD"), "window.XTD = [1]", "window.XTD\n=\n1\n" },
    /* each, with what stands around it before and behind */
    { JSON("each: events"),
      "{\"a\":1,\"events\":[{\"n\":\"x\"},{\"n\":\"y\",\"a\":2},5],\"u\":{\"e\":\"m\"}}",
      "{\"a\":1,\"events\":null,\"u\":{\"e\":\"m\"},\"n\":\"x\"}\n"
      "{\"a\":1,\"events\":null,\"u\":{\"e\":\"m\"},\"n\":\"y\",\"a\":2}\n"
      "{\"a\":1,\"events\":null,\"u\":{\"e\":\"m\"},\"events\":5}\n" },
    { JSON("each: d.m"), "{\"d\":{\"id\":1,\"m\":[{\"t\":1}]}}",
      "{\"d\":{\"id\":1,\"m\":null},\"t\":1}\n" },
    { JSON("each: events"), "{\"a\":1}{\"a\":1,\"events\":[]}", "{\"a\":1}\n\n" },
    /* lists of names and values */
    { JSON("lists: {p: {key: key, value: value}}"),
      "{\"p\":[{\"key\":\"a\",\"value\":{\"string_value\":null,\"int_value\":\"5\"}},{\"value\":1},"
      "{\"key\":7,\"value\":\"x\"}],\"q\":[]}",
      "{\"p\":{\"a\":\"5\",\"7\":\"x\"},\"q\":[]}\n" },
    { JSON("lists: {m.h: {key: name, value: value}}"),
      "{\"m\":{\"h\":[{\"name\":\"To\",\"value\":\"x\"}]},\"h\":[1]}",
      "{\"m\":{\"h\":{\"To\":\"x\"}},\"h\":[1]}\n" },
    /* a record in a string */
    { JSON("unwrap: Message"),
      "{\"Type\":\"N\",\"Message\":\"{\\\"a\\\":\\n\\\"b\\\\\\\"c\\\"}\"}{\"a\":1}",
      "{\"a\":\"b\\\"c\"}\n{\"a\":1}\n" },
    { JSON("unwrap: Message"), "{\"Message\":\"hello\"}", "hello\n" },
    /* what is wrong within a record costs this record alone */
    { "reader: json-document", "[{\"a\":\"x\ny\"},{\"a\":tru},{\"b\":1}]",
      "{\"a\":\"x\ry\"}\n{\"a\":tru}\n{\"b\":1}\n" },
};

START_TEST(test_json)
{
    struct project_text p;
    const struct format *f = format_of(&p, documents[_i].format);
    check_all_sizes(f, NULL, str_c(documents[_i].text), documents[_i].want);
    project_end(&p);
}
END_TEST

/* ---- lines ---- */

static const struct {
    const char *keys, *text, *want;
} joined[] = {
    { "start: '^\\d'", "1 a\n b\n c\n2 d\n", "1 a  b  c\n2 d\n" },
    { "start: '^\\d', join: '|'", "x\r\n1 a\r\nb\r\n\n3", "x\n1 a|b|\n3\n" },
    { "end: ';$'", "a\nb;\nc;\nd", "a b;\nc;\nd\n" },
    { "start: '^<', end: '>$'", "<a\nb>\nc\n<d>\n<e\n<f", "<a b>\nc\n<d>\n<e\n<f\n" },
};

START_TEST(test_lines)
{
    struct project_text p;
    char keys[200];
    snprintf(keys, sizeof keys, "reader: lines, layout: '%%{t} %%{u}', multiline: {%s}",
             joined[_i].keys);
    const struct format *f = format_of(&p, keys);
    check_all_sizes(f, NULL, str_c(joined[_i].text), joined[_i].want);
    project_end(&p);
}
END_TEST

/* ---- lines that were wrapped ---- */

#define DOCKER(text)                                                                               \
    "{\"log\":\"" text "\\n\",\"stream\":\"stdout\",\"time\":\"2026-09-01T08:00:00.1Z\"}\n"
#define CRI(tag, text) "2026-09-01T08:00:00.123456789Z stderr " tag " " text "\n"
#define JOURNAL(text)                                                                              \
    "{\"__REALTIME_TIMESTAMP\":\"1788249600000001\",\"_HOSTNAME\":\"mx1\","                        \
    "\"SYSLOG_IDENTIFIER\":\"postfix/smtp\",\"_PID\":\"81\",\"MESSAGE\":" text "}\n"
#define JOURNAL_HEAD "2026-09-01T08:00:00.000001Z mx1 postfix/smtp[81]: "

static const struct {
    const char *keys, *text, *want;
} wrapped[] = {
    { "", DOCKER("a \\\"b\\\"") "noise\n" DOCKER("c\\r"), "a \"b\"\nnoise\nc\n" },
    { "", DOCKER("a") "{\"log\":\"last", "a\n{\"log\":\"last" },
    { "", "\n" DOCKER("a") "{\"stream\":\"stdout\"}\n{\"log\":7}\n",
      "\na\n{\"stream\":\"stdout\"}\n7\n" },
    { "", CRI("F", "a  b") CRI("P", "c") CRI("P", "d") CRI("F", "e") CRI("X", "f") CRI("P", "g"),
      "a  b\n\n\ncde\n" CRI("X", "f") "\ng" },
    { "", JOURNAL("\"to=<a>\"") JOURNAL("\"two\\nlines\"") JOURNAL("null") "{}\n",
      JOURNAL_HEAD "to=<a>\n" JOURNAL_HEAD "two lines\n" JOURNAL("null") "{}\n" },
    { "", "{\"@timestamp\":\"x\",\"message\":\"a\"}\n", "a\n" },
    { ", multiline: {start: '^\\d'}", DOCKER("1 a") DOCKER(" b") DOCKER("2 c"), "1 a  b\n2 c\n" },
};

START_TEST(test_wrapped)
{
    struct project_text p;
    char keys[200];
    snprintf(keys, sizeof keys, "reader: lines, layout: '%%{t} %%{u}'%s", wrapped[_i].keys);
    const struct format *f = format_of(&p, keys);
    check_all_sizes(f, NULL, str_c(wrapped[_i].text), wrapped[_i].want);
    project_end(&p);
}
END_TEST

/* What is not wrapped, what says that it wants the wrapping, and what asks for its fields. */
START_TEST(test_not_wrapped)
{
    struct str log = STR("log"), time = STR("time");
    struct str docker = STR(DOCKER("{}")), message = STR("{\"@timestamp\":1,\"message\":\"{}\"}");
    struct format lines = { .reader = READER_LINES }, json = { .reader = READER_JSON_LINES };
    struct source s = { .format = &lines };
    ck_assert_ptr_null(shape_of(&s, STR("2026-09-01T08:00:00.1Z web1 nginx: x")));
    ck_assert_ptr_null(shape_of(&s, STR("{\"log\":{\"level\":1}}\n")));
    lines.keep_wrapped = true;
    ck_assert_ptr_null(shape_of(&s, docker));
    s = (struct source){ .format = &json, .columns = &log, .ncolumns = 1 };
    ck_assert_ptr_null(shape_of(&s, docker));
    s.columns = &time;
    ck_assert_ptr_null(shape_of(&s, message));
    struct shape *shape = shape_of(&s, docker);
    ck_assert_ptr_nonnull(shape);
    shape_free(shape);
}
END_TEST

/* Docker's parts of a line; one without an end is no longer than a record may be. */
START_TEST(test_wrapped_parts)
{
    const struct format f = { .reader = READER_LINES };
    const struct source source = { .format = &f };
    struct buffer text = { 0 };
    size_t parts = _i ? 100 : 2, size = 16 << 10;
    char *part = mem_zero(1, size + 1);
    memset(part, 'x', size);
    for (size_t i = 0; i < parts; i++) {
        buffer_add_str(&text, STR("{\"log\":\""));
        buffer_add_str(&text, str_c(part));
        buffer_add_str(&text, STR("\",\"stream\":\"stdout\"}\n"));
    }
    buffer_add_str(&text, STR(DOCKER("end")));
    struct shaped got = run_pieces(shape_of(&source, buffer_str(&text)), buffer_str(&text), 1000);
    size_t lines = 0, longest = 0;
    for (struct str rest = { got.p, got.n }; rest.n; lines++) {
        size_t n = str_cut(&rest, '\n').n;
        longest = n > longest ? n : longest;
    }
    ck_assert_uint_eq(lines, parts + 1);
    ck_assert_uint_eq(got.n, parts * size + lines + 3);
    ck_assert_uint_le(longest, RECORD_BYTES_MAX + size);
    free(got.p);
    free(text.p);
    free(part);
}
END_TEST

/* ---- rows ---- */

static const struct {
    const char *keys, *header, *text, *want;
} tables[] = {
    { "footer: '^\"?Grand'", "a,b", "1,2\n\n\"Grand Totals\"\n3,4\n", "1,2\n\n\n\n" },
    { "drop: '^Total'", "a,b", "1,\"x\ny\"\nTotal,9\n3,4", "1,\"x\ny\"\n\n3,4" },
    { "fill: {key: k, columns: [b]}", "k,a,b", "1,x,7\n1,y,\n2,z,\n2,z,8\n2,,\n,,\n1,,\n",
      "1,x,7\n1,y,7\n2,z,\n2,z,8\n2,,8\n,,\n1,,\n" },
    { "repeated: join", "L,x,L,L", "a,1,,c\n,2,b,\n", "a; c,1,,\nb,2,,\n" },
    { "delimiter: tab, escape: backslash", "a\tb", "x\\\ty\\\\t\t5\"\nz\\\n1\t2\n",
      "\"x\ty\\t\"\t\"5\"\"\"\n\"z\n1\"\t2\n" },
    { "quotes: no", "a,b", "\"x,y\"\n", "\"\"\"x\",\"y\"\"\"\n" },
    { "repeated: join", "a,a", "\"x\"y,z\n\"open,1\n", "\"x\"y,z\n\"open,1\n" },
};

START_TEST(test_rows)
{
    struct project_text p;
    struct arena a = { 0 };
    struct err e = { { 0 } };
    char keys[200];
    snprintf(keys, sizeof keys, "reader: csv, csv: {%s}", tables[_i].keys);
    const struct format *f = format_of(&p, keys);
    struct source s = { .format = f, .time_field = FIELD_NONE };
    struct csv_header h;
    ck_assert_msg(csv_header_take(&h, &s, str_c(tables[_i].header), &a, &e), "%s", e.text);
    check_all_sizes(f, &h, str_c(tables[_i].text), tables[_i].want);
    arena_free(&a);
    project_end(&p);
}
END_TEST

/* ---- JSON text ---- */

START_TEST(test_json_text)
{
    struct shaped out = { 0 };
    shaped_json_text(&out, STR("a\"\\\n\x01\xc3\xa9\xff\xe0\x80\x80\xf0\x9f\x98\x80\xed\xa0\x80"));
    shaped_byte(&out, 0);
    ck_assert_str_eq(out.p, "a\\\"\\\\\\u000a\\u0001\xc3\xa9\xef\xbf\xbd"
                            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xf0\x9f\x98\x80"
                            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    free(out.p);
}
END_TEST

/* ---- XES ---- */

#define HEAD "<?xml version='1.0'?>\n<log>"

static const struct {
    const char *text, *want;
} event_logs[] = {
    /* attributes of log, globals and classifiers are of no event; those of a trace of its own */
    { HEAD "<string key='a' value='x'/><global scope='event'><string key='a' value='y'/></global>"
           "<classifier name='c' keys='a'/><trace><string key='n' value='1'/><event>"
           "<string key='a' value='z'/></event><event/></trace><trace><event>"
           "<id key='a' value='2'/></event></trace></log>",
      "{\"a\":\"z\",\"case:n\":\"1\"}\n{\"case:n\":\"1\"}\n{\"a\":\"2\"}\n" },
    /* types; what JSON cannot write as a number stays a text */
    { HEAD "<trace><event><int key='i' value='-7'/><int key='j' value='+7'/>"
           "<int key='k' value='007'/><float key='f' value='1.50'/><float key='g' value='NaN'/>"
           "<float key='h' value='1.'/><boolean key='b' value='true'/>"
           "<boolean key='c' value='1'/><date key='t' value='2026-01-02T03:04:05Z'/></event>"
           "</trace></log>",
      "{\"i\":-7,\"j\":\"+7\",\"k\":\"007\",\"f\":1.50,\"g\":\"NaN\",\"h\":\"1.\","
      "\"b\":true,\"c\":\"1\",\"t\":\"2026-01-02T03:04:05Z\"}\n" },
    /* nested attributes, lists, a prefix, entities, a comment, CDATA, a document type */
    { "<!DOCTYPE log [<!ELEMENT log ANY>]><x:log xmlns:x='u'><!-- <event/> --><x:trace><x:event>"
      "<x:float key='cost' value='5'><x:string key='unit' value='EUR'/></x:float>"
      "<x:list key='l'><x:values><x:int key='m' value='1'/></x:values></x:list>"
      "<x:string key='q' value='&quot;&#10;&lt;\xc3\xa9\\'/><![CDATA[<event/>]]>"
      "</x:event></x:trace></x:log>",
      "{\"cost\":5,\"cost.unit\":\"EUR\",\"l.m\":1,\"q\":\"\\\"\\u000a<\xc3\xa9\\\\\"}\n" },
    /* events of no trace */
    { HEAD "<event><string key='a' value='b'/></event></log>", "{\"a\":\"b\"}\n" },
    /* cut, torn, no XML, nothing at all; no entity is ever expanded */
    { " <log>\n<trace>\n<event><string key='a' value='b'/></event><event><str",
      "{\"a\":\"b\"}\nXML that is not well-formed: <log> <trace> <event><string key='a' "
      "value='b'/></event><event><str\n" },
    { "<log>\n<event/></trace><event/></log>",
      "{}\nXML that is not well-formed: <log> <event/></trace><event/></log>\n" },
    { "<!DOCTYPE l [<!ENTITY e 'xx'>]><log><event><string key='a' value='&e;'/></event></log>",
      "XML that is not well-formed: <!DOCTYPE l [<!ENTITY e 'xx'>]><log><event>"
      "<string key='a' value='&e;'/></event></log>\n" },
    { "id,what\n1,a\n", "id,what 1,a \n" },
    { " \n", "" },
};

START_TEST(test_xes)
{
    const struct format f = { .reader = READER_XES };
    check_all_sizes(&f, NULL, str_c(event_logs[_i].text), event_logs[_i].want);
}
END_TEST

START_TEST(test_xes_limits)
{
    /* elements in elements; one event, and one comment, of more than a record may have */
    static const char
        *const begin[] = { "<log><event/>", "<log><event/><event>", "<log><event/><!--" },
               *const again[] = { "<a>", "<string key='k' value='0123456789'/>", "0123456789" },
               *const why[] = { "{}\nXML that has too many elements in elements: ",
                                "{}\nXML that has too many bytes in an event: ",
                                "{}\nXML that has too many bytes without an element" };
    static const size_t pieces[] = { 1000, 1 << 30 };
    const struct format f = { .reader = READER_XES };
    const struct source source = { .format = &f };
    struct buffer text = { 0 };
    struct shaped got[2];
    buffer_add_str(&text, str_c(begin[_i]));
    while (text.n < 4 * RECORD_BYTES_MAX)
        buffer_add_str(&text, str_c(again[_i]));
    for (size_t i = 0; i < 2; i++)
        got[i] = run_pieces(shape_of(&source, buffer_str(&text)), buffer_str(&text), pieces[i]);
    ck_assert_msg(str_starts((struct str){ got[0].p, got[0].n }, str_c(why[_i])), "%.150s",
                  got[0].p);
    ck_assert(str_eq((struct str){ got[0].p, got[0].n }, (struct str){ got[1].p, got[1].n }));
    ck_assert_uint_lt(got[0].n, 1000);
    free(got[0].p);
    free(got[1].p);
    free(text.p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("shape");
    tcase_add_loop_test(new_case(s, "json"), test_json, 0, sizeof documents / sizeof *documents);
    tcase_add_loop_test(new_case(s, "lines"), test_lines, 0, sizeof joined / sizeof *joined);
    tcase_add_loop_test(new_case(s, "wrapped"), test_wrapped, 0, sizeof wrapped / sizeof *wrapped);
    tcase_add_test(new_case(s, "not wrapped"), test_not_wrapped);
    tcase_add_loop_test(new_case(s, "wrapped parts"), test_wrapped_parts, 0, 2);
    tcase_add_loop_test(new_case(s, "rows"), test_rows, 0, sizeof tables / sizeof *tables);
    tcase_add_loop_test(new_case(s, "xes"), test_xes, 0, sizeof event_logs / sizeof *event_logs);
    tcase_add_loop_test(new_case(s, "xes limits"), test_xes_limits, 0, 3);
    tcase_add_test(new_case(s, "json text"), test_json_text);
    return s;
}
