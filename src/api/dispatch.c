// SPDX-License-Identifier: Apache-2.0
#include "api/api.h"
#include "api/methods.h"

static struct op *own_start(struct api_call *c);
static enum wire_err own_check(struct api_call *c);

// The order of this array is the precedence of the errors (oauth.v2.access.md 5, envelope.md 5.3); golden cases pin it.
static const struct step steps[] = {
    {"verb", NULL, NULL, step_verb},                  // 1
    {"method", NULL, NULL, step_method},              //
    {"state", NULL, NULL, step_state},                //
    {"fault", NULL, NULL, step_fault},                //
    {"type", NULL, NULL, step_type},                  // 2
    {"body", NULL, NULL, step_body},                  //
    {"names", NULL, NULL, step_names},                // 3
    {"values", NULL, NULL, step_values},              // 4
    {"token", step_token_start, NULL, step_token},    // 5
    {"client_id", NULL, NULL, step_client_id},        // 6a, 6b
    {"client", step_client_start, NULL, step_client}, // 6c, 7
    {"app_fault", NULL, NULL, step_app_fault},        //
    {"rate", NULL, NULL, step_rate},                  //
    {"token_kind", NULL, NULL, step_token_kind},      //
    {"bind", NULL, NULL, step_bind},                  //
    {"key", NULL, step_key_wait, step_key},           //
    {"own", own_start, NULL, own_check},              // 8 to 14
};

static void finish(struct api_call *c, enum wire_err error)
{
    c->error = error;
    if (error && !c->charged && !c->faulted) c->error = charge_address(c, error);
    api_reply(c);
}

static void advance(struct http_request *req)
{
    struct api_call *c = req->state;
    while (c->step < ARRAY_LEN(steps)) {
        const struct step *s = &steps[c->step];
        if (s->start && !c->waiting) {
            struct op *op = s->start(c);
            c->waiting = true;
            if (op) {
                world_run(c->world, req, op, advance);
                return;
            }
        }
        if (s->wait && !c->waiting && s->wait(c, advance)) {
            c->waiting = true;
            return;
        }
        c->waiting = false;
        c->step++;
        enum wire_err error = s->check(c);
        if (error) {
            finish(c, error);
            return;
        }
    }
    finish(c, W_OK);
}

static struct op *own_start(struct api_call *c)
{
    if (!c->method->start) return NULL;
    return c->method->start(c, &c->error);
}

enum wire_err call_fault(const struct api_call *c)
{
    return c->method->flags & M_INTERNAL ? W_INTERNAL_ERROR : W_FATAL_ERROR;
}

// What became of the method's operation (ARCHITECTURE.md, "An operation").
static enum wire_err own_check(struct api_call *c)
{
    if (c->error) return c->error;
    c->req->note.commit_us = c->op.commit_us;
    c->req->note.batch = c->op.batch;
    switch (c->op.outcome) {
    case OP_PENDING: // it needed none
    case OP_DONE: return c->method->check ? c->method->check(c) : W_OK;
    case OP_REFUSED: return c->op.refusal == W_FATAL_ERROR ? call_fault(c) : c->op.refusal;
    case OP_FAULT:
    case OP_UNKNOWN: break;
    }
    why_set(&c->why, c->req->arena, CAUSE_STORE, "the store answered %s", status_name(c->op.fault));
    if (c->op.fault == E_BUSY) {
        c->retry_after = 1;
        return W_SERVICE_UNAVAILABLE;
    }
    return call_fault(c);
}

void api_handle(struct world *w, struct http_request *req, struct str name)
{
    struct api_call *c = arena_alloc(req->arena, sizeof *c);
    c->world = w;
    c->req = req;
    c->settings = world_settings(w);
    c->name = name;
    req->state = c;
    req->note.route = "/api/";
    if (req->verb == VERB_OPTIONS)
        api_reply_options(c);
    else
        advance(req);
}
