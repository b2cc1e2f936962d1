// SPDX-License-Identifier: Apache-2.0
// One command on its way: its row, its arguments and flags, and how it talks to the server. Internal to cli/.
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/report.h"

enum { COMMAND_WORDS = 3, COMMAND_ARGUMENTS = 2 };

struct command_line;

struct command_row {
    const char *words[COMMAND_WORDS]; // noun and verb; NULL: no more
    const char *arguments;            // "APP URL": all of them must be there
    const char *summary;
    const char *examples; // a line each
    // Answers the exit status; what is wrong has been reported then.
    int (*run)(struct command_line *c);
};

struct command_line {
    const struct command_row *row;
    struct str arguments[COMMAND_ARGUMENTS]; // as many as the row names
    struct str admin;                        // ADDR:PORT
    bool json;                               // --output json
    bool quiet;                              // --quiet: no sentence about what was done
    struct arena arena;                      // until the command has ended
};

// admin.c
// "/admin/v1/users/U04R7GH2S1M/password" of "users", an id as it was typed, and "/password"; in the arena.
struct str admin_path(struct command_line *c, const char *objects, struct str id, const char *rest);
// A call of the admin API. EXIT_DONE: *out is the answer, to be given back with json_decref(), NULL when it has no
// body; out may be NULL. Else what went wrong has been reported.
MUST_USE int admin_call(struct command_line *c, const char *verb, struct str path, struct str body, json_t **out);
// The text of a member by its path, "manifest.display_information.name"; "" when it is absent or no text.
const char *member_text(const json_t *object, const char *path);

// output.c
struct column {
    const char *title, *member; // member: a path for member_text()
};
// One line a row, columns aligned; controls in what people wrote are shown as '?'.
void output_table(const json_t *rows, const struct column *columns, size_t ncolumns);
// A value as one line of JSON.
void output_json(const json_t *value);
// A sentence about what was done; nothing under --quiet.
void output_done(const struct command_line *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
// A text on a line of its own.
void output_line(const char *text);

// c_list.c
int c_user_list(struct command_line *c);
int c_app_list(struct command_line *c);
// c_user_password.c
int c_user_password_set(struct command_line *c);
int c_user_password_clear(struct command_line *c);
// c_app_redirect.c
int c_app_redirect_list(struct command_line *c);
int c_app_redirect_add(struct command_line *c);
int c_app_redirect_remove(struct command_line *c);
