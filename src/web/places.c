// SPDX-License-Identifier: Apache-2.0
#include "web/places.h"

#include "web/page.h"
#include "web/visit.h"

static const char *role_words(enum role role)
{
    switch (role) {
    case ROLE_MEMBER: return "Member";
    case ROLE_GUEST: return "Guest";
    case ROLE_ADMIN: return "Admin";
    case ROLE_OWNER: return "Owner";
    case ROLE_ORG_ADMIN: return "Organization admin";
    case ROLE_DEACTIVATED: break;
    }
    return "Deactivated";
}

struct account_view places_person(const struct user *u, const struct workspace *workspace, struct arena *arena)
{
    return (struct account_view){
        .id = id_str(&u->id),
        .face = page_face(user_name(u), id_str(&u->id), arena),
        .name = user_name(u),
        .handle = u->name,
        .role = str_of(role_words(u->role)),
        .workspace = workspace ? workspace->name : id_str(&u->workspace),
    };
}

static bool listed(const struct account_view *list, size_t n, const struct id *id)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].id, id_str(id))) return true;
    return false;
}

// The org that the person administers; NULL: none.
static const struct enterprise *org_of(const struct place_view *v, const struct user *u)
{
    const struct workspace *home = place_workspace(v, &u->workspace);
    return u->role == ROLE_ORG_ADMIN && home ? place_enterprise(v, &home->enterprise) : NULL;
}

size_t places_list(const struct place_view *v, const struct place_choice *now, const struct app *app,
                   struct arena *arena, const struct account_view **out)
{
    struct account_view *list = arena_alloc(arena, 2 * SESSION_PEOPLE * sizeof *list);
    bool org_wide = now->user && !now->workspace && now->enterprise;
    size_t n = 0;
    for (unsigned i = 0; list && i < v->npeople; i++) {
        const struct user *u = v->people[i];
        list[n] = places_person(u, place_workspace(v, &u->workspace), arena);
        list[n++].selected = u == now->user && !org_wide;
    }
    bool orgs = app && app->flags & APP_ORG_DEPLOY;
    for (unsigned i = 0; list && orgs && i < v->npeople; i++) {
        const struct enterprise *e = org_of(v, v->people[i]);
        if (!e || listed(list, n, &e->id)) continue;
        list[n++] = (struct account_view){.id = id_str(&e->id),
                                          .face = page_face(e->name, id_str(&e->id), arena),
                                          .name = e->name,
                                          .org = true,
                                          .selected = org_wide && id_eq(&e->id, &now->enterprise->id)};
    }
    *out = list;
    return n;
}
