// SPDX-License-Identifier: Apache-2.0
// What the test and load clients share: a connected socket and the framing of an answer that has a Content-Length, as
// all of ours have.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

// Ends the program with what failed.
static inline void die(const char *what)
{
    perror(what);
    exit(2);
}

// A socket connected to "127.0.0.1:4480"; ends the program when there is no server.
static inline int answer_connect(const char *address)
{
    char host[64];
    const char *colon = strrchr(address, ':');
    if (!colon || (size_t)(colon - address) >= sizeof(host)) die(address);
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = 0;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) die(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to))) die(address);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

// Size of the whole answer at the start of p, or 0 while that is not known. p[n] must be 0. *body: where its body is.
static inline size_t answer_size(const char *p, size_t n, const char **body)
{
    const char *end = strstr(p, "\r\n\r\n");
    if (!end) return 0;
    const char *field = strcasestr(p, "\r\nContent-Length:");
    size_t length = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    size_t size = (size_t)(end + 4 - p) + length;
    *body = end + 4;
    return size <= n ? size : 0;
}
