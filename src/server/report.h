// SPDX-License-Identifier: Apache-2.0
// What is wrong with files, for the person at the terminal.
#pragma once

#include "cli/report.h"
#include "world/objects.h"

// "file:line:column: key: text; did you mean x?" on stderr. Answers EXIT_CONFIG.
int report_problem(const char *file, const struct object_problem *problem);
// Reads a whole file of at most LIMIT_SEED_FILE bytes into *out (born with that cap). false: *why tells.
MUST_USE bool read_file(const char *path, struct buf *out, char why[160]);
