// SPDX-License-Identifier: Apache-2.0
#include "http/chunk.h"

#include "base/limits.h"

enum { SIZE_DIGITS = 15 }; // a size of so many digits cannot overflow; zeros in front count

void chunk_init(struct chunk *c)
{
    *c = (struct chunk){.state = CHUNK_SIZE};
    scan_init_trailer(&c->trailer);
}

static int hex_value(char c)
{
    if (ascii_digit(c)) return c - '0';
    char l = ascii_lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// A byte of the size, or the one that ends it.
static enum chunk_result size_byte(struct chunk *c, char b)
{
    int v = hex_value(b);
    if (v >= 0) {
        c->left = c->left * 16 + (uint64_t)v;
        return ++c->digits > SIZE_DIGITS ? CHUNK_BAD : CHUNK_MORE;
    }
    if (c->digits == 0 || (b != ';' && b != '\r')) return CHUNK_BAD;
    c->state = b == ';' ? CHUNK_EXT : CHUNK_SIZE_LF;
    return CHUNK_MORE;
}

static enum chunk_result ext_byte(struct chunk *c, char b)
{
    if (c->extra == LIMIT_HEAD) return CHUNK_EXTRA_LIMIT;
    c->extra++;
    if (b == '\r') c->state = CHUNK_SIZE_LF;
    bool control = (unsigned char)b < 0x20 || b == 0x7F;
    return control && b != '\t' && b != '\r' ? CHUNK_BAD : CHUNK_MORE;
}

static enum chunk_result size_end(struct chunk *c, char b, const struct buf *body)
{
    if (b != '\n') return CHUNK_BAD;
    if (c->left > body->cap - body->n) return CHUNK_BODY_LIMIT;
    c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER;
    return CHUNK_MORE;
}

static enum chunk_result data_end(struct chunk *c, char b)
{
    if (b != (c->state == CHUNK_DATA_CR ? '\r' : '\n')) return CHUNK_BAD;
    c->digits = 0;
    c->state = c->state == CHUNK_DATA_CR ? CHUNK_DATA_LF : CHUNK_SIZE;
    return CHUNK_MORE;
}

static size_t take_data(struct chunk *c, const char *p, size_t n, struct buf *body)
{
    size_t take = c->left < n ? (size_t)c->left : n;
    buf_bytes(body, p, take);
    c->left -= take;
    if (c->left == 0) c->state = CHUNK_DATA_CR;
    return take;
}

static enum chunk_result take_trailer(struct chunk *c, const char *p, size_t n, size_t *took)
{
    size_t room = LIMIT_HEAD - c->extra;
    if (room == 0) return CHUNK_EXTRA_LIMIT;
    enum scan_result r = scan_feed(&c->trailer, p, n < room ? n : room, took);
    if (r == SCAN_BAD) return CHUNK_BAD;
    c->extra += *took;
    return r == SCAN_END ? CHUNK_END : CHUNK_MORE;
}

enum chunk_result chunk_feed(struct chunk *c, const char *p, size_t n, struct buf *body, size_t *used)
{
    enum chunk_result r = CHUNK_MORE;
    size_t i = 0;
    while (i < n && r == CHUNK_MORE) {
        size_t took = 1;
        switch (c->state) {
        case CHUNK_SIZE: r = size_byte(c, p[i]); break;
        case CHUNK_EXT: r = ext_byte(c, p[i]); break;
        case CHUNK_SIZE_LF: r = size_end(c, p[i], body); break;
        case CHUNK_DATA: took = take_data(c, p + i, n - i, body); break;
        case CHUNK_DATA_CR:
        case CHUNK_DATA_LF: r = data_end(c, p[i]); break;
        case CHUNK_TRAILER: r = take_trailer(c, p + i, n - i, &took); break;
        }
        i += took;
    }
    *used = i;
    return r;
}
