// SPDX-License-Identifier: Apache-2.0
#include "web/webhook.h"

#include "codec/form.h"
#include "oauth/webhook.h"
#include "web/page.h"

enum { W_WEBHOOK, W_APP, W_INSTALL, W_WORKSPACE, W_CHANNEL };

// One post on its way. In the request's arena, behind req->state.
struct post {
    struct world *world;
    struct http_request *req;
    struct credential given;
    struct op find;
    struct why why;
};

static void answer(struct http_request *req, enum webhook_answer a, const struct why *why)
{
    struct str text = webhook_text(a, &req->resp.status);
    page_headers(req);
    http_header(req, "Content-Type", STR("text/plain; charset=utf-8"));
    if (a == WEBHOOK_UNAVAILABLE) http_header(req, "Retry-After", STR("30"));
    buf_str(&req->resp.body, text);
    if (a) req->note.error = text;
    if (a && why) {
        req->note.cause = cause_name(why->cause);
        req->note.detail = why->detail;
    }
    http_reply(req);
}

static void want_post(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    const struct webhook *w = op_row(op, W_WEBHOOK);
    if (round == 0) op_want_id(op, WANT_WEBHOOK, ((const struct post *)op->ctx)->given.id);
    if (round != 1 || !w) return;
    op_want(op, WANT_APP, id_str(&w->app), none, none);
    op_want(op, WANT_INSTALL, id_str(&w->app), id_str(&w->owner), id_str(&w->subject));
    op_want(op, WANT_WORKSPACE, id_str(&w->workspace), none, none);
    op_want(op, WANT_CHANNEL, id_str(&w->channel), none, none);
}

static const struct op_type op_find_webhook = {.name = "find_webhook", .want = want_post};

// A form has the message in the argument `payload`; everything else is taken for the message itself, as people post
// JSON under all kinds of content types. p NULL: there is none.
static struct str payload_of(const struct http_request *req)
{
    struct args args = {0};
    struct str type = http_field(req, "Content-Type"), body = str_trim(req->body);
    if (req->body_cut) return (struct str){NULL, 0};
    if (!str_istarts(type, STR("application/x-www-form-urlencoded")) || str_starts(body, STR("{"))) return body;
    if (form_parse(body, ARG_BODY, req->arena, &args)) return (struct str){NULL, 0};
    return args_value(&args, "payload");
}

// Only of a webhook that exists: what a stranger guessed is not told apart from what has ended.
static void note_post(struct post *p, const struct webhook_view *v)
{
    struct http_note *note = &p->req->note;
    struct arena *arena = p->req->arena;
    note->token = credential_label("webhook", v->webhook->id, arena);
    note->app_id = arena_str(arena, id_str(&v->webhook->app));
    note->team_id = arena_str(arena, id_str(&v->webhook->workspace));
    if (v->app) note->app_name = arena_str(arena, v->app->name);
    if (v->workspace) note->team_name = arena_str(arena, v->workspace->name);
}

static enum webhook_answer accept_payload(struct post *p, const struct channel *channel)
{
    assert(channel); // else it had not been found alive
    size_t size = 0;
    enum webhook_answer a = webhook_payload(payload_of(p->req), &size);
    if (a)
        why_set(&p->why, p->req->arena, CAUSE_WEBHOOK_PAYLOAD, "%s",
                a == WEBHOOK_NO_TEXT ? "the message has neither text nor blocks nor attachments"
                                     : "the body is no JSON object, nor a form with one in payload");
    else
        p->req->note.detail = arena_printf(p->req->arena, "text of %zu bytes for #%.*s", size, STR_FMT(channel->name));
    return a;
}

static void found(struct http_request *req)
{
    struct post *p = req->state;
    struct op *op = &p->find;
    const struct webhook_view v = {
        .webhook = op_row(op, W_WEBHOOK),
        .app = op_row(op, W_APP),
        .install = op_row(op, W_INSTALL),
        .workspace = op_row(op, W_WORKSPACE),
        .channel = op_row(op, W_CHANNEL),
    };
    enum webhook_answer a = WEBHOOK_UNAVAILABLE;
    if (op->outcome == OP_DONE) a = webhook_decide(&p->given, &v, req->arena, &p->why);
    if (v.webhook && p->why.cause != CAUSE_WEBHOOK_UNKNOWN) note_post(p, &v);
    if (a == WEBHOOK_OK) a = accept_payload(p, v.channel);
    op_release(op);
    answer(req, a, &p->why);
}

static void refuse_verb(struct world *w, struct http_request *req)
{
    if (req->verb == VERB_GET || req->verb == VERB_HEAD) { // a browser: there is no payload
        answer(req, WEBHOOK_INVALID_PAYLOAD, NULL);
        return;
    }
    page_bad_verb(w, req, "POST", "Messages are sent here with POST.");
}

void webhook_handle(struct world *w, struct http_request *req)
{
    struct post *p = arena_alloc(req->arena, sizeof *p);
    *p = (struct post){.world = w, .req = req};
    req->state = p;
    req->note.method = STR("webhook");
    if (w->maintenance) {
        answer(req, WEBHOOK_UNAVAILABLE, NULL);
    } else if (!credential_parse_webhook(req->path, &p->given)) {
        answer(req, WEBHOOK_NO_SERVICE, NULL);
    } else if (req->verb != VERB_POST) {
        refuse_verb(w, req);
    } else {
        p->find = (struct op){.type = &op_find_webhook, .arena = req->arena, .ctx = p, .now = req->now};
        world_run(w, req, &p->find, found);
    }
}
