// SPDX-License-Identifier: Apache-2.0
// The methods that exchange codes, and their answers: oauth.v2.access, oauth.v2.user.access, oauth.access.
#include "api/exchange.h"
#include "api/members.h"
#include "api/methods.h"
#include "oauth/scopes.h"

// oauth.v2.access.md 4: step 8.
struct op *oauth_start(struct api_call *c, enum wire_err *error)
{
    switch (call_grant(c)) {
    case GRANT_CODE: return exchange_start(c, error);
    case GRANT_REFRESH: return oauth_refresh_start(c, error);
    case GRANT_OTHER: break;
    }
    why_set(&c->why, c->req->arena, CAUSE_GRANT_TYPE, "grant_type \"%.*s\" is not served",
            STR_FMT(call_arg(c, "grant_type")));
    *error = grant_refusal(call_arg(c, "grant_type"), c->method->endpoint);
    return NULL;
}

static void put_authed_user(struct json *j, const struct exchange_job *job)
{
    const struct granted *g = &job->plan.user;
    json_open(j, "authed_user");
    json_str(j, "id", id_str(&job->view.code->user));
    if (g->access_token.n) {
        json_str(j, "scope", g->scope);
        json_str(j, "access_token", g->access_token);
        member_expiry(j, g);
        json_str(j, "token_type", STR("user"));
    }
    json_close(j);
}

static void put_webhook(const struct api_call *c, struct json *j)
{
    const struct exchange_job *job = c->job;
    const struct exchange_plan *p = &job->plan;
    if (!p->webhook) return;
    struct arena *arena = c->req->arena;
    struct str id = arena_printf(arena, "#%.*s", STR_FMT(job->view.channel->name));
    char b36[LOCATOR_B36_SIZE];
    locator_format_b36(p->webhook_row.id, b36);
    struct str home = member_place_url(c, job->view.workspace, job->view.enterprise);
    json_open(j, "incoming_webhook");
    json_str(j, "channel", id);
    json_str(j, "channel_id", id_str(&job->view.channel->id));
    json_str(j, "configuration_url", arena_printf(arena, "%.*sservices/B%.*s", STR_FMT(home), LOCATOR_B36_SIZE, b36));
    json_str(j, "url", arena_printf(arena, "%.*s%.*s", STR_FMT(c->world->public_url), STR_FMT(p->webhook_path)));
    json_close(j);
}

// oauth.v2.access.md 7, in the order of the seed's example.
void oauth_v2_access_reply(struct api_call *c, struct json *j)
{
    const struct exchange_job *job = c->job;
    if (c->refreshing) {
        oauth_refresh_reply(c, j);
        return;
    }
    const struct granted *bot = &job->plan.bot;
    if (bot->access_token.n) {
        json_str(j, "access_token", bot->access_token);
        json_str(j, "token_type", STR("bot"));
        json_str(j, "scope", bot->scope);
        json_str(j, "bot_user_id", id_str(&job->plan.bot_user));
    }
    json_str(j, "app_id", id_str(&c->app->id));
    member_expiry(j, bot);
    // Legacy sign-in tells the id of the workspace only (legacy.md 5).
    bool identity = str_starts(job->view.code->user_scopes, STR("identity."));
    member_places(j, job->view.workspace, job->view.enterprise, identity);
    put_authed_user(j, job);
    put_webhook(c, j);
    exchange_note(c);
}

// oauth.v2.access.md 10: the flat schema.
void oauth_v2_user_access_reply(struct api_call *c, struct json *j)
{
    const struct exchange_job *job = c->job;
    if (c->refreshing) {
        oauth_refresh_reply(c, j);
        return;
    }
    const struct granted *user = &job->plan.user;
    json_str(j, "app_id", id_str(&c->app->id));
    json_str(j, "user_id", id_str(&job->view.code->user));
    json_str(j, "scope", user->scope);
    json_str(j, "token_type", STR("user"));
    json_str(j, "access_token", user->access_token);
    member_expiry(j, user);
    member_places(j, job->view.workspace, job->view.enterprise, false);
    exchange_note(c);
}

// legacy.md 3: what the classic sign-in scopes tell of person and place.
static void put_identity(struct json *j, const struct exchange_job *job)
{
    const struct exchange_view *v = &job->view;
    struct str scopes = job->plan.user.scope;
    if (!scopes_has(scopes, STR("identity.basic"))) return;
    json_open(j, "user");
    json_str(j, "name", v->user->real_name);
    json_str(j, "id", id_str(&v->user->id));
    if (scopes_has(scopes, STR("identity.email"))) json_str(j, "email", v->user->email);
    json_close(j);
    json_open(j, "team");
    json_str(j, "id", id_str(&v->workspace->id));
    if (scopes_has(scopes, STR("identity.team"))) {
        json_str(j, "name", v->workspace->name);
        json_str(j, "domain", v->workspace->domain);
    }
    json_close(j);
}

void oauth_access_reply(struct api_call *c, struct json *j)
{
    const struct exchange_job *job = c->job;
    const struct exchange_view *v = &job->view;
    json_str(j, "access_token", job->plan.user.access_token);
    json_str(j, "scope", job->plan.user.scope);
    json_str(j, "user_id", id_str(&v->code->user));
    json_str(j, "team_id", id_str(&v->workspace->id));
    json_str_or_null(j, "enterprise_id", v->enterprise ? id_str(&v->enterprise->id) : (struct str){NULL, 0});
    json_str(j, "team_name", v->workspace->name);
    put_identity(j, job);
    put_webhook(c, j);
    if (job->plan.bot.access_token.n) {
        json_open(j, "bot");
        json_str(j, "bot_user_id", id_str(&job->plan.bot_user));
        json_str(j, "bot_access_token", job->plan.bot.access_token);
        json_close(j);
    }
    exchange_note(c);
}
