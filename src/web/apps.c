// SPDX-License-Identifier: Apache-2.0
#include "web/apps.h"

#include "oauth/account.h"
#include "oauth/scopes.h"
#include "web/own_page.h"
#include "web/page.h"
#include "web/places.h"
#include "world/ending.h"

enum { SHOWN = 40, READ_MAX = SHOWN + 1, WAITING_MAX = 1000 };

struct apps_page {
    struct own_page page;
    int here_at, org_at, apps_at, waiting_at;
};

static const struct row_list *list(const struct own_page *p, int at)
{
    return at < 0 ? NULL : op_row(&p->op, (unsigned)at);
}

static struct str app_ids(const struct row_list *installs, struct str ids, struct arena *arena)
{
    for (size_t i = 0; installs && i < installs->n; i++) {
        const struct install *install = installs->v[i];
        ids = arena_printf(arena, "%.*s%s%s", STR_FMT(ids), ids.n ? "," : "", install->app.s);
    }
    return ids;
}

// What was granted in the workspace and in its org, then the apps themselves.
static void want(struct own_page *p, struct op *op, unsigned round)
{
    struct apps_page *a = p->state;
    struct str user = id_str(&p->user->id);
    if (round == 0) {
        a->org_at = a->waiting_at = -1;
        a->here_at = (int)op_want_list(op, WANT_INSTALLS_AT, id_str(&p->home->id), user, READ_MAX);
        if (p->org) a->org_at = (int)op_want_list(op, WANT_INSTALLS_AT, id_str(&p->org->id), user, READ_MAX);
        if (user_is_approver(p->user))
            a->waiting_at = (int)op_want_list(op, WANT_APPROVALS_IN, id_str(&p->home->id), STR(""), WAITING_MAX);
    } else if (round == 1) {
        struct str ids = app_ids(list(p, a->here_at), STR(""), op->arena);
        ids = app_ids(list(p, a->org_at), ids, op->arena);
        a->apps_at = (int)op_want_list(op, WANT_APPS, ids, STR(""), 2 * READ_MAX);
    }
}

// One's own grants; the bot's also whoever installed it, and the admins of the place.
static bool may_revoke(const struct user *user, const struct workspace *home, const struct install *i)
{
    bool own = id_eq(&i->subject, &user->id) || (id_none(&i->subject) && id_eq(&i->installer, &user->id));
    if (own || id_is_org(&i->owner))
        return own || (user->role == ROLE_ORG_ADMIN && home && id_eq(&home->enterprise, &i->owner));
    return id_none(&i->subject) && user_is_approver(user) && id_eq(&i->owner, &user->workspace);
}

// Authorizations may hold repeats after a race (rows.h); people read each once, with air between.
static struct str spaced(struct str scopes, struct arena *arena)
{
    struct str out = {NULL, 0}, name;
    scopes = scopes_normalize(scopes, arena);
    while (scopes_next(&scopes, &name))
        out = arena_printf(arena, "%.*s%s%.*s", STR_FMT(out), out.n ? ", " : "", STR_FMT(name));
    return out;
}

static struct str used_words(const struct own_page *p, int64_t used)
{
    enum { DAY_MS = 24 * 3600 * 1000 };
    if (!used) return STR("never");
    return used / DAY_MS == p->req->now / DAY_MS ? STR("today") : page_date(used, p->req->arena);
}

static void add(const struct own_page *p, const struct row_list *installs, struct str place, struct apps_view *view,
                struct grant_view *out)
{
    const struct apps_page *a = p->state;
    struct arena *arena = p->req->arena;
    for (size_t n = 0; installs && n < installs->n; n++) {
        const struct install *i = installs->v[n];
        const struct app *app = row_by_id(list(p, a->apps_at), &i->app);
        if (!app || app->flags & APP_DELETED) continue;
        if (view->ngrants == SHOWN) {
            view->hidden++;
            continue;
        }
        out[view->ngrants++] = (struct grant_view){.app_id = id_str(&i->app),
                                                   .owner_id = id_str(&i->owner),
                                                   .subject_id = id_str(&i->subject),
                                                   .epoch = i->epoch,
                                                   .app = app->name,
                                                   .face = page_face(app->name, id_str(&app->id), arena),
                                                   .place = place,
                                                   .bot = id_none(&i->subject),
                                                   .scopes = spaced(i->scopes, arena),
                                                   .since = page_date(i->created, arena),
                                                   .used = used_words(p, i->used),
                                                   .may_revoke = may_revoke(p->user, p->home, i)};
    }
}

static void show(struct own_page *p, struct buf *body)
{
    const struct apps_page *a = p->state;
    const struct place_choice here = {.user = p->user, .home = p->home, .workspace = p->home, .enterprise = p->org};
    const struct row_list *waiting = list(p, a->waiting_at);
    struct grant_view *grants = arena_alloc(p->req->arena, SHOWN * sizeof *grants);
    struct apps_view view = {.notice = p->notice, .grants = grants};
    own_page_frame(p, &view.frame);
    if (grants) {
        add(p, list(p, a->here_at), p->home->name, &view, grants);
        add(p, list(p, a->org_at), p->org ? p->org->name : STR(""), &view, grants);
    }
    view.naccounts = places_list(&p->who.in, &here, NULL, p->req->arena, &view.accounts);
    view.approver = user_is_approver(p->user);
    view.waiting = waiting ? waiting->n : 0;
    view_apps(body, &view);
}

static void run(struct world *w, struct http_request *req, struct str notice)
{
    struct apps_page *a = arena_alloc(req->arena, sizeof *a);
    a->page = (struct own_page){.world = w,
                                .req = req,
                                .path = STR("/apps"),
                                .kind = FORM_APPS,
                                .notice = notice,
                                .state = a,
                                .want = want,
                                .show = show};
    own_page_run(&a->page);
}

struct revoking {
    struct post *post;
    struct who who;
    struct ending ending;
    struct op op;
    unsigned home; // index of the presser's workspace
    bool forbidden;
};

static void want_revoke(struct op *op, unsigned round)
{
    struct revoking *r = op->ctx;
    const struct str none = {NULL, 0};
    own_page_want_presser(&r->who, r->post, op, round);
    ending_want(&r->ending, op, round);
    if (round != 2) return;
    who_take_people(&r->who, op, NULL);
    struct str home = r->who.in.npeople ? id_str(&r->who.in.people[0]->workspace) : none;
    r->who.in = (struct place_view){0};
    r->home = op_want(op, WANT_WORKSPACE, home, none, none);
}

static enum wire_err decide_revoke(struct op *op)
{
    struct revoking *r = op->ctx;
    const struct user *user = own_page_presser(&r->who, r->post, op, FORM_APPS);
    const struct install *install = op_row(op, r->ending.install);
    if (!user) return W_CONSENT_EXPIRED;
    // Of another epoch: what was shown has ended, and what is there now was granted since.
    r->ending.nothing = !install || install->epoch != r->ending.like.epoch;
    if (r->ending.nothing) return W_OK;
    r->forbidden = !may_revoke(user, op_row(op, r->home), install);
    return r->forbidden ? W_OK : ending_decide(&r->ending, op);
}

static void revoked(struct http_request *req)
{
    struct revoking *r = req->state;
    req->note.commit_us = r->op.commit_us;
    op_release(&r->op);
    if (r->op.outcome == OP_REFUSED && r->op.refusal == W_CONSENT_EXPIRED)
        post_refuse(r->post);
    else if (r->op.outcome != OP_DONE)
        post_fault(r->post, &r->op);
    else if (r->forbidden)
        run(r->post->world, req, STR("Only admins and whoever installed the app may remove it from the workspace."));
    else
        run(r->post->world, req, r->ending.nothing ? STR("That had been revoked already.") : STR("Revoked."));
}

// Which authorization the button belongs to. false: the fields make no sense.
static bool read_grant(const struct args *a, struct install *out)
{
    uint64_t epoch;
    struct str app = args_value(a, "app"), owner = args_value(a, "owner"), subject = args_value(a, "subject");
    if (!str_copy(out->app.s, LIMIT_ID, app) || !str_copy(out->owner.s, LIMIT_ID, owner)) return false;
    if (!str_copy(out->subject.s, LIMIT_ID, subject)) return false;
    if (!str_u64(args_value(a, "epoch"), INT64_MAX, &epoch)) return false;
    out->epoch = (int64_t)epoch;
    return true;
}

static void press_revoke(struct world *w, struct http_request *req)
{
    static const struct op_type type = {.name = "revoke_grant", .want = want_revoke, .decide = decide_revoke};
    struct post *p = post_read(w, req);
    if (!p) return;
    struct revoking *r = arena_alloc(req->arena, sizeof *r);
    *r = (struct revoking){.post = p};
    if (!read_grant(&p->args, &r->ending.like)) {
        run(w, req, STR("That button belongs to nothing here."));
        return;
    }
    who_init(&r->who, w, req);
    r->ending.person = !id_none(&r->ending.like.subject); // removing the app itself ends all that hangs on it there
    ending_draw(&r->ending, w, req->now);
    r->op = (struct op){.type = &type, .arena = req->arena, .ctx = r, .now = req->now};
    req->state = r;
    world_run(w, req, &r->op, revoked);
}

void apps_handle(struct world *w, struct http_request *req)
{
    if (req->verb == VERB_POST)
        press_revoke(w, req);
    else if (req->verb == VERB_GET || req->verb == VERB_HEAD)
        run(w, req, (struct str){NULL, 0});
    else
        page_bad_verb(w, req, "GET, HEAD, POST", "This page is opened with GET.");
}
