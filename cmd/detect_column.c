/* detect_column.c - what a column of which nothing is known may be. See detect.h.
 *
 * By values, a guess is made only when every sample of the column that is not empty agrees with it.
 */
#include "base/clock.h"
#include "detect.h"
#include "ingest/csv.h"
#include "ingest/normalise.h"

/* The first that reads all samples is taken; of two ways to read a date the commoner one. */
static const char *const time_formats[] = {
    "iso8601",
    "rfc2822",
    "%d/%b/%Y:%H:%M:%S %z",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%y %H:%M",
    "%m/%d/%y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y/%m/%d %H:%M:%S",
    "%b %d, %Y %I:%M %p",
    "%b %d, %Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%d/%b/%y %I:%M %p",
    "%a %b %e %H:%M:%S %Y",
    "%b %e %H:%M:%S",
    "%d/%b/%Y %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%m/%d/%Y %I:%M:%S %p",
    "%Y%m%d%H%M%S.%f",
    "%Y/%m/%d %I:%M:%S %p %Z",
};

static bool reads_all(const struct str *texts, size_t n, const char *format, struct arena *a)
{
    struct time_format f;
    struct err e = { { 0 } };
    if (!time_format_compile(str_c(format), a, &f, &e))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct time_cache cache = { 0 };
        struct time_parts parts;
        if (!time_parse(&f, texts[i], &cache, &parts))
            return false;
    }
    return true;
}

/* Numbers are times only when they lie between 2000 and 2100. */
static const char *epoch_of(const struct str *texts, size_t n)
{
    static const double from = 946684800, to = 4102444800;
    size_t seconds = 0, millis = 0, micros = 0;
    for (size_t i = 0; i < n; i++) {
        double x;
        if (!str_number(texts[i], &x))
            return NULL;
        seconds += x >= from && x < to;
        millis += x >= 1e3 * from && x < 1e3 * to;
        micros += x >= 1e6 * from && x < 1e6 * to;
    }
    return seconds == n ? "epoch" : millis == n ? "epoch_ms" : micros == n ? "epoch_us" : NULL;
}

/* Eight digits are a day only between 1970 and 2099. */
static bool are_days(const struct str *texts, size_t n, struct arena *a)
{
    for (size_t i = 0; i < n; i++)
        if (texts[i].n != 8 ||
            (!str_starts(texts[i], STR("19")) && !str_starts(texts[i], STR("20"))))
            return false;
    return reads_all(texts, n, "%Y%m%d", a);
}

const char *detect_time(const struct str *texts, size_t n, struct arena *a)
{
    if (!n)
        return NULL;
    if (are_days(texts, n, a))
        return "%Y%m%d";
    for (size_t i = 0; i < sizeof time_formats / sizeof *time_formats; i++)
        if (reads_all(texts, n, time_formats[i], a))
            return time_formats[i];
    return epoch_of(texts, n);
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_uuid(struct str s, struct arena *a)
{
    (void)a;
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !is_hex(s.p[i]))
            return false;
    }
    return true;
}

bool detect_is_email(struct str s, struct arena *a)
{
    static const struct identity_rules none = { .zeros_name_nobody = false };
    return str_find(s, STR(" ")) == s.n && id_normalise(ID_EMAIL, s, &none, a).n;
}

/* With + or a blank in it, so that numbers of orders are not taken for phones. */
static bool is_phone(struct str s, struct arena *a)
{
    static const struct identity_rules none = { .zeros_name_nobody = false };
    size_t digits = 0;
    for (size_t i = 0; i < s.n; i++) {
        digits += s.p[i] >= '0' && s.p[i] <= '9';
        if (!strchr("+0123456789 ()-/.", s.p[i]))
            return false;
    }
    return digits >= 7 && s.p[0] == '+' && id_normalise(ID_PHONE, s, &none, a).n;
}

bool detect_is_ip(struct str s)
{
    size_t parts = 0;
    while (s.n) {
        struct str part = str_cut(&s, '.');
        double x;
        if (part.n < 1 || part.n > 3 || !str_number(part, &x) || x < 0 || x > 255)
            return false;
        parts++;
    }
    return parts == 4;
}

static bool is_ip(struct str s, struct arena *a)
{
    (void)a;
    return detect_is_ip(s);
}

static const struct shape_guess {
    const char *what, *kind;
    bool (*is)(struct str s, struct arena *a);
} guesses[] = {
    { "mail addresses", "email", detect_is_email },
    { "phone numbers", "phone", is_phone },
    { "UUIDs", "user", is_uuid },
    { "IP addresses", NULL, is_ip },
};

static const struct shape_guess *guess_of(const struct detect_column *c, struct arena *a)
{
    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
        size_t fit = 0;
        for (size_t i = 0; i < c->n; i++)
            fit += guesses[g].is(c->samples[i], a);
        if (c->n && fit == c->n)
            return &guesses[g];
    }
    return NULL;
}

/* ---- by its name ---- */

/* What a column is when its values say nothing, as systems usually name it (csv_name()). */
static const struct {
    const char *names, *kind;
} usual[] = {
    { " email e_mail mail email_address e_mail_address recipient recipient_email requester_email "
      "user_email customer_email contact_email ",
      "email" },
    { " user user_id userid uid username user_name login customer customer_id customerid "
      "customer_no customer_number customer_key client client_id clientid contact_id contactid "
      "member_id memberid person_id personid subscriber_id profile_id patient patient_id buyer_id "
      "shopper_id reviewer_id reviewerid requester_id caller_id case case_id caseid "
      "case_concept_name external_id author_id author sender_id to_user_id assigned_to ",
      "user" },
    { " session session_id sessionid visitor visitor_id visitorid cookie cookie_id anonymous_id "
      "anonymousid client_session_id device_id deviceid path_id user_session fullvisitorid "
      "full_visitor_id user_pseudo_id domain_userid ",
      "cookie" },
    { " account account_id accountid account_no account_number ", "account" },
    { " phone phone_number telephone mobile msisdn ", "phone" },
    { " order order_id orderid order_no order_number order_name invoice invoice_id invoice_no "
      "invoiceno invoice_number transaction_id transactionid receipt_number ",
      "order" },
    { " ticket ticket_id ticketid ticket_no ticket_number issue_key incident incident_id ",
      "ticket" },
};

/* Of a JSON path its last key, unless that is in an array: "properties.user_id" is a user, the
 * "friends.0.user_id" is not whom the record is about. */
static struct str last_key(struct str path)
{
    struct str key = { 0 };
    while (path.n) {
        key = str_cut(&path, '.');
        double x;
        if (path.n && str_number(key, &x))
            return (struct str){ 0 };
    }
    return key;
}

static const char *kind_by_name(struct str name, struct arena *a)
{
    struct str key = csv_name(last_key(name), a);
    struct str word = arena_printf(a, " %.*s ", STR_ARG(key));
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (str_find(str_c(usual[i].names), word) < strlen(usual[i].names))
            return usual[i].kind;
    return NULL;
}

/* "id", "deal_id": names something, whatever that is. */
static bool is_id(struct str name, struct arena *a)
{
    struct str key = csv_name(name, a);
    return str_eq(key, STR("id")) || (key.n > 3 && str_eq(str_from(key, key.n - 3), STR("_id")));
}

static bool are_numbers(const struct detect_column *c)
{
    double x;
    size_t n = 0;
    while (n < c->n && str_number(c->samples[n], &x))
        n++;
    return c->n && n == c->n;
}

void detect_column(struct detect_column *c, struct arena *a)
{
    const struct shape_guess *guess = guess_of(c, a);
    c->time = guess || is_id(c->name, a) ? NULL : detect_time(c->samples, c->n, a);
    c->number = are_numbers(c);
    c->kind = guess ? guess->kind : NULL;
    c->what = guess ? guess->what : NULL;
    c->by_name = false;
    const char *kind = c->kind || (c->time && !c->number) ? NULL : kind_by_name(c->name, a);
    if (!kind || !c->n)
        return;
    /* An address that is none, because it was hashed, still names somebody. */
    c->kind = strcmp(kind, "email") == 0 || strcmp(kind, "phone") == 0 ? "user" : kind;
    c->by_name = true;
    c->time = NULL;
}

bool detect_is_id(const struct detect_column *c, struct arena *a)
{
    return c->n && !c->kind && c->name.p[0] != '_' && is_id(c->name, a);
}
