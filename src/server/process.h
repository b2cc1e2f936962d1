// SPDX-License-Identifier: Apache-2.0
// What the process asks of the kernel: signals, descriptors, no core files.
#pragma once

#include <stdbool.h>

// Before there are threads: ignores SIGPIPE and SIGXFSZ, blocks the signals that process_wait takes, raises the number
// of descriptors to the hard limit, keeps memory out of core files and away from other processes (security.md S53).
void process_init(void);
// Waits for SIGTERM, SIGINT or SIGHUP and answers which came.
int process_wait(void);
// Runs fn(ctx) on a thread of its own. true: it has ended. false: SIGTERM or SIGINT came first; fn is still running and
// the process has to exit without returning to it.
bool process_attend(void (*fn)(void *ctx), void *ctx);
