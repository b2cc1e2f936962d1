// SPDX-License-Identifier: Apache-2.0
#include "deliver/place.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <resolv.h>

struct block {
    uint8_t net[16];
    unsigned bits;
};

// IANA IPv4 Special-Purpose Address Registry, multicast and class E.
static const struct block v4_blocks[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};

// Of IPv6 only 2000::/3 is public at all (RFC 4291 2.4), and of that not these: protocol assignments with Teredo,
// documentation twice, 6to4.
static const struct block v6_global = {{0x20}, 3};
static const struct block v6_blocks[] = {
    {{0x20, 0x01, 0x00}, 23},
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x20, 0x02}, 16},
    {{0x3f, 0xff, 0x00}, 20},
};
// The last four bytes are an IPv4 address: mapped (RFC 4291 2.5.5.2), NAT64 (RFC 6052 2.1).
static const struct block v4_inside[] = {
    {{[10] = 0xff, [11] = 0xff}, 96},
    {{0x00, 0x64, 0xff, 0x9b}, 96},
};

static bool holds(const struct block *b, const uint8_t *address)
{
    size_t whole = b->bits / 8;
    unsigned mask = (0xff00u >> b->bits % 8) & 0xff;
    if (memcmp(b->net, address, whole) != 0) return false;
    return !mask || ((b->net[whole] ^ address[whole]) & mask) == 0;
}

static bool any_holds(const struct block *blocks, size_t n, const uint8_t *address)
{
    for (size_t i = 0; i < n; i++)
        if (holds(&blocks[i], address)) return true;
    return false;
}

static bool v6_is_public(const uint8_t *address)
{
    if (any_holds(v4_inside, ARRAY_LEN(v4_inside), address))
        return !any_holds(v4_blocks, ARRAY_LEN(v4_blocks), address + 12);
    return holds(&v6_global, address) && !any_holds(v6_blocks, ARRAY_LEN(v6_blocks), address);
}

bool place_is_public(const struct sockaddr *a)
{
    uint8_t bytes[16];
    if (a->sa_family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)a)->sin_addr, 4);
        return !any_holds(v4_blocks, ARRAY_LEN(v4_blocks), bytes);
    }
    if (a->sa_family != AF_INET6) return false;
    memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, 16);
    return v6_is_public(bytes);
}

struct addrinfo *place_find(const char *host, const char *port, const char **why)
{
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG};
    // glibc keeps the resolver's state for each thread: one question of one second to each server, where the default
    // would hold up the thread for ten.
    if (res_init() == 0) {
        _res.retrans = 1;
        _res.retry = 1;
    }
    int r = getaddrinfo(host, port, &hints, &found);
    if (r == 0) return found;
    *why = gai_strerror(r);
    return NULL;
}
