// SPDX-License-Identifier: Apache-2.0
// What a server is started with. Precedence: flag, environment, file, default of the mode (operations.md 2).
#pragma once

#include "base/log.h"
#include "base/nearest.h"
#include "world/objects.h"
#include "world/options.h"

enum command_bit { CMD_DEV = 1 << 0, CMD_SERVE = 1 << 1 };

enum { ORIGINS_MAX = 128 };

// Where the configuration file gave a key.
struct origin {
    struct str key;
    unsigned line, column;
};

struct options {
    struct arena arena; // owns texts that do not stand in arguments, environment or file
    enum command_bit mode;
    struct str config, seed_file; // paths; empty: none
    struct str data;              // folder; empty: in memory
    struct str store_url;
    struct str listen, admin; // ADDR:PORT
    struct str base_path;     // "/w/x", or empty
    struct str public_url;    // origin without a slash at the end; empty: from the listener
    struct str api_prefixes;  // one a line, each "/.../"; the first is used for links
    struct str accept_risks;  // separated by spaces or commas
    bool admin_named;         // by a flag
    bool strict, seeded, auto_approve;
    bool deliver_anywhere; // events may go to http URLs and into private networks
    struct str approve_user, approve_team;
    uint64_t seed, loops, batch_max, connections; // 0: the default
    enum log_format log_format;
    enum log_level log_level;
    struct settings settings;
    struct origin origins[ORIGINS_MAX];
    size_t norigins;
};

struct option {
    const char *key;                                         // in file and environment; NULL: flag only
    const char *flag;                                        // NULL: none
    const char *argument;                                    // of the flag; NULL: a switch; in brackets: optional
    const char *(*set)(struct options *o, struct str value); // NULL: good, else what the value must be
    unsigned commands;                                       // enum command_bit: who takes the flag
    const char *text;
};

const struct option *options_rows(size_t *n);

// A key that is a setting of the contract's (world/settings.def).
struct setting_key {
    const char *key, *text;
};
const struct setting_key *setting_keys(size_t *n);
// NULL when there is none.
const struct option *option_by_flag(struct str flag, unsigned command);
const struct option *option_by_key(struct str key);

// Defaults of the mode, the contract's settings among them.
void options_init(struct options *o, enum command_bit mode, bool strict);
void options_release(struct options *o);

// What is wrong with an argument: for the three lines of an error.
struct usage_problem {
    char what[160], why[200], hint[160];
};

enum { GIVEN_MAX = 64 };

// The flags of a command line, still to be applied.
struct given {
    struct {
        const struct option *option;
        struct str value; // p NULL: none
    } flags[GIVEN_MAX];
    size_t n;
};

// Splits the arguments behind the command. E_INVALID with *problem: an unknown flag, a missing or superfluous value.
MUST_USE enum status given_parse(int argc, char **argv, enum command_bit command, struct given *out,
                                 struct usage_problem *problem);
// The value of a flag; p NULL when it was not given. A switch without value answers an empty text.
struct str given_value(const struct given *g, const char *flag);
MUST_USE enum status given_apply(const struct given *g, struct options *o, struct usage_problem *problem);

// config.c: applies a configuration file. E_INVALID with *problem.
MUST_USE enum status config_apply(struct str text, struct options *o, struct object_problem *problem);
// Applies what the environment says; problem->key is the variable's name. Unknown HALLPASS_ variables are ignored;
// those that are nearly a key are logged.
MUST_USE enum status environment_apply(char *const *variables, struct options *o, struct object_problem *problem);
// Adds to a problem with a key where the file gave that key, when it did.
void config_locate(const struct options *o, struct object_problem *problem);
// The rules between options (operations.md 1). E_INVALID with *problem.
MUST_USE enum status options_check(const struct options *o, struct object_problem *problem);
