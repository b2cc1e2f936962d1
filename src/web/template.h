// SPDX-License-Identifier: Apache-2.0
// What the C of templates/*.html is made of: values are written by their type, and there is no type that is written as
// it is. Text is escaped for HTML and for quoted attributes.
#pragma once

#include "codec/html.h"

static inline void put_str(struct buf *b, struct str s)
{
    html_escape(b, s);
}

static inline void put_z(struct buf *b, const char *z)
{
    html_escape(b, str_of(z));
}

static inline void put_unsigned(struct buf *b, uint64_t n)
{
    buf_u64(b, n);
}

static inline void put_int64(struct buf *b, int64_t n)
{
    buf_i64(b, n);
}

#define put(b, value)                                                                                                  \
    _Generic((value),                                                                                                  \
        struct str: put_str,                                                                                           \
        const char *: put_z,                                                                                           \
        char *: put_z,                                                                                                 \
        unsigned: put_unsigned,                                                                                        \
        unsigned long: put_unsigned,                                                                                              \
        unsigned long long: put_unsigned,                                                                                        \
        int64_t: put_int64)((b), (value))
