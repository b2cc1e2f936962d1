// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"
#include "codec/form.h"
#include "oauth/authorize_scopes.h"
#include "oauth/scopes.h"

void authorize_code_row(const struct authorize_args *args, const struct authorize_view *view,
                        const struct authorize_plan *plan, struct code *out)
{
    *out = (struct code){
        .app = view->app->id,
        .user = view->user->id,
        .endpoint = args->endpoint,
        .bot_scopes = plan->bot_granted,
        .user_scopes = plan->user_granted,
        .redirect_uri = plan->redirect_uri,
        .redirect_sent = plan->redirect_sent,
        .redirect_first = plan->redirect_first,
        .challenge = plan->challenge,
        .created = args->now,
        .expires = args->now + args->settings->code_ttl * 1000,
    };
    if (args->endpoint == EP_OPENID) out->nonce = args->nonce;
    if (plan->org_wide) {
        out->enterprise = view->enterprise->id;
    } else {
        out->workspace = view->workspace->id;
        out->enterprise = view->workspace->enterprise;
    }
    if (view->channel && authorize_webhook(plan)) out->channel = view->channel->id;
}

void authorize_approval_row(const struct authorize_args *args, const struct authorize_view *view,
                            const struct authorize_plan *plan, struct str message, struct approval *out)
{
    *out = (struct approval){
        .app = view->app->id,
        .workspace = view->workspace->id,
        .user = view->user->id,
        .bot_scopes = plan->bot_scopes,
        .user_scopes = plan->user_scopes,
        .message = message,
        .created = args->now,
    };
}

struct param {
    const char *name;
    struct str value;
};

// authorize.md 7.1: the parameters stand behind the query the URI has; values form-encoded.
static struct str location(struct str redirect_uri, const struct param *params, size_t n, struct arena *arena)
{
    struct buf b;
    struct str uri = str_upto(redirect_uri, str_find(redirect_uri, '#'));
    char sep = str_find(uri, '?') < uri.n ? '&' : '?';
    buf_init(&b, LIMIT_REDIRECT_URI + 4 * LIMIT_STATE); // a state grows three-fold at most
    buf_str(&b, uri);
    for (size_t i = 0; i < n; i++, sep = '&') {
        buf_char(&b, sep);
        buf_z(&b, params[i].name);
        buf_char(&b, '=');
        form_encode(&b, params[i].value);
    }
    struct str out = {0};
    if (!b.failed) out = arena_str(arena, buf_view(&b));
    buf_wipe(&b); // holds a code
    buf_release(&b);
    return out;
}

struct str authorize_query(const struct authorize_args *args, struct str team, struct arena *arena)
{
    const struct param params[] = {
        {"client_id", args->client_id},
        {"scope", args->scope},
        {"user_scope", args->user_scope},
        {"redirect_uri", args->redirect_uri},
        {"state", args->state},
        {"team", team},
        {"code_challenge", args->code_challenge},
        {"code_challenge_method", args->code_challenge_method},
        {"nonce", args->nonce},
        {"response_type", args->response_type},
    };
    struct buf b;
    struct str out = {0};
    buf_init(&b, 3 * (size_t)LIMIT_HEAD); // a byte becomes three at most
    for (size_t i = 0; i < ARRAY_LEN(params); i++) {
        if (str_empty(params[i].value)) continue; // empty means absent
        if (b.n) buf_char(&b, '&');
        buf_z(&b, params[i].name);
        buf_char(&b, '=');
        form_encode(&b, params[i].value);
    }
    if (!b.failed) out = arena_str(arena, buf_view(&b));
    buf_release(&b);
    return out;
}

struct str authorize_location(struct str redirect_uri, struct str code, struct str state, struct arena *arena)
{
    const struct param params[] = {{"code", code}, {"state", state}};
    return location(redirect_uri, params, ARRAY_LEN(params), arena);
}

struct str authorize_denial(struct str redirect_uri, struct str state, struct arena *arena)
{
    const struct param params[] = {
        {"error", STR("access_denied")},
        {"state", state},
        {"error_description", STR("The user has denied access to the scope(s) requested by the client application.")},
    };
    return location(redirect_uri, params, ARRAY_LEN(params), arena);
}

static bool id_read(struct str s, struct id *out)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alnum(s.p[i])) return false;
    return str_copy(out->s, sizeof out->s, s);
}

// One `name=value` of the header.
static bool consent_field(struct str field, struct arena *arena, struct consent *c)
{
    struct str value = field;
    struct str name = str_trim(str_cut(&value, '='));
    value = str_trim(value);
    if (str_eq(name, STR("user"))) return id_read(value, &c->user);
    if (str_eq(name, STR("team"))) return id_read(value, &c->team);
    if (str_eq(name, STR("enterprise"))) return id_read(value, &c->enterprise);
    if (str_eq(name, STR("channel"))) return id_read(value, &c->channel);
    if (!str_eq(name, STR("untick"))) return false;
    c->untick = scopes_union(c->untick, scopes_normalize(value, arena), arena);
    return true;
}

bool consent_parse(struct str header, struct arena *arena, struct consent *out, struct why *why)
{
    struct consent c = {0};
    struct str rest = header;
    struct str word = str_trim(str_cut(&rest, ';'));
    if (str_eq(word, STR("approve"))) c.decision = DECISION_APPROVE;
    if (str_eq(word, STR("deny"))) c.decision = DECISION_DENY;
    if (str_eq(word, STR("request"))) c.decision = DECISION_REQUEST;
    if (c.decision == DECISION_NONE) {
        why_set(why, arena, CAUSE_ARG_VALUE,
                "X-Hallpass-Consent starts with \"%.*s\", not with approve, deny or request",
                STR_FMT(str_upto(word, 64)));
        return false;
    }
    while (rest.p) {
        struct str field = str_trim(str_cut(&rest, ';'));
        if (str_empty(field) || consent_field(field, arena, &c)) continue;
        why_set(why, arena, CAUSE_ARG_VALUE,
                "X-Hallpass-Consent: \"%.*s\" is none of user=ID, team=ID, enterprise=ID, channel=ID, untick=SCOPE",
                STR_FMT(str_upto(field, 64)));
        return false;
    }
    *out = c;
    return true;
}
