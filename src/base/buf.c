// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"

#include <stdarg.h>

#include "base/mem.h"

enum { FIRST_SIZE = 256, PRINTF_MAX = 4096 };

void buf_init(struct buf *b, size_t cap)
{
    *b = (struct buf){.cap = cap};
}

void buf_release(struct buf *b)
{
    mem_free(b->p);
    buf_init(b, b->cap);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->failed = false;
}

void buf_wipe(struct buf *b)
{
    mem_wipe(b->p, b->n);
    buf_clear(b);
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->failed || n > b->cap - b->n) {
        b->failed = true;
        return NULL;
    }
    if (b->n + n > b->size) {
        size_t size = b->size ? b->size : FIRST_SIZE;
        while (size < b->n + n) size *= 2;
        if (size > b->cap) size = b->cap;
        b->p = mem_realloc(b->p, size);
        b->size = size;
    }
    return b->p + b->n;
}

void buf_bytes_slow(struct buf *b, const void *p, size_t n)
{
    char *to = buf_reserve(b, n);
    if (!to) return;
    memcpy(to, p, n);
    b->n += n;
}

void buf_u64(struct buf *b, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    buf_bytes(b, digits + at, sizeof digits - at);
}

void buf_i64(struct buf *b, int64_t v)
{
    if (v < 0) buf_char(b, '-');
    buf_u64(b, v < 0 ? ~(uint64_t)v + 1 : (uint64_t)v);
}

void buf_hex(struct buf *b, const uint8_t *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char *to = buf_reserve(b, 2 * n);
    if (!to) return;
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[p[i] >> 4];
        to[2 * i + 1] = digits[p[i] & 15];
    }
    b->n += 2 * n;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char text[PRINTF_MAX];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text) {
        b->failed = true;
        return;
    }
    buf_bytes(b, text, (size_t)n);
}
