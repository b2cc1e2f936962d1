// SPDX-License-Identifier: Apache-2.0
// auth.test (contract other-methods.md 1): every SDK calls it right after an install.
#include "api/members.h"
#include "api/methods.h"

void auth_test_reply(struct api_call *c, struct json *j)
{
    const struct token_view *v = &c->token_view;
    const struct token *t = v->token;
    bool bot = t->kind == TOKEN_BOT;
    struct id bot_user = bot_user_id(&t->app, &t->owner), bot_own = bot_id(&t->app, &t->owner);
    json_str(j, "url", member_place_url(c, v->workspace, v->enterprise));
    json_str(j, "team", v->workspace ? v->workspace->name : v->enterprise->name);
    json_str(j, "user", bot ? v->app->bot_name : v->user->name);
    json_str(j, "team_id", id_str(&t->owner));
    json_str(j, "user_id", bot ? id_str(&bot_user) : id_str(&t->user));
    if (bot) json_str(j, "bot_id", id_str(&bot_own));
    if (v->enterprise) json_str(j, "enterprise_id", id_str(&v->enterprise->id));
    json_bool(j, "is_enterprise_install", !v->workspace);
    if (t->expires) json_int(j, "expires_in", (t->expires - c->req->now) / 1000);
}
