// SPDX-License-Identifier: Apache-2.0
// HMAC-SHA-256 (RFC 2104, RFC 4231): what outgoing requests are signed with. Any thread.
#pragma once

#include "crypto/digest.h"

// A key of any length, also an empty one. Never fails: a crypto library without HMAC ends the process.
void hmac_sha256(struct str key, struct str text, uint8_t out[SHA256_SIZE]);
