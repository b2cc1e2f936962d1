// SPDX-License-Identifier: Apache-2.0
// The people and places of the contract's fixture world (contract README), for the tests of decisions.
#pragma once

#include "check.h"
#include "oauth/credential.h"
#include "oauth/rows.h"
#include "oauth/settings.h"
#include "oauth/why.h"

static const int64_t fixture_now = INT64_C(1785542400000); // 2026-08-01T00:00:00Z

static inline struct id fixture_id(const char *z)
{
    struct id id = {0};
    assert_true(str_copy(id.s, sizeof id.s, str_of(z)));
    return id;
}

static inline struct settings fixture_settings(void)
{
    return (struct settings){
        .code_ttl = 600, .access_token_ttl = 43200, .refresh_grace = 60, .nstems = 1, .stems = {"xox"}};
}

static inline struct workspace fixture_t1(void)
{
    return (struct workspace){
        .id = fixture_id("T04QX81RB9C"), .name = STR("Harbor Lights"), .domain = STR("harborlights")};
}

static inline struct workspace fixture_t2(void)
{
    return (struct workspace){.id = fixture_id("T05A1B2C3D4"),
                              .enterprise = fixture_id("E06NB3V2KLA"),
                              .name = STR("Breakwater"),
                              .domain = STR("breakwater")};
}

static inline struct enterprise fixture_e1(void)
{
    return (struct enterprise){
        .id = fixture_id("E06NB3V2KLA"), .name = STR("Tidewater Group"), .domain = STR("tidewater")};
}

static inline struct channel fixture_deploys(void)
{
    return (struct channel){
        .id = fixture_id("C04S8D2FJ5T"), .workspace = fixture_id("T04QX81RB9C"), .name = STR("deploys")};
}

static inline struct user fixture_user(const char *id, const char *workspace, enum role role)
{
    return (struct user){.id = fixture_id(id),
                         .workspace = fixture_id(workspace),
                         .name = STR("someone"),
                         .email = STR("someone@example.test"),
                         .email_verified = true,
                         .role = role};
}

static inline struct user fixture_u1(void)
{
    return fixture_user("U04R7GH2S1M", "T04QX81RB9C", ROLE_OWNER);
}

static inline struct user fixture_u2(void)
{
    return fixture_user("U06D1R8KQ5V", "T05A1B2C3D4", ROLE_ORG_ADMIN);
}

static inline struct app fixture_app(const char *id, const char *client_id, const char *redirect_urls)
{
    return (struct app){.id = fixture_id(id),
                        .workspace = fixture_id("T04QX81RB9C"),
                        .client_id = str_of(client_id),
                        .name = STR("Deploy Bell"),
                        .flags = APP_DISTRIBUTED,
                        .redirect_urls = str_of(redirect_urls)};
}

// Random characters that differ from call to call with another seed.
static inline struct secret_text fixture_secret(unsigned seed)
{
    struct secret_text s;
    for (size_t i = 0; i < sizeof s.hex; i++) s.hex[i] = "0123456789abcdef"[(i * 7 + seed) % 16];
    for (size_t i = 0; i < sizeof s.b62; i++) s.b62[i] = (char)('a' + (i * 5 + seed) % 26);
    return s;
}

// Fails unless *why tells a cause that is known, in printable ASCII.
static inline void check_why(const struct why *why, enum cause wanted)
{
    if (why->cause != wanted)
        print_error("got cause %.*s (%.*s), wanted %.*s\n", STR_FMT(cause_name(why->cause)), STR_FMT(why->detail),
                    STR_FMT(cause_name(wanted)));
    assert_int_equal(why->cause, wanted);
    if (wanted == CAUSE_NONE) return;
    assert_true(why->detail.n > 0 && why->detail.n <= 280);
    for (size_t i = 0; i < why->detail.n; i++) assert_in_range(why->detail.p[i], ' ', '~');
}
