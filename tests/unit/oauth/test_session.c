// SPDX-License-Identifier: Apache-2.0
#include "oauth/session.h"

#include "check.h"
#include "oauth/locator.h"

enum { NOW_S = 1785000000 };
static const int64_t NOW = (int64_t)NOW_S * 1000;

struct desk {
    struct arena arena;
    struct locators locators;
    struct session session;
    struct form form;
    struct credential cookie, token;
};

// A session and a form under it, as a browser presents them.
static struct desk *desk_new(void)
{
    static struct desk d;
    const struct mint_names names = {.client_id = STR("")};
    struct secret_text secret;
    memset(&d, 0, sizeof d);
    memset(&secret, 'a', sizeof secret);
    arena_init(&d.arena, 64 * 1024);
    locators_init(&d.locators, 0, 0);
    d.session = (struct session){.id = locator_next(&d.locators, 0, NOW),
                                 .epoch = 3,
                                 .used = NOW,
                                 .created = NOW,
                                 .expires = NOW + SESSION_LIFE_MS};
    struct str cookie = credential_mint(CRED_SESSION, d.session.id, &names, &secret, &d.arena, &d.session.hash);
    d.form = (struct form){.id = locator_next(&d.locators, 0, NOW),
                           .session = d.session.id,
                           .epoch = 3,
                           .kind = FORM_CONSENT,
                           .created = NOW,
                           .expires = NOW + FORM_LIFE_MS};
    struct str token = credential_mint(CRED_FORM, d.form.id, &names, &secret, &d.arena, &d.form.hash);
    assert_true(credential_parse_session(cookie, &d.cookie));
    assert_true(credential_parse_form(token, &d.token));
    // Same digits, other kind: neither passes for the other, nor for a code.
    struct credential other;
    assert_false(credential_parse_form(cookie, &other));
    assert_false(credential_parse_session(token, &other));
    assert_false(credential_parse_code(cookie, &other));
    assert_memory_not_equal(d.session.hash.b, d.form.hash.b, HASH_SIZE);
    return &d;
}

static void test_holds(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    const int64_t idle = NOW + SESSION_IDLE_MS;
    assert_true(session_holds(&d->session, &d->cookie, NOW));
    assert_true(session_holds(&d->session, &d->cookie, idle - 1));
    assert_false(session_holds(&d->session, &d->cookie, idle));
    d->session.used = d->session.expires - 1; // used to the very end
    assert_true(session_holds(&d->session, &d->cookie, d->session.expires - 1));
    assert_false(session_holds(&d->session, &d->cookie, d->session.expires));
    assert_false(session_holds(NULL, &d->cookie, NOW));
    d->cookie.hash.b[HASH_SIZE - 1] ^= 1;
    assert_false(session_holds(&d->session, &d->cookie, NOW));
    arena_release(&d->arena);
}

static void test_people(void **state)
{
    (void)state;
    struct arena arena;
    struct str people = {NULL, 0};
    arena_init(&arena, 64 * 1024);
    for (int i = 0; i < SESSION_PEOPLE + 2; i++) {
        struct id id = {{'U', (char)('a' + i)}};
        people = session_with(people, &id, 100 + i, &arena);
    }
    check_str(session_ids(people, &arena), STR("Uj,Ui,Uh,Ug,Uf,Ue,Ud,Uc")); // the two oldest are out
    people = session_with(people, &(struct id){"Ue"}, 0, &arena);           // a switch keeps the time of sign-in
    check_str(session_ids(people, &arena), STR("Ue,Uj,Ui,Uh,Ug,Uf,Ud,Uc"));
    struct id id;
    int64_t at = 0;
    struct str rest = people;
    assert_true(session_next(&rest, &id, &at));
    assert_int_equal(at, 104);
    check_str(session_with(people, &(struct id){"Ua"}, 0, &arena), people); // is not there: nothing changes
    people = session_with(people, &(struct id){"Ue"}, 500, &arena);         // signed in again
    rest = people;
    assert_true(session_next(&rest, &id, &at));
    assert_int_equal(at, 500);
    rest = STR("junk\nU1 x\nU2 -5\nU3 7"); // no line of ours, but no way out of bounds either
    assert_true(session_next(&rest, &id, &at));
    check_str(id_str(&id), STR("U3"));
    assert_false(session_next(&rest, &id, &at));
    check_str(session_ids(STR(""), &arena), STR(""));
    arena_release(&arena);
}

static void test_counts(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    int64_t before = d->session.id, after = locator_next(&d->locators, 0, NOW + 5000);
    struct user u = {.role = ROLE_MEMBER};
    assert_true(session_counts(&u, before));
    assert_false(session_counts(NULL, before));
    u.signed_out = NOW; // a new password: what was signed in by then is out
    assert_false(session_counts(&u, before));
    assert_true(session_counts(&u, after));
    u = (struct user){.role = ROLE_MEMBER, .since = after};
    assert_false(session_counts(&u, before));
    assert_true(session_counts(&u, after));
    u = (struct user){.role = ROLE_DEACTIVATED};
    assert_false(session_counts(&u, after));
    arena_release(&d->arena);
}

static enum form_state judged(const struct desk *d, unsigned kinds, int64_t now)
{
    return form_judge(&d->form, &d->token, &d->session, kinds, now);
}

static void test_forms(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    unsigned kinds = form_bit(FORM_CONSENT) | form_bit(FORM_APPS);
    assert_int_equal(judged(d, kinds, NOW), FORM_GOOD);
    assert_int_equal(judged(d, kinds, d->form.expires - 1), FORM_GOOD);
    assert_int_equal(judged(d, kinds, d->form.expires), FORM_STALE);
    assert_int_equal(judged(d, form_bit(FORM_SIGNIN), NOW), FORM_FOREIGN);
    assert_int_equal(form_judge(NULL, &d->token, &d->session, kinds, NOW), FORM_FOREIGN);
    assert_int_equal(form_judge(&d->form, &d->token, NULL, kinds, NOW), FORM_FOREIGN);
    d->form.used_at = NOW;
    assert_int_equal(judged(d, kinds, NOW), FORM_STALE);
    d->form.used_at = 0;
    d->session.epoch++; // the session was renewed: sign-in, switch, sign-out
    assert_int_equal(judged(d, kinds, NOW), FORM_STALE);
    d->session.epoch--;
    d->session.id++; // another browser
    assert_int_equal(judged(d, kinds, NOW), FORM_FOREIGN);
    d->session.id--;
    d->token.hash.b[0] ^= 1;
    assert_int_equal(judged(d, kinds, NOW), FORM_FOREIGN);
    arena_release(&d->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_people),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
