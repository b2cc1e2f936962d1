// SPDX-License-Identifier: Apache-2.0
// Decodes the chunked transfer coding (RFC 9112 7.1), strictly: CRLF only, hexadecimal digits only, no blanks.
// Extensions and trailer fields are read past and dropped.
#pragma once

#include "base/buf.h"
#include "http/scan.h"

enum chunk_state {
    CHUNK_SIZE,
    CHUNK_EXT,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
    CHUNK_TRAILER,
};
enum chunk_result { CHUNK_MORE, CHUNK_END, CHUNK_BAD, CHUNK_BODY_LIMIT, CHUNK_EXTRA_LIMIT };

struct chunk {
    enum chunk_state state;
    uint64_t left;   // bytes of this chunk still to come
    unsigned digits; // of the size
    size_t extra;    // bytes of extensions and trailers so far
    struct scan trailer;
};

void chunk_init(struct chunk *c);
// Takes the next n bytes, appends the data in them to *body. *used is how many were taken: less than n only after the
// last chunk. CHUNK_BODY_LIMIT: the data would pass body->cap, told before it is read. CHUNK_EXTRA_LIMIT: extensions
// and trailers of this body passed LIMIT_HEAD.
enum chunk_result chunk_feed(struct chunk *c, const char *p, size_t n, struct buf *body, size_t *used);
