// SPDX-License-Identifier: Apache-2.0
// U1 at the authorize page of APP, about to press Allow, for the tests that change one thing about it.
#pragma once

#include "fixture.h"
#include "oauth/authorize.h"

static const char official_challenge[] = "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU";
static const char pub_urls[] = "https://pub.example.test/cb\nhttp://localhost:3000/cb\npubapp://auth";

struct fixture {
    struct arena arena;
    struct settings settings;
    struct app app;
    struct workspace t1, t2;
    struct enterprise e1;
    struct user user;
    struct channel channel;
    struct authorize_args args;
    struct authorize_view view;
    struct consent consent;
    struct authorize_plan plan;
    struct why why;
};

static inline void fixture_init(struct fixture *f)
{
    *f = (struct fixture){0};
    arena_init(&f->arena, 1024 * 1024);
    f->settings = fixture_settings();
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413",
                         "https://app.example.test/cb\nhttps://app.example.test/alt");
    f->t1 = fixture_t1();
    f->t2 = fixture_t2();
    f->e1 = fixture_e1();
    f->user = fixture_u1();
    f->channel = fixture_deploys();
    f->args = (struct authorize_args){.endpoint = EP_V2,
                                      .client_id = f->app.client_id,
                                      .scope = STR("chat:write"),
                                      .now = fixture_now,
                                      .settings = &f->settings};
    f->view = (struct authorize_view){.app = &f->app, .user = &f->user, .home = &f->t1, .workspace = &f->t1};
    f->consent.decision = DECISION_APPROVE;
}

// U2, admin of E1, member of T2.
static inline void as_u2(struct fixture *f)
{
    f->user = fixture_u2();
    f->view.home = f->view.workspace = &f->t2;
    f->view.enterprise = &f->e1;
}

static inline void org_wide(struct fixture *f)
{
    as_u2(f);
    f->view.workspace = NULL;
    f->app.flags |= APP_ORG_DEPLOY;
}

static inline enum authorize_outcome decide(struct fixture *f)
{
    f->why = (struct why){0};
    return authorize_decide(&f->args, &f->view, &f->consent, &f->arena, &f->plan, &f->why);
}
