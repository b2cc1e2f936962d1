// SPDX-License-Identifier: Apache-2.0
// The words every other file is written in: attributes, TRY, and what is banned.
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/banned.h"

// The result must be looked at: a dropped error is a bug (ARCHITECTURE.md, "Errors").
#define MUST_USE               __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

// Leaves the function with the first failure. For functions that own nothing; a function that owns
// something has one `goto out` instead, never both.
#define TRY(x)                                                                                                         \
    do {                                                                                                               \
        __typeof__(x) try_r_ = (x);                                                                                    \
        if (try_r_) return try_r_;                                                                                     \
    } while (0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
