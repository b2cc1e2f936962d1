// SPDX-License-Identifier: Apache-2.0
#include "oauth/identity.h"

#include "oauth/scopes.h"

// openid.md 3: this prefix is built into the types of the SDKs, whoever the issuer is.
#define CLAIM(name) "https:\\/\\/slack.com\\/" name

// 2026-01-01T00:00:00Z. The store knows that an address is verified, not since when; the contract's example has this.
static const int64_t verified_since = 1767225600;

enum { PICTURE_SIZE = 512 };

struct image {
    const char *claim;
    unsigned size;
};

static const struct image user_images[] = {
    {CLAIM("user_image_24"), 24}, {CLAIM("user_image_32"), 32},   {CLAIM("user_image_48"), 48},
    {CLAIM("user_image_72"), 72}, {CLAIM("user_image_192"), 192}, {CLAIM("user_image_512"), 512},
};

static const struct image team_images[] = {
    {CLAIM("team_image_34"), 34},   {CLAIM("team_image_44"), 44},   {CLAIM("team_image_68"), 68},
    {CLAIM("team_image_88"), 88},   {CLAIM("team_image_102"), 102}, {CLAIM("team_image_132"), 132},
    {CLAIM("team_image_230"), 230},
};

struct claims {
    const struct identity *who;
    struct json *json;
    struct arena *arena;
};

// An org-wide grant was made in no workspace: that of the person stands for it.
static const struct id *team_of(const struct identity *who)
{
    return who->workspace ? &who->workspace->id : &who->user->workspace;
}

struct str identity_image(const struct identity *who, const struct id *of, unsigned size, struct arena *arena)
{
    return arena_printf(arena, "%.*s/avatars/%s-%u.svg", STR_FMT(who->public_url), of->s, size);
}

static void put_images(const struct claims *c, const struct id *of, const struct image *images, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_str(c->json, images[i].claim, identity_image(c->who, of, images[i].size, c->arena));
}

static void put_user_id(const struct claims *c)
{
    json_str(c->json, CLAIM("user_id"), id_str(&c->who->user->id));
}

static void put_team_id(const struct claims *c)
{
    json_str(c->json, CLAIM("team_id"), id_str(team_of(c->who)));
}

static void put_email(const struct claims *c)
{
    const struct user *u = c->who->user;
    if (str_empty(u->email)) return;
    json_str(c->json, "email", u->email);
    json_bool(c->json, "email_verified", u->email_verified);
    if (u->email_verified) json_int(c->json, "date_email_verified", verified_since);
}

static void put_locale(const struct claims *c)
{
    json_str(c->json, "locale", STR("en-US"));
}

// The last word of a name is the family's; a single word is the given name (names may be empty: openid.md 3).
static void put_names(const struct claims *c)
{
    const struct user *u = c->who->user;
    struct str name = str_trim(str_empty(u->real_name) ? u->name : u->real_name);
    size_t given = name.n;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == ' ') given = i;
    json_str(c->json, "name", name);
    json_str(c->json, "picture", identity_image(c->who, &u->id, PICTURE_SIZE, c->arena));
    json_str(c->json, "given_name", str_trim(str_upto(name, given)));
    json_str(c->json, "family_name", str_trim(str_from(name, given)));
}

static void put_user_images(const struct claims *c)
{
    put_images(c, &c->who->user->id, user_images, ARRAY_LEN(user_images));
}

static void put_team_names(const struct claims *c)
{
    const struct workspace *w = c->who->workspace;
    if (!w) return;
    json_str(c->json, CLAIM("team_name"), w->name);
    json_str(c->json, CLAIM("team_domain"), w->domain);
}

// Nobody uploads an image here, so it is the default one.
static void put_team_images(const struct claims *c)
{
    put_images(c, team_of(c->who), team_images, ARRAY_LEN(team_images));
    json_bool(c->json, CLAIM("team_image_default"), true);
}

static void put_enterprise_id(const struct claims *c)
{
    if (c->who->enterprise) json_str(c->json, CLAIM("enterprise_id"), id_str(&c->who->enterprise->id));
}

static void put_enterprise_names(const struct claims *c)
{
    const struct enterprise *e = c->who->enterprise;
    if (!e) return;
    json_str(c->json, CLAIM("enterprise_name"), e->name);
    json_str(c->json, CLAIM("enterprise_domain"), e->domain);
}

// A group of claims and the scope that it needs besides openid; NULL: none.
struct group {
    const char *scope;
    void (*put)(const struct claims *c);
};

// openid.md 3: as seen on the wire.
static const struct group token_groups[] = {
    {NULL, put_team_id},       {NULL, put_user_id},          {"email", put_email},        {"profile", put_locale},
    {"profile", put_names},    {"profile", put_user_images}, {"profile", put_team_names}, {"profile", put_team_images},
    {NULL, put_enterprise_id}, {NULL, put_enterprise_names},
};

// openid.md 4: as in the recorded answer.
static const struct group user_info_groups[] = {
    {NULL, put_user_id},          {NULL, put_team_id},          {NULL, put_enterprise_id},
    {"email", put_email},         {"profile", put_names},       {"profile", put_locale},
    {"profile", put_team_names},  {NULL, put_enterprise_names}, {"profile", put_user_images},
    {"profile", put_team_images},
};

static void put_groups(const struct claims *c, const struct group *groups, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!groups[i].scope || scopes_has(c->who->scopes, str_of(groups[i].scope))) groups[i].put(c);
}

void identity_token_claims(const struct identity *who, struct json *j, struct arena *arena)
{
    put_groups(&(struct claims){who, j, arena}, token_groups, ARRAY_LEN(token_groups));
}

void identity_user_info(const struct identity *who, struct json *j, struct arena *arena)
{
    json_str(j, "sub", id_str(&who->user->id));
    put_groups(&(struct claims){who, j, arena}, user_info_groups, ARRAY_LEN(user_info_groups));
}
