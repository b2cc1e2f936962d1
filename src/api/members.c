// SPDX-License-Identifier: Apache-2.0
#include "api/members.h"

void member_named(struct json *j, const char *key, struct str name, const struct id *id)
{
    json_open(j, key);
    if (name.p) json_str(j, "name", name);
    json_str(j, "id", id_str(id));
    json_close(j);
}

void member_expiry(struct json *j, const struct granted *g)
{
    if (!g->refresh_token.n) return;
    json_int(j, "expires_in", g->expires_in);
    json_str(j, "refresh_token", g->refresh_token);
}

void member_places(struct json *j, const struct workspace *team, const struct enterprise *enterprise, bool bare)
{
    if (team)
        member_named(j, "team", bare ? (struct str){NULL, 0} : team->name, &team->id);
    else
        json_nil(j, "team");
    if (enterprise)
        member_named(j, "enterprise", enterprise->name, &enterprise->id);
    else
        json_nil(j, "enterprise");
    json_bool(j, "is_enterprise_install", !team);
}
