// SPDX-License-Identifier: Apache-2.0
// Validity is the same by both roads, conversion from ISO-8859-1 is always valid, and HTML text never breaks out.
#include "codec/html.h"
#include "codec/utf8.h"
#include "fuzz.h"

static bool valid_step_by_step(struct str s)
{
    uint32_t cp;
    for (size_t n; s.n; s = str_from(s, n)) {
        n = utf8_next(s, &cp);
        if (n == 0) return false;
        PROMISE(n <= s.n && cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff));
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct buf html;
    struct str text = fuzz_input(data, size);
    PROMISE(utf8_valid(text) == valid_step_by_step(text));
    arena_init(&arena, 2 * size + 100);
    struct str converted = utf8_from_latin1(text, &arena);
    PROMISE(converted.p && utf8_valid(converted) && converted.n >= text.n);
    buf_init(&html, 20 * size + 100);
    html_escape(&html, text);
    PROMISE(!html.failed && utf8_valid(buf_view(&html)));
    for (const char *c = "<>\"'\n"; *c; c++) PROMISE(str_find(buf_view(&html), *c) == html.n);
    buf_release(&html);
    arena_release(&arena);
    return 0;
}
