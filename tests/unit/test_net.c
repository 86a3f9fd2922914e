/* test_net.c - ranges of addresses, worked out by hand; the mapped form is RFC 4291, 2.5.5.2. */
#include "base/net.h"
#include "unit.h"

static const struct {
    const char *range, *address;
    bool has;
} rows[] = {
    { "192.0.2.0/24", "192.0.2.0", true },
    { "192.0.2.0/24", "192.0.2.255", true },
    { "192.0.2.0/24", "192.0.3.0", false },
    { "192.0.2.128/25", "192.0.2.127", false },
    { "192.0.2.128/25", "192.0.2.128", true },
    { "10.0.0.0/7", "11.255.255.255", true },
    { "10.0.0.0/7", "12.0.0.0", false },
    { "192.0.2.7", "192.0.2.7", true },
    { "192.0.2.7", "192.0.2.8", false },
    { "0.0.0.0/0", "255.1.2.3", true },
    { "0.0.0.0/0", "2001:db8::1", false },
    { "::/0", "2001:db8::1", true },
    { "2001:db8::/33", "2001:db8:7fff::1", true },
    { "2001:db8::/33", "2001:db8:8000::1", false },
    { "2001:db8::1", "2001:0DB8:0:0::0001", true },
    { "192.0.2.0/24", "::ffff:192.0.2.9", true },
    { "192.0.2.0/24", "192.0.2.9:5060", true },
    { "192.0.2.0/24", " 192.0.2.9 ", true },
    { "192.0.2.0/24", "192.0.2.9, 198.51.100.1", true },
    { "192.0.2.0/24", "198.51.100.1, 192.0.2.9", false },
    { "2001:db8::/32", "[2001:db8::1]:443", true },
    { "192.0.2.0/24", "", false },
    { "192.0.2.0/24", "-", false },
    { "192.0.2.0/24", "192.0.2", false },
    { "192.0.2.0/24", "192.0.2.256", false },
    { "192.0.2.0/24", "host.example.com", false },
    { "::/0", "a text that is far longer than any address could ever be written by anybody",
      false },
};

START_TEST(addresses_in_ranges)
{
    struct net_range net;
    ck_assert(net_read(str_c(rows[_i].range), &net));
    ck_assert_msg(nets_have(&net, 1, str_c(rows[_i].address)) == rows[_i].has, "%s in %s",
                  rows[_i].address, rows[_i].range);
    ck_assert(!nets_have(&net, 0, str_c(rows[_i].address)));
}
END_TEST

static const char *const wrong[] = {
    "",
    "192.0.2.0/",
    "192.0.2.0/33",
    "192.0.2.1/24",
    "192.0.2/24",
    "2001:db8::/129",
    "2001:db8::1/32",
    "/24",
    "192.0.2.0/-1",
    "192.0.2.0/2 4",
    "192.0.2.0/24/3",
    "192.0.2.0/0024",
};

START_TEST(what_is_no_range)
{
    struct net_range net;
    ck_assert_msg(!net_read(str_c(wrong[_i]), &net), "%s", wrong[_i]);
}
END_TEST

START_TEST(one_of_several)
{
    struct net_range nets[2];
    ck_assert(net_read(STR("192.0.2.0/24"), &nets[0]) && net_read(STR("10.0.0.0/8"), &nets[1]));
    ck_assert(nets_have(nets, 2, STR("10.9.9.9")) && !nets_have(nets, 1, STR("10.9.9.9")));
    ck_assert(!nets_have(nets, 2, ((struct str){ "10.9.9.9\0x", 10 })));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("net");
    tcase_add_loop_test(new_case(s, "ranges"), addresses_in_ranges, 0, ROWS(rows));
    tcase_add_loop_test(new_case(s, "wrong"), what_is_no_range, 0, ROWS(wrong));
    tcase_add_test(new_case(s, "several"), one_of_several);
    return s;
}
