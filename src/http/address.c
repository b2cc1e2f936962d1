// SPDX-License-Identifier: Apache-2.0
#include "http/address.h"

#include <arpa/inet.h>

// The two views of one storage, without casts all over.
union view {
    struct sockaddr_storage sa;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum status parse_v6(const char *host, uint16_t port, struct address *out)
{
    union view v = {.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)}};
    if (inet_pton(AF_INET6, host, &v.v6.sin6_addr) != 1) return E_INVALID;
    *out = (struct address){.sa = v.sa, .n = sizeof v.v6};
    return OK;
}

static enum status parse_v4(const char *host, uint16_t port, struct address *out)
{
    union view v = {.v4 = {.sin_family = AF_INET, .sin_port = htons(port)}};
    if (inet_pton(AF_INET, host, &v.v4.sin_addr) != 1) return E_INVALID;
    *out = (struct address){.sa = v.sa, .n = sizeof v.v4};
    return OK;
}

static struct str numeric(struct str host)
{
    if (str_ieq(host, STR("localhost"))) return STR("127.0.0.1");
    if (str_eq(host, STR("*"))) return STR("0.0.0.0");
    return host;
}

enum status address_parse(struct str text, struct address *out)
{
    size_t colon = text.n;
    while (colon > 0 && text.p[colon - 1] != ':') colon--;
    if (colon == 0) return E_INVALID;
    struct str host = str_upto(text, colon - 1);
    if (str_find(host, 0) < host.n) return E_INVALID;
    uint64_t port;
    if (!str_u64(str_from(text, colon), UINT16_MAX, &port)) return E_INVALID;
    bool brackets = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';
    char z[PEER_SIZE];
    if (!str_copy(z, sizeof z, brackets ? str_make(host.p + 1, host.n - 2) : numeric(host))) return E_INVALID;
    return brackets ? parse_v6(z, (uint16_t)port, out) : parse_v4(z, (uint16_t)port, out);
}

unsigned address_port(const struct address *a)
{
    union view v = {.sa = a->sa};
    return ntohs(v.sa.ss_family == AF_INET6 ? v.v6.sin6_port : v.v4.sin_port);
}

void address_set_port(struct address *a, unsigned port)
{
    union view v = {.sa = a->sa};
    if (v.sa.ss_family == AF_INET6) {
        v.v6.sin6_port = htons((uint16_t)port);
    } else {
        v.v4.sin_port = htons((uint16_t)port);
    }
    a->sa = v.sa;
}

void address_text(const struct address *a, char out[PEER_SIZE])
{
    union view v = {.sa = a->sa};
    out[0] = 0;
    if (v.sa.ss_family == AF_INET) {
        inet_ntop(AF_INET, &v.v4.sin_addr, out, PEER_SIZE);
    } else if (v.sa.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v.v6.sin6_addr)) {
        inet_ntop(AF_INET, v.v6.sin6_addr.s6_addr + 12, out, PEER_SIZE);
    } else if (v.sa.ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &v.v6.sin6_addr, out, PEER_SIZE);
    }
}
