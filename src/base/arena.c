// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>

#include "base/mem.h"

// Room for one call of the API with its operations: a request that stays within it allocates nothing.
enum { BLOCK_SIZE = 16384 - 64, PRINTF_MAX = 4096 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a, size_t cap)
{
    *a = (struct arena){.cap = cap};
}

static struct arena_block *block_new(struct arena *a, size_t n)
{
    size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;
    struct arena_block *b = mem_alloc(sizeof *b + size);
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);
    if (a->failed || n > a->cap - a->used) {
        a->failed = true;
        return NULL;
    }
    size_t rounded = (n + align - 1) / align * align;
    struct arena_block *b = a->blocks;
    if (!b || b->size - b->used < rounded) b = block_new(a, rounded);
    void *p = b->bytes + b->used;
    b->used += rounded;
    a->used += n;
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (!p) return (struct str){NULL, 0};
    if (s.n) memcpy(p, s.p, s.n);
    return (struct str){p, s.n};
}

struct str arena_join(struct arena *a, const struct str *parts, size_t n)
{
    size_t size = 0, at = 0;
    for (size_t i = 0; i < n; i++) size += parts[i].n;
    char *p = arena_alloc(a, size + 1);
    if (!p) return (struct str){NULL, 0};
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n) memcpy(p + at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    return (struct str){p, size};
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    char text[PRINTF_MAX];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0) n = 0;
    size_t len = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    return arena_str(a, str_make(text, len));
}

void arena_wipe(struct arena *a)
{
    while (a->blocks && a->blocks->next) {
        struct arena_block *old = a->blocks;
        a->blocks = old->next;
        mem_wipe(old->bytes, old->used);
        mem_free(old);
    }
    if (a->blocks) {
        mem_wipe(a->blocks->bytes, a->blocks->used);
        a->blocks->used = 0;
    }
    a->used = 0;
    a->failed = false;
}

void arena_release(struct arena *a)
{
    arena_wipe(a);
    mem_free(a->blocks);
    a->blocks = NULL;
}
