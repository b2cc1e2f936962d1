// SPDX-License-Identifier: Apache-2.0
// A growable buffer that is born with a maximum. Appending past it sets `failed`, which sticks: write everything, look
// once at the end. The buffer owns its bytes.
#pragma once

#include "base/str.h"

struct buf {
    char *p;
    size_t n;    // bytes in use
    size_t size; // bytes allocated
    size_t cap;  // most bytes it may hold
    bool failed; // something did not fit; what is there is incomplete
};

// An empty buffer; allocates nothing.
void buf_init(struct buf *b, size_t cap);
// Frees the bytes and leaves an empty buffer with the same cap.
void buf_release(struct buf *b);
// Forgets the content and the failure, keeps the memory.
void buf_clear(struct buf *b);
// The same, but overwrites the content first.
void buf_wipe(struct buf *b);

// The part of buf_bytes() that has to grow or fail.
void buf_bytes_slow(struct buf *b, const void *p, size_t n);

static inline void buf_bytes(struct buf *b, const void *p, size_t n)
{
    if (n == 0) return;
    if (b->failed || n > b->size - b->n) {
        buf_bytes_slow(b, p, n);
        return;
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

static inline void buf_char(struct buf *b, char c)
{
    buf_bytes(b, &c, 1);
}

static inline void buf_str(struct buf *b, struct str s)
{
    buf_bytes(b, s.p, s.n);
}

static inline void buf_z(struct buf *b, const char *z)
{
    buf_bytes(b, z, strlen(z));
}

void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_hex(struct buf *b, const uint8_t *p, size_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
// Room for n more bytes, to be filled by the caller who then adds to b->n. NULL (and failed) when it cannot be.
char *buf_reserve(struct buf *b, size_t n);

static inline struct str buf_view(const struct buf *b)
{
    return (struct str){b->p, b->n};
}
