// SPDX-License-Identifier: Apache-2.0
// The subcommands: a row each (experience.md 7). Help is printed from the rows.
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "server/options.h"

struct command {
    const char *name;
    const char *arguments;
    const char *summary;
    const char *examples;
    unsigned options; // enum command_bit: whose flags it takes; 0: none
    // Arguments behind the command's name; answers the exit status.
    int (*run)(const struct command *c, int argc, char **argv);
};

const struct command *command_find(struct str name);
void command_help(const struct command *c, FILE *to);
// Runs the command that argv names. Answers the exit status.
int commands_run(int argc, char **argv);

// c_serve.c
int c_serve(const struct command *c, int argc, char **argv);
// c_check.c
int c_check(const struct command *c, int argc, char **argv);
