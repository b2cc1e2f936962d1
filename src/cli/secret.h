// SPDX-License-Identifier: Apache-2.0
// A password from whoever runs the command: never from an argument, which every other process can read.
#pragma once

#include "base/limits.h"
#include "base/str.h"

struct secret {
    size_t n;
    char bytes[LIMIT_PASSWORD + 1]; // one more, to see that it is too long
};

// From a terminal: asks twice on standard error with the echo off, which is put back also when a signal ends or stops
// the process. Else: one line of standard input. NULL, or why there is none; *out is wiped then. The main thread, and
// no other.
const char *secret_read(const char *prompt, struct secret *out);
void secret_wipe(struct secret *s);
