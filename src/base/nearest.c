// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.h"

enum { NEAR = 2, NEAR_LONG = 3, LONG = 8 };

const char *names_at(struct names t, size_t i)
{
    return *(const char *const *)((const char *)t.first + i * t.size);
}

size_t names_find(struct names t, struct str name)
{
    size_t i = 0;
    while (i < t.n && !str_is(name, names_at(t, i))) i++;
    return i;
}

const char *names_nearest(struct names t, struct str name)
{
    const char *best = NULL;
    unsigned least = name.n > LONG ? NEAR_LONG + 1 : NEAR + 1;
    for (size_t i = 0; i < t.n; i++) {
        unsigned distance = str_distance(name, str_of(names_at(t, i)));
        if (distance >= least || distance >= name.n) continue;
        least = distance;
        best = names_at(t, i);
    }
    return best;
}
