// SPDX-License-Identifier: Apache-2.0
#include "oauth/manage.h"

static bool is_id(struct str s, char first, size_t least)
{
    return s.n >= least && s.n < LIMIT_ID && s.p[0] == first && str_all_in(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

bool app_id_valid(struct str s)
{
    return is_id(s, 'A', 2);
}

bool team_id_valid(struct str s)
{
    return is_id(s, 'T', 3);
}

static bool runs_workspace(const struct user *user, const struct id *workspace)
{
    bool admin = user->role == ROLE_ADMIN || user->role == ROLE_OWNER || user->role == ROLE_ORG_ADMIN;
    return admin && id_eq(&user->workspace, workspace);
}

enum wire_err manage_app(const struct app *app, const struct user *user, struct arena *arena, struct why *why)
{
    if (!app || app->flags & APP_DELETED) {
        why_set(why, arena, app ? CAUSE_APP_DELETED : CAUSE_APP_UNKNOWN, "%s",
                app ? "the app was deleted" : "no app has that id");
        return W_APP_NOT_FOUND;
    }
    if (id_eq(&app->creator, &user->id) || runs_workspace(user, &app->workspace)) return W_OK;
    why_set(why, arena, CAUSE_NOT_COLLABORATOR, "user %s neither made app %s nor is an owner or admin of %s",
            user->id.s, app->id.s, app->workspace.s);
    return W_NO_PERMISSION;
}

enum wire_err manage_team(const struct workspace *team, const struct user *user, struct arena *arena, struct why *why)
{
    if (!team) {
        why_set(why, arena, CAUSE_TEAM_UNKNOWN, "team_id names no workspace");
        return W_INVALID_TEAM_ID;
    }
    if (id_eq(&user->workspace, &team->id)) return W_OK;
    why_set(why, arena, CAUSE_TEAM_FOREIGN, "user %s is a member of %s, not of %s", user->id.s, user->workspace.s,
            team->id.s);
    return W_NOT_IN_TEAM;
}

bool manage_scopes_differ(const struct app *before, const struct app *after)
{
    return !str_eq(before->bot_scopes, after->bot_scopes) || !str_eq(before->user_scopes, after->user_scopes) ||
           !str_eq(before->bot_optional, after->bot_optional) || !str_eq(before->user_optional, after->user_optional);
}
