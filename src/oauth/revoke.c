// SPDX-License-Identifier: Apache-2.0
#include "oauth/revoke.h"

void token_of_refresh(const struct refresh *r, const struct settings *settings, int64_t now, struct token *out)
{
    int64_t spent = r->used_at ? r->used_at + settings->refresh_grace * 1000 : 0;
    *out = (struct token){
        .id = r->id,
        .hash = r->hash,
        .kind = r->kind,
        .app = r->app,
        .owner = r->owner,
        .user = r->user,
        .epoch = r->epoch,
        .issued = r->issued,
        .expires = r->expires,
        .revoked = !r->revoked && spent && now >= spent ? spent : r->revoked,
    };
}

// It is the string that rotates, not the app: the original token of an app that migrates ends its authorization
// (other-methods.md 2), and tokens of desktop redirects rotate whatever the app's setting is (token-rotation.md 1).
enum revoke_what revoke_decide(enum cred_kind given, bool test)
{
    if (test) return REVOKE_NONE;
    switch (given) {
    case CRED_ROT_BOT:
    case CRED_ROT_USER: return REVOKE_STRING;
    case CRED_REFRESH: return REVOKE_REFRESH_ALONE;
    default: return REVOKE_AUTHORIZATION;
    }
}

bool revoke_is_last(const struct install *ending, const struct row_list *live)
{
    for (size_t i = 0; i < live->n; i++) {
        const struct install *install = live->v[i];
        if (!id_eq(&install->subject, &ending->subject)) return false;
    }
    return true;
}

// Who installed the app: for the bot, or, where it has none, with the oldest authorization. NULL when there is none.
static const struct id *installer_of(const struct row_list *live)
{
    const struct install *oldest = NULL;
    for (size_t i = 0; i < live->n; i++) {
        const struct install *install = live->v[i];
        if (id_none(&install->subject)) return &install->installer;
        if (!oldest || install->created < oldest->created) oldest = install;
    }
    return oldest ? &oldest->installer : NULL;
}

// An org is a matter of its own admins, not of those of one workspace.
static bool is_admin(const struct user *user, const struct id *owner)
{
    if (!user) return false;
    if (user->role == ROLE_ORG_ADMIN) return true;
    return (user->role == ROLE_ADMIN || user->role == ROLE_OWNER) && id_eq(&user->workspace, owner);
}

// other-methods.md 3: bot tokens, and user tokens of the installer and of admins.
static enum wire_err check_permission(const struct uninstall_view *v, struct arena *arena, struct why *why)
{
    const struct token *token = v->bearer->token;
    const struct id *installer = installer_of(v->live);
    if (token->kind == TOKEN_BOT || is_admin(v->bearer->user, &token->owner)) return W_OK;
    if (installer && id_eq(installer, &token->user)) return W_OK;
    why_set(why, arena, CAUSE_NOT_INSTALLER, "user %s neither installed the app nor is an admin of %s", token->user.s,
            token->owner.s);
    return W_NO_PERMISSION;
}

enum wire_err uninstall_decide(const struct uninstall_view *v, struct arena *arena, struct why *why)
{
    TRY(client_decide(v->client, arena, why));
    if (!id_eq(&v->client->app->id, &v->bearer->token->app)) {
        why_set(why, arena, CAUSE_TOKEN_FOREIGN, "the token was issued to another app than this client_id names");
        return W_CLIENT_ID_TOKEN_MISMATCH;
    }
    return check_permission(v, arena, why);
}
