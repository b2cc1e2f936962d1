// SPDX-License-Identifier: Apache-2.0
// An Authorization header leads to an id before the first colon or to none, and to a readable reason for the refusal.
#include "fuzz.h"
#include "oauth/client.h"

static void check_reason(const struct client_input *in, const struct app *app, bool second, struct arena *arena)
{
    struct why why = {0};
    struct client_check c = {.in = in, .app = app, .second = second, .now = 1};
    enum wire_err e = client_decide(&c, arena, &why);
    PROMISE(e == W_INVALID_CLIENT_ID || (app && e == W_BAD_CLIENT_SECRET));
    PROMISE(why.cause != CAUSE_NONE && why.detail.n > 0 && why.detail.n <= 280);
    for (size_t i = 0; i < why.detail.n; i++) PROMISE(why.detail.p[i] >= ' ' && why.detail.p[i] <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct client_input in = {0};
    struct app app = {.client_id = STR("111.222"), .nsecrets = 1};
    arena_init(&arena, LIMIT_ARENA);
    client_parse_basic(fuzz_input(data, size), &arena, &in);
    if (in.basic) {
        PROMISE(in.basic_id.n > 0 && str_find(in.basic_id, ':') == in.basic_id.n);
        PROMISE(in.decoded_id.n <= in.basic_id.n && in.decoded_secret.n <= in.basic_secret.n);
    }
    in.arg_id = in.arg_secret = fuzz_input(data, size);
    check_reason(&in, NULL, false, &arena);
    check_reason(&in, &app, false, &arena);
    check_reason(&in, &app, in.basic, &arena);
    arena_release(&arena);
    return 0;
}
