// SPDX-License-Identifier: Apache-2.0
// One call of a Web API method on its way through the steps. Lives in the request's arena.
#pragma once

#include "api/media.h"
#include "codec/args.h"
#include "codec/json.h"
#include "http/message.h"
#include "oauth/account.h"
#include "oauth/client.h"
#include "oauth/errors.h"
#include "world/faults.h"
#include "world/world.h"

struct api_method;

struct api_call {
    struct world *world;
    struct http_request *req;
    const struct settings *settings;
    const struct api_method *method; // NULL until found
    struct str name;                 // the path behind the prefix

    unsigned step; // index into steps[]
    bool waiting;  // the step's operation is under way or has just ended

    struct media media;
    struct args args;
    bool warn_missing_charset, warn_superfluous_charset;

    // The token sent along or called with.
    struct str token_text; // p NULL: none
    struct credential token;
    struct token_view token_view;
    struct token refresh_seen; // token_view.token where that is a refresh token
    struct str scopes;         // of a good token, comma separated; p NULL: no good token was presented
    struct op token_op;

    // The client of an exchange method.
    struct client_input client_in;
    const struct app *app; // authenticated, or found by a good token
    bool client_ok, secret_given;
    struct op client_op;

    struct str next_cursor; // of the page that comes next, empty: none; p NULL: no answer in pages

    const struct key *key; // that will sign the answer's id token; held

    struct op op;    // the method's own
    void *job;       // its arguments and plan
    bool refreshing; // the job is a refresh

    bool charged; // a rate bucket was asked
    struct fault fault;
    bool faulted;

    // How it ended.
    enum wire_err error;
    struct str error_text; // api.test: a code of the caller's own
    unsigned retry_after;  // seconds, with 429 and 503
    struct str message;    // contract's own "[ERROR] ..." text, shown whatever `explain` says
    struct why why;
};

// The value of an argument; empty means absent (envelope.md 2). p is NULL when it did not come.
static inline struct str call_arg(const struct api_call *c, const char *name)
{
    return args_value(&c->args, name);
}

// The token of an "Authorization: Bearer" header; p NULL: there is none.
struct str call_bearer(const struct http_request *req);

// envelope.md 2: a boolean argument; absent is false. W_INVALID_ARGUMENTS when it is none.
enum wire_err call_flag(struct api_call *c, const char *name, bool *out);

// An operation of this call, ready to be run.
static inline struct op *call_op(struct api_call *c, struct op *op, const struct op_type *type)
{
    *op = (struct op){.type = type, .arena = c->req->arena, .ctx = c, .now = c->req->now};
    return op;
}

// A rule of one step: W_OK goes on, anything else ends the call.
struct step {
    const char *name;
    // Fills an operation and answers it, to be run before `check`; NULL: nothing to read. May be NULL itself.
    struct op *(*start)(struct api_call *c);
    // true: there is something else to wait for before `check`, and resume(req) will be called. May be NULL.
    bool (*wait)(struct api_call *c, void (*resume)(struct http_request *req));
    enum wire_err (*check)(struct api_call *c);
};

// steps.c
enum wire_err step_verb(struct api_call *c);
enum wire_err step_method(struct api_call *c);
enum wire_err step_state(struct api_call *c);
enum wire_err step_fault(struct api_call *c);
enum wire_err step_app_fault(struct api_call *c);
enum wire_err step_type(struct api_call *c);
enum wire_err step_body(struct api_call *c);
enum wire_err step_names(struct api_call *c);
enum wire_err step_values(struct api_call *c);
enum wire_err step_bind(struct api_call *c);
// steps_token.c
struct op *step_token_start(struct api_call *c);
enum wire_err step_token(struct api_call *c);
enum wire_err step_token_kind(struct api_call *c);
// steps_client.c
enum wire_err step_client_id(struct api_call *c);
struct op *step_client_start(struct api_call *c);
enum wire_err step_client(struct api_call *c);
// steps_rate.c
enum wire_err step_rate(struct api_call *c);
// m_openid.c: the key is there before a code is spent for it.
bool step_key_wait(struct api_call *c, void (*resume)(struct http_request *req));
enum wire_err step_key(struct api_call *c);
// For operations that must see the bearer of the call as it is when they are carried out: wants its rows in rounds 0 to
// 2, to be added before any others; then decides again, with c->token_view made of the rows of `op`.
void bearer_want(struct op *op, unsigned round);
enum wire_err bearer_decide(struct op *op);
// Whose refresh token a call of AUTH_REFRESH brought; NULL: nobody's. Whether it is still good is its operation's to
// say.
const struct refresh *call_caller(const struct api_call *c);
// The client credentials of the call, wherever they stand (oauth.v2.access.md 3).
const struct client_input *call_client(struct api_call *c);
// The address pays for calls that end before a better key is known (envelope.md 8). Answers W_RATELIMITED or `error`.
enum wire_err charge_address(struct api_call *c, enum wire_err error);

// reply.c: the one place that writes {"ok":...}, headers and status.
void api_reply(struct api_call *c);
// envelope.md 1: OPTIONS is answered 200 with the CORS headers and no body.
void api_reply_options(struct api_call *c);
