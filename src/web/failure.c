// SPDX-License-Identifier: Apache-2.0
#include "web/failure.h"

#include "web/page.h"

static const struct text {
    enum wire_err error;
    const char *text, *fix;
} texts[] = {
#define X(id, text, fix) {W_##id, text, fix},
#include "web/texts.def"
#undef X
};

// A page that waits for its form, in the arena of the request.
struct failure {
    struct visit *visit;
    enum wire_err error;
    struct error_view view;
    struct handout handout;
};

static struct text text_of(enum wire_err error)
{
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (texts[i].error == error) return texts[i];
    return (struct text){error, wire_row(error)->doc, ""};
}

static void set_status(struct http_request *req, enum wire_err error)
{
    if (error == W_FATAL_ERROR) req->resp.status = 500;
    if (error != W_SERVICE_UNAVAILABLE) return;
    req->resp.status = 503;
    http_header(req, "Retry-After", STR("30"));
}

static void send(struct http_request *req, enum wire_err error, const struct why *why, struct error_view *view)
{
    struct text text = text_of(error);
    const struct wire_row *wire = wire_row(error);
    page_open(req, wire_page_status(error), view->frame.form.n ? PAGE_FORM_HERE : PAGE_FORM_NONE);
    set_status(req, error);
    http_header(req, "X-OAuth-Error", wire->name);
    view->code = wire->name;
    view->text = text.text;
    view->fix = text.fix;
    view_error(&req->resp.body, view);
    req->note.error = wire->name;
    req->note.cause = cause_name(why->cause);
    req->note.detail = why->detail;
    http_reply(req);
}

enum wire_err failure_of_store(struct why *why, struct arena *arena, const struct op *op)
{
    why_set(why, arena, CAUSE_STORE, "the store answered %s", status_name(op->fault));
    return op->fault == E_BUSY ? W_SERVICE_UNAVAILABLE : W_FATAL_ERROR;
}

void failure_plain(struct world *w, struct http_request *req, enum wire_err error, struct why *why, struct str again)
{
    struct error_view view = {.again = again};
    page_frame(w, req, &view.frame);
    if (w->dev && world_settings(w)->explain == EXPLAIN_ON) view.why = why->detail;
    send(req, error, why, &view);
}

// Cause and fix may be told: in dev, and in serve to somebody who looks after the app (experience.md 3).
static bool may_tell(const struct visit *v)
{
    const struct app *app = v->view.app;
    if (v->world->dev) return v->args.settings->explain == EXPLAIN_ON;
    for (unsigned i = 0; app && i < v->who.in.npeople; i++) {
        const struct user *u = v->who.in.people[i];
        bool runs_it = id_eq(&u->workspace, &app->workspace) && user_is_approver(u);
        if (runs_it || (!id_none(&app->creator) && id_eq(&u->id, &app->creator))) return true;
    }
    return false;
}

// Copies: the rows are given back before the page is written.
static struct str copy(const struct visit *v, struct str s)
{
    return arena_str(v->req->arena, s);
}

// The closest configured URL around its first difference.
static void put_closest(const struct visit *v, struct error_view *view)
{
    const struct redirect_hint *hint = &v->plan.hint;
    struct str url = copy(v, hint->closest);
    size_t at = hint->differs_at < url.n ? hint->differs_at : url.n;
    view->closest = url.n > 0;
    view->configured = (struct mark_view){.before = str_upto(url, at),
                                          .mark = str_upto(str_from(url, at), 1),
                                          .after = str_from(url, at + 1),
                                          .column = at};
    view->difference = hint->text;
    view->nconfigured = hint->count;
}

// Printable text without a quote can stand in a command line.
static bool quotable(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\'') return false;
    return s.n > 0;
}

static void put_redirect(const struct visit *v, bool tell, struct error_view *view)
{
    const struct app *app = v->view.app;
    struct str passed = v->args.redirect_uri;
    view->redirect = true;
    view->passed = passed;
    if (!tell || !app) return;
    put_closest(v, view);
    bool pkce = app->flags & APP_PKCE;
    if (!quotable(passed) || redirect_config_problem(passed, pkce, v->args.settings->allow_http_redirects)) return;
    view->command = arena_printf(v->req->arena, "hallpass app redirect add %s '%.*s'", app->id.s, STR_FMT(passed));
    view->can_add = v->world->dev;
}

// Somebody is signed in, and who it is matters.
static bool other_would_help(const struct visit *v, enum wire_err error)
{
    return v->who.in.npeople && (error == W_USER_IS_RESTRICTED || error == W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP);
}

static bool is_transient(enum wire_err error)
{
    return error == W_CONSENT_EXPIRED || error == W_FATAL_ERROR || error == W_SERVICE_UNAVAILABLE;
}

static bool takes_html(const struct http_request *req)
{
    struct str accept = http_field(req, "Accept");
    return str_find_str(accept, STR("text/html")) < accept.n;
}

static void handed_out(struct http_request *req)
{
    struct failure *f = req->state;
    if (f->handout.op.outcome == OP_DONE)
        f->view.frame.form = f->handout.token;
    else // without a form the page still tells what is wrong
        f->view.can_add = f->view.other_person = false;
    send(req, f->error, &f->visit->why, &f->view);
}

// The page has buttons: a form has to stand behind them.
static void hand_out(struct failure *f)
{
    struct visit *v = f->visit;
    struct http_request *req = v->req;
    struct handout *h = &f->handout;
    *h = (struct handout){.world = v->world, .session = v->who.session};
    h->form = (struct form){.kind = FORM_ERROR,
                            .path = v->path,
                            .query = authorize_query(&v->args, v->args.team, req->arena),
                            .domain = v->args.host_domain};
    req->state = f;
    handout_run(h, req, handed_out);
}

void failure_show(struct visit *v, enum wire_err error)
{
    struct http_request *req = v->req;
    struct failure *f = arena_alloc(req->arena, sizeof *f);
    struct error_view *view = &f->view;
    bool tell = may_tell(v);
    *f = (struct failure){.visit = v, .error = error};
    page_frame(v->world, req, &view->frame);
    if (v->view.app && error != W_BAD_REDIRECT_URI) view->app = copy(v, v->view.app->name);
    if (tell) view->why = v->why.detail;
    if (error == W_BAD_REDIRECT_URI) put_redirect(v, tell, view);
    // A form that came back: its token is right, or there would be no row, so whoever sent it knows the request.
    if (is_transient(error) && v->form && v->readable && hash_equal(&v->form->hash, &v->token.hash))
        view->again = arena_printf(req->arena, "%.*s?%.*s", STR_FMT(v->form->path), STR_FMT(v->form->query));
    view->other_person = other_would_help(v, error);
    view->can_add = view->can_add && takes_html(req);
    if (v->place.user) view->frame.person = copy(v, user_name(v->place.user));
    op_release(&v->op); // rows of sessions and forms are the arena's and stay
    if (view->can_add || view->other_person)
        hand_out(f);
    else
        send(req, error, &v->why, view);
}
