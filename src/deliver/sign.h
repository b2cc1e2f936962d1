// SPDX-License-Identifier: Apache-2.0
// The headers that tell an app who is calling and how often already (contract other-methods.md 11). Pure.
#pragma once

#include "base/buf.h"

// What an attempt says of itself.
struct call_marks {
    int64_t timestamp;  // seconds, real time: receivers compare it with their clock
    unsigned retry;     // 0 the first attempt
    const char *reason; // why the last one failed; of retries only
};

// Appends "Name: value\r\n" lines: content type, time stamp, signature, and of a retry its number and reason.
void sign_headers(struct str secret, const struct call_marks *marks, struct str body, struct buf *head);
