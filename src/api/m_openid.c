// SPDX-License-Identifier: Apache-2.0
// Sign in with Slack: openid.connect.token and openid.connect.userInfo (contract openid.md).
#include "api/exchange.h"
#include "api/methods.h"
#include "oauth/idtoken.h"
#include "world/keys.h"

bool step_key_wait(struct api_call *c, void (*resume)(struct http_request *req))
{
    return c->method->flags & M_SIGNS && keys_wait(c->world->keys, c->req, resume);
}

enum wire_err step_key(struct api_call *c)
{
    if (!(c->method->flags & M_SIGNS)) return W_OK;
    c->key = keys_take(c->world->keys);
    if (c->key) return W_OK;
    why_set(&c->why, c->req->arena, CAUSE_STORE, "no key for id tokens could be stored");
    return W_FATAL_ERROR;
}

// openid.md 2. A refresh tells no nonce (OpenID Connect Core 12.2) and, as the time of the sign-in, the oldest that it
// can have been.
static void describe(const struct api_call *c, struct idtoken *t)
{
    t->issuer = c->world->public_url;
    t->client_id = c->app->client_id;
    t->kid = key_id(c->key);
    t->now = c->req->now;
    t->who.public_url = c->world->public_url;
    if (c->refreshing) {
        const struct refresh_job *job = c->job;
        t->who.user = job->view.user;
        t->who.workspace = job->view.workspace;
        t->who.enterprise = job->view.enterprise;
        t->who.scopes = job->plan.granted.scope;
        t->auth_time = job->view.install->created;
    } else {
        const struct exchange_job *job = c->job;
        t->who.user = job->view.user;
        t->who.workspace = job->view.workspace;
        t->who.enterprise = job->view.enterprise;
        t->who.scopes = job->view.code->user_scopes;
        t->nonce = job->view.code->nonce;
        t->auth_time = job->view.code->created;
    }
}

static const struct granted *granted_of(const struct api_call *c)
{
    const struct refresh_job *refresh = c->job;
    const struct exchange_job *exchange = c->job;
    return c->refreshing ? &refresh->plan.granted : &exchange->plan.user;
}

void openid_connect_token_reply(struct api_call *c, struct json *j)
{
    const struct granted *g = granted_of(c);
    struct idtoken t = {.access_token = g->access_token};
    describe(c, &t);
    json_str(j, "access_token", g->access_token);
    json_str(j, "token_type", STR("Bearer"));
    if (g->refresh_token.n) {
        json_str(j, "refresh_token", g->refresh_token);
        json_int(j, "expires_in", g->expires_in);
    }
    json_str(j, "id_token", key_sign(c->key, idtoken_text(&t, c->req->arena), c->req->arena));
    if (c->refreshing)
        refresh_note(c);
    else
        exchange_note(c);
}

void openid_connect_user_info_reply(struct api_call *c, struct json *j)
{
    const struct token_view *v = &c->token_view;
    const struct identity who = {
        .user = v->user,
        .workspace = v->workspace,
        .enterprise = v->enterprise,
        .scopes = c->scopes,
        .public_url = c->world->public_url,
    };
    identity_user_info(&who, j, c->req->arena);
}
