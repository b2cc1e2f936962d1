// SPDX-License-Identifier: Apache-2.0
#include "web/web.h"

#include "web/apps.h"
#include "web/assets.h"
#include "web/authorize.h"
#include "web/metadata.h"
#include "web/page.h"
#include "web/signin.h"
#include "web/webhook.h"

static const struct {
    struct str path;
    enum code_endpoint endpoint;
} pages[] = {
    {STR_INIT("/oauth/v2/authorize"), EP_V2},
    {STR_INIT("/oauth/v2_user/authorize"), EP_V2_USER},
    {STR_INIT("/openid/connect/authorize"), EP_OPENID},
    {STR_INIT("/oauth/authorize"), EP_V1},
};

// A path that ends in a slash stands for all that is below it.
static const struct {
    struct str path;
    void (*handle)(struct world *w, struct http_request *req);
    bool dev; // in hallpass dev only
} others[] = {
    {STR_INIT("/.well-known/openid-configuration"), metadata_openid, false},
    {STR_INIT("/.well-known/oauth-authorization-server"), metadata_oauth, false},
    {STR_INIT("/openid/connect/keys"), metadata_keys, false},
    {STR_INIT("/avatars/"), metadata_avatar, false},
    {STR_INIT("/services/"), webhook_handle, false},
    {STR_INIT("/assets/pages.css"), assets_style, false},
    {STR_INIT("/signin"), signin_handle, false},
    {STR_INIT("/switch"), switch_handle, false},
    {STR_INIT("/signout"), signout_handle, false},
    {STR_INIT("/apps"), apps_handle, false},
    {STR_INIT("/approvals"), approvals_handle, false},
    {STR_INIT("/redirects"), redirects_handle, true},
};

// authorize.md 1: repeated slashes at the start of the path are collapsed.
static struct str collapse(struct str path)
{
    while (path.n > 1 && path.p[0] == '/' && path.p[1] == '/') path = str_from(path, 1);
    return path;
}

bool web_handle(struct world *w, struct http_request *req)
{
    struct str path = collapse(req->path);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        if (!str_eq(pages[i].path, path)) continue;
        req->note.route = pages[i].path.p;
        authorize_handle(w, req, pages[i].path, pages[i].endpoint);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct str own = others[i].path;
        bool below = str_ends(own, STR("/"));
        if (below ? !str_starts(req->path, own) : !str_eq(req->path, own)) continue;
        if (others[i].dev && !w->dev) continue;
        req->note.route = own.p;
        others[i].handle(w, req);
        return true;
    }
    return false;
}
