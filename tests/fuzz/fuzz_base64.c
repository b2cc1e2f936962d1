// SPDX-License-Identifier: Apache-2.0
// What decodes encodes to the same text again: there is one text for each value.
#include "codec/base64.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct str bytes, text = fuzz_input(data, size);
    arena_init(&arena, 4 * size + 100);
    if (base64_decode(text, &arena, &bytes) == OK) {
        size_t n = base64_size(bytes.n);
        char *again = arena_alloc(&arena, n + 1);
        base64_encode((const uint8_t *)bytes.p, bytes.n, again);
        PROMISE(str_eq(str_make(again, n), str_upto(text, n)));
        PROMISE(str_all_in(str_from(text, n), "="));
    }
    arena_release(&arena);
    return 0;
}
