// SPDX-License-Identifier: Apache-2.0
// Commands that talk to a running server: hallpass NOUN VERB [ID] (experience.md 7). A running server is the one owner
// of its store, so all of them go through its admin API.
#pragma once

#include "base/str.h"

// Runs the command that the words name; words[0] is the noun. admin: the address of the admin listener where no flag
// names it, from the environment; NULL: the default. Answers the exit status.
int cli_run(const char *admin, int nwords, char **words);
// Explains the command, or all that begin with these words. Answers the exit status.
int cli_help(int nwords, char **words);
