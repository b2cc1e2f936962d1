// SPDX-License-Identifier: Apache-2.0
#include "oauth/exchange.h"

#include "oauth/account.h"
#include "oauth/mint.h"
#include "oauth/pkce.h"
#include "oauth/redirect.h"
#include "oauth/scopes.h"

enum { CODE_SIZE = 86, OPENID_VERIFIER_MIN = 43 }; // formats.md 3.2; openid.md 2

enum grant grant_of(struct str grant_type)
{
    if (str_empty(grant_type) || str_eq(grant_type, STR("authorization_code"))) return GRANT_CODE;
    if (str_eq(grant_type, STR("refresh_token"))) return GRANT_REFRESH;
    return GRANT_OTHER;
}

enum wire_err grant_refusal(struct str grant_type, enum code_endpoint endpoint)
{
    bool known = str_eq(grant_type, STR("password")) || str_eq(grant_type, STR("client_credentials")) ||
                 str_starts(grant_type, STR("urn:")); // RFC 6749 4.3, 4.4, 4.5
    return known && endpoint == EP_OPENID ? W_UNSUPPORTED_GRANT_TYPE : W_INVALID_GRANT_TYPE;
}

// What every step looks at.
struct exchange {
    const struct exchange_args *args;
    const struct exchange_view *view;
    struct exchange_plan *plan;
    struct arena *arena;
    struct why *why;
};

// Length of the longest beginning of s that a code could have: ten digits, '.', ten digits, '.', lower-case hex.
static size_t code_like(struct str s)
{
    size_t i = 0;
    for (; i < s.n && i < CODE_SIZE; i++) {
        bool dot = i == 10 || i == 21;
        bool hex = i > 21 && s.p[i] >= 'a' && s.p[i] <= 'f';
        if (dot ? s.p[i] != '.' : !ascii_digit(s.p[i]) && !hex) break;
    }
    return i;
}

// Why a text cannot be one of our codes; only what the caller sent itself.
static void explain_shape(const struct exchange *x)
{
    struct str s = x->args->code_text;
    size_t space = str_find(s, ' ');
    size_t like = code_like(s);
    if (space < s.n)
        why_set(x->why, x->arena, CAUSE_CODE_PLUS, "code holds a space at byte %zu: was a '+' sent unencoded?", space);
    else if (like == s.n && like > 10 && like < CODE_SIZE)
        why_set(x->why, x->arena, CAUSE_CODE_TRUNCATED, "code is cut short: %zu of %d bytes", s.n, CODE_SIZE);
    else
        why_set(
            x->why, x->arena, CAUSE_CODE_SHAPE,
            "code is no text that this server makes: %zu bytes, differs from the form digits.digits.hex at byte %zu",
            s.n, like);
}

// "4.2 s ago" as whole seconds and tenths.
static void explain_age(const struct exchange *x, enum cause cause, const char *what, int64_t then)
{
    long long ms = x->args->now > then ? (long long)(x->args->now - then) : 0;
    why_set(x->why, x->arena, cause, "%s %lld.%lld s ago", what, ms / 1000, ms % 1000 / 100);
}

static void judge_replay(const struct exchange *x);

// Step 9. Another app's code is refused before its state is looked at: its owner alone may learn that.
static enum wire_err step_code(const struct exchange *x)
{
    const struct code *code = x->view->code;
    bool same = hash_equal(code ? &code->hash : NULL, &x->args->code.hash);
    if (!x->args->code_ok) {
        explain_shape(x);
        return W_INVALID_CODE;
    }
    if (!code || !same) {
        why_set(x->why, x->arena, CAUSE_CODE_UNKNOWN, "no such code was issued, or it is long gone");
        return W_INVALID_CODE;
    }
    if (!id_eq(&code->app, &x->view->app->id)) {
        why_set(x->why, x->arena, CAUSE_CODE_FOREIGN, "code was issued to another client id");
        return W_INVALID_CODE;
    }
    if (x->args->now >= code->expires) {
        explain_age(x, CAUSE_CODE_EXPIRED, "code expired", code->expires);
        return W_INVALID_CODE;
    }
    if (code->spent_at) {
        judge_replay(x);
        explain_age(x, CAUSE_CODE_USED, "code was already exchanged", code->spent_at);
        return x->args->endpoint == EP_V1 ? W_CODE_ALREADY_USED : W_INVALID_CODE; // legacy.md 3
    }
    if (code->attempts >= LIMIT_CODE_ATTEMPTS) {
        why_set(x->why, x->arena, CAUSE_CODE_ATTEMPTS, "code was discarded after %u failed exchanges", code->attempts);
        return W_INVALID_CODE;
    }
    return W_OK;
}

// Step 10: the matrix of legacy.md 1.
static enum wire_err step_endpoint(const struct exchange *x)
{
    static const struct {
        const char *page, *method;
    } family[] = {
        [EP_V1] = {"/oauth/authorize", "oauth.access"},
        [EP_V2] = {"/oauth/v2/authorize", "oauth.v2.access"},
        [EP_V2_USER] = {"/oauth/v2_user/authorize", "oauth.v2.user.access"},
        [EP_OPENID] = {"/openid/connect/authorize", "openid.connect.token"},
    };
    enum code_endpoint made = x->view->code->endpoint, here = x->args->endpoint;
    if (made == here) return W_OK;
    why_set(x->why, x->arena, CAUSE_WRONG_ENDPOINT, "code came from %s; exchange it at %s, or send people to %s",
            family[made].page, family[made].method, family[here].page);
    return W_OAUTH_AUTHORIZATION_URL_MISMATCH;
}

// Step 11.
static enum wire_err step_redirect(const struct exchange *x)
{
    bool lenient = x->args->settings->redirect_uri_lenient;
    return redirect_exchange_ok(x->view->code, x->args->redirect_uri, lenient, x->arena, x->why) ? W_OK
                                                                                                 : W_BAD_REDIRECT_URI;
}

// openid.md 2: the RFC 7636 minimum holds here, and the names are those of RFC 6749.
static enum wire_err openid_pkce_name(const struct code *code, enum wire_err e)
{
    switch (e) {
    case W_PKCE_NOT_ALLOWED: return W_INVALID_REQUEST;
    case W_INVALID_CODE_VERIFIER: return str_empty(code->challenge) ? W_INVALID_REQUEST : W_INVALID_GRANT;
    default: return e;
    }
}

// Step 12.
static enum wire_err step_pkce(const struct exchange *x)
{
    const struct exchange_args *a = x->args;
    bool openid = a->endpoint == EP_OPENID;
    if (openid && !str_empty(a->code_verifier) &&
        (a->code_verifier.n < OPENID_VERIFIER_MIN || !pkce_verifier_valid(a->code_verifier))) {
        why_set(x->why, x->arena, CAUSE_VERIFIER_SHAPE,
                "code_verifier has %zu bytes; this method takes %d to %d of A-Z a-z 0-9 - . _ ~", a->code_verifier.n,
                OPENID_VERIFIER_MIN, PKCE_VERIFIER_MAX);
        return W_INVALID_REQUEST;
    }
    enum wire_err e = pkce_decide(x->view->code, x->view->app->flags & APP_PKCE, a->code_verifier,
                                  a->secret_given && a->settings->pkce_strict, x->arena, x->why);
    return openid ? openid_pkce_name(x->view->code, e) : e;
}

static bool install_live(const struct install *i)
{
    return i && !str_empty(i->scopes);
}

// security.md S9: under code.on_replay = revoke only a replay that is good in all else ends what the code granted;
// whoever merely saw the code could end it otherwise. The answer tells nothing of this.
static void judge_replay(const struct exchange *x)
{
    struct why untold = {0};
    struct exchange quiet = *x;
    quiet.why = &untold;
    const struct code *code = x->view->code;
    if (x->args->settings->code_on_replay != ON_REPLAY_REVOKE) return;
    if (step_endpoint(&quiet) || step_redirect(&quiet)) return;
    if (code->endpoint != EP_V1 && step_pkce(&quiet)) return; // v1 has no step 12
    x->plan->end_bot = !str_empty(mint_bot_scopes(code)) && install_live(x->view->bot);
    x->plan->end_person = !str_empty(code->user_scopes) && install_live(x->view->person);
}

// Step 13, the person or place has gone since the consent. RFC 6749 5.2 counts that as an invalid grant, which is
// invalid_code here.
static enum wire_err step_present(const struct exchange *x)
{
    const struct exchange_view *v = x->view;
    if (user_closed(v->user, v->code->id)) {
        why_set(x->why, x->arena, CAUSE_USER_DEACTIVATED, "the account of user %s was closed after the consent",
                v->code->user.s);
        return W_INVALID_CODE;
    }
    bool org_wide = id_none(&v->code->workspace);
    if (org_wide ? !v->enterprise : !v->workspace) {
        why_set(x->why, x->arena, CAUSE_TEAM_GONE, "%s %s was removed after the consent",
                org_wide ? "organization" : "workspace", org_wide ? v->code->enterprise.s : v->code->workspace.s);
        return W_INVALID_CODE;
    }
    return W_OK;
}

static enum wire_err step_migrating(const struct exchange *x)
{
    const struct workspace *w = x->view->workspace;
    if (!w || !(w->flags & WS_MIGRATING)) return W_OK;
    why_set(x->why, x->arena, CAUSE_TEAM_MIGRATING, "workspace %s is being moved into an organization", w->id.s);
    return W_TEAM_ADDED_TO_ORG;
}

static enum wire_err step_preview(const struct exchange *x)
{
    const struct workspace *w = x->view->workspace;
    bool by_team = w && w->flags & WS_PREVIEW_BLOCKED;
    if (!by_team && !(x->view->app->flags & APP_PREVIEW_BLOCKED)) return W_OK;
    why_set(x->why, x->arena, CAUSE_PREVIEW_BLOCKED, "flag preview_feature_not_available is set on the %s",
            by_team ? "workspace" : "app");
    return W_PREVIEW_FEATURE_NOT_AVAILABLE;
}

static enum wire_err step_email(const struct exchange *x)
{
    if (x->view->user->email_verified) return W_OK;
    why_set(x->why, x->arena, CAUSE_EMAIL_UNVERIFIED, "the e-mail address of user %s is not verified",
            x->view->user->id.s);
    return W_USER_EMAIL_UNVERIFIED;
}

// A code for one workspace of an org in which the app is installed as a whole.
static enum wire_err step_org(const struct exchange *x)
{
    const struct exchange_view *v = x->view;
    if (id_none(&v->code->workspace) || (!install_live(v->org_bot) && !install_live(v->org_person))) return W_OK;
    why_set(x->why, x->arena, CAUSE_ORG_INSTALLED, "the app is installed in organization %s as a whole",
            v->code->enterprise.s);
    return W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP;
}

static enum wire_err step_scopes(const struct exchange *x)
{
    const struct code *code = x->view->code;
    bool user_only = x->args->endpoint == EP_V2_USER; // section 10: its codes never hold bot scopes
    if (!str_empty(code->user_scopes) || !str_empty(code->bot_scopes)) return W_OK;
    why_set(x->why, x->arena, CAUSE_NOTHING_GRANTED, "the user unticked every %s that was asked for",
            user_only ? "user scope" : "scope");
    return user_only ? W_NO_USER_SCOPES : W_NO_SCOPES;
}

enum {
    ON_V1 = 1 << EP_V1,
    ON_V2 = 1 << EP_V2,
    ON_V2_USER = 1 << EP_V2_USER,
    ON_OPENID = 1 << EP_OPENID,
    ON_INSTALL = ON_V2 | ON_V2_USER,
    ON_ALL = ON_V1 | ON_INSTALL | ON_OPENID
};

// oauth.v2.access.md 5: the order here is the precedence of the errors. Which method knows which error: errors.tsv,
// column `methods`.
static const struct step {
    enum wire_err (*run)(const struct exchange *x);
    unsigned endpoints;
    bool counts; // a refusal is a failed attempt of the code
} steps[] = {
    {step_code, ON_ALL, false},                   // 9
    {step_endpoint, ON_ALL, true},                // 10
    {step_redirect, ON_ALL, true},                // 11
    {step_pkce, ON_INSTALL | ON_OPENID, true},    // 12
    {step_present, ON_ALL, true},                 // 13
    {step_migrating, ON_ALL, true},               // 13
    {step_preview, ON_INSTALL | ON_OPENID, true}, // 13
    {step_email, ON_INSTALL | ON_V1, true},       // 13
    {step_org, ON_INSTALL | ON_OPENID, true},     // 13
    {step_scopes, ON_INSTALL, true},              // 13
};

enum wire_err exchange_decide(const struct exchange_args *args, const struct exchange_view *view,
                              const struct exchange_mint *mint, struct arena *arena, struct exchange_plan *plan,
                              struct why *why)
{
    struct exchange x = {.args = args, .view = view, .plan = plan, .arena = arena, .why = why};
    *plan = (struct exchange_plan){0};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (!(steps[i].endpoints & (1u << args->endpoint))) continue;
        enum wire_err e = steps[i].run(&x);
        if (!e) continue;
        plan->count_attempt = steps[i].counts;
        return e;
    }
    mint_plan(args, view, mint, arena, plan);
    return arena->failed ? W_FATAL_ERROR : W_OK;
}
