// SPDX-License-Identifier: Apache-2.0
// A code that comes again: refused like ever, and under code.on_replay = revoke it ends what it granted -- but only
// when all else about it is right (security.md D6, S9).
#include "exchange_fixture.h"

static const char verifier[] = "secretpassword";

// A replay of a spent code, good in all but that.
static void replay_init(struct fixture *f)
{
    fixture_init(f);
    with_pkce(f, verifier);
    f->args.code_verifier = STR(verifier);
    f->code.redirect_sent = true;
    f->args.redirect_uri = f->code.redirect_uri;
    f->code.spent_at = fixture_now + 500;
    f->settings.code_on_replay = ON_REPLAY_REVOKE;
    f->view.bot = f->view.person = &f->live;
}

// S9: client x redirect_uri x verifier x endpoint; the one good row ends the authorizations. The answer is the same in
// all sixteen. (Another client's secret never gets here: it is refused before.)
static void test_all_of_it(void **state)
{
    (void)state;
    for (unsigned wrong = 0; wrong < 16; wrong++) {
        struct fixture f;
        replay_init(&f);
        if (wrong & 1) f.code.app = fixture_id("A0BETA00000");
        if (wrong & 2) f.args.redirect_uri = STR("https://app.example.test/other");
        if (wrong & 4) f.args.code_verifier = STR("wrong");
        if (wrong & 8) f.args.endpoint = EP_V2_USER;
        assert_int_equal(decide(&f), W_INVALID_CODE);
        check_why(&f.why, wrong & 1 ? CAUSE_CODE_FOREIGN : CAUSE_CODE_USED);
        assert_int_equal(f.plan.end_bot, wrong == 0);
        assert_int_equal(f.plan.end_person, wrong == 0);
        assert_false(f.plan.count_attempt);
        arena_release(&f.arena);
    }
}

static void as_it_is(struct fixture *f)
{
    (void)f;
}

static void refuse(struct fixture *f)
{
    f->settings.code_on_replay = ON_REPLAY_REFUSE;
}

static void by_default(struct fixture *f)
{
    f->settings.code_on_replay = ON_REPLAY_DEFAULT;
    f->settings.revoke_public = true; // of refresh tokens only
}

static void unspent(struct fixture *f)
{
    f->code.spent_at = 0;
}

static void expired(struct fixture *f)
{
    f->args.now = f->code.expires;
}

static void other_secret(struct fixture *f)
{
    f->args.code.hash.b[HASH_SIZE - 1] ^= 1;
}

static void no_verifier(struct fixture *f)
{
    f->args.code_verifier = STR("");
}

static void no_redirect(struct fixture *f)
{
    f->args.redirect_uri = STR("");
}

static void bot_only(struct fixture *f)
{
    f->code.user_scopes = STR("");
}

static void person_only(struct fixture *f)
{
    f->code.bot_scopes = STR("");
}

static void never_installed(struct fixture *f)
{
    f->view.bot = f->view.person = NULL;
}

static void ended_already(struct fixture *f)
{
    f->live.scopes = STR("");
}

static void classic(struct fixture *f)
{
    via(f, EP_V1);
    f->code.user_scopes = STR("channels:read");
    f->args.code_verifier = STR("never looked at");
}

static void classic_with_bot(struct fixture *f)
{
    classic(f);
    f->code.user_scopes = STR("bot,channels:read");
}

// What ends is what the code granted, as far as it is there.
static void test_what_ends(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        bool bot, person;
    } rows[] = {
        {as_it_is, true, true},      {refuse, false, false},          {by_default, false, false},
        {unspent, false, false},     {expired, false, false},         {other_secret, false, false},
        {no_verifier, false, false}, {no_redirect, false, false},     {bot_only, true, false},
        {person_only, false, true},  {never_installed, false, false}, {ended_already, false, false},
        {classic, false, true},      {classic_with_bot, true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        replay_init(&f);
        rows[i].change(&f);
        (void)decide(&f);
        if (f.plan.end_bot != rows[i].bot || f.plan.end_person != rows[i].person) print_error("row %zu\n", i);
        assert_int_equal(f.plan.end_bot, rows[i].bot);
        assert_int_equal(f.plan.end_person, rows[i].person);
        arena_release(&f.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_of_it), cmocka_unit_test(test_what_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
