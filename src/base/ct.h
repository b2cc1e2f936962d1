// SPDX-License-Identifier: Apache-2.0
// Comparing secrets: the time taken depends on the length alone (security.md S4).
#pragma once

#include "base/base.h"

bool ct_equal(const void *a, const void *b, size_t n);
