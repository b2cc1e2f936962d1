// SPDX-License-Identifier: Apache-2.0
// The first line is the boundary, the rest is the body.
#include "codec/multipart.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct args a = {0};
    struct str body = fuzz_input(data, size);
    struct str boundary = str_cut(&body, '\n');
    arena_init(&arena, LIMIT_ARENA);
    if (multipart_parse(body, boundary, &arena, &a) == OK) {
        PROMISE(a.n <= LIMIT_ARGS);
        for (size_t i = 0; i < a.n; i++) {
            struct str value = a.v[i].value;
            PROMISE(a.v[i].name.n > 0 && fuzz_within(a.v[i].name, body) && fuzz_within(value, body));
            // RFC 2046 5.1.1: no part holds a delimiter.
            struct str delimiter = arena_printf(&arena, "\r\n--%.*s", STR_FMT(boundary));
            PROMISE(str_find_str(value, delimiter) == value.n);
        }
    }
    arena_release(&arena);
    return 0;
}
