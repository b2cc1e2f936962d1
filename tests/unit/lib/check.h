// SPDX-License-Identifier: Apache-2.0
// cmocka with what it needs before it, and the one comparison it lacks: texts that are views.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static inline void check_str_at(struct str got, struct str wanted, const char *file, int line)
{
    if (str_eq(got, wanted)) return;
    print_error("got \"%.*s\", wanted \"%.*s\"\n", STR_FMT(got), STR_FMT(wanted));
    _fail(file, line);
}

// Fails the test unless two views hold the same bytes.
#define check_str(got, wanted) check_str_at((got), (wanted), __FILE__, __LINE__)
