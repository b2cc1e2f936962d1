// SPDX-License-Identifier: Apache-2.0
// Borrowed views of bytes. A struct str never owns, may hold NUL bytes, is never freed; p may be NULL when n is 0.
#pragma once

#include "base/base.h"

struct str {
    const char *p;
    size_t n;
};

// A view of a string literal, in code and in static tables.
#define STR(lit) ((struct str){(lit), sizeof(lit) - 1})
#define STR_INIT(lit)                                                                                                  \
    {                                                                                                                  \
        (lit), sizeof(lit) - 1                                                                                         \
    }
// printf("%.*s", STR_FMT(s)); the string is cut at INT_MAX, which no limit of ours reaches.
#define STR_FMT(s) (int)(s).n, (s).p ? (s).p : ""

static inline struct str str_of(const char *z)
{
    return z ? (struct str){z, strlen(z)} : (struct str){NULL, 0};
}

static inline struct str str_make(const char *p, size_t n)
{
    return (struct str){p, n};
}

static inline bool str_empty(struct str s)
{
    return s.n == 0;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

// The same as str_eq(s, str_of(z)), but looks at no more of z than it must: for look-ups in tables.
static inline bool str_is(struct str s, const char *z)
{
    for (size_t i = 0; i < s.n; i++)
        if (z[i] == '\0' || z[i] != s.p[i]) return false;
    return z[s.n] == '\0';
}

// ASCII letters compare without case; no locale is asked.
bool str_ieq(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_istarts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
// The bytes from `from` on; empty when `from` is past the end.
struct str str_from(struct str s, size_t from);
// At most the first n bytes.
struct str str_upto(struct str s, size_t n);
// Position of the first c, or s.n when there is none.
size_t str_find(struct str s, char c);
// Position of the first occurrence of needle, or s.n when there is none.
size_t str_find_str(struct str s, struct str needle);
// Cuts *rest at the first sep: answers the part before it, leaves the part behind it in *rest. With no sep: all of it,
// and *rest becomes {NULL, 0}. Loop with `while (rest.p)`.
struct str str_cut(struct str *rest, char sep);
// Without spaces, tabs, CR and LF at both ends.
struct str str_trim(struct str s);
// Every byte is one of `set` (a zero-terminated list of bytes).
bool str_all_in(struct str s, const char *set);
// Decimal digits only, no sign; false when empty, not digits or above max. *out is written on success only.
MUST_USE bool str_u64(struct str s, uint64_t max, uint64_t *out);
// Edit distance (insert, delete, replace), for did-you-mean; strings longer than 64 bytes answer 65.
unsigned str_distance(struct str a, struct str b);
// Copies s and a NUL into dst; false, and an empty dst, when it does not fit in size bytes.
MUST_USE bool str_copy(char *dst, size_t size, struct str s);

static inline char ascii_lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c + ('a' - 'A')) : c;
}

static inline bool ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_alnum(char c)
{
    return ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
