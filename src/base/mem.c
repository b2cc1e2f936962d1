// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"

static void *checked(void *p, size_t n)
{
    if (p || n == 0) return p;
    fputs("hallpass: out of memory\n", stderr);
    abort();
}

void *mem_alloc(size_t n)
{
    return checked(calloc(1, n ? n : 1), 1);
}

void *mem_realloc(void *p, size_t n)
{
    return checked(realloc(p, n), n);
}

void mem_free(void *p)
{
    free(p);
}

void mem_wipe(void *p, size_t n)
{
    if (n) explicit_bzero(p, n);
}

char *mem_strdup(const char *p, size_t n)
{
    char *z = mem_alloc(n + 1);
    if (n) memcpy(z, p, n);
    return z;
}
