// SPDX-License-Identifier: Apache-2.0
// Inputs that end at an unreadable page: a parser that reads one byte too far crashes instead of passing.
#pragma once

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/str.h"

// A copy of n bytes that ends at an unreadable page. Never freed: tests are short.
static inline char *guard_copy(const void *p, size_t n)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = (n + page - 1) / page * page;
    char *base = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED || mprotect(base + room, page, PROT_NONE)) return NULL;
    if (n) memcpy(base + room - n, p, n);
    return base + room - n;
}

static inline struct str guard_str(struct str s)
{
    return (struct str){guard_copy(s.p, s.n), s.n};
}
