// SPDX-License-Identifier: Apache-2.0
// Did-you-mean for names in tables: commands, flags, keys, words.
#pragma once

#include "base/str.h"

// A table whose entries start with a `const char *` that names them.
struct names {
    const void *first;
    size_t n, size; // entries, bytes of one
};

#define NAMES(array) ((struct names){(array), ARRAY_LEN(array), sizeof((array)[0])})

const char *names_at(struct names t, size_t i);
// Index of the entry with that name, t.n when there is none.
size_t names_find(struct names t, struct str name);
// The entry nearest to a misspelt name: at most 2 edits away, 3 for names of more than 8 bytes, and never by replacing
// the whole of it. NULL when none is near. Static as the table is.
const char *names_nearest(struct names t, struct str name);
