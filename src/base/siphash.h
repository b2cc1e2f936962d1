// SPDX-License-Identifier: Apache-2.0
// SipHash-2-4: a keyed hash for tables whose keys come from outside, so that nobody can aim at one bucket
// (security.md S40). Pure.
#pragma once

#include "base/str.h"

struct sip_key {
    uint64_t k0, k1;
};

uint64_t siphash(const struct sip_key *key, struct str s);
