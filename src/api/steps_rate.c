// SPDX-License-Identifier: Apache-2.0
// What a caller's bucket allows, and whose bucket it is (contract envelope.md 8). A step of dispatch.c.
#include "api/methods.h"

static struct rate_limit limit_of(const struct api_call *c)
{
    for (unsigned i = 0; i < c->settings->nrates; i++) {
        const struct rate_override *o = &c->settings->rates[i];
        if (str_eq(str_of(o->method), c->name)) return (struct rate_limit){o->sustained, o->burst};
    }
    return c->method->rate;
}

static enum wire_err take(struct api_call *c, const char *kind, struct str key, struct str key2,
                          struct rate_limit limit)
{
    c->charged = true;
    if (c->settings->rate_off) return W_OK;
    unsigned wait = rate_take(c->world->rate, kind, key, key2, limit, c->req->now);
    if (!wait) return W_OK;
    c->retry_after = wait;
    why_set(&c->why, c->req->arena, CAUSE_RATE, "%u a minute and a burst of %u are allowed; %u s until the next",
            limit.sustained, limit.burst, wait);
    return W_RATELIMITED;
}

// envelope.md 8: "Charged to". The key is known from here on.
enum wire_err step_rate(struct api_call *c)
{
    const struct str none = {NULL, 0};
    const struct refresh *caller;
    struct rate_limit limit = limit_of(c);
    switch (c->method->auth) {
    case AUTH_CLIENT: return take(c, c->method->name, c->app->client_id, c->secret_given ? none : c->req->peer, limit);
    case AUTH_TOKEN:
        return take(c, c->method->name, id_str(c->app ? &c->app->id : &c->token_view.token->user),
                    id_str(&c->token_view.token->owner), limit);
    case AUTH_REFRESH:
        caller = call_caller(c);
        return take(c, c->method->name, caller ? id_str(&caller->user) : c->req->peer, none, limit);
    case AUTH_NONE: break;
    }
    return take(c, "address", c->req->peer, none, limit);
}

enum wire_err charge_address(struct api_call *c, enum wire_err error)
{
    const struct rate_limit limit = {600, 600};
    struct why cause = c->why;
    c->why = (struct why){0};
    if (take(c, "address", c->req->peer, (struct str){NULL, 0}, limit)) return W_RATELIMITED;
    c->why = cause;
    return error;
}
