// SPDX-License-Identifier: Apache-2.0
#include "web/visit.h"

#include "codec/form.h"

struct visit *visit_new(struct world *w, struct http_request *req, struct str path, enum code_endpoint endpoint)
{
    struct visit *v = arena_alloc(req->arena, sizeof *v);
    *v = (struct visit){.world = w, .req = req, .path = path};
    v->args = (struct authorize_args){.endpoint = endpoint, .now = req->now, .settings = world_settings(w)};
    who_init(&v->who, w, req);
    return v;
}

struct str visit_domain(const struct world *w, const struct http_request *req)
{
    struct str host = http_field(req, "Host"), own = w->public_url;
    own = str_from(own, str_find_str(own, STR("://")) + 3);
    own = str_upto(own, str_find(own, '/'));
    struct str label = str_upto(host, str_find(host, '.'));
    return label.n && str_ieq(str_from(host, label.n + 1), own) ? label : (struct str){NULL, 0};
}

bool visit_read(struct visit *v, struct str query, struct str domain)
{
    struct args a = {0};
    struct authorize_args *to = &v->args;
    if (form_parse(query, ARG_QUERY, v->req->arena, &a) || a.overflow) return false;
    to->client_id = str_trim(args_value(&a, "client_id"));
    to->scope = args_value(&a, "scope");
    to->user_scope = args_value(&a, "user_scope");
    to->redirect_uri = args_value(&a, "redirect_uri");
    to->state = args_value(&a, "state");
    to->team = args_value(&a, "team");
    to->code_challenge = args_value(&a, "code_challenge");
    to->code_challenge_method = args_value(&a, "code_challenge_method");
    to->nonce = args_value(&a, "nonce");
    to->response_type = args_value(&a, "response_type");
    to->host_domain = domain;
    return true;
}

static int want(struct op *op, enum want_kind kind, struct str key)
{
    const struct str none = {NULL, 0};
    return (int)op_want(op, kind, key, none, none);
}

static const void *row(const struct visit *v, int at)
{
    return at < 0 ? NULL : op_row(&v->op, (unsigned)at);
}

// The session of the cookie, and the form that was posted.
static void want_browser(struct visit *v, struct op *op)
{
    if (v->automated) return;
    who_want_session(&v->who, op);
    if (v->posted) v->form_at = (int)op_want_id(op, WANT_FORM, v->token.id);
}

static void take_form(struct visit *v)
{
    v->form = row(v, v->form_at);
    // The request is the stored one (security.md S26); which place it was for is what the page showed.
    if (v->form && visit_read(v, v->form->query, v->form->domain)) v->readable = true;
    if (v->form) v->args.team = id_str(&v->form->place);
}

// The app and the place that was asked for.
static void want_first(struct visit *v, struct op *op)
{
    take_form(v);
    struct str team = id_none(&v->consent.team) ? v->args.team : id_str(&v->consent.team);
    v->app_at = want(op, WANT_APP_BY_CLIENT, v->args.client_id);
    if (!id_none(&v->consent.user)) v->user_at = want(op, WANT_USER, id_str(&v->consent.user));
    if (str_starts(team, STR("E")) && !v->automated)
        v->enterprise_at = want(op, WANT_ENTERPRISE, team);
    else if (team.n)
        v->team_at = want(op, WANT_WORKSPACE, team);
    else if (v->args.host_domain.n)
        v->team_at = want(op, WANT_WORKSPACE_BY_DOMAIN, v->args.host_domain);
}

// Who is signed in; or, where nobody was named, the first of that place who may install.
static void want_person(struct visit *v, struct op *op)
{
    const struct app *app = row(v, v->app_at);
    const struct workspace *team = row(v, v->team_at);
    if (!v->automated) who_want_people(&v->who, op);
    if (!v->automated || v->user_at >= 0 || !app) return;
    struct str place = {NULL, 0};
    if (!(app->flags & APP_DISTRIBUTED)) place = id_str(&app->workspace);
    if (team) place = id_str(&team->id);
    v->user_at = want(op, WANT_FIRST_USER, place);
}

// Where those people are at home.
static void want_places(struct visit *v, struct op *op)
{
    if (!v->automated) who_want_places(&v->who, op, v->form ? &v->form->user : NULL);
}

static void want_orgs(struct visit *v, struct op *op)
{
    const struct workspace *asked = row(v, v->team_at);
    if (!v->automated) who_want_orgs(&v->who, op, asked ? &asked->enterprise : NULL);
}

// Without a browser: the workspace of that person unless one was chosen; the org of an org-wide install; the channel.
static void want_named(struct visit *v, struct op *op)
{
    const struct user *user = row(v, v->user_at);
    const struct workspace *team = row(v, v->team_at);
    if (!v->automated || !user) return;
    bool chosen = !id_none(&v->consent.team);
    // A `team` where the person is not a member counts for nothing (authorize.md 4).
    if (!chosen && (!team || !id_eq(&team->id, &user->workspace)))
        v->team_at = want(op, WANT_WORKSPACE, id_str(&user->workspace));
    if (!id_none(&v->consent.enterprise)) v->enterprise_at = want(op, WANT_ENTERPRISE, id_str(&v->consent.enterprise));
    v->home_at = want(op, WANT_WORKSPACE, id_str(&user->workspace));
    if (!id_none(&v->consent.channel)) v->channel_at = want(op, WANT_CHANNEL, id_str(&v->consent.channel));
}

static void take_place(struct visit *v)
{
    const struct workspace *team = row(v, v->team_at);
    if (v->automated) {
        bool org = !id_none(&v->consent.enterprise);
        v->place = (struct place_choice){
            .user = row(v, v->user_at), .home = row(v, v->home_at), .workspace = org ? NULL : team};
        return;
    }
    who_take(&v->who, &v->op);
    v->who.in.app = row(v, v->app_at);
    v->who.in.asked = team;
    v->who.in.asked_org = row(v, v->enterprise_at);
    place_choose(&v->who.in, &v->place);
}

static bool asks_for_webhook(const struct visit *v)
{
    struct str name = STR("incoming-webhook");
    return str_find_str(v->args.scope, name) < v->args.scope.n ||
           str_find_str(v->args.user_scope, name) < v->args.user_scope.n;
}

static void want_channels(struct visit *v, struct op *op)
{
    const struct workspace *place = v->place.workspace ? v->place.workspace : v->place.home;
    if (!place || v->channel_at >= 0 || !asks_for_webhook(v)) return;
    if (v->automated)
        v->channel_at = want(op, WANT_FIRST_CHANNEL, id_str(&place->id));
    else if (!id_none(&v->consent.channel))
        v->channel_at = want(op, WANT_CHANNEL, id_str(&v->consent.channel));
    else if (!v->posted)
        v->channel_at = (int)op_want_list(op, WANT_CHANNELS_OF, id_str(&place->id), STR(""), VISIT_CHANNELS);
}

// What is there already: a channel, the org of the workspace, earlier grants, requests to the admins.
static void want_rest(struct visit *v, struct op *op)
{
    const struct str none = {NULL, 0};
    const struct app *app = row(v, v->app_at);
    take_place(v);
    const struct place_choice *p = &v->place;
    want_channels(v, op);
    if (v->automated && v->enterprise_at < 0 && p->workspace && !id_none(&p->workspace->enterprise))
        v->enterprise_at = want(op, WANT_ENTERPRISE, id_str(&p->workspace->enterprise));
    if (app && p->workspace && p->workspace->flags & WS_NEEDS_APPROVAL)
        v->approvals_at =
            (int)op_want_list(op, WANT_APPROVALS_OF, id_str(&app->id), id_str(&p->workspace->id), VISIT_APPROVALS);
    if (!app || !p->user || v->automated || v->posted) return;
    const struct id *owner = p->workspace ? &p->workspace->id : p->enterprise ? &p->enterprise->id : NULL;
    if (!owner) return;
    v->bot_at = (int)op_want(op, WANT_INSTALL, id_str(&app->id), id_str(owner), none);
    v->owner_at = want(op, WANT_WORKSPACE, id_str(&app->workspace));
    v->own_at = (int)op_want(op, WANT_INSTALL, id_str(&app->id), id_str(owner), id_str(&p->user->id));
}

static void forget(struct visit *v)
{
    v->app_at = v->user_at = v->team_at = v->home_at = v->enterprise_at = v->channel_at = v->form_at = v->bot_at =
        v->own_at = v->approvals_at = v->owner_at = -1;
    v->stage = 0;
    who_forget(&v->who);
    v->form = NULL;
    v->readable = false;
    v->place = (struct place_choice){0};
}

// A stage that needs nothing is passed over at once: a round that adds nothing would end the reading.
void visit_want(struct op *op, unsigned round)
{
    static void (*const stages[])(struct visit *, struct op *) = {want_browser, want_first, want_person, want_places,
                                                                  want_orgs,    want_named, want_rest};
    struct visit *v = op->ctx;
    unsigned before = op->nwant;
    if (round == 0) forget(v);
    while (v->stage < ARRAY_LEN(stages) && op->nwant == before) stages[v->stage++](v, op);
}

static const struct channel *channel_of(const struct visit *v)
{
    const void *found = row(v, v->channel_at);
    if (v->automated || v->posted || !found) return found;
    const struct row_list *list = found;
    return list->n ? list->v[0] : NULL;
}

enum authorize_outcome visit_decide(struct visit *v)
{
    bool list = !v->automated && !v->posted;
    v->channels = list ? row(v, v->channel_at) : NULL;
    v->bot = row(v, v->bot_at);
    v->owner = row(v, v->owner_at);
    v->view = (struct authorize_view){
        .app = row(v, v->app_at),
        .user = v->place.user,
        .home = v->place.home,
        .workspace = v->place.workspace,
        .enterprise = v->automated ? row(v, v->enterprise_at) : v->place.enterprise,
        .channel = channel_of(v),
        .own = row(v, v->own_at),
        .approvals = row(v, v->approvals_at),
    };
    enum authorize_outcome outcome =
        authorize_decide(&v->args, &v->view, &v->consent, v->req->arena, &v->plan, &v->why);
    // Somebody whose workspace has gone can act nowhere.
    bool placed = v->view.workspace || v->plan.org_wide;
    return outcome == AUTH_NEED_CONSENT && !v->automated && !placed ? AUTH_NEED_SIGNIN : outcome;
}

void visit_note(struct visit *v)
{
    struct http_note *note = &v->req->note;
    struct arena *arena = v->req->arena;
    if (v->view.app) {
        note->app_id = arena_str(arena, id_str(&v->view.app->id));
        note->app_name = arena_str(arena, v->view.app->name);
    }
    if (v->view.user) note->user_id = arena_str(arena, id_str(&v->view.user->id));
    if (v->view.enterprise) note->enterprise_id = arena_str(arena, id_str(&v->view.enterprise->id));
    if (v->plan.org_wide || !v->view.workspace) return;
    note->team_id = arena_str(arena, id_str(&v->view.workspace->id));
    note->team_name = arena_str(arena, v->view.workspace->name);
}
