// SPDX-License-Identifier: Apache-2.0
#include "oauth/authorize.h"

#include "oauth/account.h"
#include "oauth/authorize_scopes.h"
#include "oauth/client.h"
#include "oauth/pkce.h"
#include "oauth/scopes.h"

// What every check looks at; view and consent are NULL in those that need no person.
struct asking {
    const struct authorize_args *args;
    const struct app *app;
    const struct authorize_view *view;
    struct arena *arena;
    struct authorize_plan *plan;
    struct why *why;
};

static bool printable(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~') return false;
    return true;
}

static void too_long(const struct asking *q, const char *name, size_t n, int most)
{
    why_set(q->why, q->arena, CAUSE_PARAM_LENGTH, "%s has %zu bytes; at most %d", name, n, most);
}

static enum wire_err check_client(const struct asking *q)
{
    struct str id = q->args->client_id;
    if (str_empty(id)) {
        why_set(q->why, q->arena, CAUSE_CLIENT_ID_MISSING, "Please specify client_id");
        return W_MISSING_CLIENT_ID;
    }
    if (id.n > LIMIT_CLIENT_ID) {
        too_long(q, "client_id", id.n, LIMIT_CLIENT_ID);
        return W_INVALID_CLIENT_ID;
    }
    if (q->app && !(q->app->flags & APP_DELETED)) return W_OK;
    if (q->app)
        why_set(q->why, q->arena, CAUSE_APP_DELETED, "the app of this client_id was deleted");
    else if (!printable(id))
        why_set(q->why, q->arena, CAUSE_CLIENT_ID_INVISIBLE,
                "client_id holds a character that cannot be seen: \"%.*s\"", STR_FMT(str_upto(id, LIMIT_CLIENT_ID)));
    else if (!client_id_valid(id))
        why_set(q->why, q->arena, CAUSE_CLIENT_ID_SHAPE, "client_id \"%.*s\" is not of the form digits.digits",
                STR_FMT(str_upto(id, LIMIT_CLIENT_ID)));
    else
        why_set(q->why, q->arena, CAUSE_CLIENT_ID_UNKNOWN, "no app has the client_id \"%.*s\"", STR_FMT(id));
    return W_INVALID_CLIENT_ID;
}

// legacy.md 2: classic apps on the classic page, granular apps on the others.
static enum wire_err check_family(const struct asking *q)
{
    bool classic = q->app->flags & APP_CLASSIC;
    if (classic == (q->args->endpoint == EP_V1)) return W_OK;
    why_set(q->why, q->arena, CAUSE_APP_FAMILY, "%s",
            classic ? "this is a classic app: send people to /oauth/authorize"
                    : "this is no classic app: send people to /oauth/v2/authorize");
    return W_OAUTH_AUTHORIZATION_URL_MISMATCH;
}

static void explain_redirect(const struct asking *q)
{
    struct redirect_hint *hint = &q->plan->hint;
    redirect_explain(q->app->redirect_urls, q->args->redirect_uri, hint);
    if (hint->count == 0)
        why_set(q->why, q->arena, CAUSE_REDIRECT_NONE_CONFIGURED, "the app has no redirect URL configured");
    else
        why_set(q->why, q->arena, CAUSE_REDIRECT_NO_MATCH, "\"%.*s\" matches no configured URL; closest \"%.*s\": %s",
                STR_FMT(str_upto(q->args->redirect_uri, 100)), STR_FMT(str_upto(hint->closest, 100)), hint->text);
}

// authorize.md 3: the parameter, or the first configured URL.
static enum wire_err check_redirect(const struct asking *q)
{
    struct str sent = q->args->redirect_uri, first = redirect_first(q->app->redirect_urls);
    bool good = str_empty(sent) ? !str_empty(first) : redirect_find(q->app->redirect_urls, sent).p != NULL;
    if (!good) {
        explain_redirect(q);
        return W_BAD_REDIRECT_URI;
    }
    q->plan->redirect_sent = !str_empty(sent);
    q->plan->redirect_uri = str_empty(sent) ? first : sent;
    q->plan->redirect_first = str_eq(q->plan->redirect_uri, first);
    return W_OK;
}

static enum wire_err check_state(const struct asking *q)
{
    if (q->args->state.n <= LIMIT_STATE) return W_OK;
    why_set(q->why, q->arena, CAUSE_STATE_LENGTH, "state has %zu bytes; at most %d", q->args->state.n, LIMIT_STATE);
    return W_INVALID_STATE;
}

// Every name counts, repeated ones too: this is about what has to be read.
static size_t names_in(struct str list)
{
    size_t n = 0;
    for (size_t i = 0; i < list.n; i++)
        n += !scopes_separator(list.p[i]) && (i == 0 || scopes_separator(list.p[i - 1]));
    return n;
}

// The other parameters that this page reads, before anything is made of them (security.md S38). client_id,
// redirect_uri, state and the PKCE parameters have codes of their own for it.
static enum wire_err check_lengths(const struct asking *q)
{
    const struct authorize_args *a = q->args;
    bool both = a->endpoint == EP_V2 || a->endpoint == EP_V2_USER; // the other pages know no user_scope
    const struct {
        const char *name;
        struct str value;
        int most;
        bool names; // it is a list of them
    } rows[] = {
        {"team", a->team, LIMIT_ID - 1, false},
        {"nonce", a->endpoint == EP_OPENID ? a->nonce : (struct str){0}, LIMIT_NONCE, false},
        {"scope", a->scope, LIMIT_SCOPE_LIST, true},
        {"user_scope", both ? a->user_scope : (struct str){0}, LIMIT_SCOPE_LIST, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t names = rows[i].names ? names_in(rows[i].value) : 0;
        if (rows[i].value.n > (size_t)rows[i].most)
            too_long(q, rows[i].name, rows[i].value.n, rows[i].most);
        else if (names > LIMIT_SCOPES)
            why_set(q->why, q->arena, CAUSE_PARAM_LENGTH, "%s has %zu names; at most %d", rows[i].name, names,
                    LIMIT_SCOPES);
        else
            continue;
        return W_INVALID_ARGUMENTS;
    }
    return W_OK;
}

static enum wire_err check_response_type(const struct asking *q)
{
    if (q->args->endpoint != EP_OPENID || str_eq(q->args->response_type, STR("code"))) return W_OK;
    why_set(q->why, q->arena, CAUSE_RESPONSE_TYPE, "response_type is \"%.*s\"; this page takes code",
            STR_FMT(str_upto(q->args->response_type, 64)));
    return W_UNSUPPORTED_RESPONSE_TYPE;
}

// authorize.md 5. Without PKCE the parameters are unknown ones, hence ignored.
static enum wire_err check_pkce(const struct asking *q)
{
    struct str challenge = q->args->code_challenge, method = q->args->code_challenge_method;
    if (!(q->app->flags & APP_PKCE)) return W_OK;
    if (str_empty(challenge)) {
        if (!redirect_is_custom_scheme(q->plan->redirect_uri)) return W_OK;
        why_set(q->why, q->arena, CAUSE_CHALLENGE, "a redirect with a custom scheme needs code_challenge");
        return W_PKCE_REQUIRED;
    }
    if (!str_eq(method, STR("S256"))) {
        why_set(q->why, q->arena, CAUSE_CHALLENGE, "code_challenge_method is \"%.*s\"; only S256 is served",
                STR_FMT(str_upto(method, 64)));
        return W_INVALID_CODE_CHALLENGE_METHOD;
    }
    if (!pkce_challenge_valid(challenge)) {
        why_set(q->why, q->arena, CAUSE_CHALLENGE, "code_challenge has %zu bytes; it takes %d of A-Z a-z 0-9 - _%s",
                challenge.n, PKCE_CHALLENGE_SIZE, challenge.n == 64 ? " (base64url of the digest, not hex)" : "");
        return W_INVALID_CODE_CHALLENGE;
    }
    q->plan->challenge = challenge;
    return W_OK;
}

static enum wire_err check_scopes(const struct asking *q)
{
    return authorize_scopes(q->args, q->app, q->arena, q->plan, q->why);
}

// authorize.md 6: any full member may install or sign in.
static enum wire_err check_member(const struct asking *q)
{
    const struct user *user = q->view->user;
    if (user->role != ROLE_GUEST && user->role != ROLE_DEACTIVATED) return W_OK;
    bool guest = user->role == ROLE_GUEST;
    why_set(q->why, q->arena, guest ? CAUSE_USER_GUEST : CAUSE_USER_DEACTIVATED, "user %s is %s", user->id.s,
            guest ? "a guest: full members may install and sign in" : "deactivated");
    return W_USER_IS_RESTRICTED;
}

// authorize.md 4: an undistributed app stays at home, for an org-wide install with the people of its workspace.
static enum wire_err check_distribution(const struct asking *q)
{
    const struct workspace *w = q->view->workspace;
    bool nowhere = !w && !q->plan->org_wide; // still to be picked
    const struct id *place = w ? &w->id : &q->view->user->workspace;
    if (nowhere || q->app->flags & APP_DISTRIBUTED || id_eq(place, &q->app->workspace)) return W_OK;
    why_set(q->why, q->arena, CAUSE_TEAM_FOREIGN, "the app is not distributed: it cannot leave its workspace for %s",
            w ? w->id.s : q->view->enterprise->id.s);
    return W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP;
}

static bool org_admin_of(const struct authorize_view *v, const struct id *enterprise)
{
    return v->user->role == ROLE_ORG_ADMIN && v->home && !id_none(enterprise) &&
           id_eq(&v->home->enterprise, enterprise);
}

// authorize.md 4: org-ready apps, on the pages that install, by an admin of that org.
static enum wire_err check_org(const struct asking *q)
{
    bool installs = q->args->endpoint == EP_V2 || q->args->endpoint == EP_V2_USER;
    if (!q->plan->org_wide) return W_OK;
    if (!installs || !(q->app->flags & APP_ORG_DEPLOY)) {
        why_set(q->why, q->arena, CAUSE_ORG_INSTALL, "%s",
                installs ? "the app is not made for org-wide installs (org_deploy_enabled)"
                         : "this page takes a workspace, not an organization");
        return W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP;
    }
    if (!org_admin_of(q->view, &q->view->enterprise->id)) {
        why_set(q->why, q->arena, CAUSE_ORG_INSTALL, "user %s is no admin of organization %s", q->view->user->id.s,
                q->view->enterprise->id.s);
        return W_USER_IS_RESTRICTED;
    }
    const struct scope_row *row = authorize_noorg(q->plan);
    if (!row) return W_OK;
    why_set(q->why, q->arena, CAUSE_SCOPE_FLAG, "\"%.*s\" cannot be part of an org-wide install", STR_FMT(row->name));
    return W_SCOPE_NOT_ALLOWED_ON_ENTERPRISE;
}

// Of those asked for, the ones that no approved request holds.
static struct str not_approved(const struct asking *q, struct str asked, bool bot)
{
    const struct row_list *list = q->view->approvals;
    for (size_t i = 0; list && i < list->n; i++) {
        const struct approval *a = list->v[i];
        if (a->verdict != VERDICT_APPROVED) continue;
        asked = scopes_without(asked, bot ? a->bot_scopes : a->user_scopes, q->arena);
    }
    return asked;
}

// Whether what the admins have approved holds all that is asked for.
static bool approved(const struct asking *q)
{
    return str_empty(not_approved(q, q->plan->bot_scopes, true)) &&
           str_empty(not_approved(q, q->plan->user_scopes, false));
}

// The person's newest request that was not approved.
static const struct approval *asked_before(const struct authorize_view *v)
{
    for (size_t i = 0; v->approvals && i < v->approvals->n; i++) {
        const struct approval *a = v->approvals->v[i];
        if (a->verdict != VERDICT_APPROVED && id_eq(&a->user, &v->user->id)) return a;
    }
    return NULL;
}

// authorize.md 4 and 6: with approval on, members may not install by themselves. Sign-in installs nothing.
static void look_for_approval(const struct asking *q)
{
    const struct workspace *w = q->view->workspace;
    bool free_to = !w || !(w->flags & WS_NEEDS_APPROVAL) || q->args->endpoint == EP_OPENID;
    q->plan->needs_approval = !free_to && !user_is_approver(q->view->user) && !approved(q);
    if (q->plan->needs_approval) q->plan->asked = asked_before(q->view);
}

// Who may only ask cannot allow.
static enum wire_err check_approval(const struct asking *q)
{
    if (!q->plan->needs_approval) return W_OK;
    why_set(q->why, q->arena, CAUSE_APPROVAL_NEEDED, "workspace %s lets its admins alone install apps",
            q->view->workspace->id.s);
    return W_USER_IS_RESTRICTED;
}

typedef enum wire_err check(const struct asking *q);

// authorize.md 7.3: the order is the precedence of the errors; client and redirect_uri stand first because nothing may
// be trusted before them.
static check *const without_person[] = {
    check_client,  check_family,        check_redirect, check_state,
    check_lengths, check_response_type, check_pkce,     check_scopes,
};
static check *const with_person[] = {check_distribution, check_org};

static enum wire_err run(check *const *checks, size_t n, const struct asking *q)
{
    for (size_t i = 0; i < n; i++) TRY(checks[i](q));
    return q->arena->failed ? W_FATAL_ERROR : W_OK;
}

enum wire_err authorize_check(const struct authorize_args *args, const struct app *app, struct arena *arena,
                              struct authorize_plan *plan, struct why *why)
{
    struct asking q = {.args = args, .app = app, .arena = arena, .plan = plan, .why = why};
    *plan = (struct authorize_plan){0};
    plan->error = run(without_person, ARRAY_LEN(without_person), &q);
    return plan->error;
}

// Signed in there: one's own workspace, or for an org admin any of the org.
static bool belongs(const struct authorize_view *v)
{
    return !v->workspace || id_eq(&v->user->workspace, &v->workspace->id) || org_admin_of(v, &v->workspace->enterprise);
}

// A webhook may only go to a channel of the place of the install; of an org, the admin's own workspace.
static bool channel_fits(const struct asking *q, const struct consent *consent)
{
    const struct authorize_view *v = q->view;
    const struct workspace *place = v->workspace ? v->workspace : v->home;
    bool asked = scopes_has(q->plan->bot_scopes, STR("incoming-webhook")) ||
                 scopes_has(q->plan->user_scopes, STR("incoming-webhook"));
    if (!v->channel) return !asked || id_none(&consent->channel); // one that was picked is there
    return !authorize_webhook(q->plan) || (place && id_eq(&v->channel->workspace, &place->id));
}

// What is left without the optional scopes that were unticked, and without a webhook where there is no channel that it
// could post to: whoever is granted that scope gets the webhook with it (oauth.v2.access.md 7.1).
static struct str granted(const struct asking *q, struct str asked, struct str optional, const struct consent *consent)
{
    struct str kept = scopes_without(optional, consent->untick, q->arena);
    if (consent->ticks) kept = scopes_without(kept, scopes_without(kept, consent->ticked, q->arena), q->arena);
    struct str left = scopes_without(asked, scopes_without(optional, kept, q->arena), q->arena);
    return q->view->channel ? left : scopes_without(left, STR("incoming-webhook"), q->arena);
}

static enum authorize_outcome denied(const struct asking *q)
{
    why_set(q->why, q->arena, CAUSE_USER_DENIED, "the person pressed Cancel");
    return AUTH_DENIED;
}

// openid.md 1: who has signed in to the app from the workspace that `team` names is not asked again.
static bool signed_in_before(const struct asking *q)
{
    const struct authorize_view *v = q->view;
    return q->args->endpoint == EP_OPENID && v->workspace && str_eq(q->args->team, id_str(&v->workspace->id)) &&
           v->own && str_empty(scopes_missing(v->own->scopes, q->plan->user_scopes, q->arena));
}

static enum authorize_outcome consent_outcome(const struct asking *q, const struct consent *consent)
{
    bool placed = q->view->workspace || q->plan->org_wide;
    bool approve = consent->decision == DECISION_APPROVE || (consent->decision == DECISION_NONE && signed_in_before(q));
    if (consent->decision == DECISION_DENY) return denied(q);
    if (consent->decision == DECISION_REQUEST && q->plan->needs_approval && channel_fits(q, consent))
        return AUTH_REQUEST;
    if (approve && placed && channel_fits(q, consent)) return AUTH_ISSUE;
    why_set(q->why, q->arena, CAUSE_CONSENT_NEEDED, "%s",
            !placed                    ? "no workspace was picked"
            : channel_fits(q, consent) ? "the person has not decided yet"
                                       : "the channel is not in the workspace of the install");
    return AUTH_NEED_CONSENT;
}

enum authorize_outcome authorize_decide(const struct authorize_args *args, const struct authorize_view *view,
                                        const struct consent *consent, struct arena *arena, struct authorize_plan *plan,
                                        struct why *why)
{
    struct asking q = {.args = args, .app = view->app, .view = view, .arena = arena, .plan = plan, .why = why};
    if (authorize_check(args, view->app, arena, plan, why)) return AUTH_ERROR;
    // Cancel needs no account.
    if (!view->user) return consent->decision == DECISION_DENY ? denied(&q) : AUTH_NEED_SIGNIN;
    plan->org_wide = !view->workspace && view->enterprise;
    plan->error = check_member(&q);
    if (plan->error) return AUTH_ERROR;
    if (!belongs(view)) {
        why_set(why, arena, CAUSE_TEAM_FOREIGN, "user %s is not signed in to workspace %s", view->user->id.s,
                view->workspace->id.s);
        return AUTH_NEED_SIGNIN;
    }
    plan->bot_granted = granted(&q, plan->bot_scopes, plan->bot_optional, consent);
    plan->user_granted = granted(&q, plan->user_scopes, plan->user_optional, consent);
    plan->error = run(with_person, ARRAY_LEN(with_person), &q);
    if (plan->error) return AUTH_ERROR;
    look_for_approval(&q);
    if (consent->decision == DECISION_APPROVE) plan->error = check_approval(&q);
    return plan->error ? AUTH_ERROR : consent_outcome(&q, consent);
}
