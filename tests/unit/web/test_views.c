// SPDX-License-Identifier: Apache-2.0
// Every page with hostile values in every field: nothing of them becomes markup, tags are balanced, ids are given once,
// and the page keeps its size.
#include "web/views.h"

#include <stdlib.h>

#include "check.h"
#include "oauth/scopes.h"

#define EVIL "<script>alert('x')</script>\"'&\xe2\x80\xae"

enum { PAGE_MAX = 30000, DEPTH = 32, IDS = 400 };

static const struct account_view accounts[] = {
    {.id = STR_INIT("U" EVIL),
     .face = {STR_INIT(EVIL), 3},
     .name = STR_INIT(EVIL),
     .handle = STR_INIT(EVIL),
     .role = STR_INIT(EVIL),
     .workspace = STR_INIT(EVIL),
     .selected = true},
    {.id = STR_INIT("E1"), .face = {STR_INIT("T"), 1}, .name = STR_INIT("Tidewater"), .org = true},
};
static const struct scope_view scopes[] = {
    {.name = STR_INIT(EVIL), .text = STR_INIT(EVIL), .optional = true, .ticked = true},
    {.name = STR_INIT("chat:write"), .text = STR_INIT("post"), .before = true},
};
static const struct channel_view channels[] = {{.id = STR_INIT(EVIL), .name = STR_INIT(EVIL), .selected = true}};

#define FRAME                                                                                                          \
    {                                                                                                                  \
        .base = STR_INIT("/w/" EVIL), .request_id = STR_INIT(EVIL), .dev = true, .person = STR_INIT(EVIL),             \
        .place = STR_INIT(EVIL), .form = STR_INIT(EVIL)                                                                \
    }
#define GROUPS                                                                                                         \
    {                                                                                                                  \
        {"About you", 2, scopes}, {"Channels", 0, NULL},                                                               \
        {                                                                                                              \
            "The workspace", 0, NULL                                                                                   \
        }                                                                                                              \
    }

static void put_signin(struct buf *b)
{
    const struct signin_view v = {.frame = FRAME,
                                  .app = STR(EVIL),
                                  .asked = STR(EVIL),
                                  .problem = STR(EVIL),
                                  .find = STR(EVIL),
                                  .npeople = 2,
                                  .hidden = 3,
                                  .people = accounts,
                                  .path = STR("/signin")};
    view_signin(b, &v);
}

static void put_local(struct buf *b)
{
    const struct signin_view v = {.frame = FRAME,
                                  .problem = STR(EVIL),
                                  .local = true,
                                  .domain = STR(EVIL),
                                  .email = STR(EVIL),
                                  .path = STR("/signin")};
    view_signin(b, &v);
}

static void put_consent(struct buf *b)
{
    struct consent_view v = {.frame = FRAME,
                             .action = STR(EVIL),
                             .app = STR(EVIL),
                             .developer = STR(EVIL),
                             .app_face = {STR(EVIL), 1},
                             .place_face = {STR(EVIL), 2},
                             .again = true,
                             .classic = true,
                             .unreviewed = true,
                             .see = GROUPS,
                             .webhook = true,
                             .nchannels = 1,
                             .channels = channels,
                             .naccounts = 2,
                             .accounts = accounts,
                             .callback = STR(EVIL),
                             .gone = STR(EVIL)};
    view_consent(b, &v);
}

static void put_request(struct buf *b)
{
    struct consent_view v = {.frame = FRAME,
                             .action = STR("/x"),
                             .app = STR(EVIL),
                             .change = GROUPS,
                             .needs_approval = true,
                             .asked = ASKED_DENIED,
                             .asked_when = STR(EVIL)};
    view_consent(b, &v);
}

static void put_waiting(struct buf *b)
{
    const struct waiting_view v = {.frame = FRAME, .app = STR(EVIL), .again = STR(EVIL)};
    view_waiting(b, &v);
}

static void put_error(struct buf *b)
{
    const struct error_view v = {.frame = FRAME,
                                 .app = STR(EVIL),
                                 .code = STR(EVIL),
                                 .text = EVIL,
                                 .why = STR(EVIL),
                                 .fix = EVIL,
                                 .command = STR(EVIL),
                                 .redirect = true,
                                 .passed = STR(EVIL),
                                 .closest = true,
                                 .configured = {STR(EVIL), STR("<"), STR(EVIL), 9},
                                 .difference = EVIL,
                                 .nconfigured = 2,
                                 .can_add = true,
                                 .again = STR(EVIL),
                                 .other_person = true};
    view_error(b, &v);
}

static void put_apps(struct buf *b)
{
    static const struct grant_view grants[] = {{.app_id = STR_INIT(EVIL),
                                                .owner_id = STR_INIT(EVIL),
                                                .subject_id = STR_INIT(EVIL),
                                                .epoch = 7,
                                                .app = STR_INIT(EVIL),
                                                .face = {STR_INIT(EVIL), 0},
                                                .place = STR_INIT(EVIL),
                                                .scopes = STR_INIT(EVIL),
                                                .since = STR_INIT(EVIL),
                                                .used = STR_INIT(EVIL),
                                                .may_revoke = true},
                                               {.app = STR_INIT("Bell"), .bot = true}};
    const struct apps_view v = {.frame = FRAME,
                                .notice = STR(EVIL),
                                .ngrants = 2,
                                .grants = grants,
                                .hidden = 4,
                                .naccounts = 2,
                                .accounts = accounts,
                                .approver = true,
                                .waiting = 2};
    view_apps(b, &v);
}

static void put_approvals(struct buf *b)
{
    static const struct request_view requests[] = {{.id = STR_INIT(EVIL),
                                                    .app = STR_INIT(EVIL),
                                                    .person = STR_INIT(EVIL),
                                                    .message = STR_INIT(EVIL),
                                                    .when = STR_INIT(EVIL),
                                                    .face = {STR_INIT(EVIL), 0},
                                                    .see = GROUPS}};
    const struct approvals_view v = {
        .frame = FRAME, .notice = STR(EVIL), .nrequests = 1, .requests = requests, .hidden = 1};
    view_approvals(b, &v);
}

static void put_plain(struct buf *b)
{
    const struct plain_view v = {
        .frame = FRAME, .heading = EVIL, .text = EVIL, .link = STR(EVIL), .link_text = STR(EVIL)};
    view_plain(b, &v);
}

// With nothing in them, pages are whole too.
static void put_bare(struct buf *b)
{
    view_signin(b, &(struct signin_view){.path = STR("/signin")});
}

static void put_bare_apps(struct buf *b)
{
    view_apps(b, &(struct apps_view){.ngrants = 0});
}

static const struct {
    const char *id;
    void (*put)(struct buf *b);
} pages[] = {
    {"signin", put_signin},   {"signin", put_local},      {"consent", put_consent}, {"consent", put_request},
    {"waiting", put_waiting}, {"oauth-error", put_error}, {"apps", put_apps},       {"approvals", put_approvals},
    {"notice", put_plain},    {"signin", put_bare},       {"apps", put_bare_apps},
};

static bool is_void(struct str name)
{
    static const char *const names[] = {"!DOCTYPE", "meta", "link", "input"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_is(name, names[i])) return true;
    return false;
}

// Cuts the next tag, without its angle brackets; false: there is none.
static bool next_tag(struct str *rest, struct str *tag)
{
    size_t from = str_find(*rest, '<');
    if (from == rest->n) return false;
    *rest = str_from(*rest, from + 1);
    size_t to = str_find(*rest, '>');
    assert_true(to < rest->n);
    *tag = str_upto(*rest, to);
    *rest = str_from(*rest, to + 1);
    return true;
}

static void check_balance(struct str page)
{
    struct str tag, open[DEPTH];
    size_t depth = 0;
    while (next_tag(&page, &tag)) {
        bool closes = tag.p[0] == '/';
        struct str name = str_from(tag, closes);
        name = str_upto(name, str_find(str_upto(name, str_find(name, '\n')), ' '));
        if (is_void(name)) continue;
        if (!closes) {
            assert_true(depth < DEPTH);
            open[depth++] = name;
            continue;
        }
        assert_true(depth > 0);
        check_str(name, open[--depth]);
    }
    assert_int_equal(depth, 0);
}

static void check_ids(struct str page, const char *main_id)
{
    struct str ids[IDS], mark = STR(" id=\"");
    size_t n = 0;
    bool found = false;
    for (size_t at; (at = str_find_str(page, mark)) < page.n; n++) {
        page = str_from(page, at + mark.n);
        assert_true(n < IDS);
        ids[n] = str_upto(page, str_find(page, '"'));
        found |= str_is(ids[n], main_id);
        for (size_t i = 0; i < n; i++) assert_false(str_eq(ids[i], ids[n]));
    }
    assert_true(found);
}

static void test_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct buf b;
        buf_init(&b, PAGE_MAX);
        pages[i].put(&b);
        assert_false(b.failed);
        struct str page = buf_view(&b);
        print_message("%s, %zu bytes\n", pages[i].id, page.n);
        assert_int_equal(str_find_str(page, STR("<script")), page.n);
        assert_int_equal(str_find_str(page, STR("\xe2\x80\xae")), page.n); // told as [U+202E]
        assert_int_equal(str_find_str(page, STR("style=")), page.n);
        assert_int_equal(str_find_str(page, STR("onclick")), page.n);
        check_balance(page);
        check_ids(page, pages[i].id);
        buf_release(&b);
    }
}

// As many people, scopes and grants as a page may hold.
static void test_size(void **state)
{
    static struct account_view many[40];
    static struct scope_view all[141];
    struct buf b;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = (struct account_view){.id = STR("U04R7GH2S1M"),
                                        .face = {STR("MO"), 1},
                                        .name = STR("Maximiliane Olsen-Hardenberg"),
                                        .handle = STR("maximiliane"),
                                        .role = STR("Organization admin"),
                                        .workspace = STR("Harbor Lights International")};
    // Every scope that a link may ask for, each of them optional and granted before.
    size_t rows = 0, n = 0;
    const struct scope_row *row = scope_rows(&rows);
    const unsigned never = SF_CLASSIC | SF_NOREQUEST | SF_APP | SF_CONFIG | SF_INTERNAL;
    for (size_t i = 0; i < rows; i++)
        if (!(row[i].flags & never))
            all[n++] =
                (struct scope_view){row[i].name, str_of(row[i].text), .optional = true, .ticked = true, .before = true};
    assert_true(n > 100);
    const struct signin_view v = {.path = STR("/signin"), .npeople = ARRAY_LEN(many), .people = many};
    buf_init(&b, PAGE_MAX);
    view_signin(&b, &v);
    assert_false(b.failed);
    buf_clear(&b);
    struct consent_view c = {.again = true, .see = {{"The workspace", n, all}, {"", 0, NULL}, {"", 0, NULL}}};
    view_consent(&b, &c);
    assert_false(b.failed);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages), cmocka_unit_test(test_size)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
