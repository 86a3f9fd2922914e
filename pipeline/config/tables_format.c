/* tables_format.c - the keys of a format file, and those that sources share with it. See keys.h and
 * tables.c. */
#include <math.h>

#include "config/reader.h"
#include "config/tables_shared.h"

/* ---- what formats and sources share ---- */

static const struct key time_list[] = {
    { .name = "field", .kind = VALUE_TEXT, .means = "the field that holds the time" },
    { .name = "formats",
      .kind = VALUE_TEXTS,
      .means = "how times are written: iso8601, rfc2822, epoch, epoch_ms, epoch_us, or a pattern "
               "such as '%d/%b/%Y:%H:%M:%S %z'; tried in order" },
    { .name = "zone_field",
      .kind = VALUE_TEXT,
      .means = "the field that names the zone of a time that is written without one" },
    { .name = "zone",
      .kind = VALUE_TEXT,
      .means = "IANA name of the zone of times that are written without one" },
};
KEYS(time_keys, "a time", time_list);

static const struct key lookup_list[] = {
    { .name = "field",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "the field of the record that names the row" },
    { .name = "file",
      .kind = VALUE_TEXT,
      .means = "the table: a CSV below the project's folder, or '!member' of the same archive" },
    { .name = "records",
      .kind = VALUE_TEXT,
      .means = "instead of a file: path of an array in the same JSON document, such as users[*]" },
    { .name = "key", .kind = VALUE_TEXT, .must = true, .means = "the column that names the row" },
    { .name = "take",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .must = true,
      .means = "new field, then the column that it is taken from" },
    { .name = "delimiter",
      .kind = VALUE_TEXT,
      .means = "the character between two columns, or 'tab'; found from the header" },
    { .name = "columns", .kind = VALUE_TEXTS, .means = "names of the columns when no row does" },
};
KEYS(lookup_keys, "a lookup", lookup_list);

const char *const decimals[] = { ".", ",", NULL };
static const struct key metrics_list[] = {
    { .name = "dimensions",
      .kind = VALUE_TEXTS,
      .means = "fields that say what the values are of: campaign, channel" },
    { .name = "values",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "name of a metric, then the field that holds it" },
    { .name = "count", .kind = VALUE_TEXT, .means = "name of a metric that is the number of rows" },
    { .name = "decimal",
      .kind = VALUE_CHOICE,
      .choices = decimals,
      .means = "the sign before decimals; the other one stands between groups of three; '.'" },
};
KEYS(metrics_keys, "a metrics", metrics_list);

static const struct key duplicates_list[] = {
    { .name = "by",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "fields that together are the id of a record: of those with one id the one with the "
               "latest time counts" },
};
KEYS(duplicates_keys, "a duplicates", duplicates_list);

/* ---- formats ---- */

static const char *const readers[] = { "lines", "csv", "json-lines", "json-document",
                                       "mail",  "xes", NULL };
static const char *const trailing[] = { "ignore", NULL };
static const char *const wrapped[] = { "keep", NULL };

static const struct key pairs_list[] = {
    { .name = "field",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "the field that holds the pairs" },
    { .name = "keys",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .must = true,
      .means = "new field, then the key whose value it takes" },
};
static KEYS(pairs_keys, "a pairs", pairs_list);

static const struct key extract_list[] = {
    { .name = "field", .kind = VALUE_TEXT, .must = true, .means = "the field to search in" },
    { .name = "regex",
      .kind = VALUE_REGEX,
      .must = true,
      .means = "a PCRE2 regex; the text of its first named group is the new field" },
};
static KEYS(extract_keys, "an extract", extract_list);

static const struct key group_list[] = {
    { .name = "by",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "the field with the id that the lines of one message share" },
    { .name = "keep",
      .kind = VALUE_TEXTS,
      .means = "fields that the lines of one message share: each record gets them" },
    { .name = "record",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "a line where this field is there is a record" },
    { .name = "close",
      .kind = VALUE_TEXT,
      .means = "a line where this field is there ends the message" },
};
static KEYS(group_keys, "a group", group_list);

static const char *const header_joins[] = { "first", "last", "both", NULL };
static const char *const escapes[] = { "backslash", NULL };
static const char *const repeats[] = { "join", NULL };
static const char *const strips[] = { "strip", NULL };
static const char *const codes[] = { "percent", "plus", NULL };

static const struct key fill_list[] = {
    { .name = "key",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "rows that follow each other with one value in this column belong together" },
    { .name = "columns",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "columns whose blank cells take the value of the row before" },
};
static KEYS(fill_keys, "a fill", fill_list);

static const struct key csv_list[] = {
    { .name = "delimiter",
      .kind = VALUE_TEXT,
      .means = "the character between two columns, or 'tab' or 'space'; found from the header when "
               "not given" },
    { .name = "header", .kind = VALUE_FLAG, .means = "does a row name the columns? yes" },
    { .name = "columns", .kind = VALUE_TEXTS, .means = "names of the columns when no row does" },
    { .name = "prefix",
      .kind = VALUE_TEXT,
      .means = "the file begins so; one that does not is no such file" },
    { .name = "unnamed",
      .kind = VALUE_TEXT,
      .means = "what the first column is called whose cell in the header is blank" },
    { .name = "skip", .kind = VALUE_WHOLE, .max = 1000, .means = "lines before the header" },
    { .name = "skip_to",
      .kind = VALUE_REGEX,
      .means = "the header is the first line that this PCRE2 regex fits" },
    { .name = "comment",
      .kind = VALUE_TEXT,
      .means = "lines before the header that begin so are stepped over, and blank ones" },
    { .name = "find",
      .kind = VALUE_FLAG,
      .means = "yes: the header is the first row that has all columns of 'recognise'" },
    { .name = "header_rows",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = HEADER_ROWS_MAX,
      .means = "how many rows name the columns; 1" },
    { .name = "header_join",
      .kind = VALUE_CHOICE,
      .choices = header_joins,
      .means = "which of several header rows names a column: the first, the last that is not "
               "blank, or both, as 'first - second'; first" },
    { .name = "header_from",
      .kind = VALUE_TEXTS,
      .means = "where the header stands instead: '!member' of the same archive, or a glob of files "
               "beside this one; the first that is there" },
    { .name = "fields_line",
      .kind = VALUE_TEXT,
      .means = "lines that begin so, such as '#Fields:', name the columns from there on" },
    { .name = "date_line",
      .kind = VALUE_TEXT,
      .means =
          "with fields_line: lines that begin so, such as '#Date:', tell the date of rows that "
          "have no column 'date'" },
    { .name = "ragged",
      .kind = VALUE_FLAG,
      .means = "yes: rows may have more or fewer cells than the header" },
    { .name = "quotes",
      .kind = VALUE_FLAG,
      .means = "no: a quote is a character like others; yes" },
    { .name = "escape",
      .kind = VALUE_CHOICE,
      .choices = escapes,
      .means = "backslash: it takes the character after it as it is; then there are no quotes" },
    { .name = "apostrophes",
      .kind = VALUE_CHOICE,
      .choices = strips,
      .means = "strip: one that was put before = + - @ or a digit is taken off" },
    { .name = "repeated",
      .kind = VALUE_CHOICE,
      .choices = repeats,
      .means = "join: columns of one name are one, their values joined by '; '" },
    { .name = "drop",
      .kind = VALUE_REGEX,
      .means = "rows that this PCRE2 regex fits, such as totals, are no records" },
    { .name = "footer",
      .kind = VALUE_REGEX,
      .means = "a row that this PCRE2 regex fits ends the table: it and all after it are no "
               "records" },
    { .name = "fill",
      .kind = VALUE_MAP,
      .of = &fill_keys,
      .means = "blank cells that take the value of the row before" },
};
static KEYS(csv_keys, "a csv", csv_list);

static const struct key list_list[] = {
    { .name = "key", .kind = VALUE_TEXT, .must = true, .means = "the member that is the name" },
    { .name = "value", .kind = VALUE_TEXT, .must = true, .means = "the member that is the value" },
};
static KEYS(list_keys, "a list of names and values", list_list);

static const struct key json_list[] = {
    { .name = "records",
      .kind = VALUE_TEXT,
      .means = "path of the array of records, such as tickets[*] or $[*].tweet; each value, and "
               "each element of an array" },
    { .name = "each",
      .kind = VALUE_TEXT,
      .means = "an array within the record: one record for each element, with the fields around "
               "it" },
    { .name = "unwrap",
      .kind = VALUE_TEXT,
      .means = "a field whose text is the true record as JSON, where it is there" },
    { .name = "lists",
      .kind = VALUE_DICT,
      .each = VALUE_MAP,
      .of = &list_keys,
      .means = "lists of names and values, read as one object" },
    { .name = "prefix",
      .kind = VALUE_TEXT,
      .means = "the file begins so, and its JSON at the first { or [ after it: window.YTD" },
};
static KEYS(json_keys, "a json", json_list);

static const struct key multiline_list[] = {
    { .name = "start",
      .kind = VALUE_REGEX,
      .means = "a line that this PCRE2 regex fits begins a record" },
    { .name = "end", .kind = VALUE_REGEX, .means = "a line that this PCRE2 regex fits ends one" },
    { .name = "join", .kind = VALUE_TEXT, .means = "what stands between the lines; one blank" },
};
static KEYS(multiline_keys, "a multiline", multiline_list);

static const struct key decode_list[] = {
    { .name = "field", .kind = VALUE_TEXT, .must = true, .means = "the field to decode" },
    { .name = "as",
      .kind = VALUE_CHOICE,
      .choices = codes,
      .means = "percent: %20 is a blank; plus: + is one, too; percent" },
};
static KEYS(decode_keys, "a decode", decode_list);

static const struct key format_list[] = {
    { .name = "format", .kind = VALUE_TEXT, .means = "the name of this format" },
    { .name = "title", .kind = VALUE_TEXT, .means = "what it is, for people" },
    { .name = "channel",
      .kind = VALUE_TEXT,
      .means = "the channel that `touchpath detect` proposes for such a source" },
    { .name = "reader",
      .kind = VALUE_CHOICE,
      .choices = readers,
      .must = true,
      .means =
          "what a record is: a line, a CSV row, a line that is a JSON object, a value in a JSON "
          "document, or a mail message" },
    { .name = "encoding",
      .kind = VALUE_TEXT,
      .means = "character set of the text, as iconv names it; UTF-8, or what a byte order mark "
               "says" },
    { .name = "member",
      .kind = VALUE_TEXT,
      .means = "glob of the members of an archive that are of this format, when the source names "
               "none" },
    { .name = "wrapped",
      .kind = VALUE_CHOICE,
      .choices = wrapped,
      .means = "keep: lines that a container's log or a journal wrapped are not taken out of it" },
    { .name = "multiline",
      .kind = VALUE_MAP,
      .of = &multiline_keys,
      .means = "how lines are joined to records" },
    { .name = "layout",
      .kind = VALUE_TEXTS,
      .means = "how a line is taken apart: '%{ip} %{} [%{time}] ...'; several are tried in order" },
    { .name = "regex",
      .kind = VALUE_TEXTS,
      .means = "the same as a PCRE2 regex whose named groups are the fields" },
    { .name = "trailing",
      .kind = VALUE_CHOICE,
      .choices = trailing,
      .means = "ignore: more text after a layout's end is allowed" },
    { .name = "parts",
      .kind = VALUE_DICT,
      .each = VALUE_TEXTS,
      .means = "a field, then the layout that takes it apart" },
    { .name = "pairs",
      .kind = VALUE_MAP,
      .of = &pairs_keys,
      .means = "key=value pairs in a field" },
    { .name = "extract",
      .kind = VALUE_DICT,
      .each = VALUE_MAP,
      .of = &extract_keys,
      .means = "new field, then the field and regex that it is found by" },
    { .name = "group",
      .kind = VALUE_MAP,
      .of = &group_keys,
      .means = "joins the lines of one message into one record" },
    { .name = "combine",
      .kind = VALUE_DICT,
      .each = VALUE_TEXTS,
      .means = "new field, then the fields that it is made of, with a blank between" },
    { .name = "decode",
      .kind = VALUE_DICT,
      .each = VALUE_MAP,
      .of = &decode_keys,
      .means = "new field, then the field that it is decoded from" },
    { .name = "json_in",
      .kind = VALUE_TEXTS,
      .means = "fields that hold JSON: FIELD.path is then a field, too" },
    { .name = "json",
      .kind = VALUE_MAP,
      .of = &json_keys,
      .means = "where the records of a JSON document are" },
    { .name = "csv", .kind = VALUE_MAP, .of = &csv_keys, .means = "how the CSV is written" },
    { .name = "recognise",
      .kind = VALUE_TEXTS,
      .means = "columns or paths that a file of this format has, or fields that its lines have, "
               "all of them" },
    { .name = "expect",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "fields of lines, and what each must be, or the file is of another format: address, "
               "status (of HTTP) or number" },
    { .name = "empty", .kind = VALUE_TEXTS, .means = "values that mean nothing, such as '-'" },
    TIME_KEY,
    IDENTIFY_KEY,
    ATTRIBUTES_KEY,
    LOOKUPS_KEY,
    METRICS_KEY,
    LANDING_KEY,
    DUPLICATES_KEY,
};
KEYS(format_keys, "a format", format_list);
