// SPDX-License-Identifier: Apache-2.0
#include "oauth/place.h"

const struct workspace *place_workspace(const struct place_view *v, const struct id *id)
{
    return row_by_id(v->workspaces, id);
}

const struct enterprise *place_enterprise(const struct place_view *v, const struct id *id)
{
    return row_by_id(v->enterprises, id);
}

static void settle(const struct place_view *v, const struct user *user, const struct workspace *workspace,
                   struct place_choice *out)
{
    out->user = user;
    out->home = place_workspace(v, &user->workspace);
    out->workspace = workspace ? workspace : out->home;
    out->enterprise = out->workspace ? place_enterprise(v, &out->workspace->enterprise) : NULL;
}

static const struct user *member_of(const struct place_view *v, const struct id *workspace)
{
    for (unsigned i = 0; i < v->npeople; i++)
        if (id_eq(&v->people[i]->workspace, workspace)) return v->people[i];
    return NULL;
}

// Somebody of that org; admin: who administers it.
static const struct user *in_org(const struct place_view *v, const struct id *org, bool admin)
{
    for (unsigned i = 0; !id_none(org) && i < v->npeople; i++) {
        const struct workspace *home = place_workspace(v, &v->people[i]->workspace);
        bool fits = !admin || v->people[i]->role == ROLE_ORG_ADMIN;
        if (home && fits && id_eq(&home->enterprise, org)) return v->people[i];
    }
    return NULL;
}

static void choose_workspace(const struct place_view *v, struct place_choice *out)
{
    const struct user *user = member_of(v, &v->asked->id);
    if (!user) user = in_org(v, &v->asked->enterprise, true); // admins of an org act in all its workspaces
    if (user) settle(v, user, v->asked, out);
}

static void choose_org(const struct place_view *v, struct place_choice *out)
{
    const struct user *admin = in_org(v, &v->asked_org->id, true);
    const struct user *user = admin ? admin : in_org(v, &v->asked_org->id, false);
    if (!user) return;
    settle(v, user, NULL, out);
    if (!admin) return; // a member installs where they are
    out->workspace = NULL;
    out->enterprise = v->asked_org;
}

void place_choose(const struct place_view *v, struct place_choice *out)
{
    *out = (struct place_choice){0};
    if (v->npeople == 0) return;
    if (v->asked) {
        choose_workspace(v, out);
    } else if (v->asked_org) {
        choose_org(v, out);
    } else {
        bool stays = v->app && !(v->app->flags & APP_DISTRIBUTED);
        const struct user *own = stays ? member_of(v, &v->app->workspace) : NULL;
        settle(v, own ? own : v->people[0], NULL, out);
    }
}
