// SPDX-License-Identifier: Apache-2.0
#include "base/ct.h"

bool ct_equal(const void *a, const void *b, size_t n)
{
    const volatile uint8_t *x = a, *y = b;
    uint8_t differs = 0;
    for (size_t i = 0; i < n; i++) differs |= (uint8_t)(x[i] ^ y[i]);
    return differs == 0;
}
