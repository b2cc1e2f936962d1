// SPDX-License-Identifier: Apache-2.0
// A refresh that succeeds as it stands, and what can be changed about it.
#pragma once

#include "fixture.h"
#include "oauth/refresh.h"

enum { PARENT = 500, TOKEN, ACCESS, NEW_ACCESS, NEW_REFRESH, SIBLING, MIGRATED, INSTALL_EPOCH = 3 };

// A refresh of the bot's line in T1 that is good as it stands.
struct fixture {
    struct arena arena;
    struct settings settings;
    struct app app;
    struct refresh row, parent;
    struct install install;
    struct workspace workspace;
    struct enterprise enterprise;
    struct user user;
    struct refresh_args args;
    struct refresh_view view;
    struct pair_mint mint;
    struct refresh_plan plan;
    struct why why;
};

static inline void give_token(struct fixture *f)
{
    struct secret_text secret = fixture_secret(1);
    struct mint_names names = {.client_id = f->app.client_id, .stem = STR("xox")};
    struct str text = credential_mint(CRED_REFRESH, TOKEN, &names, &secret, &f->arena, &f->row.hash);
    f->args.token_ok = credential_parse_token(text, &f->settings, &f->args.token);
    assert_true(f->args.token_ok);
}

static inline void fixture_init(struct fixture *f)
{
    *f = (struct fixture){.settings = fixture_settings(), .args = {.secret_given = true, .now = fixture_now}};
    arena_init(&f->arena, 64 * 1024);
    f->settings.refresh_grace_reuses = 2;
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413", "");
    f->app.flags |= APP_ROTATION;
    f->workspace = fixture_t1();
    f->enterprise = fixture_e1();
    f->user = fixture_u1();
    f->row = (struct refresh){.id = TOKEN,
                              .kind = TOKEN_BOT,
                              .app = f->app.id,
                              .owner = f->workspace.id,
                              .user = f->user.id,
                              .epoch = INSTALL_EPOCH,
                              .access = ACCESS,
                              .issued = fixture_now - 100000};
    f->parent = (struct refresh){.id = PARENT, .used_at = fixture_now - 100000};
    f->install = (struct install){.app = f->app.id,
                                  .owner = f->workspace.id,
                                  .epoch = INSTALL_EPOCH,
                                  .scopes = STR("chat:write,commands"),
                                  .live = {ACCESS, 0},
                                  .installer = fixture_id("U0LATER0000")};
    give_token(f);
    f->args.settings = &f->settings;
    f->view = (struct refresh_view){
        .app = &f->app, .refresh = &f->row, .install = &f->install, .workspace = &f->workspace, .user = &f->user};
    f->mint = (struct pair_mint){
        .access_id = NEW_ACCESS, .refresh_id = NEW_REFRESH, .access = fixture_secret(2), .refresh = fixture_secret(3)};
}

static inline enum wire_err decide(struct fixture *f)
{
    f->why = (struct why){0};
    return refresh_decide(&f->args, &f->view, &f->mint, &f->arena, &f->plan, &f->why);
}

static inline void as_it_is(struct fixture *f)
{
    (void)f;
}

static inline void other_secret(struct fixture *f)
{
    f->args.token.hash.b[HASH_SIZE - 1] ^= 1;
}

static inline void no_secret(struct fixture *f)
{
    f->args.secret_given = false;
}

static inline void desktop_no_secret(struct fixture *f)
{
    no_secret(f);
    f->row.desktop = true;
}

static inline void revoked(struct fixture *f)
{
    f->row.revoked = fixture_now - 1000;
}

static inline void with_parent(struct fixture *f)
{
    f->row.parent = PARENT;
    f->view.parent = &f->parent;
}

static inline void sibling_used(struct fixture *f)
{
    with_parent(f);
    f->parent.heir = SIBLING;
}

static inline void heir_itself(struct fixture *f)
{
    with_parent(f);
    f->parent.heir = TOKEN;
}

static inline void used_long_ago(struct fixture *f)
{
    f->row.used_at = fixture_now - 3600 * 1000;
}

static inline void used_just_now(struct fixture *f)
{
    f->row.used_at = fixture_now - 1000;
}

static inline void used_too_often(struct fixture *f)
{
    used_just_now(f);
    f->row.grace_uses = 2;
}

static inline void user_line(struct fixture *f)
{
    f->row.kind = TOKEN_USER;
    f->install.subject = f->user.id;
}

static inline void bot_of_closed_account(struct fixture *f)
{
    f->user.role = ROLE_DEACTIVATED;
}

static inline void workspace_gone(struct fixture *f)
{
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise; // of somebody else
}

static inline void org_wide(struct fixture *f)
{
    f->row.owner = f->install.owner = f->enterprise.id;
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise;
}

static inline void migrating(struct fixture *f)
{
    f->workspace.flags |= WS_MIGRATING;
}

static inline void config_row(struct fixture *f)
{
    f->row.kind = TOKEN_CONFIG;
    f->row.app = (struct id){0};
}
