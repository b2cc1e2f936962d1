// SPDX-License-Identifier: Apache-2.0
// Errors for the person at the terminal, and what the process ends with (experience.md 7).
#pragma once

#include "base/base.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_CONFIG = 3,
    EXIT_UNREACHABLE = 4, // no server answers
    EXIT_REFUSED = 5,     // the server does not do it
    EXIT_NOT_FOUND = 6,
    EXIT_STORAGE = 10,
};

// error: / why: / try: on stderr; empty lines are left out. Answers `status`.
int report_error(enum exit_status status, const char *what, const char *why, const char *hint);
// One line on stderr. What people or files wrote may hold anything; a terminal gets it without controls. Nothing when
// the text is NULL or empty.
void report_line(const char *label, const char *text);
