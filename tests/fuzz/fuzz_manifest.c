// SPDX-License-Identifier: Apache-2.0
// Any text is a manifest or a list of problems with pointers and texts; and what is good is stored as a text that is
// good, and stored as itself, again.
#include "world/manifest.h"

#include "fuzz.h"

static const enum http_redirects http = HTTP_REDIRECTS_LOOPBACK;

static void check_problems(const struct manifest_check *check)
{
    size_t n = 0;
    for (const struct field_problem *p = check->problems.first; p; p = p->next, n++) {
        PROMISE(p->at.text[0] && (p->pointer.n == 0 || p->pointer.p[0] == '/'));
        PROMISE(n <= FIELD_PROBLEMS_MAX);
    }
    PROMISE(n == check->problems.n);
}

static void check_again(const struct manifest *m, struct arena *arena)
{
    struct manifest_check again;
    struct app app = {0}, same = {0};
    manifest_apply(m, arena, &app);
    manifest_check(m->text, http, arena, &again);
    if (arena->failed) return;
    PROMISE(!manifest_binding(again.problems.first, app.flags));
    manifest_apply(&again.manifest, arena, &same);
    PROMISE(str_eq(same.manifest, app.manifest) && str_eq(same.name, app.name) && str_eq(same.bot_name, app.bot_name));
    PROMISE(str_eq(same.redirect_urls, app.redirect_urls) && str_eq(same.allowed_ips, app.allowed_ips));
    PROMISE(str_eq(same.bot_scopes, app.bot_scopes) && str_eq(same.user_scopes, app.user_scopes));
    PROMISE(str_eq(same.bot_optional, app.bot_optional) && str_eq(same.user_optional, app.user_optional));
    PROMISE(same.flags == app.flags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct manifest_check check;
    if (size > LIMIT_BODY) return 0;
    arena_init(&arena, 4 * (size_t)LIMIT_ARENA);
    manifest_check(fuzz_input(data, size), http, &arena, &check);
    check_problems(&check);
    if (!arena.failed && !manifest_binding(check.problems.first, 0)) {
        PROMISE(check.manifest.name.n && check.manifest.text.n);
        check_again(&check.manifest, &arena);
    }
    arena_release(&arena);
    return 0;
}
