// SPDX-License-Identifier: Apache-2.0
#include "admin/host.h"

#include <arpa/inet.h>

// What stands before the port: "localhost", "127.0.0.1", "::1". Empty when it is none of these forms.
static struct str name_of(struct str host)
{
    struct str inside = str_from(host, 1);
    if (host.n && host.p[0] == '[') return str_upto(inside, str_find(inside, ']'));
    return str_upto(host, str_find(host, ':'));
}

enum literal { NO_ADDRESS, LOOPBACK, OTHER_ADDRESS };

static enum literal literal_of(struct str name)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (!str_copy(text, sizeof text, name)) return NO_ADDRESS;
    if (inet_pton(AF_INET, text, &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127 ? LOOPBACK : OTHER_ADDRESS;
    if (inet_pton(AF_INET6, text, &v6) != 1) return NO_ADDRESS;
    return IN6_IS_ADDR_LOOPBACK(&v6) ? LOOPBACK : OTHER_ADDRESS;
}

bool admin_host_good(struct str host, struct str listen)
{
    struct str name = name_of(host), own = name_of(listen);
    if (str_ieq(name, STR("localhost")) || literal_of(name) == LOOPBACK) return true;
    if (own.n && str_ieq(name, own)) return true;
    bool open = literal_of(own) == OTHER_ADDRESS || str_eq(own, STR("*"));
    return open && literal_of(name) == OTHER_ADDRESS;
}
