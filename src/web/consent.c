// SPDX-License-Identifier: Apache-2.0
#include "web/consent.h"

#include "oauth/redirect.h"
#include "oauth/scopes.h"
#include "web/authorize.h"
#include "web/failure.h"
#include "web/page.h"
#include "web/places.h"
#include "web/post.h"
#include "web/scope_words.h"

// The page on its way out, in the arena of the request.
struct consent_page {
    struct visit *visit;
    struct consent_view view;
    struct handout handout;
};

static const struct id *place_id(const struct visit *v)
{
    return v->plan.org_wide ? &v->view.enterprise->id : &v->view.workspace->id;
}

static struct str place_name(const struct visit *v)
{
    return v->plan.org_wide ? v->view.enterprise->name : v->view.workspace->name;
}

static bool asks_for(const struct visit *v, struct str scope)
{
    return scopes_has(v->plan.bot_scopes, scope) || scopes_has(v->plan.user_scopes, scope);
}

static void fill_channels(const struct visit *v, struct consent_view *view)
{
    const struct row_list *rows = v->channels;
    size_t picked = 0;
    view->webhook = asks_for(v, STR("incoming-webhook"));
    if (!rows || !rows->n) return;
    struct channel_view *list = arena_alloc(v->req->arena, rows->n * sizeof *list);
    for (size_t i = 0; i < rows->n; i++)
        if (id_eq(&((const struct channel *)rows->v[i])->id, &v->earlier.channel)) picked = i;
    for (size_t i = 0; list && i < rows->n; i++) {
        const struct channel *c = rows->v[i];
        list[view->nchannels++] = (struct channel_view){.id = id_str(&c->id), .name = c->name, .selected = i == picked};
    }
    view->channels = list;
}

static void fill_approval(const struct visit *v, struct consent_view *view)
{
    const struct approval *asked = v->plan.asked;
    view->needs_approval = v->plan.needs_approval;
    if (!asked) return;
    bool waits = asked->verdict == VERDICT_NONE;
    view->asked = waits ? ASKED_WAITING : ASKED_DENIED;
    view->asked_when = page_date(waits ? asked->created : asked->decided, v->req->arena);
}

static void fill_scopes(const struct visit *v, struct consent_view *view)
{
    const struct install *bot = v->bot, *own = v->view.own;
    const struct scope_lists lists[] = {
        {v->plan.bot_scopes, v->plan.bot_optional, bot ? bot->scopes : STR(""), v->earlier.ticks, v->earlier.ticked},
        {v->plan.user_scopes, v->plan.user_optional, own ? own->scopes : STR(""), v->earlier.ticks, v->earlier.ticked},
    };
    scope_words(lists, ARRAY_LEN(lists), v->req->arena, view->see, view->change);
    view->again = (bot && bot->scopes.n) || (own && own->scopes.n);
}

static bool is_identity(const struct visit *v)
{
    struct str scopes = v->plan.user_scopes, name;
    if (v->plan.bot_scopes.n) return false;
    while (scopes_next(&scopes, &name))
        if (!(scope_find(name)->flags & (SF_IDENTITY | SF_OIDC))) return false;
    return true;
}

static void fill(struct consent_page *c)
{
    struct visit *v = c->visit;
    struct consent_view *view = &c->view;
    struct arena *arena = v->req->arena;
    const struct app *app = v->view.app;
    page_frame(v->world, v->req, &view->frame);
    view->frame.form = c->handout.token;
    view->frame.person = user_name(v->view.user);
    view->frame.place = place_name(v);
    view->action = v->path;
    view->app = app->name;
    view->developer = v->owner ? v->owner->name : (struct str){NULL, 0};
    view->app_face = page_face(app->name, id_str(&app->id), arena);
    view->place_face = page_face(place_name(v), id_str(place_id(v)), arena);
    view->org_wide = v->plan.org_wide;
    view->identity = is_identity(v);
    view->classic = v->args.endpoint == EP_V1;
    view->unreviewed = !v->world->dev && str_empty(app->published_scopes);
    view->callback = redirect_target(v->plan.redirect_uri);
    view->gone = str_of(v->gone);
    fill_scopes(v, view);
    fill_channels(v, view);
    fill_approval(v, view);
    view->naccounts = places_list(&v->who.in, &v->place, v->view.app, arena, &view->accounts);
}

static void handed_out(struct http_request *req)
{
    struct consent_page *c = req->state;
    struct visit *v = c->visit;
    req->note.commit_us = c->handout.op.commit_us;
    if (c->handout.op.outcome != OP_DONE) {
        failure_show(v, failure_of_store(&v->why, req->arena, &c->handout.op));
        return;
    }
    fill(c);
    req->note.cause = cause_name(v->why.cause);
    page_open(req, 200, PAGE_FORM_TO_APP);
    view_consent(&req->resp.body, &c->view);
    op_release(&v->op);
    http_reply(req);
}

void consent_show(struct visit *v)
{
    struct http_request *req = v->req;
    struct consent_page *c = arena_alloc(req->arena, sizeof *c);
    *c = (struct consent_page){.visit = v, .handout = {.world = v->world, .session = v->who.session}};
    c->handout.form = (struct form){.kind = FORM_CONSENT,
                                    .path = v->path,
                                    .query = authorize_query(&v->args, v->args.team, req->arena),
                                    .domain = v->args.host_domain,
                                    .user = v->view.user->id,
                                    .place = *place_id(v)};
    req->state = c;
    handout_run(&c->handout, req, handed_out);
}

// The form that came back.
struct consent_answer {
    struct visit *visit;
    enum authorize_outcome outcome;
    struct issue issue;
};

static enum wire_err expired(struct visit *v, enum cause cause, const char *text)
{
    why_set(&v->why, v->req->arena, cause, "%s", text);
    return W_CONSENT_EXPIRED;
}

// The form is this browser's, for this page, and whoever it was shown to is still there.
static enum wire_err judge(struct visit *v)
{
    switch (form_judge(v->form, &v->token, v->who.session, form_bit(FORM_CONSENT), v->args.now)) {
    case FORM_GOOD: break;
    case FORM_STALE:
        return expired(v, CAUSE_FORM_STALE,
                       "the form was used already, is older than ten minutes, or somebody signed "
                       "in or out since");
    case FORM_FOREIGN: return expired(v, CAUSE_FORM_FOREIGN, "the form was not handed to this browser");
    }
    if (!v->readable || !str_eq(v->form->path, v->path))
        return expired(v, CAUSE_FORM_FOREIGN, "the form belongs to another page");
    return W_OK;
}

static bool same_place(const struct visit *v)
{
    const struct place_choice *p = &v->place;
    const struct id *id = p->workspace ? &p->workspace->id : p->enterprise ? &p->enterprise->id : NULL;
    return p->user && id && id_eq(&p->user->id, &v->form->user) && id_eq(id, &v->form->place);
}

static enum wire_err decide_answer(struct op *op)
{
    struct visit *v = op->ctx;
    struct consent_answer *a = v->req->state;
    v->why = (struct why){0};
    TRY(judge(v));
    a->outcome = visit_decide(v);
    if (a->outcome == AUTH_ERROR) return v->plan.error;
    if (!same_place(v)) return expired(v, CAUSE_FORM_STALE, "the person or the workspace of the form is gone");
    if (a->outcome == AUTH_NEED_SIGNIN || a->outcome == AUTH_NEED_CONSENT) return W_OK; // to be asked again
    struct write *spend = op_write(op, SPEND_FORM);
    spend->id = v->form->id;
    spend->at = op->now;
    if (a->outcome != AUTH_DENIED) issue_write(v, op, &a->issue);
    return W_OK;
}

static void decided(struct http_request *req)
{
    struct consent_answer *a = req->state;
    struct visit *v = a->visit;
    req->note.commit_us = v->op.commit_us;
    visit_note(v);
    if (v->op.outcome == OP_REFUSED) {
        failure_show(v, v->op.refusal);
    } else if (v->op.outcome != OP_DONE) {
        failure_show(v, failure_of_store(&v->why, req->arena, &v->op));
    } else if (a->outcome == AUTH_NEED_SIGNIN || a->outcome == AUTH_NEED_CONSENT) {
        bool chose = v->consent.decision == DECISION_APPROVE;
        authorize_again(v, chose ? "That channel is not one of this workspace. Choose another."
                                 : "Choose Allow or Cancel.");
    } else {
        issue_answer(v, &a->issue, a->outcome);
    }
}

static enum decision decision_of(struct str word)
{
    if (str_eq(word, STR("allow"))) return DECISION_APPROVE;
    if (str_eq(word, STR("cancel"))) return DECISION_DENY;
    return str_eq(word, STR("request")) ? DECISION_REQUEST : DECISION_NONE;
}

// What the person did on the page; everything else is in the stored form.
static void read_answer(struct visit *v, const struct args *a, struct issue *issue)
{
    struct str channel = args_value(a, "channel");
    struct arena *arena = v->req->arena;
    v->consent = (struct consent){.decision = decision_of(args_value(a, "decision")), .ticks = true};
    for (size_t i = 0; i < a->n; i++)
        if (str_eq(a->v[i].name, STR("scope")))
            v->consent.ticked = scopes_union(v->consent.ticked, scopes_normalize(a->v[i].value, arena), arena);
    if (!str_copy(v->consent.channel.s, LIMIT_ID, channel)) v->consent.channel = (struct id){{0}};
    issue->approval.message = str_upto(str_trim(args_value(a, "message")), LIMIT_MESSAGE);
}

void consent_post(struct visit *v)
{
    static const struct op_type type = {.name = "consent", .want = visit_want, .decide = decide_answer};
    struct http_request *req = v->req;
    struct post *p = post_read(v->world, req);
    if (!p) return;
    struct consent_answer *a = arena_alloc(req->arena, sizeof *a);
    *a = (struct consent_answer){.visit = v};
    v->token = p->token;
    v->posted = true;
    req->state = a;
    issue_draw(v, locator_shard_of(v->token.id), &a->issue);
    read_answer(v, &p->args, &a->issue);
    v->op = (struct op){.type = &type, .arena = req->arena, .ctx = v, .now = req->now};
    world_run(v->world, req, &v->op, decided);
}
