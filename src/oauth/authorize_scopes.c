// SPDX-License-Identifier: Apache-2.0
#include "oauth/authorize_scopes.h"

#include "oauth/scopes.h"

enum {
    SF_NEVER = SF_NOREQUEST | SF_APP | SF_CONFIG | SF_INTERNAL, // README, "How to read scopes.tsv"
    SF_ANY = 0
};

// What one list of a page may hold. SF_ADMIN and SF_ENTERPRISE refuse nobody: the contract leaves that to a server
// switch, and there is none.
struct scope_rule {
    unsigned types;   // one of these
    unsigned refused; // none of these flags
    unsigned flags;   // one of these flags; SF_ANY: no matter
};

static const struct scope_rule bot_rule = {SCOPE_BOT, SF_NEVER | SF_CLASSIC, SF_ANY};
static const struct scope_rule user_rule[] = {
    [EP_V1] = {SCOPE_USER | SCOPE_LEGACY_BOT, SF_NEVER | SF_OIDC, SF_ANY},
    [EP_V2] = {SCOPE_USER, SF_NEVER | SF_CLASSIC, SF_ANY},
    [EP_V2_USER] = {SCOPE_USER, SF_NEVER | SF_CLASSIC, SF_ANY},
    [EP_OPENID] = {SCOPE_USER, SF_NEVER, SF_OIDC},
};

struct asking {
    const struct authorize_args *args;
    const struct app *app;
    struct arena *arena;
    struct authorize_plan *plan;
    struct why *why;
};

static enum wire_err unknown_scope(const struct asking *q, struct str name)
{
    const struct scope_row *near = scope_nearest(name);
    why_set(q->why, q->arena, CAUSE_SCOPE_UNKNOWN, "\"%.*s\" is no known scope%s%.*s%s", STR_FMT(str_upto(name, 100)),
            near ? "; did you mean \"" : "", STR_FMT(near ? near->name : (struct str){0}), near ? "\"?" : "");
    return W_INVALID_SCOPE;
}

static enum wire_err wrong_type(const struct asking *q, const struct scope_row *row)
{
    const char *hint = "it is not for this page";
    if (q->args->endpoint == EP_V2 && row->types & SCOPE_USER) hint = "ask for it in user_scope";
    if (row->types == SCOPE_BOT) hint = "it is for bots: ask for it in scope of /oauth/v2/authorize";
    why_set(q->why, q->arena, CAUSE_SCOPE_LIST, "\"%.*s\" cannot be in this list: %s", STR_FMT(row->name), hint);
    return W_INVALID_SCOPE;
}

static enum wire_err check_list(const struct asking *q, struct str list, const struct scope_rule *rule)
{
    struct str name;
    while (scopes_next(&list, &name)) {
        const struct scope_row *row = scope_find(name);
        if (!row) return unknown_scope(q, name);
        if (!(row->types & rule->types)) return wrong_type(q, row);
        if (row->flags & rule->refused || (rule->flags && !(row->flags & rule->flags))) {
            why_set(q->why, q->arena, CAUSE_SCOPE_FLAG, "\"%.*s\" cannot be asked for on this page", STR_FMT(name));
            return W_INVALID_SCOPE;
        }
    }
    return W_OK;
}

enum family { FAMILY_IDENTITY = 1, FAMILY_OIDC = 2, FAMILY_OTHER = 4 };

static unsigned families_of(struct str list)
{
    unsigned seen = 0;
    struct str name;
    while (scopes_next(&list, &name)) {
        unsigned flags = scope_find(name)->flags;
        seen |= flags & SF_IDENTITY ? FAMILY_IDENTITY : flags & SF_OIDC ? FAMILY_OIDC : FAMILY_OTHER;
    }
    return seen;
}

// Sign-in scopes stand alone, each of the two kinds by itself.
static enum wire_err check_mixture(const struct asking *q)
{
    struct str user = q->plan->user_scopes;
    unsigned seen = families_of(q->plan->bot_scopes) | families_of(user);
    const char *text = NULL;
    if (seen != FAMILY_IDENTITY && seen != FAMILY_OIDC && seen != FAMILY_OTHER)
        text = "identity scopes and other scopes cannot be asked for at the same time";
    else if (seen == FAMILY_IDENTITY && !scopes_has(user, STR("identity.basic")))
        text = "identity.basic has to be among the identity scopes";
    else if (q->args->endpoint == EP_OPENID && !scopes_has(user, STR("openid")))
        text = "scope has to hold openid"; // openid.md 1
    else if (q->args->endpoint == EP_V1 && scopes_has(user, STR("bot")) &&
             (scopes_has(user, STR("client")) || scopes_has(user, STR("read")) || scopes_has(user, STR("post"))))
        text = "bot cannot be asked for with client, read or post"; // legacy.md 2
    if (!text) return W_OK;
    why_set(q->why, q->arena, CAUSE_SCOPE_MIXED, "%s", text);
    return W_INVALID_SCOPE;
}

// authorize.md 5: a desktop redirect gets no bot token.
static enum wire_err check_desktop(const struct asking *q)
{
    if (str_empty(q->plan->bot_scopes) || !redirect_is_desktop(q->plan->redirect_uri, q->app->flags & APP_PKCE))
        return W_OK;
    why_set(q->why, q->arena, CAUSE_SCOPE_LIST, "bot scopes cannot be asked for with the desktop redirect \"%.*s\"",
            STR_FMT(str_upto(q->plan->redirect_uri, 150)));
    return W_INVALID_SCOPE;
}

// A published app may ask for what its review approved (newer pages only: errors.tsv).
static enum wire_err check_approved(const struct asking *q, struct str list)
{
    struct str name;
    bool newer = q->args->endpoint == EP_V2 || q->args->endpoint == EP_V2_USER;
    if (!newer || str_empty(q->app->published_scopes)) return W_OK;
    while (scopes_next(&list, &name)) {
        if (lines_has(q->app->published_scopes, name)) continue;
        why_set(q->why, q->arena, CAUSE_SCOPE_UNAPPROVED, "An unauthorized permission was requested: %.*s",
                STR_FMT(name));
        return W_UNAPPROVED_SCOPE;
    }
    return W_OK;
}

// Those of `asked` that the app lists as optional (authorize.md 2.2).
static struct str optional_of(struct str asked, struct str lines, struct arena *arena)
{
    struct str name;
    char *p = arena_alloc(arena, asked.n + 1);
    size_t n = 0;
    while (p && scopes_next(&asked, &name)) {
        if (!lines_has(lines, name)) continue;
        if (n) p[n++] = ',';
        memcpy(p + n, name.p, name.n);
        n += name.n;
    }
    return str_make(p, n);
}

static void read_lists(const struct asking *q)
{
    const struct authorize_args *a = q->args;
    struct str first = scopes_normalize(a->scope, q->arena);
    bool both = a->endpoint == EP_V2 || a->endpoint == EP_V2_USER; // the other pages know one parameter
    struct str second = both ? scopes_normalize(a->user_scope, q->arena) : (struct str){0};
    q->plan->bot_scopes = a->endpoint == EP_V2 ? first : (struct str){0};
    // authorize.md 10: v2_user takes user scopes in either parameter.
    q->plan->user_scopes = a->endpoint == EP_V2 ? second : scopes_union(first, second, q->arena);
    if (!both) return; // optional scopes came with manifests; sign-in and classic grants are whole
    q->plan->bot_optional = optional_of(q->plan->bot_scopes, q->app->bot_optional, q->arena);
    q->plan->user_optional = optional_of(q->plan->user_scopes, q->app->user_optional, q->arena);
}

enum wire_err authorize_scopes(const struct authorize_args *args, const struct app *app, struct arena *arena,
                               struct authorize_plan *plan, struct why *why)
{
    struct asking q = {.args = args, .app = app, .arena = arena, .plan = plan, .why = why};
    read_lists(&q);
    if (str_empty(plan->bot_scopes) && str_empty(plan->user_scopes)) {
        why_set(why, arena, CAUSE_SCOPE_BLANK, "no scope was asked for");
        return W_BLANK_SCOPE;
    }
    TRY(check_list(&q, plan->bot_scopes, &bot_rule));
    TRY(check_list(&q, plan->user_scopes, &user_rule[args->endpoint]));
    TRY(check_mixture(&q));
    TRY(check_desktop(&q));
    TRY(check_approved(&q, plan->bot_scopes));
    return check_approved(&q, plan->user_scopes);
}

static const struct scope_row *noorg_of(struct str list)
{
    struct str name;
    while (scopes_next(&list, &name))
        if (scope_find(name)->flags & SF_NOORG) return scope_find(name);
    return NULL;
}

const struct scope_row *authorize_noorg(const struct authorize_plan *plan)
{
    const struct scope_row *row = noorg_of(plan->bot_scopes);
    return row ? row : noorg_of(plan->user_scopes);
}

bool authorize_webhook(const struct authorize_plan *plan)
{
    struct str name = STR("incoming-webhook");
    return scopes_has(plan->bot_granted, name) || scopes_has(plan->user_granted, name);
}
