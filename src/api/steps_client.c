// SPDX-License-Identifier: Apache-2.0
// The client of an exchange: its id, its secret (contract oauth.v2.access.md 3 and 5, steps 6 and 7). Steps of
// dispatch.c.
#include "api/methods.h"
#include "oauth/exchange.h"

enum grant call_grant(const struct api_call *c)
{
    return c->method->flags & M_GRANTS ? grant_of(call_arg(c, "grant_type")) : GRANT_CODE;
}

const struct client_input *call_client(struct api_call *c)
{
    struct client_input *in = &c->client_in;
    client_parse_basic(http_field(c->req, "Authorization"), c->req->arena, in);
    in->arg_id = call_arg(c, "client_id");
    in->arg_secret = call_arg(c, "client_secret");
    in->body_type = c->media.name;
    in->body_size = c->req->body.n;
    return in;
}

// Steps 6a and 6b: what is wrong with the call whoever the client is.
enum wire_err step_client_id(struct api_call *c)
{
    if (!call_is_exchange(c)) return W_OK;
    const struct client_input *in = call_client(c);
    if (client_id_of(in).n == 0) {
        why_set(&c->why, c->req->arena, CAUSE_CLIENT_ID_MISSING,
                "no client_id in body, query or Basic; the body was %.*s, %zu bytes",
                STR_FMT(in->body_type.n ? in->body_type : STR("untyped")), in->body_size);
        return W_INVALID_CLIENT_ID;
    }
    if ((c->method->flags & M_CODE_GRANT) && call_grant(c) == GRANT_CODE && call_arg(c, "code").n == 0) {
        why_set(&c->why, c->req->arena, CAUSE_CODE_MISSING, "no code was sent");
        return W_INVALID_CODE;
    }
    return W_OK;
}

static void want_client(struct op *op, unsigned round)
{
    struct api_call *c = op->ctx;
    const struct str none = {NULL, 0};
    struct str second = client_second_id(&c->client_in);
    if (round == 0)
        op_want(op, WANT_APP_BY_CLIENT, client_id_of(&c->client_in), none, none);
    else if (round == 1 && !op_row(op, 0) && client_id_valid(second))
        op_want(op, WANT_APP_BY_CLIENT, second, none, none);
}

static const struct op_type op_find_client = {.name = "find_client", .want = want_client};

struct op *step_client_start(struct api_call *c)
{
    if (!call_is_exchange(c)) return NULL;
    // A malformed id is refused without a look-up, unless its decoded form may be one (formats.md 2).
    bool look = client_id_valid(client_id_of(&c->client_in)) || client_id_valid(client_second_id(&c->client_in));
    return look ? call_op(c, &c->client_op, &op_find_client) : NULL;
}

// Step 7: a public app may do without a secret when it proves itself by a verifier; whether a refresh token came from a
// desktop redirect is seen when it is read (refresh_decide).
static bool may_lack_secret(const struct api_call *c)
{
    switch (call_grant(c)) {
    case GRANT_CODE: return (c->method->flags & M_CODE_GRANT) && call_arg(c, "code_verifier").n > 0;
    case GRANT_REFRESH: return true;
    case GRANT_OTHER: break;
    }
    return false;
}

// Steps 6c and 7.
enum wire_err step_client(struct api_call *c)
{
    if (!call_is_exchange(c)) return W_OK;
    struct op *op = &c->client_op;
    if (op->outcome == OP_FAULT) return call_fault(c);
    bool first = op_row(op, 0) != NULL;
    struct client_check check = {
        .in = &c->client_in,
        .app = first ? op_row(op, 0) : op_row(op, 1),
        .second = !first,
        .public_ok = may_lack_secret(c),
        .openid = c->method->endpoint == EP_OPENID,
        .now = c->req->now,
    };
    TRY(client_decide(&check, c->req->arena, &c->why));
    c->app = check.app;
    c->client_ok = true;
    c->secret_given = check.has_secret;
    c->req->note.app_id = arena_str(c->req->arena, id_str(&c->app->id));
    c->req->note.app_name = arena_str(c->req->arena, c->app->name);
    return W_OK;
}
