// SPDX-License-Identifier: Apache-2.0
// Any bytes survive encoding and decoding, and parsing keeps to its limits.
#include "codec/form.h"
#include "fuzz.h"

static void check_round_trip(struct str text, struct arena *arena)
{
    struct buf encoded;
    struct str again;
    buf_init(&encoded, 3 * text.n);
    form_encode(&encoded, text);
    PROMISE(!encoded.failed);
    PROMISE(form_decode(buf_view(&encoded), true, arena, &again) == OK);
    PROMISE(str_eq(again, text));
    buf_release(&encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct args a = {0};
    struct str text = fuzz_input(data, size);
    arena_init(&arena, LIMIT_ARENA);
    if (form_parse(text, ARG_BODY, &arena, &a) == OK) {
        PROMISE(a.n <= LIMIT_ARGS);
        for (size_t i = 0; i < a.n; i++) PROMISE(a.v[i].name.n > 0 && a.v[i].value.p);
    }
    check_round_trip(text, &arena);
    arena_release(&arena);
    return 0;
}
