// SPDX-License-Identifier: Apache-2.0
#include "base/str.h"

bool str_ieq(struct str a, struct str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i])) return false;
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_upto(s, prefix.n), prefix);
}

bool str_istarts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_ieq(str_upto(s, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_from(s, s.n - suffix.n), suffix);
}

struct str str_from(struct str s, size_t from)
{
    if (from >= s.n) return (struct str){s.p ? s.p + s.n : NULL, 0};
    return (struct str){s.p + from, s.n - from};
}

struct str str_upto(struct str s, size_t n)
{
    return (struct str){s.p, n < s.n ? n : s.n};
}

size_t str_find(struct str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : s.n;
}

size_t str_find_str(struct str s, struct str needle)
{
    if (needle.n == 0) return 0;
    const char *hit = s.n ? memmem(s.p, s.n, needle.p, needle.n) : NULL;
    return hit ? (size_t)(hit - s.p) : s.n;
}

struct str str_cut(struct str *rest, char sep)
{
    size_t at = str_find(*rest, sep);
    struct str head = str_upto(*rest, at);
    *rest = at < rest->n ? (struct str){rest->p + at + 1, rest->n - at - 1} : (struct str){NULL, 0};
    return head;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n && is_blank(s.p[0])) s = str_from(s, 1);
    while (s.n && is_blank(s.p[s.n - 1])) s.n--;
    return s;
}

bool str_all_in(struct str s, const char *set)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\0' || !strchr(set, s.p[i])) return false;
    return true;
}

bool str_u64(struct str s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;
    if (s.n == 0) return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i])) return false;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (v > (UINT64_MAX - digit) / 10) return false;
        v = v * 10 + digit;
    }
    if (v > max) return false;
    *out = v;
    return true;
}

enum { DISTANCE_MAX = 64 };

unsigned str_distance(struct str a, struct str b)
{
    unsigned row[DISTANCE_MAX + 1];
    if (a.n > DISTANCE_MAX || b.n > DISTANCE_MAX) return DISTANCE_MAX + 1;
    for (unsigned j = 0; j <= b.n; j++) row[j] = j;
    for (unsigned i = 1; i <= a.n; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= b.n; j++) {
            unsigned replace = diagonal + (a.p[i - 1] != b.p[j - 1]);
            unsigned step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replace < step ? replace : step;
        }
    }
    return row[b.n];
}

bool str_copy(char *dst, size_t size, struct str s)
{
    if (size == 0) return false;
    dst[0] = '\0';
    if (s.n >= size) return false;
    if (s.n) memcpy(dst, s.p, s.n);
    dst[s.n] = '\0';
    return true;
}
