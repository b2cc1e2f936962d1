// SPDX-License-Identifier: Apache-2.0
// users.identity (contract other-methods.md 6): whom a token of the old Sign in with Slack belongs to.
#include "api/members.h"
#include "api/methods.h"
#include "oauth/scopes.h"

enum wire_err users_identity_check(struct api_call *c)
{
    const struct user *user = c->token_view.user;
    if (!scopes_has(c->scopes, STR("identity.email")) || user->email_verified) return W_OK;
    why_set(&c->why, c->req->arena, CAUSE_EMAIL_UNVERIFIED, "the address of user %s is not verified", user->id.s);
    return W_EMAIL_NOT_VERIFIED;
}

static void put_user(struct api_call *c, struct json *j)
{
    const struct user *user = c->token_view.user;
    json_open(j, "user");
    json_str(j, "name", user->real_name);
    json_str(j, "id", id_str(&user->id));
    if (scopes_has(c->scopes, STR("identity.email"))) json_str(j, "email", user->email);
    if (scopes_has(c->scopes, STR("identity.avatar"))) member_user_images(c, j, &user->id);
    json_close(j);
}

void users_identity_reply(struct api_call *c, struct json *j)
{
    const struct token_view *v = &c->token_view;
    const struct id *owner = &v->token->owner;
    put_user(c, j);
    json_open(j, "team");
    json_str(j, "id", id_str(owner));
    if (scopes_has(c->scopes, STR("identity.team"))) {
        json_str(j, "name", v->workspace ? v->workspace->name : v->enterprise->name);
        json_str(j, "domain", v->workspace ? v->workspace->domain : v->enterprise->domain);
        member_team_images(c, j, owner);
    }
    json_close(j);
}
