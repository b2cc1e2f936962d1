// SPDX-License-Identifier: Apache-2.0
#include "oauth/swap.h"

#include "oauth/account.h"
#include "oauth/mint.h"

// What every step looks at.
struct swapping {
    const struct swap_args *args;
    const struct swap_view *view;
    struct arena *arena;
    struct why *why;
};

#define REFUSE(s, error, ...)                                                                                          \
    do {                                                                                                               \
        why_set((s)->why, (s)->arena, __VA_ARGS__);                                                                    \
        return error;                                                                                                  \
    } while (0)

static enum wire_err step_setting(const struct swapping *s)
{
    if (s->view->app->flags & APP_ROTATION) return W_OK;
    REFUSE(s, W_TOKEN_ROTATION_NOT_ENABLED, CAUSE_ROTATION_OFF,
           "settings.token_rotation_enabled is off in the manifest of the app");
}

static enum wire_err step_known(const struct swapping *s)
{
    const struct token *row = s->view->token;
    enum cred_kind kind = s->args->token.kind;
    bool same = hash_equal(row ? &row->hash : NULL, &s->args->token.hash);
    if (s->args->token_ok && (kind == CRED_ROT_BOT || kind == CRED_ROT_USER))
        REFUSE(s, W_INVALID_TOKEN, CAUSE_TOKEN_ROTATES, "the token rotates already");
    if (!s->args->token_ok || (kind != CRED_BOT && kind != CRED_USER))
        REFUSE(s, W_INVALID_TOKEN, CAUSE_TOKEN_SHAPE, "the token is neither a bot nor a user token of this server");
    if (!row || !same) REFUSE(s, W_INVALID_TOKEN, CAUSE_TOKEN_UNKNOWN, "no such token was issued");
    if (!id_eq(&row->app, &s->view->app->id))
        REFUSE(s, W_INVALID_TOKEN, CAUSE_TOKEN_FOREIGN, "the token was issued to another client id");
    return W_OK;
}

// Also when the person or the place behind it has gone: a pair would be dead when it is issued.
static enum wire_err step_authorization(const struct swapping *s)
{
    const struct swap_view *v = s->view;
    const struct token *row = v->token;
    if (row->revoked || !v->install || str_empty(v->install->scopes) || v->install->epoch != row->epoch)
        REFUSE(s, W_AUTHORIZATION_NOT_FOUND, CAUSE_TOKEN_REVOKED, "the authorization behind the token has ended");
    if (row->kind == TOKEN_USER && user_closed(v->user, row->id))
        REFUSE(s, W_AUTHORIZATION_NOT_FOUND, CAUSE_USER_DEACTIVATED, "the account of user %s was closed", row->user.s);
    if (!v->workspace && !(v->enterprise && id_eq(&v->enterprise->id, &row->owner)))
        REFUSE(s, W_AUTHORIZATION_NOT_FOUND, CAUSE_TEAM_GONE, "%s was removed", row->owner.s);
    return W_OK;
}

static enum wire_err step_once(const struct swapping *s)
{
    const struct token *row = s->view->token;
    if (!row->exchanged) return W_OK;
    REFUSE(s, W_TOKEN_ALREADY_EXCHANGED, CAUSE_TOKEN_EXCHANGED, "the token was exchanged before, for %.*s",
           STR_FMT(credential_label(row->kind == TOKEN_BOT ? "bot" : "user", row->exchanged, s->arena)));
}

// token-rotation.md 5, "Order".
static enum wire_err (*const steps[])(const struct swapping *s) = {step_setting, step_known, step_authorization,
                                                                   step_once};

enum wire_err swap_decide(const struct swap_args *args, const struct swap_view *view, const struct pair_mint *mint,
                          struct arena *arena, struct swap_plan *plan, struct why *why)
{
    struct swapping s = {.args = args, .view = view, .arena = arena, .why = why};
    *plan = (struct swap_plan){0};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) TRY(steps[i](&s));
    mint_swapped(args, view, mint, arena, plan);
    return arena->failed ? W_FATAL_ERROR : W_OK;
}
