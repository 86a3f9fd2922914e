/* net.h - ranges of network addresses, as in 192.0.2.0/24 or 2001:db8::/32.
 *
 * IPv4 addresses are kept as the IPv6 addresses that stand for them (RFC 4291, 2.5.5.2), so that
 * ::ffff:192.0.2.7 lies in 192.0.2.0/24.
 * Threads: pure.
 */
#ifndef BASE_NET_H
#define BASE_NET_H

#include "base/str.h"

struct net_range {
    unsigned char bytes[16]; /* of the first address; bits behind the prefix are zeros */
    unsigned bits;           /* length of the prefix, 0 to 128 */
};

/* Reads an address, or one with /BITS behind it. False when it is neither, or when a bit behind the
 * prefix is set: then somebody meant another range. */
bool net_read(struct str text, struct net_range *out);

/* Is the address in one of n ranges? Blanks, brackets and a port around it are passed over
 * ("[2001:db8::1]:443", "192.0.2.7:5060"); of a list, as in X-Forwarded-For, the first counts.
 * What is no address is in none. */
bool nets_have(const struct net_range *nets, size_t n, struct str address);

#endif
