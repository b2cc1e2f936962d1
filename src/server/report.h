// SPDX-License-Identifier: Apache-2.0
// Errors for the person at the terminal (experience.md 7).
#pragma once

#include "world/objects.h"

enum exit_status { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_CONFIG = 3, EXIT_STORAGE = 10 };

// error: / why: / try: on stderr; empty lines are left out. Answers `status`.
int report_error(enum exit_status status, const char *what, const char *why, const char *hint);
// "file:line:column: key: text; did you mean x?" on stderr. Answers EXIT_CONFIG.
int report_problem(const char *file, const struct object_problem *problem);
// Reads a whole file of at most LIMIT_SEED_FILE bytes into *out (born with that cap). false: *why tells.
MUST_USE bool read_file(const char *path, struct buf *out, char why[160]);
