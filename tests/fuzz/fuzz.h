// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share: libFuzzer's entry point and a check that stays when NDEBUG is set.
#pragma once

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A broken promise is a crash, which is how a fuzzer learns of it.
static inline void fuzz_promise(bool kept, const char *what, const char *file, int line)
{
    if (kept) return;
    fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, what);
    abort();
}

#define PROMISE(x) fuzz_promise((x), #x, __FILE__, __LINE__)

static inline struct str fuzz_input(const uint8_t *data, size_t size)
{
    return str_make((const char *)data, size);
}

// part lies in whole.
static inline bool fuzz_within(struct str part, struct str whole)
{
    return !part.p || (part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}
