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

/* rules: usual list; with a calling code; own list */
enum {
    ANY,
    GERMAN,
    AMERICAN,
    ITALIAN,
    OWN,
    BRITISH,
    FRENCH,
    SPANISH,
    RUSSIAN,
    JAPANESE,
    AUSTRALIAN,
    BRAZILIAN,
    INDIAN,
    SWISS,
    HUNGARIAN,
    KOREAN
};

static struct identity_rules rules_of(int which)
{
    struct identity_rules r = { .blocked = { usual, ROWS(usual) }, .zeros_name_nobody = true };
    if (which == GERMAN)
        r.country = STR("49");
    if (which == AMERICAN)
        r.country = STR("1");
    if (which == ITALIAN)
        r.country = STR("39");
    static const char *const codes[] = { "44", "33", "34", "7",  "81", "61",
                                         "55", "91", "41", "36", "82" };
    if (which > OWN)
        r.country = str_c(codes[which - BRITISH]);
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
    { ID_EMAIL, ANY, "\xc3\x84NN@example.com", "\xc3\xa4nn@example.com" },
    { ID_EMAIL, ANY, "a\xcc\x88nn@example.com", "\xc3\xa4nn@example.com" }, /* a and diaeresis */
    { ID_EMAIL, ANY, "\xc4nn@example.com", "\xc4nn@example.com" },          /* Latin-1 */
    { ID_EMAIL, ANY, "\xd0\x90\xd0\x9d@example.com", "\xd0\xb0\xd0\xbd@example.com" },
    { ID_EMAIL, ANY,
      "\xc2\xa0"
      "ana@example.com\xe2\x80\x8b",
      "ana@example.com" }, /* NBSP, ZWSP */
    { ID_EMAIL, ANY,
      "\xef\xbb\xbf"
      "Ana@Example.com",
      "ana@example.com" }, /* BOM */
    { ID_EMAIL, ANY, "ana\xc2\xa0@example.com", "" },
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
    /* one number as people of eleven countries write it, at home and for others */
    { ID_PHONE, BRITISH, "020 7946 0958", "+442079460958" },
    { ID_PHONE, BRITISH, "(020) 7946 0958", "+442079460958" },
    { ID_PHONE, BRITISH, "+44 (0)20 7946 0958", "+442079460958" },
    { ID_PHONE, BRITISH, "0044 20 7946-0958", "+442079460958" },
    { ID_PHONE, BRITISH, "tel:+44-20-7946-0958", "+442079460958" },
    { ID_PHONE, FRENCH, "01.23.45.67.89", "+33123456789" },
    { ID_PHONE, FRENCH, "+33 (0)1 23 45 67 89", "+33123456789" },
    { ID_PHONE, FRENCH,
      "+33\xc2\xa0"
      "1\xe2\x80\xaf"
      "23 45 67 89",
      "+33123456789" },
    { ID_PHONE, SPANISH, "912 345 678", "+34912345678" },
    { ID_PHONE, SPANISH, "0034 912 34 56 78", "+34912345678" },
    { ID_PHONE, RUSSIAN, "8 (495) 123-45-67", "+74951234567" },
    { ID_PHONE, RUSSIAN, "+7 495 123-45-67", "+74951234567" },
    { ID_PHONE, RUSSIAN, "8 10 49 30 1234567", "+49301234567" },
    { ID_PHONE, JAPANESE, "03-1234-5678", "+81312345678" },
    { ID_PHONE, JAPANESE, "010 49 30 1234567", "+49301234567" },
    { ID_PHONE, JAPANESE,
      "\xef\xbc\x90\xef\xbc\x93-1234\xe2\x88\x92"
      "5678",
      "+81312345678" },
    { ID_PHONE, AUSTRALIAN, "(02) 9876 5432", "+61298765432" },
    { ID_PHONE, AUSTRALIAN, "0011 49 30 1234567", "+49301234567" },
    { ID_PHONE, BRAZILIAN, "(11) 91234-5678", "+5511912345678" },
    { ID_PHONE, BRAZILIAN, "011 91234-5678", "+5511912345678" },
    { ID_PHONE, INDIAN, "098765 43210", "+919876543210" },
    { ID_PHONE, INDIAN, "+91-98765-43210", "+919876543210" },
    { ID_PHONE, SWISS, "044 668 18 00", "+41446681800" },
    { ID_PHONE, SWISS, "+41 (0)44/668.18.00", "+41446681800" },
    { ID_PHONE, HUNGARIAN, "06 1 234 5678", "+3612345678" },
    { ID_PHONE, HUNGARIAN, "+36 1 234 5678", "+3612345678" },
    { ID_PHONE, KOREAN, "02-312-3456", "+8223123456" },
    { ID_PHONE, KOREAN, "001 49 30 1234567", "+49301234567" },
    { ID_PHONE, KOREAN, "0049 30 1234567", "+49301234567" },
    /* as it is pasted: dashes, marks of direction, digits of Arabic */
    { ID_PHONE, GERMAN,
      "\xe2\x80\xaa+49 30 123\xe2\x80\x93"
      "4567\xe2\x80\xac",
      "+49301234567" },
    { ID_PHONE, GERMAN, "\xef\xbc\x8b\xd9\xa4\xd9\xa9 30 1234567", "+49301234567" },
    { ID_PHONE, GERMAN, "030 1234567 \xe2\x98\x8e", "" },
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
