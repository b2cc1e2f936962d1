// SPDX-License-Identifier: Apache-2.0
// hallpass user list, hallpass app list: what is there, a line each.
#include "cli/command.h"

static int list(struct command_line *c, const char *objects, const struct column *columns, size_t ncolumns)
{
    json_t *answer;
    struct str path = arena_printf(&c->arena, "/admin/v1/%s", objects);
    int failed = admin_call(c, "GET", path, STR(""), &answer);
    if (failed) return failed;
    const json_t *rows = json_object_get(answer, objects);
    if (!c->json) output_table(rows, columns, ncolumns);
    for (size_t i = 0; c->json && i < json_array_size(rows); i++) output_json(json_array_get(rows, i));
    json_decref(answer);
    return EXIT_DONE;
}

int c_user_list(struct command_line *c)
{
    static const struct column columns[] = {{"ID", "id"},     {"NAME", "name"},           {"REAL NAME", "real_name"},
                                            {"ROLE", "role"}, {"WORKSPACE", "workspace"}, {"E-MAIL", "email"}};
    return list(c, "users", columns, ARRAY_LEN(columns));
}

int c_app_list(struct command_line *c)
{
    static const struct column columns[] = {{"ID", "id"},
                                            {"NAME", "manifest.display_information.name"},
                                            {"CLIENT ID", "client_id"},
                                            {"WORKSPACE", "workspace"}};
    return list(c, "apps", columns, ARRAY_LEN(columns));
}
