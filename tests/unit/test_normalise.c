/* test_normalise.c - identifiers in their one form, or none. Expectations are by hand, from A63 of
 * the definitions (trim, lower-case, nothing else; E.164 with the project's calling code; blocked
 * after normalising, in any case) and docs/rules.md.
 */
#include "unit.h"

#include "ingest/normalise.h"

static struct str usual[] = { { "-1", 2 }, { "null", 4 }, { "unknown", 7 }, { "(not set)", 9 } };
static struct str own[] = {
    { "Info@Example.com", 16 }, { "+49301234567", 12 }, { "guest", 5 }, { "0800 1234567", 12 }
};

enum { ANY, GERMAN, AMERICAN, ITALIAN, OWN }; /* rules: usual list; with a calling code; own list */

static struct identity_rules rules_of(int which)
{
    struct identity_rules r = { .blocked = { usual, ROWS(usual) }, .zeros_name_nobody = true };
    if (which == GERMAN)
        r.country = STR("49");
    if (which == AMERICAN)
        r.country = STR("1");
    if (which == ITALIAN)
        r.country = STR("39");
    if (which == OWN)
        r = (struct identity_rules){ .blocked = { own, ROWS(own) }, .country = STR("49") };
    return r;
}

static const struct {
    enum id_kind kind;
    int rules;
    const char *value, *want; /* "": names nobody */
} cases[] = {
    /* all kinds: blanks go, letters stay as they are */
    { ID_USER, ANY, "ana", "ana" },
    { ID_USER, ANY, " \tAna \r\n", "Ana" },
    { ID_USER, ANY, "", "" },
    { ID_USER, ANY, " \t ", "" },
    { ID_VISITOR, ANY, "192.0.2.1 Mozilla/5.0 (X11)", "192.0.2.1 Mozilla/5.0 (X11)" },
    { ID_ORDER, ANY, "A-0001", "A-0001" },
    { ID_MESSAGE, ANY, "<1@mail.example.com>", "1@mail.example.com" },
    /* what names nobody */
    { ID_USER, ANY, "null", "" },
    { ID_USER, ANY, " NULL ", "" },
    { ID_USER, ANY, "Unknown", "" },
    { ID_USER, ANY, "(Not Set)", "" },
    { ID_USER, ANY, "-1", "" },
    { ID_USER, ANY, "unknown1", "unknown1" },
    { ID_USER, ANY, "0", "" },
    { ID_USER, ANY, "00000000-0000-0000-0000-000000000000", "" },
    { ID_USER, ANY, "-", "" },
    { ID_USER, ANY, "10", "10" },
    { ID_PHONE, ANY, "000-000-0000", "" },
    { ID_PHONE, GERMAN, "+0000000000", "" },
    { ID_PHONE, ANY, "00 000 000 000", "" },
    { ID_PHONE, ANY, "(000) 000-0000", "" },
    /* an own list takes the place of the usual one, and is asked after normalising too */
    { ID_USER, OWN, "null", "null" },
    { ID_USER, OWN, "0", "0" },
    { ID_USER, OWN, "GUEST", "" },
    { ID_EMAIL, OWN, "info@example.com", "" },
    { ID_EMAIL, OWN, "<INFO@example.com>", "" },
    { ID_EMAIL, OWN, "mailto:info@example.com", "" },
    { ID_EMAIL, OWN, "info@example.com.example.com", "info@example.com.example.com" },
    { ID_PHONE, OWN, "030 1234567", "" },
    { ID_PHONE, OWN, "+49 30 1234567", "" },
    { ID_PHONE, OWN, "0049301234567", "" },
    { ID_PHONE, OWN, "0800 1234567", "" },
    { ID_PHONE, OWN, "+49 30 1234568", "+49301234568" },
    /* ids that systems write in more than one way */
    { ID_USER, ANY, "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}",
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8" },
    { ID_COOKIE, ANY, "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8" },
    { ID_COOKIE, ANY, "6BA7B810-9DAD-11D1-80B4-00C04FD430CX",
      "6BA7B810-9DAD-11D1-80B4-00C04FD430CX" },
    { ID_COOKIE, ANY, "{00000000-0000-0000-0000-000000000000}", "" },
    { ID_COOKIE, ANY, "GA1.2.1234567890.1693555200", "1234567890.1693555200" },
    { ID_COOKIE, ANY, "GA1.2.x", "GA1.2.x" },
    { ID_ORDER, ANY, "#1001", "1001" },
    { ID_ORDER, ANY, "#", "#" },
    { ID_TICKET, ANY, "# 7", "7" },
    { ID_TICKET, ANY, "#0", "" },
    { ID_USER, ANY, "#1001", "#1001" },
    { ID_MESSAGE, ANY, "<>", "<>" },
    /* mail */
    { ID_EMAIL, ANY, "Ana.B+News@Example.COM", "ana.b+news@example.com" },
    { ID_EMAIL, ANY, " <Ana@Example.com> ", "ana@example.com" },
    { ID_EMAIL, ANY, "mailto:ana@example.com", "ana@example.com" },
    { ID_EMAIL, ANY, "MAILTO:<ana@example.com>", "ana@example.com" },
    { ID_EMAIL, ANY, "\xc3\x84nn@example.com", "\xc3\x84nn@example.com" }, /* ASCII only */
    { ID_EMAIL, ANY, "ana", "" },
    { ID_EMAIL, ANY, "@example.com", "" },
    { ID_EMAIL, ANY, "ana@", "" },
    { ID_EMAIL, ANY, "a@b@example.com", "" },
    { ID_EMAIL, ANY, "ana@example.com, bo@example.com", "" },
    { ID_EMAIL, ANY, "ana@example.com;bo", "" },
    { ID_EMAIL, ANY, "Ana <ana@example.com>", "" },
    { ID_EMAIL, ANY, "<>", "" },
    { ID_EMAIL, ANY, "mailto:", "" },
    { ID_EMAIL, ANY, "<", "" },
    { ID_EMAIL, ANY, "@", "" },
    /* phone without the project's calling code */
    { ID_PHONE, ANY, "+49 (30) 123-45.67", "+49301234567" },
    { ID_PHONE, ANY, "0049 30 1234567", "+49301234567" },
    { ID_PHONE, ANY, "030 1234567", "0301234567" },
    { ID_PHONE, ANY, "123456", "" },
    { ID_PHONE, ANY, "1234567", "1234567" },
    { ID_PHONE, ANY, "123456789012345", "123456789012345" },
    { ID_PHONE, ANY, "1234567890123456", "" },
    { ID_PHONE, ANY, "+123456", "" },
    { ID_PHONE, ANY, "+1234567890123456", "" },
    { ID_PHONE, ANY, "12345678901234567890123456789012345678901234567890", "" },
    /* and with it */
    { ID_PHONE, GERMAN, "030 1234567", "+49301234567" },
    { ID_PHONE, GERMAN, "(030) 1234567", "+49301234567" },
    { ID_PHONE, GERMAN, "30 1234567", "+49301234567" },
    { ID_PHONE, GERMAN, "+1 (555) 010-0199", "+15550100199" },
    { ID_PHONE, GERMAN, "001 555 010 0199", "+15550100199" },
    { ID_PHONE, GERMAN, "'+15550100199", "+15550100199" }, /* as spreadsheets protect it */
    { ID_PHONE, GERMAN, "(+1) 555 0100199", "+15550100199" },
    { ID_PHONE, GERMAN, "0123", "" },
    { ID_PHONE, GERMAN, "01234567890123456", "" },
    { ID_PHONE, GERMAN, "call me", "" },
    { ID_PHONE, GERMAN, "0301234567x12", "+49301234567" },
    { ID_PHONE, GERMAN, "030 1234567 ext. 12", "+49301234567" },
    { ID_PHONE, GERMAN, "tel:+49-30-1234567;ext=12", "+49301234567" },
    { ID_PHONE, GERMAN, "+49 (0)30 1234567", "+49301234567" },
    { ID_PHONE, GERMAN, "0049(0)30/1234567", "+49301234567" },
    { ID_PHONE, GERMAN, "+49 30 (0)1234567", "+49301234567" },
    { ID_PHONE, AMERICAN, "(555) 010-0199", "+15550100199" },
    { ID_PHONE, AMERICAN, "1-555-010-0199", "+15550100199" },
    { ID_PHONE, AMERICAN, "011 49 30 1234567", "+49301234567" },
    { ID_PHONE, AMERICAN, "0049 30 1234567", "+49301234567" },
    { ID_PHONE, ITALIAN, "06 1234567", "+39061234567" },
    { ID_PHONE, ITALIAN, "0039 06 1234567", "+39061234567" },
    { ID_PHONE, GERMAN, "030+1234567", "" },
    { ID_PHONE, GERMAN, "+", "" },
    { ID_PHONE, GERMAN, "0", "" },
};

START_TEST(test_normalise)
{
    struct arena a = { 0 };
    struct identity_rules rules = rules_of(cases[_i].rules);
    struct str got = id_normalise(cases[_i].kind, str_c(cases[_i].value), &rules, &a);
    ck_assert_msg(
        got.n == strlen(cases[_i].want) && memcmp(got.n ? got.p : "", cases[_i].want, got.n) == 0,
        "'%s' gives '%.*s', expected '%s'", cases[_i].value, STR_ARG(got), cases[_i].want);
    /* What is in its form already stays so. */
    if (got.n)
        ck_assert(str_eq(id_normalise(cases[_i].kind, got, &rules, &a), got) ||
                  (cases[_i].kind == ID_PHONE && got.p[0] != '+'));
    arena_free(&a);
}
END_TEST

/* A NUL is a byte like others: it does not end the value, and fits no mail or phone. */
START_TEST(test_nul)
{
    struct arena a = { 0 };
    struct identity_rules rules = rules_of(ANY);
    ck_assert_uint_eq(id_normalise(ID_USER, (struct str){ "a\0b", 3 }, &rules, &a).n, 3);
    ck_assert_uint_eq(id_normalise(ID_EMAIL, (struct str){ "a\0@b", 4 }, &rules, &a).n, 0);
    ck_assert_uint_eq(id_normalise(ID_PHONE, (struct str){ "1234567\0", 8 }, &rules, &a).n, 0);
    arena_free(&a);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("normalise");
    TCase *c = new_case(s, "normalise");
    tcase_add_loop_test(c, test_normalise, 0, ROWS(cases));
    tcase_add_test(c, test_nul);
    return s;
}
