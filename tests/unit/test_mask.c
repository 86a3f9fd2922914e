/* test_mask.c - addresses cut to their first bits. What is wanted is what Python's ipaddress says:
 *     ip_network((address, bits), strict=False).network_address
 */
#include "unit.h"

#include "ingest/mask.h"

static const struct {
    const char *text;
    int bits4, bits6;
    const char *want; /* "": nothing may stay */
} cases[] = {
    { "192.0.2.17", 24, 48, "192.0.2.0" },
    { "192.0.2.17", 20, 48, "192.0.0.0" },
    { "203.0.113.255", 25, 48, "203.0.113.128" },
    { "203.0.113.255", 32, 48, "203.0.113.255" },
    { "203.0.113.255", 0, 48, "0.0.0.0" },
    { " 192.0.2.17 ", 24, 48, "192.0.2.0" },
    { "192.0.2.17:8080", 24, 48, "192.0.2.0" },
    { "2001:db8:85a3:8d3:1319:8a2e:370:7348", 24, 48, "2001:db8:85a3::" },
    { "2001:db8:85a3:8d3:1319:8a2e:370:7348", 24, 50, "2001:db8:85a3::" },
    { "2001:db8:85a3:ffff::1", 24, 50, "2001:db8:85a3:c000::" },
    { "2001:db8::1", 24, 128, "2001:db8::1" },
    { "[2001:db8:1::1]:443", 24, 32, "2001:db8::" },
    { "[2001:db8:1::1]", 24, 32, "2001:db8::" },
    { "::ffff:192.0.2.200", 24, 48, "192.0.2.0" },
    { "::1", 24, 48, "::" },
    { "", 24, 48, "" },
    { "host.example.com", 24, 48, "" },
    { "192.0.2.17, 198.51.100.7", 24, 48, "" },
    { "192.0.2", 24, 48, "" },
    { "192.0.2.17:port", 24, 48, "" },
    { "[2001:db8::1", 24, 48, "" },
    { "[2001:db8::1]x", 24, 48, "" },
    { "fe80::1%eth0", 24, 48, "" },
    { "1111111111111111111111111111111111111111111111111111111111111111", 24, 48, "" },
};

START_TEST(test_addresses)
{
    char to[MASKED_TEXT];
    struct str text = str_c(cases[_i].text);
    size_t n = mask_address(text, cases[_i].bits4, cases[_i].bits6, to);
    ck_assert_uint_eq(n, strlen(cases[_i].want));
    ck_assert_int_eq(memcmp(to, cases[_i].want, n), 0);
}
END_TEST

START_TEST(test_nul)
{
    char to[MASKED_TEXT];
    ck_assert_uint_eq(mask_address((struct str){ "192.0.2.17\0x", 12 }, 24, 48, to), 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("mask");
    TCase *c = new_case(s, "addresses");
    tcase_add_loop_test(c, test_addresses, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, test_nul);
    return s;
}
