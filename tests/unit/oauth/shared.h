// SPDX-License-Identifier: Apache-2.0
// The contract's tables, where they are at hand: in $HALLPASS_SHARED, else beside the checkout
// ($HALLPASS_ROOT/../shared).
#pragma once

#include "base/base.h"

// Opens contract/NAME for reading, NULL when it is not there: the test is to be skipped.
static inline FILE *shared_open(const char *name)
{
    char path[4096];
    const char *shared = getenv("HALLPASS_SHARED"), *root = getenv("HALLPASS_ROOT");
    if (!shared && !root) return NULL;
    if (shared)
        snprintf(path, sizeof path, "%s/contract/%s", shared, name);
    else
        snprintf(path, sizeof path, "%s/../shared/contract/%s", root, name);
    return fopen(path, "r");
}
