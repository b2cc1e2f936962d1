// SPDX-License-Identifier: Apache-2.0
#include "web/post.h"

#include "codec/form.h"
#include "web/failure.h"
#include "web/page.h"

static void refuse(struct post *p, const char *text)
{
    why_set(&p->why, p->req->arena, CAUSE_FORM_FOREIGN, "%s", text);
    failure_plain(p->world, p->req, W_CONSENT_EXPIRED, &p->why, (struct str){NULL, 0});
}

// A form is sent by a page of ours in the one encoding that such pages use. NULL: it is; else what it is not.
static const char *wrong_with(struct post *p)
{
    struct http_request *req = p->req;
    if (!browser_same_site(req)) return "the form was sent from a page of another site";
    if (!str_istarts(http_field(req, "Content-Type"), STR("application/x-www-form-urlencoded")) || req->body_cut)
        return "the body is no form";
    if (form_parse(req->body, ARG_BODY, req->arena, &p->args)) return "the form cannot be read";
    return NULL;
}

struct post *post_read(struct world *w, struct http_request *req)
{
    struct post *p = arena_alloc(req->arena, sizeof *p);
    *p = (struct post){.world = w, .req = req};
    if (req->verb != VERB_POST) {
        page_bad_verb(w, req, "POST", "This is where a form of a page is sent to.");
        return NULL;
    }
    if (w->maintenance) {
        failure_plain(w, req, W_SERVICE_UNAVAILABLE, &p->why, (struct str){NULL, 0});
        return NULL;
    }
    const char *wrong = wrong_with(p);
    if (wrong) {
        refuse(p, wrong);
        return NULL;
    }
    bool cookie = browser_cookie(w, req, &p->cookie),
         token = credential_parse_form(args_value(&p->args, "form"), &p->token);
    p->whole = cookie && token;
    if (p->whole) return p;
    refuse(p, token ? "the browser sent no cookie" : "the form holds no token");
    return NULL;
}

void post_want(const struct post *p, struct op *op)
{
    op_want_id(op, WANT_SESSION, p->cookie.id);
    op_want_id(op, WANT_FORM, p->token.id);
}

enum form_state post_judge(struct post *p, const struct op *op, unsigned kinds)
{
    const struct session *session = op_row(op, 0);
    const struct form *form = op_row(op, 1);
    p->session = session_holds(session, &p->cookie, op->now) ? session : NULL;
    p->form = hash_equal(form ? &form->hash : NULL, &p->token.hash) ? form : NULL;
    p->state = form_judge(form, &p->token, p->session, kinds, op->now);
    return p->state;
}

void post_refuse(struct post *p)
{
    struct http_request *req = p->req;
    struct str again = p->form ? form_again(p->form, (struct str){NULL, 0}, p->world, req) : (struct str){NULL, 0};
    if (p->state == FORM_STALE)
        why_set(&p->why, req->arena, CAUSE_FORM_STALE,
                "the form was used already, is older than ten minutes, or "
                "somebody signed in or out since");
    else
        why_set(&p->why, req->arena, CAUSE_FORM_FOREIGN, "%s",
                !p->form      ? "no such form was handed out"
                : !p->session ? "the session of this browser has ended"
                              : "the form was handed to another browser, or by another page");
    failure_plain(p->world, req, W_CONSENT_EXPIRED, &p->why, again);
}

void post_fault(struct post *p, const struct op *op)
{
    enum wire_err error = failure_of_store(&p->why, p->req->arena, op);
    failure_plain(p->world, p->req, error, &p->why, (struct str){NULL, 0});
}

struct str form_again(const struct form *f, struct str team, struct world *w, struct http_request *req)
{
    struct visit *v = visit_new(w, req, f->path, EP_V2);
    if (!f->query.n || !visit_read(v, f->query, f->domain)) return arena_str(req->arena, f->path);
    return arena_printf(req->arena, "%.*s?%.*s", STR_FMT(f->path),
                        STR_FMT(authorize_query(&v->args, team.n ? team : v->args.team, req->arena)));
}
