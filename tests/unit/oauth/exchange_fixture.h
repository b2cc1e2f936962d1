// SPDX-License-Identifier: Apache-2.0
// An exchange that succeeds as it stands, for the tests that change one thing about it.
#pragma once

#include "fixture.h"
#include "oauth/exchange.h"
#include "oauth/pkce.h"

static const char verifier43[] = "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv";

// A code of U1 in T1 that is good as it stands; each case changes what it is about.
struct fixture {
    struct arena arena;
    struct settings settings;
    struct app app;
    struct workspace workspace;
    struct enterprise enterprise;
    struct user user;
    struct channel channel;
    struct install live; // a live authorization, for those views that need one
    struct code code;
    char challenge[PKCE_CHALLENGE_SIZE];
    struct exchange_args args;
    struct exchange_view view;
    struct exchange_mint mint;
    struct exchange_plan plan;
    struct why why;
};

static inline void make_code(struct fixture *f)
{
    struct secret_text secret = fixture_secret(1);
    f->code = (struct code){.id = 4242,
                            .app = f->app.id,
                            .user = f->user.id,
                            .workspace = f->workspace.id,
                            .endpoint = EP_V2,
                            .bot_scopes = STR("chat:write,commands"),
                            .user_scopes = STR("search:read"),
                            .redirect_uri = STR("https://app.example.test/cb"),
                            .redirect_first = true,
                            .created = fixture_now,
                            .expires = fixture_now + 600 * 1000};
    f->args.code_text =
        credential_mint(CRED_CODE, f->code.id, &(struct mint_names){0}, &secret, &f->arena, &f->code.hash);
    f->args.code_ok = credential_parse_code(f->args.code_text, &f->args.code);
    assert_true(f->args.code_ok);
}

static inline void fixture_init(struct fixture *f)
{
    *f = (struct fixture){0};
    arena_init(&f->arena, 256 * 1024);
    f->settings = fixture_settings();
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413", "https://app.example.test/cb");
    f->workspace = fixture_t1();
    f->enterprise = fixture_e1();
    f->user = fixture_u1();
    f->channel = fixture_deploys();
    f->live = (struct install){.epoch = 5, .scopes = STR("team:read"), .live = {9, 8}};
    make_code(f);
    f->args.secret_given = true;
    f->args.endpoint = EP_V2;
    f->args.now = fixture_now + 1000;
    f->args.settings = &f->settings;
    f->view = (struct exchange_view){.app = &f->app, .code = &f->code, .workspace = &f->workspace, .user = &f->user};
    f->mint = (struct exchange_mint){.bot_id = 1001,
                                     .bot_refresh_id = 1002,
                                     .user_id = 1003,
                                     .user_refresh_id = 1004,
                                     .webhook_id = 1005,
                                     .bot = fixture_secret(2),
                                     .bot_refresh = fixture_secret(3),
                                     .user = fixture_secret(4),
                                     .user_refresh = fixture_secret(5),
                                     .webhook = fixture_secret(6)};
}

static inline enum wire_err decide(struct fixture *f)
{
    f->why = (struct why){0};
    return exchange_decide(&f->args, &f->view, &f->mint, &f->arena, &f->plan, &f->why);
}

// The page and the method of a family together.
static inline void via(struct fixture *f, enum code_endpoint endpoint)
{
    f->code.endpoint = f->args.endpoint = endpoint;
    if (endpoint != EP_V2) f->code.bot_scopes = STR("");
}

static inline void with_pkce(struct fixture *f, const char *verifier)
{
    f->app.flags |= APP_PKCE;
    pkce_challenge_of(str_of(verifier), f->challenge);
    f->code.challenge = str_make(f->challenge, sizeof f->challenge);
}
