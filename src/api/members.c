// SPDX-License-Identifier: Apache-2.0
#include "api/members.h"

#include "oauth/identity.h"

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

void member_owners(struct json *j, const struct workspace *team, const struct enterprise *enterprise, bool bare)
{
    if (team)
        member_named(j, "team", bare ? (struct str){NULL, 0} : team->name, &team->id);
    else
        json_nil(j, "team");
    if (enterprise)
        member_named(j, "enterprise", enterprise->name, &enterprise->id);
    else
        json_nil(j, "enterprise");
}

void member_places(struct json *j, const struct workspace *team, const struct enterprise *enterprise, bool bare)
{
    member_owners(j, team, enterprise, bare);
    json_bool(j, "is_enterprise_install", !team);
}

struct str member_place_url(const struct api_call *c, const struct workspace *team, const struct enterprise *org)
{
    struct arena *arena = c->req->arena;
    struct str domain = team ? team->domain : arena_printf(arena, "%.*s.enterprise", STR_FMT(org->domain));
    return world_workspace_url(c->world, domain, arena);
}

static void put_images(const struct api_call *c, struct json *j, const struct id *of, const unsigned *sizes, size_t n)
{
    const struct identity who = {.public_url = c->world->public_url};
    for (size_t i = 0; i < n; i++) {
        char key[sizeof "image_4294967295"];
        snprintf(key, sizeof key, "image_%u", sizes[i]);
        json_str(j, key, identity_image(&who, of, sizes[i], c->req->arena));
    }
}

void member_user_images(const struct api_call *c, struct json *j, const struct id *user)
{
    static const unsigned sizes[] = {24, 32, 48, 72, 192, 512};
    put_images(c, j, user, sizes, ARRAY_LEN(sizes));
}

void member_team_images(const struct api_call *c, struct json *j, const struct id *team)
{
    static const unsigned sizes[] = {34, 44, 68, 88, 102, 132, 230};
    put_images(c, j, team, sizes, ARRAY_LEN(sizes));
    json_bool(j, "image_default", true);
}
